//! The rest of a day at some moment: the past is fixed, the rest becomes a problem of its own.

use super::super::day::{Day, DayStop, Lunch, Travel, UNREACHABLE_S, Window};
use super::super::day_plan::{DayPlan, PlannedVisit, ReportedPosition};
use super::event::{ReplanEvent, departure_from_start};
use super::promises::Promises;

/// The rest of a day.
#[derive(Debug)]
pub(super) struct RestOfDay<'a> {
    /// The visits that have begun.
    pub(super) done: Vec<&'a PlannedVisit>,
    /// The problem of the rest: the stops not yet visited, in their order. It starts at an extra node.
    pub(super) day: Day,
    /// Promised start of each of its stops, in seconds from local midnight.
    pub(super) promised: Vec<Option<i32>>,
    /// Begin of lunch, if it has begun.
    pub(super) lunch_s: Option<i64>,
    /// Whether the shift ends before the rep can leave, so that no further visit is possible.
    pub(super) shift_is_over: bool,
    /// The way driven until now.
    pub(super) path: PathSoFar,
}

impl<'a> RestOfDay<'a> {
    /// The rest of `plan` at `now_s`, for the `day` after `event`; customers know of `promises`.
    pub(super) fn at(
        now_s: i64,
        day: &Day,
        plan: &'a DayPlan,
        promises: &Promises,
        event: &ReplanEvent,
    ) -> RestOfDay<'a> {
        let done: Vec<&PlannedVisit> = plan
            .visits
            .iter()
            .take_while(|visit| is_begun(now_s, plan, visit, event))
            .collect();
        let path = PathSoFar::until(now_s, day, plan, &done, event);
        let free_s = path.earliest_departure(now_s, day, plan, &done);
        let leave_s = clamp(free_s.saturating_add(delay_s(event)).max(day.shift.from.into()));
        let shift_is_over = leave_s > day.shift.until;
        let next = plan.visits.get(done.len());
        let next = next.and_then(|visit| day.stops.iter().find(|stop| stop.id == visit.id));
        let lost_s = clamp(day.travel.speeds().driven(free_s, now_s));
        let lunch_s = plan
            .lunch_s
            .filter(|lunch_s| day.lunch.is_some() && *lunch_s <= now_s);
        let stops = stops_left(day, &done, shift_is_over);
        let promised = stops.iter().map(|stop| promised(stop, plan, promises));
        RestOfDay {
            promised: promised.collect(),
            day: Day {
                shift: Window {
                    from: leave_s,
                    until: day.shift.until.max(leave_s),
                },
                start: day.travel.nodes(),
                end: day.end,
                travel: from_here(day, path.node, next.map(|stop| stop.node), lost_s),
                max_travel_s: day.max_travel_s.map(|most| (most - path.driven_s).max(0)),
                lunch: day.lunch.filter(|_: &Lunch| lunch_s.is_none()),
                stops,
            },
            lunch_s,
            shift_is_over,
            path,
            done,
        }
    }
}

/// The stops of `day` that are not `done`, in their order; closed when the shift is over.
fn stops_left(day: &Day, done: &[&PlannedVisit], shift_is_over: bool) -> Vec<DayStop> {
    let is_done = |stop: &DayStop| done.iter().any(|visit| visit.id == stop.id);
    let mut stops: Vec<DayStop> = day.stops.iter().filter(|stop| !is_done(stop)).cloned().collect();
    if shift_is_over {
        for stop in &mut stops {
            stop.windows.clear();
        }
    }
    stops
}

fn delay_s(event: &ReplanEvent) -> i64 {
    match event {
        ReplanEvent::Delay(seconds) => i64::from(*seconds),
        _ => 0,
    }
}

/// Promised start of a stop that `plan` visits.
fn promised(stop: &DayStop, plan: &DayPlan, promises: &Promises) -> Option<i32> {
    let visit = plan.visits.iter().find(|visit| visit.id == stop.id)?;
    Some(clamp(promises.start_s(&visit.id).unwrap_or(visit.start_s)))
}

/// Whether a visit counts as begun: it has started, or the rep had lunch while waiting for it.
fn is_begun(now_s: i64, plan: &DayPlan, visit: &PlannedVisit, event: &ReplanEvent) -> bool {
    let is_off = match event {
        ReplanEvent::Cancel(id) => *id == visit.id,
        ReplanEvent::Close(stop) => stop.id == visit.id,
        // Reporting the position that the plan assumes leaves the plan unchanged.
        ReplanEvent::Here(_) => true,
        ReplanEvent::Delay(_) | ReplanEvent::Insert(_) => false,
    };
    let lunched = plan
        .lunch_s
        .is_some_and(|lunch_s| visit.arrive_s <= lunch_s && lunch_s <= now_s);
    visit.start_s <= now_s || (lunched && visit.arrive_s <= now_s && !is_off)
}

