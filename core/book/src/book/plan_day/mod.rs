//! The plan of a day: the customers to visit and their order, replanned after disruptions.
//!
//! [`gather`] reads the candidates from the book: who is near, what a visit is worth, when the site is open, who is
//! expected already. [`plan`](fieldbook_plan) does the rest. Nothing is written before [`Book::keep_plan`].

mod gather;
mod request;
#[cfg(test)]
mod tests;
mod travel;

use super::{Book, BookError};
use fieldbook_location::Position;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Record, Scalar};
use fieldbook_plan::{
    self, Day, DayPlan, DayStop, Dwell, Effort, ProblemError, Promises, RawReplanEvent, RawStopHours,
    ReplanEvent, VisitScore, Window,
};

pub(super) use request::within;
pub use request::{Candidates, DayEnd, PlanDayRequest, PlanEffort};
pub(super) use travel::Survey;
pub use travel::{DayPlace, Drive, GivenTravel, Places, TravelSource, TravelUsed};

/// Why a day cannot be planned.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum PlanDayError {
    /// No customer has a place: there is nothing to drive to.
    #[error("no customer of this book has a place with a position")]
    NoPlaces,
    /// The customer has no place with a position.
    #[error("account {account} has no place with a position")]
    NoSite {
        /// Id of the account.
        account: RecordId,
    },
    /// The customer is no candidate of this day.
    #[error("account {account} is no candidate of this day")]
    NoCandidate {
        /// Id of the account.
        account: RecordId,
    },
    /// A number of the request is no good.
    #[error(transparent)]
    Problem(#[from] ProblemError),
    /// The book could not be read.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// The knowledge of a site's opening hours on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HoursKnown {
    /// The site has none: taken for open all day.
    Unstated,
    /// They were read, and the place is open for certain at the times used, or closed all day.
    Read,
    /// They were read, and the place may be open: by appointment, with an open end, by the sun, or on what may be a
    /// holiday. To be asked before.
    Perhaps,
    /// They cannot be read, or depend on holidays of which nothing is known: taken for open all day.
    Unreadable,
}

/// A customer who may be visited.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The customer. Its id is the stop's in problem and plan.
    pub account: Record,
    /// The nearest of its sites.
    pub site: Record,
    /// Position of the site.
    pub position: Position,
    /// Score of a visit, term by term.
    pub worth: VisitScore,
    /// The knowledge of the opening hours.
    pub hours: HoursKnown,
    /// Interval between two visits, days: the customer's own, or the company's usual one.
    pub every_days: i64,
    /// Full days since the last visit; `None` when there was none.
    pub days_since_visit: Option<i64>,
    /// The visit that is planned already, and for when, in seconds from local midnight.
    pub appointment: Option<(RecordId, i64)>,
}

/// A day with its plan.
#[derive(Debug, Clone)]
pub struct PlannedDay {
    /// The request.
    pub request: PlanDayRequest,
    /// The candidates, in the order of the problem's stops.
    pub candidates: Vec<Candidate>,
    /// The problem, as the planner had it.
    pub problem: Day,
    /// The plan of the day.
    pub plan: DayPlan,
    /// The starts that customers were told.
    pub promises: Promises,
    /// The places of the problem's nodes.
    pub places: Places,
    /// The travel times that it was planned with.
    pub travel: TravelUsed,
    /// The instant at which it was planned or last changed, Unix milliseconds.
    pub planned_at_ms: i64,
}

/// A disruption of a planned day.
#[derive(Debug, Clone, PartialEq)]
pub enum Disruption {
    /// The rep is late by so many seconds.
    Late {
        /// The delay, seconds.
        by_s: i32,
    },
    /// The customer cannot, or the rep will not.
    Cancelled(RecordId),
    /// The customer must be seen today.
    Urgent(RecordId),
    /// The customer can be visited at other times: when a visit may start, seconds from local midnight.
    Hours(RecordId, Vec<Window>),
    /// The rep is there now, wherever the plan has them. It need not be the place of anybody.
    Here(Position),
}

/// The effect of a mandatory visit to a customer.
#[derive(Debug, Clone)]
pub struct WhatIf {
    /// The day with that customer as a must.
    pub day: PlannedDay,
    /// The customers who would no longer be visited.
    pub fall_out: Vec<RecordId>,
}

