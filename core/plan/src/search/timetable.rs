//! From an order of visits to the times of a plan.

use super::super::replan::{PROMISE_S, keeps};
use super::instance::{Instance, NEVER};
use super::route::Route;

/// When each visit of a route is made, and lunch, in times from the start of the shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Timetable {
    /// Arrival, start and departure of each visit.
    pub(super) visits: Vec<(i32, i32, i32)>,
    /// When lunch begins.
    pub(super) lunch: Option<i32>,
    /// When the rep is done.
    pub(super) ends: i32,
    /// How many promises it does not keep, those of absent stops included.
    pub(super) moved: u32,
}

/// Where lunch is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lunch {
    BeforeService(usize),
    AfterService(usize),
}

impl Timetable {
    /// The times of a feasible `route`: as early as promises allow. Lunch where it moves the fewest promises and delays
    /// the end least, as late as that allows.
    pub(super) fn of(instance: &Instance, route: &Route) -> Timetable {
        let places = (0..route.legs.len()).rev();
        let choices = places.flat_map(|at| [Some(Lunch::AfterService(at)), Some(Lunch::BeforeService(at))]);
        let without = [None];
        let found = if instance.lunch.is_some() {
            best(choices.filter_map(|choice| Timetable::with(instance, route, choice)))
        } else {
            best(
                without
                    .into_iter()
                    .filter_map(|choice| Timetable::with(instance, route, choice)),
            )
        };
        found.expect("a feasible route has times")
    }

    /// The times of a day that cannot be kept.
    pub(super) fn nothing() -> Timetable {
        Timetable {
            visits: Vec::new(),
            lunch: None,
            ends: 0,
            moved: 0,
        }
    }

    /// The times with lunch at one place, if they can be kept.
    fn with(instance: &Instance, route: &Route, choice: Option<Lunch>) -> Option<Timetable> {
        let mut table = Timetable {
            visits: Vec::with_capacity(route.len()),
            ..Timetable::nothing()
        };
        let latest = if instance.promises {
            latest_starts(instance, route, choice)
        } else {
            Vec::new()
        };
        let mut now = 0;
        let last = route.legs.len() - 1;
        for (at, leg) in route.legs.iter().enumerate() {
            let site = instance.site(leg.stop);
            let arrive = now;
            if choice == Some(Lunch::BeforeService(at)) {
                now = table.eat(instance, now)?;
            }
            let mut start = instance.opens(site, now);
            if start == NEVER {
                return None;
            }
            if let Some(promised) = site.promised {
                start = hold(instance, route, at, start, promised, &latest);
                table.moved += u32::from(!keeps(start.into(), promised.into()));
            }
            now = start + site.service;
            if choice == Some(Lunch::AfterService(at)) {
                now = table.eat(instance, now)?;
            }
            if at > 0 && at < last {
                table.visits.push((arrive, start, now));
            }
            if at < last {
                now = instance.arrival(now, leg.drive);
            }
        }
        table.ends = now;
        if instance.promises {
            table.moved += absent_promises(instance, route);
        }
        (now <= instance.horizon).then_some(table)
    }

    fn eat(&mut self, instance: &Instance, now: i32) -> Option<i32> {
        let lunch = instance.lunch?;
        let over = lunch.over(now);
        self.lunch = Some(over - lunch.takes);
        (over < NEVER).then_some(over)
    }
}

fn best(tables: impl Iterator<Item = Timetable>) -> Option<Timetable> {
    tables.min_by_key(|table| (table.moved, table.ends))
}

/// Waits for a promise that would be kept too early, as far as the rest of the day allows.
fn hold(instance: &Instance, route: &Route, at: usize, start: i32, promised: i32, latest: &[i32]) -> i32 {
    let early = i32::try_from(i64::from(promised) - PROMISE_S).unwrap_or(start);
    if start >= early {
        return start;
    }
    let held = instance.opens(instance.site(route.legs[at].stop), early);
    if held <= latest[at] && keeps(held.into(), promised.into()) {
        held
    } else {
        start
    }
}

/// The latest start at each place from which the rest can be kept, with lunch at one place.
fn latest_starts(instance: &Instance, route: &Route, choice: Option<Lunch>) -> Vec<i32> {
    let mut latest = vec![0; route.legs.len()];
    // The latest arrival at the next place.
    let mut due = instance.horizon;
    for (at, leg) in route.legs.iter().enumerate().rev() {
        let site = instance.site(leg.stop);
        let mut by = if at + 1 == route.legs.len() {
            due
        } else {
            instance.departure(due, leg.drive)
        };
        if let (Some(lunch), true) = (instance.lunch, choice == Some(Lunch::AfterService(at))) {
            by = lunch.latest(by);
        }
        latest[at] = instance.latest(site, by - site.service);
        due = latest[at];
        if let (Some(lunch), true) = (instance.lunch, choice == Some(Lunch::BeforeService(at))) {
            due = lunch.latest(due);
        }
    }
    latest
}

fn absent_promises(instance: &Instance, route: &Route) -> u32 {
    let absent = instance
        .sites
        .iter()
        .zip(&route.inside)
        .filter(|(_, inside)| !**inside);
    let promised = absent.filter(|(site, _)| site.promised.is_some()).count();
    u32::try_from(promised).unwrap_or(u32::MAX)
}
