//! Recreate: inserts every unassigned stop in some order, each at its cheapest feasible place, with blinks.

use super::super::rng::Rng;
use super::greedy::GreedyInsertion;
use super::insertion::{Blinks, cheapest_insertion};
use super::instance::{Instance, stop_index};
use super::prefilter::Prefilter;
use super::route::Route;
use super::tuning::Tuning;

/// The orders in which unassigned stops are tried.
#[derive(Debug)]
pub(super) struct Recreate {
    orders: Vec<Box<[u16]>>,
    unassigned: Vec<u16>,
    greedy: GreedyInsertion,
    prefilter: Prefilter,
}

impl Recreate {
    /// Sorts the stops once for every order; `gains` has the gain of each.
    pub(super) fn new(instance: &Instance, gains: &[i64]) -> Recreate {
        let sorted = |key: &dyn Fn(u16) -> i64| {
            let mut order: Vec<u16> = (0..instance.stop_count()).map(stop_index).collect();
            order.sort_by_key(|stop| key(*stop));
            order.into_boxed_slice()
        };
        let gain = |stop: u16| gains[usize::from(stop)];
        let far = |stop: u16| i64::from(instance.drive(instance.start(), stop));
        let takes = |stop: u16| {
            let near = instance
                .neighbours(stop)
                .first()
                .map_or(0, |near| instance.drive(stop, *near));
            i64::from(instance.spec(stop).service) + i64::from(near) + 1
        };
        let wide = |stop: u16| i64::from(instance.spec(stop).close) - i64::from(instance.spec(stop).open);
        let by_ratio = |stop: u16| -(gain(stop).min(1 << 40) * 1024 / takes(stop));
        Recreate {
            orders: vec![
                sorted(&by_ratio),
                sorted(&|stop| -gain(stop)),
                sorted(&|stop| -far(stop)),
                sorted(&far),
                sorted(&wide),
            ],
            unassigned: Vec::new(),
            greedy: GreedyInsertion::default(),
            prefilter: Prefilter::new(instance),
        }
    }

    /// The initial route: greatest gain per time first.
    pub(super) fn initial(&mut self, instance: &Instance) -> Route {
        let mut route = feasible_start(instance);
        if route.is_feasible(instance) {
            self.prefilter.refresh(instance, &route);
            self.collect_unassigned(&route, 0);
            let blinks = &mut Blinks::none();
            if instance.lunch.is_some() {
                self.insert_all::<true>(instance, &mut route, blinks);
            } else {
                self.insert_all::<false>(instance, &mut route, blinks);
            }
        }
        route
    }

    fn insert_all<const LUNCH: bool>(&mut self, instance: &Instance, route: &mut Route, blinks: &mut Blinks) {
        for stop in self.unassigned.iter().copied() {
            if route.max_service < instance.spec(stop).service {
                continue;
            }
            if let Some(point) = cheapest_insertion::<LUNCH>(instance, route, stop, blinks) {
                route.insert::<LUNCH>(instance, stop, point.at);
            }
        }
    }

    /// Inserts the stops that fit.
    pub(super) fn recreate<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        gains: &[i64],
        rng: &mut Rng,
        tuning: &Tuning,
    ) {
        self.prefilter.refresh(instance, route);
        if rng.one_of_1024(tuning.greedy_recreations) {
            self.collect_unassigned(route, 0);
            self.skip(instance, rng, tuning.skips);
            let mut blinks = Blinks::new(rng, tuning.blinks);
            self.greedy.insert_best_first::<LUNCH>(
                instance,
                route,
                &self.unassigned,
                gains,
                rng,
                &mut blinks,
                tuning.noise,
            );
            return;
        }
        self.choose_order(route, rng, tuning);
        self.skip(instance, rng, tuning.skips);
        let mut blinks = Blinks::new(rng, tuning.blinks);
        self.insert_all::<LUNCH>(instance, route, &mut blinks);
    }

    fn collect_unassigned(&mut self, route: &Route, order: usize) {
        let unassigned = self.orders[order]
            .iter()
            .filter(|stop| !route.assigned[usize::from(**stop)] && self.prefilter.may_fit(**stop));
        self.unassigned.clear();
        self.unassigned.extend(unassigned);
    }

    /// Skips some of the unassigned stops this time, mandatory ones never.
    fn skip(&mut self, instance: &Instance, rng: &mut Rng, skips: u64) {
        if skips > 0 {
            self.unassigned
                .retain(|stop| !rng.one_of_1024(skips) || instance.spec(*stop).mandatory);
        }
    }

    fn choose_order(&mut self, route: &Route, rng: &mut Rng, tuning: &Tuning) {
        let mut drawn = rng.below(tuning.order_weights.iter().sum());
        let mut order = 0;
        while drawn >= tuning.order_weights[order] {
            drawn -= tuning.order_weights[order];
            order += 1;
        }
        // The last choice is a random order.
        if order < self.orders.len() {
            self.collect_unassigned(route, order);
            return;
        }
        self.collect_unassigned(route, 0);
        for at in (1..self.unassigned.len()).rev() {
            self.unassigned.swap(at, rng.below(at + 1));
        }
    }
}

/// The empty route; where it is infeasible, one visit that makes it feasible, which can exist without
/// triangle inequality.
fn feasible_start(instance: &Instance) -> Route {
    let empty = Route::empty(instance);
    if empty.is_feasible(instance) {
        return empty;
    }
    let detours = (0..instance.stop_count()).map(|stop| Route::from_stops(instance, &[stop_index(stop)]));
    let mut detours = detours.filter(|route| route.is_feasible(instance));
    detours.next().unwrap_or(empty)
}
