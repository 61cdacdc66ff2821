//! Taking visits out: strings of neighbours around a random stop (Christiaens and Vanden Berghe 2020).

use super::super::chance::Chance;
use super::instance::{Instance, index};
use super::route::Route;
use super::tuning::Tuning;

/// Marks places of a route to be emptied.
#[derive(Debug, Default)]
pub(super) struct Ruin {
    marked: Vec<bool>,
}

impl Ruin {
    /// Takes one to a few strings of visits out of `route`, around a random candidate, visited or not.
    pub(super) fn strings(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        chance: &mut Chance,
        tuning: &Tuning,
    ) {
        let visits = route.len();
        if visits == 0 {
            return;
        }
        self.marked.clear();
        self.marked.resize(visits + 2, false);
        let seed = index(chance.below(instance.candidates()));
        let longest = tuning.longest_string.min(visits);
        let strings = 1 + chance.below(tuning.most_strings);
        let around = [seed].into_iter().chain(instance.near(seed).iter().copied());
        let mut taken = 0;
        for stop in around {
            if taken == strings {
                break;
            }
            if !route.inside[usize::from(stop)] {
                continue;
            }
            let at = route.legs.iter().position(|leg| leg.stop == stop).unwrap_or(0);
            if !self.marked[at] {
                self.string(at, visits, 1 + chance.below(longest), chance, tuning);
                taken += 1;
            }
        }
        self.take_out(instance, route);
    }

    /// Marks `length` visits in a row with place `at` among them; sometimes some in their middle are spared.
    fn string(&mut self, at: usize, visits: usize, length: usize, chance: &mut Chance, tuning: &Tuning) {
        let spare = if length > 1 && chance.one_of_1024(tuning.split_strings) {
            1 + chance.below((visits - length + 1).min(length))
        } else {
            0
        };
        let whole = (length + spare).min(visits);
        let first_least = (at + 1).saturating_sub(whole).max(1);
        let first_most = at.min(visits + 1 - whole);
        let first = first_least + chance.below(first_most + 1 - first_least);
        self.marked[first..first + whole].fill(true);
        if spare > 0 && whole > spare {
            let from = first + chance.below(whole - spare + 1);
            self.marked[from..from + spare].fill(false);
        }
    }

    fn take_out(&self, instance: &Instance, route: &mut Route) {
        let first = self.marked.iter().position(|marked| *marked);
        let (Some(first), before) = (first, route.legs.len()) else {
            return;
        };
        let last = self.marked.iter().rposition(|marked| *marked).unwrap_or(first);
        let mut at = 0;
        let inside = &mut route.inside;
        route.legs.retain(|leg| {
            let out = self.marked[at];
            at += 1;
            if out {
                inside[usize::from(leg.stop)] = false;
            }
            !out
        });
        route.mend(instance, first, last + 1 + route.legs.len() - before);
    }
}
