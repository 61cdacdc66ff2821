//! Removal of what deleted rows leave behind: words in the search index, and pages in the write-ahead log.

use std::sync::PoisonError;

use rusqlite::OptionalExtension;

use super::{Store, StoreError, Write};

/// The setting that is there while something is to be purged.
const DUE: &str = "purge_due";

impl Store {
    /// Leaves no byte of removed records in the file or its log, if any have been removed since the last time.
    ///
    /// The search index keeps the words of a deleted row until its parts are merged, also under `secure_delete`; the log keeps
    /// old pages until it is truncated. The time grows with the size of the index.
    ///
    /// # Errors
    /// [`StoreError`] of the file; the purge stays due then, as it does when another connection reads the log.
    pub fn purge_if_due(&self) -> Result<(), StoreError> {
        let due = self.read(|connection| {
            let mut found = connection.prepare_cached("SELECT 1 FROM setting WHERE name = ?")?;
            found.exists([DUE])
        })?;
        if !due {
            return Ok(());
        }
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        self.refuse_if_wiped()?;
        if writer.is_none() {
            *writer = Some(self.connect()?);
        }
        let connection = writer.as_mut().expect("opened a line above");
        connection.execute("INSERT INTO record_word (record_word) VALUES ('optimize')", [])?;
        if truncate_log(connection)? {
            connection.execute("DELETE FROM setting WHERE name = ?", [DUE])?;
        }
        Ok(())
    }
}

/// Moves the whole log into the file and empties it; false if a reader prevents it.
fn truncate_log(connection: &rusqlite::Connection) -> Result<bool, StoreError> {
    let busy: Option<i64> = connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0))
        .optional()?;
    Ok(busy == Some(0))
}

impl Write<'_> {
    /// Has [`Store::purge_if_due`] purge the file after this transaction.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn need_purge(&mut self) -> Result<(), StoreError> {
        self.put_setting(DUE, &[])
    }
}
