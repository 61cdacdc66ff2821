//! `admin user list|remove` and `admin code list|cancel`.

use clap::Subcommand;
use fieldbook_model::clock::{Clock as _, SystemClock};
use fieldbook_server::admin::{self, AdminError, Removal};
use fieldbook_server::store::Store;
use serde_json::json;

use super::Output;

#[derive(Debug, Subcommand)]
pub(super) enum CodeCommand {
    /// List the codes that can still be used; the codes themselves are stored nowhere.
    List,
    /// Take a code back.
    Cancel {
        /// Its id, as the list shows it.
        id: String,
    },
}

pub(super) fn users(store: &Store) -> Result<Vec<Output>, AdminError> {
    let output = |listed: admin::ListedUser| {
        let (user, devices) = (listed.user, listed.active_devices);
        let state = if listed.disabled_at_ms.is_some() {
            "disabled"
        } else {
            "active"
        };
        let territories = user.territories.join(", ");
        Output::new(
            format!(
                "{}  {} ({}): {territories}  {devices} devices  {state}",
                user.id, user.name, user.role
            ),
            json!({
                "id": user.id.to_string(), "name": user.name, "role": user.role.name(), "home": user.home.to_string(),
                "territories": user.territories, "active_devices": devices, "disabled_at_ms": listed.disabled_at_ms,
            }),
        )
    };
    Ok(admin::users(store)?.into_iter().map(output).collect())
}

pub(super) fn remove(store: &Store, name: &str) -> Result<Output, AdminError> {
    let removal = admin::remove_user(store, name, SystemClock.now_ms())?;
    let (word, text) = match removal {
        Removal::Deleted => ("deleted", format!("{name} is deleted")),
        Removal::Disabled => (
            "disabled",
            format!("{name} is disabled and has no territory; the name stays with what they wrote"),
        ),
    };
    Ok(Output::new(text, json!({ "name": name, "removal": word })))
}

pub(super) fn code(store: &Store, command: &CodeCommand) -> Result<Vec<Output>, AdminError> {
    let now_ms = SystemClock.now_ms();
    let output = |code: admin::OpenCode| {
        Output::new(
            format!("{}  {}", code.id, code.user),
            json!({ "id": code.id, "user": code.user, "expires_at_ms": code.expires_at_ms }),
        )
    };
    match command {
        CodeCommand::List => Ok(admin::open_codes(store, now_ms)?
            .into_iter()
            .map(output)
            .collect()),
        CodeCommand::Cancel { id } => Ok(vec![output(admin::cancel_code(store, id, now_ms)?)]),
    }
}
