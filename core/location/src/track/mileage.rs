//! Mileage: the length of the cleaned path, and its gaps.
//!
//! Noise makes the length from fix to fix too long where fixes are dense; bends make it too short where they are
//! sparse. So the path consists of corners: a fix no farther from the last corner than its accuracy explains is not a
//! corner. Between corners that are far apart in time the length is increased by an estimate from the bends and the
//! reported speeds.

use super::fix::TrackFix;
use super::outliers::{DEFAULT_ACCURACY_M, seconds};
use super::rules::StopRules;
use super::stops::TrackStop;
use super::tracker::PointState;
use crate::Meters;
use crate::Position;
use crate::plane::ScaleCache;

/// A time between two fixes of which nothing is known: a silence longer than the rules allow, or one in which the
/// recorder was off by its own account ([`TrackFix::starts_segment`]).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackGap {
    /// Time of the last fix before it, Unix milliseconds.
    pub from_ms: i64,
    /// Time of the first fix after it, Unix milliseconds.
    pub until_ms: i64,
    /// Straight-line distance between the two. Not part of the mileage.
    pub distance: Meters,
}

/// The distance travelled in a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Mileage {
    /// Length of the cleaned path: stops are points, gaps count 0.
    pub distance: Meters,
    /// Length from fix to fix without cleaning, for comparison.
    pub raw: Meters,
    /// The silences without fixes, in time order.
    pub gaps: Vec<TrackGap>,
}

/// Length from fix to fix, in time order, without the times in which the recorder was off.
pub(super) fn raw(fixes: &[TrackFix]) -> Meters {
    let mut scales = ScaleCache::default();
    let step = |pair: &[TrackFix]| {
        if pair[1].starts_segment() {
            return 0.0;
        }
        let (from, to) = (pair[0].position(), pair[1].position());
        scales.near(to).distance_m(from, to)
    };
    Meters(fixes.windows(2).map(step).sum())
}

/// A vertex of the simplified path.
#[derive(Debug, Clone, Copy)]
struct Corner {
    at: Position,
    at_ms: i64,
    speed_mps: Option<f64>,
}

/// The measurement of a path, fix by fix.
struct PathMeter<'r> {
    rules: &'r StopRules,
    scales: ScaleCache,
    corners: Vec<Corner>,
    /// The last fix, corner or not.
    last: Option<Corner>,
    gaps: Vec<TrackGap>,
    distance_m: f64,
}

/// Measures the path through `fixes`; `states` has the state of each.
pub(super) fn measure(
    fixes: &[TrackFix],
    states: &[PointState],
    stops: &[TrackStop],
    rules: &StopRules,
) -> (Meters, Vec<TrackGap>) {
    let mut path = PathMeter {
        rules,
        scales: ScaleCache::default(),
        corners: Vec::new(),
        last: None,
        gaps: Vec::new(),
        distance_m: 0.0,
    };
    let mut inside = None;
    // An outlier may carry the mark of a segment.
    let mut is_cut = false;
    for (fix, state) in fixes.iter().zip(states) {
        is_cut |= fix.starts_segment();
        match state {
            PointState::Outlier => continue,
            PointState::Move => {
                path.pass(fix, is_cut);
                inside = None;
            }
            PointState::Stop(number) if inside == Some(*number) => {}
            PointState::Stop(number) => {
                path.arrive(&stops[*number], is_cut);
                inside = Some(*number);
            }
        }
        is_cut = false;
    }
    path.flush();
    (Meters(path.distance_m), path.gaps)
}

