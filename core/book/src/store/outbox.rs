//! The outbox: changes without an answer of the server, and changes that it refused.

use std::collections::HashSet;

use rusqlite::{Connection, Row, named_params};

use super::{Store, StoreError, Write, record};
use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, RecordId};

/// A change that the server has not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsent {
    /// Id of the changed record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Hash of the change.
    pub hash: ChangeHash,
    /// The Automerge change chunk.
    pub bytes: Vec<u8>,
    /// Time of the edit, Unix milliseconds.
    pub made_at_ms: i64,
    /// True if it may have left the device: nothing but an answer takes it back.
    pub sent: bool,
}

/// A change that the server refused or parked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The refused change.
    pub change: Unsent,
    /// Code of the [`Refusal`](fieldbook_model::doc::gate::Refusal); 0 if the change was parked for a new owner; the code
    /// of an [`Aside`] if the server has lost it, or if it was decided about.
    pub reason: u8,
}

/// Why a change is kept aside that the server did not refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aside {
    /// An own change that waits on the server for those it stands on.
    Waiting,
    /// A change of somebody else, which is theirs to send.
    Held,
    /// An own change that waited for a decision and was written into the record.
    Applied,
    /// An own change that waited for a decision and was discarded.
    Discarded,
    /// An own change that waited for a decision and was written into the record in part.
    Partly,
}

impl Aside {
    /// The number in [`Refused::reason`], which no refusal has.
    pub fn code(self) -> u8 {
        match self {
            Aside::Partly => 251,
            Aside::Discarded => 252,
            Aside::Applied => 253,
            Aside::Waiting => 254,
            Aside::Held => 255,
        }
    }
}

fn unsent(row: &Row<'_>) -> rusqlite::Result<Unsent> {
    Ok(Unsent {
        record: RecordId(row.get(0)?),
        kind: record::kind(row.get(1)?)?,
        hash: ChangeHash(row.get(2)?),
        bytes: row.get(3)?,
        made_at_ms: row.get(4)?,
        sent: row.get(5)?,
    })
}

/// The columns that [`unsent`] reads, of the outbox.
const COLUMNS: &str = "record_id, kind, hash, bytes, made_at_ms, sent";

/// The same of a refused change, and its reason. It has been at the server.
const REFUSED_COLUMNS: &str = "record_id, kind, hash, bytes, refused_at_ms, 1, reason";

/// The first unsent changes, as [`Store::outbox`] says.
pub(super) fn batch(connection: &Connection, bytes_max: usize) -> rusqlite::Result<Vec<Unsent>> {
    let mut statement = connection.prepare_cached(&format!("SELECT {COLUMNS} FROM outbox ORDER BY n"))?;
    let mut rows = statement.query([])?;
    let (mut batch, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let change = unsent(row)?;
        bytes += change.bytes.len() + 64;
        if bytes > bytes_max && !batch.is_empty() {
            break;
        }
        batch.push(change);
    }
    Ok(batch)
}

impl Store {
    /// The first unsent changes in the order of their edits, about `bytes_max` bytes in all, but at least one if there is any.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn outbox(&self, bytes_max: usize) -> Result<Vec<Unsent>, StoreError> {
        self.read(|connection| batch(connection, bytes_max))
    }

    /// Number of unsent changes, and time of the oldest one, Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsent(&self) -> Result<(u32, Option<i64>), StoreError> {
        self.read(|connection| {
            let sql = "SELECT count(*), (SELECT made_at_ms FROM outbox ORDER BY n LIMIT 1) FROM outbox";
            connection
                .prepare_cached(sql)?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))
        })
    }

    /// Number of unsent changes of one record.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsent_count(&self, record: RecordId) -> Result<u32, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT count(*) FROM outbox WHERE record_id = :record")?
                .query_row(named_params! { ":record": record.0 }, |row| row.get(0))
        })
    }

    /// The changes that the server refused, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn refused(&self, limit: usize) -> Result<Vec<Refused>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {REFUSED_COLUMNS} FROM refused ORDER BY refused_at_ms, hash LIMIT :limit"
            ))?;
            let bound = named_params! { ":limit": i64::try_from(limit).unwrap_or(i64::MAX) };
            statement
                .query_map(bound, |row| {
                    Ok(Refused {
                        change: unsent(row)?,
                        reason: row.get(6)?,
                    })
                })?
                .collect()
        })
    }
}

