//! From stays to stops: neighbouring stays are merged, false ones dropped, and each gets its centre and radius.

use super::cluster::FixCluster;
use super::fix::TrackFix;
use super::outliers::{DEFAULT_ACCURACY_M, seconds};
use super::rules::StopRules;
use super::segment::StaySegment;
use crate::Meters;
use crate::Position;
use crate::plane::{DegreeScale, planar_distance_m};

/// A place at which the phone stayed (a stay point).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackStop {
    /// Time of arrival, Unix milliseconds.
    pub from_ms: i64,
    /// Time of departure, Unix milliseconds.
    pub until_ms: i64,
    /// Centre of the stop.
    pub center: Position,
    /// Root mean square distance of its fixes from the centre.
    pub radius: Meters,
    /// Number of fixes at the stop.
    pub fixes: usize,
}

/// Merges consecutive stays at the same place, if the excursion between them was short and stayed near.
pub(super) fn merge(stays: Vec<StaySegment>, clusters: &[FixCluster], rules: &StopRules) -> Vec<StaySegment> {
    let mut merged: Vec<(StaySegment, Position)> = Vec::with_capacity(stays.len());
    for stay in stays {
        let middle = weighted_center(&clusters[stay.first..=stay.last]);
        if let Some((before, at)) = merged.last_mut()
            && is_same_place(*before, *at, stay, middle, clusters, rules)
        {
            before.last = stay.last;
            *at = weighted_center(&clusters[before.first..=before.last]);
            continue;
        }
        merged.push((stay, middle));
    }
    merged.into_iter().map(|(stay, _)| stay).collect()
}

fn is_same_place(
    before: StaySegment,
    at: Position,
    stay: StaySegment,
    middle: Position,
    clusters: &[FixCluster],
    rules: &StopRules,
) -> bool {
    if clusters[before.last + 1..=stay.first]
        .iter()
        .any(|cluster| cluster.starts_segment)
    {
        return false;
    }
    let between = &clusters[before.last + 1..stay.first];
    let coarse_m = mean_accuracy_m(&clusters[before.first..=before.last])
        .max(mean_accuracy_m(&clusters[stay.first..=stay.last]));
    let away_s = seconds(
        clusters[stay.first]
            .first_ms
            .saturating_sub(clusters[before.last].last_ms),
    );
    planar_distance_m(at, middle) <= rules.merge_m + rules.merge_part * coarse_m
        && away_s <= rules.merge_s
        && between
            .iter()
            .all(|cluster| planar_distance_m(at, cluster.at) <= rules.excursion_m + coarse_m)
}

/// Drops stays without a place: network locations that lag behind a train jump to and fro over kilometres.
pub(super) fn drop_scattered(mut stays: Vec<StaySegment>, clusters: &[FixCluster]) -> Vec<StaySegment> {
    stays.retain(|stay| {
        let own = &clusters[stay.first..=stay.last];
        let (middle, coarse_m) = (weighted_center(own), mean_accuracy_m(own));
        let scale = DegreeScale::at(middle.lat());
        let far =
            |cluster: &&FixCluster| scale.distance_m(middle, cluster.at) > RADIUS_MAX_M + 3.0 * coarse_m;
        own.iter().filter(far).count() * 10 <= own.len()
    });
    stays
}

/// Largest distance of a cluster from the centre of a stop, metres, before accuracy.
const RADIUS_MAX_M: f64 = 150.0;

