//! Putting visits in: every absent candidate in some order, each at its cheapest feasible place, with blinks.

use super::super::chance::Chance;
use super::instance::{Instance, index};
use super::route::{Route, departures};
use super::tuning::Tuning;

/// The orders in which absent candidates are tried.
#[derive(Debug)]
pub(super) struct Recreate {
    orders: Vec<Box<[u16]>>,
    absent: Vec<u16>,
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
            if let Some(at) = best_place::<LUNCH>(instance, route, stop, blinks) {
                route.insert::<LUNCH>(instance, stop, at);
            }
        }
    }

    /// Puts in what goes in.
    pub(super) fn again<const LUNCH: bool>(
        &mut self,
        instance: &Instance,
        route: &mut Route,
        chance: &mut Chance,
        tuning: &Tuning,
    ) {
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
struct Blinks {
    chance: Chance,
    one_in: usize,
    left: usize,
    waits: bool,
}

impl Blinks {
    fn none() -> Blinks {
        Blinks {
            chance: Chance::new(0),
            one_in: 0,
            left: usize::MAX,
            waits: false,
        }
    }

    /// One in about `one_in`.
    fn new(chance: &mut Chance, one_in: usize) -> Blinks {
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

/// Behind which place `stop` adds least travel; `None` where it goes in nowhere.
fn best_place<const LUNCH: bool>(
    instance: &Instance,
    route: &Route,
    stop: u16,
    blinks: &mut Blinks,
) -> Option<usize> {
    let site = instance.site(stop);
    let (there, onwards) = (instance.drives_to(stop), instance.drives_from(stop));
    let earliest = site.open + site.service;
    // Departures and due times both grow along the route: outside these two ends nothing fits.
    let first = route.legs[1..].partition_point(|leg| leg.due_fed < earliest);
    let mut best = None;
    let mut least = instance.cap.saturating_sub(route.travel).saturating_add(1);
    for (at, pair) in route.legs.windows(2).enumerate().skip(first) {
        let (before, after) = (&pair[0], &pair[1]);
        let (leaves_hungry, leaves_fed) = (before.out_hungry, before.out_fed);
        let free = if LUNCH { leaves_hungry } else { leaves_fed };
        if free > site.close {
            break;
        }
        let (drive_there, drive_on) = (there[usize::from(before.stop)], onwards[usize::from(after.stop)]);
        let added = drive_there + drive_on - before.drive;
        if added >= least || free + drive_there + site.service + drive_on > after.due_fed {
            continue;
        }
        let (hungry, fed) = departures::<LUNCH>(
            instance,
            site,
            leaves_hungry + drive_there,
            leaves_fed + drive_there,
        );
        let mut added = added;
        if blinks.waits {
            let out = if LUNCH { hungry.min(fed) } else { fed };
            added += out - site.service - free - drive_there;
            if added >= least {
                continue;
            }
        }
        let fits = fed + drive_on <= after.due_fed || (LUNCH && hungry + drive_on <= after.due_hungry);
        if fits && !blinks.now() {
            least = added;
            best = Some(at);
        }
    }
    best
}
