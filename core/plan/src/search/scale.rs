//! What the search minimises: one integer for a route, so made that the objective's order is kept in all but rare cases.
//!
//! The true objective is lexicographic. Annealing needs a slope, so musts, value and travel are weighed: an average value
//! is [`UNIT`], the travel from one visit to the next a fraction of it, an absent must a weight that grows while it stays
//! out. The best plan is always chosen by the true objective ([`Score`]).

use super::instance::{Instance, index};
use super::route::Route;

/// The weight of a stop of average value.
pub(super) const UNIT: i64 = 1 << 16;

/// The objective, least first: musts missed, value lost, promises moved, travel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Score {
    pub(super) musts_missed: u32,
    pub(super) value_lost: i64,
    pub(super) moved: u32,
    pub(super) travel: i32,
}

/// The weights.
#[derive(Debug, Clone)]
pub(super) struct Scale {
    /// What a visit of each candidate takes off the cost.
    pub(super) gains: Vec<i64>,
    /// The cost of a second of travel, in 1/1024.
    travel: i64,
    /// The cost of a moved promise.
    moved: i64,
}

impl Scale {
    /// Weighs by what is typical of `instance`; `share` of 1,024 is what the travel between neighbours weighs against an
    /// average value.
    pub(super) fn new(instance: &Instance, share: i64, must: i64) -> Scale {
        let count = i128::try_from(instance.candidates()).unwrap_or(1).max(1);
        let candidates = &instance.sites[..instance.candidates()];
        let worth: i128 = candidates.iter().map(|site| i128::from(site.value)).sum();
        let weigh = |site: &super::instance::Site| {
            let of_average = i128::from(site.value) * count * i128::from(UNIT);
            let gain = if worth == 0 { 0 } else { of_average / worth };
            let must = if site.must { must * UNIT } else { 0 };
            i64::try_from(gain).unwrap_or(i64::MAX >> 16) + must
        };
        let share = if worth == 0 { 1024 } else { share };
        Scale {
            gains: candidates.iter().map(weigh).collect(),
            travel: (UNIT * share / i64::from(typical_drive(instance))).max(1),
            moved: UNIT / 4,
        }
    }

    /// The cost of driving so many seconds more.
    pub(super) fn driving(&self, seconds: i64) -> i64 {
        (seconds * self.travel) >> 10
    }

    /// The cost of `route`, with `moved` promises.
    pub(super) fn cost(&self, route: &Route, moved: u32) -> i64 {
        let gains: i64 = route.visits().map(|stop| self.gains[usize::from(stop)]).sum();
        self.driving(i64::from(route.travel)) + i64::from(moved) * self.moved - gains
    }

    /// Makes the musts that `route` misses more urgent.
    pub(super) fn urge(&mut self, instance: &Instance, route: &Route) {
        for (stop, gain) in self.gains.iter_mut().enumerate() {
            if instance.sites[stop].must && !route.inside[stop] && *gain < 1 << 40 {
                *gain += *gain / 4 + UNIT / 4;
            }
        }
    }
}

impl Score {
    /// Of what cannot be kept at all.
    pub(super) const WORST: Score = Score {
        musts_missed: u32::MAX,
        value_lost: i64::MAX,
        moved: u32::MAX,
        travel: i32::MAX,
    };

    /// Scores a route.
    pub(super) fn of(instance: &Instance, route: &Route, moved: u32) -> Score {
        if !route.is_feasible(instance) {
            return Score::WORST;
        }
        let mut score = Score {
            musts_missed: instance.musts,
            value_lost: instance.worth,
            moved,
            travel: route.travel,
        };
        for site in route.visits().map(|stop| instance.site(stop)) {
            score.musts_missed -= u32::from(site.must);
            score.value_lost -= site.value;
        }
        score
    }
}

/// The mean drive from a candidate to its nearest few, but no less than a tenth of that from the start: some days' stops
/// are all in one place.
fn typical_drive(instance: &Instance) -> i32 {
    let (mut near, mut far) = ((0_i64, 0_i64), 0_i64);
    for stop in (0..instance.candidates()).map(index) {
        far += i64::from(instance.drive(instance.start(), stop));
        for other in instance.near(stop).iter().take(4) {
            near.0 += i64::from(instance.drive(stop, *other));
            near.1 += 1;
        }
    }
    let candidates = i64::try_from(instance.candidates()).unwrap_or(i64::MAX).max(1);
    let mean = (near.0 / near.1.max(1)).max(far / candidates / 10);
    i32::try_from(mean)
        .unwrap_or(i32::MAX)
        .clamp(1, instance.horizon.max(1))
}
