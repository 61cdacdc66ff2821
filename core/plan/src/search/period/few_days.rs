//! An iteration over a few days: strings of visits around one customer are removed, or visits that block a
//! customer with missing visits; then the days are filled with eligible customers.

use super::super::insertion::{Blinks, find_insertion};
use super::super::instance::{Instance, stop_index};
use super::PeriodSearch;
use super::state::PeriodState;

/// The longest string removed from a day, and the most days of an iteration.
const LONGEST_STRING: usize = 6;
const MOST_DAYS: usize = 3;
/// Of 1,024 iterations, the number that eject visits for one customer; the number that choose days on which
/// neighbours are visited instead of any days; and, of 1,024 such days, the number skipped.
const EJECTIONS: u64 = 320;
const NEAR_DAYS: u64 = 512;
const SKIPPED: u64 = 256;
/// Of 1,024 iterations, the number that offer the days to all customers and not only to neighbours: expensive
/// where customers are many.
const ALL_CUSTOMERS: u64 = 512;

/// All customers in order of preference.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Sorted by gain per time, and by gain.
    orders: [Box<[u16]>; 2],
    /// Rank of each customer in these orders.
    places: [Box<[u16]>; 2],
}

impl Ranks {
    /// Sorts the customers once.
    pub(super) fn new(instances: &[Instance], state: &PeriodState) -> Ranks {
        let first = instances.first();
        let count = first.map_or(0, Instance::stop_count);
        let takes = |stop: u16| {
            let near = |first: &Instance| {
                first
                    .neighbours(stop)
                    .first()
                    .map_or(0, |near| first.drive(stop, *near))
            };
            let least = first.map_or(0, |first| {
                i64::from(first.spec(stop).service) + i64::from(near(first))
            });
            least + 1
        };
        let sorted = |gain: &dyn Fn(u16) -> i64| {
            let mut order: Vec<u16> = (0..count).map(stop_index).collect();
            order.sort_by_key(|stop| (std::cmp::Reverse(gain(*stop)), *stop));
            order.into_boxed_slice()
        };
        let orders = [
            sorted(&|stop| state.gain(stop).min(1 << 40) * 1024 / takes(stop)),
            sorted(&|stop| state.gain(stop)),
        ];
        let places = orders.each_ref().map(|order| {
            let mut places = vec![0; count];
            (0..)
                .zip(order)
                .for_each(|(at, stop)| places[usize::from(*stop)] = at);
            places.into_boxed_slice()
        });
        Ranks { orders, places }
    }

    /// All customers, greatest gain first.
    pub(super) fn by_value(&self) -> &[u16] {
        &self.orders[1]
    }
}

