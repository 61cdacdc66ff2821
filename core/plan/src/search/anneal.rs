//! The loop: ruin, recreate, accept or go back, in epochs of cooling.

use super::super::chance::Chance;
use super::draft::{Draft, Wish};
use super::eject::eject;
use super::instance::{Instance, index};
use super::recreate::Recreate;
use super::route::Route;
use super::ruin::Ruin;
use super::scale::{Scale, Score, UNIT};
use super::timetable::Timetable;
use super::tuning::Tuning;

/// A search that can be carried on for as long as anyone likes. Its state after `n` iterations is a function of instance,
/// seed and `n`.
#[derive(Debug)]
pub(super) struct Search<'a> {
    instance: &'a Instance,
    tuning: Tuning,
    scale: Scale,
    chance: Chance,
    recreate: Recreate,
    ruin: Ruin,
    draft: Draft,
    current: Route,
    cost: i64,
    /// How many promises it moves.
    moved: u32,
    work: Route,
    /// The best order of this round, and its score.
    near: (Score, Route),
    /// The best order so far.
    pub(super) best: Route,
    /// Its score.
    pub(super) score: Score,
    /// How many times it was ruined.
    pub(super) iterations: u64,
    epoch: Epoch,
    /// How many rounds are over, each a loud epoch and a quiet one.
    rounds: u64,
    /// How long the last loud epoch was.
    length: u64,
}

/// One cooling.
#[derive(Debug, Clone, Copy)]
struct Epoch {
    done: u64,
    length: u64,
    hot: i64,
    cold: i64,
}

