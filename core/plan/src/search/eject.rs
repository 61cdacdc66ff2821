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
    let spec = instance.spec(stop);
    let row = instance.row(stop);
    let mut best = None;
    let mut least = i64::MAX;
    let last = route.legs.len() - 1;
    for (at, before) in route.legs[..last].iter().enumerate() {
        let free = if LUNCH {
            before.ready_before_lunch
        } else {
            before.ready_after_lunch
        };
        if free > spec.close {
            break;
        }
        let drive_there = row.drive_from(before.stop);
        let (before_lunch, after_lunch) = departures::<LUNCH>(
            instance,
            spec,
            instance.arrival(before.ready_before_lunch, drive_there),
            instance.arrival(before.ready_after_lunch, drive_there),
        );
        if before_lunch >= NEVER && after_lunch >= NEVER {
            continue;
        }
        let mut lost = 0;
        let mut driven = i64::from(drive_there) - i64::from(before.drive);
        for after in at + 1..=last.min(at + 1 + most) {
            let leg = &route.legs[after];
            let drive_on = row.drive_to(leg.stop);
            if lost >= least {
                break;
            }
            let fits = instance.arrival(after_lunch, drive_on) <= leg.due_after_lunch
                || (LUNCH && instance.arrival(before_lunch, drive_on) <= leg.due_before_lunch);
            if fits
                && i64::from(route.travel) + driven + i64::from(drive_on) <= i64::from(instance.travel_cap)
            {
                let stretch = 512 + i64::from(u16::try_from(rng.below(1024)).unwrap_or(0));
                let measure =
                    ((lost + costs.driving_cost(driven + i64::from(drive_on))).max(1) * stretch) >> 10;
                if measure < least {
                    least = measure;
                    best = Some((at, after));
                }
                break;
            }
            if after == last {
                break;
            }
            let Some(loss) = costs.visit_cost(leg.stop) else {
                break;
            };
            lost += loss;
            driven -= i64::from(leg.drive);
        }
    }
    best
}
