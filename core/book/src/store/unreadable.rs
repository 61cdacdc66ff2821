//! Records whose document could not be read, and which are asked for again.

use rusqlite::{Connection, named_params};

use super::{Store, StoreError, Write, record};
use fieldbook_model::Kind;
use fieldbook_model::ids::{RecordId, TerritoryId};

/// A record whose document could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unreadable {
    /// Id of the record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Territory of the record.
    pub territory: TerritoryId,
    /// Number of the record in its territory on the server.
    pub seq: u64,
    /// Time since which it cannot be read, Unix milliseconds.
    pub since_ms: i64,
}

fn all(connection: &Connection) -> rusqlite::Result<Vec<Unreadable>> {
    let mut statement = connection.prepare_cached(
        "SELECT record, kind, territory, seq, since_ms FROM unreadable ORDER BY since_ms, record",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Unreadable {
            record: RecordId(row.get(0)?),
            kind: record::kind(row.get(1)?)?,
            territory: TerritoryId(row.get(2)?),
            seq: row.get::<_, i64>(3)?.cast_unsigned(),
            since_ms: row.get(4)?,
        })
    })?;
    rows.collect()
}

impl Store {
    /// The records whose document could not be read, those first that have been so the longest.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unreadable(&self) -> Result<Vec<Unreadable>, StoreError> {
        self.read(all)
    }
}

impl Write<'_> {
    /// The records whose document could not be read, as this transaction sees them.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unreadable(&self) -> Result<Vec<Unreadable>, StoreError> {
        Ok(all(&self.tx)?)
    }

    /// Notes that the document of a record cannot be read. One that is noted already keeps the time since which it is so.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn put_unreadable(&mut self, found: &Unreadable) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT INTO unreadable (record, kind, territory, seq, since_ms)
                 VALUES (:record, :kind, :territory, :seq, :since_ms)
                 ON CONFLICT (record) DO UPDATE SET territory = excluded.territory, seq = excluded.seq",
            )?
            .execute(named_params! {
                ":record": found.record.0,
                ":kind": found.kind.code(),
                ":territory": found.territory.0,
                ":seq": found.seq.cast_signed(),
                ":since_ms": found.since_ms,
            })?;
        Ok(())
    }

    /// Ends the note about a record: it was read, or has left the book.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn drop_unreadable(&mut self, record: RecordId) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("DELETE FROM unreadable WHERE record = :record")?
            .execute(named_params! { ":record": record.0 })?;
        Ok(())
    }

    /// Takes a record's number from it, so that the checksums of its territory differ from the server's and it is sent whole.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_number(&mut self, record: RecordId) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("UPDATE record SET seq = 0 WHERE id = :record")?
            .execute(named_params! { ":record": record.0 })?;
        Ok(())
    }
}
