//! What became of each change.

use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, DeviceId, RecordId};
use rusqlite::named_params;

use super::{StoreError, Tx};

/// A change that was taken.
#[derive(Debug, Clone, Copy)]
pub struct NewChange<'a> {
    /// The record's number in the database.
    pub record: i64,
    /// The how manyth change of the record it is, from 1.
    pub number: u32,
    /// The record's number in its territory with this change.
    pub seq: u64,
    /// The number of the actor who wrote it.
    pub actor: i64,
    /// What it is known by.
    pub hash: ChangeHash,
    /// Whether it was made before a hand-over and came after it.
    pub late: bool,
    /// When it came, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The chunk; kept for all but a record's first.
    pub bytes: &'a [u8],
}

/// A change that a cursor has not seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenChange {
    /// The number of the actor who wrote it.
    pub actor: i64,
    /// The chunk; `None` when it is no longer kept apart from the document.
    pub bytes: Option<Vec<u8>>,
}

/// A change that waits for the record's new owner.
#[derive(Debug, Clone, Copy)]
pub struct ParkedChange<'a> {
    /// What it is known by.
    pub hash: ChangeHash,
    /// Of which record.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// Which device sent it.
    pub device: DeviceId,
    /// When it came, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The chunk.
    pub bytes: &'a [u8],
}

impl Tx<'_> {
    /// Remembers a change that was taken.
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

    /// The changes of a record that came to its territory after `cursor`, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn changes_after(&self, record: i64, cursor: u64) -> Result<Vec<SeenChange>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT actor, bytes FROM change WHERE record = :record AND seq > :cursor ORDER BY number",
        )?;
        let rows = select.query_map(
            named_params! { ":record": record, ":cursor": cursor.cast_signed() },
            |row| {
                Ok(SeenChange {
                    actor: row.get(0)?,
                    bytes: row.get(1)?,
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The changes of a record that came late.
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

    /// Keeps a change for the new owner. Kept twice, it is kept once.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn park(&self, change: &ParkedChange<'_>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO parked (hash, record, kind, device, received_at_ms, bytes)
                 VALUES (:hash, :record, :kind, :device, :received, :bytes) ON CONFLICT (hash) DO NOTHING",
            )?
            .execute(named_params! {
                ":hash": change.hash.0, ":record": change.record.0, ":kind": change.kind.code(),
                ":device": change.device.0, ":received": change.received_at_ms, ":bytes": change.bytes,
            })?;
        Ok(())
    }

    /// No longer keeps a change for the new owner, for it was taken.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unpark(&self, hash: ChangeHash) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM parked WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// How many changes of a record wait for its owner.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn parked_count(&self, record: RecordId) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection()
            .prepare_cached("SELECT count(*) FROM parked WHERE record = :record")?
            .query_row(named_params! { ":record": record.0 }, |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }
}
