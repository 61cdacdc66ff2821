//! Simulated annealing over ruin and recreate, in epochs of cooling.
//!
//! Each round is a high-temperature phase that explores, then a low-temperature phase that polishes the best
//! of the first. Rounds are compared only after the second phase. What to remove and insert is left to
//! `ruin`, `eject` and `recreate`.

use super::super::rng::Rng;
use super::construct::{DayConstructor, DpParams};
use super::eject::eject;
use super::instance::{Instance, stop_index};
use super::objective::{CostWeights, Objective, UNIT};
use super::recreate::Recreate;
use super::route::Route;
use super::ruin::Ruin;
use super::timetable::Timetable;
use super::tuning::Tuning;

/// A resumable search. Its state after `n` iterations is a function of instance, seed and `n`.
#[derive(Debug)]
pub(super) struct Search<'a> {
    instance: &'a Instance,
    tuning: Tuning,
    weights: CostWeights,
    rng: Rng,
    recreate: Recreate,
    ruin: Ruin,
    constructor: DayConstructor,
    current: Route,
    cost: i64,
    /// Number of promises that the current order moves.
    moved_promises: u32,
    work: Route,
    /// The best order of this round, with its objective.
    round_best: (Objective, Route),
    /// The best order of the whole search.
    pub(super) best: Route,
    /// Objective of the best order.
    pub(super) objective: Objective,
    /// Number of iterations so far, each one ruin and recreation.
    pub(super) iterations: u64,
    epoch: Epoch,
    /// Number of completed rounds, each an exploring and a polishing phase.
    rounds: u64,
    /// Length of the last exploring phase, in iterations.
    length: u64,
}

/// A cooling phase.
#[derive(Debug, Clone, Copy)]
struct Epoch {
    done: u64,
    length: u64,
    hot: i64,
    cold: i64,
}

impl Epoch {
    /// The temperature, falling exponentially: powers of two with linear interpolation.
    fn temperature(&self) -> i64 {
        // Number of halvings of the temperature, in 1/1,024.
        let (hot, cold) = (self.hot.max(1), self.cold.max(1));
        let halvings = i64::from((hot / cold).max(1).ilog2());
        let spent = i64::try_from(self.done).unwrap_or(i64::MAX) * (halvings << 10)
            / i64::try_from(self.length).unwrap_or(i64::MAX);
        let (whole, part) = (spent >> 10, spent & 1023);
        let heat = (hot * (UNIT >> 10)) >> whole;
        heat - ((heat * part) >> 11)
    }
}

