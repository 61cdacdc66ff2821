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
pub enum TrackSign {
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
pub(super) const WEIGHTS_1: [(TrackSign, f64); 14] = [
    (TrackSign::Mock, 0.9),
    (TrackSign::Teleport, 0.7),
    (TrackSign::Replayed, 0.7),
    (TrackSign::StraightLine, 0.65),
    (TrackSign::SpeedDisagrees, 0.6),
    (TrackSign::Frozen, 0.6),
    (TrackSign::ImpossibleAccuracy, 0.6),
    (TrackSign::BearingDisagrees, 0.6),
    (TrackSign::GpsTime, 0.6),
    (TrackSign::NoTremor, 0.3),
    (TrackSign::Jitter, 0.35),
    (TrackSign::AltitudeDisagrees, 0.55),
    (TrackSign::Stale, 0.55),
    (TrackSign::RadioNoise, 0.6),
];

/// One sign that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct TrackReason {
    /// Which.
    pub name: TrackSign,
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
pub struct SignRules {
    /// Which rules these are; any change gets a new number.
    pub version: u32,
    /// What each sign weighs, 0 to 1.
    pub weights: [(TrackSign, f64); 14],
}

impl Default for SignRules {
    /// Version 1.
    fn default() -> SignRules {
        SignRules {
            version: 1,
            weights: WEIGHTS_1,
        }
    }
}

impl TrackScore {
    /// Looks at `fixes`, in the order in which they came.
    pub fn of(fixes: &[TrackFix], rules: &SignRules) -> TrackScore {
        let mut sorted = fixes.to_vec();
        sorted.sort_by(TrackFix::order);
        sorted.dedup();
        let motion = Motion::of(&sorted, fixes);
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
fn strength(sign: TrackSign, motion: &Motion) -> f64 {
    match sign {
        TrackSign::Mock => f64::from(u8::from(motion.fixes.iter().any(TrackFix::mock))),
        TrackSign::Teleport => ramp(motion.teleport_mps(), 40.0, 100.0),
        TrackSign::Frozen => ramp(motion.frozen_s(), 20.0, 120.0),
        TrackSign::ImpossibleAccuracy => motion.impossible_accuracy(),
        TrackSign::StraightLine => ramp(motion.straight_share(), 0.05, 0.2),
        TrackSign::SpeedDisagrees => ramp(motion.speed_disagreement(), 0.2, 0.45),
        TrackSign::BearingDisagrees => ramp(motion.bearing_disagreement(), 0.15, 0.4),
        TrackSign::AltitudeDisagrees => ramp(motion.altitude_disagreement(), 0.01, 0.05),
        TrackSign::Replayed => ramp(count(motion.replayed()), 6.0, 14.0),
        TrackSign::Jitter => ramp(motion.whiteness(), 1.6, 1.9),
        TrackSign::NoTremor => ramp(-motion.tremor(), -0.01, -0.002),
        TrackSign::GpsTime => ramp(motion.clocks_apart_s(), 30.0, 300.0),
        TrackSign::Stale => ramp(motion.stale_share(), 0.02, 0.1),
        TrackSign::RadioNoise => ramp(motion.radio_noise(), 125.0, 145.0),
    }
}
