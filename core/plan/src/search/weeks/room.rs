//! Making room on a day for a customer who wants more visits: the visits in a row that are worth least and whose absence
//! lets the customer in; whose gap would tear stays.

use super::super::eject::{Prices, least_room};
use super::super::instance::index;
use super::Weeks;

/// The most visits given up.
const LONGEST_EJECTION: usize = 6;
/// How many customers are asked whether they want to be seen.
const ASKED: usize = 64;
/// Of 1,024 times, how often a must is asked first.
const MUSTS: u64 = 512;

impl Weeks<'_> {
    /// Puts the first customer from `from` on who may come on a random day there, and takes out who is in the way; now and
    /// then a must who wants more visits, on days of its own. `None` where nobody wants to, or where it fits nowhere.
    pub(super) fn make_room(&mut self, from: u16) -> Option<u16> {
        if self.chance.one_of_1024(MUSTS)
            && let Some(stop) = self.wanting_must()
        {
            return self.move_must(stop);
        }
        let day = self.chance.below(self.instances.len());
        let (from, count) = (usize::from(from), self.cadences.len());
        let mut asked = (from..count).chain(0..from).map(index).take(ASKED);
        let stop = asked.find(|stop| !self.current.seen.has(*stop, day) && self.is_allowed(*stop, day))?;
        self.make_room_on(day, stop).then_some(stop)
    }

    /// A must, drawn at random, whose visits are fewer than its cadence and its opening hours allow.
    fn wanting_must(&mut self) -> Option<u16> {
        let first = self.chance.below(self.musts.len().max(1));
        let (before, after) = self.musts.split_at(first.min(self.musts.len()));
        let mut musts = after.iter().chain(before).take(ASKED);
        let wanting = musts.find(|(stop, most)| self.current.seen.count(*stop) < *most);
        wanting.map(|(stop, _)| *stop)
    }

    /// Takes a must off its days and makes room for it on others, drawn at random from those that its cadence allows.
    fn move_must(&mut self, stop: u16) -> Option<u16> {
        self.current.take_out(&self.instances, stop);
        let days = self.instances.len();
        let from = self.chance.below(days);
        for day in (from..days).chain(0..from) {
            if self.is_allowed(stop, day) {
                self.make_room_on(day, stop);
            }
        }
        (!self.busy.is_empty()).then_some(stop)
    }

    /// Puts a customer on a day and takes out who is in the way. `false` where it fits nowhere.
    fn make_room_on(&mut self, day: usize, stop: u16) -> bool {
        let mut chance = self.chance.clone();
        let (instance, route) = (&self.instances[day], &self.current.routes[day]);
        let prices = OnDay { weeks: self, day };
        let found = if instance.lunch.is_some() {
            least_room::<true>(instance, route, stop, LONGEST_EJECTION, &prices, &mut chance)
        } else {
            least_room::<false>(instance, route, stop, LONGEST_EJECTION, &prices, &mut chance)
        };
        self.chance = chance;
        let Some((at, after)) = found else {
            return false;
        };
        self.busy.push(day);
        let from = self.out.len();
        let given_up = &self.current.routes[day].legs[at + 1..after];
        self.out.extend(given_up.iter().map(|leg| leg.stop));
        for out in &self.out[from..] {
            self.current.take_off(&self.instances, day, *out);
        }
        self.current.put_in(&self.instances, day, stop, at);
        true
    }
}

/// What it costs to make room on one day.
struct OnDay<'a> {
    weeks: &'a Weeks<'a>,
    day: usize,
}

impl Prices for OnDay<'_> {
    fn of_visit(&self, stop: u16) -> Option<i64> {
        let held = self.weeks.is_held(stop, self.day);
        (!held).then(|| self.weeks.current.gain(stop))
    }

    fn of_driving(&self, seconds: i64) -> i64 {
        self.weeks.current.driving(seconds)
    }
}
