//! Why a stop is not in a plan: the most certain reason, with numbers.

use super::super::day::{Day, Stop};
use super::super::reason::Reason;
use super::instance::{Instance, NEVER};
use super::route::{Leg, Route, departures};

/// The reason that stop `number` of `day` is not in `route`; `site` is its number in the search, if it has one.
pub(super) fn reason(
    day: &Day,
    instance: &Instance,
    route: &Route,
    number: usize,
    site: Option<u16>,
) -> Reason {
    let stop = &day.stops[number];
    if let Some(reason) = alone(day, stop) {
        return reason;
    }
    let Some(site) = site else {
        return Reason::NotReached;
    };
    if !route.is_feasible(instance) {
        return Reason::NoDay;
    }
    among(day, instance, route, site)
}

/// What keeps it out of any plan, seen straight from the start.
fn alone(day: &Day, stop: &Stop) -> Option<Reason> {
    let (Some(first), Some(last)) = (stop.windows.first(), stop.windows.last()) else {
        return Some(Reason::ClosedAllDay);
    };
    let overlaps = stop
        .windows
        .iter()
        .any(|window| window.from <= day.shift.until && window.until >= day.shift.from);
    if !overlaps {
        return Some(Reason::OutsideShift {
            opens_s: first.from.into(),
            closes_s: last.until.into(),
        });
    }
    let drive = i64::from(day.travel.between(day.start, stop.node));
    let arrive_s = day.travel.arrival(day.start, stop.node, day.shift.from.into());
    let short_by_s = arrive_s - i64::from(last.until);
    if short_by_s > 0 {
        return Some(Reason::ClosesTooEarly { arrive_s, short_by_s });
    }
    let home = i64::from(day.homewards(stop.node));
    let opens = stop.opens_at(i32::try_from(arrive_s).unwrap_or(i32::MAX));
    let served_s = i64::from(opens.unwrap_or(i32::MAX)) + i64::from(stop.service_s);
    let late_by_s = day.home_at(stop.node, served_s) - i64::from(day.shift.until);
    if late_by_s > 0 {
        return Some(Reason::EndsTooLate { late_by_s });
    }
    let (travel_s, allowed_s) = (drive + home, day.max_travel_s.unwrap_or(i64::MAX));
    (travel_s > allowed_s).then_some(Reason::TooFar { travel_s, allowed_s })
}

/// What it would take to get it in: the visits in a row that are worth least and make room for it.
fn among(day: &Day, instance: &Instance, route: &Route, stop: u16) -> Reason {
    let value = instance.site(stop).value;
    let mut least: Option<Room> = None;
    for at in 0..route.legs.len() - 1 {
        let mut room = Room::behind(at);
        // Whoever gives up more than somebody before gives up more with every visit that is added.
        while room.after < route.legs.len() && least.as_ref().is_none_or(|least| room.order() < least.order())
        {
            if let Some(start) = room.fits(instance, route, stop) {
                least = Some(Room { start, ..room });
                break;
            }
            room.widen(instance, route);
        }
    }
    let Some(room) = least else {
        return Reason::NoDay;
    };
    let added = room.added(instance, route, stop);
    let left_s = i64::from(instance.cap) - i64::from(route.travel);
    match room.displaced {
        0 if added > left_s => Reason::NoTravelLeft {
            adds_s: added,
            left_s,
        },
        0 if value == 0 => Reason::WorthNothing { adds_s: added },
        0 => Reason::NotReached,
        displaced if room.musts > 0 => Reason::ExcludedByMusts {
            displaced,
            musts: room.musts,
        },
        displaced => Reason::Displaces {
            start_s: i64::from(day.shift.from) + i64::from(room.start),
            costs_s: added + i64::from(instance.site(stop).service),
            displaced,
            displaced_value: room.value,
            value,
        },
    }
}

/// The places between two visits of a route, emptied.
#[derive(Debug, Clone, Copy)]
struct Room {
    at: usize,
    after: usize,
    displaced: u32,
    musts: u32,
    value: i64,
    start: i32,
}

impl Room {
    /// Nothing given up, behind place `at`.
    fn behind(at: usize) -> Room {
        Room {
            at,
            after: at + 1,
            displaced: 0,
            musts: 0,
            value: 0,
            start: 0,
        }
    }

    /// Gives up the next visit too.
    fn widen(&mut self, instance: &Instance, route: &Route) {
        let site = instance.site(route.legs[self.after].stop);
        self.after += 1;
        self.displaced += 1;
        self.musts += u32::from(site.must);
        self.value += site.value;
    }

    /// Less is given up first.
    fn order(&self) -> (u32, i64, u32) {
        (self.musts, self.value, self.displaced)
    }

    fn ends(&self, route: &Route) -> (Leg, Leg) {
        (route.legs[self.at], route.legs[self.after])
    }

    /// When `stop` would start here; `None` where it does not fit in time.
    fn fits(&self, instance: &Instance, route: &Route, stop: u16) -> Option<i32> {
        let (before, after) = self.ends(route);
        let site = instance.site(stop);
        let there = instance.drive(before.stop, stop);
        let onwards = instance.drive(stop, after.stop);
        let (hungry, fed) = departures::<true>(
            instance,
            site,
            instance.arrival(before.out_hungry, there),
            instance.arrival(before.out_fed, there),
        );
        let fits = |out: i32, due: i32| {
            let is_in_time = out < NEVER && instance.arrival(out, onwards) <= due;
            is_in_time.then_some(out - site.service)
        };
        fits(hungry, after.due_hungry).or_else(|| fits(fed, after.due_fed))
    }

    /// The travel that `stop` adds here, what falls out not counted.
    fn added(&self, instance: &Instance, route: &Route, stop: u16) -> i64 {
        let (before, after) = self.ends(route);
        let drive = |a: u16, b: u16| i64::from(instance.drive(a, b));
        let now: i64 = route.legs[self.at..self.after]
            .iter()
            .map(|leg| i64::from(leg.drive))
            .sum();
        let then = drive(before.stop, stop) + drive(stop, after.stop);
        then - now
    }
}