impl Store {
    /// The changes that wait on the server for a decision or for lost ones, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn waiting_on_server(&self, limit: u32) -> Result<Vec<ChangeHash>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT hash FROM refused WHERE reason IN (0, :waiting) ORDER BY refused_at_ms, hash LIMIT :limit",
            )?;
            let bound = named_params! { ":waiting": Aside::Waiting.code(), ":limit": limit };
            statement.query_map(bound, |row| row.get(0).map(ChangeHash))?.collect()
        })
    }

    /// One change that the server refused or parked, or that is kept aside.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn refused_edit(&self, hash: ChangeHash) -> Result<Option<Refused>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(&format!(
                "SELECT {REFUSED_COLUMNS} FROM refused WHERE hash = :hash"
            ))?;
            let mut rows = statement.query(named_params! { ":hash": hash.0 })?;
            let row = rows.next()?;
            row.map(|row| {
                Ok(Refused {
                    change: unsent(row)?,
                    reason: row.get(6)?,
                })
            })
            .transpose()
        })
    }
}

impl Write<'_> {
    /// Adds a change to the outbox.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn queue(&mut self, change: &Unsent) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT INTO outbox (record_id, kind, hash, bytes, made_at_ms, sent)
                 VALUES (:record_id, :kind, :hash, :bytes, :made_at_ms, :sent)",
            )?
            .execute(named_params! {
                ":record_id": change.record.0,
                ":kind": change.kind.code(),
                ":hash": change.hash.0,
                ":bytes": change.bytes,
                ":made_at_ms": change.made_at_ms,
                ":sent": change.sent,
            })?;
        Ok(())
    }

    /// Removes answered changes of a record from the outbox, in one pass over its changes there.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unqueue(&mut self, record: RecordId, answered: &HashSet<ChangeHash>) -> Result<(), StoreError> {
        let mut select = self
            .tx
            .prepare_cached("SELECT n, hash FROM outbox WHERE record_id = :record")?;
        let waiting = select.query_map(named_params! { ":record": record.0 }, |row| {
            Ok((row.get::<_, i64>(0)?, ChangeHash(row.get(1)?)))
        })?;
        let waiting = waiting.collect::<Result<Vec<_>, _>>()?;
        let mut delete = self.tx.prepare_cached("DELETE FROM outbox WHERE n = :n")?;
        for (n, _) in waiting.iter().filter(|(_, hash)| answered.contains(hash)) {
            delete.execute(named_params! { ":n": n })?;
        }
        Ok(())
    }

    /// Number of unsent changes of one record.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsent_count(&self, record: RecordId) -> Result<u32, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT count(*) FROM outbox WHERE record_id = :record")?;
        Ok(statement.query_row(named_params! { ":record": record.0 }, |row| row.get(0))?)
    }

    /// The unsent changes of one record, in the order of their edits.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsent_of(&self, record: RecordId) -> Result<Vec<Unsent>, StoreError> {
        let mut statement = self.tx.prepare_cached(&format!(
            "SELECT {COLUMNS} FROM outbox WHERE record_id = :record ORDER BY n"
        ))?;
        Ok(statement
            .query_map(named_params! { ":record": record.0 }, unsent)?
            .collect::<Result<_, _>>()?)
    }

    /// The changes of a record that are kept aside for this reason.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn aside_of(&self, record: RecordId, why: Aside) -> Result<Vec<ChangeHash>, StoreError> {
        let mut select = self
            .tx
            .prepare_cached("SELECT hash FROM refused WHERE record_id = :record AND reason = :reason")?;
        let bound = named_params! { ":record": record.0, ":reason": why.code() };
        let rows = select.query_map(bound, |row| row.get(0).map(ChangeHash))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Removes a change from those that the server refused or parked, or that are kept aside.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn drop_refused(&mut self, hash: ChangeHash) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("DELETE FROM refused WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// Changes the reason for which a change is kept aside; no effect if it is not kept.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn set_aside(&mut self, hash: ChangeHash, why: Aside) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("UPDATE refused SET reason = :reason WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0, ":reason": why.code() })?;
        Ok(())
    }

    /// Forgets everything unsent and kept of a record.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_edits(&mut self, record: RecordId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM outbox WHERE record_id = :record",
            "DELETE FROM refused WHERE record_id = :record",
        ] {
            self.tx
                .prepare_cached(statement)?
                .execute(named_params! { ":record": record.0 })?;
        }
        Ok(())
    }

    /// Stores a change that the server refused or parked.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn keep_refused(&mut self, refused: &Refused) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO refused (hash, record_id, kind, reason, bytes, refused_at_ms)
                 VALUES (:hash, :record_id, :kind, :reason, :bytes, :refused_at_ms)",
            )?
            .execute(named_params! {
                ":hash": refused.change.hash.0,
                ":record_id": refused.change.record.0,
                ":kind": refused.change.kind.code(),
                ":reason": refused.reason,
                ":bytes": refused.change.bytes,
                ":refused_at_ms": refused.change.made_at_ms,
            })?;
        Ok(())
    }
}
