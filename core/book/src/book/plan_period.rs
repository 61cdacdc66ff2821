//! Several weeks planned from the book: whom to visit on which day, each as often as its cadence wants.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use super::plan_day::{Candidate, Places, PlanDayError, PlanDayRequest, Survey, TravelUsed, within};
use super::{Book, BookError};
use fieldbook_model::Record;
use fieldbook_model::ids::RecordId;
use fieldbook_plan::{
    Cadence, Customer, Dwell, Period, PeriodPlan, PlannedVisit, UnmetCadence, Window, WorkDay,
};

/// The longest period, in days.
const DAYS_MAX: i32 = 28;

/// The parameters of weeks to plan.
#[derive(Debug, Clone)]
pub struct PlanPeriodRequest {
    /// The first day, and how each day is to be.
    pub day: PlanDayRequest,
    /// Number of calendar days, 1 to 28. Saturdays, Sundays and public holidays are days off.
    pub days: u32,
}

/// Weeks with their plan.
#[derive(Debug, Clone)]
pub struct PlannedPeriod {
    /// The request.
    pub request: PlanPeriodRequest,
    /// The customers, in the order of the problem's.
    pub candidates: Vec<Candidate>,
    /// The problem, as the planner had it.
    pub problem: Period,
    /// The plan of the weeks.
    pub plan: PeriodPlan,
    /// The places of the problem's nodes.
    pub places: Places,
    /// The travel times that it was planned with.
    pub travel: TravelUsed,
    /// The instant at which it was planned or last changed, Unix milliseconds.
    pub planned_at_ms: i64,
}

impl Book {
    /// Plans several weeks. A customer's cadence is its `visit_every_days`, else that of its tier, else the company's usual
    /// one; the gap between two visits is from half of it to one and a half of it. Who is overdue may come on any day. Customers for whom a
    /// visit is planned on the first day already are kept for it.
    ///
    /// # Errors
    /// [`PlanDayError`], as for a single day.
    pub fn plan_period(&self, request: &PlanPeriodRequest) -> Result<PlannedPeriod, PlanDayError> {
        let days = i32::try_from(request.days).unwrap_or(i32::MAX);
        within("days", days, 1, DAYS_MAX)?;
        let Survey {
            candidates,
            problem: day,
            places,
            travel,
        } = self.survey(&request.day)?;
        let week = request.week();
        let customers = day.stops.iter().zip(&candidates);
        let problem = Period {
            days: request.work_days(),
            start: day.start,
            end: day.end,
            customers: customers
                .map(|(stop, candidate)| request.customer(stop, candidate, &week))
                .collect(),
            travel: day.travel.clone(),
        };
        let plan = self.planned(
            request.day.effort,
            |effort| fieldbook_plan::solve_period(&problem, effort, request.day.seed),
            |plan| (plan.iterations, plan.value),
        );
        Ok(PlannedPeriod {
            request: request.clone(),
            candidates,
            problem,
            plan,
            places,
            travel,
            planned_at_ms: self.now_ms(),
        })
    }

    /// Writes the plan into the book: a visit planned for each stop that has none on its day yet, the others moved to
    /// their new time.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn keep_period(&self, period: &PlannedPeriod) -> Result<Vec<Record>, BookError> {
        let mut kept = Vec::new();
        for (date, visits) in period.days() {
            let day = period.request.on(date);
            let planned = self.appointments(&day)?;
            for (candidate, visit) in visits {
                let of_account = planned
                    .iter()
                    .find(|(account, ..)| *account == candidate.account.id);
                let at_ms = day.instant_ms(visit.start_s);
                kept.push(self.keep_visit(candidate, of_account.map(|(_, planned, _)| *planned), at_ms)?);
            }
        }
        Ok(kept)
    }
}

impl PlanPeriodRequest {
    /// The date of a day of the period.
    pub fn date(&self, day: i64) -> Option<NaiveDate> {
        self.day
            .date
            .checked_add_days(Days::new(u64::try_from(day).ok()?))
    }

    /// One of its days as a day of its own.
    fn on(&self, date: NaiveDate) -> PlanDayRequest {
        PlanDayRequest {
            date,
            ..self.day.clone()
        }
    }

    fn work_days(&self) -> Vec<WorkDay> {
        let days = (0..self.days).filter_map(|day| {
            let date = self.date(day.into())?;
            let off =
                matches!(date.weekday(), Weekday::Sat | Weekday::Sun) || self.day.holidays.contains(date);
            (!off).then_some(WorkDay {
                day: i32::try_from(day).ok()?,
                weekday: weekday_of(date),
                shift: self.day.shift,
                lunch: self.day.lunch,
            })
        });
        days.collect()
    }

    /// The first of its days of each weekday, as days of their own.
    fn week(&self) -> Vec<PlanDayRequest> {
        let dates = (0..self.days.min(7)).filter_map(|day| self.date(day.into()));
        dates.map(|date| self.on(date)).collect()
    }

    fn customer(
        &self,
        stop: &fieldbook_plan::DayStop,
        candidate: &Candidate,
        week: &[PlanDayRequest],
    ) -> Customer {
        Customer {
            id: stop.id.clone(),
            node: stop.node,
            service_s: stop.service_s,
            windows: windows(candidate, week),
            value: stop.value,
            mandatory: stop.mandatory,
            cadence: self.cadence(candidate),
        }
    }

