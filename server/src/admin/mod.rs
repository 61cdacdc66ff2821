//! What an administrator does: territories, people, join codes, hand-overs, devices. Each call is one transaction on the
//! store, beside a server that runs or without one.

mod devices;
mod evidence;
mod hand_over;
mod people;
mod territories;

use fieldbook_model::ids::{DeviceId, RecordId};

use crate::store::{StoreError, Territory, Tx};

pub use devices::{Device, devices, revoke_device};
pub use evidence::{Chain, chains, findings};
pub use hand_over::{HandOver, hand_over};
pub use people::{CODE_DAYS, Code, User, add_user, issue_code, move_user};
pub use territories::add_territory;

/// Why an administrator's wish was not carried out. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AdminError {
    /// A name is needed.
    #[error("the name is empty")]
    NoName,
    /// There is a territory of that name.
    #[error("there is a territory called {name} already")]
    TerritoryExists {
        /// The name.
        name: String,
    },
    /// There is no territory of that name.
    #[error("there is no territory called {name}")]
    NoTerritory {
        /// The name.
        name: String,
    },
    /// Reps and managers work somewhere.
    #[error("a {role} needs at least one territory")]
    NeedsTerritory {
        /// The role.
        role: fieldbook_model::Role,
    },
    /// There is a person of that name.
    #[error("there is a user called {name} already")]
    UserExists {
        /// The name.
        name: String,
    },
    /// There is no person of that name.
    #[error("there is no user called {name}")]
    NoUser {
        /// The name.
        name: String,
    },
    /// There is no account with that id.
    #[error("there is no account {id}")]
    NoAccount {
        /// The id.
        id: RecordId,
    },
    /// What concerns the whole company is no place for accounts.
    #[error("accounts cannot be handed over to the whole company")]
    ToCompany,
    /// There is no device with that id.
    #[error("there is no device {id}")]
    NoDevice {
        /// The id.
        id: DeviceId,
    },
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl AdminError {
    /// The word for it, for scripts.
    pub fn code(&self) -> &'static str {
        match self {
            AdminError::NoName => "no_name",
            AdminError::TerritoryExists { .. } => "territory_exists",
            AdminError::NoTerritory { .. } => "no_territory",
            AdminError::NeedsTerritory { .. } => "needs_territory",
            AdminError::UserExists { .. } => "user_exists",
            AdminError::NoUser { .. } => "no_user",
            AdminError::NoAccount { .. } => "no_account",
            AdminError::ToCompany => "to_company",
            AdminError::NoDevice { .. } => "no_device",
            AdminError::Store(_) => "store",
        }
    }
}

/// The name without the spaces around it.
fn named(name: &str) -> Result<&str, AdminError> {
    match name.trim() {
        "" => Err(AdminError::NoName),
        name => Ok(name),
    }
}

fn territory(tx: &Tx<'_>, name: &str) -> Result<Territory, AdminError> {
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
            (AdminError::Store(StoreError::Busy), "store"),
        ];
        for (error, code) in codes {
            assert_eq!(error.code(), code, "{error}");
        }
    }
}
