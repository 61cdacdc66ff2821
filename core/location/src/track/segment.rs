//! Segmentation of a day into stays and moves: the most likely one.
//!
//! A semi-Markov model, solved exactly except for a beam (Viterbi over segments). In a *stay* all clusters scatter
//! around one centre, which is learnt from the stay itself; in a *move* each cluster is a step from the position a
//! while ago, at one of a few paces. Entering and leaving a stay has a cost, and no stay is shorter than
//! [`StopRules::shortest_s`]. Satellite errors are correlated, so sixty fixes of a minute tell hardly more than two:
//! the weight of a cluster is the time it stands for.
//!
//! Every cluster is processed once, with at most [`BEAM`] open stays, whatever the length of the day. Each cluster
//! leaves back pointers, from which the segments are read off backwards; reading them changes no state.

use super::cluster::FixCluster;
use super::motion::count;
use super::outliers::seconds;
use super::rules::{SILENCE_S, StopRules, stayed_before_ride_s, stayed_in_silence_s};
use crate::Position;
use crate::plane::{DegreeScale, ScaleCache};

/// Largest number of open stays.
const BEAM: usize = 6;
/// Back pointer to no stay.
const NONE: u32 = u32::MAX;

/// A stay: the run of clusters from `first` to `last`, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StaySegment {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A stay that may continue with the next cluster.
#[derive(Debug, Clone, Copy)]
struct OpenStay {
    first: u32,
    score: f64,
    anchor: Position,
    /// The learnt centre, metres east and north of `anchor`.
    middle: (f64, f64),
    /// Variance of the centre, square metres.
    variance: f64,
}

/// Back pointers of a cluster.
#[derive(Debug, Clone, Copy)]
struct BackPointers {
    /// The best stay that ends with this cluster, by the number of its first cluster.
    stay: u32,
    /// True if the move of this cluster follows a stay that ended just before it.
    move_after_stay: bool,
    /// True if a stay that starts with this cluster follows a stay.
    stay_after_stay: bool,
}

/// The segmentation of a day, cluster by cluster.
#[derive(Debug, Clone)]
pub(super) struct Segmenter {
    rules: StopRules,
    clusters: Vec<FixCluster>,
    back: Vec<BackPointers>,
    open: Vec<OpenStay>,
    /// Best score of all segmentations whose last cluster is part of a move.
    moving: f64,
    /// Number of the cluster from which steps are measured.
    lag: usize,
    scales: ScaleCache,
}

impl Segmenter {
    pub(super) fn new(rules: StopRules) -> Segmenter {
        Segmenter {
            rules,
            clusters: Vec::new(),
            back: Vec::new(),
            open: Vec::new(),
            moving: 0.0,
            lag: 0,
            scales: ScaleCache::default(),
        }
    }

    /// The clusters pushed so far.
    pub(super) fn clusters(&self) -> &[FixCluster] {
        &self.clusters
    }

    /// Adds the next cluster.
    pub(super) fn push(&mut self, cluster: FixCluster) {
        let Some(before) = self.clusters.last().copied() else {
            return self.begin(cluster);
        };
        let silence_s = seconds(cluster.first_ms.saturating_sub(before.last_ms));
        if cluster.starts_segment || self.rules.is_off(silence_s) {
            return self.begin_segment(cluster);
        }
        let scale = self.scales.near(cluster.at);
        let closed = self.best_closed_stay(Some((&cluster, scale)));
        let (closed_score, closed_first) = closed;
        if let Some(back) = self.back.last_mut() {
            back.stay = closed_first;
        }
        let weight = self.rules.weight(cluster.since_s(&before));
        self.clusters.push(cluster);
        let step = weight * self.step(&cluster, scale);
        let best = self.moving.max(closed_score);
        let (enter, move_on) = (self.moving + self.rules.enter, closed_score + self.rules.enter);
        self.extend_stays(&cluster, scale, weight);
        let start = enter.max(move_on);
        self.back.push(BackPointers {
            stay: NONE,
            move_after_stay: closed_score > self.moving,
            stay_after_stay: move_on > enter,
        });
        self.moving = best + step;
        self.open_stay(&cluster, start + step);
        self.prune();
    }

    fn begin(&mut self, cluster: FixCluster) {
        self.clusters.push(cluster);
        self.back.push(BackPointers {
            stay: NONE,
            move_after_stay: false,
            stay_after_stay: false,
        });
        self.open_stay(&cluster, 0.0);
    }

    /// Continues after a time in which the recorder was off: whatever went before has ended, and the day begins anew.
    fn begin_segment(&mut self, cluster: FixCluster) {
        let (closed_score, closed_first) = self.best_closed_stay(None);
        if let Some(back) = self.back.last_mut() {
            back.stay = closed_first;
        }
        let after_stay = closed_score > self.moving;
        self.moving = self.moving.max(closed_score);
        self.open.clear();
        self.clusters.push(cluster);
        self.back.push(BackPointers {
            stay: NONE,
            move_after_stay: after_stay,
            stay_after_stay: after_stay,
        });
        self.lag = self.clusters.len() - 1;
        self.open_stay(&cluster, self.moving);
    }

    fn open_stay(&mut self, cluster: &FixCluster, score: f64) {
        self.open.push(OpenStay {
            first: index(self.clusters.len() - 1),
            score,
            anchor: cluster.at,
            middle: (0.0, 0.0),
            variance: self.rules.spread2(cluster),
        });
    }

