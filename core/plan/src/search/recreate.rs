//! Putting visits in: every absent candidate in some order, each at its cheapest feasible place, with blinks.

use super::super::chance::Chance;
use super::instance::{Instance, index};
use super::offers::Offers;
use super::place::{Blinks, best_place};
use super::route::Route;
use super::sieve::Sieve;
use super::tuning::Tuning;

/// The orders in which absent candidates are tried.
#[derive(Debug)]
pub(super) struct Recreate {
    orders: Vec<Box<[u16]>>,
    absent: Vec<u16>,
    offers: Offers,
    sieve: Sieve,
}

impl Recreate {
    /// Sorts the candidates once in every way that is used later; `gains` is what each is worth.
    pub(super) fn new(instance: &Instance, gains: &[i64]) -> Recreate {
        let sorted = |key: &dyn Fn(u16) -> i64| {
            let mut order: Vec<u16> = (0..instance.candidates()).map(index).collect();
            order.sort_by_key(|stop| key(*stop));
            order.into_boxed_slice()
        };
        let gain = |stop: u16| gains[usize::from(stop)];
        let far = |stop: u16| i64::from(instance.drive(instance.start(), stop));
        let takes = |stop: u16| {
            let near = instance
                .near(stop)
                .first()
                .map_or(0, |near| instance.drive(stop, *near));
            i64::from(instance.site(stop).service) + i64::from(near) + 1
        };
        let wide = |stop: u16| i64::from(instance.site(stop).close) - i64::from(instance.site(stop).open);
        let by_ratio = |stop: u16| -(gain(stop).min(1 << 40) * 1024 / takes(stop));
        Recreate {
            orders: vec![
                sorted(&by_ratio),
                sorted(&|stop| -gain(stop)),
                sorted(&|stop| -far(stop)),
                sorted(&far),
                sorted(&wide),
            ],
            absent: Vec::new(),
            offers: Offers::default(),
            sieve: Sieve::new(instance),
        }
    }

    /// The first plan: the best value for its time first.
    pub(super) fn first(&mut self, instance: &Instance) -> Route {
        let mut route = begin(instance);
        if route.is_feasible(instance) {
            self.sieve.shake(instance, &route);
            self.gather(&route, 0);
            let blinks = &mut Blinks::none();
            if instance.lunch.is_some() {
                self.put_in::<true>(instance, &mut route, blinks);
            } else {
                self.put_in::<false>(instance, &mut route, blinks);
            }
        }
        route
    }

    fn put_in<const LUNCH: bool>(&mut self, instance: &Instance, route: &mut Route, blinks: &mut Blinks) {
        for stop in self.absent.iter().copied() {
            if route.room < instance.site(stop).service {
                continue;
            }
            if let Some(place) = best_place::<LUNCH>(instance, route, stop, blinks) {
                route.insert::<LUNCH>(instance, stop, place.at);
            }
        }
    }

    /// Puts in what goes in.
    pub(super) fn again<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        gains: &[i64],
        chance: &mut Chance,
        tuning: &Tuning,
    ) {
        self.sieve.shake(instance, route);
        if chance.one_of_1024(tuning.auctions) {
            self.gather(route, 0);
            self.skip(instance, chance, tuning.skips);
            let mut blinks = Blinks::new(chance, tuning.blinks);
            self.offers.auction::<LUNCH>(
                instance,
                route,
                &self.absent,
                gains,
                chance,
                &mut blinks,
                tuning.noise,
            );
            return;
        }
        self.choose_order(route, chance, tuning);
        self.skip(instance, chance, tuning.skips);
        let mut blinks = Blinks::new(chance, tuning.blinks);
        self.put_in::<LUNCH>(instance, route, &mut blinks);
    }

    fn gather(&mut self, route: &Route, order: usize) {
        let absent = self.orders[order]
            .iter()
            .filter(|stop| !route.inside[usize::from(**stop)] && self.sieve.lets(**stop));
        self.absent.clear();
        self.absent.extend(absent);
    }

    /// Leaves some of the absent out for this time, musts never.
    fn skip(&mut self, instance: &Instance, chance: &mut Chance, skips: u64) {
        if skips > 0 {
            self.absent
                .retain(|stop| !chance.one_of_1024(skips) || instance.site(*stop).must);
        }
    }

    fn choose_order(&mut self, route: &Route, chance: &mut Chance, tuning: &Tuning) {
        let mut drawn = chance.below(tuning.order_weights.iter().sum());
        let mut order = 0;
        while drawn >= tuning.order_weights[order] {
            drawn -= tuning.order_weights[order];
            order += 1;
        }
        // The last is no order at all.
        if order < self.orders.len() {
            self.gather(route, order);
            return;
        }
        self.gather(route, 0);
        for at in (1..self.absent.len()).rev() {
            self.absent.swap(at, chance.below(at + 1));
        }
    }
}

/// The empty day; where even that cannot be kept, one visit that makes it possible. Without triangle inequality there is
/// such a thing.
fn begin(instance: &Instance) -> Route {
    let empty = Route::empty(instance);
    if empty.is_feasible(instance) {
        return empty;
    }
    let detours = (0..instance.candidates()).map(|stop| Route::of(instance, &[index(stop)]));
    let mut detours = detours.filter(|route| route.is_feasible(instance));
    detours.next().unwrap_or(empty)
}
