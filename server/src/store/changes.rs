//! Changes: accepted ones with their sequence numbers, and parked ones.

use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, DeviceId, RecordId};
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

/// A change that was made after a hand-over and waits for the record's new owner.
#[derive(Debug, Clone, Copy)]
pub struct ParkedChange<'a> {
    /// The hash that identifies it.
    pub hash: ChangeHash,
    /// The record that it changes.
    pub record: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The device that sent it.
    pub device: DeviceId,
    /// The time at which it was received, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The Automerge chunk.
    pub bytes: &'a [u8],
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

    /// Parks a change for the new owner; no effect if it is parked already.
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

    /// Removes a parked change, because it was accepted.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unpark(&self, hash: ChangeHash) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM parked WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// The number of parked changes of a record.
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
