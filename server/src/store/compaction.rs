//! Removal of what is kept for a while only: single changes, whose record holds them, and tombstones.

use rusqlite::named_params;

use super::{StoreError, Tx};

impl Tx<'_> {
    /// True if changes received before `changes_ms` are kept one by one, or departures from before `departures_ms`, in Unix
    /// milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn has_old(&self, changes_ms: i64, departures_ms: i64) -> Result<bool, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM change WHERE received_at_ms < :changes AND bytes IS NOT NULL)
                 OR EXISTS (SELECT 1 FROM departure WHERE at_ms < :departures)",
        )?;
        let bound = named_params! { ":changes": changes_ms, ":departures": departures_ms };
        Ok(select.query_row(bound, |row| row.get(0))?)
    }

    /// Lets go of the bytes of at most `limit` changes that were received before `before_ms`. Their records hold them, and their
    /// hashes and verdicts stay. Returned is the number of changes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn compact_changes(&self, before_ms: i64, limit: u32) -> Result<usize, StoreError> {
        let mut update = self.connection().prepare_cached(
            "UPDATE change SET bytes = NULL WHERE (record, number) IN (
                 SELECT record, number FROM change WHERE received_at_ms < :before AND bytes IS NOT NULL LIMIT :limit)",
        )?;
        Ok(update.execute(named_params! { ":before": before_ms, ":limit": limit })?)
    }

    /// Removes at most `limit` departures from before `before_ms`, and notes in each territory up to which number some may be
    /// gone. Returned is their number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn compact_departures(&self, before_ms: i64, limit: u32) -> Result<usize, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT territory, record, seq FROM departure WHERE at_ms < :before LIMIT :limit",
        )?;
        let rows = select.query_map(named_params! { ":before": before_ms, ":limit": limit }, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        let old = rows.collect::<Result<Vec<([u8; 16], [u8; 16], i64)>, _>>()?;
        let mut note = self.connection().prepare_cached(
            "UPDATE territory SET compacted_seq = max(compacted_seq, :seq) WHERE id = :territory",
        )?;
        let mut delete = self
            .connection()
            .prepare_cached("DELETE FROM departure WHERE territory = :territory AND record = :record")?;
        for (territory, record, seq) in &old {
            note.execute(named_params! { ":territory": territory, ":seq": seq })?;
            delete.execute(named_params! { ":territory": territory, ":record": record })?;
        }
        Ok(old.len())
    }
}
