//! Where one stop goes in, and what it costs there. This is where the search spends its time.

use super::super::chance::Chance;
use super::instance::{Instance, NEVER, Site};
use super::roads::Ways;
use super::route::{Gap, Route, departures};

/// Where a stop goes in, and what it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Behind which place of the route.
    pub(super) at: usize,
    /// The travel that it adds.
    pub(super) added: i32,
}

/// Places passed over by chance, so that the cheapest is not always taken (Christiaens and Vanden Berghe 2020).
pub(super) struct Blinks {
    chance: Chance,
    one_in: usize,
    left: usize,
}

impl Blinks {
    /// Every place is seen.
    pub(super) fn none() -> Blinks {
        Blinks {
            chance: Chance::new(0),
            one_in: 0,
            left: usize::MAX,
        }
    }

    /// One place in about `one_in` is passed over.
    pub(super) fn new(chance: &mut Chance, one_in: usize) -> Blinks {
        let mut blinks = Blinks {
            chance: Chance::new(chance.bits()),
            one_in,
            left: 0,
        };
        blinks.left = blinks.gap();
        blinks
    }

    fn gap(&mut self) -> usize {
        1 + self.chance.below(2 * self.one_in)
    }

    #[inline]
    fn now(&mut self) -> bool {
        self.left -= 1;
        let now = self.left == 0;
        if now {
            self.left = self.gap();
        }
        now
    }
}

/// One stop, to be tried at many places, by its ways in the memory that they take.
struct Trial<'a, W> {
    instance: &'a Instance,
    site: &'a Site,
    ways: &'a [[W; 2]],
}

impl<W: Copy + Into<i32>> Trial<'_, W> {
    #[inline]
    fn there(&self, before: u16) -> i32 {
        self.ways[usize::from(before)][0].into()
    }

    #[inline]
    fn onwards(&self, after: u16) -> i32 {
        self.ways[usize::from(after)][1].into()
    }

    /// What it costs behind place `at`; `None` where that is `most` or more, or does not fit.
    #[inline]
    fn behind<const LUNCH: bool>(&self, route: &Route, at: usize, most: i32) -> Option<i32> {
        let gap = Gap::between::<LUNCH>(self.instance, &route.legs[at], &route.legs[at + 1]);
        let added = self.added(&gap);
        let fits = self.room(&gap, added, most) >= 0 && self.fits::<LUNCH>(route, at);
        fits.then_some(added)
    }

    /// The travel that it adds in `gap`.
    #[inline]
    fn added(&self, gap: &Gap) -> i32 {
        self.there(gap.before) + self.onwards(gap.after) - gap.drive
    }

    /// Negative where it costs `most` or more, or does not fit: one number for four conditions, so that there is one jump
    /// and not four. Exact without lunch, with one window and on steady roads.
    #[inline]
    fn room(&self, gap: &Gap, added: i32, most: i32) -> i32 {
        let there = self.there(gap.before);
        let on = self.onwards(gap.after);
        (most - 1 - added)
            | (gap.slack - (added + self.site.service))
            | (self.site.close - (gap.free + there))
            | (gap.due - (self.site.open + self.site.service + on))
    }

    /// Whether what has room behind place `at` fits there, lunch, all windows and the time of day considered.
    #[inline]
    fn fits<const LUNCH: bool>(&self, route: &Route, at: usize) -> bool {
        let instance = self.instance;
        if !LUNCH && !self.site.has_several_windows() && instance.is_steady() {
            return true;
        }
        let (before, after) = (&route.legs[at], &route.legs[at + 1]);
        let there = self.there(before.stop);
        let on = self.onwards(after.stop);
        let at_hungry = if LUNCH {
            instance.arrival(before.out_hungry, there)
        } else {
            NEVER
        };
        let at_fed = instance.arrival(before.out_fed, there);
        let (hungry, fed) = departures::<LUNCH>(instance, self.site, at_hungry, at_fed);
        instance.arrival(fed, on) <= after.due_fed
            || (LUNCH && instance.arrival(hungry, on) <= after.due_hungry)
    }

    /// Behind which place it adds least travel, least being less than `most`; `None` where it goes in nowhere.
    #[inline]
    fn best<const LUNCH: bool>(&self, route: &Route, blinks: &mut Blinks, most: i32) -> Option<Place> {
        let site = self.site;
        let earliest = site.open + site.service;
        // Departures and due times both grow along the route: outside these two ends nothing fits.
        let first = route.gaps.partition_point(|gap| gap.due < earliest);
        let mut best = None;
        let mut least = most;
        for gap in &route.gaps[first..] {
            if gap.slack + self.instance.saving < site.service || gap.slack + gap.drive < site.least {
                continue;
            }
            if gap.free > site.close {
                break;
            }
            let (at, added) = (usize::from(gap.at), self.added(gap));
            if self.room(gap, added, least) >= 0 && self.fits::<LUNCH>(route, at) && !blinks.now() {
                least = added;
                best = Some(Place { at, added });
            }
        }
        best
    }
}

/// Behind which place `stop` adds least travel; `None` where it goes in nowhere.
#[inline]
pub(super) fn best_place<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<Place> {
    let site = instance.site(stop);
    let most = instance.cap.saturating_sub(route.travel).saturating_add(1);
    match instance.ways(stop) {
        Ways::Short(ways) => Trial { instance, site, ways }.best::<LUNCH>(route, blinks, most),
        Ways::Long(ways) => Trial { instance, site, ways }.best::<LUNCH>(route, blinks, most),
    }
}

/// What `stop` costs behind place `at`; `None` where that is `most` or more, or does not fit.
#[inline]
pub(super) fn cost_behind<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    at: usize,
    most: i32,
) -> Option<i32> {
    let site = instance.site(stop);
    match instance.ways(stop) {
        Ways::Short(ways) => Trial { instance, site, ways }.behind::<LUNCH>(route, at, most),
        Ways::Long(ways) => Trial { instance, site, ways }.behind::<LUNCH>(route, at, most),
    }
}

/// The same for a day that may or may not have a lunch.
pub(super) fn best_place_of(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<Place> {
    if instance.lunch.is_some() {
        best_place::<true>(instance, route, stop, blinks)
    } else {
        best_place::<false>(instance, route, stop, blinks)
    }
}
