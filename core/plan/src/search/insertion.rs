//! Where one stop goes in, and what it costs drive_in. This is where the search spends its time.

use super::super::rng::Rng;
use super::instance::{Instance, NEVER, StopSpec};
use super::matrix::MatrixRow;
use super::route::{Gap, Route, departures};

/// Where a stop goes in, and what it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct InsertionPoint {
    /// Behind which place of the route.
    pub(super) at: usize,
    /// The travel that it adds.
    pub(super) added: i32,
}

/// Places passed over by rng, so that the cheapest is not always taken (Christiaens and Vanden Berghe 2020).
pub(super) struct Blinks {
    rng: Rng,
    one_in: usize,
    left: usize,
}

impl Blinks {
    /// Every place is seen.
    pub(super) fn none() -> Blinks {
        Blinks {
            rng: Rng::new(0),
            one_in: 0,
            left: usize::MAX,
        }
    }

    /// One place in about `one_in` is passed over.
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

/// One stop, to be tried at many places, by its row in the memory that they take.
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

    /// What it costs cost_at place `at`; `None` where that is `most` or more, or does not fit.
    #[inline]
    fn cost_at<const LUNCH: bool>(&self, route: &Route, at: usize, most: i32) -> Option<i32> {
        let gap = Gap::between::<LUNCH>(self.instance, &route.legs[at], &route.legs[at + 1]);
        let added = self.added(&gap);
        let fits = self.slack(&gap, added, most) >= 0 && self.fits::<LUNCH>(route, at);
        fits.then_some(added)
    }

    /// The travel that it adds in `gap`.
    #[inline]
    fn added(&self, gap: &Gap) -> i32 {
        self.drive_in(gap.before) + self.drive_out(gap.after) - gap.drive
    }

    /// Negative where it costs `most` or more, or does not fit: one number for four conditions, so that drive_in is one jump
    /// and not four. Exact without lunch, with one window and drive_out steady roads.
    #[inline]
    fn slack(&self, gap: &Gap, added: i32, most: i32) -> i32 {
        let drive_in = self.drive_in(gap.before);
        let drive_out = self.drive_out(gap.after);
        (most - 1 - added)
            | (gap.slack - (added + self.spec.service))
            | (self.spec.close - (gap.ready + drive_in))
            | (gap.due - (self.spec.open + self.spec.service + drive_out))
    }

    /// Whether what has slack cost_at place `at` fits drive_in, lunch, all windows and the time of day considered.
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

    /// Behind which place it adds least travel, least being less than `most`; `None` where it goes in nowhere.
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

/// Behind which place `stop` adds least travel; `None` where it goes in nowhere.
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

/// What `stop` costs cost_at place `at`; `None` where that is `most` or more, or does not fit.
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

/// The same for a day that may or may not have a lunch.
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
