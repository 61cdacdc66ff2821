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
pub(super) enum Trouble {
    /// An acknowledged act is gone.
    Lost,
    /// An act is there in part.
    Half,
    /// A file is not sound.
    Unsound,
    /// Two books differ after a sync, or a sync left or refused something.
    Unequal,
}

/// The count of all rounds.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) rounds: u64,
    pub(super) acknowledged: u64,
    /// Number of records in the books when their servers closed, added up.
    pub(super) records: usize,
    kills: BTreeMap<(Moment, Victim), u32>,
    troubles: BTreeMap<Trouble, usize>,
}

impl Tally {
    pub(super) fn kill(&mut self, moment: Moment, victim: Victim) {
        *self.kills.entry((moment, victim)).or_default() += 1;
    }

    pub(super) fn trouble(&mut self, trouble: Trouble, count: usize) {
        *self.troubles.entry(trouble).or_default() += count;
    }

    fn troubles(&self, trouble: Trouble) -> usize {
        self.troubles.get(&trouble).copied().unwrap_or(0)
    }

    pub(super) fn is_clean(&self) -> bool {
        self.troubles.values().all(|count| *count == 0)
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
            ("acts lost", self.troubles(Trouble::Lost).to_string()),
            ("acts half written", self.troubles(Trouble::Half).to_string()),
            ("integrity failures", self.troubles(Trouble::Unsound).to_string()),
            (
                "unequal after the next sync",
                self.troubles(Trouble::Unequal).to_string(),
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
        tally.kill(Moment::Sync, Victim::Both);
        tally.trouble(Trouble::Lost, 0);
        assert!(tally.is_clean());
        assert!(tally.table(7).contains("| sync | 0 | 0 | 1 |\n"));
        tally.trouble(Trouble::Lost, 1);
        assert!(!tally.is_clean());
        assert!(tally.table(7).contains("| acts lost | 1 |\n"));
    }
}
