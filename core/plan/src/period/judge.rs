//! Independent check of a period's plan against its problem.
//!
//! The times of each day are checked by [`super::super::judge`]; this module checks days and cadences. Shares
//! no code with the search except the types of problem and plan.

use std::collections::HashMap;

use serde::Serialize;

use super::super::day_plan::{DayPlan, PLAN_FORMAT, UnassignedStop};
use super::super::judge::{Violation, judge, wrong_totals};
use super::plan::{PeriodDay, PeriodPlan};
use super::problem::{Customer, Period, WorkDay};

/// Result of a check of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodJudgement {
    /// Whether there is no violation.
    pub ok: bool,
    /// Number of mandatory visits that are missing.
    #[serde(rename = "must_visits_missing")]
    pub mandatory_visits_missing: usize,
    /// Total value of the visits, recomputed.
    pub value: i64,
    /// Total travel in seconds, recomputed.
    pub travel_s: i64,
    /// All violations found.
    pub violations: Vec<PeriodViolation>,
}

/// A violation of the problem by the plan of a period. Variants are named by their codes in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum PeriodViolation {
    /// Not a working day of the period.
    #[error("day {day} is no working day")]
    UnknownDay {
        /// Number of the day.
        day: i64,
    },
    /// A day occurs twice.
    #[error("day {day} comes twice")]
    DayTwice {
        /// Number of the day.
        day: i64,
    },
    /// A violation within one day.
    #[error("day {day}: {violation}")]
    OnDay {
        /// Number of the day.
        day: i64,
        /// The violation.
        #[serde(rename = "within")]
        violation: Violation,
    },
    /// The gap between two visits, or to the last visit before the period, is too short or too long.
    #[error(
        "{id} is seen on day {day}, {gap} days after the visit before; {min_gap} to {max_gap} are allowed"
    )]
    Gap {
        /// Id of the customer.
        id: String,
        /// Number of the later visit's day.
        day: i64,
        /// The gap, in days.
        gap: i64,
        /// The least gap allowed, in days.
        min_gap: i32,
        /// The greatest gap allowed, in days.
        max_gap: i32,
    },
    /// More visits than wanted.
    #[error("{id} is seen {planned} times where {wanted} are wanted")]
    TooOften {
        /// Id of the customer.
        id: String,
        /// Visits planned.
        planned: usize,
        /// Visits wanted: the most allowed.
        wanted: usize,
    },
    /// A total of the whole plan is wrong.
    #[error(transparent)]
    #[serde(untagged)]
    WrongTotal(Violation),
}

/// Checks `plan` against `period`.
pub fn judge_period(period: &Period, plan: &PeriodPlan) -> PeriodJudgement {
    let mut violations = Vec::new();
    let (mut value, mut travel_s) = (0_i64, 0_i64);
    let mut seen: HashMap<&str, Vec<i64>> = HashMap::new();
    let mut days: Vec<i64> = Vec::new();
    for planned in &plan.days {
        let day = planned.day;
        if days.contains(&day) {
            violations.push(PeriodViolation::DayTwice { day });
        }
        days.push(day);
        let Some(work) = period.days.iter().find(|work| i64::from(work.day) == day) else {
            violations.push(PeriodViolation::UnknownDay { day });
            continue;
        };
        for visit in &planned.visits {
            seen.entry(&visit.id).or_default().push(day);
        }
        if !planned.visits.is_empty() {
            let (day_value, day_travel) = within(period, work, planned, &mut violations);
            value = value.saturating_add(day_value);
            travel_s = travel_s.saturating_add(day_travel);
        }
    }
    let mut mandatory_visits_missing = 0;
    for customer in &period.customers {
        let mut visits = seen.remove(customer.id.as_str()).unwrap_or_default();
        visits.sort_unstable();
        cadence(customer, &visits, &mut violations);
        if customer.mandatory {
            mandatory_visits_missing += customer.cadence.visits.saturating_sub(visits.len());
        }
    }
    let totals = wrong_totals((plan.value, plan.travel_s), (value, travel_s));
    violations.extend(totals.map(PeriodViolation::WrongTotal));
    PeriodJudgement {
        ok: violations.is_empty(),
        mandatory_visits_missing,
        value,
        travel_s,
        violations,
    }
}

/// Checks one day; returns its value and its travel.
fn within(
    period: &Period,
    work: &WorkDay,
    planned: &PeriodDay,
    violations: &mut Vec<PeriodViolation>,
) -> (i64, i64) {
    let day = period.day(work);
    let is_visited = |id: &str| planned.visits.iter().any(|visit| visit.id == id);
    let absent = day.stops.iter().filter(|stop| !is_visited(&stop.id));
    let unassigned = absent.map(|stop| UnassignedStop {
        id: stop.id.clone(),
        reason: String::new(),
        why: None,
    });
    let mut plan = DayPlan {
        format: PLAN_FORMAT.to_owned(),
        visits: planned.visits.clone(),
        lunch_s: planned.lunch_s,
        unassigned: unassigned.collect(),
        value: 0,
        travel_s: 0,
        ends_s: planned
            .ends_s
            .unwrap_or_else(|| earliest_end(period, work, planned)),
        iterations: 0,
        seed: 0,
        solve_us: 0,
        proved: false,
        moved: None,
        reported: Vec::new(),
    };
    // The plan of a period states no totals for a day: take those of the check.
    let first = judge(&day, &plan);
    (plan.value, plan.travel_s) = (first.value, first.travel_s);
    let found = judge(&day, &plan).violations.into_iter();
    violations.extend(found.map(|violation| PeriodViolation::OnDay {
        day: planned.day,
        violation,
    }));
    (first.value, first.travel_s)
}

fn earliest_end(period: &Period, work: &WorkDay, planned: &PeriodDay) -> i64 {
    let last = planned.visits.last();
    let customer = last.and_then(|last| period.customers.iter().find(|customer| customer.id == last.id));
    let leave_s = last.map_or(0, |last| last.leave_s);
    let home_s = customer.zip(period.end).map_or(leave_s, |(customer, end)| {
        period.travel.arrival(customer.node, end, leave_s)
    });
    let lunch = planned.lunch_s.zip(work.lunch);
    lunch.map_or(home_s, |(lunch_s, lunch)| {
        home_s.max(lunch_s.saturating_add(lunch.duration_s.into()))
    })
}

/// Checks the gaps between visits on `days`, and their number.
fn cadence(customer: &Customer, days: &[i64], violations: &mut Vec<PeriodViolation>) {
    let cadence = &customer.cadence;
    let last = cadence.last_visit_day.map(i64::from);
    let before = last.map_or(&days[days.len().min(1)..], |_| days);
    let earlier = last.into_iter().chain(days.iter().copied());
    for (earlier, day) in earlier.zip(before.iter().copied()) {
        let gap = day.saturating_sub(earlier);
        if gap < i64::from(cadence.min_gap.max(1)) || gap > i64::from(cadence.max_gap) {
            violations.push(PeriodViolation::Gap {
                id: customer.id.clone(),
                day,
                gap,
                min_gap: cadence.min_gap,
                max_gap: cadence.max_gap,
            });
        }
    }
    if days.len() > cadence.visits {
        violations.push(PeriodViolation::TooOften {
            id: customer.id.clone(),
            planned: days.len(),
            wanted: cadence.visits,
        });
    }
}
