//! Clusters: the fixes of a few seconds taken together, so that a fix a second costs no more than one every five.

use super::fix::TrackFix;
use super::outliers::{DEFAULT_ACCURACY_M, seconds};
use crate::Position;
use crate::plane::DegreeScale;

/// How long a cluster lasts at most, milliseconds.
const CLUSTER_MS: i64 = 8_000;

/// Some fixes in a row as one: their middle, weighted by accuracy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FixCluster {
    pub(super) at: Position,
    /// Middle of first and last fix, Unix milliseconds.
    pub(super) mid_ms: i64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    /// Radius of confidence, metres.
    pub(super) accuracy_m: f64,
    /// Mean of the speeds that were reported, metres a second.
    pub(super) speed_mps: Option<f64>,
    /// The recorder said how accurate it was.
    pub(super) is_stated: bool,
}

/// A cluster being complete.
#[derive(Debug, Clone)]
pub(super) struct ClusterBuilder {
    origin: Position,
    scale: DegreeScale,
    first_ms: i64,
    last_ms: i64,
    weight: f64,
    east: f64,
    north: f64,
    count: f64,
    accuracy: f64,
    stated: bool,
    speeds: f64,
    speed: f64,
}

impl ClusterBuilder {
    /// Begins with `fix`.
    pub(super) fn begin(fix: &TrackFix, scale: DegreeScale) -> ClusterBuilder {
        let mut open_cluster = ClusterBuilder {
            origin: fix.position(),
            scale,
            first_ms: fix.at_ms(),
            last_ms: fix.at_ms(),
            weight: 0.0,
            east: 0.0,
            north: 0.0,
            count: 0.0,
            accuracy: 0.0,
            stated: false,
            speeds: 0.0,
            speed: 0.0,
        };
        open_cluster.add(fix);
        open_cluster
    }

    /// Whether a fix at that time is of this cluster.
    pub(super) fn includes(&self, at_ms: i64) -> bool {
        at_ms.saturating_sub(self.first_ms) < CLUSTER_MS
    }

    /// Adds a fix.
    pub(super) fn add(&mut self, fix: &TrackFix) {
        let accuracy = fix.accuracy_m().unwrap_or(DEFAULT_ACCURACY_M).max(1.0);
        let (east, north) = self.scale.offset(self.origin, fix.position());
        let weight = 1.0 / (accuracy * accuracy);
        self.weight += weight;
        self.east += weight * east;
        self.north += weight * north;
        self.count += 1.0;
        self.accuracy += accuracy;
        self.stated |= fix.accuracy_m().is_some();
        if let Some(speed) = fix.speed_mps() {
            self.speeds += 1.0;
            self.speed += speed;
        }
        self.last_ms = fix.at_ms();
    }

    /// The cluster so far.
    pub(super) fn build(&self) -> FixCluster {
        let middle = (self.east / self.weight, self.north / self.weight);
        FixCluster {
            at: self.scale.point(self.origin, middle),
            mid_ms: self.first_ms + (self.last_ms - self.first_ms) / 2,
            first_ms: self.first_ms,
            last_ms: self.last_ms,
            accuracy_m: self.accuracy / self.count,
            speed_mps: (self.speeds > 0.0).then(|| self.speed / self.speeds),
            is_stated: self.stated,
        }
    }
}

impl FixCluster {
    /// Seconds from the middle of `earlier` to the middle of this one.
    pub(super) fn since_s(&self, earlier: &FixCluster) -> f64 {
        seconds(self.mid_ms.saturating_sub(earlier.mid_ms))
    }
}
