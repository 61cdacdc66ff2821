//! A route: an order of visits with the data for a constant-time insertion test.
//!
//! Each place keeps the earliest departure and the latest arrival from which the rest of the route is
//! feasible, once before lunch and once after it. Waiting is free, so one number each is exact for any number
//! of windows. The constant `LUNCH` says whether the day has a lunch; without one only the times after lunch
//! are used. `STEADY` says whether the speed is constant over the shift.
//!
//! Drives are those on empty roads. Under changing speeds a gap needs more time than it states, and only the
//! full test is exact.

use super::instance::{Instance, NEVER, StopSpec};

/// A place of the route.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg {
    pub(super) stop: u16,
    /// Drive to the next place.
    pub(super) drive: i32,
    /// The earliest departure, before lunch.
    pub(super) ready_before_lunch: i32,
    /// The earliest departure, after lunch.
    pub(super) ready_after_lunch: i32,
    /// The latest arrival, before lunch.
    pub(super) due_before_lunch: i32,
    /// The latest arrival, after lunch.
    pub(super) due_after_lunch: i32,
}

impl Leg {
    /// The earliest departure: before lunch, where the day has one.
    #[inline]
    pub(super) fn ready<const LUNCH: bool>(&self) -> i32 {
        if LUNCH {
            self.ready_before_lunch
        } else {
            self.ready_after_lunch
        }
    }
}

/// The gap between two consecutive places, with its spare time.
#[derive(Debug, Clone, Copy)]
pub(super) struct RouteGap {
    /// Number of the place before it.
    pub(super) at: u16,
    /// The stop before it.
    pub(super) before: u16,
    /// The stop after it.
    pub(super) after: u16,
    /// Drive between them.
    pub(super) drive: i32,
    /// The earliest departure from the place before.
    pub(super) ready: i32,
    /// The latest arrival at the place after.
    pub(super) due: i32,
    /// The most time that a visit and its detour may take, lunch excluded.
    pub(super) slack: i32,
}

impl RouteGap {
    /// The gap between two places.
    #[inline]
    pub(super) fn between<const LUNCH: bool>(instance: &Instance, before: &Leg, after: &Leg) -> RouteGap {
        let after_lunch = after.due_after_lunch - before.ready_after_lunch;
        let (ready, span) = match instance.lunch {
            Some(lunch) if LUNCH => {
                let before_lunch = after.due_before_lunch - before.ready_before_lunch;
                let eating = after.due_after_lunch - before.ready_before_lunch - lunch.duration;
                (
                    before.ready_before_lunch,
                    before_lunch.max(after_lunch).max(eating),
                )
            }
            _ => (before.ready_after_lunch, after_lunch),
        };
        RouteGap {
            at: 0,
            before: before.stop,
            after: after.stop,
            drive: before.drive,
            ready,
            due: after.due_after_lunch,
            slack: span - before.drive,
        }
    }
}

/// An order of visits, start and end included.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) legs: Vec<Leg>,
    /// The gaps with time for the shortest visit. In a full day they are few, and most tests need no others.
    pub(super) gaps: Vec<RouteGap>,
    /// Upper bound on the service time of an insertion; longer visits need not be tried.
    pub(super) max_service: i32,
    /// Total travel.
    pub(super) travel: i32,
    /// Whether each stop is in the route.
    pub(super) assigned: Vec<bool>,
}

/// The earliest departures after arrivals at `before_lunch` and `after_lunch`.
#[inline]
pub(super) fn departures<const LUNCH: bool>(
    instance: &Instance,
    spec: &StopSpec,
    before_lunch: i32,
    after_lunch: i32,
) -> (i32, i32) {
    let served = |at: i32| {
        let start = instance.earliest_start(spec, at);
        if start == NEVER {
            NEVER
        } else {
            start + spec.service
        }
    };
    if !LUNCH {
        return (NEVER, served(after_lunch));
    }
    let Some(lunch) = instance.lunch else {
        return (NEVER, served(after_lunch));
    };
    let ready_before_lunch = served(before_lunch);
    let before = lunch.earliest_end(before_lunch);
    let mut ready_after_lunch = served(after_lunch).min(lunch.earliest_end(ready_before_lunch));
    if before < NEVER {
        ready_after_lunch = ready_after_lunch.min(served(before));
    }
    (ready_before_lunch, ready_after_lunch)
}

