//! Storage of this device's evidence chain.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Store, StoreError, Write};
use fieldbook_model::evidence::{Line, Signature};
use fieldbook_model::ids::RecordId;

/// A stored link of the evidence chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredLink {
    /// Position of the link in the chain.
    pub n: u64,
    /// The visit that the link is about; `None` if it is about none.
    pub visit: Option<RecordId>,
    /// The link's text, its signature, and the content it attests.
    pub line: Line,
}

/// The columns that [`stored_link`] reads.
pub(super) const COLUMNS: &str = "n, visit_id, link, signature, content";

pub(super) fn stored_link(row: &Row<'_>) -> rusqlite::Result<StoredLink> {
    let visit: Option<[u8; 16]> = row.get(1)?;
    let signature: Option<[u8; 64]> = row.get(3)?;
    Ok(StoredLink {
        n: row.get::<_, i64>(0)?.cast_unsigned(),
        visit: visit.map(RecordId),
        line: Line {
            link: row.get(2)?,
            signature: signature.map(Signature),
            content: row.get(4)?,
        },
    })
}

fn last(connection: &Connection) -> rusqlite::Result<Option<StoredLink>> {
    let sql = "SELECT n, visit_id, link, signature, content FROM evidence ORDER BY n DESC LIMIT 1";
    connection
        .prepare_cached(sql)?
        .query_row([], stored_link)
        .optional()
}

impl Store {
    /// The links from number `from` on, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn links(&self, from: u64, limit: usize) -> Result<Vec<StoredLink>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT n, visit_id, link, signature, content FROM evidence WHERE n >= :from ORDER BY n LIMIT :limit",
            )?;
            let bound = named_params! {
                ":from": from.cast_signed(), ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            };
            statement.query_map(bound, stored_link)?.collect()
        })
    }

    /// The unsigned links, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsigned_links(&self, limit: usize) -> Result<Vec<StoredLink>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT n, visit_id, link, signature, content FROM evidence WHERE signature IS NULL ORDER BY n LIMIT :limit",
            )?;
            let bound = named_params! { ":limit": i64::try_from(limit).unwrap_or(i64::MAX) };
            statement.query_map(bound, stored_link)?.collect()
        })
    }
}

impl Write<'_> {
    /// The last link of the chain, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn last_link(&self) -> Result<Option<StoredLink>, StoreError> {
        Ok(last(&self.tx)?)
    }

    /// The link at position `n`, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn link(&self, n: u64) -> Result<Option<StoredLink>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT n, visit_id, link, signature, content FROM evidence WHERE n = :n")?;
        Ok(statement
            .query_row(named_params! { ":n": n.cast_signed() }, stored_link)
            .optional()?)
    }

    /// Appends a link to the chain.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn add_link(&mut self, link: &StoredLink) -> Result<(), StoreError> {
        let mut insert = self.tx.prepare_cached(
            "INSERT INTO evidence (n, visit_id, link, signature, content) VALUES (:n, :visit_id, :link, :signature, :content)",
        )?;
        insert.execute(named_params! {
            ":n": link.n.cast_signed(),
            ":visit_id": link.visit.map(|id| id.0),
            ":link": link.line.link,
            ":signature": link.line.signature.map(|signature| signature.0),
            ":content": link.line.content,
        })?;
        Ok(())
    }

    /// Stores the signature of a link.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn sign_link(&mut self, n: u64, signature: &Signature) -> Result<(), StoreError> {
        let mut update = self
            .tx
            .prepare_cached("UPDATE evidence SET signature = :signature WHERE n = :n")?;
        update.execute(named_params! { ":signature": signature.0, ":n": n.cast_signed() })?;
        Ok(())
    }

    /// Deletes the arrivals and departures that links before position `before` attest; the links stay. Returns their number.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_contents(&mut self, before: u64) -> Result<u64, StoreError> {
        let mut update = self
            .tx
            .prepare_cached("UPDATE evidence SET content = NULL WHERE n < :before AND content IS NOT NULL")?;
        Ok(update.execute(named_params! { ":before": before.cast_signed() })? as u64)
    }
}
