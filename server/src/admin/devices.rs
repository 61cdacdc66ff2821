//! Lists devices, revokes them and orders that they are wiped.

use fieldbook_model::ids::DeviceId;

use serde_json::json;

use super::{AdminError, audit};
use crate::store::{self, Store, StoreError, Tx};

/// A device in the administrator's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The device's id.
    pub id: DeviceId,
    /// The name of its person.
    pub user: String,
    /// The name that the device gave itself.
    pub name: String,
    /// The time at which it joined, in Unix milliseconds.
    pub joined_at_ms: i64,
    /// The time of its last request, in Unix milliseconds, accurate to the hour.
    pub seen_at_ms: i64,
    /// The time at which it was revoked, in Unix milliseconds; `None` if it may sync.
    pub revoked_at_ms: Option<i64>,
    /// The time at which it was ordered that it is wiped, in Unix milliseconds; `None` without an order.
    pub wipe_ordered_at_ms: Option<i64>,
    /// The time at which it reported that it was, in Unix milliseconds.
    pub wiped_at_ms: Option<i64>,
}

/// All devices, in the order in which they joined.
///
/// # Errors
/// [`AdminError::Store`].
pub fn devices(store: &Store) -> Result<Vec<Device>, AdminError> {
    let tx = store.read()?;
    let all = tx.devices()?;
    all.into_iter().map(|device| to_device(&tx, device)).collect()
}

/// Revokes a device: its next request is answered with `Revoked`, and no change of it is accepted. Unused join codes of its
/// person expire. It can return with a code that is issued afterwards, as a lost phone does that was found.
///
/// # Errors
/// [`AdminError::NoDevice`], or [`AdminError::Store`].
pub fn revoke_device(store: &Store, id: DeviceId, now_ms: i64) -> Result<Device, AdminError> {
    let tx = store.write()?;
    let device = tx.device(id)?.ok_or(AdminError::NoDevice { id })?;
    let device = store::Device {
        revoked_at_ms: device.revoked_at_ms.or(Some(now_ms)),
        ..device
    };
    tx.put_device(&device)?;
    tx.void_codes(device.person, now_ms)?;
    audit::note(
        &tx,
        now_ms,
        "device_revoked",
        json!({ "device": device.id.to_string() }),
    )?;
    let device = to_device(&tx, device)?;
    tx.commit()?;
    Ok(device)
}

/// Orders that a device is wiped: at its next sync it sends what it still may, erases its book, says so, and is revoked. Until
/// then it gets no news. Unused join codes of its person expire. One that is revoked sends nothing before.
///
/// # Errors
/// [`AdminError::NoDevice`], or [`AdminError::Store`].
pub fn order_wipe(store: &Store, id: DeviceId, now_ms: i64) -> Result<Device, AdminError> {
    let tx = store.write()?;
    let device = tx.device(id)?.ok_or(AdminError::NoDevice { id })?;
    tx.order_wipe(id, now_ms)?;
    tx.void_codes(device.person, now_ms)?;
    finish(tx, id, now_ms, "wipe_ordered")
}

/// Takes an order back that the device has not carried out.
///
/// # Errors
/// [`AdminError::NoDevice`], or [`AdminError::Store`].
pub fn cancel_wipe(store: &Store, id: DeviceId, now_ms: i64) -> Result<Device, AdminError> {
    let tx = store.write()?;
    tx.device(id)?.ok_or(AdminError::NoDevice { id })?;
    tx.cancel_wipe(id)?;
    finish(tx, id, now_ms, "wipe_cancelled")
}

/// Notes an act about a device, and returns the device as it is then.
fn finish(tx: Tx<'_>, id: DeviceId, now_ms: i64, act: &str) -> Result<Device, AdminError> {
    audit::note(&tx, now_ms, act, json!({ "device": id.to_string() }))?;
    let device = tx.device(id)?.ok_or(AdminError::NoDevice { id })?;
    let device = to_device(&tx, device)?;
    tx.commit()?;
    Ok(device)
}

pub(super) fn to_device(tx: &Tx<'_>, device: store::Device) -> Result<Device, AdminError> {
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
        wipe_ordered_at_ms: device.wipe_ordered_at_ms,
        wiped_at_ms: device.wiped_at_ms,
    })
}
