//! Accepted changes with their sequence numbers.

use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, RecordId};
use rusqlite::named_params;

use super::{StoreError, Tx};

/// An accepted change, to be stored.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// The record's row number.
    pub record: i64,
    /// The position among the record's changes, from 1.
    pub number: u32,
    /// The record's sequence number in its territory with this change.
    pub seq: u64,
    /// The row number of its author's actor.
    pub actor: i64,
    /// The hash that identifies it.
    pub hash: ChangeHash,
    /// True if it was made before a hand-over and received after it.
    pub late: bool,
    /// The time at which it was received, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The Automerge chunk. It is stored for all but a record's first change, which the document holds.
    pub bytes: &'a [u8],
}

/// A stored change after a device's cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// The row number of its author's actor.
    pub actor: i64,
    /// The Automerge chunk; `None` for a record's first change, which the document holds.
    pub bytes: Option<Vec<u8>>,
}

/// A change that was accepted late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LateChange {
    /// The record that it changes.
    pub record: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The hash that identifies it.
    pub hash: ChangeHash,
    /// The time at which it was received, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The Automerge chunk; `None` for a record's first change, which the document holds.
    pub bytes: Option<Vec<u8>>,
}

impl Tx<'_> {
    /// Stores an accepted change.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert_change(&self, change: &NewChange<'_>) -> Result<(), StoreError> {
        let bytes = (change.number > 1).then_some(change.bytes);
        self.connection()
            .prepare_cached(
                "INSERT INTO change (record, number, seq, actor, hash, late, received_at_ms, bytes)
                 VALUES (:record, :number, :seq, :actor, :hash, :late, :received, :bytes)",
            )?
            .execute(named_params! {
                ":record": change.record, ":number": change.number, ":seq": change.seq.cast_signed(),
                ":actor": change.actor, ":hash": change.hash.0, ":late": change.late,
                ":received": change.received_at_ms, ":bytes": bytes,
            })?;
        Ok(())
    }

    /// The changes of a record with a sequence number above `cursor`, in the order of acceptance.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn changes_after(&self, record: i64, cursor: u64) -> Result<Vec<StoredChange>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT actor, bytes FROM change WHERE record = :record AND seq > :cursor ORDER BY number",
        )?;
        let rows = select.query_map(
            named_params! { ":record": record, ":cursor": cursor.cast_signed() },
            |row| {
                Ok(StoredChange {
                    actor: row.get(0)?,
                    bytes: row.get(1)?,
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The changes of a record that were accepted late.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn late_changes(&self, record: i64) -> Result<Vec<ChangeHash>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT hash FROM change WHERE record = :record AND late = 1")?;
        let rows = select.query_map(named_params! { ":record": record }, |row| {
            row.get(0).map(ChangeHash)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The changes of all records that were accepted late, the latest received first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all_late_changes(&self, limit: u32) -> Result<Vec<LateChange>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT r.id, r.kind, c.hash, c.received_at_ms, c.bytes
             FROM change c JOIN record r ON r.number = c.record
             WHERE c.late = 1 ORDER BY c.received_at_ms DESC, c.hash LIMIT :limit",
        )?;
        let mut rows = select.query(named_params! { ":limit": limit })?;
        let mut late = Vec::new();
        while let Some(row) = rows.next()? {
            late.push(LateChange {
                record: RecordId(row.get(0)?),
                kind: Kind::from_code(row.get(1)?)
                    .map_err(|_| StoreError::Damaged { what: "record.kind" })?,
                hash: ChangeHash(row.get(2)?),
                received_at_ms: row.get(3)?,
                bytes: row.get(4)?,
            });
        }
        Ok(late)
    }
}
