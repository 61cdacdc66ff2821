//! From an order of visits to the times of a plan.

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
}

/// Where lunch is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lunch {
    BeforeService(usize),
    AfterService(usize),
}

impl Timetable {
    /// The earliest times of a feasible `route`; lunch where it delays the end least, as late as that allows.
    pub(super) fn of(instance: &Instance, route: &Route) -> Timetable {
        let places = (0..route.legs.len()).rev();
        let choices = places.flat_map(|at| [Some(Lunch::AfterService(at)), Some(Lunch::BeforeService(at))]);
        let choices: Vec<_> = if instance.lunch.is_some() {
            choices.collect()
        } else {
            vec![None]
        };
        let tables = choices
            .into_iter()
            .filter_map(|choice| Timetable::with(instance, route, choice));
        tables
            .min_by_key(|table| table.ends)
            .expect("a feasible route has times")
    }

    /// The times of a day that cannot be kept.
    pub(super) fn nothing() -> Timetable {
        Timetable {
            visits: Vec::new(),
            lunch: None,
            ends: 0,
        }
    }

    /// The times with lunch at one place, if they can be kept.
    fn with(instance: &Instance, route: &Route, choice: Option<Lunch>) -> Option<Timetable> {
        let mut table = Timetable {
            visits: Vec::with_capacity(route.len()),
            lunch: None,
            ends: 0,
        };
        let mut now = 0;
        let last = route.legs.len() - 1;
        for (at, leg) in route.legs.iter().enumerate() {
            let site = instance.site(leg.stop);
            let arrive = now;
            if choice == Some(Lunch::BeforeService(at)) {
                now = table.eat(instance, now)?;
            }
            let start = instance.opens(site, now);
            if start == NEVER {
                return None;
            }
            now = start + site.service;
            if choice == Some(Lunch::AfterService(at)) {
                now = table.eat(instance, now)?;
            }
            if at > 0 && at < last {
                table.visits.push((arrive, start, now));
            }
            if at < last {
                now += leg.drive;
            }
        }
        table.ends = now;
        (now <= instance.horizon).then_some(table)
    }

    fn eat(&mut self, instance: &Instance, now: i32) -> Option<i32> {
        let lunch = instance.lunch?;
        let over = lunch.over(now);
        self.lunch = Some(over - lunch.takes);
        (over < NEVER).then_some(over)
    }
}
