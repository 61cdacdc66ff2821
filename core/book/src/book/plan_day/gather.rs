//! The candidates of a day, read from the book.

use std::collections::HashMap;

use super::travel::Survey;
use super::{Candidate, PlanDayError, PlanDayRequest, TravelSource, TravelUsed};
use crate::book::account::{Tiering, own_cadence};
use crate::book::check_in_context::position_of;
use crate::book::{Book, BookError};
use crate::store::StoreError;
use fieldbook_location::{Position, distance};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Body, Kind, Opportunity, Record, VisitState, stage_rank};
use fieldbook_plan::{Deal, ScoreInputs, VisitScore};

/// Number of sites around the start that are considered, the nearest: more than a rep can see in a month.
const SITES_MAX: usize = 600;

/// Number of visits back that are searched for the last one that took place.
const VISITS_BACK: usize = 20;

/// Largest number of a customer's deals that count.
const DEALS_MAX: usize = 50;

/// The most sites of one customer among which the nearest is looked for.
const ACCOUNT_SITES_MAX: usize = 50;

/// From which rank on a deal is over.
const CLOSED_RANK: u8 = 80;

/// A visit that is planned already: customer, visit, and when, in seconds from local midnight.
pub(in crate::book) type Appointment = (RecordId, RecordId, i64);

/// A day, in milliseconds.
const DAY_MS: i64 = 86_400_000;

impl Book {
    /// The facts of a day before it is planned: candidates, places and drive times.
    ///
    /// # Errors
    /// [`PlanDayError`].
    pub(in crate::book) fn survey(&self, request: &PlanDayRequest) -> Result<Survey, PlanDayError> {
        request.check()?;
        let appointments = self.appointments(request)?;
        let start = self.start_of(request, &appointments)?;
        let candidates = self.gather(request, start, appointments)?;
        let learned = match request.travel {
            TravelSource::Estimated(_) => None,
            TravelSource::FittedTravelModel | TravelSource::Given(_) => {
                self.learned_travel(request.instant_ms(0), &request.zone)?
            }
        };
        let mut travel = TravelUsed::new(&request.travel, learned);
        let (problem, places) = request.problem(start, &candidates, &mut travel);
        Ok(Survey {
            candidates,
            problem,
            places,
            travel,
        })
    }

    /// The start of the day.
    fn start_of(
        &self,
        request: &PlanDayRequest,
        appointments: &[Appointment],
    ) -> Result<Position, PlanDayError> {
        if let Some(start) = request.start {
            return Ok(start);
        }
        for (account, ..) in appointments {
            if let Some((_, position)) = self.site_of(*account, None)? {
                return Ok(position);
            }
        }
        self.store
            .middle_of_sites()
            .map_err(book)?
            .ok_or(PlanDayError::NoPlaces)
    }

    /// The most valuable customers around `start`, and all who are expected.
    fn gather(
        &self,
        request: &PlanDayRequest,
        start: Position,
        appointments: Vec<Appointment>,
    ) -> Result<Vec<Candidate>, PlanDayError> {
        let appointments: HashMap<RecordId, (RecordId, i64)> = appointments
            .into_iter()
            .map(|(account, visit, at_s)| (account, (visit, at_s)))
            .collect();
        let mut candidates: Vec<Candidate> = Vec::new();
        let tiering = self.tiering(&request.zone, request.date)?;
        let near = self
            .store
            .near(start, request.candidates.within, SITES_MAX)
            .map_err(book)?;
        for nearby in near {
            let Some(account) = nearby.account else { continue };
            let known = candidates.iter().any(|other| other.account.id == account.id);
            let position = position_of(&nearby.site);
            if let (false, Some(position)) = (known, position) {
                let appointment = appointments.get(&account.id).copied();
                candidates.extend(self.judged(
                    request,
                    &tiering,
                    account,
                    (nearby.site, position),
                    appointment,
                )?);
            }
        }
        for (account, appointment) in &appointments {
            if candidates.iter().all(|other| other.account.id != *account)
                && let Some(site) = self.site_of(*account, Some(start))?
            {
                let account = self.record(*account)?;
                candidates.extend(self.judged(request, &tiering, account, site, Some(*appointment))?);
            }
        }
        // Musts first, then by value; the order of equals does not depend on how the book was read.
        candidates.sort_by_key(|c| {
            (
                c.appointment.is_none(),
                std::cmp::Reverse(c.worth.value),
                c.account.id,
            )
        });
        let most = usize::try_from(request.candidates.most).unwrap_or(usize::MAX);
        candidates.truncate(most.max(appointments.len()));
        Ok(candidates)
    }

    /// One customer as a candidate, wherever it is.
    pub(super) fn candidate(
        &self,
        request: &PlanDayRequest,
        account: RecordId,
    ) -> Result<Candidate, PlanDayError> {
        let record = self.record(account)?;
        let site = self
            .site_of(account, request.start)?
            .ok_or(PlanDayError::NoSite { account })?;
        let tiering = self.tiering(&request.zone, request.date)?;
        let inputs = self.inputs(request, &tiering, &record)?.0;
        Ok(made(request, record, site, &inputs, None))
    }

