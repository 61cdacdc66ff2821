//! The baseline: what our bench measures Fieldbook against.
//!
//! The plainest honest program that does the same job: records are JSON text in SQLite, a full-text and an R*Tree index
//! answer the same questions, and two books are kept in step over HTTP by "the last writer wins". No CRDT, no gate, no
//! history, no accounts of who may see what. It is written to be fast, because a slow rival proves nothing:
//!
//! * every statement is prepared once; queries walk an index; a page is found by its key, never by `OFFSET`;
//! * JSON is parsed only where a field is needed and otherwise moved as text from the disk to the wire and back;
//! * an edit touches only the indexes whose fields it changed;
//! * what a rep types is durable before the call returns (`synchronous=FULL`), what can be fetched again is not waited for;
//! * a sync is one request for each [`PAGE_ROWS`] rows, on one connection, and never fetches back what it just pushed.
//!
//! [`Book`] is the phone, [`Server`] the server, [`sample_account`] the accounts that the bench feeds to every contender.

mod book;
mod fields;
mod http;
mod row;
mod sample;
mod schema;
mod server;

pub use book::{Book, Fields, Near, Record};
pub use http::{Peer, Traffic};
pub use row::{Row, RowText};
pub use sample::{SEARCHES, sample_account, sample_id, sample_place};
pub use schema::TOKENIZER;
pub use server::Server;

use uuid::Uuid;

/// Rows in one request or answer, about 2.7 MB of JSON. With 1,000 a first sync of 100,000 measured a third slower, because
/// each page is a transaction.
pub const PAGE_ROWS: u32 = 5_000;

/// Why the baseline could not do it.
#[derive(Debug, thiserror::Error)]
pub enum FloorError {
    /// The file, the disk or a statement.
    #[error("use the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// Bytes that are not the JSON we expected.
    #[error("read json: {0}")]
    Json(#[from] serde_json::Error),
    /// The network, or an answer other than 200.
    #[error("talk to the server: {0}")]
    Http(#[from] Box<ureq::Error>),
    /// The server's socket or its threads.
    #[error("run the server: {0}")]
    Io(#[from] std::io::Error),
    /// A record was given without a field `id` that holds a UUID.
    #[error("find an id in the record")]
    NoId,
    /// No such record, or a deleted one.
    #[error("find record {0}")]
    NoRecord(Uuid),
}
