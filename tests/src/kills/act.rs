//! The acts of a phone, and their report to the parent process: one line before each act, one after.

use std::fmt;
use std::str::FromStr;

use fieldbook_core::ids::RecordId;

/// The moment of a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Moment {
    /// A file was being imported.
    Import,
    /// A record was being added or changed.
    Edit,
    /// A check-in or a check-out.
    CheckIn,
    /// A fix of the track was being kept.
    Fix,
    /// A conversation with the server.
    Sync,
    /// Nothing: the last act was acknowledged, the next not begun.
    Between,
}

impl Moment {
    pub(super) const ALL: [Moment; 6] = [
        Moment::Import,
        Moment::Edit,
        Moment::CheckIn,
        Moment::Fix,
        Moment::Sync,
        Moment::Between,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Moment::Import => "import",
            Moment::Edit => "edit",
            Moment::CheckIn => "check-in",
            Moment::Fix => "fix",
            Moment::Sync => "sync",
            Moment::Between => "between acts",
        }
    }
}

/// One act of a phone. Values only grow, so that whoever reads one knows whether an act was lost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// A file of `lines` accounts, each with its door, keyed `prefix-0` and so on, all remarked `generation`.
    Import {
        prefix: String,
        lines: usize,
        generation: u64,
    },
    /// A new account of this name.
    Add { name: String },
    /// The remark of an account becomes `value`.
    Set { id: RecordId, value: u64 },
    /// A check-in at an account.
    CheckIn { account: RecordId },
    /// A check-out of a visit.
    CheckOut { visit: RecordId },
    /// A fix of the track, taken at this second.
    Fix { at_s: u64 },
    /// A sync with the server.
    Sync,
}

impl Act {
    pub(super) fn moment(&self) -> Moment {
        match self {
            Act::Import { .. } => Moment::Import,
            Act::Add { .. } | Act::Set { .. } => Moment::Edit,
            Act::CheckIn { .. } | Act::CheckOut { .. } => Moment::CheckIn,
            Act::Fix { .. } => Moment::Fix,
            Act::Sync => Moment::Sync,
        }
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Act::Import {
                prefix,
                lines,
                generation,
            } => write!(f, "import {prefix} {lines} {generation}"),
            Act::Add { name } => write!(f, "add {name}"),
            Act::Set { id, value } => write!(f, "set {id} {value}"),
            Act::CheckIn { account } => write!(f, "check-in {account}"),
            Act::CheckOut { visit } => write!(f, "check-out {visit}"),
            Act::Fix { at_s } => write!(f, "fix {at_s}"),
            Act::Sync => f.write_str("sync"),
        }
    }
}

/// Words that are none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Babble;

fn parsed<T: FromStr>(text: &str) -> Result<T, Babble> {
    text.parse().map_err(|_| Babble)
}

impl FromStr for Act {
    type Err = Babble;

    fn from_str(text: &str) -> Result<Act, Babble> {
        let words: Vec<&str> = text.split(' ').collect();
        Ok(match words[..] {
            ["import", prefix, lines, generation] => Act::Import {
                prefix: prefix.to_owned(),
                lines: parsed(lines)?,
                generation: parsed(generation)?,
            },
            ["add", name] => Act::Add {
                name: name.to_owned(),
            },
            ["set", id, value] => Act::Set {
                id: parsed(id)?,
                value: parsed(value)?,
            },
            ["check-in", account] => Act::CheckIn {
                account: parsed(account)?,
            },
            ["check-out", visit] => Act::CheckOut {
                visit: parsed(visit)?,
            },
            ["fix", at_s] => Act::Fix { at_s: parsed(at_s)? },
            ["sync"] => Act::Sync,
            _ => return Err(Babble),
        })
    }
}

/// A line of a phone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
    /// The act begins.
    Begin(Act),
    /// The core acknowledged it; the record that it made, if any.
    Done(Option<RecordId>),
    /// It did not happen, and says so: no server, or somebody is already there.
    NotNow,
}

impl fmt::Display for Said {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Said::Begin(act) => write!(f, "begin {act}"),
            Said::Done(Some(id)) => write!(f, "done {id}"),
            Said::Done(None) => f.write_str("done"),
            Said::NotNow => f.write_str("not-now"),
        }
    }
}

impl FromStr for Said {
    type Err = Babble;

    fn from_str(text: &str) -> Result<Said, Babble> {
        match text.split_once(' ') {
            Some(("begin", act)) => Ok(Said::Begin(act.parse()?)),
            Some(("done", id)) => Ok(Said::Done(Some(parsed(id)?))),
            None if text == "done" => Ok(Said::Done(None)),
            None if text == "not-now" => Ok(Said::NotNow),
            _ => Err(Babble),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_what_is_heard_and_half_a_line_is_nothing() {
        let id = RecordId([7; 16]);
        let acts = [
            Act::Import {
                prefix: "r1-2".to_owned(),
                lines: 40,
                generation: 3,
            },
            Act::Add {
                name: "shop-1".to_owned(),
            },
            Act::Set { id, value: 9 },
            Act::CheckIn { account: id },
            Act::CheckOut { visit: id },
            Act::Fix { at_s: 7 },
            Act::Sync,
        ];
        for said in
            acts.into_iter()
                .map(Said::Begin)
                .chain([Said::Done(Some(id)), Said::Done(None), Said::NotNow])
        {
            assert_eq!(said.to_string().parse(), Ok(said));
        }
        assert_eq!("begin import r1".parse::<Said>(), Err(Babble));
        assert_eq!("do".parse::<Said>(), Err(Babble));
    }
}