impl Book {
    /// Plans a day: the candidates of the book, the best plan that the effort allows.
    ///
    /// Visits planned for that day by this rep are promises: they come first, and start within a quarter of an hour of their
    /// time. Who was visited on that day already, or is being visited, is no candidate.
    ///
    /// # Errors
    /// [`PlanDayError`]. A day that cannot be met is none: it gets the best plan, with a reason for each customer left out.
    ///
    /// # Examples
    /// ```
    /// # use std::sync::Arc;
    /// use fieldbook_book::{Book, OpenOptions, PlanDayRequest};
    /// use fieldbook_model::Scalar;
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-plan");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// book.add(
    ///     Kind::Site,
    ///     &Fields::new()
    ///         .with("account_id", Scalar::Id(shop.id))
    ///         .with("position", "52.6300000,1.3000000"),
    /// )?;
    /// let request = PlanDayRequest {
    ///     start: Some("52.6400000,1.3000000".parse()?),
    ///     ..PlanDayRequest::new("2026-11-25".parse()?)
    /// };
    /// let day = book.plan_day(&request)?;
    /// assert_eq!(day.stops().count(), 1);
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn plan_day(&self, request: &PlanDayRequest) -> Result<PlannedDay, PlanDayError> {
        let Survey {
            candidates,
            problem,
            places,
            travel,
        } = self.survey(request)?;
        let plan = self.planned_day(request.effort, |effort| {
            fieldbook_plan::solve(&problem, effort, request.seed)
        });
        Ok(PlannedDay {
            request: request.clone(),
            candidates,
            problem,
            promises: Promises::from_plan(&plan),
            plan,
            places,
            travel,
            planned_at_ms: self.now_ms(),
        })
    }

    /// The places between which a day would be driven, in the order of a matrix: for a host that asks its own provider for
    /// the travel times and gives them with the request ([`TravelSource::Given`]).
    ///
    /// # Errors
    /// As [`Book::plan_day`].
    pub fn plan_places(&self, request: &PlanDayRequest) -> Result<Places, PlanDayError> {
        Ok(self.survey(request)?.places)
    }

    /// Plans the rest of a day at `now_s` (seconds from local midnight) after something broke it. What was begun dwells;
    /// promises are kept where value allows, and [`DayPlan::moved`] names the others.
    ///
    /// # Errors
    /// [`PlanDayError::NoCandidate`], [`PlanDayError::NoSite`] for a customer without a place, [`PlanDayError::Problem`]
    /// for hours that end before they begin, the book's.
    pub fn replan_day(
        &self,
        day: &PlannedDay,
        now_s: i64,
        broken: &Disruption,
        effort: PlanEffort,
    ) -> Result<PlannedDay, PlanDayError> {
        let mut after = day.clone();
        after.planned_at_ms = self.now_ms();
        let event = match broken {
            Disruption::Late { by_s } => ReplanEvent::Delay((*by_s).max(0)),
            Disruption::Cancelled(account) => ReplanEvent::Cancel(after.stop(*account)?.id.clone()),
            Disruption::Hours(account, windows) => {
                let id = after.stop(*account)?.id.clone();
                let windows = windows.iter().map(|open| [open.from.into(), open.until.into()]);
                let windows = windows.collect();
                ReplanEvent::from_raw(
                    RawReplanEvent::Close(RawStopHours { id, windows }),
                    &after.problem,
                )?
            }
            Disruption::Urgent(account) => ReplanEvent::Insert(self.urgent(&mut after, *account)?),
            Disruption::Here(position) => {
                let node = after.places.standing(*position);
                after.drive_anew();
                ReplanEvent::Here(node)
            }
        };
        let seed = day.request.seed;
        after.plan = self.planned_day(effort, |effort| {
            let promises = &day.promises;
            fieldbook_plan::replan_with_promises(
                &after.problem,
                &day.plan,
                promises,
                now_s,
                &event,
                effort,
                seed,
            )
        });
        after.promises = day.promises.after(&after.plan);
        after.problem = event.applied(&after.problem);
        keep_cancelled(&day.plan, &mut after.plan);
        // The candidates stand in the order of the stops; who came in stands last.
        if let Disruption::Urgent(account) = broken {
            after
                .candidates
                .sort_by_key(|candidate| candidate.account.id == *account);
        }
        Ok(after)
    }

    /// The visits that a day would lose if this candidate became mandatory.
    ///
    /// # Errors
    /// [`PlanDayError::NoCandidate`].
    pub fn what_if(&self, day: &PlannedDay, account: RecordId) -> Result<WhatIf, PlanDayError> {
        let mut with = day.clone();
        let id = with.stop(account)?.id.clone();
        for stop in with.problem.stops.iter_mut().filter(|stop| stop.id == id) {
            stop.mandatory = true;
        }
        with.plan = self.planned_day(day.request.effort, |effort| {
            fieldbook_plan::solve(&with.problem, effort, day.request.seed)
        });
        let dwells =
            |visit: &&fieldbook_plan::PlannedVisit| with.plan.visits.iter().any(|other| other.id == visit.id);
        let gone = day.plan.visits.iter().filter(|visit| !dwells(visit));
        let fall_out = gone.filter_map(|visit| visit.id.parse().ok()).collect();
        Ok(WhatIf { day: with, fall_out })
    }

