//! From stays to stops: what belongs together is joined, and each gets its place.

use super::fix::TrackFix;
use super::knot::Knot;
use super::plane::{Scale, near_m};
use super::rules::StopRules;
use super::segment::Stay;
use super::sieve::{USUAL_ACCURACY_M, seconds};
use crate::Meters;
use crate::Position;

/// A place where the phone stayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Stop {
    /// Unix milliseconds of arrival.
    pub from_ms: i64,
    /// Unix milliseconds of departure.
    pub until_ms: i64,
    /// Its middle.
    pub center: Position,
    /// Root mean square distance of its fixes from the middle.
    pub radius: Meters,
    /// How many fixes were made there.
    pub fixes: usize,
}

/// Joins stays in a row that are one: the same place, with a short stray in between that never left its neighbourhood.
pub(super) fn join(stays: Vec<Stay>, knots: &[Knot], rules: &StopRules) -> Vec<Stay> {
    let mut joined: Vec<(Stay, Position)> = Vec::with_capacity(stays.len());
    for stay in stays {
        let middle = middle_of(&knots[stay.first..=stay.last]);
        if let Some((before, at)) = joined.last_mut()
            && is_one(*before, *at, stay, middle, knots, rules)
        {
            before.last = stay.last;
            *at = middle_of(&knots[before.first..=before.last]);
            continue;
        }
        joined.push((stay, middle));
    }
    joined.into_iter().map(|(stay, _)| stay).collect()
}

fn is_one(
    before: Stay,
    at: Position,
    stay: Stay,
    middle: Position,
    knots: &[Knot],
    rules: &StopRules,
) -> bool {
    let between = &knots[before.last + 1..stay.first];
    let coarse_m = mean_accuracy_m(&knots[before.first..=before.last])
        .max(mean_accuracy_m(&knots[stay.first..=stay.last]));
    let away_s = seconds(
        knots[stay.first]
            .first_ms
            .saturating_sub(knots[before.last].last_ms),
    );
    near_m(at, middle) <= rules.join_m + rules.join_part * coarse_m
        && away_s <= rules.join_s
        && between
            .iter()
            .all(|knot| near_m(at, knot.at) <= rules.stray_m + coarse_m)
}

/// Drops the stays that are nowhere: positions that lag behind a train jump to and fro over kilometres.
pub(super) fn without_spread(mut stays: Vec<Stay>, knots: &[Knot]) -> Vec<Stay> {
    stays.retain(|stay| {
        let own = &knots[stay.first..=stay.last];
        let (middle, coarse_m) = (middle_of(own), mean_accuracy_m(own));
        let scale = Scale::at(middle.lat());
        let far = |knot: &&Knot| scale.distance_m(middle, knot.at) > SPREAD_M + 3.0 * coarse_m;
        own.iter().filter(far).count() * 10 <= own.len()
    });
    stays
}

/// No shop is wider, metres from its middle.
const SPREAD_M: f64 = 150.0;

/// Drops the stays that are part of a journey: waiting for the next train.
///
/// Only where the recorder states no accuracy: a phone's word about it tells a platform from the inside of a shop, and
/// rides between visits are what a rep's day is made of. Without that word a stay on the way, with a ride on one side of
/// it, counts from [`StopRules::wait_s`] on. Where a track begins and ends somebody stayed.
pub(super) fn without_waits(stays: &[Stay], knots: &[Knot], rules: &StopRules) -> Vec<Stay> {
    let is_wait = |at: usize, stay: &Stay| {
        let inside = &knots[stay.first..=stay.last];
        let lasted_s = seconds(
            knots[stay.last]
                .last_ms
                .saturating_sub(knots[stay.first].first_ms),
        );
        if lasted_s >= rules.wait_s || inside.iter().any(|knot| knot.is_stated) {
            return false;
        }
        let begin = at.checked_sub(1).map_or(0, |before| stays[before].last);
        let end = stays.get(at + 1).map_or(knots.len() - 1, |behind| behind.first);
        let (before, behind) = (&knots[begin..=stay.first], &knots[stay.last..=end]);
        before.len() > 1 && behind.len() > 1 && (is_ride(before, rules) || is_ride(behind, rules))
    };
    let kept = stays.iter().enumerate().filter(|(at, stay)| !is_wait(*at, stay));
    kept.map(|(_, stay)| *stay).collect()
}

/// Whether a way was ridden: faster than a bicycle for half a minute.
fn is_ride(way: &[Knot], rules: &StopRules) -> bool {
    let mut from = 0;
    way.iter().any(|knot| {
        while way.get(from + 1).is_some_and(|next| knot.since_s(next) >= 30.0) {
            from += 1;
        }
        let lasted_s = knot.since_s(&way[from]);
        lasted_s >= 30.0 && near_m(way[from].at, knot.at) >= rules.ride_mps * lasted_s
    })
}

/// Mean accuracy of some knots.
#[expect(clippy::cast_precision_loss, reason = "a count")]
fn mean_accuracy_m(knots: &[Knot]) -> f64 {
    knots.iter().map(|knot| knot.accuracy_m).sum::<f64>() / knots.len() as f64
}

/// Middle of some knots, weighted by what each is worth.
fn middle_of(knots: &[Knot]) -> Position {
    let scale = Scale::at(knots[0].at.lat());
    let mut sum = (0.0, 0.0, 0.0);
    for knot in knots {
        let (east, north) = scale.offset(knots[0].at, knot.at);
        let weight = 1.0 / (knot.accuracy_m * knot.accuracy_m);
        sum = (sum.0 + weight * east, sum.1 + weight * north, sum.2 + weight);
    }
    scale.point(knots[0].at, (sum.0 / sum.2, sum.1 / sum.2))
}

/// The place of a stop: the mean of its fixes by accuracy, with those far out counting less each round.
pub(super) fn place<'a>(fixes: &(impl Iterator<Item = &'a TrackFix> + Clone)) -> Option<(Position, Meters)> {
    let origin = fixes.clone().next()?.position();
    let scale = Scale::at(origin.lat());
    let mut middle = (0.0, 0.0);
    let mut radius2 = f64::INFINITY;
    for _ in 0..4 {
        let (mut sum, mut spread) = ((0.0, 0.0, 0.0), (0.0, 0.0));
        for fix in fixes.clone() {
            let accuracy = fix.accuracy_m().unwrap_or(USUAL_ACCURACY_M).max(3.0);
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
