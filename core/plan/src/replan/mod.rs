//! The rest of a day, planned again after something broke it.
//!
//! What was begun stays as it is. Of the rest: musts, value, as few moved promises as possible, travel. A promise is
//! moved when its visit starts more than [`PROMISE_S`] from when the customer was told, or falls out.

mod event;
mod promises;
mod remains;

use super::day::Day;
use super::day_plan::{DayPlan, LeftOut, PlannedVisit};
use super::effort::Effort;
use super::reason::Reason;
use super::search::{Found, again};
use super::solve::plan as write_down;
pub use event::{Event, RawEvent, RawHours, read_event};
pub(super) use promises::keeps;
pub use promises::{PROMISE_S, Promises};
use remains::Remains;

/// Plans the rest of `day` at `now_s` after `event`, from `plan` as it was. An event that changes nothing changes nothing.
///
/// The plan is one for [`Event::applied`]. It names the promises that moved; a cancelled visit is not one. What was
/// promised are the starts of `plan`; where that is a replan itself, [`replan_promised`] knows more.
pub fn replan(day: &Day, plan: &DayPlan, now_s: i64, event: &Event, effort: &Effort, seed: u64) -> DayPlan {
    replan_promised(day, plan, &Promises::of(plan), now_s, event, effort, seed)
}

/// [`replan`], customers having been told other starts than those of `plan`.
pub fn replan_promised(
    day: &Day,
    plan: &DayPlan,
    promises: &Promises,
    now_s: i64,
    event: &Event,
    effort: &Effort,
    seed: u64,
) -> DayPlan {
    if event.is_nothing(day, plan, now_s) {
        return DayPlan {
            moved: Some(Vec::new()),
            ..plan.clone()
        };
    }
    let after = event.applied(day);
    // Who says where they are has not come to the end of the day, whatever the plan has.
    if !matches!(event, Event::Here(_)) && is_over(day, plan, now_s) {
        return too_late(plan, event);
    }
    let remains = Remains::at(now_s, &after, plan, promises, event);
    let order = plan.visits[remains.done.len()..]
        .iter()
        .map(|visit| visit.id.as_str());
    let number = |id: &str| remains.day.stops.iter().position(|stop| stop.id == id);
    let order: Vec<usize> = order.filter_map(number).collect();
    let found = again(&remains.day, &remains.promised, &order, effort, seed);
    let mut new = joined(&after, &remains, &found, effort, seed);
    if remains.overdue {
        new.left_out.iter_mut().for_each(|left| *left = no_room(&left.id));
    }
    if let Event::Cancel(id) = event {
        let gone = new.left_out.iter_mut().filter(|left| left.id == *id);
        gone.for_each(|left| *left = cancelled(id));
    }
    new.moved = Some(moved(plan, promises, &new, now_s, event));
    new
}

/// Whether the rep has already come to the end of the day.
fn is_over(day: &Day, plan: &DayPlan, now_s: i64) -> bool {
    let Some(last) = plan.visits.last().filter(|last| last.start_s <= now_s) else {
        return now_s >= plan.ends_s;
    };
    let stop = day.stops.iter().find(|stop| stop.id == last.id);
    let here = plan.here.last().filter(|here| here.after == plan.visits.len());
    let (node, leave_s) = here.map_or((stop.map(|stop| stop.node), last.leave_s), |here| {
        (Some(here.node), here.leave_s)
    });
    let known = node.filter(|node| *node < day.travel.nodes());
    let home_s = known.map_or(leave_s, |node| day.home_at(node, leave_s));
    let lunches = plan
        .lunch_s
        .is_some_and(|lunch_s| home_s <= lunch_s && lunch_s <= now_s);
    lunches || now_s >= plan.ends_s
}

/// The plan of a day that is over: nothing can be changed, and whoever comes now comes too late.
fn too_late(plan: &DayPlan, event: &Event) -> DayPlan {
    let mut plan = DayPlan {
        moved: Some(Vec::new()),
        ..plan.clone()
    };
    if let Event::Insert(stop) = event {
        plan.left_out.push(no_room(&stop.id));
    }
    plan
}

