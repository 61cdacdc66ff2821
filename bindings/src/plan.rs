//! Day planning: which customers to visit, in which order and why, and replanning after a disruption.
//!
//! Periods of several weeks are in [`crate::plan_period`], travel times in [`crate::plan_travel`]. Times of day are
//! seconds from local midnight.

use std::sync::Arc;
use std::time::Duration;

use fieldbook_core::book::{
    Book, BookError, Candidate, Candidates, DayEnd, Disruption, PlanDayError, PlanDayRequest, PlanEffort,
    PlannedDay,
};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::Position;
use fieldbook_core::model::Holidays;
use fieldbook_core::plan::{Lunch, PlannedVisit, ReportedPosition, Window};

use crate::Fieldbook;
use crate::plan_travel::{
    PlanDrive, PlanPlaceAt, PlanSpeed, PlanTravel, to_plan_places, to_plan_travel, to_travel_source,
};
use crate::records::{Record, records};
use crate::scalars::{Day, to_zone};

/// A day could not be planned.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum PlanError {
    /// No customer has a position.
    #[error("no customer has a place")]
    NoPlaces,
    /// The customer has no site with a position.
    #[error("the customer has no place")]
    NoSite {
        /// The id of the customer.
        account: RecordId,
    },
    /// The customer is not a candidate of this day.
    #[error("the customer is no candidate of this day")]
    NoCandidate {
        /// The id of the customer.
        account: RecordId,
    },
    /// A value of the request is out of range.
    #[error("{field} is no good")]
    BadField {
        /// The name of the value, such as `shift.until`.
        field: String,
    },
    /// No public holidays are known for the country.
    #[error("the country's holidays are not known")]
    UnknownCountry,
    /// The book refused or failed the call.
    #[error("{why}")]
    Book {
        /// The error of the book.
        why: BookError,
    },
}

impl From<PlanDayError> for PlanError {
    fn from(error: PlanDayError) -> PlanError {
        match error {
            PlanDayError::NoPlaces => PlanError::NoPlaces,
            PlanDayError::NoSite { account } => PlanError::NoSite { account },
            PlanDayError::NoCandidate { account } => PlanError::NoCandidate { account },
            PlanDayError::Problem(problem) => PlanError::BadField { field: problem.field },
            PlanDayError::Book(why) => PlanError::Book { why },
        }
    }
}

/// The end of the route.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Enum)]
pub enum PlanEnd {
    /// The start position.
    Back,
    /// The last visit, wherever it is.
    Anywhere,
    /// A given position.
    At {
        /// The position.
        place: Position,
    },
}

/// The parameters of a day to plan. Times of day are seconds from local midnight.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DayToPlan {
    /// The date, `2026-11-25`.
    pub date: Day,
    /// Offset of local time from UTC, in minutes; positive east of Greenwich. Not used if `zone` is given.
    pub utc_offset_minutes: i32,
    /// The IANA zone of local time, such as `Europe/Berlin`. A plan of several weeks needs it: clocks change.
    #[uniffi(default = None)]
    pub zone: Option<String>,
    /// The start position. If null: the first appointment, or else the middle of the customers.
    #[uniffi(default = None)]
    pub start: Option<Position>,
    /// The end of the route.
    pub end: PlanEnd,
    /// Earliest departure.
    #[uniffi(default = 30600)]
    pub from_s: i32,
    /// Latest end of the day.
    #[uniffi(default = 61200)]
    pub until_s: i32,
    /// Duration of lunch in seconds; 0 for no lunch.
    #[uniffi(default = 1800)]
    pub lunch_s: i32,
    /// Earliest start of lunch.
    #[uniffi(default = 41400)]
    pub lunch_from_s: i32,
    /// Latest end of lunch.
    #[uniffi(default = 50400)]
    pub lunch_until_s: i32,
    /// Duration of a visit in seconds.
    #[uniffi(default = 1200)]
    pub service_s: i32,
    /// The most customers to consider, 1 to 300.
    #[uniffi(default = 60)]
    pub candidates_max: u32,
    /// The greatest distance of a customer from the start, in metres.
    #[uniffi(default = 25000.0)]
    pub within_m: f64,
    /// The country whose public holidays apply to opening hours, such as `GB`; null for none.
    #[uniffi(default = None)]
    pub country: Option<String>,
    /// Time limit of the search, in milliseconds. `interrupt_plan` ends it sooner with the best plan found so far.
    #[uniffi(default = 1000)]
    pub deadline_ms: u64,
    /// Travel times known to the app, between the places that `plan_places` returns. Missing ones are learned from
    /// the rep's own tracks, or estimated.
    #[uniffi(default = [])]
    pub travel: Vec<PlanDrive>,
    /// The speed profile of the roads over the day, if the app knows it; `travel` then holds times on empty roads.
    /// Without it the times of `travel` apply at any hour.
    #[uniffi(default = [])]
    pub speeds: Vec<PlanSpeed>,
}

