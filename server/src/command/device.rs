//! `admin device list|revoke` and `admin wipe`.

use clap::Subcommand;
use fieldbook_model::clock::{Clock as _, SystemClock};
use fieldbook_model::ids::DeviceId;
use fieldbook_server::admin::{self, AdminError};
use fieldbook_server::store::Store;
use serde_json::json;

use super::Output;

#[derive(Debug, Clone, Copy, Subcommand)]
pub(super) enum DeviceCommand {
    /// List all devices.
    List,
    /// Lock a device out.
    Revoke {
        /// Its id, as the list shows it.
        device: DeviceId,
    },
}

pub(super) fn device(store: &Store, command: DeviceCommand) -> Result<Vec<Output>, AdminError> {
    match command {
        DeviceCommand::List => Ok(admin::devices(store)?.iter().map(output).collect()),
        DeviceCommand::Revoke { device } => {
            let device = admin::revoke_device(store, device, SystemClock.now_ms())?;
            Ok(vec![output(&device)])
        }
    }
}

pub(super) fn wipe(store: &Store, device: DeviceId, cancel: bool) -> Result<Vec<Output>, AdminError> {
    let now_ms = SystemClock.now_ms();
    let device = if cancel {
        admin::cancel_wipe(store, device, now_ms)?
    } else {
        admin::order_wipe(store, device, now_ms)?
    };
    Ok(vec![output(&device)])
}

fn output(device: &admin::Device) -> Output {
    let state = match (
        device.wiped_at_ms,
        device.wipe_ordered_at_ms,
        device.revoked_at_ms,
    ) {
        (Some(_), ..) => "wiped",
        (None, Some(_), _) => "to be wiped",
        (None, None, Some(_)) => "revoked",
        (None, None, None) => "active",
    };
    Output::new(
        format!("{}  {}  {}  {state}", device.id, device.user, device.name),
        json!({
            "id": device.id.to_string(), "user": device.user, "name": device.name,
            "joined_at_ms": device.joined_at_ms, "seen_at_ms": device.seen_at_ms,
            "revoked_at_ms": device.revoked_at_ms,
            "wipe_ordered_at_ms": device.wipe_ordered_at_ms, "wiped_at_ms": device.wiped_at_ms,
        }),
    )
}
