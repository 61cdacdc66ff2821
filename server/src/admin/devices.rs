//! Which devices there are, and locking one out.

use fieldbook_model::ids::DeviceId;

use super::AdminError;
use crate::store::{self, Store, StoreError, Tx};

/// A device as the administrator's list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name for machines.
    pub id: DeviceId,
    /// Whose it is.
    pub user: String,
    /// What it calls itself.
    pub name: String,
    /// When it joined, in Unix milliseconds.
    pub joined_at_ms: i64,
    /// When it was last heard of, in Unix milliseconds, to the hour.
    pub seen_at_ms: i64,
    /// When it was locked out, in Unix milliseconds.
    pub revoked_at_ms: Option<i64>,
}

/// All devices, in the order in which they joined.
///
/// # Errors
/// The store's.
pub fn devices(store: &Store) -> Result<Vec<Device>, AdminError> {
    let tx = store.read()?;
    let all = tx.devices()?;
    all.into_iter().map(|device| told(&tx, device)).collect()
}

/// Locks a device out: it is told so when it next calls, and nothing is taken from it. A lost phone that is found comes
/// back with a new join code.
///
/// # Errors
/// [`AdminError::NoDevice`], or the store's.
pub fn revoke_device(store: &Store, id: DeviceId, now_ms: i64) -> Result<Device, AdminError> {
    let tx = store.write()?;
    let device = tx.device(id)?.ok_or(AdminError::NoDevice { id })?;
    let device = store::Device {
        revoked_at_ms: device.revoked_at_ms.or(Some(now_ms)),
        ..device
    };
    tx.put_device(&device)?;
    let device = told(&tx, device)?;
    tx.commit()?;
    Ok(device)
}

pub(super) fn told(tx: &Tx<'_>, device: store::Device) -> Result<Device, AdminError> {
    let person = tx.person(device.person)?;
    let person = person.ok_or(StoreError::Damaged {
        what: "device.person",
    })?;
    Ok(Device {
        id: device.id,
        user: person.name,
        name: device.name,
        joined_at_ms: device.joined_at_ms,
        seen_at_ms: device.seen_at_ms,
        revoked_at_ms: device.revoked_at_ms,
    })
}
