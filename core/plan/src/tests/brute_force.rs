//! Optimum of a day by enumerating every order of every subset, with times computed directly.

use crate::{Day, DayStop};

/// Mandatory visits missed, value lost, travel: less is better.
pub(super) type Objective = (usize, i64, i64);

/// The best objective; `None` when no order is feasible, not even the empty one.
pub(super) fn best(day: &Day) -> Option<Objective> {
    let mut best = None;
    extend(day, &mut Vec::new(), &mut best);
    best
}

fn extend<'a>(day: &'a Day, order: &mut Vec<&'a DayStop>, best: &mut Option<Objective>) {
    if can_be_kept(day, order) {
        let found = objective(day, order);
        if best.is_none_or(|best| found < best) {
            *best = Some(found);
        }
    }
    for stop in &day.stops {
        if !order.iter().any(|visited| visited.id == stop.id) {
            order.push(stop);
            extend(day, order, best);
            order.pop();
        }
    }
}

fn objective(day: &Day, order: &[&DayStop]) -> Objective {
    let absent = day
        .stops
        .iter()
        .filter(|stop| !order.iter().any(|visited| visited.id == stop.id));
    let (mut musts, mut value) = (0, 0);
    for stop in absent {
        musts += usize::from(stop.mandatory);
        value += stop.value;
    }
    (musts, value, travel(day, order))
}

fn travel(day: &Day, order: &[&DayStop]) -> i64 {
    let mut here = day.start;
    let mut travel = 0;
    for stop in order {
        travel += i64::from(day.travel.between(here, stop.node));
        here = stop.node;
    }
    travel + i64::from(day.drive_home(here))
}

fn can_be_kept(day: &Day, order: &[&DayStop]) -> bool {
    if day.max_travel_s.is_some_and(|most| travel(day, order) > most) {
        return false;
    }
    // Lunch in gap 2k is taken on arriving at the k-th visit, in gap 2k + 1 before leaving it; the start is visit 0.
    let lunch = day.lunch.filter(|lunch| {
        let until = lunch.window.until.min(day.shift.until);
        until - lunch.window.from.max(day.shift.from) >= lunch.duration_s
    });
    match lunch {
        None => ends(day, order, None).is_some(),
        Some(_) => (1..2 * order.len() + 3).any(|gap| ends(day, order, Some(gap)).is_some()),
    }
}

fn ends(day: &Day, order: &[&DayStop], lunch_gap: Option<usize>) -> Option<i64> {
    let mut now = i64::from(day.shift.from);
    let mut gap = 1;
    let eat = |now: &mut i64, gap: &mut usize| {
        if lunch_gap == Some(*gap) {
            let lunch = day.lunch.unwrap();
            *now = (*now).max(lunch.window.from.into()) + i64::from(lunch.duration_s);
            if *now > i64::from(lunch.window.until) {
                return None;
            }
        }
        *gap += 1;
        Some(())
    };
    eat(&mut now, &mut gap)?;
    let mut here = day.start;
    for stop in order {
        now = day.travel.arrival(here, stop.node, now);
        eat(&mut now, &mut gap)?;
        let open = stop
            .windows
            .iter()
            .find(|window| now <= i64::from(window.until))?;
        now = now.max(open.from.into()) + i64::from(stop.service_s);
        eat(&mut now, &mut gap)?;
        here = stop.node;
    }
    now = day.arrival_home(here, now);
    eat(&mut now, &mut gap)?;
    (now <= i64::from(day.shift.until)).then_some(now)
}
