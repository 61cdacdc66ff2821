//! The spoof score of a track: named signals, each with its weight, never an accusation.
//!
//! Names and combination are those of a check-in's score ([`SpoofScore`](crate::SpoofScore)). A whole day shows what a
//! handful of fixes cannot: lines too straight, motion that contradicts itself, a path repeated to the last digit.
//!
//! Honest phones show anomalies too: a fused position stands still for an hour, a network location lags behind a train,
//! a modem reports a fix a kilometre away. Each signal is therefore measured as a share or a length above anything
//! honest in the data (`docs/field-truth.md`), and what is merely unusual has too little weight to flag by itself.

use serde::{Deserialize, Serialize};

use super::errors::StopErrors;
use super::fix::TrackFix;
use super::motion::{Motion, count};
use super::rules::StopRules;
use super::tracker::{PointState, Track};
use super::ways::missing_ways;
use crate::spoof::{combined, ramp, thousandths};

/// A kind of anomaly of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackSignal {
    /// The system marked a position as mock or simulated.
    Mock,
    /// The path continues at another place, faster than any vehicle.
    Teleport,
    /// The position is constant for long, while the phone reports motion or all other numbers are constant too.
    Frozen,
    /// The stated accuracy is finer than a phone's or than the grid of the coordinates, or exactly constant along the path.
    ImpossibleAccuracy,
    /// The path runs at constant speed, along straight lines or all day, as no road and no driver does.
    StraightLine,
    /// The reported speed contradicts the path.
    SpeedDisagrees,
    /// The reported bearing contradicts the path.
    BearingDisagrees,
    /// The reported altitude changes faster than an aircraft's.
    AltitudeDisagrees,
    /// The path repeats itself, to the last digit or in all its times.
    Replayed,
    /// The position error is uncorrelated noise; a satellite receiver's is correlated in time.
    Jitter,
    /// The path has no noise, although an error of metres is stated.
    NoTremor,
    /// GNSS time, or the time since boot, drifts from the phone's clock.
    GpsTime,
    /// Fixes were already old at their arrival.
    Stale,
    /// The receiver reports noise as near a strong transmitter.
    RadioNoise,
    /// The day has stops kilometres apart, and nothing of the ways between them.
    MissingWays,
}

/// Weights of version 3. A signal of full strength and a weight of 0.5 or more flags by itself.
pub(super) const WEIGHTS_3: [(TrackSignal, f64); 15] = [
    (TrackSignal::Mock, 0.9),
    (TrackSignal::Teleport, 0.7),
    (TrackSignal::Replayed, 0.7),
    (TrackSignal::StraightLine, 0.65),
    (TrackSignal::SpeedDisagrees, 0.6),
    (TrackSignal::Frozen, 0.6),
    (TrackSignal::ImpossibleAccuracy, 0.6),
    (TrackSignal::BearingDisagrees, 0.6),
    (TrackSignal::GpsTime, 0.6),
    (TrackSignal::NoTremor, 0.3),
    (TrackSignal::Jitter, 0.62),
    (TrackSignal::AltitudeDisagrees, 0.55),
    (TrackSignal::Stale, 0.55),
    (TrackSignal::RadioNoise, 0.6),
    (TrackSignal::MissingWays, 0.6),
];

/// A signal that was detected in a track.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrackReason {
    /// The kind of signal.
    pub name: TrackSignal,
    /// Weight under these rules, 0 to 1.
    pub weight: f64,
    /// Strength, above 0 to 1, to three decimals.
    pub value: f64,
}

/// The combined score of a track and its signals.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackScore {
    /// Combined score, 0 to 1; from [`SpoofScore::FLAG`](crate::SpoofScore::FLAG) a manager should look at the track.
    pub score: f64,
    /// The detected signals, strongest first; empty if there are none.
    pub reasons: Vec<TrackReason>,
}

/// The tunable, versioned weights of the signals.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRules {
    /// Version of the rules; any change gets a new number.
    pub version: u32,
    /// Weight of each signal, 0 to 1.
    pub weights: [(TrackSignal, f64); 15],
}

impl Default for SignalRules {
    /// The weights of version 3.
    fn default() -> SignalRules {
        SignalRules {
            version: 3,
            weights: WEIGHTS_3,
        }
    }
}

