//! A day planned: whom to visit, in which order and why, and again when the day breaks.

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
use crate::plan_travel::{PlanDrive, PlanPlaceAt, PlanSpeed, PlanTravel, places, source, used};
use crate::records::{Record, records};
use crate::scalars::Day;

/// Why a day could not be planned.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum PlanError {
    /// No customer has a place.
    #[error("no customer has a place")]
    NoPlaces,
    /// The customer has no place.
    #[error("the customer has no place")]
    NoSite {
        /// Which.
        account: RecordId,
    },
    /// The customer is no candidate of this day.
    #[error("the customer is no candidate of this day")]
    NoCandidate {
        /// Which.
        account: RecordId,
    },
    /// A number of the request is no good.
    #[error("{field} is no good")]
    BadField {
        /// Which, such as `shift.until`.
        field: String,
    },
    /// The country's holidays are not known.
    #[error("the country's holidays are not known")]
    UnknownCountry,
    /// The book.
    #[error("{why}")]
    Book {
        /// What it said.
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

/// Where a day ends.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Enum)]
pub enum PlanEnd {
    /// Where it began.
    Back,
    /// Wherever the last visit is.
    Anywhere,
    /// There.
    At {
        /// Where.
        place: Position,
    },
}

/// Which day is to be planned, and how. Times of day are seconds from local midnight.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DayToPlan {
    /// The day, `2026-11-25`.
    pub date: Day,
    /// How many minutes local time is ahead of UTC.
    pub utc_offset_minutes: i32,
    /// Where the rep sets out; null: at the first appointment, else in the middle of the customers.
    #[uniffi(default = None)]
    pub start: Option<Position>,
    /// Where the day ends.
    pub end: PlanEnd,
    /// When the rep may set out.
    #[uniffi(default = 30600)]
    pub from_s: i32,
    /// When the rep must be done.
    #[uniffi(default = 61200)]
    pub until_s: i32,
    /// How long lunch takes; 0 for none.
    #[uniffi(default = 1800)]
    pub lunch_s: i32,
    /// When lunch may begin.
    #[uniffi(default = 41400)]
    pub lunch_from_s: i32,
    /// When lunch must be over.
    #[uniffi(default = 50400)]
    pub lunch_until_s: i32,
    /// How long a visit takes.
    #[uniffi(default = 1200)]
    pub service_s: i32,
    /// How many customers are looked at, 1 to 300.
    #[uniffi(default = 60)]
    pub candidates_max: u32,
    /// How far from the start.
    #[uniffi(default = 25000.0)]
    pub within_m: f64,
    /// Whose public holidays opening hours speak of, such as `GB`.
    #[uniffi(default = None)]
    pub country: Option<String>,
    /// Search no longer than this. `interrupt_plan` ends it sooner, with the best found so far.
    #[uniffi(default = 1000)]
    pub deadline_ms: u64,
    /// Travel times that the app knows, between the places that `plan_places` names. What they leave open is learned from
    /// the rep's own tracks, or estimated.
    #[uniffi(default = [])]
    pub travel: Vec<PlanDrive>,
    /// How fast the roads are in the course of the day, where the app knows: `travel` is then of empty roads. Without it the
    /// drives of `travel` are driven as given at any hour.
    #[uniffi(default = [])]
    pub speeds: Vec<PlanSpeed>,
}

/// A visit of a plan.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanStop {
    /// The customer.
    pub account: RecordId,
    /// The site.
    pub site: RecordId,
    /// The customer's name.
    pub title: String,
    /// Where.
    pub place: Position,
    /// When the rep is there, seconds from local midnight.
    pub arrive_s: i64,
    /// When the visit starts.
    pub start_s: i64,
    /// When the rep drives on.
    pub leave_s: i64,
    /// What it is worth.
    pub value: i64,
    /// Why, term by term, in English.
    pub why: Vec<String>,
    /// A link that opens the place in the phone's own maps.
    pub link: String,
}

/// A customer who is not visited.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanLeftOut {
    /// The customer.
    pub account: RecordId,
    /// The customer's name.
    pub title: String,
    /// What a visit would be worth.
    pub value: i64,
    /// The one reason, in English.
    pub reason: String,
}

