//! An order of visits with all that is needed to test an insertion in constant time.
//!
//! For each place it keeps the earliest departure and the latest arrival from which the rest can still be kept, once for
//! a rep who has had lunch and once for one who has not. With free waiting one number each is exact for any number of
//! windows. `LUNCH` says at compile time whether the day has a lunch: without one everybody has always had it. `STEADY` says
//! whether the roads are equally fast all day.
//!
//! Drives are those on empty roads. Where the roads are slower at some times of day, what is said of a gap is less than it
//! takes, and only the whole test is exact.

use super::instance::{Instance, NEVER, Site};

/// A place in the order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Leg {
    pub(super) stop: u16,
    /// The drive to the next.
    pub(super) drive: i32,
    /// The earliest departure, lunch still to come.
    pub(super) out_hungry: i32,
    /// The earliest departure, lunch taken.
    pub(super) out_fed: i32,
    /// The latest arrival, lunch still to come.
    pub(super) due_hungry: i32,
    /// The latest arrival, lunch taken.
    pub(super) due_fed: i32,
}

/// The way from one place to the next, with time to spare for a visit between them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    /// The place it is behind.
    pub(super) at: u16,
    /// The stop there.
    pub(super) before: u16,
    /// The stop at the next place.
    pub(super) after: u16,
    /// The drive between them.
    pub(super) drive: i32,
    /// The earliest departure.
    pub(super) free: i32,
    /// The latest arrival.
    pub(super) due: i32,
    /// The most time that a visit and its detour may take, lunch not counted.
    pub(super) slack: i32,
}

impl Gap {
    /// What there is between two places.
    #[inline]
    pub(super) fn between<const LUNCH: bool>(instance: &Instance, before: &Leg, after: &Leg) -> Gap {
        let fed = after.due_fed - before.out_fed;
        let (free, span) = match instance.lunch {
            Some(lunch) if LUNCH => {
                let hungry = after.due_hungry - before.out_hungry;
                let eating = after.due_fed - before.out_hungry - lunch.takes;
                (before.out_hungry, hungry.max(fed).max(eating))
            }
            _ => (before.out_fed, fed),
        };
        Gap {
            at: 0,
            before: before.stop,
            after: after.stop,
            drive: before.drive,
            free,
            due: after.due_fed,
            slack: span - before.drive,
        }
    }
}

/// An order of visits, start and end included.
#[derive(Debug, Clone)]
pub(super) struct Route {
    pub(super) legs: Vec<Leg>,
    /// Where there is time for the shortest visit of all. In a full day there are few, and most trials need no more.
    pub(super) gaps: Vec<Gap>,
    /// The most time that a visit may take anywhere, or more: longer ones need not be tried.
    pub(super) room: i32,
    /// The travel altogether.
    pub(super) travel: i32,
    /// Which candidates are in it.
    pub(super) inside: Vec<bool>,
}

/// The earliest departures of somebody who arrives at `hungry`, lunch still to come, or at `fed`.
#[inline]
pub(super) fn departures<const LUNCH: bool>(
    instance: &Instance,
    site: &Site,
    hungry: i32,
    fed: i32,
) -> (i32, i32) {
    let served = |at: i32| {
        let start = instance.opens(site, at);
        if start == NEVER {
            NEVER
        } else {
            start + site.service
        }
    };
    if !LUNCH {
        return (NEVER, served(fed));
    }
    let Some(lunch) = instance.lunch else {
        return (NEVER, served(fed));
    };
    let out_hungry = served(hungry);
    let before = lunch.over(hungry);
    let mut out_fed = served(fed).min(lunch.over(out_hungry));
    if before < NEVER {
        out_fed = out_fed.min(served(before));
    }
    (out_hungry, out_fed)
}

/// The latest arrivals at a site, given those of the next and the drive there; -1 is never.
#[inline]
fn arrivals<const LUNCH: bool, const STEADY: bool>(
    instance: &Instance,
    site: &Site,
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
    let by_fed = departure(next.1);
    let due_fed = instance.latest(site, by_fed - site.service);
    if !LUNCH {
        return (-1, due_fed);
    }
    let Some(lunch) = instance.lunch else {
        return (-1, due_fed);
    };
    let later = instance.latest(site, departure(next.0) - site.service);
    let after = match lunch.latest(by_fed) {
        -1 => -1,
        by => instance.latest(site, by - site.service),
    };
    (later.max(after).max(lunch.latest(due_fed)), due_fed)
}

impl Route {
    /// The way from start to end without visits.
    pub(super) fn empty(instance: &Instance) -> Route {
        Route::of(instance, &[])
    }

    /// The visits in this order, whether they can be kept or not.
    pub(super) fn of(instance: &Instance, stops: &[u16]) -> Route {
        let place = |stop| Leg {
            stop,
            drive: 0,
            out_hungry: NEVER,
            out_fed: NEVER,
            due_hungry: -1,
            due_fed: -1,
        };
        let all = [instance.start()].into_iter().chain(stops.iter().copied());
        let mut route = Route {
            legs: all.chain([instance.end()]).map(place).collect(),
            gaps: Vec::new(),
            room: -1,
            travel: 0,
            inside: vec![false; instance.candidates()],
        };
        for stop in stops {
            route.inside[usize::from(*stop)] = true;
        }
        route.refresh(instance);
        route
    }

    /// Takes over `other` without giving up its memory.
    pub(super) fn copy_from(&mut self, other: &Route) {
        self.legs.clone_from(&other.legs);
        self.gaps.clone_from(&other.gaps);
        self.room = other.room;
        self.inside.clone_from(&other.inside);
        self.travel = other.travel;
    }

