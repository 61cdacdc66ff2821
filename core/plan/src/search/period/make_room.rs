//! Ejection in a period: replaces the consecutive visits of least gain on a day by a customer with missing
//! visits. Visits whose removal would make a gap too long stay.

use super::super::eject::{EjectionCosts, cheapest_opening};
use super::super::instance::stop_index;
use super::PeriodSearch;

/// The most visits removed.
const LONGEST_EJECTION: usize = 6;
/// The most customers examined for missing visits.
const MAX_EXAMINED: usize = 64;
/// Of 1,024 ejections, the number that try a mandatory customer first.
const MANDATORY_FIRST: u64 = 512;

impl PeriodSearch<'_> {
    /// Inserts the first eligible customer from `from` on, on a random day, and removes the visits in the
    /// way; sometimes a mandatory customer with missing visits, on new days. `None` where no customer is
    /// eligible or it fits nowhere.
    pub(super) fn make_room(&mut self, from: u16) -> Option<u16> {
        if self.rng.one_of_1024(MANDATORY_FIRST)
            && let Some(stop) = self.unmet_mandatory()
        {
            return self.move_mandatory(stop);
        }
        let day = self.rng.below(self.instances.len());
        let (from, count) = (usize::from(from), self.cadences.len());
        let mut examined = (from..count).chain(0..from).map(stop_index).take(MAX_EXAMINED);
        let stop =
            examined.find(|stop| !self.current.visit_days.has(*stop, day) && self.is_allowed(*stop, day))?;
        self.make_room_on(day, stop).then_some(stop)
    }

    /// A random mandatory customer with fewer visits than cadence and windows allow.
    fn unmet_mandatory(&mut self) -> Option<u16> {
        let first = self.rng.below(self.mandatory.len().max(1));
        let (before, after) = self.mandatory.split_at(first.min(self.mandatory.len()));
        let mut mandatory = after.iter().chain(before).take(MAX_EXAMINED);
        let unmet = mandatory.find(|(stop, most)| self.current.visit_days.count(*stop) < *most);
        unmet.map(|(stop, _)| *stop)
    }

    /// Removes a mandatory customer from its days and makes room for it on others, from a random day on.
    fn move_mandatory(&mut self, stop: u16) -> Option<u16> {
        self.current.remove_from_all_days(&self.instances, stop);
        let days = self.instances.len();
        let from = self.rng.below(days);
        for day in (from..days).chain(0..from) {
            if self.is_allowed(stop, day) {
                self.make_room_on(day, stop);
            }
        }
        (!self.changed_days.is_empty()).then_some(stop)
    }

    /// Inserts a customer on a day and removes the visits in the way. `false` where it fits nowhere.
    fn make_room_on(&mut self, day: usize, stop: u16) -> bool {
        let mut rng = self.rng.clone();
        let (instance, route) = (&self.instances[day], &self.current.routes[day]);
        let costs = OnDay { search: self, day };
        let found = if instance.lunch.is_some() {
            cheapest_opening::<true>(instance, route, stop, LONGEST_EJECTION, &costs, &mut rng)
        } else {
            cheapest_opening::<false>(instance, route, stop, LONGEST_EJECTION, &costs, &mut rng)
        };
        self.rng = rng;
        let Some((at, after)) = found else {
            return false;
        };
        self.changed_days.push(day);
        let from = self.removed.len();
        let given_up = &self.current.routes[day].legs[at + 1..after];
        self.removed.extend(given_up.iter().map(|leg| leg.stop));
        for removed in &self.removed[from..] {
            self.current.remove_from_day(&self.instances, day, *removed);
        }
        self.current.insert(&self.instances, day, stop, at);
        true
    }
}

/// Ejection costs of one day.
struct OnDay<'a> {
    search: &'a PeriodSearch<'a>,
    day: usize,
}

impl EjectionCosts for OnDay<'_> {
    fn visit_cost(&self, stop: u16) -> Option<i64> {
        let needed = self.search.is_needed_for_gap(stop, self.day);
        (!needed).then(|| self.search.current.gain(stop))
    }

    fn driving_cost(&self, seconds: i64) -> i64 {
        self.search.current.driving(seconds)
    }
}