/// One visit of a plan.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanStop {
    /// The id of the customer.
    pub account: RecordId,
    /// The id of the site.
    pub site: RecordId,
    /// The customer's name.
    pub title: String,
    /// The position of the site.
    pub place: Position,
    /// Arrival, seconds from local midnight.
    pub arrive_s: i64,
    /// Start of the visit, seconds from local midnight.
    pub start_s: i64,
    /// Departure, seconds from local midnight.
    pub leave_s: i64,
    /// The score of the visit.
    pub value: i64,
    /// The terms of the score, in English.
    pub why: Vec<String>,
    /// A link that opens the position in the phone's maps app.
    pub link: String,
}

/// A candidate that the plan does not visit.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanLeftOut {
    /// The id of the customer.
    pub account: RecordId,
    /// The customer's name.
    pub title: String,
    /// The score that a visit would have.
    pub value: i64,
    /// The main reason, in English.
    pub reason: String,
}

/// The totals of a plan.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanSums {
    /// The sum of the scores of all visits.
    pub value: i64,
    /// Total driving time in seconds, at the speeds of the time of day.
    pub travel_s: i64,
    /// End of the day, seconds from local midnight.
    pub ends_s: i64,
    /// Start of lunch, seconds from local midnight; null without lunch.
    pub lunch_begins_s: Option<i64>,
    /// `true` if the plan is proved optimal.
    pub proved: bool,
    /// After a replan: the customers whose promised time moved by more than 15 minutes, or who were dropped.
    pub moved: Vec<String>,
    /// After a replan: the positions that the rep reported.
    pub here: Vec<PlanHere>,
}

/// A position that the rep reported during the day, independent of the plan.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct PlanHere {
    /// Number of visits before it.
    pub after: u32,
    /// The reported position.
    pub place: Position,
    /// Time of the report, seconds from local midnight.
    pub at_s: i64,
    /// Departure from there, seconds from local midnight.
    pub leave_s: i64,
}

/// A time window, in seconds from local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct OpenHours {
    /// The first second of the window.
    pub from_s: i32,
    /// The last second of the window.
    pub until_s: i32,
}

/// A disruption of a planned day.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum PlanEvent {
    /// The rep is behind schedule.
    Late {
        /// The delay in seconds.
        by_s: i32,
    },
    /// The visit is cancelled, by the customer or by the rep.
    Cancelled {
        /// The id of the customer.
        account: RecordId,
    },
    /// The customer must be visited today.
    Urgent {
        /// The id of the customer.
        account: RecordId,
    },
    /// The customer's visiting hours changed.
    Hours {
        /// The id of the customer.
        account: RecordId,
        /// The time windows in which a visit may start.
        open: Vec<OpenHours>,
    },
    /// The rep reports a position that may differ from the plan.
    Here {
        /// The position; it need not belong to a customer.
        place: Position,
    },
}

/// A planned day. The book is unchanged until `keep` is called.
#[derive(Debug, uniffi::Object)]
pub struct DayPlan {
    book: Arc<Book>,
    day: PlannedDay,
}

#[uniffi::export]
impl Fieldbook {
    /// Plans a day. Visits already planned for it are promises; customers already visited on it are not candidates.
    ///
    /// Fails with `NoPlaces` if no customer has a position, and with `BadField` if a parameter is out of range.
    /// Blocks for up to `deadline_ms`.
    pub fn plan_day(&self, day: DayToPlan) -> Result<Arc<DayPlan>, PlanError> {
        let planned = self.book.plan_day(&to_plan_request(day)?)?;
        Ok(Arc::new(DayPlan {
            book: Arc::clone(&self.book),
            day: planned,
        }))
    }

    /// The places of the day, for which the app can ask its own provider for travel times to pass as `travel`.
    pub fn plan_places(&self, day: DayToPlan) -> Result<Vec<PlanPlaceAt>, PlanError> {
        Ok(to_plan_places(&self.book.plan_places(&to_plan_request(day)?)?))
    }

    /// Ends the running search, which then returns the best plan found so far.
    pub fn interrupt_plan(&self) {
        self.book.interrupt_plan();
    }
}

#[uniffi::export]
impl DayPlan {
    /// The visits in order.
    pub fn stops(&self) -> Vec<PlanStop> {
        self.day.stops().map(to_plan_stop).collect()
    }

