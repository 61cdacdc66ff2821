//! Solves a day: runs the search and writes the result as a [`DayPlan`].

use super::day::Day;
use super::day_plan::{DayPlan, PLAN_FORMAT, UnassignedStop};
use super::effort::Effort;
use super::search::{DaySolution, search};

/// The best plan that `effort` allows. The same day, seed and number of iterations give the same plan on
/// every machine.
///
/// Every unassigned stop has a reason. An infeasible day still gets a plan: as many mandatory visits as
/// possible, then the greatest value, then the least travel.
///
/// ```
/// use fieldbook_plan::{Effort, judge, read_day, solve};
/// let day = read_day(
///     r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
///         "travel_s":[[0,600],[700,0]],"stops":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5}]}"#,
/// )?;
/// let plan = solve(&day, &Effort::iterations(100), 7);
/// assert_eq!((plan.value, plan.travel_s), (5, 1300));
/// assert!(judge(&day, &plan).ok);
/// # Ok::<(), fieldbook_plan::ProblemError>(())
/// ```
pub fn solve(day: &Day, effort: &Effort, seed: u64) -> DayPlan {
    let found = search(day, effort, seed);
    let plan = to_day_plan(day, &found, effort, seed);
    debug_assert!(
        super::judge(day, &plan).ok,
        "{:?}",
        super::judge(day, &plan).violations
    );
    plan
}

/// Converts a solution of the search into a plan.
pub(super) fn to_day_plan(day: &Day, found: &DaySolution, effort: &Effort, seed: u64) -> DayPlan {
    let values = found.visits.iter().map(|visit| day.stops[visit.number].value);
    DayPlan {
        format: PLAN_FORMAT.to_owned(),
        value: values.sum(),
        visits: found
            .visits
            .iter()
            .map(|visit| visit.planned(&day.stops[visit.number].id))
            .collect(),
        lunch_s: found.lunch_s,
        unassigned: found
            .unassigned
            .iter()
            .map(|(number, why)| UnassignedStop::new(day.stops[*number].id.clone(), *why))
            .collect(),
        travel_s: found.travel_s,
        ends_s: found.ends_s,
        iterations: found.iterations,
        seed,
        solve_us: effort.criterion.spent_us(),
        proved: found.proved,
        moved: None,
        reported: Vec::new(),
    }
}
