//! The kinds of record: those that this version knows, and the numbers of later ones.

use std::fmt;
use std::num::NonZeroU8;
use std::str::FromStr;

/// The kinds of record. The numbers are on disk and on the wire: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A customer or a prospect.
    Account,
    /// A place of an account where a rep can stand at the door.
    Site,
    /// A person at an account.
    Contact,
    /// A deal that may be won.
    Opportunity,
    /// A rep at an account, planned or done.
    Visit,
    /// Something to do.
    Task,
    /// Something worth remembering.
    Note,
    /// A field that the company added to the others.
    CustomField,
    /// A signed pack of rules that the company sends out.
    Pack,
    /// Somebody who might become a customer.
    Lead,
    /// A kind of a later version. Its records are stored, merged and synced like any other; their fields have no meaning here.
    Other(OtherKind),
}

/// The number of a kind that this version does not know. Only [`Kind::from_code`] and parsing make one of a number, so it
/// is never that of a known kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OtherKind(NonZeroU8);

/// A word that names no kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no such kind: {}", Kind::ALL.map(Kind::name).join(", "))]
pub struct BadKind;

/// The prefix of the name of an unknown kind; its number follows: `kind_10`.
const OTHER_PREFIX: &[u8; 5] = b"kind_";

/// The names of all numbers, each in the first bytes of its place, the rest zero.
static OTHER_NAMES: [[u8; 8]; 256] = other_names();

const fn other_names() -> [[u8; 8]; 256] {
    let mut names = [[0; 8]; 256];
    let mut code: u8 = 0;
    loop {
        let name = &mut names[code as usize];
        let (prefix, digits) = name.split_at_mut(OTHER_PREFIX.len());
        prefix.copy_from_slice(OTHER_PREFIX);
        let count = if code >= 100 {
            3
        } else if code >= 10 {
            2
        } else {
            1
        };
        let (mut rest, mut at) = (code, count);
        while at > 0 {
            at -= 1;
            digits[at] = b'0' + rest % 10;
            rest /= 10;
        }
        if code == u8::MAX {
            return names;
        }
        code += 1;
    }
}

impl OtherKind {
    /// The number that no version gives to a kind: for whoever must name a kind and cannot.
    pub const UNNAMED: OtherKind = OtherKind(NonZeroU8::MAX);

    /// The number on disk and on the wire.
    pub fn code(self) -> u8 {
        self.0.get()
    }

    /// `kind_` and the number.
    fn name(self) -> &'static str {
        let name = &OTHER_NAMES[usize::from(self.code())];
        let len = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
        std::str::from_utf8(&name[..len]).expect("letters and digits")
    }
}

impl Kind {
    /// The kinds that this version knows, in the order of their numbers.
    pub const ALL: [Kind; 10] = [
        Kind::Account,
        Kind::Site,
        Kind::Contact,
        Kind::Opportunity,
        Kind::Visit,
        Kind::Task,
        Kind::Note,
        Kind::CustomField,
        Kind::Pack,
        Kind::Lead,
    ];

    /// The number on disk and on the wire, from 1.
    pub fn code(self) -> u8 {
        match self {
            Kind::Account => 1,
            Kind::Site => 2,
            Kind::Contact => 3,
            Kind::Opportunity => 4,
            Kind::Visit => 5,
            Kind::Task => 6,
            Kind::Note => 7,
            Kind::CustomField => 8,
            Kind::Pack => 9,
            Kind::Lead => 10,
            Kind::Other(other) => other.code(),
        }
    }

    /// The kind with that number; [`Kind::Other`] for a number that this version does not know.
    ///
    /// # Errors
    /// [`BadKind`] for 0, which no version gives to a kind.
    pub fn from_code(code: u8) -> Result<Kind, BadKind> {
        let known = Kind::ALL.into_iter().find(|k| k.code() == code);
        let other = || NonZeroU8::new(code).map(|code| Kind::Other(OtherKind(code)));
        known.or_else(other).ok_or(BadKind)
    }

    /// True if its records concern the whole company: they belong to no rep's territory, and reps do not write them.
    pub fn is_company_wide(self) -> bool {
        matches!(self, Kind::CustomField | Kind::Pack)
    }

    /// The word for one: `account`; `kind_10` for an unknown kind.
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
            Kind::Pack => "pack",
            Kind::Lead => "lead",
            Kind::Other(other) => other.name(),
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

    /// Takes the word for one or for many: `account`, `accounts`, `opportunities`. `kind_10` is the kind with that number,
    /// whether it is known or not, so that what an older version wrote down is read by a later one.
    fn from_str(s: &str) -> Result<Kind, BadKind> {
        let many = |k: Kind| {
            s.strip_suffix("ies")
                .map_or(s.strip_suffix('s') == Some(k.name()), |stem| {
                    k.name().strip_suffix('y') == Some(stem)
                })
        };
        let numbered = || {
            let digits = s.strip_prefix("kind_")?;
            let code: u8 = digits.parse().ok()?;
            // One spelling a number: no sign, no leading zero.
            (code.to_string() == digits).then(|| Kind::from_code(code).ok())?
        };
        Kind::ALL
            .into_iter()
            .find(|k| k.name() == s || many(*k))
            .or_else(numbered)
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
        let known = Kind::ALL.into_iter();
        let unnamed = known.filter(|kind| !BadKind.to_string().contains(kind.name()));
        assert_eq!(unnamed.count(), 0, "{BadKind}");
    }

    #[test]
    fn every_number_has_a_kind_and_a_name_that_reads_back() {
        for code in 1..=u8::MAX {
            let kind = Kind::from_code(code).unwrap();
            assert_eq!(kind.code(), code);
            assert_eq!(kind.name().parse(), Ok(kind));
            assert_eq!(format!("kind_{code}").parse(), Ok(kind));
            assert_eq!(matches!(kind, Kind::Other(_)), !Kind::ALL.contains(&kind));
        }
        // Numbers that will not be given soon.
        assert_eq!(Kind::from_code(99).unwrap().name(), "kind_99");
        assert_eq!(Kind::from_code(200).unwrap().to_string(), "kind_200");
        for word in ["kind_0", "kind_09", "kind_+9", "kind_256", "kind_"] {
            assert_eq!(word.parse::<Kind>(), Err(BadKind), "{word}");
        }
    }
}
