//! The routes of all days, with rollback.

use super::super::super::period::Customer;
use super::super::super::rng::Rng;
use super::super::instance::Instance;
use super::super::objective::{CostWeights, UNIT};
use super::super::route::Route;
use super::day_sets::DaySets;

/// The objective, least first: mandatory visits missing, value lost, travel. The first two are stored as
/// visits and value present, reversed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PeriodObjective {
    must_visits: std::cmp::Reverse<usize>,
    pub(super) value: std::cmp::Reverse<i64>,
    travel: i64,
}

/// Weight of a typical drive against an average value, in 1/1,024.
const TRAVEL_SHARE: i64 = 100;
/// Weight of a mandatory visit, in average values.
const MANDATORY_WEIGHT: i64 = 16;

/// The routes of all days, and the visits of each customer.
#[derive(Debug, Clone)]
pub(super) struct PeriodState {
    pub(super) routes: Vec<Route>,
    /// The days on which each customer is visited.
    pub(super) visit_days: DaySets,
    /// Gain of each customer's visit: the cost that it saves.
    gains: Vec<i64>,
    values: Vec<i64>,
    mandatory: Vec<bool>,
    weights: Option<CostWeights>,
    cost: i64,
    /// The changed days, with their routes before the change.
    saved: Vec<(usize, Route)>,
    saved_cost: i64,
    spare: Vec<Route>,
}

impl PeriodState {
    /// A state without visits.
    pub(super) fn new(instances: &[Instance], customers: &[&Customer]) -> PeriodState {
        let weights = instances
            .first()
            .map(|first| CostWeights::new(first, TRAVEL_SHARE, MANDATORY_WEIGHT));
        let gains = weights
            .as_ref()
            .map_or(Vec::new(), |weights| weights.gains.clone());
        let gains = gains.iter().zip(customers);
        PeriodState {
            routes: instances.iter().map(Route::empty).collect(),
            visit_days: DaySets::empty(customers.len(), instances.len()),
            gains: gains
                .map(|(gain, customer)| {
                    gain + if customer.mandatory {
                        MANDATORY_WEIGHT * UNIT
                    } else {
                        0
                    }
                })
                .collect(),
            values: customers.iter().map(|customer| customer.value).collect(),
            mandatory: customers.iter().map(|customer| customer.mandatory).collect(),
            weights,
            cost: 0,
            saved: Vec::new(),
            saved_cost: 0,
            spare: Vec::new(),
        }
    }

    /// Gain of a visit.
    pub(super) fn gain(&self, stop: u16) -> i64 {
        self.gains[usize::from(stop)]
    }

    /// Profit of a visit that adds `added` seconds of travel: at least 1 where the gain is positive, since
    /// any value outweighs any travel.
    pub(super) fn profit(&self, stop: u16, added: i32) -> i64 {
        let gain = self.gain(stop);
        let profit = gain - self.driving(added.into());
        if gain > 0 { profit.max(1) } else { profit }
    }

    /// Cost of all routes; less is better.
    pub(super) fn cost(&self) -> i64 {
        self.cost
    }

    /// The lexicographic objective.
    pub(super) fn objective(&self) -> PeriodObjective {
        let (mut mandatory, mut value, mut travel) = (0, 0, 0);
        for route in self.routes.iter().filter(|route| route.len() > 0) {
            travel += i64::from(route.travel);
            for stop in route.visits().map(usize::from) {
                mandatory += usize::from(self.mandatory[stop]);
                value += self.values[stop];
            }
        }
        PeriodObjective {
            must_visits: std::cmp::Reverse(mandatory),
            value: std::cmp::Reverse(value),
            travel,
        }
    }

    /// Appends a random string of visits of one day to `out`.
    pub(super) fn string(&self, day: usize, rng: &mut Rng, most: usize, removed: &mut Vec<u16>) {
        let visits = self.routes[day].len();
        if visits > 0 {
            let length = (1 + rng.below(most)).min(visits);
            let from = rng.below(visits - length + 1);
            removed.extend(self.routes[day].visits().skip(from).take(length));
        }
    }

