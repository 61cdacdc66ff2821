//! Promises: the starts of visits that customers were told.

use std::collections::BTreeMap;

use super::super::day_plan::DayPlan;

/// Tolerance of a promise, in seconds: a start may move this far before the customer must be told.
pub const PROMISE_S: i64 = 900;

/// The promised start of each stop, by id.
///
/// A plan that keeps a promise may still move its visit by up to [`PROMISE_S`] without telling the customer.
/// A further disruption therefore counts from the promise and not from the last plan; otherwise visits would
/// drift by up to a quarter of an hour with each replan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Promises(BTreeMap<String, i64>);

impl Promises {
    /// The starts of all visits of `plan`.
    pub fn from_plan(plan: &DayPlan) -> Promises {
        let starts = plan.visits.iter().map(|visit| (visit.id.clone(), visit.start_s));
        Promises(starts.collect())
    }

    /// The promises after customers were told of every one that `plan` does not keep.
    #[must_use]
    pub fn after(&self, plan: &DayPlan) -> Promises {
        let told = plan.visits.iter().map(|visit| {
            let kept = self
                .start_s(&visit.id)
                .filter(|promised| keeps(visit.start_s, *promised));
            (visit.id.clone(), kept.unwrap_or(visit.start_s))
        });
        Promises(told.collect())
    }

    /// Promised start of a stop, in seconds from local midnight.
    pub fn start_s(&self, id: &str) -> Option<i64> {
        self.0.get(id).copied()
    }
}

/// Whether a start keeps a promise.
pub(in super::super) fn keeps(start_s: i64, promised_s: i64) -> bool {
    start_s.saturating_sub(promised_s).saturating_abs() <= PROMISE_S
}
