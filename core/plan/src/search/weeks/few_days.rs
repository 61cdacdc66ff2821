//! A round over a few days: strings of visits around one customer come off them, or what stands in the way of somebody who
//! wants to be seen; then the days are filled with whoever may come.

use super::super::instance::{Instance, index};
use super::super::place::{Blinks, best_place_of};
use super::Weeks;
use super::state::State;

/// The longest string taken off a day, and the most days of a round.
const LONGEST_STRING: usize = 6;
const MOST_DAYS: usize = 3;
/// Of 1,024 rounds, how many make room for one customer; how many look for days on which neighbours are seen instead of any
/// days; and how many such days are passed over.
const ROOM: u64 = 320;
const NEAR_DAYS: u64 = 512;
const PASSED: u64 = 256;
/// Of 1,024 rounds, how many offer the days to everybody and not only to the neighbours: dear, where customers are many.
const EVERYBODY: u64 = 512;

/// All customers, those who bring most first.
#[derive(Debug)]
pub(super) struct Ranks {
    /// Sorted by value for time, and by value.
    orders: [Box<[u16]>; 2],
    /// Where each customer stands in them.
    places: [Box<[u16]>; 2],
}

impl Ranks {
    /// Sorts the customers once.
    pub(super) fn new(instances: &[Instance], state: &State) -> Ranks {
        let first = instances.first();
        let count = first.map_or(0, Instance::candidates);
        let takes = |stop: u16| {
            let near = |first: &Instance| {
                first
                    .near(stop)
                    .first()
                    .map_or(0, |near| first.drive(stop, *near))
            };
            let least = first.map_or(0, |first| {
                i64::from(first.site(stop).service) + i64::from(near(first))
            });
            least + 1
        };
        let sorted = |gain: &dyn Fn(u16) -> i64| {
            let mut order: Vec<u16> = (0..count).map(index).collect();
            order.sort_by_key(|stop| (std::cmp::Reverse(gain(*stop)), *stop));
            order.into_boxed_slice()
        };
        let orders = [
            sorted(&|stop| state.gain(stop).min(1 << 40) * 1024 / takes(stop)),
            sorted(&|stop| state.gain(stop)),
        ];
        let places = orders.each_ref().map(|order| {
            let mut places = vec![0; count];
            (0..)
                .zip(order)
                .for_each(|(at, stop)| places[usize::from(*stop)] = at);
            places.into_boxed_slice()
        });
        Ranks { orders, places }
    }

    /// All customers, the most valuable first.
    pub(super) fn by_value(&self) -> &[u16] {
        &self.orders[1]
    }
}

impl Weeks<'_> {
    /// Changes a few days. `false` where what is left of them cannot be kept.
    pub(super) fn change_days(&mut self) -> bool {
        self.out.clear();
        self.busy.clear();
        let seed = index(self.chance.below(self.cadences.len()));
        let found = self
            .chance
            .one_of_1024(ROOM)
            .then(|| self.make_room(seed))
            .flatten();
        if found.is_none() {
            self.choose_days(seed);
            for at in 0..self.busy.len() {
                self.string(self.busy[at], seed);
            }
        }
        if !self.current.can_be_kept(&self.instances) {
            return false;
        }
        let mut blinks = Blinks::new(&mut self.chance, super::BLINKS);
        self.gather(found.unwrap_or(seed));
        for at in 0..self.absent.len() {
            self.add(self.absent[at], &mut blinks);
        }
        true
    }

    /// One day or a few, at random or where `seed` and neighbours are seen.
    fn choose_days(&mut self, seed: u16) {
        let count = 1 + self.chance.below(MOST_DAYS);
        if !self.chance.one_of_1024(NEAR_DAYS) {
            for _ in 0..count {
                let day = self.chance.below(self.instances.len());
                if !self.busy.contains(&day) {
                    self.busy.push(day);
                }
            }
            return;
        }
        let near = self.instances[0].near(seed).iter().copied();
        for stop in [seed].into_iter().chain(near) {
            let mut next = self.current.seen.from(stop, 0);
            while let Some(day) = next {
                if !self.busy.contains(&day) && !self.chance.one_of_1024(PASSED) {
                    self.busy.push(day);
                    if self.busy.len() == count {
                        return;
                    }
                }
                next = self.current.seen.from(stop, day + 1);
            }
        }
    }

    /// Takes a string of visits off a day, where `seed` or the nearest neighbour is seen. Whose gap would tear stays.
    fn string(&mut self, day: usize, seed: u16) {
        let route = &self.current.routes[day];
        let near = self.instances[day].near(seed).iter().copied();
        let mut around = [seed].into_iter().chain(near);
        let Some(stop) = around.find(|stop| self.current.seen.has(*stop, day)) else {
            return;
        };
        let visits = route.len();
        let at = route.visits().position(|other| other == stop).unwrap_or(0);
        let length = (1 + self.chance.below(LONGEST_STRING)).min(visits);
        let least = (at + 1).saturating_sub(length);
        let first = least + self.chance.below(at.min(visits - length) + 1 - least);
        let from = self.out.len();
        let string = route.visits().skip(first).take(length);
        let mut out = std::mem::take(&mut self.out);
        out.extend(string.filter(|stop| !self.is_held(*stop, day)));
        for stop in &out[from..] {
            self.current.take_off(&self.instances, day, *stop);
        }
        self.out = out;
    }

    /// Everybody who may come on one of the busy days, or only neighbours of `seed`: the best first, or in no order.
    fn gather(&mut self, seed: u16) {
        let drawn = self.chance.below(16);
        let by = usize::from(drawn >= 3);
        let everybody = self.chance.one_of_1024(EVERYBODY);
        let mut absent = std::mem::take(&mut self.absent);
        absent.clear();
        let may = |stop: &&u16| self.busy.iter().any(|day| self.may_come(**stop, *day));
        if everybody {
            absent.extend(self.ranks.orders[by].iter().filter(may));
        } else {
            let near = self.instances[0].near(seed).iter();
            absent.extend([seed].iter().chain(near).filter(may));
            absent.sort_unstable_by_key(|stop| self.ranks.places[by][usize::from(*stop)]);
        }
        if drawn >= 8 {
            for at in (1..absent.len()).rev() {
                absent.swap(at, self.chance.below(at + 1));
            }
        }
        self.absent = absent;
    }

    /// Whether a customer is not seen on a day, could be, and there may be time.
    #[inline]
    fn may_come(&self, stop: u16, day: usize) -> bool {
        self.current.routes[day].room >= self.instances[day].site(stop).service
            && !self.current.seen.has(stop, day)
            && self.is_allowed(stop, day)
    }

    /// Gives a customer one more visit, the best on the busy days.
    fn add(&mut self, stop: u16, blinks: &mut Blinks) {
        let mut best: Option<(i64, usize, usize)> = None;
        for day in self.busy.iter().copied() {
            if !self.may_come(stop, day) {
                continue;
            }
            let place = best_place_of(&self.instances[day], &self.current.routes[day], stop, blinks);
            let Some(place) = place else { continue };
            let profit = self.current.profit(stop, place.added);
            if profit > best.map_or(0, |best| best.0) {
                best = Some((profit, day, place.at));
            }
        }
        if let Some((_, day, at)) = best {
            self.current.put_in(&self.instances, day, stop, at);
        }
    }
}
