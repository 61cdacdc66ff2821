//! The next day's plan, made without a signal, and the replan after a cancellation and an urgent request.

use chrono::NaiveDate;
use fieldbook_core::book::{Book, Disruption, PlanDayError, PlanDayRequest, PlanEffort, PlannedDay};
use fieldbook_core::clock::Stopwatch;
use fieldbook_core::ids::RecordId;
use fieldbook_core::plan::PROMISE_S;
use std::cmp::Reverse;

use super::customers::position_of;
use super::day::elapsed;
use crate::error::DemoError;
use fieldbook_format::point;
use fieldbook_page::{LeftOut, Sketch, SketchStop, StopChange, TimeOfDay};

/// Effort of the search, in iterations, so that the speed of the machine does not change the plan.
const EFFORT: PlanEffort = PlanEffort::Iterations(20_000);

/// Number of visits that have begun before the replan.
const VISITS_BEFORE_REPLAN: usize = 3;

/// The plan of the next day and the replan.
pub(super) struct NextDay {
    pub(super) sketches: Vec<Sketch>,
    /// Events: second of the next day (0 for the evening before) and sentence.
    pub(super) events: Vec<(i64, String)>,
}

/// Plans the next day on Ada's phone; `None` if her customers have no positions.
pub(super) fn plan(book: &Book) -> Result<Option<NextDay>, DemoError> {
    let hotel = book.search("hotel", None, 20)?;
    let start = hotel.iter().find_map(position_of);
    let request = PlanDayRequest {
        start,
        effort: EFFORT,
        ..PlanDayRequest::new(NaiveDate::from_ymd_opt(2026, 11, 25).expect("a day of the calendar"))
    };
    let watch = Stopwatch::start();
    let day = match book.plan_day(&request) {
        Err(PlanDayError::NoPlaces) => return Ok(None),
        planned => planned?,
    };
    let took = elapsed(&watch);
    let title = "Wednesday, planned in the hotel";
    let mut events = vec![(
        0,
        format!(
            "plans Wednesday in a hotel without Wi-Fi: {}; {took}",
            totals(&day)
        ),
    )];
    let mut sketches = vec![sketch(title, &day, None)];
    if day.plan.visits.len() > VISITS_BEFORE_REPLAN + 1 {
        let now_s = day.plan.visits[VISITS_BEFORE_REPLAN - 1].start_s + 300;
        let (after, news) = replan_after_calls(book, &day, now_s)?;
        events.extend(news.into_iter().map(|what| (now_s, what)));
        let title = format!(
            "Wednesday at {}, after two calls",
            fieldbook_format::time_of_day(now_s)
        );
        sketches.push(sketch(&title, &after, Some((&day, now_s))));
    }
    Ok(Some(NextDay { sketches, events }))
}

/// Replans after the next customer but one cancels and the most valuable one left out becomes urgent.
fn replan_after_calls(
    book: &Book,
    day: &PlannedDay,
    now_s: i64,
) -> Result<(PlannedDay, Vec<String>), DemoError> {
    let mut news = Vec::new();
    let watch = Stopwatch::start();
    let mut after = day.clone();
    let cancelled = day.stops().nth(VISITS_BEFORE_REPLAN + 1);
    if let Some((candidate, _)) = cancelled {
        after = book.replan_day(
            &after,
            now_s,
            &Disruption::Cancelled(candidate.account.id),
            EFFORT,
        )?;
        news.push(format!("{} cancels", candidate.account.title()));
    }
    let cancelled = cancelled.map(|(candidate, _)| candidate.account.id);
    let urgent = after
        .left_out()
        .map(|(candidate, _)| candidate)
        .filter(|candidate| Some(candidate.account.id) != cancelled)
        .max_by_key(|candidate| (candidate.worth.value, Reverse(candidate.account.title())));
    if let Some(account) = urgent.map(|candidate| candidate.account.clone()) {
        after = book.replan_day(&after, now_s, &Disruption::Urgent(account.id), EFFORT)?;
        news.push(format!("{} must be seen today", account.title()));
    }
    let moved = moved_promises(day, &after, cancelled, now_s);
    let took = elapsed(&watch);
    news.push(format!(
        "plans the rest again: {}; {} moved; {took}",
        totals(&after),
        fieldbook_format::count(moved as u64, "promise", "promises")
    ));
    Ok((after, news))
}

/// Number of promises of the evening's plan that moved by more than [`PROMISE_S`] or fell out.
fn moved_promises(before: &PlannedDay, after: &PlannedDay, cancelled: Option<RecordId>, now_s: i64) -> usize {
    let cancelled = cancelled.map(|id| id.to_string());
    let ahead = before.plan.visits.iter().filter(|visit| visit.start_s > now_s);
    let is_kept = |id: &str, start_s: i64| {
        let again = after.plan.visits.iter().find(|visit| visit.id == id);
        again.is_some_and(|visit| (visit.start_s - start_s).abs() <= PROMISE_S)
    };
    ahead
        .filter(|visit| Some(&visit.id) != cancelled.as_ref() && !is_kept(&visit.id, visit.start_s))
        .count()
}

fn totals(day: &PlannedDay) -> String {
    format!(
        "{} worth {}, {} on the road, done at {}",
        fieldbook_format::count(day.plan.visits.len() as u64, "visit", "visits"),
        day.plan.value,
        fieldbook_format::duration(day.road_time_s()),
        fieldbook_format::time_of_day(day.plan.ends_s),
    )
}

fn sketch(title: &str, day: &PlannedDay, before: Option<(&PlannedDay, i64)>) -> Sketch {
    let stops = day.stops().map(|(candidate, visit)| SketchStop {
        name: candidate.account.title().to_owned(),
        at: point(candidate.position),
        from: time(visit.start_s),
        until: time(visit.start_s + i64::from(day.request.service_s)),
        change: stop_change(&visit.id, visit.start_s, before),
        why: fieldbook_format::score_terms(candidate),
    });
    // Customers who were promised a visit and get none come first.
    let mut left: Vec<_> = day.left_out().collect();
    let promised =
        |id: &str| before.is_some_and(|(day, _)| day.plan.visits.iter().any(|visit| visit.id == id));
    left.sort_by_key(|(candidate, left)| {
        (
            !promised(&left.id),
            -candidate.worth.value,
            candidate.account.title().to_owned(),
        )
    });
    let left_out = left.into_iter().map(|(candidate, left)| LeftOut {
        name: candidate.account.title().to_owned(),
        why: left.reason.clone(),
    });
    let lunch = day.plan.lunch_s.map_or(String::new(), |s| {
        format!("; lunch at {}", fieldbook_format::time_of_day(s))
    });
    Sketch {
        title: title.to_owned(),
        caption: format!("{}{lunch}", totals(day)),
        rep: 0,
        track: Vec::new(),
        ends: None,
        stops: stops.collect(),
        left_out: left_out.collect(),
    }
}

fn stop_change(id: &str, start_s: i64, before: Option<(&PlannedDay, i64)>) -> StopChange {
    let Some((day, now_s)) = before else {
        return StopChange::Unchanged;
    };
    match day.plan.visits.iter().find(|visit| visit.id == id) {
        _ if start_s <= now_s => StopChange::Done,
        None => StopChange::New,
        Some(visit) if (visit.start_s - start_s).abs() > PROMISE_S => StopChange::Moved {
            was: time(visit.start_s),
        },
        Some(_) => StopChange::Unchanged,
    }
}

fn time(s: i64) -> TimeOfDay {
    TimeOfDay(u32::try_from(s).unwrap_or(0))
}
