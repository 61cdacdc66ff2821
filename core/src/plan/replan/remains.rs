//! What is left of a day at some moment: what has happened stays, the rest is a day of its own.

use super::super::day::{Day, Lunch, Stop, Travel, UNREACHABLE_S, Window};
use super::super::day_plan::{DayPlan, PlannedVisit};
use super::event::Event;

/// The rest of a day.
#[derive(Debug)]
pub(super) struct Remains<'a> {
    /// The visits that were begun.
    pub(super) done: Vec<&'a PlannedVisit>,
    /// The day from here on. Its stops are those not done, in their order; it starts at a node of its own.
    pub(super) day: Day,
    /// The promised start of each of its stops.
    pub(super) promised: Vec<Option<i32>>,
    /// The travel of what is done, without the drive that is under way.
    pub(super) driven_s: i64,
    /// When lunch was begun, if it was.
    pub(super) lunch_s: Option<i64>,
    /// Whether the shift is over before the rep can leave: nothing more can be visited.
    pub(super) overdue: bool,
    /// The node where the rep was last.
    pub(super) node: usize,
}

impl<'a> Remains<'a> {
    /// What remains at `now_s` of `plan`, for the `day` in which `event` has happened.
    pub(super) fn at(now_s: i64, day: &Day, plan: &'a DayPlan, event: &Event) -> Remains<'a> {
        let done: Vec<&PlannedVisit> = plan
            .visits
            .iter()
            .take_while(|visit| is_begun(now_s, plan, visit, event))
            .collect();
        let stop_of = |visit: &PlannedVisit| day.stops.iter().find(|stop| stop.id == visit.id);
        let mut node = day.start;
        let mut driven_s = 0;
        for stop in done.iter().filter_map(|visit| stop_of(visit)) {
            driven_s += i64::from(day.travel.between(node, stop.node));
            node = stop.node;
        }
        let lunch_s = plan
            .lunch_s
            .filter(|lunch_s| day.lunch.is_some() && *lunch_s <= now_s);
        let next = plan.visits.get(done.len()).and_then(stop_of);
        let underway = Underway::at(
            now_s,
            day,
            plan,
            done.last().and_then(|last| Some((*last, stop_of(last)?))),
        );
        let late_s = if let Event::Delay(seconds) = event {
            i64::from(*seconds)
        } else {
            0
        };
        let leaves = clamp(underway.free_s.saturating_add(late_s).max(day.shift.from.into()));
        let waits = clamp(now_s.saturating_sub(underway.free_s).max(0));
        let is_done = |stop: &Stop| done.iter().any(|visit| visit.id == stop.id);
        let mut stops: Vec<Stop> = day.stops.iter().filter(|stop| !is_done(stop)).cloned().collect();
        let overdue = leaves > day.shift.until;
        if overdue {
            for stop in &mut stops {
                stop.windows.clear();
            }
        }
        let promise = |stop: &Stop| {
            let visit = plan.visits.iter().find(|visit| visit.id == stop.id)?;
            Some(clamp(visit.start_s))
        };
        Remains {
            promised: stops.iter().map(promise).collect(),
            day: Day {
                shift: Window {
                    from: leaves,
                    until: day.shift.until.max(leaves),
                },
                start: day.travel.nodes(),
                end: day.end,
                travel: from_here(day, node, next.map(|stop| stop.node), waits),
                max_travel_s: day.max_travel_s.map(|most| (most - driven_s).max(0)),
                lunch: day.lunch.filter(|_: &Lunch| lunch_s.is_none()),
                stops,
            },
            driven_s,
            lunch_s,
            overdue,
            node,
            done,
        }
    }
}

/// Whether a visit is as good as made: it has started, or the rep had lunch waiting for it.
fn is_begun(now_s: i64, plan: &DayPlan, visit: &PlannedVisit, event: &Event) -> bool {
    let is_off = match event {
        Event::Cancel(id) => *id == visit.id,
        Event::Close(stop) => stop.id == visit.id,
        Event::Delay(_) | Event::Insert(_) => false,
    };
    let lunched = plan
        .lunch_s
        .is_some_and(|lunch_s| visit.arrive_s <= lunch_s && lunch_s <= now_s);
    visit.start_s <= now_s || (lunched && visit.arrive_s <= now_s && !is_off)
}

/// When the rep could leave for something new.
struct Underway {
    free_s: i64,
}

impl Underway {
    fn at(now_s: i64, day: &Day, plan: &DayPlan, last: Option<(&PlannedVisit, &Stop)>) -> Underway {
        let (served_s, leaves_s) = match last {
            Some((visit, stop)) => (visit.start_s.saturating_add(stop.service_s.into()), visit.leave_s),
            None => (day.shift.from.into(), sets_out(day, plan)),
        };
        // On the road already: the clock runs from when the rep left. Otherwise from now, or from the end of the visit.
        let mut free_s = if leaves_s <= now_s {
            leaves_s
        } else {
            served_s.max(now_s)
        };
        if let (Some(lunch), Some(lunch_s)) = (day.lunch, plan.lunch_s) {
            let over_s = lunch_s.saturating_add(lunch.duration_s.into());
            if lunch_s <= now_s && (now_s < over_s || leaves_s <= lunch_s) && lunch_s >= served_s {
                free_s = free_s.max(over_s);
            }
        }
        Underway { free_s }
    }
}

/// When a plan leaves the start.
fn sets_out(day: &Day, plan: &DayPlan) -> i64 {
    let first = plan.visits.first();
    let first = first.and_then(|visit| Some((visit, day.stops.iter().find(|stop| stop.id == visit.id)?)));
    first.map_or(plan.ends_s, |(visit, stop)| {
        visit
            .arrive_s
            .saturating_sub(day.travel.between(day.start, stop.node).into())
    })
}

/// The roads with one more node: here. Whoever is on the road to `next` and goes elsewhere has lost the time since.
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
    Travel::new(nodes + 1, seconds).expect("it has a row and a column more")
}

fn clamp(seconds: i64) -> i32 {
    i32::try_from(seconds.clamp(0, super::super::day::LONGEST_S.into())).expect("it was clamped")
}
