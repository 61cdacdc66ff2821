//! The cheapest insertion of one stop. The search spends most of its time here.

use super::super::rng::Rng;
use super::instance::{Instance, NEVER, StopSpec};
use super::matrix::MatrixRow;
use super::route::{Route, RouteGap, departures};

/// A place for an insertion, and its cost.
#[derive(Debug, Clone, Copy)]
pub(super) struct InsertionPoint {
    /// The place of the route that precedes it.
    pub(super) at: usize,
    /// Added travel.
    pub(super) added: i32,
}

/// Blinks: places skipped at random, so that the cheapest is not always taken (Christiaens and Vanden Berghe
/// 2020).
pub(super) struct Blinks {
    rng: Rng,
    one_in: usize,
    left: usize,
}

impl Blinks {
    /// Skips no place.
    pub(super) fn none() -> Blinks {
        Blinks {
            rng: Rng::new(0),
            one_in: 0,
            left: usize::MAX,
        }
    }

    /// Skips about one place in `one_in`.
    pub(super) fn new(rng: &mut Rng, one_in: usize) -> Blinks {
        let mut blinks = Blinks {
            rng: Rng::new(rng.next_u64()),
            one_in,
            left: 0,
        };
        blinks.left = blinks.gap();
        blinks
    }

    fn gap(&mut self) -> usize {
        1 + self.rng.below(2 * self.one_in)
    }

    #[inline]
    fn skips_next(&mut self) -> bool {
        self.left -= 1;
        let skips_next = self.left == 0;
        if skips_next {
            self.left = self.gap();
        }
        skips_next
    }
}

/// A stop to be tested at many places, with its matrix row in either width.
struct InsertionTest<'a, W> {
    instance: &'a Instance,
    spec: &'a StopSpec,
    row: &'a [[W; 2]],
}

impl<W: Copy + Into<i32>> InsertionTest<'_, W> {
    #[inline]
    fn drive_in(&self, before: u16) -> i32 {
        self.row[usize::from(before)][0].into()
    }

    #[inline]
    fn drive_out(&self, after: u16) -> i32 {
        self.row[usize::from(after)][1].into()
    }

    /// Added travel behind place `at`; `None` where it is `most` or more, or the stop does not fit.
    #[inline]
    fn cost_at<const LUNCH: bool>(&self, route: &Route, at: usize, most: i32) -> Option<i32> {
        let gap = RouteGap::between::<LUNCH>(self.instance, &route.legs[at], &route.legs[at + 1]);
        let added = self.added(&gap);
        let fits = self.slack(&gap, added, most) >= 0 && self.fits::<LUNCH>(route, at);
        fits.then_some(added)
    }

    /// Added travel in `gap`.
    #[inline]
    fn added(&self, gap: &RouteGap) -> i32 {
        self.drive_in(gap.before) + self.drive_out(gap.after) - gap.drive
    }

    /// Negative where the insertion costs `most` or more, or does not fit: one number for four conditions, so
    /// that there is one branch and not four. Exact without lunch, with one window and at constant speed.
    #[inline]
    fn slack(&self, gap: &RouteGap, added: i32, most: i32) -> i32 {
        let drive_in = self.drive_in(gap.before);
        let drive_out = self.drive_out(gap.after);
        (most - 1 - added)
            | (gap.slack - (added + self.spec.service))
            | (self.spec.close - (gap.ready + drive_in))
            | (gap.due - (self.spec.open + self.spec.service + drive_out))
    }

    /// Whether an insertion with slack behind place `at` fits there, considering lunch, all windows and the
    /// speed profile.
    #[inline]
    fn fits<const LUNCH: bool>(&self, route: &Route, at: usize) -> bool {
        let instance = self.instance;
        if !LUNCH && !self.spec.has_several_windows() && instance.is_steady() {
            return true;
        }
        let (before, after) = (&route.legs[at], &route.legs[at + 1]);
        let drive_in = self.drive_in(before.stop);
        let drive_out = self.drive_out(after.stop);
        let arrival_before_lunch = if LUNCH {
            instance.arrival(before.ready_before_lunch, drive_in)
        } else {
            NEVER
        };
        let arrival_after_lunch = instance.arrival(before.ready_after_lunch, drive_in);
        let (before_lunch, after_lunch) =
            departures::<LUNCH>(instance, self.spec, arrival_before_lunch, arrival_after_lunch);
        instance.arrival(after_lunch, drive_out) <= after.due_after_lunch
            || (LUNCH && instance.arrival(before_lunch, drive_out) <= after.due_before_lunch)
    }

    /// The insertion with the least added travel, less than `most`; `None` where the stop fits nowhere.
    #[inline]
    fn cheapest<const LUNCH: bool>(
        &self,
        route: &Route,
        blinks: &mut Blinks,
        most: i32,
    ) -> Option<InsertionPoint> {
        let spec = self.spec;
        let earliest = spec.open + spec.service;
        // Departures and due times both grow along the route: outside these two ends nothing fits.
        let first = route.gaps.partition_point(|gap| gap.due < earliest);
        let mut best = None;
        let mut least = most;
        for gap in &route.gaps[first..] {
            if gap.slack + self.instance.max_detour_saving < spec.service
                || gap.slack + gap.drive < spec.min_time
            {
                continue;
            }
            if gap.ready > spec.close {
                break;
            }
            let (at, added) = (usize::from(gap.at), self.added(gap));
            if self.slack(gap, added, least) >= 0 && self.fits::<LUNCH>(route, at) && !blinks.skips_next() {
                least = added;
                best = Some(InsertionPoint { at, added });
            }
        }
        best
    }
}

/// The insertion of `stop` with the least added travel; `None` where it fits nowhere.
#[inline]
pub(super) fn cheapest_insertion<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<InsertionPoint> {
    let spec = instance.spec(stop);
    let most = instance.travel_cap.saturating_sub(route.travel).saturating_add(1);
    match instance.row(stop) {
        MatrixRow::Narrow(row) => {
            InsertionTest { instance, spec, row }.cheapest::<LUNCH>(route, blinks, most)
        }
        MatrixRow::Wide(row) => InsertionTest { instance, spec, row }.cheapest::<LUNCH>(route, blinks, most),
    }
}

/// Added travel of `stop` behind place `at`; `None` where it is `most` or more, or the stop does not fit.
#[inline]
pub(super) fn insertion_cost<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    at: usize,
    most: i32,
) -> Option<i32> {
    let spec = instance.spec(stop);
    match instance.row(stop) {
        MatrixRow::Narrow(row) => InsertionTest { instance, spec, row }.cost_at::<LUNCH>(route, at, most),
        MatrixRow::Wide(row) => InsertionTest { instance, spec, row }.cost_at::<LUNCH>(route, at, most),
    }
}

/// [`cheapest_insertion`] for a day with or without lunch.
pub(super) fn find_insertion(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<InsertionPoint> {
    if instance.lunch.is_some() {
        cheapest_insertion::<true>(instance, route, stop, blinks)
    } else {
        cheapest_insertion::<false>(instance, route, stop, blinks)
    }
}
