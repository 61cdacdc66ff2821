//! Erasure: records that go for good, with their history.

use std::time::Duration;

use fieldbook_model::Kind;
use fieldbook_model::ids::RecordId;
use rusqlite::named_params;

use super::{RecordHeader, Store, StoreError, Tx};

/// The number of attempts at emptying the log beside the database while requests are read.
const ATTEMPTS_MAX: u32 = 50;

/// The pause between two attempts.
const PAUSE: Duration = Duration::from_millis(100);

impl Tx<'_> {
    /// Removes a record with its changes and all that waits for it, and remembers that it was erased.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn erase_record(&self, record: &RecordHeader, now_ms: i64) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM change WHERE record = :number",
            "DELETE FROM record WHERE number = :number",
        ] {
            self.connection()
                .prepare_cached(statement)?
                .execute(named_params! { ":number": record.number })?;
        }
        self.connection()
            .prepare_cached("DELETE FROM parked WHERE record = :record")?
            .execute(named_params! { ":record": record.id.0 })?;
        self.connection()
            .prepare_cached(
                "INSERT INTO erased (record, at_ms) VALUES (:record, :now) ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":record": record.id.0, ":now": now_ms })?;
        Ok(())
    }

    /// True if a record was erased.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn is_erased(&self, record: RecordId) -> Result<bool, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT 1 FROM erased WHERE record = :record")?;
        Ok(select.exists(named_params! { ":record": record.0 })?)
    }

    /// Those of these records that were erased.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn erased_among(&self, records: &[RecordId]) -> Result<Vec<RecordId>, StoreError> {
        let mut any = self.connection().prepare_cached("SELECT 1 FROM erased LIMIT 1")?;
        if records.is_empty() || !any.exists([])? {
            return Ok(Vec::new());
        }
        let mut erased = Vec::new();
        for record in records {
            if self.is_erased(*record)? {
                erased.push(*record);
            }
        }
        Ok(erased)
    }

    /// Calls `visit` with id, kind and row of every record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn for_each_row(&self, mut visit: impl FnMut(RecordId, Kind, &[u8])) -> Result<(), StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, kind, row FROM record")?;
        let mut rows = select.query([])?;
        while let Some(row) = rows.next()? {
            let kind =
                Kind::from_code(row.get(1)?).map_err(|_| StoreError::Damaged { what: "record.kind" })?;
            let text = row
                .get_ref(2)?
                .as_blob()
                .map_err(|_| StoreError::Damaged { what: "record.row" })?;
            visit(RecordId(row.get(0)?), kind, text);
        }
        Ok(())
    }
}

impl Store {
    /// Rewrites the file without what was deleted from it, and empties the log beside it. True if the log is empty; false
    /// if requests that were being answered kept it in use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forget_deleted(&self) -> Result<bool, StoreError> {
        self.readers().clear();
        let connection = self.connect()?;
        connection.execute_batch("VACUUM")?;
        for _ in 0..ATTEMPTS_MAX {
            let busy: i64 = connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))?;
            if busy == 0 {
                return Ok(true);
            }
            std::thread::sleep(PAUSE);
        }
        Ok(false)
    }
}
