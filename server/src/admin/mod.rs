//! Administration: territories, people, join codes, hand-overs, devices, evidence. Each call is one transaction on the
//! store, with or without a running server.

pub(crate) mod audit;
pub(crate) mod compact;
mod devices;
mod erase;
mod evidence;
mod hand_over;
mod late;
mod leavers;
mod parked;
mod people;
mod restored;
mod territories;
mod web_forms;

use fieldbook_model::ids::{DeviceId, RecordId};

use crate::store::{StoreError, Territory, Tx};

pub use audit::{AuditFault, AuditReport, audit_log, note_export, verify_audit};
pub use compact::{CHANGES_KEPT_MS, Compacted, DEPARTURES_KEPT_MS, compact};
pub use devices::{Device, cancel_wipe, devices, order_wipe, revoke_device};
pub use erase::{Erasure, erase_contact};
pub use evidence::{Chain, chains, findings};
pub use hand_over::{HandOver, hand_over};
pub use late::{LateEdit, late_edits};
pub use leavers::{
    ListedUser, OpenCode, Removal, cancel_code, disable_user, enable_user, open_codes, remove_user, users,
};
pub use parked::{Decision, ParkedEdit, ParkedField, parked, settle_parked};
pub use people::{
    CODE_DAYS, IssuedCode, User, add_user, issue_code, move_user, set_role, withdraw_territories,
};
pub use restored::{Restored, restored};
pub use territories::add_territory;
pub use web_forms::{IssuedForm, ListedForm, add_web_form, web_forms};

/// The reason why an administrator's command failed. A failed command changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// The name is empty.
    #[error("the name is empty")]
    NoName,
    /// A territory has this name already.
    #[error("there is a territory called {name} already")]
    TerritoryExists {
        /// The name in question.
        name: String,
    },
    /// No territory has this name.
    #[error("there is no territory called {name}")]
    NoTerritory {
        /// The name in question.
        name: String,
    },
    /// No territory was given for a role that needs one: a rep or a manager.
    #[error("a {role} needs at least one territory")]
    NeedsTerritory {
        /// The role that needs a territory.
        role: fieldbook_model::Role,
    },
    /// A person has this name already.
    #[error("there is a user called {name} already")]
    UserExists {
        /// The name in question.
        name: String,
    },
    /// No person has this name.
    #[error("there is no user called {name}")]
    NoUser {
        /// The name in question.
        name: String,
    },
    /// The person was disabled: no code is issued.
    #[error("{name} is disabled")]
    UserDisabled {
        /// The name in question.
        name: String,
    },
    /// No join code that can still be used has this id.
    #[error("there is no open code {id}")]
    NoCode {
        /// The id in question.
        id: String,
    },
    /// No account has this id.
    #[error("there is no account {id}")]
    NoAccount {
        /// The id in question.
        id: RecordId,
    },
    /// Accounts cannot be handed over to the company territory, which everyone sees.
    #[error("accounts cannot be handed over to the whole company")]
    ToCompany,
    /// No device has this id.
    #[error("there is no device {id}")]
    NoDevice {
        /// The id in question.
        id: DeviceId,
    },
    /// No change that waits has this id, or several have.
    #[error("no single change that waits is called {id}: give at least eight digits of its id")]
    NoParked {
        /// The id in question.
        id: String,
    },
    /// No field of the change waits, or not this one.
    #[error("of the change {id} no field {field} waits")]
    NoParkedField {
        /// The id of the change.
        id: String,
        /// The field in question; empty for any.
        field: String,
    },
    /// The record does not take the change.
    #[error("it cannot be applied: {}", reason.map_or_else(|| "its record is not here".to_owned(), |reason| reason.to_string()))]
    NotApplied {
        /// The reason; `None` if the record is not here.
        reason: Option<fieldbook_model::doc::gate::Refusal>,
    },
    /// No contact has this id.
    #[error("there is no contact {id}")]
    NoContact {
        /// The id in question.
        id: RecordId,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AdminError {
    /// The error's code for scripts. Codes never change.
    pub fn code(&self) -> &'static str {
        match self {
            AdminError::NoName => "no_name",
            AdminError::TerritoryExists { .. } => "territory_exists",
            AdminError::NoTerritory { .. } => "no_territory",
            AdminError::NeedsTerritory { .. } => "needs_territory",
            AdminError::UserExists { .. } => "user_exists",
            AdminError::NoUser { .. } => "no_user",
            AdminError::UserDisabled { .. } => "user_disabled",
            AdminError::NoCode { .. } => "no_code",
            AdminError::NoAccount { .. } => "no_account",
            AdminError::ToCompany => "to_company",
            AdminError::NoDevice { .. } => "no_device",
            AdminError::NoParked { .. } => "no_parked",
            AdminError::NoParkedField { .. } => "no_parked_field",
            AdminError::NotApplied { .. } => "not_applied",
            AdminError::NoContact { .. } => "no_contact",
            AdminError::Store(StoreError::Missing { .. }) => "no_database",
            AdminError::Store(_) => "store",
        }
    }
}

/// The name without surrounding spaces, unless nothing is left of it.
fn validated_name(name: &str) -> Result<&str, AdminError> {
    match name.trim() {
        "" => Err(AdminError::NoName),
        name => Ok(name),
    }
}

fn find_territory(tx: &Tx<'_>, name: &str) -> Result<Territory, AdminError> {
    tx.territory_named(name.trim())?
        .ok_or_else(|| AdminError::NoTerritory {
            name: name.trim().to_owned(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codes_that_scripts_rely_on_stay_as_they_are() {
        let name = String::new;
        let codes = [
            (AdminError::NoName, "no_name"),
            (AdminError::TerritoryExists { name: name() }, "territory_exists"),
            (AdminError::NoTerritory { name: name() }, "no_territory"),
            (
                AdminError::NeedsTerritory {
                    role: fieldbook_model::Role::Rep,
                },
                "needs_territory",
            ),
            (AdminError::UserExists { name: name() }, "user_exists"),
            (AdminError::NoUser { name: name() }, "no_user"),
            (AdminError::UserDisabled { name: name() }, "user_disabled"),
            (AdminError::NoCode { id: name() }, "no_code"),
            (
                AdminError::NoAccount {
                    id: RecordId([0; 16]),
                },
                "no_account",
            ),
            (AdminError::ToCompany, "to_company"),
            (
                AdminError::NoDevice {
                    id: DeviceId([0; 16]),
                },
                "no_device",
            ),
            (AdminError::NoParked { id: name() }, "no_parked"),
            (
                AdminError::NoParkedField {
                    id: name(),
                    field: name(),
                },
                "no_parked_field",
            ),
            (AdminError::NotApplied { reason: None }, "not_applied"),
            (
                AdminError::NoContact {
                    id: RecordId([0; 16]),
                },
                "no_contact",
            ),
            (
                AdminError::Store(StoreError::Missing { dir: ".".into() }),
                "no_database",
            ),
            (AdminError::Store(StoreError::Busy), "store"),
        ];
        for (error, code) in codes {
            assert_eq!(error.code(), code, "{error}");
        }
    }
}
