//! The acts after a restore from a backup.

use fieldbook_model::clock::Random;

use serde_json::json;

use super::{AdminError, Device, audit, devices};
use crate::store::{Store, Territory};

/// The state of the office after a restore, for the administrator to check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restored {
    /// The number of territories that were put into a new epoch.
    pub territories: usize,
    /// The number of join codes that were valid in the backup and are void now: they may have been used since.
    pub codes: usize,
    /// The devices that the backup takes for active. Those that were revoked since are to be revoked again.
    pub active: Vec<Device>,
}

/// Opens a new epoch after a restore: each device begins anew, and sends again what it holds of its own that the office
/// has lost. Unused join codes become void.
///
/// # Errors
/// [`AdminError::Store`].
pub fn restored(store: &Store, now_ms: i64, random: &dyn Random) -> Result<Restored, AdminError> {
    let tx = store.write()?;
    let territories = tx.territories()?;
    for territory in &territories {
        let drawn = Territory::new(territory.id, &territory.name, random).epoch;
        let epoch = if drawn == territory.epoch {
            drawn + 1
        } else {
            drawn
        };
        tx.set_epoch(territory.id, epoch)?;
    }
    let codes = tx.void_all_codes(now_ms)?;
    tx.set_restored(now_ms)?;
    audit::note(
        &tx,
        now_ms,
        "restored",
        json!({ "territories": territories.len() }),
    )?;
    tx.commit()?;
    let all = devices(store)?.into_iter();
    Ok(Restored {
        territories: territories.len(),
        codes,
        active: all.filter(|device| device.revoked_at_ms.is_none()).collect(),
    })
}
