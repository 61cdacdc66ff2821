//! The clocks of this device at each of its edits, for those that are unsent and those that were accepted some days ago at most.

use std::collections::HashMap;

use rusqlite::{OptionalExtension, Row, named_params};

use super::{Store, StoreError, Write};
use fieldbook_model::ids::{ChangeHash, RecordId};

/// A reading of the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Uptime {
    /// Milliseconds since the machine started.
    pub ms: i64,
    /// The start: readings of two starts cannot be compared.
    pub boot: i64,
}

/// The clocks of this device at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The clock that the user sets, Unix milliseconds.
    pub wall_ms: i64,
    /// The monotonic clock, where the device has one.
    pub uptime: Option<Uptime>,
    /// The server's time in the last answer before this moment; `None` before the first.
    pub heard_ms: Option<i64>,
}

/// An edit of this device with its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EditTime {
    /// The change.
    pub hash: ChangeHash,
    /// The changed record.
    pub record: RecordId,
    /// The time that the edit was given, Unix milliseconds by the server's clock as it was known.
    pub made_at_ms: i64,
    /// The clocks at the edit.
    pub reading: Reading,
}

/// The columns of an [`EditTime`].
const COLUMNS: &str = "hash, record_id, made_at_ms, wall_ms, uptime_ms, boot, heard_ms";

fn edit_time(row: &Row<'_>) -> rusqlite::Result<EditTime> {
    let uptime: Option<i64> = row.get(4)?;
    let boot: Option<i64> = row.get(5)?;
    Ok(EditTime {
        hash: ChangeHash(row.get(0)?),
        record: RecordId(row.get(1)?),
        made_at_ms: row.get(2)?,
        reading: Reading {
            wall_ms: row.get(3)?,
            uptime: uptime.zip(boot).map(|(ms, boot)| Uptime { ms, boot }),
            heard_ms: row.get(6)?,
        },
    })
}

impl Store {
    /// The times of the edits that wait in the outbox.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unsent_times(&self) -> Result<Vec<EditTime>, StoreError> {
        self.edit_times("hash IN (SELECT hash FROM outbox)")
    }

    /// The times of the edits that the server has accepted in the last days.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn accepted_times(&self) -> Result<Vec<EditTime>, StoreError> {
        self.edit_times("accepted_at_ms IS NOT NULL")
    }

    fn edit_times(&self, condition: &str) -> Result<Vec<EditTime>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(&format!("SELECT {COLUMNS} FROM edit_time WHERE {condition}"))?
                .query_map([], edit_time)?
                .collect()
        })
    }
}

impl Write<'_> {
    /// Stores the time of an edit that was just put into the outbox.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn put_edit_time(&mut self, time: &EditTime) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO edit_time (hash, record_id, made_at_ms, wall_ms, uptime_ms, boot, heard_ms)
                 VALUES (:hash, :record_id, :made_at_ms, :wall_ms, :uptime_ms, :boot, :heard_ms)",
            )?
            .execute(named_params! {
                ":hash": time.hash.0,
                ":record_id": time.record.0,
                ":made_at_ms": time.made_at_ms,
                ":wall_ms": time.reading.wall_ms,
                ":uptime_ms": time.reading.uptime.map(|uptime| uptime.ms),
                ":boot": time.reading.uptime.map(|uptime| uptime.boot),
                ":heard_ms": time.reading.heard_ms,
            })?;
        Ok(())
    }

    /// The times of these edits, as far as they are known.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn times_of(
        &self,
        edits: impl Iterator<Item = ChangeHash>,
    ) -> Result<HashMap<ChangeHash, EditTime>, StoreError> {
        let mut select = self
            .tx
            .prepare_cached(&format!("SELECT {COLUMNS} FROM edit_time WHERE hash = :hash"))?;
        let mut times = HashMap::new();
        for hash in edits {
            let found = select
                .query_row(named_params! { ":hash": hash.0 }, edit_time)
                .optional()?;
            times.extend(found.map(|time| (hash, time)));
        }
        Ok(times)
    }

    /// Notes that the server has accepted an edit, at `at_ms` by its clock.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn note_accepted(&mut self, hash: ChangeHash, at_ms: i64) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("UPDATE edit_time SET accepted_at_ms = :at_ms WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0, ":at_ms": at_ms })?;
        Ok(())
    }

    /// Gives the time of an edit to the change that is in its place.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn rename_time(&mut self, was: ChangeHash, is: ChangeHash) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("UPDATE OR REPLACE edit_time SET hash = :is WHERE hash = :was")?
            .execute(named_params! { ":was": was.0, ":is": is.0 })?;
        Ok(())
    }

    /// Forgets the time of an edit.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_time(&mut self, hash: ChangeHash) -> Result<(), StoreError> {
        self.tx
            .prepare_cached("DELETE FROM edit_time WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// Forgets the times of edits that were accepted before `at_ms`, and of those that are neither accepted nor unsent.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_times_before(&mut self, at_ms: i64) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "DELETE FROM edit_time WHERE accepted_at_ms < :at_ms
                    OR (accepted_at_ms IS NULL AND hash NOT IN (SELECT hash FROM outbox))",
            )?
            .execute(named_params! { ":at_ms": at_ms })?;
        Ok(())
    }

    /// Puts another change in the place of one that waits in the outbox.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn replace_unsent(
        &mut self,
        record: RecordId,
        old: ChangeHash,
        (hash, bytes): (ChangeHash, &[u8]),
        made_at_ms: i64,
    ) -> Result<(), StoreError> {
        self.forget_time(old)?;
        self.tx
            .prepare_cached(
                "UPDATE outbox SET hash = :hash, bytes = :bytes, made_at_ms = :made_at_ms
                    WHERE record_id = :record_id AND hash = :old",
            )?
            .execute(named_params! {
                ":hash": hash.0,
                ":bytes": bytes,
                ":made_at_ms": made_at_ms,
                ":record_id": record.0,
                ":old": old.0,
            })?;
        Ok(())
    }
}