    /// Extends every open stay by `cluster`: adds its score and updates the centre.
    fn extend_stays(&mut self, cluster: &FixCluster, scale: DegreeScale, weight: f64) {
        let rules = &self.rules;
        let own2 = rules.spread2(cluster);
        // A lower bound of the variance, so that the centre can follow errors that drift over hours.
        let variance_min = own2 / rules.memory;
        let speed = rules.still(cluster);
        for stay in &mut self.open {
            let (x, y) = stay.away(cluster.at, scale);
            let (log, pull) = StopRules::scatter(x * x + y * y, own2 + stay.variance);
            stay.score += weight * (log + speed);
            let learn = weight * pull * stay.variance / own2;
            let shrink = 1.0 / (1.0 + learn);
            stay.middle.0 += learn * shrink * x;
            stay.middle.1 += learn * shrink * y;
            stay.variance = (stay.variance * shrink).max(variance_min);
        }
    }

    /// Log-density of the last step while moving.
    fn step(&mut self, cluster: &FixCluster, scale: DegreeScale) -> f64 {
        let last = self.clusters.len() - 1;
        while self.lag + 1 < last && cluster.since_s(&self.clusters[self.lag + 1]) >= self.rules.lag_s {
            self.lag += 1;
        }
        let from = &self.clusters[self.lag];
        let moved_m = scale.distance_m(from.at, cluster.at);
        self.rules.step(moved_m, cluster.since_s(from), cluster)
    }

    /// Score and first cluster of the best stay that ends with the last cluster; `next` is the cluster that follows, if
    /// there is one.
    fn best_closed_stay(&self, next: Option<(&FixCluster, DegreeScale)>) -> (f64, u32) {
        let last = &self.clusters[self.clusters.len() - 1];
        let mut best = (f64::NEG_INFINITY, NONE);
        for stay in &self.open {
            let first = &self.clusters[stay.first as usize];
            let stayed_s = seconds(last.last_ms.saturating_sub(first.first_ms));
            let (silent_s, gain) = next.map_or((0.0, 0.0), |(next, scale)| {
                let silence_s = next.since_s(last);
                let (x, y) = stay.away(next.at, scale);
                let away_m = x.hypot(y);
                let rested_s = stayed_before_ride_s(silence_s, away_m, next.speed_mps);
                if silence_s < SILENCE_S {
                    return (rested_s, 0.0);
                }
                let stayed_s = stayed_in_silence_s(silence_s, away_m);
                // The move to the next cluster took only the rest of the silence, not all of it.
                let late = self.rules.step(away_m, silence_s - stayed_s, next);
                (
                    stayed_s.max(rested_s),
                    late - self.rules.step(away_m, silence_s, next),
                )
            });
            let pauses = self.clusters.len() - 1 - stay.first as usize;
            let lasting = self
                .rules
                .lasting(stayed_s, stayed_s / count(pauses.max(1)), silent_s);
            let score = stay.score + gain + self.rules.leave + lasting;
            if score > best.0 {
                best = (score, stay.first);
            }
        }
        best
    }

    /// Drops the open stays that cannot win: far behind the best, or behind an older one at the same place.
    fn prune(&mut self) {
        let scale = self.scales.near(self.clusters[self.clusters.len() - 1].at);
        let best = self
            .open
            .iter()
            .map(|stay| stay.score)
            .fold(self.moving, f64::max);
        let cutoff = best - self.rules.beam;
        self.open.retain(|stay| stay.score > cutoff);
        let mut len = 0;
        for at in 0..self.open.len() {
            let stay = self.open[at];
            let beaten = self.open[..len]
                .iter()
                .any(|older| older.score >= stay.score && older.is_near(&stay, scale));
            if !beaten {
                self.open[len] = stay;
                len += 1;
            }
        }
        self.open.truncate(len);
        if self.open.len() > BEAM {
            let worst =
                (0..self.open.len() - 1).min_by(|a, b| self.open[*a].score.total_cmp(&self.open[*b].score));
            self.open.remove(worst.unwrap_or(0));
        }
    }

    /// The stays of the best segmentation, in time order.
    pub(super) fn stays(&self) -> Vec<StaySegment> {
        let mut stays = Vec::new();
        if self.clusters.is_empty() {
            return stays;
        }
        let mut last = self.clusters.len() - 1;
        let (score, first) = self.best_closed_stay(None);
        let mut in_stay = (score > self.moving).then_some(first);
        loop {
            if let Some(first) = in_stay {
                let first = first as usize;
                stays.push(StaySegment { first, last });
                if first == 0 {
                    break;
                }
                last = first - 1;
                in_stay = self.back[first].stay_after_stay.then(|| self.back[last].stay);
            } else {
                if last == 0 {
                    break;
                }
                let after_stay = self.back[last].move_after_stay;
                last -= 1;
                in_stay = after_stay.then(|| self.back[last].stay);
            }
        }
        stays.reverse();
        stays
    }
}

impl OpenStay {
    /// Metres east and north from the centre to `at`.
    fn away(&self, at: Position, scale: DegreeScale) -> (f64, f64) {
        let (east, north) = scale.offset(self.anchor, at);
        (east - self.middle.0, north - self.middle.1)
    }

    /// True if two stays are closer than 5 m.
    fn is_near(&self, other: &OpenStay, scale: DegreeScale) -> bool {
        let (x, y) = self.away(other.anchor, scale);
        let (x, y) = (x + other.middle.0, y + other.middle.1);
        x * x + y * y < 25.0
    }
}

/// A cluster's number as `u32`: there are fewer clusters than fixes, and those fit.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE - 1)
}