    /// Removes a customer from all days.
    pub(super) fn remove_from_all_days(&mut self, instances: &[Instance], stop: u16) {
        let mut next = self.visit_days.from(stop, 0);
        while let Some(day) = next {
            self.remove_from_day(instances, day, stop);
            next = self.visit_days.from(stop, day + 1);
        }
    }

    /// Removes a customer from a day.
    pub(super) fn remove_from_day(&mut self, instances: &[Instance], day: usize, stop: u16) {
        self.save(day);
        let before = self.routes[day].travel;
        self.routes[day].remove(&instances[day], stop);
        let after = self.routes[day].travel;
        self.cost += self.gain(stop) + self.driving(i64::from(after) - i64::from(before));
        self.visit_days.remove(stop, day);
    }

    /// Inserts a customer on a day, behind place `at`.
    pub(super) fn insert(&mut self, instances: &[Instance], day: usize, stop: u16, at: usize) {
        self.save(day);
        let before = self.routes[day].travel;
        self.routes[day].insert_at(&instances[day], stop, at);
        let after = self.routes[day].travel;
        self.cost += self.driving(i64::from(after) - i64::from(before)) - self.gain(stop);
        self.visit_days.insert(stop, day);
    }

    /// Removes all visits.
    pub(super) fn clear(&mut self, instances: &[Instance]) {
        self.routes = instances.iter().map(Route::empty).collect();
        self.visit_days.clear();
        self.cost = 0;
        self.saved.clear();
    }

    /// Replaces the visits of a day.
    pub(super) fn set_day(&mut self, instances: &[Instance], day: usize, order: &[u16]) {
        self.save(day);
        let route = Route::from_stops(&instances[day], order);
        self.cost += self.cost_of(&route) - self.cost_of(&self.routes[day]);
        let old = std::mem::replace(&mut self.routes[day], route);
        old.visits().for_each(|stop| self.visit_days.remove(stop, day));
        for stop in order {
            self.visit_days.insert(*stop, day);
        }
    }

    fn cost_of(&self, route: &Route) -> i64 {
        let gains: i64 = route.visits().map(|stop| self.gain(stop)).sum();
        self.driving(i64::from(route.travel)) - gains
    }

    /// Whether every changed day is feasible; without triangle inequality the removal of visits can make one
    /// infeasible.
    pub(super) fn is_feasible(&self, instances: &[Instance]) -> bool {
        self.saved.iter().all(|(day, _)| {
            let route = &self.routes[*day];
            route.len() == 0 || route.is_feasible(&instances[*day])
        })
    }

    /// Keeps the changes.
    pub(super) fn commit(&mut self) {
        self.spare.extend(self.saved.drain(..).map(|(_, route)| route));
    }

    /// Undoes the changes.
    pub(super) fn rollback(&mut self) {
        if self.saved.is_empty() {
            return;
        }
        self.cost = self.saved_cost;
        while let Some((day, mut route)) = self.saved.pop() {
            std::mem::swap(&mut self.routes[day], &mut route);
            route.visits().for_each(|stop| self.visit_days.remove(stop, day));
            self.routes[day]
                .visits()
                .for_each(|stop| self.visit_days.insert(stop, day));
            self.spare.push(route);
        }
    }

    /// Copies `other` and reuses this memory.
    pub(super) fn copy_from(&mut self, other: &PeriodState) {
        self.commit();
        for (mine, theirs) in self.routes.iter_mut().zip(&other.routes) {
            mine.copy_from(theirs);
        }
        self.visit_days.copy_from(&other.visit_days);
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

    /// Cost of additional driving time, in seconds.
    pub(super) fn driving(&self, seconds: i64) -> i64 {
        self.weights
            .as_ref()
            .map_or(0, |weights| weights.driving(seconds))
    }
}
