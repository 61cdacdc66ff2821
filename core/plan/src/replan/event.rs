//! Events that disrupt a day, and their effect on its problem.

use serde::{Deserialize, Serialize};

use super::super::day::{Day, DayStop};
use super::super::day_file::{RawStop, read_json, stop, windows};
use super::super::day_plan::{DayPlan, PlannedVisit};
use super::super::error::{ProblemError, ProblemErrorKind};

/// An event, unchecked: an object with one of these keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RawReplanEvent {
    /// A delay of the rep, in seconds.
    DelayS(i64),
    /// The visit is cancelled by the customer or skipped by the rep.
    #[serde(alias = "skip")]
    Cancel(String),
    /// A new stop.
    Insert(RawStop),
    /// New opening hours of a stop.
    Close(RawStopHours),
    /// The node where the rep is now, wherever the plan assumes them.
    Here(i64),
}

/// New windows of a stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawStopHours {
    /// Id of the stop.
    pub id: String,
    /// All its windows from now on.
    pub windows: Vec<[i64; 2]>,
}

/// An event, checked against a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplanEvent {
    /// A delay of the rep, in seconds.
    Delay(i32),
    /// The visit to the stop with this id is cancelled.
    Cancel(String),
    /// A new stop, or a replacement of the one with its id.
    Insert(DayStop),
    /// A stop with its new windows.
    Close(DayStop),
    /// The node where the rep is now, wherever the plan assumes them.
    Here(usize),
}

/// Reads the text of an event about `day`.
///
/// # Errors
/// [`ProblemError`] names the first invalid field.
pub fn read_replan_event(text: &str, day: &Day) -> Result<ReplanEvent, ProblemError> {
    ReplanEvent::from_raw(read_json(text)?, day)
}

impl ReplanEvent {
    /// Checks an event about `day`.
    ///
    /// # Errors
    /// [`ProblemError`] names the first invalid field.
    pub fn from_raw(raw: RawReplanEvent, day: &Day) -> Result<ReplanEvent, ProblemError> {
        match raw {
            RawReplanEvent::DelayS(seconds) => {
                super::super::day_file::seconds("delay_s", seconds).map(ReplanEvent::Delay)
            }
            RawReplanEvent::Cancel(id) => find_stop(day, &id, "cancel").map(|_| ReplanEvent::Cancel(id)),
            RawReplanEvent::Insert(raw) => {
                if day.stops.iter().any(|stop| stop.id == raw.id) {
                    return Err(ProblemError::new("insert.id", ProblemErrorKind::Twice));
                }
                let stop = stop("insert", raw, day.travel.nodes())?;
                let total = day
                    .stops
                    .iter()
                    .map(|stop| stop.value)
                    .fold(stop.value, i64::saturating_add);
                if total == i64::MAX {
                    return Err(ProblemError::new("insert.value", ProblemErrorKind::Overflow));
                }
                Ok(ReplanEvent::Insert(stop))
            }
            RawReplanEvent::Close(hours) => {
                let windows = windows("close.windows", &hours.windows)?;
                let stop = find_stop(day, &hours.id, "close.id")?.clone();
                Ok(ReplanEvent::Close(DayStop { windows, ..stop }))
            }
            RawReplanEvent::Here(node) => {
                super::super::day_file::node("here", node, day.travel.nodes()).map(ReplanEvent::Here)
            }
        }
    }

    /// The day after the event. A cancelled stop remains in it, closed all day and not mandatory.
    #[must_use]
    pub fn applied(&self, day: &Day) -> Day {
        let mut day = day.clone();
        let mut change = |id: &str, change: &dyn Fn(&mut DayStop)| {
            day.stops.iter_mut().filter(|stop| stop.id == id).for_each(change);
        };
        match self {
            ReplanEvent::Delay(_) | ReplanEvent::Here(_) => {}
            ReplanEvent::Cancel(id) => change(id, &|stop| {
                stop.windows.clear();
                stop.mandatory = false;
            }),
            ReplanEvent::Close(closed) => {
                change(&closed.id, &|stop| stop.windows.clone_from(&closed.windows));
            }
            ReplanEvent::Insert(stop) => day.stops.push(stop.clone()),
        }
        day
    }

    /// Whether the event changes nothing for a rep who follows `plan` at `now_s`.
    pub(super) fn changes_nothing(&self, day: &Day, plan: &DayPlan, now_s: i64) -> bool {
        match self {
            ReplanEvent::Delay(seconds) => *seconds == 0,
            ReplanEvent::Close(stop) => day.stops.contains(stop),
            ReplanEvent::Here(node) => node_at(day, plan, now_s) == Some(*node),
            ReplanEvent::Cancel(_) | ReplanEvent::Insert(_) => false,
        }
    }
}

/// The node where `plan` has the rep at `now_s`; `None` on the road.
fn node_at(day: &Day, plan: &DayPlan, now_s: i64) -> Option<usize> {
    let stop_of = |visit: &PlannedVisit| day.stops.iter().find(|stop| stop.id == visit.id);
    let arrived = plan
        .visits
        .iter()
        .take_while(|visit| visit.arrive_s <= now_s)
        .count();
    let seen = plan
        .reported
        .last()
        .filter(|here| here.after >= arrived && here.at_s <= now_s);
    let last = arrived.checked_sub(1).map(|last| &plan.visits[last]);
    let (node, leave_s) = match (seen, last) {
        (Some(here), _) => (here.node, here.leave_s),
        (None, Some(visit)) => (stop_of(visit)?.node, visit.leave_s),
        (None, None) => (day.start, departure_from_start(day, plan)),
    };
    let is_last = arrived == plan.visits.len();
    if now_s <= leave_s || (is_last && day.end.is_none()) {
        return Some(node);
    }
    day.end.filter(|_| is_last && now_s >= plan.ends_s)
}

/// Departure of a plan from the start.
pub(super) fn departure_from_start(day: &Day, plan: &DayPlan) -> i64 {
    let first = plan.visits.first();
    let first = first.and_then(|visit| Some((visit, day.stops.iter().find(|stop| stop.id == visit.id)?)));
    first.map_or(plan.ends_s, |(visit, stop)| {
        day.travel.departure(day.start, stop.node, visit.arrive_s)
    })
}

fn find_stop<'a>(day: &'a Day, id: &str, field: &str) -> Result<&'a DayStop, ProblemError> {
    let stop = day.stops.iter().find(|stop| stop.id == id);
    stop.ok_or_else(|| ProblemError::new(field, ProblemErrorKind::UnknownStop))
}
