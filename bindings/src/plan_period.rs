//! Period planning: several weeks of visits, and the progress of a running search.
//!
//! The parameters of each day are those of [`crate::plan`].

use std::sync::Arc;

use fieldbook_core::book::{Book, BookError, PlanPeriodRequest, PlanProgress, PlannedPeriod};
use fieldbook_core::ids::RecordId;

use crate::Fieldbook;
use crate::plan::{DayToPlan, PlanError, PlanStop, to_plan_request, to_plan_stop};
use crate::plan_travel::{PlanTravel, to_plan_travel};
use crate::records::{Record, records};
use crate::scalars::Day;

/// The most items of a page.
const PAGE: usize = 100;

/// The progress of the latest planning call. Each number is exact; together they may come from slightly different
/// moments.
#[uniffi::remote(Record)]
pub struct PlanProgress {
    /// `true` while the search is running.
    pub running: bool,
    /// Number of iterations so far.
    pub iterations: u64,
    /// The score of the best plan so far; after `replan`, of the rest of the day.
    pub value: i64,
    /// Search time so far, in milliseconds.
    pub elapsed_ms: u64,
}

/// One visit of a period plan.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PeriodStop {
    /// The day of the visit.
    pub date: Day,
    /// The visit within its day.
    pub stop: PlanStop,
}

/// A customer with fewer visits than its cadence requires.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PeriodUnmet {
    /// The id of the customer.
    pub account: RecordId,
    /// The customer's name.
    pub title: String,
    /// The score that a visit would have.
    pub value: i64,
    /// Number of planned visits.
    pub planned: u32,
    /// Number of visits that the cadence requires.
    pub wanted: u32,
    /// The main reason, in English.
    pub reason: String,
}

/// The totals of a period plan.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PeriodSums {
    /// Number of visits.
    pub visits: u32,
    /// Number of days with visits.
    pub days: u32,
    /// The sum of the scores of all visits.
    pub value: i64,
    /// Total driving time in seconds, at the speeds of the time of day.
    pub travel_s: i64,
}

/// A planned period. The book is unchanged until `keep` is called.
#[derive(Debug, uniffi::Object)]
pub struct PeriodPlan {
    book: Arc<Book>,
    period: PlannedPeriod,
}

#[uniffi::export]
impl Fieldbook {
    /// Plans `days` calendar days, 1 to 28, from the date of `day` on, each customer as often as its cadence
    /// requires. Saturdays, Sundays and the public holidays of `country` are days off. `interrupt_plan` ends the
    /// search sooner.
    ///
    /// Fails as `plan_day` does.
    pub fn plan_period(&self, day: DayToPlan, days: u32) -> Result<Arc<PeriodPlan>, PlanError> {
        let day = to_plan_request(day)?;
        let period = self.book.plan_period(&PlanPeriodRequest { day, days })?;
        let book = Arc::clone(&self.book);
        Ok(Arc::new(PeriodPlan { book, period }))
    }

    /// The progress of the latest planning call, of a day or a period. It can be polled from another thread at
    /// negligible cost.
    pub fn plan_progress(&self) -> PlanProgress {
        self.book.plan_progress()
    }
}

#[uniffi::export]
impl PeriodPlan {
    /// The visits in order, from index `skip` on, at most 100.
    #[uniffi::method(default(skip = 0))]
    pub fn stops(&self, skip: u32) -> Vec<PeriodStop> {
        let days = self.period.days();
        let stops = days.flat_map(|(date, visits)| {
            let stop = move |visit| PeriodStop {
                date,
                stop: to_plan_stop(visit),
            };
            visits.into_iter().map(stop)
        });
        stops.skip(rows(skip)).take(PAGE).collect()
    }

    /// The customers with too few visits, from index `skip` on, at most 100.
    #[uniffi::method(default(skip = 0))]
    pub fn left_out(&self, skip: u32) -> Vec<PeriodUnmet> {
        let left = self.period.left_out().skip(rows(skip)).take(PAGE);
        left.map(|(candidate, unmet)| PeriodUnmet {
            account: candidate.account.id,
            title: candidate.account.title().to_owned(),
            value: candidate.worth.value,
            planned: whole(unmet.planned),
            wanted: whole(unmet.wanted),
            reason: unmet.reason.clone(),
        })
        .collect()
    }

    /// The totals of the plan.
    pub fn sums(&self) -> PeriodSums {
        PeriodSums {
            visits: whole(self.period.days().map(|(_, visits)| visits.len()).sum()),
            days: whole(self.period.days().count()),
            value: self.period.plan.value,
            travel_s: self
                .period
                .days()
                .map(|(_, visits)| self.period.road_time_s(&visits))
                .sum(),
        }
    }

    /// The travel times that the plan is based on.
    pub fn travel(&self) -> PlanTravel {
        to_plan_travel(&self.period.travel)
    }

    /// Saves the plan in the book as planned visits, and returns them.
    pub fn keep(&self) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.keep_period(&self.period)?))
    }
}

fn rows(skip: u32) -> usize {
    usize::try_from(skip).unwrap_or(usize::MAX)
}

fn whole(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
