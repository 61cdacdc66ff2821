//! What looks odd about a whole track: named signs, each with its weight, never an accusation.
//!
//! The names and the rule by which signs add up are those of a check-in's score ([`SpoofScore`](crate::SpoofScore));
//! here a day is looked at, so that what a handful of fixes cannot tell comes to light: lines too straight, motion that
//! belies itself, a way walked twice to the last digit.
//!
//! Honest phones are odd too. A fused position stands still for an hour, a network position lags behind a train, a modem
//! throws a fix a kilometre away. Each sign is therefore measured as a share or a length over which nothing honest in the
//! data (`docs/field-truth.md`) comes, and what is merely unusual weighs too little to flag by itself.

use serde::{Deserialize, Serialize};

use super::fix::TrackFix;
use super::motion::{Motion, count};
use crate::spoof::{combined, ramp, thousandths};

/// One kind of oddity of a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrackSignal {
    /// The system said that an app made a position up, or that it was simulated.
    Mock,
    /// The path goes on elsewhere, further than any vehicle went in the time.
    Teleport,
    /// The very same position for long, while the phone says that it moves or never trembling at all.
    Frozen,
    /// More accurate than a phone can be, or to the last digit the same all the way.
    ImpossibleAccuracy,
    /// At a constant speed along a line as no road and no hand goes.
    StraightLine,
    /// The reported speed is not that of the path.
    SpeedDisagrees,
    /// The reported direction is not that of the path.
    BearingDisagrees,
    /// The reported height goes up and down as nothing does that moves like this.
    AltitudeDisagrees,
    /// The same way twice, to the last digit.
    Replayed,
    /// The error does not wander, as that of satellites does: it was drawn by lot.
    Jitter,
    /// Of a path that claims an error of metres nothing trembles.
    NoTremor,
    /// The satellites' time, or the time since the phone started, and its clock went apart.
    GpsTime,
    /// Fixes that were old when they came.
    Stale,
    /// The receiver hears noise as near a strong transmitter.
    RadioNoise,
}

/// Weights of version 1. A sign of full strength and a weight of 0.5 or more flags by itself.
pub(super) const WEIGHTS_1: [(TrackSignal, f64); 14] = [
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
    (TrackSignal::Jitter, 0.35),
    (TrackSignal::AltitudeDisagrees, 0.55),
    (TrackSignal::Stale, 0.55),
    (TrackSignal::RadioNoise, 0.6),
];

/// One sign that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrackReason {
    /// Which.
    pub name: TrackSignal,
    /// What it weighs, 0 to 1.
    pub weight: f64,
    /// How strongly it was seen, above 0 to 1, to three decimals.
    pub value: f64,
}

/// All signs together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct TrackScore {
    /// 0 to 1; from [`SpoofScore::FLAG`](crate::SpoofScore::FLAG) on a manager should look.
    pub score: f64,
    /// The strongest first; empty when nothing was odd.
    pub reasons: Vec<TrackReason>,
}

/// What weighs how much: tunable, numbered.
#[derive(Debug, Clone, PartialEq)]
pub struct SignalRules {
    /// Which rules these are; any change gets a new number.
    pub version: u32,
    /// What each sign weighs, 0 to 1.
    pub weights: [(TrackSignal, f64); 14],
}

impl Default for SignalRules {
    /// Version 1.
    fn default() -> SignalRules {
        SignalRules {
            version: 1,
            weights: WEIGHTS_1,
        }
    }
}

impl TrackScore {
    /// Looks at `fixes`, in the order in which they came.
    pub fn from_fixes(fixes: &[TrackFix], rules: &SignalRules) -> TrackScore {
        let mut sorted = fixes.to_vec();
        sorted.sort_by(TrackFix::order);
        sorted.dedup();
        let motion = Motion::from_fixes(&sorted, fixes);
        let mut reasons: Vec<TrackReason> = rules
            .weights
            .iter()
            .map(|&(name, weight)| TrackReason {
                name,
                weight,
                value: thousandths(strength(name, &motion)),
            })
            .filter(|reason| reason.value > 0.0)
            .collect();
        // Stable: equals stay in the order of the table.
        reasons.sort_by(|a, b| (b.weight * b.value).total_cmp(&(a.weight * a.value)));
        TrackScore {
            score: combined(reasons.iter().map(|reason| (reason.weight, reason.value))),
            reasons,
        }
    }

    /// Whether a manager should look.
    pub fn is_flagged(&self) -> bool {
        self.score >= crate::SpoofScore::FLAG
    }
}

/// How strongly a sign is seen, 0 to 1.
fn strength(sign: TrackSignal, motion: &Motion) -> f64 {
    match sign {
        TrackSignal::Mock => f64::from(u8::from(motion.fixes.iter().any(TrackFix::mock))),
        TrackSignal::Teleport => ramp(motion.teleport_mps(), 40.0, 100.0),
        TrackSignal::Frozen => ramp(motion.frozen_s(), 20.0, 120.0),
        TrackSignal::ImpossibleAccuracy => motion.impossible_accuracy(),
        TrackSignal::StraightLine => ramp(motion.straight_share(), 0.05, 0.2),
        TrackSignal::SpeedDisagrees => ramp(motion.speed_disagreement(), 0.2, 0.45),
        TrackSignal::BearingDisagrees => ramp(motion.bearing_disagreement(), 0.15, 0.4),
        TrackSignal::AltitudeDisagrees => ramp(motion.altitude_disagreement(), 0.01, 0.05),
        TrackSignal::Replayed => ramp(count(motion.replayed()), 6.0, 14.0),
        TrackSignal::Jitter => ramp(motion.whiteness(), 1.6, 1.9),
        TrackSignal::NoTremor => ramp(-motion.tremor(), -0.01, -0.002),
        TrackSignal::GpsTime => ramp(motion.clocks_apart_s(), 30.0, 300.0),
        TrackSignal::Stale => ramp(motion.stale_share(), 0.02, 0.1),
        TrackSignal::RadioNoise => ramp(motion.radio_noise(), 125.0, 145.0),
    }
}
