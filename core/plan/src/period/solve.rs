//! Solves a period: runs the search and writes the result as a [`PeriodPlan`].

use super::super::effort::Effort;
use super::super::search::{PeriodSolution, search_period};
use super::plan::{PERIOD_PLAN_FORMAT, PeriodDay, PeriodPlan, UnmetCadence};
use super::problem::Period;
use super::shortfall::shortfall;

/// The best plan that `effort` allows: mandatory visits, then value, then travel. The same period, seed and
/// number of iterations give the same plan on every machine.
pub fn solve_period(period: &Period, effort: &Effort, seed: u64) -> PeriodPlan {
    let found = search_period(period, effort, seed);
    let mut visit_counts = vec![0; period.customers.len()];
    for visit in found.days.iter().flat_map(|day| &day.visits) {
        visit_counts[visit.number] += 1;
    }
    let plan = PeriodPlan {
        days: planned_days(period, &found),
        mandatory_visits_missing: missing(period, &visit_counts),
        unassigned: unmet(period, &visit_counts),
        value: value(period, &visit_counts),
        travel_s: travel(period, &found),
        format: PERIOD_PLAN_FORMAT.to_owned(),
        iterations: found.iterations,
        seed,
        solve_us: effort.criterion.spent_us(),
        proved: false,
    };
    debug_assert!(
        super::judge_period(period, &plan).ok,
        "{:?}",
        super::judge_period(period, &plan).violations
    );
    plan
}

fn planned_days(period: &Period, found: &PeriodSolution) -> Vec<PeriodDay> {
    let days = period.days.iter().zip(&found.days);
    let planned = days.map(|(work, found)| PeriodDay {
        day: work.day.into(),
        visits: found
            .visits
            .iter()
            .map(|visit| visit.planned(&period.customers[visit.number].id))
            .collect(),
        lunch_s: found.lunch_s,
        ends_s: Some(found.ends_s),
    });
    planned.collect()
}

fn unmet(period: &Period, visit_counts: &[usize]) -> Vec<UnmetCadence> {
    let unmet_customers = period.customers.iter().zip(visit_counts);
    let unmet_customers = unmet_customers.filter(|(customer, count)| **count < customer.cadence.visits);
    let unmet = unmet_customers.map(|(customer, count)| {
        let why = shortfall(period, customer);
        UnmetCadence {
            id: customer.id.clone(),
            planned: *count,
            wanted: customer.cadence.visits,
            reason: why.to_string(),
            why: Some(why),
        }
    });
    unmet.collect()
}

fn missing(period: &Period, visit_counts: &[usize]) -> usize {
    let musts = period
        .customers
        .iter()
        .zip(visit_counts)
        .filter(|(customer, _)| customer.mandatory);
    musts
        .map(|(customer, count)| customer.cadence.visits - count)
        .sum()
}

fn value(period: &Period, visit_counts: &[usize]) -> i64 {
    let values = period.customers.iter().zip(visit_counts);
    let values = values.map(|(customer, count)| customer.value * i64::try_from(*count).unwrap_or(0));
    values.sum()
}

/// Total travel by the problem's matrix. A day without visits has none.
fn travel(period: &Period, found: &PeriodSolution) -> i64 {
    let driven = found.days.iter().filter(|day| !day.visits.is_empty());
    let travel = driven.map(|day| {
        let nodes = day.visits.iter().map(|visit| period.customers[visit.number].node);
        period.travel.path_s(period.start, nodes, period.end)
    });
    travel.sum()
}
