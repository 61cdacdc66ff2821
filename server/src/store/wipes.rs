//! Orders that a device is to be wiped.

use fieldbook_model::ids::DeviceId;
use rusqlite::named_params;

use super::{Device, StoreError, Tx};

impl Device {
    /// The public key of its signatures under requests.
    pub fn signs_with(&self) -> &[u8; 32] {
        self.request_key.as_ref().unwrap_or(&self.key)
    }

    /// True if the device is to be wiped and has not reported that it was.
    pub fn is_to_be_wiped(&self) -> bool {
        self.wipe_ordered_at_ms.is_some() && self.wiped_at_ms.is_none()
    }
}

impl Tx<'_> {
    /// Orders that a device is to be wiped; the time of an earlier order stays, unless it was carried out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn order_wipe(&self, device: DeviceId, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE device SET wiped_at_ms = NULL,
                     wipe_ordered_at_ms = CASE WHEN wiped_at_ms IS NULL THEN coalesce(wipe_ordered_at_ms, :now) ELSE :now END
                 WHERE id = :device",
            )?
            .execute(named_params! { ":device": device.0, ":now": now_ms })?;
        Ok(())
    }

    /// Takes an order back that was not carried out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn cancel_wipe(&self, device: DeviceId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE device SET wipe_ordered_at_ms = NULL WHERE id = :device AND wiped_at_ms IS NULL",
            )?
            .execute(named_params! { ":device": device.0 })?;
        Ok(())
    }

    /// Notes that a device was wiped, and revokes it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_wiped(&self, device: DeviceId, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE device SET wiped_at_ms = :now, revoked_at_ms = coalesce(revoked_at_ms, :now), seen_at_ms = :now
                 WHERE id = :device",
            )?
            .execute(named_params! { ":device": device.0, ":now": now_ms })?;
        Ok(())
    }
}
