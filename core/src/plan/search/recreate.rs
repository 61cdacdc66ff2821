//! Putting visits in: every absent candidate in some order, each at its cheapest feasible place, with blinks.

use super::super::chance::Chance;
use super::instance::{Instance, Site, index};
use super::offers::Offers;
use super::route::{Leg, Route, departures};
use super::tuning::Tuning;

/// The orders in which absent candidates are tried.
#[derive(Debug)]
pub(super) struct Recreate {
    orders: Vec<Box<[u16]>>,
    absent: Vec<u16>,
    offers: Offers,
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
        }
    }

    /// The first plan: the best value for its time first.
    pub(super) fn first(&mut self, instance: &Instance) -> Route {
        let mut route = begin(instance);
        if route.is_feasible(instance) {
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
        blinks.waits = chance.one_of_1024(tuning.wait_weights);
        self.put_in::<LUNCH>(instance, route, &mut blinks);
    }

    fn gather(&mut self, route: &Route, order: usize) {
        let absent = self.orders[order]
            .iter()
            .filter(|stop| !route.inside[usize::from(**stop)]);
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

/// Places passed over now and then, so that the cheapest is not always taken.
pub(super) struct Blinks {
    chance: Chance,
    one_in: usize,
    left: usize,
    waits: bool,
}

impl Blinks {
    pub(super) fn none() -> Blinks {
        Blinks {
            chance: Chance::new(0),
            one_in: 0,
            left: usize::MAX,
            waits: false,
        }
    }

    /// One in about `one_in`.
    pub(super) fn new(chance: &mut Chance, one_in: usize) -> Blinks {
        let mut blinks = Blinks {
            chance: Chance::new(chance.bits()),
            one_in,
            left: 0,
            waits: false,
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

/// Where a stop goes in, and what it costs.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    /// Behind which place of the route.
    pub(super) at: usize,
    /// The travel that it adds, and waiting where that is counted.
    pub(super) added: i32,
}

/// Behind which place `stop` adds least travel; `None` where it goes in nowhere.
pub(super) fn best_place<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<Place> {
    let site = instance.site(stop);
    let earliest = site.open + site.service;
    // Departures and due times both grow along the route: outside these two ends nothing fits.
    let first = route.legs[1..].partition_point(|leg| leg.due_fed < earliest);
    let legs = &route.legs[first..];
    let trial = Trial::of(instance, stop);
    let mut best = None;
    let mut least = instance.cap.saturating_sub(route.travel).saturating_add(1);
    for (at, pair) in legs.windows(2).enumerate() {
        let (before, after) = (&pair[0], &pair[1]);
        let free = if LUNCH { before.out_hungry } else { before.out_fed };
        if free > site.close {
            break;
        }
        let added = trial.between::<LUNCH>(before, after, least, blinks.waits);
        if let Some(added) = added.filter(|_| !blinks.now()) {
            least = added;
            best = Some(Place {
                at: first + at,
                added,
            });
        }
    }
    best
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

/// One stop, to be tried at many places.
pub(super) struct Trial<'a> {
    instance: &'a Instance,
    site: &'a Site,
    there: &'a [i32],
    onwards: &'a [i32],
}

impl<'a> Trial<'a> {
    pub(super) fn of(instance: &'a Instance, stop: u16) -> Trial<'a> {
        Trial {
            instance,
            site: instance.site(stop),
            there: instance.drives_to(stop),
            onwards: instance.drives_from(stop),
        }
    }

    /// What it costs between two neighbours; `None` where that is `most` or more, or does not fit.
    #[inline]
    pub(super) fn between<const LUNCH: bool>(
        &self,
        before: &Leg,
        after: &Leg,
        most: i32,
        waits: bool,
    ) -> Option<i32> {
        let free = if LUNCH { before.out_hungry } else { before.out_fed };
        let drive_there = self.there[usize::from(before.stop)];
        let drive_on = self.onwards[usize::from(after.stop)];
        let mut added = drive_there + drive_on - before.drive;
        if added >= most || free + drive_there + self.site.service + drive_on > after.due_fed {
            return None;
        }
        let (hungry, fed) = departures::<LUNCH>(
            self.instance,
            self.site,
            before.out_hungry + drive_there,
            before.out_fed + drive_there,
        );
        if waits {
            let out = if LUNCH { hungry.min(fed) } else { fed };
            added += out - self.site.service - free - drive_there;
        }
        let fits = fed + drive_on <= after.due_fed || (LUNCH && hungry + drive_on <= after.due_hungry);
        (fits && added < most).then_some(added)
    }
}