impl TrackScore {
    /// Scores `fixes`, given in order of arrival.
    pub fn from_fixes(fixes: &[TrackFix], rules: &SignalRules) -> TrackScore {
        let mut sorted = fixes.to_vec();
        sorted.sort_by(TrackFix::order);
        sorted.dedup();
        let track = Track::from_fixes(&sorted, &StopRules::default());
        let states = sorted.iter().zip(&track.states);
        let belongs = states.filter(|(_, state)| **state != PointState::Outlier);
        let kept: Vec<TrackFix> = belongs.map(|(fix, _)| *fix).collect();
        let evidence = Evidence {
            motion: Motion::from_fixes(&sorted, fixes),
            kept: Motion::from_fixes(&kept, &kept),
            errors: StopErrors::from_track(&sorted, &track),
            track,
        };
        let mut reasons: Vec<TrackReason> = rules
            .weights
            .iter()
            .map(|&(name, weight)| TrackReason {
                name,
                weight,
                value: thousandths(evidence.strength(name)),
            })
            .filter(|reason| reason.value > 0.0)
            .collect();
        // A stable sort: equals keep the order of the table.
        reasons.sort_by(|a, b| (b.weight * b.value).total_cmp(&(a.weight * a.value)));
        TrackScore {
            score: combined(reasons.iter().map(|reason| (reason.weight, reason.value))),
            reasons,
        }
    }

    /// True if a manager should look at the track.
    pub fn is_flagged(&self) -> bool {
        self.score >= crate::SpoofScore::FLAG
    }
}

/// Everything from which signals are measured.
struct Evidence<'f> {
    motion: Motion<'f>,
    /// The motion without outliers.
    kept: Motion<'f>,
    track: Track,
    errors: Option<StopErrors>,
}

impl Evidence<'_> {
    /// Strength of a signal, 0 to 1.
    fn strength(&self, sign: TrackSignal) -> f64 {
        let motion = &self.motion;
        match sign {
            TrackSignal::Mock => f64::from(u8::from(motion.fixes.iter().any(TrackFix::mock))),
            TrackSignal::Teleport => ramp(motion.teleport_mps(), 40.0, 100.0),
            TrackSignal::Frozen => ramp(motion.frozen_s(), 20.0, 120.0),
            TrackSignal::ImpossibleAccuracy => {
                let spread_m = self.errors.map(|errors| errors.spread_m);
                let grid = ramp(motion.grid_part(), 0.35, 0.7);
                motion.impossible_accuracy(spread_m).max(grid)
            }
            TrackSignal::StraightLine => ramp(motion.straight_share(), 0.05, 0.2)
                .max(ramp(motion.long_line_share(), 0.7, 0.9))
                .max(ramp(motion.even_pace_share(), 0.8, 0.9)),
            TrackSignal::SpeedDisagrees => {
                ramp(self.kept.speed_disagreement(), 0.2, 0.45).max(ramp(self.kept.speed_bias(), 0.09, 0.16))
            }
            TrackSignal::BearingDisagrees => ramp(motion.bearing_disagreement(), 0.15, 0.4),
            TrackSignal::AltitudeDisagrees => ramp(motion.altitude_disagreement(), 0.01, 0.05),
            TrackSignal::Replayed => {
                ramp(count(motion.replayed()), 6.0, 14.0).max(ramp(motion.repeated_share(), 0.15, 0.3))
            }
            // A few short windows do not flag by themselves.
            TrackSignal::Jitter => (0.55 * ramp(motion.whiteness(), 1.6, 1.9))
                .max(ramp(motion.white_share(), 0.78, 0.92))
                .max(self.errors.map_or(0.0, |errors| errors.by_lot())),
            TrackSignal::NoTremor => ramp(-motion.tremor(), -0.01, -0.002),
            TrackSignal::GpsTime => ramp(motion.clocks_apart_s(), 30.0, 300.0),
            TrackSignal::Stale => ramp(motion.stale_share(), 0.02, 0.1),
            TrackSignal::RadioNoise => ramp(motion.radio_noise(), 125.0, 145.0),
            TrackSignal::MissingWays => ramp(missing_ways(motion.fixes, &self.track), 0.7, 0.9),
        }
    }
}

#[cfg(test)]
mod tests;
