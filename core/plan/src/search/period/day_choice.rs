//! The choice of a customer's days: the most profitable set that keeps the cadence, by dynamic programming.

use super::super::super::period::Cadence;

/// The days on option, and the best sets that end with each.
#[derive(Debug, Default)]
pub(super) struct DayChoice {
    options: Vec<DayOption>,
    /// For each number of visits: the best profit with the last visit on each option, and the option before
    /// it.
    best: Vec<Vec<Option<(i64, usize)>>>,
    chosen: Vec<(usize, usize)>,
    /// Number of working days seen so far.
    days: usize,
}

#[derive(Debug, Clone, Copy)]
struct DayOption {
    /// Index of the working day.
    index: usize,
    day: i32,
    at: usize,
    profit: i64,
}

/// No option before.
const NONE: usize = usize::MAX;

impl DayChoice {
    /// Clears the options of the last customer.
    pub(super) fn clear(&mut self) {
        self.options.clear();
        self.chosen.clear();
        self.best.iter_mut().for_each(Vec::clear);
        self.days = 0;
    }

    /// Adds the next working day, with number `day`: the place of an insertion and its profit, if the
    /// customer fits.
    pub(super) fn add_option(&mut self, day: i32, at: Option<usize>, profit: Option<i64>) {
        if let (Some(at), Some(profit)) = (at, profit) {
            let index = self.days;
            self.options.push(DayOption {
                index,
                day,
                at,
                profit,
            });
        }
        self.days += 1;
    }

    /// The best set: indices of working days, with their places.
    pub(super) fn best(&mut self, cadence: &Cadence) -> impl Iterator<Item = (usize, usize)> + '_ {
        let most = cadence.visits.min(self.options.len());
        self.best.resize_with(most.max(self.best.len()), Vec::new);
        let mut winner: Option<(i64, usize, usize)> = None;
        for visits in 0..most {
            for at in 0..self.options.len() {
                let found = self.ending(visits, at, cadence);
                self.best[visits].push(found);
                if let Some((profit, _)) = found
                    && profit > winner.map_or(0, |winner| winner.0)
                {
                    winner = Some((profit, visits, at));
                }
            }
        }
        if let Some((_, visits, at)) = winner {
            self.follow(visits, at);
        }
        self.chosen.iter().copied()
    }

    /// The best profit of `visits` visits followed by option `at`.
    fn ending(&self, visits: usize, at: usize, cadence: &Cadence) -> Option<(i64, usize)> {
        let option = &self.options[at];
        if visits == 0 {
            return cadence
                .may_follow(cadence.last_visit_day, option.day)
                .then_some((option.profit, NONE));
        }
        let mut best: Option<(i64, usize)> = None;
        for (before, found) in self.best[visits - 1][..at].iter().enumerate() {
            let Some((profit, _)) = found else { continue };
            let better = best.is_none_or(|best| profit + option.profit > best.0);
            if better && cadence.may_follow(Some(self.options[before].day), option.day) {
                best = Some((profit + option.profit, before));
            }
        }
        best
    }

    fn follow(&mut self, mut visits: usize, mut at: usize) {
        loop {
            let option = self.options[at];
            self.chosen.push((option.index, option.at));
            match self.best[visits][at] {
                Some((_, before)) if before != NONE => {
                    at = before;
                    visits -= 1;
                }
                _ => return,
            }
        }
    }
}
