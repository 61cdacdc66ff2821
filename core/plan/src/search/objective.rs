//! The objective, and the cost that annealing minimises in its place.
//!
//! The objective is lexicographic. Annealing needs a slope, so mandatory visits, value and travel are weighed
//! in one integer: an average value is [`UNIT`], a typical drive a fraction of it, a missed mandatory visit a
//! weight that grows while it is missed. The order of the objective is kept in all but rare cases. The best
//! plan is always chosen by the true [`Objective`].

use super::instance::{Instance, stop_index};
use super::route::Route;

/// Cost of a stop of average value.
pub(super) const UNIT: i64 = 1 << 16;

/// The lexicographic objective, least first: mandatory visits missed, value lost, promises moved, travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Objective {
    pub(super) mandatory_missed: u32,
    pub(super) value_lost: i64,
    pub(super) moved_promises: u32,
    pub(super) travel: i32,
}

/// Weights of the cost.
#[derive(Debug, Clone)]
pub(super) struct CostWeights {
    /// Gain of each stop: the cost that a visit saves.
    pub(super) gains: Vec<i64>,
    /// Cost of a second of travel, in 1/1024.
    travel: i64,
    /// Cost of a moved promise.
    moved_promises: i64,
}

impl CostWeights {
    /// Weights for `instance`; `travel_share` of 1,024 is the weight of a typical drive against an average
    /// value.
    pub(super) fn new(instance: &Instance, travel_share: i64, mandatory: i64) -> CostWeights {
        let count = i128::try_from(instance.stop_count()).unwrap_or(1).max(1);
        let candidates = &instance.specs[..instance.stop_count()];
        let total: i128 = candidates.iter().map(|spec| i128::from(spec.value)).sum();
        let gain = |spec: &super::instance::StopSpec| {
            let of_average = i128::from(spec.value) * count * i128::from(UNIT);
            let gain = if total == 0 { 0 } else { of_average / total };
            let mandatory = if spec.mandatory { mandatory * UNIT } else { 0 };
            i64::try_from(gain).unwrap_or(i64::MAX >> 16) + mandatory
        };
        let travel_share = if total == 0 { 1024 } else { travel_share };
        CostWeights {
            gains: candidates.iter().map(gain).collect(),
            travel: (UNIT * travel_share / i64::from(typical_drive(instance))).max(1),
            moved_promises: UNIT / 4,
        }
    }

    /// Cost of additional driving time, in seconds.
    pub(super) fn driving(&self, seconds: i64) -> i64 {
        (seconds * self.travel) >> 10
    }

    /// Cost of `route`, which moves `moved_promises` promises.
    pub(super) fn cost(&self, route: &Route, moved_promises: u32) -> i64 {
        let gains: i64 = route.visits().map(|stop| self.gains[usize::from(stop)]).sum();
        self.driving(i64::from(route.travel)) + i64::from(moved_promises) * self.moved_promises - gains
    }

    /// Raises the gains of mandatory stops that `route` misses.
    pub(super) fn raise_missed_mandatory(&mut self, instance: &Instance, route: &Route) {
        for (stop, gain) in self.gains.iter_mut().enumerate() {
            if instance.specs[stop].mandatory && !route.assigned[stop] && *gain < 1 << 40 {
                *gain += *gain / 4 + UNIT / 4;
            }
        }
    }
}

impl Objective {
    /// The objective of an infeasible route.
    pub(super) const WORST: Objective = Objective {
        mandatory_missed: u32::MAX,
        value_lost: i64::MAX,
        moved_promises: u32::MAX,
        travel: i32::MAX,
    };

    /// The objective of a route.
    pub(super) fn from_route(instance: &Instance, route: &Route, moved_promises: u32) -> Objective {
        if !route.is_feasible(instance) {
            return Objective::WORST;
        }
        let mut objective = Objective {
            mandatory_missed: instance.mandatory_count,
            value_lost: instance.total_value,
            moved_promises,
            travel: route.travel,
        };
        for spec in route.visits().map(|stop| instance.spec(stop)) {
            objective.mandatory_missed -= u32::from(spec.mandatory);
            objective.value_lost -= spec.value;
        }
        objective
    }
}

/// A typical drive: the mean from a stop to its nearest few, but no less than a tenth of the mean from the
/// start, since on some days all stops are in one place.
fn typical_drive(instance: &Instance) -> i32 {
    let (mut near, mut far) = ((0_i64, 0_i64), 0_i64);
    for stop in (0..instance.stop_count()).map(stop_index) {
        far += i64::from(instance.drive(instance.start(), stop));
        for other in instance.neighbours(stop).iter().take(4) {
            near.0 += i64::from(instance.drive(stop, *other));
            near.1 += 1;
        }
    }
    let candidates = i64::try_from(instance.stop_count()).unwrap_or(i64::MAX).max(1);
    let mean = (near.0 / near.1.max(1)).max(far / candidates / 10);
    i32::try_from(mean)
        .unwrap_or(i32::MAX)
        .clamp(1, instance.horizon.max(1))
}
