//! A period in, a plan out: the search, and what is said about it.

use super::super::day_plan::PlannedVisit;
use super::super::effort::Effort;
use super::super::search::{FoundWeeks, search_weeks};
use super::plan::{PERIOD_PLAN_FORMAT, PeriodPlan, PlannedDay, Unmet};
use super::problem::Period;
use super::shortfall::shortfall;

/// The best plan that `effort` allows: musts' visits, then value, then travel. The same period, seed and number of
/// iterations give the same plan everywhere.
pub fn solve_period(period: &Period, effort: &Effort, seed: u64) -> PeriodPlan {
    let found = search_weeks(period, effort, seed);
    let mut made = vec![0; period.customers.len()];
    for (number, ..) in found.days.iter().flat_map(|day| &day.visits) {
        made[*number] += 1;
    }
    let plan = PeriodPlan {
        days: planned_days(period, &found),
        must_visits_missing: missing(period, &made),
        left_out: unmet(period, &made),
        value: value(period, &made),
        travel_s: travel(period, &found),
        format: PERIOD_PLAN_FORMAT.to_owned(),
        iterations: found.iterations,
        seed,
        solve_us: effort.pace.spent_us(),
        proved: false,
    };
    debug_assert!(
        super::judge_period(period, &plan).ok,
        "{:?}",
        super::judge_period(period, &plan).violations
    );
    plan
}

fn planned_days(period: &Period, found: &FoundWeeks) -> Vec<PlannedDay> {
    let days = period.days.iter().zip(&found.days);
    let planned = days.map(|(work, found)| PlannedDay {
        day: work.day.into(),
        visits: found
            .visits
            .iter()
            .map(|(number, arrive_s, start_s, leave_s)| PlannedVisit {
                id: period.customers[*number].id.clone(),
                arrive_s: *arrive_s,
                start_s: *start_s,
                leave_s: *leave_s,
            })
            .collect(),
        lunch_s: found.lunch_s,
        ends_s: Some(found.ends_s),
    });
    planned.collect()
}

fn unmet(period: &Period, made: &[usize]) -> Vec<Unmet> {
    let wanting = period.customers.iter().zip(made);
    let wanting = wanting.filter(|(customer, made)| **made < customer.cadence.visits);
    let unmet = wanting.map(|(customer, made)| {
        let why = shortfall(period, customer);
        Unmet {
            id: customer.id.clone(),
            planned: *made,
            wanted: customer.cadence.visits,
            reason: why.to_string(),
            why: Some(why),
        }
    });
    unmet.collect()
}

fn missing(period: &Period, made: &[usize]) -> usize {
    let musts = period
        .customers
        .iter()
        .zip(made)
        .filter(|(customer, _)| customer.must);
    musts.map(|(customer, made)| customer.cadence.visits - made).sum()
}

fn value(period: &Period, made: &[usize]) -> i64 {
    let values = period.customers.iter().zip(made);
    let values = values.map(|(customer, made)| customer.value * i64::try_from(*made).unwrap_or(0));
    values.sum()
}

/// The travel by the problem's own numbers. A day without visits is not driven.
fn travel(period: &Period, found: &FoundWeeks) -> i64 {
    let mut travel_s = 0;
    for day in found.days.iter().filter(|day| !day.visits.is_empty()) {
        let mut here = period.start;
        for (number, ..) in &day.visits {
            let node = period.customers[*number].node;
            travel_s += i64::from(period.travel.between(here, node));
            here = node;
        }
        travel_s += period
            .end
            .map_or(0, |end| i64::from(period.travel.between(here, end)));
    }
    travel_s
}
