//! The numbers behind stops: fitted on labelled days, as `docs/field-truth.md` says.

use std::f64::consts::TAU;

use super::cluster::FixCluster;
use super::ln_exp::{exp, ln};

/// How staying is told from moving.
#[derive(Debug, Clone, PartialEq)]
pub struct StopRules {
    /// Which rules these are; any change gets a new number.
    pub version: u32,
    /// No stop is shorter, seconds.
    pub shortest_s: f64,
    /// What beginning a stay costs, a logarithm of a probability.
    pub enter: f64,
    /// What ending one costs.
    pub leave: f64,
    /// Errors that are closer together in time than this count as one, seconds.
    pub memory_s: f64,
    /// The least that a fix weighs, as a part of one that stands alone.
    pub weight_min: f64,
    /// Standard deviation of a fix in one direction, as a part of its stated accuracy.
    pub sigma_part: f64,
    /// The least standard deviation of staying, metres: a shop has a size.
    pub sigma_min_m: f64,
    /// Of how many fixes in a row the middle of a stay is made at most.
    pub memory: f64,
    /// Steps are measured over so long, seconds.
    pub lag_s: f64,
    /// Paces of movement, metres a second, and how common they are.
    pub paces: [(f64, f64); 5],
    /// What the reported speed counts, 0 to 1.
    pub speed_part: f64,
    /// Stays further behind the best than this are given up.
    pub beam: f64,
    /// Stays in a row whose middles are nearer than this are one, metres,
    pub merge_m: f64,
    /// and so many times their accuracy.
    pub merge_part: f64,
    /// If what lies between them took no longer, seconds,
    pub merge_s: f64,
    /// and went no further away, metres.
    pub excursion_m: f64,
    /// Where no accuracy is stated: a stay next to a ride is a stop from so long on, seconds.
    pub platform_wait_s: f64,
    /// A ride is faster, metres a second.
    pub ride_mps: f64,
    /// A path turns where it is further from the last corner than this, metres,
    pub corner_m: f64,
    /// and so many times the accuracy.
    pub corner_part: f64,
    /// Of sparse fixes: how much of the bow between bends is added to the straight way.
    pub bend_part: f64,
    /// And how much of what the reported speeds say beyond it.
    pub driven_part: f64,
    /// The longest silence that is no gap, seconds.
    pub gap_s: f64,
}

impl Default for StopRules {
    /// Version 1.
    fn default() -> StopRules {
        StopRules {
            version: 1,
            shortest_s: 148.7,
            enter: -1.2,
            leave: -2.6,
            memory_s: 49.1,
            weight_min: 0.08,
            sigma_part: 1.14,
            sigma_min_m: 3.0,
            memory: 169.6,
            lag_s: 29.6,
            paces: [(0.3, 0.1), (1.4, 0.3), (4.0, 0.2), (12.0, 0.3), (30.0, 0.1)],
            speed_part: 2.2,
            beam: 15.0,
            merge_m: 39.0,
            merge_part: 0.6,
            merge_s: 600.0,
            excursion_m: 129.2,
            platform_wait_s: 1_800.0,
            ride_mps: 8.5,
            corner_m: 0.0,
            corner_part: 1.5,
            bend_part: 1.4,
            driven_part: 0.3,
            gap_s: 300.0,
        }
    }
}

impl StopRules {
    /// What a cluster weighs that comes so long after the one before.
    pub(super) fn weight(&self, since_s: f64) -> f64 {
        (since_s / self.memory_s).clamp(self.weight_min, 1.0)
    }

    /// Variance of a cluster around its stay, square metres.
    pub(super) fn spread2(&self, cluster: &FixCluster) -> f64 {
        let sigma = self.sigma_part * cluster.accuracy_m;
        sigma * sigma + self.sigma_min_m * self.sigma_min_m
    }

    /// Student's t of two degrees of freedom in the plane, whose long tails forgive a stray fix: the logarithm of its
    /// density, and how much such a cluster pulls at the middle.
    pub(super) fn scatter(away2: f64, spread2: f64) -> (f64, f64) {
        let wide2 = 2.0 * spread2;
        let whole2 = wide2 + away2;
        (-ln(2.0 * TAU * whole2 * whole2 / (4.0 * wide2)), wide2 / whole2)
    }

    /// The logarithm of the density of a step (for each pace a t of four degrees of freedom) of `moved_m` in `lasted_s` for someone who moves.
    pub(super) fn step(&self, moved_m: f64, lasted_s: f64, cluster: &FixCluster) -> f64 {
        let (noise2, moved2) = (2.0 * self.spread2(cluster), moved_m * moved_m);
        let of_pace = |(pace, share): (f64, f64)| {
            let reach = pace * lasted_s;
            let spread2 = reach * reach / 2.0 + noise2;
            let (wide2, whole2) = (4.0 * spread2, 4.0 * spread2 + moved2);
            share * 4.0 * wide2 * wide2 / (TAU * whole2 * whole2 * whole2)
        };
        let density: f64 = self.paces.into_iter().map(of_pace).sum();
        ln(density.max(1e-12))
    }

    /// How much likelier the reported speed is for someone who stays than for someone who moves, as a logarithm.
    pub(super) fn still(&self, cluster: &FixCluster) -> f64 {
        let Some(speed) = cluster.speed_mps else {
            return 0.0;
        };
        let exponential = |mean: f64| exp(-speed / mean) / mean;
        let staying = 0.95 * exponential(0.3) + 0.05 * exponential(4.0);
        let moving = 0.12 * exponential(0.3) + 0.3 * exponential(1.5) + 0.58 * exponential(14.0);
        self.speed_part * ln((staying / moving).max(1e-6))
    }

    /// What the length of a stay says for it.
    pub(super) fn lasting(&self, stayed_s: f64) -> f64 {
        if stayed_s >= self.shortest_s {
            0.0
        } else {
            f64::NEG_INFINITY
        }
    }
}

/// What is shorter is no silence, seconds.
pub(super) const SILENCE_S: f64 = 60.0;

/// How much of a silence was spent staying, if the next cluster is so far away: the rest went by on foot.
pub(super) fn stayed_in_silence_s(silence_s: f64, away_m: f64) -> f64 {
    if silence_s < 60.0 {
        0.0
    } else {
        (silence_s - away_m / 1.2 - 30.0).max(0.0)
    }
}