    fn cadence(&self, candidate: &Candidate) -> Cadence {
        let every = candidate.every_days.clamp(1, 10_000);
        let whole = |days: i64| i32::try_from(days).unwrap_or(i32::MAX);
        let max_gap = (every * 3 / 2).max(1);
        // A promise for the first day, or a gap that is too long already, leaves the first visit free.
        let last = candidate
            .days_since_visit
            .filter(|days| *days < max_gap && candidate.appointment.is_none());
        Cadence {
            visits: usize::try_from((i64::from(self.days) + every / 2) / every)
                .unwrap_or(1)
                .max(1),
            min_gap: whole((every / 2).max(1)),
            max_gap: whole(max_gap),
            last_visit_day: last.map(|days| -whole(days)),
        }
    }
}

/// The times at which a visit may start, by weekday, as on the day of this `week`.
fn windows(candidate: &Candidate, week: &[PlanDayRequest]) -> [Vec<Window>; 7] {
    let hours = candidate.site.fields.text("opening_hours");
    let mut windows: [Vec<Window>; 7] = Default::default();
    for day in week {
        windows[weekday_of(day.date)] = day.open(hours).1;
    }
    windows
}

/// 0 for Monday to 6 for Sunday.
fn weekday_of(date: NaiveDate) -> usize {
    date.weekday().num_days_from_monday() as usize
}

impl PlannedPeriod {
    /// The days with their date and visits, days without visits left out.
    pub fn days(&self) -> impl Iterator<Item = (NaiveDate, Vec<(&Candidate, &PlannedVisit)>)> {
        self.plan
            .days
            .iter()
            .filter(|day| !day.visits.is_empty())
            .filter_map(|day| {
                let visits = day
                    .visits
                    .iter()
                    .filter_map(|visit| Some((self.candidate(&visit.id)?, visit)));
                Some((self.request.date(day.day)?, visits.collect()))
            })
    }

    /// Time on the road on one of its days, at the speeds of the time of day, seconds.
    pub fn road_time_s(&self, visits: &[(&Candidate, &PlannedVisit)]) -> i64 {
        let stay = |visit: &PlannedVisit| {
            let mut customers = self.problem.customers.iter();
            let customer = customers.find(|customer| customer.id == visit.id)?;
            Some(visit.dwell_at(customer.node))
        };
        let dwells: Vec<Dwell> = visits.iter().filter_map(|(_, visit)| stay(visit)).collect();
        let Period {
            travel, start, end, ..
        } = &self.problem;
        travel.road_time_s(*start, &dwells, *end)
    }

    /// The customers who are seen less often than wanted.
    pub fn left_out(&self) -> impl Iterator<Item = (&Candidate, &UnmetCadence)> {
        self.plan
            .unassigned
            .iter()
            .filter_map(|unmet| Some((self.candidate(&unmet.id)?, unmet)))
    }

    fn candidate(&self, id: &str) -> Option<&Candidate> {
        let id: RecordId = id.parse().ok()?;
        self.candidates
            .iter()
            .find(|candidate| candidate.account.id == id)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::book::{OpenOptions, PlanEffort};
    use fieldbook_model::clock::{FixedClock, SeededRandom};
    use fieldbook_model::{Fields, Kind, Scalar};
    use fieldbook_plan::judge_period;

    #[test]
    fn a_fortnight_keeps_the_weekend_free_and_sees_a_weekly_customer_twice() {
        let folder = tempfile::tempdir().unwrap();
        let mut options = OpenOptions::new(folder.path().join("book.db"));
        options.clock = Arc::new(FixedClock::at(1_795_503_600_000));
        options.random = Arc::new(SeededRandom::new(3));
        let book = Book::open(options).unwrap();
        let shop = |name: &str, every: i64, lat: &str, hours: &str| {
            let account = Fields::new()
                .with("name", name)
                .with("visit_every_days", Scalar::Int(every));
            let account = book.add(Kind::Account, &account).unwrap().id;
            let site = Fields::new()
                .with("account_id", Scalar::Id(account))
                .with("position", format!("{lat},1.297"))
                .with("opening_hours", hours);
            book.add(Kind::Site, &site).unwrap();
        };
        shop("Weekly", 7, "52.631", "Mo-Fr 09:00-17:00");
        shop("Monthly", 30, "52.632", "We 10:00-12:00");
        let request = PlanPeriodRequest {
            day: PlanDayRequest {
                effort: PlanEffort::Iterations(2_000),
                ..PlanDayRequest::new(NaiveDate::from_ymd_opt(2026, 11, 23).unwrap())
            },
            days: 14,
        };
        let planned = book.plan_period(&request).unwrap();
        assert!(judge_period(&planned.problem, &planned.plan).ok);
        assert_eq!(planned.problem.days.len(), 10);
        let days_of = |name: &str| -> Vec<Weekday> {
            let days = planned
                .days()
                .filter(|(_, visits)| visits.iter().any(|(c, _)| c.account.title() == name));
            days.map(|(date, _)| date.weekday()).collect()
        };
        assert_eq!(days_of("Weekly").len(), 2);
        assert_eq!(days_of("Monthly"), [Weekday::Wed]);
        let kept = book.keep_period(&planned).unwrap();
        assert_eq!(kept.len(), 3);
        book.keep_period(&planned).unwrap();
        let visits = book.page(&crate::book::Query::first(Kind::Visit, 10)).unwrap();
        assert_eq!(visits.records.len(), 3, "kept twice is kept once");
        let none = PlanPeriodRequest { days: 0, ..request };
        match book.plan_period(&none) {
            Err(PlanDayError::Problem(problem)) => assert_eq!(problem.field, "days"),
            other => panic!("{other:?}"),
        }
    }
}
