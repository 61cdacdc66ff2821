//! Replanning: the rest of a day is planned again after a disruption.
//!
//! Visits that have begun stay as they are. For the rest the objective is: mandatory visits, value, few moved
//! promises, travel. A promise has moved when its visit starts more than [`PROMISE_S`] from the time that the
//! customer was told, or falls out.

mod event;
mod promises;
mod rest_of_day;

use super::day::Day;
use super::day_plan::{DayPlan, PlannedVisit, UnassignedStop};
use super::effort::Effort;
use super::search::{DaySolution, search_from};
use super::solve::to_day_plan;
use super::unassigned_reason::UnassignedReason;
pub use event::{RawReplanEvent, RawStopHours, ReplanEvent, read_replan_event};
pub(super) use promises::keeps;
pub use promises::{PROMISE_S, Promises};
use rest_of_day::RestOfDay;

/// Plans the rest of `day` at `now_s` after `event`, given the current `plan`. An event without effect leaves
/// the plan unchanged.
///
/// The result is a plan for [`ReplanEvent::applied`]. It lists the promises that moved; a cancelled visit is
/// not one. The promised times are the starts of `plan`; where that is itself a replan, use
/// [`replan_with_promises`].
pub fn replan(
    day: &Day,
    plan: &DayPlan,
    now_s: i64,
    event: &ReplanEvent,
    effort: &Effort,
    seed: u64,
) -> DayPlan {
    replan_with_promises(day, plan, &Promises::from_plan(plan), now_s, event, effort, seed)
}

/// [`replan`] with the starts that customers were told, where they differ from those of `plan`.
pub fn replan_with_promises(
    day: &Day,
    plan: &DayPlan,
    promises: &Promises,
    now_s: i64,
    event: &ReplanEvent,
    effort: &Effort,
    seed: u64,
) -> DayPlan {
    if event.changes_nothing(day, plan, now_s) {
        return DayPlan {
            moved: Some(Vec::new()),
            ..plan.clone()
        };
    }
    let after = event.applied(day);
    // A rep who reports a position has not reached the end of the day, whatever the plan assumes.
    if !matches!(event, ReplanEvent::Here(_)) && is_over(day, plan, now_s) {
        return too_late(plan, event);
    }
    let rest = RestOfDay::at(now_s, &after, plan, promises, event);
    let order = plan.visits[rest.done.len()..]
        .iter()
        .map(|visit| visit.id.as_str());
    let number = |id: &str| rest.day.stops.iter().position(|stop| stop.id == id);
    let order: Vec<usize> = order.filter_map(number).collect();
    let found = search_from(&rest.day, &rest.promised, &order, effort, seed);
    let mut new = merge(&after, &rest, &found, effort, seed);
    if rest.shift_is_over {
        new.unassigned
            .iter_mut()
            .for_each(|left| *left = no_room(&left.id));
    }
    if let ReplanEvent::Cancel(id) = event {
        let gone = new.unassigned.iter_mut().filter(|left| left.id == *id);
        gone.for_each(|left| *left = cancelled(id));
    }
    new.moved = Some(moved(plan, promises, &new, now_s, event));
    new
}

/// Whether the rep has already reached the end of the day.
fn is_over(day: &Day, plan: &DayPlan, now_s: i64) -> bool {
    let Some(last) = plan.visits.last().filter(|last| last.start_s <= now_s) else {
        return now_s >= plan.ends_s;
    };
    let stop = day.stops.iter().find(|stop| stop.id == last.id);
    let here = plan
        .reported
        .last()
        .filter(|here| here.after == plan.visits.len());
    let (node, leave_s) = here.map_or((stop.map(|stop| stop.node), last.leave_s), |here| {
        (Some(here.node), here.leave_s)
    });
    let known = node.filter(|node| *node < day.travel.nodes());
    let home_s = known.map_or(leave_s, |node| day.arrival_home(node, leave_s));
    let lunches = plan
        .lunch_s
        .is_some_and(|lunch_s| home_s <= lunch_s && lunch_s <= now_s);
    lunches || now_s >= plan.ends_s
}

/// The plan of a day that is over: nothing changes, and a new stop comes too late.
fn too_late(plan: &DayPlan, event: &ReplanEvent) -> DayPlan {
    let mut plan = DayPlan {
        moved: Some(Vec::new()),
        ..plan.clone()
    };
    if let ReplanEvent::Insert(stop) = event {
        plan.unassigned.push(no_room(&stop.id));
    }
    plan
}

fn cancelled(id: &str) -> UnassignedStop {
    UnassignedStop::new(id.to_owned(), UnassignedReason::Cancelled)
}

