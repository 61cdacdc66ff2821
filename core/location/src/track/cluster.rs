//! Downsampling: the fixes of a few seconds become one cluster, so that a fix a second costs no more than one every
//! five.

use super::fix::TrackFix;
use super::outliers::{DEFAULT_ACCURACY_M, seconds};
use crate::Position;
use crate::plane::DegreeScale;

/// Longest duration of a cluster, milliseconds.
const CLUSTER_MS: i64 = 8_000;

/// Consecutive fixes as one: their mean position, weighted by accuracy.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct FixCluster {
    pub(super) at: Position,
    /// Midpoint of the times of the first and the last fix, Unix milliseconds.
    pub(super) mid_ms: i64,
    pub(super) first_ms: i64,
    pub(super) last_ms: i64,
    /// Mean accuracy radius of the fixes, metres.
    pub(super) accuracy_m: f64,
    /// Mean of the reported speeds, metres a second.
    pub(super) speed_mps: Option<f64>,
    /// True if the recorder stated an accuracy for any fix.
    pub(super) is_stated: bool,
    /// True if the recorder was off between the cluster before and this one.
    pub(super) starts_segment: bool,
}

/// The running sums of the cluster that is still open.
#[derive(Debug, Clone)]
pub(super) struct ClusterBuilder {
    origin: Position,
    scale: DegreeScale,
    first_ms: i64,
    last_ms: i64,
    weight_sum: f64,
    east_sum: f64,
    north_sum: f64,
    count: f64,
    accuracy_sum_m: f64,
    is_stated: bool,
    speed_count: f64,
    speed_sum_mps: f64,
    starts_segment: bool,
}

impl ClusterBuilder {
    /// Starts a cluster with `fix`; `starts_segment` is true if the recorder was off before it.
    pub(super) fn begin(fix: &TrackFix, starts_segment: bool, scale: DegreeScale) -> ClusterBuilder {
        let mut open_cluster = ClusterBuilder {
            origin: fix.position(),
            scale,
            first_ms: fix.at_ms(),
            last_ms: fix.at_ms(),
            weight_sum: 0.0,
            east_sum: 0.0,
            north_sum: 0.0,
            count: 0.0,
            accuracy_sum_m: 0.0,
            is_stated: false,
            speed_count: 0.0,
            speed_sum_mps: 0.0,
            starts_segment,
        };
        open_cluster.add(fix);
        open_cluster
    }

    /// True if a fix at that time belongs to this cluster.
    pub(super) fn includes(&self, at_ms: i64) -> bool {
        at_ms.saturating_sub(self.first_ms) < CLUSTER_MS
    }

    /// Adds a fix to the sums.
    pub(super) fn add(&mut self, fix: &TrackFix) {
        let accuracy = fix.accuracy_m().unwrap_or(DEFAULT_ACCURACY_M).max(1.0);
        let (east, north) = self.scale.offset(self.origin, fix.position());
        let weight = 1.0 / (accuracy * accuracy);
        self.weight_sum += weight;
        self.east_sum += weight * east;
        self.north_sum += weight * north;
        self.count += 1.0;
        self.accuracy_sum_m += accuracy;
        self.is_stated |= fix.accuracy_m().is_some();
        if let Some(speed) = fix.speed_mps() {
            self.speed_count += 1.0;
            self.speed_sum_mps += speed;
        }
        self.last_ms = fix.at_ms();
    }

    /// The cluster of the fixes added so far.
    pub(super) fn build(&self) -> FixCluster {
        let middle = (self.east_sum / self.weight_sum, self.north_sum / self.weight_sum);
        FixCluster {
            at: self.scale.point(self.origin, middle),
            mid_ms: self.first_ms + (self.last_ms - self.first_ms) / 2,
            first_ms: self.first_ms,
            last_ms: self.last_ms,
            accuracy_m: self.accuracy_sum_m / self.count,
            speed_mps: (self.speed_count > 0.0).then(|| self.speed_sum_mps / self.speed_count),
            is_stated: self.is_stated,
            starts_segment: self.starts_segment,
        }
    }
}

impl FixCluster {
    /// Seconds from the midpoint of `earlier` to the midpoint of this one.
    pub(super) fn since_s(&self, earlier: &FixCluster) -> f64 {
        seconds(self.mid_ms.saturating_sub(earlier.mid_ms))
    }
}
