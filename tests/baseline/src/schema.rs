//! The two database files.

use std::path::Path;

use rusqlite::Connection;

use crate::FloorError;

/// The tokenizer of the full-text index, the same as the product's: substrings, also of Chinese text.
pub const TOKENIZER: &str = "trigram";

/// The version of both layouts, in `user_version`.
const VERSION: i64 = 1;

/// Pages in the write-ahead log before it is folded into the file, 16 MB. SQLite's own 1,000 makes an import write the
/// same pages of the indexes several times over.
const CHECKPOINT_PAGES: i64 = 4_000;

const BOOK: &str = "
CREATE TABLE record (
    num        INTEGER PRIMARY KEY,           -- joins the two indexes below
    id         BLOB NOT NULL UNIQUE,          -- UUIDv7
    kind       TEXT NOT NULL,
    name       TEXT NOT NULL COLLATE NOCASE,  -- as in json, for lists
    json       TEXT NOT NULL,                 -- the fields
    updated_ms INTEGER NOT NULL,              -- Unix epoch, UTC: the later writer wins
    dirty      INTEGER NOT NULL,              -- 1 until the server has it
    deleted    INTEGER NOT NULL
) STRICT;
CREATE INDEX record_by_name ON record (kind, name, id) WHERE deleted = 0;
CREATE INDEX record_unsent ON record (num) WHERE dirty = 1;
CREATE VIRTUAL TABLE record_place USING rtree_i32 (num, lat_min_e7, lat_max_e7, lon_min_e7, lon_max_e7);
CREATE TABLE sync (cursor INTEGER NOT NULL) STRICT;
INSERT INTO sync VALUES (0);
";

const SERVER: &str = "
CREATE TABLE record (
    seq        INTEGER PRIMARY KEY,           -- takes the next number at each write, so that a pull is one range
    id         BLOB NOT NULL UNIQUE,
    kind       TEXT NOT NULL,
    json       TEXT NOT NULL,
    updated_ms INTEGER NOT NULL,
    deleted    INTEGER NOT NULL
) STRICT;
";

/// Opens the phone's file, and makes it when it is new.
///
/// The text index keeps no copy of the text (`content=''`), and merges its parts later than by default, which measured
/// faster for writing and no slower for searching. The page cache is SQLite's default of 2 MB: a larger one made nothing
/// faster.
pub(crate) fn open_book(path: &Path) -> Result<Connection, FloorError> {
    let text = format!(
        "CREATE VIRTUAL TABLE record_text USING fts5 (name, address, notes, content='', contentless_delete=1, \
         tokenize='{TOKENIZER}');
         INSERT INTO record_text (record_text, rank) VALUES ('automerge', 8);"
    );
    open(path, &[BOOK, &text])
}

/// Opens the server's file, and makes it when it is new.
pub(crate) fn open_server(path: &Path) -> Result<Connection, FloorError> {
    open(path, &[SERVER])
}

fn open(path: &Path, scripts: &[&str]) -> Result<Connection, FloorError> {
    let mut db = Connection::open(path)?;
    db.set_prepared_statement_cache_capacity(64);
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version < VERSION {
        let tx = db.transaction()?;
        for script in scripts {
            tx.execute_batch(script)?;
        }
        tx.pragma_update(None, "user_version", VERSION)?;
        tx.commit()?;
    }
    Ok(db)
}