    /// A customer as a candidate; `None` for one who is or was visited on that day.
    fn judged(
        &self,
        request: &PlanDayRequest,
        tiering: &Tiering,
        account: Record,
        site: (Record, Position),
        appointment: Option<(RecordId, i64)>,
    ) -> Result<Option<Candidate>, PlanDayError> {
        let (inputs, seen_today) = self.inputs(request, tiering, &account)?;
        if seen_today {
            return Ok(None);
        }
        Ok(Some(made(request, account, site, &inputs, appointment)))
    }

    /// The inputs of a customer's score on the morning of that day, and true if it is or was visited on it.
    fn inputs(
        &self,
        request: &PlanDayRequest,
        tiering: &Tiering,
        account: &Record,
    ) -> Result<(ScoreInputs, bool), PlanDayError> {
        let day = request.zone.day(request.date);
        let (from_ms, until_ms) = (day.start, day.end);
        let tiered = self.tier_in(tiering, account)?;
        let mut inputs = ScoreInputs {
            visit_every_days: own_cadence(account).or(tiered.visit_every_days.map(i64::from)),
            tier: tiered.tier,
            open_deals: self.open_deals(account.id)?,
            ..ScoreInputs::default()
        };
        let visits = self
            .store
            .latest_visits(account.id, until_ms, VISITS_BACK)
            .map_err(book)?;
        let (mut seen_today, mut looked_at) = (false, false);
        for visit in visits {
            let Body::Visit(visit) = visit.body() else {
                continue;
            };
            if let Some(arrived_at_ms) = visit.state.arrived_at_ms() {
                if arrived_at_ms >= from_ms {
                    seen_today = true;
                } else {
                    inputs.last_outcome = visit.outcome;
                    inputs.days_since_visit = Some((from_ms - arrived_at_ms).div_euclid(DAY_MS) + 1);
                    break;
                }
            } else if matches!(visit.state, VisitState::Skipped { .. }) && !looked_at {
                inputs.last_was_skipped = true;
            }
            looked_at = true;
        }
        Ok((inputs, seen_today))
    }

    fn open_deals(&self, account: RecordId) -> Result<Vec<Deal>, PlanDayError> {
        let deals = self.of_account(account, Kind::Opportunity, DEALS_MAX)?;
        let open = deals.into_iter().filter_map(|record| {
            let deal: Opportunity = record.fields.into();
            let rank = deal.stage.as_deref().and_then(stage_rank);
            let units = |money: fieldbook_model::Money| money.minor / 10_i64.pow(money.currency.exponent());
            rank.is_none_or(|rank| rank < CLOSED_RANK).then(|| Deal {
                stage: rank,
                amount: deal.amount.map(units),
            })
        });
        Ok(open.collect())
    }

    /// The visits planned for that day by this rep or by nobody in particular.
    pub(in crate::book) fn appointments(
        &self,
        request: &PlanDayRequest,
    ) -> Result<Vec<Appointment>, BookError> {
        let day = request.zone.day(request.date);
        let rep = self.identity().rep;
        let visits = self.store.visits_between(day.start, day.end)?;
        let promised = visits.into_iter().filter_map(|record| {
            let Body::Visit(visit) = record.body() else {
                return None;
            };
            let ours = visit.rep.is_none() || rep.is_none() || visit.rep == rep;
            let at_s = request.zone.second_of(request.date, visit.planned_at_ms?);
            let planned = ours && visit.state == VisitState::Planned;
            planned.then_some((visit.account_id?, record.id, at_s))
        });
        Ok(promised.collect())
    }

    /// The site of a customer that is nearest to `to`, or the first.
    fn site_of(
        &self,
        account: RecordId,
        to: Option<Position>,
    ) -> Result<Option<(Record, Position)>, PlanDayError> {
        let sites = self.of_account(account, Kind::Site, ACCOUNT_SITES_MAX)?;
        let placed = sites.into_iter().filter_map(|site| {
            let position = position_of(&site)?;
            Some((site, position))
        });
        let away = |(_, position): &(Record, Position)| to.map_or(0.0, |to| distance(to, *position).0);
        Ok(placed.min_by(|a, b| away(a).total_cmp(&away(b))))
    }
}

fn made(
    request: &PlanDayRequest,
    account: Record,
    (site, position): (Record, Position),
    inputs: &ScoreInputs,
    appointment: Option<(RecordId, i64)>,
) -> Candidate {
    Candidate {
        every_days: inputs
            .visit_every_days
            .unwrap_or(request.worth.usual_cadence_days),
        days_since_visit: inputs.days_since_visit,
        worth: VisitScore::from_inputs(inputs, &request.worth),
        hours: request.open(site.fields.text("opening_hours")).0,
        account,
        site,
        position,
        appointment,
    }
}

fn book(error: StoreError) -> PlanDayError {
    PlanDayError::Book(error.into())
}
