//! Where a day falls into staying and moving: the most likely of all ways to cut it.
//!
//! A semi-Markov model, solved exactly but for a beam (Viterbi over segments). In a *stay* every cluster is scattered around
//! one anchor, which is not known beforehand but learnt from the stay itself; in a *move* each cluster is a step from where
//! the phone was a while ago, at one of a few paces. Entering and leaving a stay has its price, and none is shorter than
//! [`StopRules::shortest_s`]. Errors of satellites wander, so that sixty fixes of a minute tell hardly more than two: a
//! cluster weighs as much as the time it stands for.
//!
//! Every cluster is looked at once, with at most [`BEAM`] stays open, whatever the length of the day. What is remembered of
//! a cluster are two pointers, from which the cut is read off backwards; reading it off does not disturb what comes.

use super::cluster::FixCluster;
use super::outliers::seconds;
use super::rules::{SILENCE_S, StopRules, stayed_in_silence_s};
use crate::Position;
use crate::plane::{DegreeScale, ScaleCache};

/// The most stays that are followed at once.
const BEAM: usize = 6;
/// No stay.
const NONE: u32 = u32::MAX;

/// A run of clusters in which the phone stayed: from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StaySegment {
    pub(super) first: usize,
    pub(super) last: usize,
}

/// A stay that may be going on.
#[derive(Debug, Clone, Copy)]
struct OpenStay {
    first: u32,
    score: f64,
    anchor: Position,
    /// Metres east and north from `anchor` to the learnt middle.
    middle: (f64, f64),
    /// How uncertain the middle is: its variance, square metres.
    variance: f64,
}

/// What is remembered of a cluster to read the cut off.
#[derive(Debug, Clone, Copy)]
struct BackPointers {
    /// The best stay that could end with this cluster, by its first cluster.
    stay: u32,
    /// The move that this cluster belongs to follows upon a stay that ended before it.
    move_after_stay: bool,
    /// A stay that begins with this cluster follows upon a stay.
    stay_after_stay: bool,
}

/// The cutting of a day, under way.
#[derive(Debug, Clone)]
pub(super) struct Segmenter {
    rules: StopRules,
    clusters: Vec<FixCluster>,
    back: Vec<BackPointers>,
    open: Vec<OpenStay>,
    /// Best score of all cuts that end in a move with the last cluster.
    moving: f64,
    /// The cluster from which steps are measured.
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

    /// The clusters so far.
    pub(super) fn clusters(&self) -> &[FixCluster] {
        &self.clusters
    }

    /// Takes the next cluster.
    pub(super) fn push(&mut self, cluster: FixCluster) {
        let Some(before) = self.clusters.last().copied() else {
            return self.begin(cluster);
        };
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

    fn open_stay(&mut self, cluster: &FixCluster, score: f64) {
        self.open.push(OpenStay {
            first: index(self.clusters.len() - 1),
            score,
            anchor: cluster.at,
            middle: (0.0, 0.0),
            variance: self.rules.spread2(cluster),
        });
    }

    /// Scores `cluster` as one more of every open stay, and lets them learn from it.
    fn extend_stays(&mut self, cluster: &FixCluster, scale: DegreeScale, weight: f64) {
        let rules = &self.rules;
        let own2 = rules.spread2(cluster);
        // Errors wander over hours: the middle follows, because it is never surer than this.
        let variance_min = own2 / rules.memory;
        let speed = rules.still(cluster);
        for stay in &mut self.open {
            let (x, y) = stay.away(cluster.at, scale);
            let (log, pull) = StopRules::scatter(x * x + y * y, own2 + stay.variance);
            stay.score += weight * (log + speed);
            let learn = weight * pull * stay.variance / own2;
            let kept = 1.0 / (1.0 + learn);
            stay.middle.0 += learn * kept * x;
            stay.middle.1 += learn * kept * y;
            stay.variance = (stay.variance * kept).max(variance_min);
        }
    }

    /// How likely the last step is for someone who moves, as a logarithm.
    fn step(&mut self, cluster: &FixCluster, scale: DegreeScale) -> f64 {
        let last = self.clusters.len() - 1;
        while self.lag + 1 < last && cluster.since_s(&self.clusters[self.lag + 1]) >= self.rules.lag_s {
            self.lag += 1;
        }
        let from = &self.clusters[self.lag];
        let moved_m = scale.distance_m(from.at, cluster.at);
        self.rules.step(moved_m, cluster.since_s(from), cluster)
    }

    /// The best stay that may end with the last cluster; `next` is the cluster that follows, if there is one.
    fn best_closed_stay(&self, next: Option<(&FixCluster, DegreeScale)>) -> (f64, u32) {
        let last = &self.clusters[self.clusters.len() - 1];
        let mut best = (f64::NEG_INFINITY, NONE);
        for stay in &self.open {
            let first = &self.clusters[stay.first as usize];
            let stayed_s = seconds(last.last_ms.saturating_sub(first.first_ms));
            let (silent_s, gain) = next.map_or((0.0, 0.0), |(next, scale)| {
                let silence_s = next.since_s(last);
                if silence_s < SILENCE_S {
                    return (0.0, 0.0);
                }
                let (x, y) = stay.away(next.at, scale);
                let away_m = x.hypot(y);
                let stayed_s = stayed_in_silence_s(silence_s, away_m);
                // The way to the next cluster was made in what is left of the silence, not in all of it.
                let late = self.rules.step(away_m, silence_s - stayed_s, next);
                (stayed_s, late - self.rules.step(away_m, silence_s, next))
            });
            let score = stay.score + gain + self.rules.leave + self.rules.lasting(stayed_s + silent_s);
            if score > best.0 {
                best = (score, stay.first);
            }
        }
        best
    }

    /// Drops the stays that will not win any more: far behind the best, or behind an older one at the same place.
    fn prune(&mut self) {
        let scale = self.scales.near(self.clusters[self.clusters.len() - 1].at);
        let best = self
            .open
            .iter()
            .map(|stay| stay.score)
            .fold(self.moving, f64::max);
        let cutoff = best - self.rules.beam;
        self.open.retain(|stay| stay.score > cutoff);
        let mut kept = 0;
        for at in 0..self.open.len() {
            let stay = self.open[at];
            let beaten = self.open[..kept]
                .iter()
                .any(|older| older.score >= stay.score && older.is_near(&stay, scale));
            if !beaten {
                self.open[kept] = stay;
                kept += 1;
            }
        }
        self.open.truncate(kept);
        if self.open.len() > BEAM {
            let worst =
                (0..self.open.len() - 1).min_by(|a, b| self.open[*a].score.total_cmp(&self.open[*b].score));
            self.open.remove(worst.unwrap_or(0));
        }
    }

    /// Reads off the stays of the best cut, in the order of time.
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
    /// Metres east and north from the middle to `at`.
    fn away(&self, at: Position, scale: DegreeScale) -> (f64, f64) {
        let (east, north) = scale.offset(self.anchor, at);
        (east - self.middle.0, north - self.middle.1)
    }

    /// Whether two stays are at the same place as far as anyone can tell.
    fn is_near(&self, other: &OpenStay, scale: DegreeScale) -> bool {
        let (x, y) = self.away(other.anchor, scale);
        let (x, y) = (x + other.middle.0, y + other.middle.1);
        x * x + y * y < 25.0
    }
}

/// There are fewer clusters than fixes, and of those fewer than a `u32` counts.
fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(NONE - 1)
}
