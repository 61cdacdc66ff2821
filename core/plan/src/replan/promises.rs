//! When customers were told that somebody comes.

use std::collections::BTreeMap;

use super::super::day_plan::DayPlan;

/// How far a start may move before the customer must hear of it.
pub const PROMISE_S: i64 = 900;

/// The start that each customer was told, by the id of the stop.
///
/// A plan that keeps a promise may still move its visit by up to [`PROMISE_S`]. The customer is not told, so what counts
/// when the day breaks again is the first promise and not the last plan: otherwise visits would drift away from it by a
/// quarter of an hour at a time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Promises(BTreeMap<String, i64>);

impl Promises {
    /// Every visit of `plan` at its start.
    pub fn from_plan(plan: &DayPlan) -> Promises {
        let starts = plan.visits.iter().map(|visit| (visit.id.clone(), visit.start_s));
        Promises(starts.collect())
    }

    /// What customers know after they were told of every promise that `plan` does not keep.
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

    /// The start that was promised for a stop.
    pub fn start_s(&self, id: &str) -> Option<i64> {
        self.0.get(id).copied()
    }
}

/// Whether a start keeps a promise.
pub(in super::super) fn keeps(start_s: i64, promised_s: i64) -> bool {
    start_s.saturating_sub(promised_s).saturating_abs() <= PROMISE_S
}