impl Epoch {
    /// The temperature, falling by the same factor over equal times: powers of two with straight lines between.
    fn temperature(&self) -> i64 {
        // How often the heat can be halved, in 1/1,024.
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
    /// Begins with the orders `from`, or with the best insertion where there is none.
    pub(super) fn new(instance: &'a Instance, seed: u64, tuning: Tuning, from: Option<Route>) -> Search<'a> {
        let scale = Scale::new(instance, tuning.travel_share, tuning.must);
        let mut recreate = Recreate::new(instance, &scale.gains);
        let route = from.unwrap_or_else(|| recreate.first(instance));
        let moved = moved(instance, &route);
        Search {
            instance,
            chance: Chance::new(seed ^ 0x5EED_0F1E_1DB0_0C00),
            recreate,
            ruin: Ruin::default(),
            draft: Draft::default(),
            cost: scale.cost(&route, moved),
            work: route.clone(),
            near: (Score::WORST, route.clone()),
            best: route.clone(),
            score: Score::of(instance, &route, moved),
            moved,
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
            scale,
            tuning,
        }
    }

    /// Goes on for `iterations`.
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
        self.cool();
        self.work.copy_from(&self.current);
        let ejected = self.chance.one_of_1024(self.tuning.ejections)
            && eject::<LUNCH>(
                self.instance,
                &mut self.work,
                &self.scale,
                &mut self.chance,
                &self.tuning,
            );
        if !ejected {
            self.ruin
                .strings(self.instance, &mut self.work, &mut self.chance, &self.tuning);
        }
        if !self.work.is_feasible(self.instance) {
            return;
        }
        self.recreate.again::<LUNCH>(
            self.instance,
            &mut self.work,
            &self.scale.gains,
            &mut self.chance,
            &self.tuning,
        );
        let moved = moved(self.instance, &self.work);
        let cost = self.scale.cost(&self.work, moved);
        let allowed = (self.epoch.temperature() * self.chance.patience()) >> 16;
        if cost < self.cost.saturating_add(allowed) {
            std::mem::swap(&mut self.current, &mut self.work);
            self.cost = cost;
            self.moved = moved;
            self.remember();
        }
    }

    fn remember(&mut self) {
        let score = Score::of(self.instance, &self.current, self.moved);
        if score < self.near.0 {
            self.near.0 = score;
            self.near.1.copy_from(&self.current);
        }
        if score < self.score {
            self.score = score;
            self.best.copy_from(&self.current);
        }
    }

    /// One step further in the epoch, or the next one from the best.
    fn cool(&mut self) {
        self.epoch.done += 1;
        if self.epoch.done.is_multiple_of(256) && self.score.musts_missed > 0 {
            self.scale.urge(self.instance, &self.current);
            self.cost = self.scale.cost(&self.current, self.moved);
        }
        if self.epoch.done < self.epoch.length {
            return;
        }
        self.next_epoch();
    }

    /// A loud epoch is followed by a quiet one from the best of it, that by another round, longer.
    fn next_epoch(&mut self) {
        self.epoch.done = 0;
        let quiet = self.length * self.tuning.quiet_quarters / 4;
        if self.epoch.cold == self.tuning.cold && quiet > 0 {
            self.epoch.length = quiet;
            (self.epoch.hot, self.epoch.cold) = (self.tuning.cold, self.tuning.still);
            if self.near.0 < Score::WORST {
                self.current.copy_from(&self.near.1);
                self.settle();
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
        self.near.0 = Score::WORST;
        if self.tuning.fresh > 0 && self.rounds.is_multiple_of(self.tuning.fresh) {
            self.start_afresh();
        } else {
            self.current.copy_from(&self.best);
        }
        self.settle();
        self.remember();
    }

    /// Takes over the current order.
    fn settle(&mut self) {
        self.moved = moved(self.instance, &self.current);
        self.cost = self.scale.cost(&self.current, self.moved);
    }

    /// Leaves the valley: a draft, or what chance puts together.
    fn start_afresh(&mut self) {
        if self.tuning.draft_breadth > 0 {
            self.draft();
        } else {
            self.start_by_chance();
        }
    }

    /// Drafts a day by values that chance stretches, so that no two drafts are the same.
    fn draft(&mut self) {
        let (instance, chance) = (self.instance, &mut self.chance);
        let (least, most) = self.tuning.draft_waits;
        let parts = i32::try_from(least + chance.below(most - least)).unwrap_or(1);
        let noise = self.tuning.draft_noise;
        let mut stretched = |gain: &i64| {
            let more = i64::try_from(chance.below(noise)).unwrap_or(0);
            gain * (1024 + more) / 1024
        };
        let gains: Vec<i64> = self.scale.gains.iter().map(&mut stretched).collect();
        let order = self.draft.draw(&Wish {
            instance,
            scale: &self.scale,
            gains: &gains,
            stretches: self.tuning.draft_stretches,
            breadth: self.tuning.draft_breadth,
            wait: instance.horizon / parts,
        });
        let drafted = Route::of(instance, &order);
        let feasible = drafted.is_feasible(instance);
        self.current
            .copy_from(if feasible { &drafted } else { &self.best });
    }

    /// One random visit, and what goes in with half of the others.
    fn start_by_chance(&mut self) {
        let stop = index(self.chance.below(self.instance.candidates()));
        let alone = Route::of(self.instance, &[stop]);
        if !alone.is_feasible(self.instance) {
            self.current.copy_from(&self.best);
            return;
        }
        self.current.copy_from(&alone);
        let tuning = Tuning {
            skips: 512,
            ..self.tuning.clone()
        };
        let gains = &self.scale.gains;
        if self.instance.lunch.is_some() {
            self.recreate
                .again::<true>(self.instance, &mut self.current, gains, &mut self.chance, &tuning);
        } else {
            self.recreate
                .again::<false>(self.instance, &mut self.current, gains, &mut self.chance, &tuning);
        }
    }
}

/// How many promises a feasible `route` moves. Most days have none, and then it costs nothing.
fn moved(instance: &Instance, route: &Route) -> u32 {
    if !instance.promises || !route.is_feasible(instance) {
        return 0;
    }
    Timetable::of(instance, route).moved
}
