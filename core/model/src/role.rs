//! Roles of persons, and what each may write.

use std::fmt;
use std::str::FromStr;

use super::Kind;

/// The role of a person in the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Works one territory.
    Rep,
    /// Sees several territories.
    Manager,
    /// Also sets up what concerns the whole company.
    Admin,
}

/// A word that names no role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such role: rep, manager, admin")]
pub struct BadRole;

impl Role {
    /// The word for it, on the wire and in the server's files.
    pub fn name(self) -> &'static str {
        match self {
            Role::Rep => "rep",
            Role::Manager => "manager",
            Role::Admin => "admin",
        }
    }

    /// True if this role may write records of `kind`: records that concern the whole company are closed to reps.
    pub fn may_write(self, kind: Kind) -> bool {
        !kind.is_company_wide() || self >= Role::Manager
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = BadRole;

    fn from_str(s: &str) -> Result<Role, BadRole> {
        [Role::Rep, Role::Manager, Role::Admin]
            .into_iter()
            .find(|r| r.name() == s)
            .ok_or(BadRole)
    }
}