    /// The candidates that are not visited, from index `skip` on, at most 100.
    #[uniffi::method(default(skip = 0))]
    pub fn left_out(&self, skip: u32) -> Vec<PlanLeftOut> {
        let left = self
            .day
            .left_out()
            .skip(usize::try_from(skip).unwrap_or(usize::MAX))
            .take(100);
        left.map(|(candidate, left)| PlanLeftOut {
            account: candidate.account.id,
            title: candidate.account.title().to_owned(),
            value: candidate.worth.value,
            reason: left.reason.clone(),
        })
        .collect()
    }

    /// The totals of the plan.
    pub fn sums(&self) -> PlanSums {
        let plan = &self.day.plan;
        PlanSums {
            value: plan.value,
            travel_s: self.day.road_time_s(),
            ends_s: plan.ends_s,
            lunch_begins_s: plan.lunch_s,
            proved: plan.proved,
            moved: plan.moved.clone().unwrap_or_default(),
            here: plan.reported.iter().filter_map(|here| self.here(*here)).collect(),
        }
    }

    /// The travel times that the plan is based on.
    pub fn travel(&self) -> PlanTravel {
        to_plan_travel(&self.day.travel)
    }

    /// Replans the rest of the day after the disruption `event` at `now_s`, seconds from local midnight. Visits
    /// already begun stay; promises are kept where the total score allows. The search ends after `deadline_ms`.
    ///
    /// Fails with `NoSite` or `NoCandidate` if the event names a customer that cannot be visited.
    #[uniffi::method(default(deadline_ms = 50))]
    pub fn replan(&self, now_s: i64, event: PlanEvent, deadline_ms: u64) -> Result<Arc<DayPlan>, PlanError> {
        let broken = match event {
            PlanEvent::Late { by_s } => Disruption::Late { by_s },
            PlanEvent::Cancelled { account } => Disruption::Cancelled(account),
            PlanEvent::Urgent { account } => Disruption::Urgent(account),
            PlanEvent::Hours { account, open } => {
                let window = |open: OpenHours| Window {
                    from: open.from_s,
                    until: open.until_s,
                };
                Disruption::Hours(account, open.into_iter().map(window).collect())
            }
            PlanEvent::Here { place } => Disruption::Here(place),
        };
        let effort = PlanEffort::Deadline(Duration::from_millis(deadline_ms));
        let day = self.book.replan_day(&self.day, now_s, &broken, effort)?;
        Ok(Arc::new(DayPlan {
            book: Arc::clone(&self.book),
            day,
        }))
    }

    /// Saves the plan in the book as planned visits, and returns them.
    pub fn keep(&self) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.keep_plan(&self.day)?))
    }
}

impl DayPlan {
    fn here(&self, here: ReportedPosition) -> Option<PlanHere> {
        Some(PlanHere {
            after: u32::try_from(here.after).unwrap_or(u32::MAX),
            place: *self.day.places.at.get(here.node)?,
            at_s: here.at_s,
            leave_s: here.leave_s,
        })
    }
}

/// Converts a visit and its candidate for the API.
pub(crate) fn to_plan_stop((candidate, visit): (&Candidate, &PlannedVisit)) -> PlanStop {
    PlanStop {
        account: candidate.account.id,
        site: candidate.site.id,
        title: candidate.account.title().to_owned(),
        place: candidate.position,
        arrive_s: visit.arrive_s,
        start_s: visit.start_s,
        leave_s: visit.leave_s,
        value: candidate.worth.value,
        why: candidate.worth.terms.iter().map(ToString::to_string).collect(),
        link: candidate.map_link(),
    }
}

pub(crate) fn to_plan_request(day: DayToPlan) -> Result<PlanDayRequest, PlanError> {
    let window = |from, until| Window { from, until };
    let holidays = day.country.as_deref().map(Holidays::of_country).transpose();
    let lunch = Lunch {
        window: window(day.lunch_from_s, day.lunch_until_s),
        duration_s: day.lunch_s,
    };
    Ok(PlanDayRequest {
        zone: to_zone(day.zone.as_deref(), day.utc_offset_minutes).map_err(|_| PlanError::BadField {
            field: "zone".to_owned(),
        })?,
        start: day.start,
        end: match day.end {
            PlanEnd::Back => DayEnd::Back,
            PlanEnd::Anywhere => DayEnd::Anywhere,
            PlanEnd::At { place } => DayEnd::At(place),
        },
        shift: window(day.from_s, day.until_s),
        lunch: (day.lunch_s > 0).then_some(lunch),
        service_s: day.service_s,
        candidates: Candidates {
            within: Meters(day.within_m),
            most: day.candidates_max,
        },
        holidays: holidays
            .map_err(|_| PlanError::UnknownCountry)?
            .unwrap_or_default(),
        effort: PlanEffort::Deadline(Duration::from_millis(day.deadline_ms)),
        travel: to_travel_source(&day.travel, &day.speeds).map_err(PlanDayError::from)?,
        ..PlanDayRequest::new(day.date)
    })
}