impl PathMeter<'_> {
    /// The last fix, if nothing is known of the time from it to `at_ms`.
    fn gap_before(&self, at_ms: i64, is_cut: bool) -> Option<Corner> {
        self.last
            .filter(|last| is_cut || seconds(at_ms.saturating_sub(last.at_ms)) > self.rules.gap_s)
    }

    /// Adds a fix of a move; `is_cut` is true if the recorder was off before it.
    fn pass(&mut self, fix: &TrackFix, is_cut: bool) {
        let here = Corner {
            at: fix.position(),
            at_ms: fix.at_ms(),
            speed_mps: fix.speed_mps(),
        };
        if let Some(last) = self.gap_before(here.at_ms, is_cut) {
            self.gap(last, here);
        }
        self.last = Some(here);
        let Some(corner) = self.corners.last() else {
            self.corners.push(here);
            return;
        };
        let away_m = self.scales.near(here.at).distance_m(corner.at, here.at);
        let accuracy_m = fix.accuracy_m().unwrap_or(DEFAULT_ACCURACY_M);
        if away_m >= self.rules.corner_m + self.rules.corner_part * accuracy_m {
            self.corners.push(here);
        }
    }

    /// Adds a stop, as one corner on arrival and one on departure; `is_cut` is true if the recorder was off before it.
    fn arrive(&mut self, stop: &TrackStop, is_cut: bool) {
        let corner = |at_ms| Corner {
            at: stop.center,
            at_ms,
            speed_mps: Some(0.0),
        };
        if let Some(last) = self.gap_before(stop.from_ms, is_cut) {
            self.gap(last, corner(stop.from_ms));
        }
        self.corners.push(corner(stop.from_ms));
        self.flush();
        self.corners.push(corner(stop.until_ms));
        self.last = Some(corner(stop.until_ms));
    }

    /// Ends the path before a silence; the next fix starts a new one.
    fn gap(&mut self, last: Corner, next: Corner) {
        if self
            .corners
            .last()
            .is_some_and(|corner| corner.at_ms != last.at_ms)
        {
            self.corners.push(last);
        }
        self.flush();
        let distance = Meters(self.scales.near(next.at).distance_m(last.at, next.at));
        self.gaps.push(TrackGap {
            from_ms: last.at_ms,
            until_ms: next.at_ms,
            distance,
        });
    }

    /// Adds the length of the corners so far and forgets them.
    fn flush(&mut self) {
        let steps: Vec<(f64, f64)> = self
            .corners
            .windows(2)
            .map(|pair| self.scales.near(pair[1].at).offset(pair[0].at, pair[1].at))
            .collect();
        for (number, step) in steps.iter().enumerate() {
            let straight_m = (step.0 * step.0 + step.1 * step.1).sqrt();
            let (from, to) = (&self.corners[number], &self.corners[number + 1]);
            let lasted_s = seconds(to.at_ms.saturating_sub(from.at_ms));
            let bend = |other: Option<&(f64, f64)>| other.map_or(1.0, |other| arc_to_chord(*step, *other));
            let bent = f64::midpoint(
                bend(number.checked_sub(1).map(|n| &steps[n])),
                bend(steps.get(number + 1)),
            );
            let driven_m = match (from.speed_mps, to.speed_mps) {
                (Some(a), Some(b)) if lasted_s <= 60.0 => f64::midpoint(a, b) * lasted_s,
                _ => 0.0,
            };
            let sparse = ((lasted_s - 6.0) / 6.0).clamp(0.0, 1.0);
            let by_bend = self.rules.bend_part * straight_m * (bent - 1.0);
            let by_speed =
                self.rules.driven_part * sparse * (driven_m - straight_m).clamp(0.0, 0.6 * straight_m);
            self.distance_m += straight_m + by_bend + by_speed;
        }
        self.corners.clear();
    }
}

/// The ratio of an arc to its chord, for a turn from direction `a` to `b`.
fn arc_to_chord(a: (f64, f64), b: (f64, f64)) -> f64 {
    let turn = (a.0 * b.1 - a.1 * b.0)
        .atan2(a.0 * b.0 + a.1 * b.1)
        .abs()
        .min(2.0);
    let half = turn / 2.0;
    if half < 1e-3 { 1.0 } else { half / half.sin() }
}