/// The way driven so far.
#[derive(Debug)]
pub(super) struct PathSoFar {
    /// The last node of the rep.
    pub(super) node: usize,
    /// Travel in seconds, without the drive under way.
    pub(super) driven_s: i64,
    /// Reported positions, in order.
    pub(super) reported: Vec<ReportedPosition>,
    /// End of service of the last visit begun.
    pub(super) served_s: i64,
}

impl PathSoFar {
    /// The way from the start over all visits `done` and all reported positions, that of `event` included.
    fn until(
        now_s: i64,
        day: &Day,
        plan: &DayPlan,
        done: &[&PlannedVisit],
        event: &ReplanEvent,
    ) -> PathSoFar {
        let mut path = PathSoFar {
            node: day.start,
            driven_s: 0,
            reported: Vec::new(),
            served_s: day.shift.from.into(),
        };
        for at in 0..=done.len() {
            let said = plan.reported.iter().filter(|here| here.after == at).copied();
            let now = match event {
                ReplanEvent::Here(node) if at == done.len() => Some(ReportedPosition {
                    after: at,
                    node: *node,
                    at_s: clamp(now_s).into(),
                    leave_s: clamp(now_s).into(),
                }),
                _ => None,
            };
            for here in said.chain(now).filter(|here| here.node < day.travel.nodes()) {
                path.drive_to(day, here.node);
                path.reported.push(here);
            }
            let visit = done.get(at);
            let stop = visit.and_then(|visit| day.stops.iter().find(|stop| stop.id == visit.id));
            if let (Some(visit), Some(stop)) = (visit, stop) {
                path.drive_to(day, stop.node);
                path.served_s = visit.start_s.saturating_add(stop.service_s.into());
            }
        }
        path
    }

    fn drive_to(&mut self, day: &Day, to: usize) {
        self.driven_s += i64::from(day.travel.between(self.node, to));
        self.node = to;
    }

    /// The earliest time at which the rep can leave for something new, after the visits `done`.
    fn earliest_departure(&self, now_s: i64, day: &Day, plan: &DayPlan, done: &[&PlannedVisit]) -> i64 {
        let mut here = self.reported.iter().filter(|here| here.after == done.len());
        let first = here.next();
        let last = here.next_back().or(first);
        let planned_s = match (last, done.last()) {
            (Some(here), _) => here.leave_s,
            (None, Some(visit)) => visit.leave_s,
            (None, None) => departure_from_start(day, plan),
        };
        // On the road already: time counts from the planned departure. Otherwise from now, or from the end of the
        // visit.
        let free_s = if planned_s <= now_s {
            planned_s
        } else {
            last.map_or(self.served_s, |here| here.at_s).max(now_s)
        };
        let Some((lunch, lunch_s)) = day.lunch.zip(plan.lunch_s) else {
            return free_s;
        };
        let idle_since_s = first.map_or(self.served_s, |here| here.at_s.min(self.served_s));
        let over_s = lunch_s.saturating_add(lunch.duration_s.into());
        let is_under_way = lunch_s <= now_s && (now_s < over_s || planned_s <= lunch_s);
        if is_under_way && lunch_s >= idle_since_s {
            free_s.max(over_s)
        } else {
            free_s
        }
    }
}

/// The matrix with an extra node for the current position. A drive to anywhere but `next` loses the time
/// driven so far.
fn from_here(day: &Day, node: usize, next: Option<usize>, lost_s: i32) -> Travel {
    let nodes = day.travel.nodes();
    let mut seconds = Vec::with_capacity((nodes + 1) * (nodes + 1));
    for from in 0..=nodes {
        for to in 0..=nodes {
            seconds.push(match (from == nodes, to == nodes) {
                (true, true) => 0,
                (false, true) => UNREACHABLE_S,
                (true, false) if next == Some(to) => day.travel.between(node, to),
                (true, false) => day.travel.between(node, to).saturating_add(lost_s),
                (false, false) => day.travel.between(from, to),
            });
        }
    }
    let travel = Travel::new(nodes + 1, seconds).expect("it has a row and a column more");
    travel.with_speeds(day.travel.speeds().clone())
}

fn clamp(seconds: i64) -> i32 {
    i32::try_from(seconds.clamp(0, super::super::day::LONGEST_S.into())).expect("it was clamped")
}
