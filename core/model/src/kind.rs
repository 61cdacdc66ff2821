//! Which noun a record is.

use std::fmt;
use std::str::FromStr;

/// The kinds of record. The numbers are on disk and on the wire: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// A customer or a prospect.
    Account = 1,
    /// A place of an account where a rep can stand at the door.
    Site = 2,
    /// A person.
    Contact = 3,
    /// A deal that may be won.
    Opportunity = 4,
    /// A rep at an account, planned or done.
    Visit = 5,
    /// Something to do.
    Task = 6,
    /// Something worth remembering.
    Note = 7,
    /// A field that the company added to the others.
    CustomField = 8,
}

/// A word that names no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind: account, site, contact, opportunity, visit, task, note, custom_field")]
pub struct BadKind;

impl Kind {
    /// All of them, in the order of their numbers.
    pub const ALL: [Kind; 8] = [
        Kind::Account,
        Kind::Site,
        Kind::Contact,
        Kind::Opportunity,
        Kind::Visit,
        Kind::Task,
        Kind::Note,
        Kind::CustomField,
    ];

    /// The number on disk and on the wire.
    pub fn code(self) -> u8 {
        self as u8
    }

    /// The kind with that number.
    ///
    /// # Errors
    /// [`BadKind`] for a number that no kind has.
    pub fn from_code(code: u8) -> Result<Kind, BadKind> {
        Kind::ALL.into_iter().find(|k| k.code() == code).ok_or(BadKind)
    }

    /// The word for one: `account`.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::Site => "site",
            Kind::Contact => "contact",
            Kind::Opportunity => "opportunity",
            Kind::Visit => "visit",
            Kind::Task => "task",
            Kind::Note => "note",
            Kind::CustomField => "custom_field",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = BadKind;

    /// Takes the word for one or for many: `account`, `accounts`, `opportunities`.
    fn from_str(s: &str) -> Result<Kind, BadKind> {
        let many = |k: Kind| {
            s.strip_suffix("ies")
                .map_or(s.strip_suffix('s') == Some(k.name()), |stem| {
                    k.name().strip_suffix('y') == Some(stem)
                })
        };
        Kind::ALL
            .into_iter()
            .find(|k| k.name() == s || many(*k))
            .ok_or(BadKind)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_is_read_in_singular_and_plural() {
        for (word, kind) in [
            ("accounts", Kind::Account),
            ("opportunities", Kind::Opportunity),
            ("visit", Kind::Visit),
        ] {
            assert_eq!(word.parse(), Ok(kind));
        }
        assert_eq!("accountss".parse::<Kind>(), Err(BadKind));
        assert_eq!(Kind::from_code(0), Err(BadKind));
    }
}
