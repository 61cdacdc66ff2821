//! Several weeks planned, and how far a plan in the making is.

use std::sync::Arc;

use fieldbook_core::book::{Book, BookError, PlanPeriodRequest, PlanProgress, PlannedPeriod};
use fieldbook_core::ids::RecordId;

use crate::Fieldbook;
use crate::plan::{DayToPlan, PlanError, PlanStop, request, stop};
use crate::plan_travel::{PlanTravel, used};
use crate::records::{Record, records};
use crate::scalars::Day;

/// The most rows of a page.
const PAGE: usize = 100;

/// How far the plan is that was last asked for. Each number is right by itself; together they may be a moment apart.
#[uniffi::remote(Record)]
pub struct PlanProgress {
    /// Whether it is being searched for right now.
    pub running: bool,
    /// How many iterations were made.
    pub iterations: u64,
    /// The value of the best plan so far; of a replan, of the rest of the day.
    pub value: i64,
    /// How long it has been searched for.
    pub elapsed_ms: u64,
}

/// A visit of a plan of weeks.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PeriodStop {
    /// The day.
    pub date: Day,
    /// The visit.
    pub stop: PlanStop,
}

/// A customer who is seen less often than wanted.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PeriodUnmet {
    /// The customer.
    pub account: RecordId,
    /// The customer's name.
    pub title: String,
    /// What a visit would be worth.
    pub value: i64,
    /// How many visits are planned.
    pub planned: u32,
    /// How many were wanted.
    pub wanted: u32,
    /// The one reason, in English.
    pub reason: String,
}

/// The sums of a plan of weeks.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct PeriodSums {
    /// How many visits.
    pub visits: u32,
    /// On how many days.
    pub days: u32,
    /// The value of all visits.
    pub value: i64,
    /// How long the rep is on the road, at the speeds of the time of day.
    pub travel_s: i64,
}

/// Weeks with their plan. Nothing of it is in the book before `keep`.
#[derive(Debug, uniffi::Object)]
pub struct PeriodPlan {
    book: Arc<Book>,
    period: PlannedPeriod,
}

#[uniffi::export]
impl Fieldbook {
    /// Plans `days` days of the calendar, 1 to 28, from the date of `day` on, each customer as often as its cadence wants.
    /// Saturdays, Sundays and the public holidays of `country` are days off. `interrupt_plan` ends it sooner.
    pub fn plan_period(&self, day: DayToPlan, days: u32) -> Result<Arc<PeriodPlan>, PlanError> {
        let day = request(day)?;
        let period = self.book.plan_period(&PlanPeriodRequest { day, days })?;
        let book = Arc::clone(&self.book);
        Ok(Arc::new(PeriodPlan { book, period }))
    }

    /// How far the plan is that was last asked for, of a day or of weeks: to be polled from another thread than the one
    /// that waits for it. Costs nothing.
    pub fn plan_progress(&self) -> PlanProgress {
        self.book.plan_progress()
    }
}

#[uniffi::export]
impl PeriodPlan {
    /// The visits in their order, from number `skip` on, 100 at most.
    #[uniffi::method(default(skip = 0))]
    pub fn stops(&self, skip: u32) -> Vec<PeriodStop> {
        let days = self.period.days();
        let stops = days.flat_map(|(date, visits)| {
            let stop = move |visit| PeriodStop {
                date,
                stop: stop(visit),
            };
            visits.into_iter().map(stop)
        });
        stops.skip(rows(skip)).take(PAGE).collect()
    }

    /// Who is seen less often than wanted, from number `skip` on, 100 at most.
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

    /// The sums.
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

    /// What travel times it was planned with.
    pub fn travel(&self) -> PlanTravel {
        used(&self.period.travel)
    }

    /// Writes the plan into the book, as planned visits.
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