fn no_room(id: &str) -> UnassignedStop {
    UnassignedStop::new(id.to_owned(), UnassignedReason::NoDay)
}

/// The visits done, followed by the solution for the rest.
fn merge(day: &Day, rest: &RestOfDay, found: &DaySolution, effort: &Effort, seed: u64) -> DayPlan {
    let mut new = to_day_plan(&rest.day, found, effort, seed);
    let done = rest.done.iter();
    let mut visits: Vec<PlannedVisit> = done.copied().cloned().collect();
    let next = found
        .visits
        .first()
        .map(|visit| (visit.arrive_s, rest.day.stops[visit.number].node));
    let mut here = rest.path.reported.clone();
    let seen = here.last_mut().filter(|here| here.after == visits.len());
    let planned_s = match (&seen, visits.last()) {
        (Some(here), _) => Some(here.leave_s),
        (None, last) => last.map(|last| last.leave_s),
    };
    if let Some(planned_s) = planned_s {
        let leaves_s = match next {
            Some((arrive_s, node)) => day.travel.departure(rest.path.node, node, arrive_s),
            None => leaves_for_home(day, rest, &new, planned_s),
        };
        // Times are whole seconds: under changing speeds the latest departure may arrive a second early.
        if let (Some((_, node)), Some(first)) = (next, new.visits.first_mut()) {
            first.arrive_s = day.travel.arrival(rest.path.node, node, leaves_s);
        }
        match (seen, visits.last_mut()) {
            (Some(here), last) => {
                here.leave_s = leaves_s;
                if let Some(last) = last {
                    last.leave_s = last.leave_s.min(rest.path.served_s.max(here.at_s));
                }
            }
            (None, Some(last)) => last.leave_s = leaves_s,
            (None, None) => {}
        }
    }
    // The search counts time lost on the road as travel; the matrix does not.
    let first_s = next.map_or(day.drive_home(rest.path.node), |(_, node)| {
        day.travel.between(rest.path.node, node)
    });
    let found_s = found.travel_s - i64::from(first_drive(rest, found)) + i64::from(first_s);
    new.travel_s = rest.path.driven_s + found_s;
    visits.append(&mut new.visits);
    let value = |visit: &PlannedVisit| {
        day.stops
            .iter()
            .find(|stop| stop.id == visit.id)
            .map_or(0, |stop| stop.value)
    };
    new.value = visits.iter().map(value).sum();
    new.visits = visits;
    new.lunch_s = rest.lunch_s.or(new.lunch_s);
    new.reported = here;
    new
}

/// Departure from the last visit when nothing is left to do: as planned if possible, after lunch if it is
/// taken there.
fn leaves_for_home(day: &Day, rest: &RestOfDay, new: &DayPlan, planned_s: i64) -> i64 {
    let latest_s = day.departure_home(rest.path.node, new.ends_s);
    let lunch = new.lunch_s.zip(rest.day.lunch);
    let eats_here = lunch.is_some_and(|(at_s, lunch)| at_s + i64::from(lunch.duration_s) <= latest_s);
    if eats_here {
        return latest_s;
    }
    // Lunch at the end of the day comes after the way there.
    let by_s = lunch.map_or(latest_s, |(at_s, _)| {
        day.departure_home(rest.path.node, at_s).min(latest_s)
    });
    planned_s.min(by_s).max(rest.day.shift.from.into())
}

/// The first drive in the search's matrix.
fn first_drive(rest: &RestOfDay, found: &DaySolution) -> i32 {
    let day = &rest.day;
    match found.visits.first() {
        Some(visit) => day.travel.between(day.start, day.stops[visit.number].node),
        None => day.drive_home(day.start),
    }
}

/// Ids of the promises after `now_s` in `old` that `new` does not keep.
fn moved(old: &DayPlan, promises: &Promises, new: &DayPlan, now_s: i64, event: &ReplanEvent) -> Vec<String> {
    let is_cancelled = |id: &str| matches!(event, ReplanEvent::Cancel(gone) if gone == id);
    let ahead = old
        .visits
        .iter()
        .filter(|visit| visit.start_s > now_s && !is_cancelled(&visit.id));
    let broken = ahead.filter(|visit| {
        let promised_s = promises.start_s(&visit.id).unwrap_or(visit.start_s);
        let again = new.visits.iter().find(|again| again.id == visit.id);
        again.is_none_or(|again| !keeps(again.start_s, promised_s))
    });
    broken.map(|visit| visit.id.clone()).collect()
}