/// Drops the stays that are part of a journey, such as waiting for the next train.
///
/// Applies only where the recorder states no accuracy: the stated accuracy tells a platform from the inside of a shop,
/// and rides between visits are ordinary in a rep's day. Without it a stay next to a ride counts from
/// [`StopRules::platform_wait_s`] on. A stay with which the track begins or ends always counts.
pub(super) fn drop_waits(
    stays: &[StaySegment],
    clusters: &[FixCluster],
    rules: &StopRules,
) -> Vec<StaySegment> {
    let is_wait = |at: usize, stay: &StaySegment| {
        let inside = &clusters[stay.first..=stay.last];
        let lasted_s = seconds(
            clusters[stay.last]
                .last_ms
                .saturating_sub(clusters[stay.first].first_ms),
        );
        if lasted_s >= rules.platform_wait_s || inside.iter().any(|cluster| cluster.is_stated) {
            return false;
        }
        let begin = at.checked_sub(1).map_or(0, |before| stays[before].last);
        let end = stays
            .get(at + 1)
            .map_or(clusters.len() - 1, |behind| behind.first);
        let (before, behind) = (&clusters[begin..=stay.first], &clusters[stay.last..=end]);
        before.len() > 1 && behind.len() > 1 && (is_ride(before, rules) || is_ride(behind, rules))
    };
    let remaining = stays.iter().enumerate().filter(|(at, stay)| !is_wait(*at, stay));
    remaining.map(|(_, stay)| *stay).collect()
}

/// True if a part of at least 30 s was faster than a bicycle.
fn is_ride(way: &[FixCluster], rules: &StopRules) -> bool {
    let mut from = 0;
    way.iter().any(|cluster| {
        while way
            .get(from + 1)
            .is_some_and(|next| cluster.since_s(next) >= 30.0)
        {
            from += 1;
        }
        let lasted_s = cluster.since_s(&way[from]);
        lasted_s >= 30.0 && planar_distance_m(way[from].at, cluster.at) >= rules.ride_mps * lasted_s
    })
}

/// Mean accuracy radius of the clusters, metres.
#[expect(clippy::cast_precision_loss, reason = "a count")]
fn mean_accuracy_m(clusters: &[FixCluster]) -> f64 {
    clusters.iter().map(|cluster| cluster.accuracy_m).sum::<f64>() / clusters.len() as f64
}

/// Mean position of the clusters, weighted by the inverse square of accuracy.
fn weighted_center(clusters: &[FixCluster]) -> Position {
    let scale = DegreeScale::at(clusters[0].at.lat());
    let mut sum = (0.0, 0.0, 0.0);
    for cluster in clusters {
        let (east, north) = scale.offset(clusters[0].at, cluster.at);
        let weight = 1.0 / (cluster.accuracy_m * cluster.accuracy_m);
        sum = (sum.0 + weight * east, sum.1 + weight * north, sum.2 + weight);
    }
    scale.point(clusters[0].at, (sum.0 / sum.2, sum.1 / sum.2))
}

/// Centre and radius of a stop: the mean of its fixes weighted by accuracy, with outliers down-weighted in four
/// iterations; `None` without a fix.
pub(super) fn robust_center<'a>(
    fixes: &(impl Iterator<Item = &'a TrackFix> + Clone),
) -> Option<(Position, Meters)> {
    let origin = fixes.clone().next()?.position();
    let scale = DegreeScale::at(origin.lat());
    let mut middle = (0.0, 0.0);
    let mut radius2 = f64::INFINITY;
    for _ in 0..4 {
        let (mut sum, mut spread) = ((0.0, 0.0, 0.0), (0.0, 0.0));
        for fix in fixes.clone() {
            let accuracy = fix.accuracy_m().unwrap_or(DEFAULT_ACCURACY_M).max(3.0);
            let (east, north) = scale.offset(origin, fix.position());
            let away2 = (east - middle.0).powi(2) + (north - middle.1).powi(2);
            let far = if radius2.is_finite() {
                1.0 + away2 / (3.0 * radius2 + 25.0)
            } else {
                1.0
            };
            let weight = 1.0 / (accuracy * accuracy * far);
            sum = (sum.0 + weight * east, sum.1 + weight * north, sum.2 + weight);
            spread = (spread.0 + away2 / far, spread.1 + 1.0 / far);
        }
        middle = (sum.0 / sum.2, sum.1 / sum.2);
        radius2 = if radius2.is_finite() {
            spread.0 / spread.1
        } else {
            1e4
        };
    }
    Some((scale.point(origin, middle), Meters(radius2.sqrt())))
}
