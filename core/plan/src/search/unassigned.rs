//! The reason that a stop is not in a plan: the most certain one, with numbers.

use super::super::day::{Day, DayStop};
use super::super::unassigned_reason::UnassignedReason;
use super::instance::{Instance, NEVER};
use super::route::{Leg, Route, departures};

/// The reason that stop `number` of `day` is not in `route`; `spec` is its index in the search, if it has
/// one.
pub(super) fn reason(
    day: &Day,
    instance: &Instance,
    route: &Route,
    number: usize,
    spec: Option<u16>,
) -> UnassignedReason {
    let stop = &day.stops[number];
    if let Some(reason) = reason_alone(day, stop) {
        return reason;
    }
    let Some(spec) = spec else {
        return UnassignedReason::NotReached;
    };
    if !route.is_feasible(instance) {
        return UnassignedReason::NoDay;
    }
    reason_in_route(day, instance, route, spec)
}

/// A reason that excludes the stop from any plan, by a visit straight from the start.
fn reason_alone(day: &Day, stop: &DayStop) -> Option<UnassignedReason> {
    let (Some(first), Some(last)) = (stop.windows.first(), stop.windows.last()) else {
        return Some(UnassignedReason::ClosedAllDay);
    };
    let overlaps = stop
        .windows
        .iter()
        .any(|window| window.from <= day.shift.until && window.until >= day.shift.from);
    if !overlaps {
        return Some(UnassignedReason::OutsideShift {
            opens_s: first.from.into(),
            closes_s: last.until.into(),
        });
    }
    let drive = i64::from(day.travel.between(day.start, stop.node));
    let arrive_s = day.travel.arrival(day.start, stop.node, day.shift.from.into());
    let short_by_s = arrive_s - i64::from(last.until);
    if short_by_s > 0 {
        return Some(UnassignedReason::ClosesTooEarly { arrive_s, short_by_s });
    }
    let home = i64::from(day.drive_home(stop.node));
    let opens = stop.opens_at(i32::try_from(arrive_s).unwrap_or(i32::MAX));
    let served_s = i64::from(opens.unwrap_or(i32::MAX)) + i64::from(stop.service_s);
    let late_by_s = day.arrival_home(stop.node, served_s) - i64::from(day.shift.until);
    if late_by_s > 0 {
        return Some(UnassignedReason::EndsTooLate { late_by_s });
    }
    let (travel_s, allowed_s) = (drive + home, day.max_travel_s.unwrap_or(i64::MAX));
    (travel_s > allowed_s).then_some(UnassignedReason::TooFar { travel_s, allowed_s })
}

/// The reason given the other visits: the consecutive visits of least value whose removal makes room.
fn reason_in_route(day: &Day, instance: &Instance, route: &Route, stop: u16) -> UnassignedReason {
    let value = instance.spec(stop).value;
    let mut least: Option<Opening> = None;
    for at in 0..route.legs.len() - 1 {
        let mut opening = Opening::after(at);
        // A larger opening never costs less, so a search beyond the best one is useless.
        while opening.after < route.legs.len()
            && least.as_ref().is_none_or(|least| opening.order() < least.order())
        {
            if let Some(start) = opening.fits(instance, route, stop) {
                least = Some(Opening { start, ..opening });
                break;
            }
            opening.widen(instance, route);
        }
    }
    let Some(opening) = least else {
        return UnassignedReason::NoDay;
    };
    let added = opening.added(instance, route, stop);
    let left_s = i64::from(instance.travel_cap) - i64::from(route.travel);
    match opening.displaced {
        0 if added > left_s => UnassignedReason::NoTravelLeft {
            adds_s: added,
            left_s,
        },
        0 if value == 0 => UnassignedReason::WorthNothing { adds_s: added },
        0 => UnassignedReason::NotReached,
        displaced if opening.mandatory > 0 => UnassignedReason::ExcludedByMusts {
            displaced,
            musts: opening.mandatory,
        },
        displaced => UnassignedReason::Displaces {
            start_s: i64::from(day.shift.from) + i64::from(opening.start),
            costs_s: added + i64::from(instance.spec(stop).service),
            displaced,
            displaced_value: opening.value,
            value,
        },
    }
}

/// An opening: the visits between two places, given up.
#[derive(Debug, Clone, Copy)]
struct Opening {
    at: usize,
    after: usize,
    displaced: u32,
    mandatory: u32,
    value: i64,
    start: i32,
}

impl Opening {
    /// The empty opening behind place `at`.
    fn after(at: usize) -> Opening {
        Opening {
            at,
            after: at + 1,
            displaced: 0,
            mandatory: 0,
            value: 0,
            start: 0,
        }
    }

    /// Gives up the next visit too.
    fn widen(&mut self, instance: &Instance, route: &Route) {
        let spec = instance.spec(route.legs[self.after].stop);
        self.after += 1;
        self.displaced += 1;
        self.mandatory += u32::from(spec.mandatory);
        self.value += spec.value;
    }

    /// Order of preference: least given up first.
    fn order(&self) -> (u32, i64, u32) {
        (self.mandatory, self.value, self.displaced)
    }

    fn endpoints(&self, route: &Route) -> (Leg, Leg) {
        (route.legs[self.at], route.legs[self.after])
    }

    /// Start of `stop` in this opening; `None` where it does not fit in time.
    fn fits(&self, instance: &Instance, route: &Route, stop: u16) -> Option<i32> {
        let (before, after) = self.endpoints(route);
        let spec = instance.spec(stop);
        let drive_in = instance.drive(before.stop, stop);
        let drive_out = instance.drive(stop, after.stop);
        let (before_lunch, after_lunch) = departures::<true>(
            instance,
            spec,
            instance.arrival(before.ready_before_lunch, drive_in),
            instance.arrival(before.ready_after_lunch, drive_in),
        );
        let fits = |ready: i32, due: i32| {
            let is_in_time = ready < NEVER && instance.arrival(ready, drive_out) <= due;
            is_in_time.then_some(ready - spec.service)
        };
        fits(before_lunch, after.due_before_lunch).or_else(|| fits(after_lunch, after.due_after_lunch))
    }

    /// Travel that `stop` adds here, against the drives of the visits given up.
    fn added(&self, instance: &Instance, route: &Route, stop: u16) -> i64 {
        let (before, after) = self.endpoints(route);
        let drive = |a: u16, b: u16| i64::from(instance.drive(a, b));
        let now: i64 = route.legs[self.at..self.after]
            .iter()
            .map(|leg| i64::from(leg.drive))
            .sum();
        let then = drive(before.stop, stop) + drive(stop, after.stop);
        then - now
    }
}