impl PeriodSearch<'_> {
    /// Changes a few days. `false` where the remaining routes are infeasible.
    pub(super) fn change_days(&mut self) -> bool {
        self.removed.clear();
        self.changed_days.clear();
        let seed = stop_index(self.rng.below(self.cadences.len()));
        let found = self
            .rng
            .one_of_1024(EJECTIONS)
            .then(|| self.make_room(seed))
            .flatten();
        if found.is_none() {
            self.choose_days(seed);
            for at in 0..self.changed_days.len() {
                self.remove_string(self.changed_days[at], seed);
            }
        }
        if !self.current.is_feasible(&self.instances) {
            return false;
        }
        let mut blinks = Blinks::new(&mut self.rng, super::BLINKS);
        self.collect_unassigned(found.unwrap_or(seed));
        for at in 0..self.unassigned.len() {
            self.add(self.unassigned[at], &mut blinks);
        }
        true
    }

    /// Chooses one or a few days: at random, or days on which `seed` and its neighbours are visited.
    fn choose_days(&mut self, seed: u16) {
        let count = 1 + self.rng.below(MOST_DAYS);
        if !self.rng.one_of_1024(NEAR_DAYS) {
            for _ in 0..count {
                let day = self.rng.below(self.instances.len());
                if !self.changed_days.contains(&day) {
                    self.changed_days.push(day);
                }
            }
            return;
        }
        let near = self.instances[0].neighbours(seed).iter().copied();
        for stop in [seed].into_iter().chain(near) {
            let mut next = self.current.visit_days.from(stop, 0);
            while let Some(day) = next {
                if !self.changed_days.contains(&day) && !self.rng.one_of_1024(SKIPPED) {
                    self.changed_days.push(day);
                    if self.changed_days.len() == count {
                        return;
                    }
                }
                next = self.current.visit_days.from(stop, day + 1);
            }
        }
    }

    /// Removes a string of visits around `seed`, or its nearest neighbour, from a day. Visits whose removal
    /// would make a gap too long stay.
    fn remove_string(&mut self, day: usize, seed: u16) {
        let route = &self.current.routes[day];
        let near = self.instances[day].neighbours(seed).iter().copied();
        let mut around = [seed].into_iter().chain(near);
        let Some(stop) = around.find(|stop| self.current.visit_days.has(*stop, day)) else {
            return;
        };
        let visits = route.len();
        let at = route.visits().position(|other| other == stop).unwrap_or(0);
        let length = (1 + self.rng.below(LONGEST_STRING)).min(visits);
        let least = (at + 1).saturating_sub(length);
        let first = least + self.rng.below(at.min(visits - length) + 1 - least);
        let from = self.removed.len();
        let string = route.visits().skip(first).take(length);
        let mut removed = std::mem::take(&mut self.removed);
        removed.extend(string.filter(|stop| !self.is_needed_for_gap(*stop, day)));
        for stop in &removed[from..] {
            self.current.remove_from_day(&self.instances, day, *stop);
        }
        self.removed = removed;
    }

    /// Collects the customers eligible on a changed day, or only neighbours of `seed`: in order of rank, or
    /// shuffled.
    fn collect_unassigned(&mut self, seed: u16) {
        let drawn = self.rng.below(16);
        let by = usize::from(drawn >= 3);
        let all_customers = self.rng.one_of_1024(ALL_CUSTOMERS);
        let mut unassigned = std::mem::take(&mut self.unassigned);
        unassigned.clear();
        let may = |stop: &&u16| self.changed_days.iter().any(|day| self.may_visit(**stop, *day));
        if all_customers {
            unassigned.extend(self.ranks.orders[by].iter().filter(may));
        } else {
            let near = self.instances[0].neighbours(seed).iter();
            unassigned.extend([seed].iter().chain(near).filter(may));
            unassigned.sort_unstable_by_key(|stop| self.ranks.places[by][usize::from(*stop)]);
        }
        if drawn >= 8 {
            for at in (1..unassigned.len()).rev() {
                unassigned.swap(at, self.rng.below(at + 1));
            }
        }
        self.unassigned = unassigned;
    }

    /// Whether a customer has no visit on a day, could have one, and there may be time for it.
    #[inline]
    fn may_visit(&self, stop: u16, day: usize) -> bool {
        self.current.routes[day].max_service >= self.instances[day].spec(stop).service
            && !self.current.visit_days.has(stop, day)
            && self.is_allowed(stop, day)
    }

    /// Gives a customer one more visit, on the most profitable of the changed days.
    fn add(&mut self, stop: u16, blinks: &mut Blinks) {
        let mut best: Option<(i64, usize, usize)> = None;
        for day in self.changed_days.iter().copied() {
            if !self.may_visit(stop, day) {
                continue;
            }
            let place = find_insertion(&self.instances[day], &self.current.routes[day], stop, blinks);
            let Some(place) = place else { continue };
            let profit = self.current.profit(stop, place.added);
            if profit > best.map_or(0, |best| best.0) {
                best = Some((profit, day, place.at));
            }
        }
        if let Some((_, day, at)) = best {
            self.current.insert(&self.instances, day, stop, at);
        }
    }
}