/// The latest arrivals at a stop before and after lunch, given those of the next place and the drive to it;
/// -1 is never.
#[inline]
fn arrivals<const LUNCH: bool, const STEADY: bool>(
    instance: &Instance,
    spec: &StopSpec,
    drive: i32,
    next: (i32, i32),
) -> (i32, i32) {
    let departure = |due: i32| {
        if STEADY {
            due - drive
        } else {
            instance.departure(due, drive)
        }
    };
    let by_after_lunch = departure(next.1);
    let due_after_lunch = instance.latest_start(spec, by_after_lunch - spec.service);
    if !LUNCH {
        return (-1, due_after_lunch);
    }
    let Some(lunch) = instance.lunch else {
        return (-1, due_after_lunch);
    };
    let later = instance.latest_start(spec, departure(next.0) - spec.service);
    let after = match lunch.latest_start(by_after_lunch) {
        -1 => -1,
        by => instance.latest_start(spec, by - spec.service),
    };
    (
        later.max(after).max(lunch.latest_start(due_after_lunch)),
        due_after_lunch,
    )
}

impl Route {
    /// The route without visits.
    pub(super) fn empty(instance: &Instance) -> Route {
        Route::from_stops(instance, &[])
    }

    /// The visits in this order, feasible or not.
    pub(super) fn from_stops(instance: &Instance, stops: &[u16]) -> Route {
        let place = |stop| Leg {
            stop,
            drive: 0,
            ready_before_lunch: NEVER,
            ready_after_lunch: NEVER,
            due_before_lunch: -1,
            due_after_lunch: -1,
        };
        let all = [instance.start()].into_iter().chain(stops.iter().copied());
        let mut route = Route {
            legs: all.chain([instance.end()]).map(place).collect(),
            gaps: Vec::new(),
            max_service: -1,
            travel: 0,
            assigned: vec![false; instance.stop_count()],
        };
        for stop in stops {
            route.assigned[usize::from(*stop)] = true;
        }
        route.recompute(instance);
        route
    }

    /// Copies `other` and reuses this route's memory.
    pub(super) fn copy_from(&mut self, other: &Route) {
        self.legs.clone_from(&other.legs);
        self.gaps.clone_from(&other.gaps);
        self.max_service = other.max_service;
        self.assigned.clone_from(&other.assigned);
        self.travel = other.travel;
    }

