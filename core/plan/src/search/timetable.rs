//! From an order of visits to the times of a plan.

use super::super::replan::{PROMISE_S, keeps};
use super::instance::{Instance, NEVER};
use super::route::Route;

/// Times of the visits of a route and of lunch, relative to the start of the shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timetable {
    /// Arrival, start and departure of each visit.
    pub(super) visits: Vec<(i32, i32, i32)>,
    /// Begin of lunch.
    pub(super) lunch: Option<i32>,
    /// End of the day.
    pub(super) end: i32,
    /// Number of promises not kept, those of unassigned stops included.
    pub(super) moved_promises: u32,
}

/// The place of lunch in the route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LunchPlace {
    BeforeService(usize),
    AfterService(usize),
}

impl Timetable {
    /// The timetable of a feasible `route`: as early as promises allow. Lunch is where it moves the fewest
    /// promises and delays the end least, as late as that allows.
    pub(super) fn from_route(instance: &Instance, route: &Route) -> Timetable {
        let places = (0..route.legs.len()).rev();
        let choices = places.flat_map(|at| {
            [
                Some(LunchPlace::AfterService(at)),
                Some(LunchPlace::BeforeService(at)),
            ]
        });
        let without = [None];
        let found = if instance.lunch.is_some() {
            pick_best(choices.filter_map(|choice| Timetable::with_lunch_at(instance, route, choice)))
        } else {
            pick_best(
                without
                    .into_iter()
                    .filter_map(|choice| Timetable::with_lunch_at(instance, route, choice)),
            )
        };
        found.expect("a feasible route has times")
    }

    /// The timetable of an infeasible day.
    pub(super) fn empty() -> Timetable {
        Timetable {
            visits: Vec::new(),
            lunch: None,
            end: 0,
            moved_promises: 0,
        }
    }

    /// The timetable with lunch at one place, if it is feasible.
    fn with_lunch_at(instance: &Instance, route: &Route, choice: Option<LunchPlace>) -> Option<Timetable> {
        let mut table = Timetable {
            visits: Vec::with_capacity(route.len()),
            ..Timetable::empty()
        };
        let latest = if instance.has_promises {
            latest_starts(instance, route, choice)
        } else {
            Vec::new()
        };
        let mut now = 0;
        let last = route.legs.len() - 1;
        for (at, leg) in route.legs.iter().enumerate() {
            let spec = instance.spec(leg.stop);
            let arrive = now;
            if choice == Some(LunchPlace::BeforeService(at)) {
                now = table.take_lunch(instance, now)?;
            }
            let mut start = instance.earliest_start(spec, now);
            if start == NEVER {
                return None;
            }
            if let Some(promised) = spec.promised {
                start = wait_for_promise(instance, route, at, start, promised, &latest);
                table.moved_promises += u32::from(!keeps(start.into(), promised.into()));
            }
            now = start + spec.service;
            if choice == Some(LunchPlace::AfterService(at)) {
                now = table.take_lunch(instance, now)?;
            }
            if at > 0 && at < last {
                table.visits.push((arrive, start, now));
            }
            if at < last {
                now = instance.arrival(now, leg.drive);
            }
        }
        table.end = now;
        if instance.has_promises {
            table.moved_promises += unassigned_promises(instance, route);
        }
        (now <= instance.horizon).then_some(table)
    }

    fn take_lunch(&mut self, instance: &Instance, now: i32) -> Option<i32> {
        let lunch = instance.lunch?;
        let over = lunch.earliest_end(now);
        self.lunch = Some(over - lunch.duration);
        (over < NEVER).then_some(over)
    }
}

fn pick_best(tables: impl Iterator<Item = Timetable>) -> Option<Timetable> {
    tables.min_by_key(|table| (table.moved_promises, table.end))
}

/// Delays a start toward its promise, as far as the rest of the day allows.
fn wait_for_promise(
    instance: &Instance,
    route: &Route,
    at: usize,
    start: i32,
    promised: i32,
    latest: &[i32],
) -> i32 {
    let early = i32::try_from(i64::from(promised) - PROMISE_S).unwrap_or(start);
    if start >= early {
        return start;
    }
    let waited = instance.earliest_start(instance.spec(route.legs[at].stop), early);
    if waited <= latest[at] && keeps(waited.into(), promised.into()) {
        waited
    } else {
        start
    }
}

/// The latest start at each place from which the rest is feasible, with lunch at one place.
fn latest_starts(instance: &Instance, route: &Route, choice: Option<LunchPlace>) -> Vec<i32> {
    let mut latest = vec![0; route.legs.len()];
    // The latest arrival at the next place.
    let mut due = instance.horizon;
    for (at, leg) in route.legs.iter().enumerate().rev() {
        let spec = instance.spec(leg.stop);
        let mut by = if at + 1 == route.legs.len() {
            due
        } else {
            instance.departure(due, leg.drive)
        };
        if let (Some(lunch), true) = (instance.lunch, choice == Some(LunchPlace::AfterService(at))) {
            by = lunch.latest_start(by);
        }
        latest[at] = instance.latest_start(spec, by - spec.service);
        due = latest[at];
        if let (Some(lunch), true) = (instance.lunch, choice == Some(LunchPlace::BeforeService(at))) {
            due = lunch.latest_start(due);
        }
    }
    latest
}

fn unassigned_promises(instance: &Instance, route: &Route) -> u32 {
    let unassigned = instance
        .specs
        .iter()
        .zip(&route.assigned)
        .filter(|(_, assigned)| !**assigned);
    let promised = unassigned.filter(|(spec, _)| spec.promised.is_some()).count();
    u32::try_from(promised).unwrap_or(u32::MAX)
}
