//! The reason that a customer has fewer visits than wanted.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::problem::{Customer, Period};

/// The reason for missing visits: the most certain one found. Variants are named by their codes in the file
/// format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Shortfall {
    /// Closed, or not allowed, on every working day.
    ClosedAllPeriod {
        /// Number of working days.
        days: usize,
    },
    /// No open day has an allowed gap to the last visit.
    OutOfCadence {
        /// Day number of the last visit before the period.
        last_visit_day: i32,
        /// The least gap allowed, in days.
        min_gap: i32,
        /// The greatest gap allowed, in days.
        max_gap: i32,
    },
    /// The allowed gaps leave room for fewer visits.
    GapsTooWide {
        /// The most visits possible.
        possible: usize,
        /// The least gap allowed, in days.
        min_gap: i32,
        /// The greatest gap allowed, in days.
        max_gap: i32,
    },
    /// The days are full of visits of more value.
    DaysFull {
        /// Value of each visit of the customer.
        value: i64,
    },
}

impl fmt::Display for Shortfall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Shortfall::ClosedAllPeriod { days } => write!(f, "closed on all {days} working days"),
            Shortfall::OutOfCadence {
                last_visit_day,
                min_gap,
                max_gap,
            } => write!(
                f,
                "the last visit was on day {last_visit_day}: no open day is {min_gap} to {max_gap} days later"
            ),
            Shortfall::GapsTooWide {
                possible,
                min_gap,
                max_gap,
            } => write!(
                f,
                "gaps of {min_gap} to {max_gap} days leave room for {possible} visits on its open days"
            ),
            Shortfall::DaysFull { value } => {
                write!(
                    f,
                    "the days it could be seen on are full; a visit is worth {value}"
                )
            }
        }
    }
}

/// The reason that `customer` has fewer visits than wanted.
pub(super) fn shortfall(period: &Period, customer: &Customer) -> Shortfall {
    let open: Vec<i32> = period
        .days
        .iter()
        .filter(|day| !customer.windows[day.weekday].is_empty())
        .map(|day| day.day)
        .collect();
    let cadence = &customer.cadence;
    let (min_gap, max_gap) = (cadence.min_gap, cadence.max_gap);
    if open.is_empty() {
        return Shortfall::ClosedAllPeriod {
            days: period.days.len(),
        };
    }
    let possible = most_visits(customer, &open);
    match cadence.last_visit_day {
        Some(last_visit_day) if possible == 0 => Shortfall::OutOfCadence {
            last_visit_day,
            min_gap,
            max_gap,
        },
        _ if possible < cadence.visits => Shortfall::GapsTooWide {
            possible,
            min_gap,
            max_gap,
        },
        _ => Shortfall::DaysFull {
            value: customer.value,
        },
    }
}

/// The most visits that the gaps allow on these days.
fn most_visits(customer: &Customer, open: &[i32]) -> usize {
    let cadence = &customer.cadence;
    let mut most = vec![0; open.len()];
    for (at, day) in open.iter().enumerate() {
        let first = usize::from(cadence.may_follow(cadence.last_visit_day, *day));
        let before = open[..at].iter().zip(&most);
        let after = before.filter(|(before, most)| **most > 0 && cadence.may_follow(Some(**before), *day));
        most[at] = after.map(|(_, most)| most + 1).max().unwrap_or(0).max(first);
    }
    most.into_iter().max().unwrap_or(0)
}
