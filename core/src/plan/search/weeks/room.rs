//! Making room on a day for a customer who wants more visits: the visits in a row that are worth least and whose absence
//! lets the customer in. As [`super::super::eject`], but whose gap would tear stays.

use super::super::instance::{NEVER, index};
use super::super::route::departures;
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
        let found = if self.instances[day].lunch.is_some() {
            self.least_room::<true>(day, stop)
        } else {
            self.least_room::<false>(day, stop)
        };
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

    /// The places around the visits that are given up most cheaply, by a measure that chance stretches.
    fn least_room<const LUNCH: bool>(&mut self, day: usize, stop: u16) -> Option<(usize, usize)> {
        let (instance, route) = (&self.instances[day], &self.current.routes[day]);
        let (site, ways) = (instance.site(stop), instance.ways(stop));
        let mut best = None;
        let mut least = i64::MAX;
        let last = route.legs.len() - 1;
        for (at, before) in route.legs[..last].iter().enumerate() {
            let free = if LUNCH { before.out_hungry } else { before.out_fed };
            if free > site.close {
                break;
            }
            let there = ways.there(before.stop);
            let (hungry, fed) = departures::<LUNCH>(
                instance,
                site,
                instance.arrival(before.out_hungry, there),
                instance.arrival(before.out_fed, there),
            );
            if hungry >= NEVER && fed >= NEVER {
                continue;
            }
            let mut loss = 0;
            let mut driven = i64::from(there) - i64::from(before.drive);
            for after in at + 1..=last.min(at + 1 + LONGEST_EJECTION) {
                if loss >= least {
                    break;
                }
                let leg = &route.legs[after];
                let on = ways.onwards(leg.stop);
                let added = driven + i64::from(on);
                let fits = instance.arrival(fed, on) <= leg.due_fed
                    || (LUNCH && instance.arrival(hungry, on) <= leg.due_hungry);
                if fits && i64::from(route.travel) + added <= i64::from(instance.cap) {
                    let stretch = 512 + i64::try_from(self.chance.below(1024)).unwrap_or(0);
                    let measure = ((loss + self.current.driving(added)).max(1) * stretch) >> 10;
                    if measure < least {
                        least = measure;
                        best = Some((at, after));
                    }
                    break;
                }
                if after == last || self.is_held(leg.stop, day) {
                    break;
                }
                loss += self.current.gain(leg.stop);
                driven -= i64::from(leg.drive);
            }
        }
        best
    }
}
