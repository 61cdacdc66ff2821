//! The database as a whole: its identity, its restores.

use fieldbook_model::ids::TerritoryId;
use rusqlite::{OptionalExtension, named_params};

use super::{StoreError, Tx};

impl Tx<'_> {
    /// The identity of this server, made with its database; `None` before it has one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn office_id(&self) -> Result<Option<[u8; 16]>, StoreError> {
        let mut select = self.connection().prepare_cached("SELECT id FROM office")?;
        Ok(select.query_row([], |row| row.get(0)).optional()?)
    }

    /// Gives the server its identity, unless it has one.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_office_id(&self, id: [u8; 16]) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO office (one, id) VALUES (1, :id) ON CONFLICT DO NOTHING")?
            .execute(named_params! { ":id": id })?;
        Ok(())
    }

    /// True if the database was ever restored from a backup.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn was_restored(&self) -> Result<bool, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT 1 FROM office WHERE restored_at_ms IS NOT NULL")?;
        Ok(select.exists([])?)
    }

    /// Notes the time at which the database was restored, in Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_restored(&self, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE office SET restored_at_ms = :now")?
            .execute(named_params! { ":now": now_ms })?;
        Ok(())
    }

    /// Puts a territory into another epoch, so that devices begin it anew.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_epoch(&self, territory: TerritoryId, epoch: u64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE territory SET epoch = :epoch WHERE id = :id")?
            .execute(named_params! { ":epoch": epoch.cast_signed(), ":id": territory.0 })?;
        Ok(())
    }

    /// Ends the validity of all unused join codes before `now_ms`, and returns how many were still valid.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn void_all_codes(&self, now_ms: i64) -> Result<usize, StoreError> {
        let mut update = self.connection().prepare_cached(
            "UPDATE join_code SET expires_at_ms = :now - 1 WHERE used_by IS NULL AND expires_at_ms >= :now",
        )?;
        Ok(update.execute(named_params! { ":now": now_ms })?)
    }
}
