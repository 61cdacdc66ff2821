//! The acts of a phone, and their report to the parent process: one line before each act, one after.

use std::fmt;
use std::str::FromStr;

use fieldbook_core::ids::RecordId;

/// The moment of a kill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Moment {
    /// A file was being imported.
    Import,
    /// An edit: a record was being added or changed.
    Edit,
    /// A check-in or a check-out.
    CheckIn,
    /// A fix of the track was being stored.
    Fix,
    /// A sync was running.
    Sync,
    /// No act was under way: the last one was acknowledged, the next one not begun.
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

/// One act of a phone. Values only grow, so that a smaller stored value proves a lost act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// A file of `lines` accounts with the keys `prefix-0`, `prefix-1` and so on. Each has a site and the remark `generation`.
    Import {
        prefix: String,
        lines: usize,
        generation: u64,
    },
    /// A new account of this name.
    Add { name: String },
    /// The remark of an account becomes `value`, with or without many words behind it.
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

/// A line that no child process writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAReport;

fn parsed<T: FromStr>(text: &str) -> Result<T, NotAReport> {
    text.parse().map_err(|_| NotAReport)
}

impl FromStr for Act {
    type Err = NotAReport;

    fn from_str(text: &str) -> Result<Act, NotAReport> {
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
            _ => return Err(NotAReport),
        })
    }
}

/// One line that a phone process writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Report {
    /// The act begins.
    Begin(Act),
    /// The core acknowledged the act; the record that it created, if any.
    Done(Option<RecordId>),
    /// The core refused the act: no server, or an open check-in.
    NotNow,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Report::Begin(act) => write!(f, "begin {act}"),
            Report::Done(Some(id)) => write!(f, "done {id}"),
            Report::Done(None) => f.write_str("done"),
            Report::NotNow => f.write_str("not-now"),
        }
    }
}

impl FromStr for Report {
    type Err = NotAReport;

    fn from_str(text: &str) -> Result<Report, NotAReport> {
        match text.split_once(' ') {
            Some(("begin", act)) => Ok(Report::Begin(act.parse()?)),
            Some(("done", id)) => Ok(Report::Done(Some(parsed(id)?))),
            None if text == "done" => Ok(Report::Done(None)),
            None if text == "not-now" => Ok(Report::NotNow),
            _ => Err(NotAReport),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_is_parsed_as_it_was_written_and_half_a_line_is_refused() {
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
        for report in acts.into_iter().map(Report::Begin).chain([
            Report::Done(Some(id)),
            Report::Done(None),
            Report::NotNow,
        ]) {
            assert_eq!(report.to_string().parse(), Ok(report));
        }
        assert_eq!("begin import r1".parse::<Report>(), Err(NotAReport));
        assert_eq!("do".parse::<Report>(), Err(NotAReport));
    }
}