    /// The visits, without start and end.
    pub(super) fn visits(&self) -> impl DoubleEndedIterator<Item = u16> + '_ {
        self.legs[1..self.legs.len() - 1].iter().map(|leg| leg.stop)
    }

    /// How many visits there are.
    pub(super) fn len(&self) -> usize {
        self.legs.len() - 2
    }

    /// Whether every window, the lunch, the shift and the cap on travel are kept.
    pub(super) fn is_feasible(&self, instance: &Instance) -> bool {
        let start = &self.legs[0];
        let hungry = instance.lunch.is_some() && start.due_hungry >= 0;
        (hungry || (instance.lunch.is_none() && start.due_fed >= 0)) && self.travel <= instance.cap
    }

    /// Computes everything anew.
    pub(super) fn refresh(&mut self, instance: &Instance) {
        self.mend(instance, 1, self.legs.len() - 1);
    }

    /// Computes what changed: the places from `first` to before `last` are new, or those before them were taken out.
    pub(super) fn mend(&mut self, instance: &Instance, first: usize, last: usize) {
        for at in first..=last {
            self.legs[at - 1].drive = instance.drive(self.legs[at - 1].stop, self.legs[at].stop);
        }
        let drives = self.legs[..self.legs.len() - 1].iter().map(|leg| leg.drive);
        self.travel = drives.fold(0, i32::saturating_add);
        if instance.lunch.is_some() {
            self.spread::<true>(instance, first, last);
        } else {
            self.spread::<false>(instance, first, last);
        }
    }

    fn spread<const LUNCH: bool>(&mut self, instance: &Instance, first: usize, last: usize) {
        if instance.is_steady() {
            self.forward::<LUNCH, true>(instance, first, last);
            self.backward::<LUNCH, true>(instance, first - 1, last - 1);
        } else {
            self.forward::<LUNCH, false>(instance, first, last);
            self.backward::<LUNCH, false>(instance, first - 1, last - 1);
        }
        self.measure::<LUNCH>(instance);
    }

    /// Puts `stop` behind place `at`.
    pub(super) fn insert<const LUNCH: bool>(&mut self, instance: &Instance, stop: u16, at: usize) {
        let (before, after) = (self.legs[at], self.legs[at + 1]);
        let there = instance.drive(before.stop, stop);
        let onwards = instance.drive(stop, after.stop);
        self.travel += there + onwards - before.drive;
        self.legs[at].drive = there;
        let leg = Leg {
            stop,
            drive: onwards,
            ..after
        };
        self.legs.insert(at + 1, leg);
        self.inside[usize::from(stop)] = true;
        self.spread::<LUNCH>(instance, at + 1, at + 2);
    }

    /// Finds the gaps.
    fn measure<const LUNCH: bool>(&mut self, instance: &Instance) {
        self.gaps.clear();
        self.room = -1;
        for (at, pair) in (0..).zip(self.legs.windows(2)) {
            let gap = Gap::between::<LUNCH>(instance, &pair[0], &pair[1]);
            // Without triangle inequality a detour may save some of the drive.
            let room = gap.slack + instance.saving.min(gap.drive - instance.nearest);
            if room >= instance.shortest {
                self.gaps.push(Gap { at, ..gap });
                self.room = self.room.max(room);
            }
        }
    }

    /// Puts `stop` behind place `at` of a day that may or may not have a lunch.
    pub(super) fn insert_anywhere(&mut self, instance: &Instance, stop: u16, at: usize) {
        if instance.lunch.is_some() {
            self.insert::<true>(instance, stop, at);
        } else {
            self.insert::<false>(instance, stop, at);
        }
    }

    /// Takes `stop` out, if it is in.
    pub(super) fn remove(&mut self, instance: &Instance, stop: u16) {
        let before = self.legs.len();
        self.legs.retain(|leg| leg.stop != stop);
        if self.legs.len() < before {
            self.inside[usize::from(stop)] = false;
            self.refresh(instance);
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
            (start.out_hungry, start.out_fed) = match instance.lunch {
                Some(lunch) => (0, lunch.over(0)),
                None => (NEVER, 0),
            };
        }
        let before = self.legs[first - 1];
        let (mut hungry, mut fed, mut drive) = (before.out_hungry, before.out_fed, before.drive);
        for (at, leg) in (first..).zip(&mut self.legs[first..]) {
            let site = instance.site(leg.stop);
            let (at_hungry, at_fed) = if STEADY {
                (hungry + drive, fed + drive)
            } else {
                (instance.arrival(hungry, drive), instance.arrival(fed, drive))
            };
            (hungry, fed) = departures::<LUNCH>(instance, site, at_hungry, at_fed);
            if at > last && (hungry, fed) == (leg.out_hungry, leg.out_fed) {
                return;
            }
            leg.out_hungry = hungry;
            leg.out_fed = fed;
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
            self.legs[end].due_fed = by;
            self.legs[end].due_hungry = instance.lunch.map_or(-1, |lunch| lunch.latest(by));
        }
        let next = &self.legs[last + 1];
        let mut due = (next.due_hungry, next.due_fed);
        for (at, leg) in (0..=last).rev().zip(self.legs[..=last].iter_mut().rev()) {
            let site = instance.site(leg.stop);
            due = arrivals::<LUNCH, STEADY>(instance, site, leg.drive, due);
            if at < first && due == (leg.due_hungry, leg.due_fed) {
                return;
            }
            leg.due_hungry = due.0;
            leg.due_fed = due.1;
        }
    }
}

#[cfg(test)]
mod tests;