    /// The visits, without start and end.
    pub(super) fn visits(&self) -> impl DoubleEndedIterator<Item = u16> + '_ {
        self.legs[1..self.legs.len() - 1].iter().map(|leg| leg.stop)
    }

    /// Number of visits.
    pub(super) fn len(&self) -> usize {
        self.legs.len() - 2
    }

    /// Whether windows, lunch, shift and the cap on travel are kept.
    pub(super) fn is_feasible(&self, instance: &Instance) -> bool {
        let start = &self.legs[0];
        let before_lunch = instance.lunch.is_some() && start.due_before_lunch >= 0;
        (before_lunch || (instance.lunch.is_none() && start.due_after_lunch >= 0))
            && self.travel <= instance.travel_cap
    }

    /// Recomputes all numbers.
    pub(super) fn recompute(&mut self, instance: &Instance) {
        self.update(instance, 1, self.legs.len() - 1);
    }

    /// Recomputes the numbers after a change: the places from `first` to before `last` are new, or those
    /// before them were removed.
    pub(super) fn update(&mut self, instance: &Instance, first: usize, last: usize) {
        for at in first..=last {
            self.legs[at - 1].drive = instance.drive(self.legs[at - 1].stop, self.legs[at].stop);
        }
        let drives = self.legs[..self.legs.len() - 1].iter().map(|leg| leg.drive);
        self.travel = drives.fold(0, i32::saturating_add);
        if instance.lunch.is_some() {
            self.propagate::<true>(instance, first, last);
        } else {
            self.propagate::<false>(instance, first, last);
        }
    }

    fn propagate<const LUNCH: bool>(&mut self, instance: &Instance, first: usize, last: usize) {
        if instance.is_steady() {
            self.forward::<LUNCH, true>(instance, first, last);
            self.backward::<LUNCH, true>(instance, first - 1, last - 1);
        } else {
            self.forward::<LUNCH, false>(instance, first, last);
            self.backward::<LUNCH, false>(instance, first - 1, last - 1);
        }
        self.find_gaps::<LUNCH>(instance);
    }

    /// Inserts `stop` behind place `at`.
    pub(super) fn insert<const LUNCH: bool>(&mut self, instance: &Instance, stop: u16, at: usize) {
        let (before, after) = (self.legs[at], self.legs[at + 1]);
        let drive_in = instance.drive(before.stop, stop);
        let drive_out = instance.drive(stop, after.stop);
        self.travel += drive_in + drive_out - before.drive;
        self.legs[at].drive = drive_in;
        let leg = Leg {
            stop,
            drive: drive_out,
            ..after
        };
        self.legs.insert(at + 1, leg);
        self.assigned[usize::from(stop)] = true;
        self.propagate::<LUNCH>(instance, at + 1, at + 2);
    }

    /// Lists the gaps.
    fn find_gaps<const LUNCH: bool>(&mut self, instance: &Instance) {
        self.gaps.clear();
        self.max_service = -1;
        for (at, pair) in (0..).zip(self.legs.windows(2)) {
            let gap = RouteGap::between::<LUNCH>(instance, &pair[0], &pair[1]);
            // Without triangle inequality a detour may save some of the drive.
            let max_service = gap.slack + instance.max_detour_saving.min(gap.drive - instance.min_drives);
            if max_service >= instance.min_service {
                self.gaps.push(RouteGap { at, ..gap });
                self.max_service = self.max_service.max(max_service);
            }
        }
    }

    /// [`Route::insert`] for a day with or without lunch.
    pub(super) fn insert_at(&mut self, instance: &Instance, stop: u16, at: usize) {
        if instance.lunch.is_some() {
            self.insert::<true>(instance, stop, at);
        } else {
            self.insert::<false>(instance, stop, at);
        }
    }

    /// Removes `stop`, if it is in the route.
    pub(super) fn remove(&mut self, instance: &Instance, stop: u16) {
        let before = self.legs.len();
        self.legs.retain(|leg| leg.stop != stop);
        if self.legs.len() < before {
            self.assigned[usize::from(stop)] = false;
            self.recompute(instance);
        }
    }

    /// Earliest departures from place `first` on, beyond `last` only as far as anything changes.
    fn forward<const LUNCH: bool, const STEADY: bool>(
        &mut self,
        instance: &Instance,
        first: usize,
        last: usize,
    ) {
        if first == 1 {
            let start = &mut self.legs[0];
            (start.ready_before_lunch, start.ready_after_lunch) = match instance.lunch {
                Some(lunch) => (0, lunch.earliest_end(0)),
                None => (NEVER, 0),
            };
        }
        let before = self.legs[first - 1];
        let (mut before_lunch, mut after_lunch, mut drive) =
            (before.ready_before_lunch, before.ready_after_lunch, before.drive);
        for (at, leg) in (first..).zip(&mut self.legs[first..]) {
            let spec = instance.spec(leg.stop);
            let (arrival_before_lunch, arrival_after_lunch) = if STEADY {
                (before_lunch + drive, after_lunch + drive)
            } else {
                (
                    instance.arrival(before_lunch, drive),
                    instance.arrival(after_lunch, drive),
                )
            };
            (before_lunch, after_lunch) =
                departures::<LUNCH>(instance, spec, arrival_before_lunch, arrival_after_lunch);
            if at > last && (before_lunch, after_lunch) == (leg.ready_before_lunch, leg.ready_after_lunch) {
                return;
            }
            leg.ready_before_lunch = before_lunch;
            leg.ready_after_lunch = after_lunch;
            drive = leg.drive;
        }
    }

    /// Latest arrivals from place `last` back, before `first` only as far as anything changes.
    fn backward<const LUNCH: bool, const STEADY: bool>(
        &mut self,
        instance: &Instance,
        first: usize,
        last: usize,
    ) {
        let end = self.legs.len() - 1;
        if last + 1 == end {
            let by = instance.horizon;
            self.legs[end].due_after_lunch = by;
            self.legs[end].due_before_lunch = instance.lunch.map_or(-1, |lunch| lunch.latest_start(by));
        }
        let next = &self.legs[last + 1];
        let mut due = (next.due_before_lunch, next.due_after_lunch);
        for (at, leg) in (0..=last).rev().zip(self.legs[..=last].iter_mut().rev()) {
            let spec = instance.spec(leg.stop);
            due = arrivals::<LUNCH, STEADY>(instance, spec, leg.drive, due);
            if at < first && due == (leg.due_before_lunch, leg.due_after_lunch) {
                return;
            }
            leg.due_before_lunch = due.0;
            leg.due_after_lunch = due.1;
        }
    }
}

#[cfg(test)]
mod tests;
