//! Changes that a push left waiting: for the new owner of their record, or for changes that the database has lost.

use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, DeviceId, RecordId};
use rusqlite::{Row, named_params};

use super::{Actor, StoreError, Tx};

/// The reason why a change waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitsFor {
    /// It was made after the record was handed over, and waits for the new owner.
    NewOwner,
    /// It stands on changes that the database has lost.
    Missing,
    /// It waited for such changes and was refused once they came; its author was told that it is kept.
    Decision,
}

impl WaitsFor {
    /// The word that programs read. The words never change.
    pub fn name(self) -> &'static str {
        match self {
            WaitsFor::NewOwner => "handed_over",
            WaitsFor::Missing => "missing",
            WaitsFor::Decision => "refused",
        }
    }

    fn from_name(name: &str) -> Option<WaitsFor> {
        let all = [WaitsFor::NewOwner, WaitsFor::Missing, WaitsFor::Decision];
        all.into_iter().find(|why| why.name() == name)
    }
}

/// A change that waits, to be stored.
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
    /// The reason.
    pub why: WaitsFor,
    /// The Automerge chunk.
    pub bytes: &'a [u8],
}

/// A stored change that waits, or waited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingChange {
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
    /// The reason.
    pub why: WaitsFor,
    /// The Automerge chunk.
    pub bytes: Vec<u8>,
}

const WAITING: &str = "SELECT hash, record, kind, device, received_at_ms, why, bytes FROM parked ";

fn waiting_from_row(row: &Row<'_>) -> Result<WaitingChange, StoreError> {
    let damaged = |what| StoreError::Damaged { what };
    let why: String = row.get(5)?;
    Ok(WaitingChange {
        hash: ChangeHash(row.get(0)?),
        record: RecordId(row.get(1)?),
        kind: Kind::from_code(row.get(2)?).map_err(|_| damaged("parked.kind"))?,
        device: DeviceId(row.get(3)?),
        received_at_ms: row.get(4)?,
        why: WaitsFor::from_name(&why).ok_or(damaged("parked.why"))?,
        bytes: row.get(6)?,
    })
}

impl Tx<'_> {
    /// Lets a change wait. One that waits for lost changes may wait for something else from now on; otherwise there is no
    /// effect if it is here already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn park(&self, change: &ParkedChange<'_>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO parked (hash, record, kind, device, received_at_ms, why, bytes)
                 VALUES (:hash, :record, :kind, :device, :received, :why, :bytes)
                 ON CONFLICT (hash) DO UPDATE SET why = excluded.why WHERE why = 'missing'",
            )?
            .execute(named_params! {
                ":hash": change.hash.0, ":record": change.record.0, ":kind": change.kind.code(),
                ":device": change.device.0, ":received": change.received_at_ms, ":why": change.why.name(),
                ":bytes": change.bytes,
            })?;
        Ok(())
    }

    /// Ends the waiting of a change that is part of its record now.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn unpark(&self, hash: ChangeHash) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM parked WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// The number of changes of a record that wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn parked_count(&self, record: RecordId) -> Result<u64, StoreError> {
        let count: i64 = self
            .connection()
            .prepare_cached("SELECT count(*) FROM parked WHERE record = :record AND settled_at_ms IS NULL")?
            .query_row(named_params! { ":record": record.0 }, |row| row.get(0))?;
        Ok(count.cast_unsigned())
    }

    /// The changes of a record that wait for lost ones, by device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waiting_of(&self, record: RecordId) -> Result<Vec<WaitingChange>, StoreError> {
        self.select_waiting(
            "WHERE record = :record AND why = 'missing' AND settled_at_ms IS NULL
             ORDER BY device, received_at_ms, hash",
            named_params! { ":record": record.0 },
        )
    }

    /// All changes that wait, the oldest first.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn all_waiting(&self) -> Result<Vec<WaitingChange>, StoreError> {
        self.select_waiting("WHERE settled_at_ms IS NULL ORDER BY received_at_ms, hash", &[])
    }

    fn select_waiting(
        &self,
        rest: &'static str,
        params: &[(&str, &dyn rusqlite::ToSql)],
    ) -> Result<Vec<WaitingChange>, StoreError> {
        let mut select = self.connection().prepare_cached(&[WAITING, rest].concat())?;
        let mut rows = select.query(params)?;
        let mut waiting = Vec::new();
        while let Some(row) = rows.next()? {
            waiting.push(waiting_from_row(row)?);
        }
        Ok(waiting)
    }

    /// Notes that a field of a change that waits was applied, or else discarded.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn settle_field(
        &self,
        hash: ChangeHash,
        field: &str,
        applied: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO parked_field (hash, field, applied, at_ms) VALUES (:hash, :field, :applied, :now)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":hash": hash.0, ":field": field, ":applied": applied, ":now": now_ms })?;
        Ok(())
    }

    /// The fields of a change that were applied (true) or discarded (false).
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn settled_fields(&self, hash: ChangeHash) -> Result<Vec<(String, bool)>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT field, applied FROM parked_field WHERE hash = :hash ORDER BY field")?;
        let rows = select.query_map(named_params! { ":hash": hash.0 }, |row| {
            Ok((row.get(0)?, row.get(1)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Ends the waiting of a change all of whose fields are settled. Its content is removed, and its hash stays, for its
    /// author to be told.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_settled(&self, hash: ChangeHash, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE parked SET settled_at_ms = :now, bytes = x'' WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0, ":now": now_ms })?;
        Ok(())
    }

    /// True if a change waited and is settled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_settled(&self, hash: ChangeHash) -> Result<bool, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT 1 FROM parked WHERE hash = :hash AND settled_at_ms IS NOT NULL")?;
        Ok(select.exists(named_params! { ":hash": hash.0 })?)
    }

    /// The actor under which the office writes for the person of a device; `None` if it never has.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn office_actor(&self, device: DeviceId) -> Result<Option<Actor>, StoreError> {
        Ok(self.actors_of(device)?.into_iter().find(|actor| actor.office))
    }

    /// Makes every device, the authors included, fetch a record whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn send_whole(&self, record: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE record SET whole_seq = seq, writer = NULL WHERE number = :number")?
            .execute(named_params! { ":number": record })?;
        Ok(())
    }
}
