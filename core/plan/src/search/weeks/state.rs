//! The routes of all days, with a way back.

use super::super::super::chance::Chance;
use super::super::super::period::Customer;
use super::super::instance::Instance;
use super::super::route::Route;
use super::super::scale::{Scale, UNIT};
use super::seen::DaySets;

/// The objective, least first: musts' visits missing, value lost, travel. The first two as what is there, negated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Total {
    must_visits: std::cmp::Reverse<usize>,
    pub(super) value: std::cmp::Reverse<i64>,
    travel: i64,
}

/// What the travel between neighbours weighs against an average value, in 1/1,024.
const TRAVEL_SHARE: i64 = 100;
/// The weight of a must's visit, in average values.
const MUST: i64 = 16;

/// Who is seen on which day, in which order.
#[derive(Debug, Clone)]
pub(super) struct State {
    pub(super) routes: Vec<Route>,
    /// The days on which each customer is seen.
    pub(super) seen: DaySets,
    /// What each visit of a customer takes off the cost.
    gains: Vec<i64>,
    values: Vec<i64>,
    musts: Vec<bool>,
    scale: Option<Scale>,
    cost: i64,
    /// The days that were changed, as they were.
    saved: Vec<(usize, Route)>,
    saved_cost: i64,
    spare: Vec<Route>,
}

impl State {
    /// Nobody is seen.
    pub(super) fn new(instances: &[Instance], customers: &[&Customer]) -> State {
        let scale = instances
            .first()
            .map(|first| Scale::new(first, TRAVEL_SHARE, MUST));
        let gains = scale.as_ref().map_or(Vec::new(), |scale| scale.gains.clone());
        let gains = gains.iter().zip(customers);
        State {
            routes: instances.iter().map(Route::empty).collect(),
            seen: DaySets::empty(customers.len(), instances.len()),
            gains: gains
                .map(|(gain, customer)| gain + if customer.must { MUST * UNIT } else { 0 })
                .collect(),
            values: customers.iter().map(|customer| customer.value).collect(),
            musts: customers.iter().map(|customer| customer.must).collect(),
            scale,
            cost: 0,
            saved: Vec::new(),
            saved_cost: 0,
            spare: Vec::new(),
        }
    }

    /// What each visit brings.
    pub(super) fn gain(&self, stop: u16) -> i64 {
        self.gains[usize::from(stop)]
    }

    /// What a visit brings that adds so much travel. Any value is worth any travel.
    pub(super) fn profit(&self, stop: u16, added: i32) -> i64 {
        let gain = self.gain(stop);
        let profit = gain - self.driving(added.into());
        if gain > 0 { profit.max(1) } else { profit }
    }

    /// Less is better.
    pub(super) fn cost(&self) -> i64 {
        self.cost
    }

    /// The true objective.
    pub(super) fn total(&self) -> Total {
        let (mut musts, mut value, mut travel) = (0, 0, 0);
        for route in self.routes.iter().filter(|route| route.len() > 0) {
            travel += i64::from(route.travel);
            for stop in route.visits().map(usize::from) {
                musts += usize::from(self.musts[stop]);
                value += self.values[stop];
            }
        }
        Total {
            must_visits: std::cmp::Reverse(musts),
            value: std::cmp::Reverse(value),
            travel,
        }
    }

    /// The customers of a few visits in a row on one day.
    pub(super) fn string(&self, day: usize, chance: &mut Chance, most: usize, out: &mut Vec<u16>) {
        let visits = self.routes[day].len();
        if visits > 0 {
            let length = (1 + chance.below(most)).min(visits);
            let from = chance.below(visits - length + 1);
            out.extend(self.routes[day].visits().skip(from).take(length));
        }
    }

    /// Takes a customer off all days.
    pub(super) fn take_out(&mut self, instances: &[Instance], stop: u16) {
        let mut next = self.seen.from(stop, 0);
        while let Some(day) = next {
            self.take_off(instances, day, stop);
            next = self.seen.from(stop, day + 1);
        }
    }

