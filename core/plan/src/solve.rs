//! A day in, a plan out: the search, and what is said about it.

use super::day::Day;
use super::day_plan::{DayPlan, LeftOut, PLAN_FORMAT, PlannedVisit};
use super::effort::Effort;
use super::search::{Found, search};

/// The best plan that `effort` allows. The same day, seed and number of iterations give the same plan everywhere.
///
/// Every stop that is not visited has its reason. A day that cannot be met still gets a plan: as many musts as possible,
/// then as much value, then as little travel.
///
/// ```
/// use fieldbook_core::plan::{Effort, judge, read_day, solve};
/// let day = read_day(
///     r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
///         "travel_s":[[0,600],[700,0]],"stops":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5}]}"#,
/// )?;
/// let plan = solve(&day, &Effort::iterations(100), 7);
/// assert_eq!((plan.value, plan.travel_s), (5, 1300));
/// assert!(judge(&day, &plan).ok);
/// # Ok::<(), fieldbook_core::plan::ProblemError>(())
/// ```
pub fn solve(day: &Day, effort: &Effort, seed: u64) -> DayPlan {
    let found = search(day, effort, seed);
    let plan = plan(day, &found, effort, seed);
    debug_assert!(
        super::judge(day, &plan).ok,
        "{:?}",
        super::judge(day, &plan).violations
    );
    plan
}

/// Writes down what was found.
pub(super) fn plan(day: &Day, found: &Found, effort: &Effort, seed: u64) -> DayPlan {
    let id = |number: usize| day.stops[number].id.clone();
    let values = found.visits.iter().map(|visit| day.stops[visit.0].value);
    DayPlan {
        format: PLAN_FORMAT.to_owned(),
        value: values.sum(),
        visits: found
            .visits
            .iter()
            .map(|(number, arrive_s, start_s, leave_s)| PlannedVisit {
                id: id(*number),
                arrive_s: *arrive_s,
                start_s: *start_s,
                leave_s: *leave_s,
            })
            .collect(),
        lunch_s: found.lunch_s,
        left_out: found
            .left_out
            .iter()
            .map(|(number, why)| LeftOut::new(id(*number), *why))
            .collect(),
        travel_s: found.travel_s,
        ends_s: found.ends_s,
        iterations: found.iterations,
        seed,
        solve_us: effort.pace.spent_us(),
        proved: found.proved,
        moved: None,
        here: Vec::new(),
    }
}
