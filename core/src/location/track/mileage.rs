//! How far it went.

use super::fix::TrackFix;
use super::plane::near_m;
use super::rules::StopRules;
use super::sieve::seconds;
use super::stops::Stop;
use super::tracker::PointState;
use crate::location::Position;
use crate::units::Meters;

/// A silence longer than the rules allow between two fixes on the way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gap {
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
    pub gaps: Vec<Gap>,
}

pub(super) fn measure(
    fixes: &[TrackFix],
    states: &[PointState],
    stops: &[Stop],
    rules: &StopRules,
) -> Mileage {
    let raw = fixes
        .windows(2)
        .map(|pair| near_m(pair[0].position(), pair[1].position()))
        .sum();
    let mut distance = 0.0;
    let mut gaps = Vec::new();
    let mut last: Option<(i64, Position, PointState)> = None;
    for (fix, state) in fixes.iter().zip(states) {
        let at = match state {
            PointState::Outlier => continue,
            PointState::Stop(n) => stops[*n].center,
            PointState::Move => fix.position(),
        };
        if let Some((before_ms, before, before_state)) = last {
            let same_stop = matches!(state, PointState::Stop(_)) && before_state == *state;
            let moved = near_m(before, at);
            if seconds(fix.at_ms() - before_ms) > rules.gap_s && !same_stop {
                gaps.push(Gap {
                    from_ms: before_ms,
                    until_ms: fix.at_ms(),
                    distance: Meters(moved),
                });
            } else {
                distance += moved;
            }
        }
        last = Some((fix.at_ms(), at, *state));
    }
    Mileage {
        distance: Meters(distance),
        raw: Meters(raw),
        gaps,
    }
}
