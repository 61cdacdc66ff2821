//! Ruin: removes strings of neighbouring visits around a random stop (Christiaens and Vanden Berghe 2020).

use super::super::rng::Rng;
use super::instance::{Instance, stop_index};
use super::route::Route;
use super::tuning::Tuning;

/// Marks of the places to be removed.
#[derive(Debug, Default)]
pub(super) struct Ruin {
    marked: Vec<bool>,
}

impl Ruin {
    /// Removes one or a few strings of visits around a random stop, visited or not.
    pub(super) fn remove_strings(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        rng: &mut Rng,
        tuning: &Tuning,
    ) {
        let visits = route.len();
        if visits == 0 {
            return;
        }
        self.marked.clear();
        self.marked.resize(visits + 2, false);
        let seed = stop_index(rng.below(instance.stop_count()));
        let longest = tuning.longest_string.min(visits);
        let strings = 1 + rng.below(tuning.most_strings);
        let around = [seed]
            .into_iter()
            .chain(instance.neighbours(seed).iter().copied());
        let mut taken = 0;
        for stop in around {
            if taken == strings {
                break;
            }
            if !route.assigned[usize::from(stop)] {
                continue;
            }
            let at = route.legs.iter().position(|leg| leg.stop == stop).unwrap_or(0);
            if !self.marked[at] {
                self.mark_string(at, visits, 1 + rng.below(longest), rng, tuning);
                taken += 1;
            }
        }
        self.remove_marked(instance, route);
    }

    /// Marks `length` consecutive visits that include place `at`; sometimes a substring in the middle is
    /// preserved.
    fn mark_string(&mut self, at: usize, visits: usize, length: usize, rng: &mut Rng, tuning: &Tuning) {
        let preserved = if length > 1 && rng.one_of_1024(tuning.split_strings) {
            1 + rng.below((visits - length + 1).min(length))
        } else {
            0
        };
        let whole = (length + preserved).min(visits);
        let first_least = (at + 1).saturating_sub(whole).max(1);
        let first_most = at.min(visits + 1 - whole);
        let first = first_least + rng.below(first_most + 1 - first_least);
        self.marked[first..first + whole].fill(true);
        if preserved > 0 && whole > preserved {
            let from = first + rng.below(whole - preserved + 1);
            self.marked[from..from + preserved].fill(false);
        }
    }

    fn remove_marked(&self, instance: &Instance, route: &mut Route) {
        let first = self.marked.iter().position(|marked| *marked);
        let (Some(first), before) = (first, route.legs.len()) else {
            return;
        };
        let last = self.marked.iter().rposition(|marked| *marked).unwrap_or(first);
        let mut at = 0;
        let assigned = &mut route.assigned;
        route.legs.retain(|leg| {
            let out = self.marked[at];
            at += 1;
            if out {
                assigned[usize::from(leg.stop)] = false;
            }
            !out
        });
        route.update(instance, first, last + 1 + route.legs.len() - before);
    }
}