    /// Takes a customer off a day.
    pub(super) fn take_off(&mut self, instances: &[Instance], day: usize, stop: u16) {
        self.save(day);
        let before = self.routes[day].travel;
        self.routes[day].remove(&instances[day], stop);
        let after = self.routes[day].travel;
        self.cost += self.gain(stop) + self.driving(i64::from(after) - i64::from(before));
        self.seen.remove(stop, day);
    }

    /// Puts a customer on a day, behind place `at`.
    pub(super) fn put_in(&mut self, instances: &[Instance], day: usize, stop: u16, at: usize) {
        self.save(day);
        let before = self.routes[day].travel;
        self.routes[day].insert_anywhere(&instances[day], stop, at);
        let after = self.routes[day].travel;
        self.cost += self.driving(i64::from(after) - i64::from(before)) - self.gain(stop);
        self.seen.insert(stop, day);
    }

    /// Nobody is seen any more.
    pub(super) fn clear(&mut self, instances: &[Instance]) {
        self.routes = instances.iter().map(Route::empty).collect();
        self.seen.clear();
        self.cost = 0;
        self.saved.clear();
    }

    /// Gives a day these visits instead of its own.
    pub(super) fn set_day(&mut self, instances: &[Instance], day: usize, order: &[u16]) {
        self.save(day);
        let route = Route::of(&instances[day], order);
        self.cost += self.cost_of(&route) - self.cost_of(&self.routes[day]);
        let old = std::mem::replace(&mut self.routes[day], route);
        old.visits().for_each(|stop| self.seen.remove(stop, day));
        for stop in order {
            self.seen.insert(*stop, day);
        }
    }

    fn cost_of(&self, route: &Route) -> i64 {
        let gains: i64 = route.visits().map(|stop| self.gain(stop)).sum();
        self.driving(i64::from(route.travel)) - gains
    }

    /// Whether every day that was changed can be kept as it is now: without triangle inequality one may not, with fewer
    /// visits.
    pub(super) fn can_be_kept(&self, instances: &[Instance]) -> bool {
        self.saved.iter().all(|(day, _)| {
            let route = &self.routes[*day];
            route.len() == 0 || route.is_feasible(&instances[*day])
        })
    }

    /// What was changed stays.
    pub(super) fn keep(&mut self) {
        self.spare.extend(self.saved.drain(..).map(|(_, route)| route));
    }

    /// As before the changes.
    pub(super) fn go_back(&mut self) {
        if self.saved.is_empty() {
            return;
        }
        self.cost = self.saved_cost;
        while let Some((day, mut route)) = self.saved.pop() {
            std::mem::swap(&mut self.routes[day], &mut route);
            route.visits().for_each(|stop| self.seen.remove(stop, day));
            self.routes[day]
                .visits()
                .for_each(|stop| self.seen.insert(stop, day));
            self.spare.push(route);
        }
    }

    /// Takes over `other`.
    pub(super) fn copy_from(&mut self, other: &State) {
        self.keep();
        for (mine, theirs) in self.routes.iter_mut().zip(&other.routes) {
            mine.copy_from(theirs);
        }
        self.seen.copy_from(&other.seen);
        self.cost = other.cost;
    }

    fn save(&mut self, day: usize) {
        if self.saved.iter().any(|(saved, _)| *saved == day) {
            return;
        }
        if self.saved.is_empty() {
            self.saved_cost = self.cost;
        }
        let mut copy = self.spare.pop().unwrap_or_else(|| self.routes[day].clone());
        copy.copy_from(&self.routes[day]);
        self.saved.push((day, copy));
    }

    /// The cost of driving so many seconds more.
    pub(super) fn driving(&self, seconds: i64) -> i64 {
        self.scale.as_ref().map_or(0, |scale| scale.driving(seconds))
    }
}
