//! Ejection: replaces a few consecutive visits by one unassigned stop that needs their time.

use super::super::rng::Rng;
use super::instance::{Instance, NEVER, stop_index};
use super::objective::CostWeights;
use super::route::{Route, departures};
use super::tuning::Tuning;

/// Costs of an ejection.
pub(super) trait EjectionCosts {
    /// Cost of giving up a visit; `None` where it must stay.
    fn visit_cost(&self, stop: u16) -> Option<i64>;
    /// Cost of additional driving time, in seconds.
    fn driving_cost(&self, seconds: i64) -> i64;
}

impl EjectionCosts for CostWeights {
    fn visit_cost(&self, stop: u16) -> Option<i64> {
        Some(self.gains[usize::from(stop)])
    }

    fn driving_cost(&self, seconds: i64) -> i64 {
        self.driving(seconds)
    }
}

/// Replaces a few visits by a random unassigned stop. `false`, without effect, when it fits nowhere.
pub(super) fn eject<const LUNCH: bool>(
    instance: &Instance,
    route: &mut Route,
    weights: &CostWeights,
    rng: &mut Rng,
    tuning: &Tuning,
) -> bool {
    let Some(stop) = random_unassigned(instance, route, rng) else {
        return false;
    };
    let most = tuning.longest_ejection;
    let Some((at, after)) = cheapest_opening::<LUNCH>(instance, route, stop, most, weights, rng) else {
        return false;
    };
    for leg in &route.legs[at + 1..after] {
        route.assigned[usize::from(leg.stop)] = false;
    }
    route.legs.drain(at + 1..after);
    let place = super::route::Leg {
        stop,
        ..route.legs[at]
    };
    route.legs.insert(at + 1, place);
    route.assigned[usize::from(stop)] = true;
    route.update(instance, at + 1, at + 2);
    true
}

/// A random stop that is not in `route`.
fn random_unassigned(instance: &Instance, route: &Route, rng: &mut Rng) -> Option<u16> {
    let count = instance.stop_count();
    if route.len() == count {
        return None;
    }
    let from = rng.below(count);
    let turned = (from..count).chain(0..from);
    turned
        .into_iter()
        .find(|stop| !route.assigned[*stop])
        .map(stop_index)
}

/// The places before and after the consecutive visits, at most `most`, whose removal makes room for `stop`
/// most cheaply. The cost is randomly perturbed.
pub(super) fn cheapest_opening<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    most: usize,
    costs: &impl EjectionCosts,
    rng: &mut Rng,
) -> Option<(usize, usize)> {
    let ejection = Ejection {
        instance,
        route,
        stop,
        most,
        costs,
    };
    let close = instance.spec(stop).close;
    let mut best = None;
    let mut least = i64::MAX;
    let before = route.legs[..route.legs.len() - 1].iter();
    // Departures grow along the route: behind this place nothing fits.
    for at in 0..before.take_while(|leg| leg.ready::<LUNCH>() <= close).count() {
        if let Some((after, cost)) = ejection.cost_of_opening::<LUNCH>(at, least) {
            let stretch = 512 + i64::from(u16::try_from(rng.below(1024)).unwrap_or(0));
            let stretched = (cost.max(1) * stretch) >> 10;
            if stretched < least {
                least = stretched;
                best = Some((at, after));
            }
        }
    }
    best
}

/// The ejection of at most `most` consecutive visits for one stop.
struct Ejection<'a, C> {
    instance: &'a Instance,
    route: &'a Route,
    stop: u16,
    most: usize,
    costs: &'a C,
}

impl<C: EjectionCosts> Ejection<'_, C> {
    /// The place that ends the smallest opening behind place `at` into which the stop fits, and the cost of that opening.
    /// `None` where there is none, or the visits given up alone cost `least` or more.
    fn cost_of_opening<const LUNCH: bool>(&self, at: usize, least: i64) -> Option<(usize, i64)> {
        let Ejection { instance, route, .. } = *self;
        let (spec, row) = (instance.spec(self.stop), instance.row(self.stop));
        let (before, last) = (&route.legs[at], route.legs.len() - 1);
        let drive_in = row.drive_from(before.stop);
        let (before_lunch, after_lunch) = departures::<LUNCH>(
            instance,
            spec,
            instance.arrival(before.ready_before_lunch, drive_in),
            instance.arrival(before.ready_after_lunch, drive_in),
        );
        if before_lunch >= NEVER && after_lunch >= NEVER {
            return None;
        }
        let left = i64::from(instance.travel_cap) - i64::from(route.travel);
        let mut lost = 0;
        let mut driven = i64::from(drive_in) - i64::from(before.drive);
        for (after, leg) in (at + 1..=last.min(at + 1 + self.most)).zip(&route.legs[at + 1..]) {
            if lost >= least {
                return None;
            }
            let drive_out = row.drive_to(leg.stop);
            let added = driven + i64::from(drive_out);
            let in_time = instance.arrival(after_lunch, drive_out) <= leg.due_after_lunch
                || (LUNCH && instance.arrival(before_lunch, drive_out) <= leg.due_before_lunch);
            if in_time && added <= left {
                return Some((after, lost + self.costs.driving_cost(added)));
            }
            if after < last {
                lost += self.costs.visit_cost(leg.stop)?;
                driven -= i64::from(leg.drive);
            }
        }
        None
    }
}
