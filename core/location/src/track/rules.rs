//! The parameters of stop detection, fitted on labelled days (`docs/field-truth.md`), and the likelihoods that use
//! them.

use std::f64::consts::TAU;

use super::cluster::FixCluster;
use super::ln_exp::{exp, ln};

/// The parameters that separate stays from moves.
#[derive(Debug, Clone, PartialEq)]
pub struct StopRules {
    /// Version of the rules; any change gets a new number.
    pub version: u32,
    /// Shortest stop, seconds.
    pub shortest_s: f64,
    /// Shortest stop, seconds, of a recorder that takes a fix only every [`rest_pause_s`](Self::rest_pause_s) there: it has
    /// noticed the rest itself.
    pub shortest_rest_s: f64,
    /// Mean pause between the fixes of a stay from which the recorder is at rest, seconds.
    pub rest_pause_s: f64,
    /// Log-probability of entering a stay.
    pub enter: f64,
    /// Log-probability of leaving a stay.
    pub leave: f64,
    /// Correlation time of position errors, seconds: errors closer together count as one.
    pub memory_s: f64,
    /// Least weight of a fix, relative to an independent one.
    pub weight_min: f64,
    /// Standard deviation of a fix along one axis, relative to its stated accuracy.
    pub sigma_part: f64,
    /// Least standard deviation of a stay, metres: a shop has a size.
    pub sigma_min_m: f64,
    /// Largest number of consecutive fixes averaged for the centre of a stay.
    pub memory: f64,
    /// Time over which a step is measured, seconds.
    pub lag_s: f64,
    /// Typical speeds of movement, metres a second, each with its prior probability.
    pub paces: [(f64, f64); 5],
    /// Weight of the reported speed; 0 ignores it.
    pub speed_part: f64,
    /// Beam width: stays whose score is lower than the best by more are dropped.
    pub beam: f64,
    /// Consecutive stays are merged if their centres are nearer than this, metres, plus
    pub merge_m: f64,
    /// this multiple of their accuracy,
    pub merge_part: f64,
    /// if the excursion between them took no longer, seconds,
    pub merge_s: f64,
    /// and went no farther, metres.
    pub excursion_m: f64,
    /// Where no accuracy is stated: least duration of a stay next to a ride that is a stop, seconds.
    pub platform_wait_s: f64,
    /// Least speed of a ride, metres a second.
    pub ride_mps: f64,
    /// Least distance of a corner from the last one, metres, plus
    pub corner_m: f64,
    /// this multiple of the accuracy.
    pub corner_part: f64,
    /// Sparse fixes: the share of the extra length of an arc over its chord that is added to the straight length,
    pub bend_part: f64,
    /// and the share of the extra length that the reported speeds imply.
    pub driven_part: f64,
    /// Longest silence that is not a gap, seconds.
    pub gap_s: f64,
    /// Longest silence during which a phone may have stayed where it was, seconds: after a longer one the recorder
    /// counts as having been off, and no stop reaches across it.
    pub silence_max_s: f64,
}

impl Default for StopRules {
    /// The parameters of version 3.
    fn default() -> StopRules {
        StopRules {
            version: 3,
            shortest_s: 148.7,
            shortest_rest_s: 110.0,
            rest_pause_s: 25.0,
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
            silence_max_s: 10_800.0,
        }
    }
}

impl StopRules {
    /// Weight of a cluster that follows the one before after `since_s` seconds.
    pub(super) fn weight(&self, since_s: f64) -> f64 {
        (since_s / self.memory_s).clamp(self.weight_min, 1.0)
    }

    /// Variance of a cluster around its stay, square metres.
    pub(super) fn spread2(&self, cluster: &FixCluster) -> f64 {
        let sigma = self.sigma_part * cluster.accuracy_m;
        sigma * sigma + self.sigma_min_m * self.sigma_min_m
    }

    /// Student's t of two degrees of freedom in the plane, whose heavy tails tolerate an outlier: the logarithm of its
    /// density at the squared distance `away2`, and the weight of such a cluster in the update of the centre.
    pub(super) fn scatter(away2: f64, spread2: f64) -> (f64, f64) {
        let wide2 = 2.0 * spread2;
        let whole2 = wide2 + away2;
        (-ln(2.0 * TAU * whole2 * whole2 / (4.0 * wide2)), wide2 / whole2)
    }

    /// Log-density of a step of `moved_m` in `lasted_s` while moving: a mixture over the paces of t distributions of
    /// four degrees of freedom.
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

    /// Log-likelihood ratio of the reported speed, staying against moving.
    pub(super) fn still(&self, cluster: &FixCluster) -> f64 {
        let Some(speed) = cluster.speed_mps else {
            return 0.0;
        };
        let exponential = |mean: f64| exp(-speed / mean) / mean;
        let staying = 0.95 * exponential(0.3) + 0.05 * exponential(4.0);
        let moving = 0.12 * exponential(0.3) + 0.3 * exponential(1.5) + 0.58 * exponential(14.0);
        self.speed_part * ln((staying / moving).max(1e-6))
    }

    /// True if the recorder counts as off during a silence of `silence_s` seconds.
    pub(super) fn is_off(&self, silence_s: f64) -> bool {
        silence_s > self.silence_max_s
    }

    /// Log-probability of a stay that was seen for `seen_s` with a pause of `pause_s` between fixes, and lasted `silent_s`
    /// longer.
    pub(super) fn lasting(&self, seen_s: f64, pause_s: f64, silent_s: f64) -> f64 {
        let shortest_s = if pause_s >= self.rest_pause_s {
            self.shortest_rest_s
        } else {
            self.shortest_s
        };
        if seen_s + silent_s >= shortest_s {
            0.0
        } else {
            f64::NEG_INFINITY
        }
    }
}

/// Shortest time without a cluster that counts as a silence, seconds.
pub(super) const SILENCE_S: f64 = 60.0;

/// The part of a silence that was spent staying, seconds, if the next cluster is `away_m` away: the rest is the time to
/// walk there.
pub(super) fn stayed_in_silence_s(silence_s: f64, away_m: f64) -> f64 {
    if silence_s < 60.0 {
        0.0
    } else {
        (silence_s - away_m / 1.2 - 30.0).max(0.0)
    }
}

/// Longest silence at the end of a stop in which a phone may have stayed and then left in a vehicle, seconds: at rest it
/// takes a fix every two minutes at most.
pub(super) const REST_S: f64 = 180.0;

/// Distance that nobody walks in such a silence, metres, and the pace of a town's traffic, metres a second.
const RIDE_M: f64 = 200.0;
const TRAFFIC_MPS: f64 = 8.0;

/// The part of a silence that was spent staying, seconds, if the phone is next seen on a ride, `away_m` away at
/// `speed_mps`: the rest is the time to get there, at seven tenths of that speed, or at the pace of a town's traffic. 0 where
/// it is not seen on a ride.
pub(super) fn stayed_before_ride_s(silence_s: f64, away_m: f64, speed_mps: Option<f64>) -> f64 {
    let reported = 0.7 * speed_mps.filter(|speed_mps| *speed_mps > 3.0).unwrap_or(0.0);
    let pace = if away_m > RIDE_M {
        reported.max(TRAFFIC_MPS)
    } else {
        reported
    };
    if silence_s > REST_S || pace <= 0.0 {
        return 0.0;
    }
    (silence_s - away_m / pace).max(0.0)
}