/// The sums of a plan.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct PlanSums {
    /// The value of all visits.
    pub value: i64,
    /// How long the rep is on the road, at the speeds of the time of day.
    pub travel_s: i64,
    /// When the rep is done, seconds from local midnight.
    pub ends_s: i64,
    /// When lunch begins; null without one.
    pub lunch_begins_s: Option<i64>,
    /// Whether no better plan exists.
    pub proved: bool,
    /// After a replan: the customers whose promised time moved by more than a quarter of an hour, or fell out.
    pub moved: Vec<String>,
    /// After a replan: where the rep said to be.
    pub here: Vec<PlanHere>,
}

/// Where the rep said to be, whatever the plan had expected.
#[derive(Debug, Clone, Copy, PartialEq, uniffi::Record)]
pub struct PlanHere {
    /// How many visits lie before it.
    pub after: u32,
    /// Where.
    pub place: Position,
    /// When the rep was there, seconds from local midnight.
    pub at_s: i64,
    /// When the rep drives on.
    pub leave_s: i64,
}

/// From when until when, seconds from local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct OpenHours {
    /// The first second.
    pub from_s: i32,
    /// The last second.
    pub until_s: i32,
}

/// What broke a day.
#[derive(Debug, Clone, PartialEq, uniffi::Enum)]
pub enum PlanEvent {
    /// The rep is late.
    Late {
        /// By so many seconds.
        by_s: i32,
    },
    /// The customer cannot, or the rep will not.
    Cancelled {
        /// Which customer.
        account: RecordId,
    },
    /// The customer must be seen today.
    Urgent {
        /// Which customer.
        account: RecordId,
    },
    /// The customer can be visited at other times.
    Hours {
        /// Which customer.
        account: RecordId,
        /// When a visit may start.
        open: Vec<OpenHours>,
    },
    /// The rep is there now, wherever the plan has them.
    Here {
        /// Where; it need not be the place of anybody.
        place: Position,
    },
}

/// A day with its plan. Nothing of it is in the book before `keep`.
#[derive(Debug, uniffi::Object)]
pub struct DayPlan {
    book: Arc<Book>,
    day: PlannedDay,
}

#[uniffi::export]
impl Fieldbook {
    /// Plans a day. Visits planned for it already are promises; who was visited on it is no candidate.
    pub fn plan_day(&self, day: DayToPlan) -> Result<Arc<DayPlan>, PlanError> {
        let planned = self.book.plan_day(&request(day)?)?;
        Ok(Arc::new(DayPlan {
            book: Arc::clone(&self.book),
            day: planned,
        }))
    }

    /// The places between which a day would be driven: to ask the app's own provider for travel times, which go into
    /// `travel`.
    pub fn plan_places(&self, day: DayToPlan) -> Result<Vec<PlanPlaceAt>, PlanError> {
        Ok(places(&self.book.plan_places(&request(day)?)?))
    }

    /// Asks a plan that is being made to end with the best found so far.
    pub fn interrupt_plan(&self) {
        self.book.interrupt_plan();
    }
}

#[uniffi::export]
impl DayPlan {
    /// The visits in their order.
    pub fn stops(&self) -> Vec<PlanStop> {
        self.day.stops().map(stop).collect()
    }

    /// Who is not visited, from number `skip` on, 100 at most.
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

    /// The sums.
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

    /// What travel times it was planned with.
    pub fn travel(&self) -> PlanTravel {
        used(&self.day.travel)
    }

    /// The plan of the rest of the day after something broke it at `now_s`, seconds from local midnight. What was begun
    /// stays, promises are kept where value allows.
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

    /// Writes the plan into the book, as planned visits.
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

/// A visit with all that a screen shows of it.
pub(crate) fn stop((candidate, visit): (&Candidate, &PlannedVisit)) -> PlanStop {
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

pub(crate) fn request(day: DayToPlan) -> Result<PlanDayRequest, PlanError> {
    let window = |from, until| Window { from, until };
    let holidays = day.country.as_deref().map(Holidays::of_country).transpose();
    let lunch = Lunch {
        window: window(day.lunch_from_s, day.lunch_until_s),
        duration_s: day.lunch_s,
    };
    Ok(PlanDayRequest {
        utc_offset_minutes: day.utc_offset_minutes,
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
        travel: source(&day.travel, &day.speeds).map_err(PlanDayError::from)?,
        ..PlanDayRequest::of(day.date)
    })
}
