//! How far it went.
//!
//! Satellites tremble, so the length from fix to fix is too long where fixes are dense, and roads bend, so it is too
//! short where they are sparse. So a path is made of corners: a fix that is no further from the last corner than its
//! accuracy explains is none. Between corners that are far apart in time the way is longer than straight, by what
//! its bends and the reported speeds say.

use super::fix::TrackFix;
use super::outliers::{DEFAULT_ACCURACY_M, seconds};
use super::rules::StopRules;
use super::stops::TrackStop;
use super::tracker::PointState;
use crate::Meters;
use crate::Position;
use crate::plane::ScaleCache;

/// A silence longer than the rules allow between two fixes on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TrackGap {
    /// Unix milliseconds of the last fix before it.
    pub from_ms: i64,
    /// Unix milliseconds of the first fix behind it.
    pub until_ms: i64,
    /// From the one to the other as the crow flies. It is not part of the mileage.
    pub distance: Meters,
}

/// How far a day went.
#[derive(Debug, Clone, PartialEq)]
pub struct Mileage {
    /// Along the cleaned path: stops are points, gaps count nothing.
    pub distance: Meters,
    /// From fix to fix as they came, for comparison.
    pub raw: Meters,
    /// Where nothing is known.
    pub gaps: Vec<TrackGap>,
}

/// From fix to fix, in the order of time.
pub(super) fn raw(fixes: &[TrackFix]) -> Meters {
    let mut scales = ScaleCache::default();
    let step = |pair: &[TrackFix]| {
        let (from, to) = (pair[0].position(), pair[1].position());
        scales.near(to).distance_m(from, to)
    };
    Meters(fixes.windows(2).map(step).sum())
}

/// A corner of the path.
#[derive(Debug, Clone, Copy)]
struct Corner {
    at: Position,
    at_ms: i64,
    speed_mps: Option<f64>,
}

/// A path being walked.
struct PathMeter<'r> {
    rules: &'r StopRules,
    scales: ScaleCache,
    corners: Vec<Corner>,
    /// Where and when it was last seen, corner or not.
    last: Option<Corner>,
    gaps: Vec<TrackGap>,
    distance_m: f64,
}

/// Measures the way through `fixes`, each of which is what `states` says.
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
    for (fix, state) in fixes.iter().zip(states) {
        match state {
            PointState::Outlier => {}
            PointState::Move => {
                path.pass(fix);
                inside = None;
            }
            PointState::Stop(number) if inside == Some(*number) => {}
            PointState::Stop(number) => {
                path.arrive(&stops[*number]);
                inside = Some(*number);
            }
        }
    }
    path.flush();
    (Meters(path.distance_m), path.gaps)
}

impl PathMeter<'_> {
    /// Goes on to a fix on the way.
    fn pass(&mut self, fix: &TrackFix) {
        let here = Corner {
            at: fix.position(),
            at_ms: fix.at_ms(),
            speed_mps: fix.speed_mps(),
        };
        if let Some(last) = self.last
            && seconds(here.at_ms.saturating_sub(last.at_ms)) > self.rules.gap_s
        {
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

    /// Goes to a stop, and leaves it.
    fn arrive(&mut self, stop: &TrackStop) {
        let corner = |at_ms| Corner {
            at: stop.center,
            at_ms,
            speed_mps: Some(0.0),
        };
        if let Some(last) = self.last
            && seconds(stop.from_ms.saturating_sub(last.at_ms)) > self.rules.gap_s
        {
            self.gap(last, corner(stop.from_ms));
        }
        self.corners.push(corner(stop.from_ms));
        self.flush();
        self.corners.push(corner(stop.until_ms));
        self.last = Some(corner(stop.until_ms));
    }

    /// Ends the path before a silence; what comes begins anew.
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

    /// Adds up the corners so far.
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

/// How much longer than straight a way is that turns as much as from `a` to `b`: an arc to its chord.
fn arc_to_chord(a: (f64, f64), b: (f64, f64)) -> f64 {
    let turn = (a.0 * b.1 - a.1 * b.0)
        .atan2(a.0 * b.0 + a.1 * b.1)
        .abs()
        .min(2.0);
    let half = turn / 2.0;
    if half < 1e-3 { 1.0 } else { half / half.sin() }
}
