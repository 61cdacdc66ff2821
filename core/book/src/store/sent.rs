//! Which unsent changes may have left the device, and the writing of fewer in place of those that have not.

use std::collections::BTreeSet;

use rusqlite::named_params;

use super::{StoreError, Unsent, Write, outbox};
use fieldbook_model::ids::{ChangeHash, RecordId};

impl Write<'_> {
    /// The first unsent changes, as [`Store::outbox`](super::Store::outbox) gives them, marked as having left the device, with the
    /// places in the outbox of those that were not marked before.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn take_to_send(&mut self, bytes_max: usize) -> Result<(Vec<Unsent>, Vec<i64>), StoreError> {
        let batch = outbox::batch(&self.tx, bytes_max)?;
        let places = {
            let mut first = self
                .tx
                .prepare_cached("SELECT n, sent FROM outbox ORDER BY n LIMIT :most")?;
            let most = i64::try_from(batch.len()).unwrap_or(i64::MAX);
            let rows = first.query_map(named_params! { ":most": most }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?;
            rows.collect::<Result<Vec<(i64, bool)>, _>>()?
        };
        let news: Vec<i64> = places
            .into_iter()
            .filter(|(_, sent)| !sent)
            .map(|(n, _)| n)
            .collect();
        self.mark_sent(&news, true)?;
        Ok((batch, news))
    }

    /// Marks changes, by their places in the outbox, as ones that may have left the device, or that certainly have not.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn mark_sent(&mut self, places: &[i64], sent: bool) -> Result<(), StoreError> {
        let mut update = self
            .tx
            .prepare_cached("UPDATE outbox SET sent = :sent WHERE n = :n")?;
        for n in places {
            update.execute(named_params! { ":n": n, ":sent": sent })?;
        }
        Ok(())
    }

    /// Bytes of the changes of a record in the outbox that have never left the device.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unseen_bytes(&self, record: RecordId) -> Result<u64, StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT coalesce(sum(length(bytes)), 0) FROM outbox WHERE record_id = :record AND sent = 0",
        )?;
        let bytes: i64 = statement.query_row(named_params! { ":record": record.0 }, |row| row.get(0))?;
        Ok(bytes.cast_unsigned())
    }

    /// The changes of a record in the outbox that have never left the device.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn unseen(&self, record: RecordId) -> Result<BTreeSet<ChangeHash>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT hash FROM outbox WHERE record_id = :record AND sent = 0")?;
        let rows = statement.query_map(named_params! { ":record": record.0 }, |row| {
            row.get(0).map(ChangeHash)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Writes another change, by its hash and chunk, in the place of one in the outbox that has never left the device; `None`
    /// removes it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn replace_unseen(
        &mut self,
        record: RecordId,
        was: ChangeHash,
        change: Option<(ChangeHash, &[u8])>,
    ) -> Result<(), StoreError> {
        let Some((hash, bytes)) = change else {
            self.tx
                .prepare_cached("DELETE FROM outbox WHERE record_id = :record AND hash = :was AND sent = 0")?
                .execute(named_params! { ":record": record.0, ":was": was.0 })?;
            return self.forget_time(was);
        };
        self.rename_time(was, hash)?;
        self.tx
            .prepare_cached(
                "UPDATE outbox SET hash = :hash, bytes = :bytes
                 WHERE record_id = :record AND hash = :was AND sent = 0",
            )?
            .execute(named_params! {
                ":record": record.0,
                ":was": was.0,
                ":hash": hash.0,
                ":bytes": bytes,
            })?;
        Ok(())
    }
}