    /// Writes the plan into the book: a visit planned for each stop that has none yet, the others moved to their new time.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn keep_plan(&self, day: &PlannedDay) -> Result<Vec<Record>, BookError> {
        let mut kept = Vec::with_capacity(day.plan.visits.len());
        for (candidate, visit) in day.stops() {
            let at_ms = day.request.instant_ms(visit.start_s);
            let planned = candidate.appointment.map(|(planned, _)| planned);
            kept.push(self.keep_visit(candidate, planned, at_ms)?);
        }
        Ok(kept)
    }

    /// Writes one visit of a plan: the one `planned` already is moved to its time (Unix milliseconds), or one is made.
    pub(super) fn keep_visit(
        &self,
        candidate: &Candidate,
        planned: Option<RecordId>,
        at_ms: i64,
    ) -> Result<Record, BookError> {
        let at = Scalar::Time(at_ms);
        if let Some(planned) = planned {
            let record = self.record(planned)?;
            if record.fields.time("planned_at") == Some(at_ms) {
                return Ok(record);
            }
            return self.set(planned, &Fields::new().with("planned_at", at));
        }
        let mut fields = Fields::new()
            .with("account_id", Scalar::Id(candidate.account.id))
            .with("site_id", Scalar::Id(candidate.site.id))
            .with("planned_at", at);
        fields.set_some("rep", self.identity().rep);
        self.add(Kind::Visit, &fields)
    }

    /// Searches for the plan of a day.
    fn planned_day(&self, effort: PlanEffort, run: impl FnOnce(&Effort<'_>) -> DayPlan) -> DayPlan {
        self.planned(effort, run, |plan| (plan.iterations, plan.value))
    }

    /// The stop of a customer who must be seen, taken out of the candidates or read from the book.
    fn urgent(&self, day: &mut PlannedDay, account: RecordId) -> Result<DayStop, PlanDayError> {
        let id = account.to_string();
        if let Some(at) = day.problem.stops.iter().position(|stop| stop.id == id) {
            let stop = if day.plan.visits.iter().any(|visit| visit.id == id) {
                day.problem.stops[at].clone()
            } else {
                day.problem.stops.remove(at)
            };
            return Ok(DayStop {
                mandatory: true,
                ..stop
            });
        }
        let candidate = self.candidate(&day.request, account)?;
        let site = DayPlace::Site(candidate.site.id);
        let node = day.places.add(site, candidate.position);
        day.drive_anew();
        let stop = day.request.stop(&candidate, node);
        day.candidates.push(candidate);
        Ok(DayStop {
            mandatory: true,
            ..stop
        })
    }
}

/// Keeps customers cancelled who were cancelled before: the problem knows them only as closed.
fn keep_cancelled(before: &DayPlan, after: &mut DayPlan) {
    for left in &mut after.unassigned {
        let known = before.unassigned.iter().find(|other| other.id == left.id);
        let cancelled = known.filter(|known| known.why == Some(fieldbook_plan::UnassignedReason::Cancelled));
        if let (Some(known), Some(fieldbook_plan::UnassignedReason::ClosedAllDay)) = (cancelled, left.why) {
            left.clone_from(known);
        }
    }
}

impl PlannedDay {
    /// The visits in their order, each with its candidate.
    pub fn stops(&self) -> impl Iterator<Item = (&Candidate, &fieldbook_plan::PlannedVisit)> {
        let of = |visit: &fieldbook_plan::PlannedVisit| {
            let id: RecordId = visit.id.parse().ok()?;
            self.candidates
                .iter()
                .find(|candidate| candidate.account.id == id)
        };
        self.plan
            .visits
            .iter()
            .filter_map(move |visit| Some((of(visit)?, visit)))
    }

    /// The customers who are not visited, each with the reason.
    pub fn left_out(&self) -> impl Iterator<Item = (&Candidate, &fieldbook_plan::UnassignedStop)> {
        let of = |left: &fieldbook_plan::UnassignedStop| {
            let id: RecordId = left.id.parse().ok()?;
            self.candidates
                .iter()
                .find(|candidate| candidate.account.id == id)
        };
        self.plan
            .unassigned
            .iter()
            .filter_map(move |left| Some((of(left)?, left)))
    }

    /// Time on the road, at the speeds of the time of day, seconds.
    pub fn road_time_s(&self) -> i64 {
        let problem = &self.problem;
        let seen = |after: usize| self.plan.reported.iter().filter(move |here| here.after == after);
        let stood = |here: &fieldbook_plan::ReportedPosition| Dwell {
            node: here.node,
            from_s: here.at_s,
            until_s: here.leave_s,
        };
        let mut dwells: Vec<Dwell> = seen(0).map(stood).collect();
        for (at, visit) in (1..).zip(&self.plan.visits) {
            let stop = problem.stops.iter().find(|stop| stop.id == visit.id);
            dwells.extend(stop.map(|stop| visit.dwell_at(stop.node)));
            dwells.extend(seen(at).map(stood));
        }
        problem.travel.road_time_s(problem.start, &dwells, problem.end)
    }

    /// The travel times again, after a place has come in.
    fn drive_anew(&mut self) {
        self.problem.travel = self.travel.between(&self.places, self.request.shift);
    }

    fn stop(&self, account: RecordId) -> Result<&DayStop, PlanDayError> {
        let id = account.to_string();
        let stop = self.problem.stops.iter().find(|stop| stop.id == id);
        stop.ok_or(PlanDayError::NoCandidate { account })
    }
}