impl<'a> Search<'a> {
    /// Starts with the order `from`, or with best insertion where there is none.
    pub(super) fn new(instance: &'a Instance, seed: u64, tuning: Tuning, from: Option<Route>) -> Search<'a> {
        let weights = CostWeights::new(instance, tuning.travel_share, tuning.mandatory_weight);
        let mut recreate = Recreate::new(instance, &weights.gains);
        let route = from.unwrap_or_else(|| recreate.initial(instance));
        let moved_promises = moved_promises(instance, &route);
        Search {
            instance,
            rng: Rng::new(seed ^ 0x5EED_0F1E_1DB0_0C00),
            recreate,
            ruin: Ruin::default(),
            constructor: DayConstructor::default(),
            cost: weights.cost(&route, moved_promises),
            work: route.clone(),
            round_best: (Objective::WORST, route.clone()),
            best: route.clone(),
            objective: Objective::from_route(instance, &route, moved_promises),
            moved_promises,
            current: route,
            iterations: 0,
            epoch: Epoch {
                done: 0,
                length: tuning.first_epoch,
                hot: tuning.hot,
                cold: tuning.cold,
            },
            rounds: 0,
            length: tuning.first_epoch,
            weights,
            tuning,
        }
    }

    /// Runs `iterations` more iterations.
    pub(super) fn run(&mut self, iterations: u64) {
        for _ in 0..iterations {
            if self.instance.lunch.is_some() {
                self.step::<true>();
            } else {
                self.step::<false>();
            }
        }
    }

    fn step<const LUNCH: bool>(&mut self) {
        self.iterations += 1;
        self.advance_epoch();
        self.work.copy_from(&self.current);
        let ejected = self.rng.one_of_1024(self.tuning.ejections)
            && eject::<LUNCH>(
                self.instance,
                &mut self.work,
                &self.weights,
                &mut self.rng,
                &self.tuning,
            );
        if !ejected {
            self.ruin
                .remove_strings(self.instance, &mut self.work, &mut self.rng, &self.tuning);
        }
        if !self.work.is_feasible(self.instance) {
            return;
        }
        self.recreate.recreate::<LUNCH>(
            self.instance,
            &mut self.work,
            &self.weights.gains,
            &mut self.rng,
            &self.tuning,
        );
        let moved_promises = moved_promises(self.instance, &self.work);
        let cost = self.weights.cost(&self.work, moved_promises);
        let allowed = (self.epoch.temperature() * self.rng.exponential()) >> 16;
        if cost < self.cost.saturating_add(allowed) {
            std::mem::swap(&mut self.current, &mut self.work);
            self.cost = cost;
            self.moved_promises = moved_promises;
            self.remember();
        }
    }

    fn remember(&mut self) {
        let objective = Objective::from_route(self.instance, &self.current, self.moved_promises);
        if objective < self.round_best.0 {
            self.round_best.0 = objective;
            self.round_best.1.copy_from(&self.current);
        }
        if objective < self.objective {
            self.objective = objective;
            self.best.copy_from(&self.current);
        }
    }

    /// One step further in the phase; at its end the next one.
    fn advance_epoch(&mut self) {
        self.epoch.done += 1;
        if self.epoch.done.is_multiple_of(256) && self.objective.mandatory_missed > 0 {
            self.weights.raise_missed_mandatory(self.instance, &self.current);
            self.cost = self.weights.cost(&self.current, self.moved_promises);
        }
        if self.epoch.done < self.epoch.length {
            return;
        }
        self.next_epoch();
    }

    /// An exploring phase is followed by a polishing phase from its best order, that by a longer round.
    fn next_epoch(&mut self) {
        self.epoch.done = 0;
        let polish = self.length * self.tuning.polish_quarters / 4;
        if self.epoch.cold == self.tuning.cold && polish > 0 {
            self.epoch.length = polish;
            (self.epoch.hot, self.epoch.cold) = (self.tuning.cold, self.tuning.cold_polish);
            if self.round_best.0 < Objective::WORST {
                self.current.copy_from(&self.round_best.1);
                self.recompute_cost();
            }
        } else {
            self.next_round();
        }
    }

    fn next_round(&mut self) {
        self.length = self.length * self.tuning.growth_quarters / 4;
        self.epoch.length = self.length;
        (self.epoch.hot, self.epoch.cold) = (self.tuning.hot, self.tuning.cold);
        self.rounds += 1;
        self.round_best.0 = Objective::WORST;
        if self.tuning.restart_every > 0 && self.rounds.is_multiple_of(self.tuning.restart_every) {
            self.restart();
        } else {
            self.current.copy_from(&self.best);
        }
        self.recompute_cost();
        self.remember();
    }

    /// Takes over the current order.
    fn recompute_cost(&mut self) {
        self.moved_promises = moved_promises(self.instance, &self.current);
        self.cost = self.weights.cost(&self.current, self.moved_promises);
    }

    /// Leaves a local optimum: starts from a constructed or a random order.
    fn restart(&mut self) {
        if self.tuning.dp_breadth > 0 {
            self.restart_from_construction();
        } else {
            self.restart_randomly();
        }
    }

    /// Constructs a day from randomly perturbed gains, so that no two constructions are the same.
    fn restart_from_construction(&mut self) {
        let (instance, rng) = (self.instance, &mut self.rng);
        let (least, most) = self.tuning.dp_waits;
        let parts = i32::try_from(least + rng.below(most - least)).unwrap_or(1);
        let noise = self.tuning.dp_noise;
        let mut stretched = |gain: &i64| {
            let more = i64::try_from(rng.below(noise)).unwrap_or(0);
            gain * (1024 + more) / 1024
        };
        let gains: Vec<i64> = self.weights.gains.iter().map(&mut stretched).collect();
        let order = self.constructor.construct(&DpParams {
            instance,
            weights: &self.weights,
            gains: &gains,
            bucket_count: self.tuning.dp_buckets,
            breadth: self.tuning.dp_breadth,
            max_wait: instance.horizon / parts,
        });
        let constructed = Route::from_stops(instance, &order);
        let feasible = constructed.is_feasible(instance);
        self.current
            .copy_from(if feasible { &constructed } else { &self.best });
    }

    /// One random visit, and insertions from half of the others.
    fn restart_randomly(&mut self) {
        let stop = stop_index(self.rng.below(self.instance.stop_count()));
        let alone = Route::from_stops(self.instance, &[stop]);
        if !alone.is_feasible(self.instance) {
            self.current.copy_from(&self.best);
            return;
        }
        self.current.copy_from(&alone);
        let tuning = Tuning {
            skips: 512,
            ..self.tuning.clone()
        };
        let gains = &self.weights.gains;
        if self.instance.lunch.is_some() {
            self.recreate
                .recreate::<true>(self.instance, &mut self.current, gains, &mut self.rng, &tuning);
        } else {
            self.recreate
                .recreate::<false>(self.instance, &mut self.current, gains, &mut self.rng, &tuning);
        }
    }
}

/// Number of promises that a feasible `route` moves. A day without promises costs nothing.
fn moved_promises(instance: &Instance, route: &Route) -> u32 {
    if !instance.has_promises || !route.is_feasible(instance) {
        return 0;
    }
    Timetable::from_route(instance, route).moved_promises
}
