//! The counts of a run.

use std::collections::BTreeMap;
use std::fmt::Write;

use super::act::Moment;

/// The process that was killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Victim {
    Phone,
    Server,
    Both,
}

impl Victim {
    pub(super) const ALL: [Victim; 3] = [Victim::Phone, Victim::Server, Victim::Both];

    pub(super) fn has_phone(self) -> bool {
        self != Victim::Server
    }

    pub(super) fn has_server(self) -> bool {
        self != Victim::Phone
    }
}

/// A result that must not occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Failure {
    /// An acknowledged act is gone.
    Lost,
    /// An act is stored only in part.
    Partial,
    /// A file is corrupt.
    Corrupt,
    /// Two books differ after a sync, or a sync left or refused something.
    Diverged,
}

/// The count of all rounds.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rounds: u64,
    pub(super) acknowledged: u64,
    /// Sum, over the servers, of the records in a book at the end.
    pub(super) records: usize,
    kills: BTreeMap<(Moment, Victim), u32>,
    failures: BTreeMap<Failure, usize>,
}

impl Tally {
    pub(super) fn add_kill(&mut self, moment: Moment, victim: Victim) {
        *self.kills.entry((moment, victim)).or_default() += 1;
    }

    pub(super) fn add_failures(&mut self, failure: Failure, count: usize) {
        *self.failures.entry(failure).or_default() += count;
    }

    fn failures(&self, failure: Failure) -> usize {
        self.failures.get(&failure).copied().unwrap_or(0)
    }

    pub(super) fn is_clean(&self) -> bool {
        self.failures.values().all(|count| *count == 0)
    }

    /// The table, in Markdown.
    pub(super) fn table(&self, seed: u64) -> String {
        let mut text =
            String::from("\n| killed during | phone | server | both |\n| --- | ---: | ---: | ---: |\n");
        let count = |moment, victim| self.kills.get(&(moment, victim)).copied().unwrap_or(0);
        for moment in Moment::ALL {
            let cells = Victim::ALL.map(|victim| count(moment, victim).to_string());
            let _ = writeln!(text, "| {} | {} |", moment.name(), cells.join(" | "));
        }
        let sums = Victim::ALL.map(|victim| {
            let all = Moment::ALL.into_iter().map(|moment| count(moment, victim));
            all.sum::<u32>().to_string()
        });
        let _ = writeln!(text, "| all | {} |", sums.join(" | "));
        let rows = [
            ("rounds", self.rounds.to_string()),
            ("acts acknowledged", self.acknowledged.to_string()),
            ("records compared at the end", self.records.to_string()),
            ("acts lost", self.failures(Failure::Lost).to_string()),
            ("acts half written", self.failures(Failure::Partial).to_string()),
            ("integrity failures", self.failures(Failure::Corrupt).to_string()),
            (
                "unequal after the next sync",
                self.failures(Failure::Diverged).to_string(),
            ),
            ("seed", seed.to_string()),
        ];
        text.push_str("\n| | |\n| --- | ---: |\n");
        for (name, value) in rows {
            let _ = writeln!(text, "| {name} | {value} |");
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lost_act_is_enough_to_fail() {
        let mut tally = Tally::default();
        tally.add_kill(Moment::Sync, Victim::Both);
        tally.add_failures(Failure::Lost, 0);
        assert!(tally.is_clean());
        assert!(tally.table(7).contains("| sync | 0 | 0 | 1 |\n"));
        tally.add_failures(Failure::Lost, 1);
        assert!(!tally.is_clean());
        assert!(tally.table(7).contains("| acts lost | 1 |\n"));
    }
}