fn cancelled(id: &str) -> LeftOut {
    LeftOut::new(id.to_owned(), Reason::Cancelled)
}

fn no_room(id: &str) -> LeftOut {
    LeftOut::new(id.to_owned(), Reason::NoDay)
}

/// What was done, and behind it what was found.
fn joined(day: &Day, remains: &Remains, found: &Found, effort: &Effort, seed: u64) -> DayPlan {
    let mut new = write_down(&remains.day, found, effort, seed);
    let done = remains.done.iter();
    let mut visits: Vec<PlannedVisit> = done.copied().cloned().collect();
    let next = found
        .visits
        .first()
        .map(|(number, arrive, ..)| (*arrive, remains.day.stops[*number].node));
    let mut here = remains.here.clone();
    let seen = here.last_mut().filter(|here| here.after == visits.len());
    let planned_s = match (&seen, visits.last()) {
        (Some(here), _) => Some(here.leave_s),
        (None, last) => last.map(|last| last.leave_s),
    };
    if let Some(planned_s) = planned_s {
        let leaves_s = match next {
            Some((arrive_s, node)) => day.travel.departure(remains.node, node, arrive_s),
            None => leaves_for_home(day, remains, &new, planned_s),
        };
        // Seconds are whole: at changing speeds who leaves as late as can be may be there a second sooner.
        if let (Some((_, node)), Some(first)) = (next, new.visits.first_mut()) {
            first.arrive_s = day.travel.arrival(remains.node, node, leaves_s);
        }
        match (seen, visits.last_mut()) {
            (Some(here), last) => {
                here.leave_s = leaves_s;
                if let Some(last) = last {
                    last.leave_s = last.leave_s.min(remains.served_s.max(here.at_s));
                }
            }
            (None, Some(last)) => last.leave_s = leaves_s,
            (None, None) => {}
        }
    }
    // The search counted time lost on the road as travel; the roads themselves do not.
    let first_s = next.map_or(day.homewards(remains.node), |(_, node)| {
        day.travel.between(remains.node, node)
    });
    let found_s = found.travel_s - i64::from(first_drive(remains, found)) + i64::from(first_s);
    new.travel_s = remains.driven_s + found_s;
    visits.append(&mut new.visits);
    let value = |visit: &PlannedVisit| {
        day.stops
            .iter()
            .find(|stop| stop.id == visit.id)
            .map_or(0, |stop| stop.value)
    };
    new.value = visits.iter().map(value).sum();
    new.visits = visits;
    new.lunch_s = remains.lunch_s.or(new.lunch_s);
    new.here = here;
    new
}

/// When the rep leaves the last visit, nothing being left to do: as planned if that goes, after lunch if it is had there.
fn leaves_for_home(day: &Day, remains: &Remains, new: &DayPlan, planned_s: i64) -> i64 {
    let latest_s = day.leaves_for_home(remains.node, new.ends_s);
    let lunch = new.lunch_s.zip(remains.day.lunch);
    let eats_here = lunch.is_some_and(|(at_s, lunch)| at_s + i64::from(lunch.duration_s) <= latest_s);
    if eats_here {
        return latest_s;
    }
    // Lunch at the end of the day is behind the way there.
    let by_s = lunch.map_or(latest_s, |(at_s, _)| {
        day.leaves_for_home(remains.node, at_s).min(latest_s)
    });
    planned_s.min(by_s).max(remains.day.shift.from.into())
}

/// The first drive as the search saw it.
fn first_drive(remains: &Remains, found: &Found) -> i32 {
    let day = &remains.day;
    match found.visits.first() {
        Some((number, ..)) => day.travel.between(day.start, day.stops[*number].node),
        None => day.homewards(day.start),
    }
}

/// The promises behind the visits of `old` that `new` does not keep.
fn moved(old: &DayPlan, promises: &Promises, new: &DayPlan, now_s: i64, event: &Event) -> Vec<String> {
    let is_cancelled = |id: &str| matches!(event, Event::Cancel(gone) if gone == id);
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
