//! What looks odd about a handful of fixes: named signs, each with its weight, never an accusation.
//!
//! What the fixes themselves tell, and the host's hints with them. Signs that need a whole track are in
//! [`track`](super::track::TrackSignal).

use serde::{Deserialize, Serialize};

use super::fix::Fix;
use super::position::distance;
use super::presence::{PresenceRules, age_s};
use crate::{Meters, Word};

/// One kind of oddity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpoofSignal {
    /// The system said that an app made a position up.
    Mock,
    /// From one fix to the next faster than any vehicle.
    Teleport,
    /// The very same position and accuracy at several times: a real receiver trembles.
    Frozen,
    /// More accurate than a phone can be.
    ImpossibleAccuracy,
    /// Nothing but old fixes: location may have been switched off before the claim.
    Stale,
    /// The satellites' time and the phone's clock differ.
    GpsTime,
    /// The fixes move faster than the motion sensors say that the phone does.
    MotionDisagrees,
    /// Wi-Fi or mobile cells place the phone elsewhere.
    NetworkDisagrees,
    /// A signal of a later version.
    #[serde(untagged)]
    Other(Word),
}

/// Weights of version 1. A sign of full strength and a weight of 0.5 or more flags by itself: only mock, teleport and a
/// wrong clock do, the others happen to honest phones: a fused position indoors repeats itself for minutes, a phone in a
/// smooth train lies still, and a Wi-Fi router that has moved house places everybody at its old address.
pub(super) const WEIGHTS_1: [(SpoofSignal, f64); 8] = [
    (SpoofSignal::Mock, 0.9),
    (SpoofSignal::Teleport, 0.7),
    (SpoofSignal::GpsTime, 0.5),
    (SpoofSignal::ImpossibleAccuracy, 0.4),
    (SpoofSignal::Frozen, 0.4),
    (SpoofSignal::NetworkDisagrees, 0.4),
    (SpoofSignal::MotionDisagrees, 0.3),
    (SpoofSignal::Stale, 0.1),
];

/// One sign that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpoofReason {
    /// Which.
    pub name: SpoofSignal,
    /// What it weighs under these rules, 0 to 1.
    pub weight: f64,
    /// How strongly it was seen, above 0 to 1, to three decimals.
    pub value: f64,
}

/// All signs together.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpoofScore {
    /// 0 to 1: `1 - product(1 - weight * value)`, to three decimals. Independent signs add up and never exceed 1.
    pub score: f64,
    /// The strongest first; empty when nothing was odd.
    pub reasons: Vec<SpoofReason>,
}

impl SpoofScore {
    /// From this score on a manager should look.
    pub const FLAG: f64 = 0.5;

    /// Whether a manager should look.
    pub fn is_flagged(&self) -> bool {
        self.score >= Self::FLAG
    }
}

/// Looks at `fixes`, which are in the order of time and without repetitions.
pub(super) fn score(fixes: &[&Fix], now_ms: i64, rules: &PresenceRules) -> SpoofScore {
    let mut reasons: Vec<SpoofReason> = rules
        .weights
        .iter()
        .map(|&(name, weight)| SpoofReason {
            name,
            weight,
            value: thousandths(strength(name, fixes, now_ms, rules)),
        })
        .filter(|reason| reason.value > 0.0)
        .collect();
    // Stable: equals stay in the order of the table.
    reasons.sort_by(|a, b| (b.weight * b.value).total_cmp(&(a.weight * a.value)));
    SpoofScore {
        score: combined(reasons.iter().map(|reason| (reason.weight, reason.value))),
        reasons,
    }
}

/// The score of some signs, each a weight and a value: `1 - product(1 - weight * value)`, to three decimals.
pub(super) fn combined(signs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let innocence: f64 = signs.map(|(weight, value)| 1.0 - weight * value).product();
    thousandths(1.0 - innocence)
}

/// How strongly a sign is seen, 0 to 1.
fn strength(sign: SpoofSignal, fixes: &[&Fix], now_ms: i64, rules: &PresenceRules) -> f64 {
    match sign {
        // Only a later version weighs it.
        SpoofSignal::Other(_) => 0.0,
        SpoofSignal::Mock => f64::from(u8::from(fixes.iter().any(|fix| fix.mock()))),
        SpoofSignal::Teleport => ramp(fastest_jump_mps(fixes), 100.0, 340.0),
        SpoofSignal::Frozen => ramp(most_repeated(fixes), 2.0, 6.0),
        SpoofSignal::ImpossibleAccuracy => ramp(
            -fixes.iter().map(|fix| fix.accuracy().0).fold(1.0, f64::min),
            -1.0,
            -0.5,
        ),
        SpoofSignal::Stale => stale(fixes, now_ms, rules),
        SpoofSignal::GpsTime => gps_time(fixes),
        SpoofSignal::MotionDisagrees => motion_disagrees(fixes),
        SpoofSignal::NetworkDisagrees => {
            let away = fixes.iter().filter_map(|fix| beyond_network_m(fix));
            ramp(away.fold(0.0, f64::max), 1_000.0, 5_000.0)
        }
    }
}

fn stale(fixes: &[&Fix], now_ms: i64, rules: &PresenceRules) -> f64 {
    let fresh_s = seconds(rules.fresh_s_max);
    let newest_s = fixes.iter().map(|fix| age_s(fix, now_ms)).min();
    newest_s.map_or(0.0, |age_s| ramp(seconds(age_s), fresh_s, fresh_s + 3_600.0))
}

fn gps_time(fixes: &[&Fix]) -> f64 {
    let apart_ms = |fix: &&Fix| {
        let gps_ms = fix.gps_at_ms()?;
        Some(gps_ms.saturating_sub(fix.at_ms()).saturating_abs())
    };
    let most_ms = fixes.iter().filter_map(apart_ms).max().unwrap_or(0);
    ramp(seconds(most_ms / 1_000), 30.0, 600.0)
}

/// Neighbours of the same activity whose positions moved faster than that goes, their accuracies allowed for. Motion
/// sensors lag by some ten seconds, so a pair that is closer says nothing.
fn motion_disagrees(fixes: &[&Fix]) -> f64 {
    let excess = |pair: &[&Fix]| {
        let activity = pair[0].activity().filter(|a| pair[1].activity() == Some(*a))?;
        let lasted_s = seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms())) / 1_000.0;
        if lasted_s < 10.0 {
            return None;
        }
        let Meters(apart) = distance(pair[0].position(), pair[1].position());
        let moved_m = apart - pair[0].accuracy().0 - pair[1].accuracy().0;
        let (usual, most) = activity.speeds_mps()?;
        Some(ramp(moved_m / lasted_s, usual, most))
    };
    fixes.windows(2).filter_map(excess).fold(0.0, f64::max)
}

/// How far a fix lies from where the networks place the phone, beyond both accuracies, metres. Three times the network's
/// own: its circle is meant to hold two of three phones.
fn beyond_network_m(fix: &Fix) -> Option<f64> {
    let network = fix.network()?;
    let Meters(apart) = distance(fix.position(), network.position().ok()?);
    Some(apart - fix.accuracy().0 - 3.0 * network.accuracy_m)
}

/// How late a fix may carry its time. Honest phones mix satellites with a network position that lags: one on a train was
/// seen to jump 6.8 km in 4 s.
const LAG_S: f64 = 30.0;

/// The greatest speed between neighbours that neither their accuracies nor a lag of [`LAG_S`] explain, m/s. Jumps below
/// 1 km are noise.
fn fastest_jump_mps(fixes: &[&Fix]) -> f64 {
    let speed = |pair: &[&Fix]| {
        let Meters(apart) = distance(pair[0].position(), pair[1].position());
        let jump_m = apart - pair[0].accuracy().0 - pair[1].accuracy().0;
        let lasted_s = seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms())) / 1_000.0;
        if jump_m < 1_000.0 {
            0.0
        } else {
            jump_m / (lasted_s + LAG_S)
        }
    };
    fixes.windows(2).map(speed).fold(0.0, f64::max)
}

/// At how many times, at least 5 s apart, the most repeated position was reported, to the last bit.
fn most_repeated(fixes: &[&Fix]) -> f64 {
    let place = |fix: &Fix| {
        let at = fix.position();
        (at.lat().to_bits(), at.lon().to_bits(), fix.accuracy().0.to_bits())
    };
    let mut sorted = fixes.to_vec();
    sorted.sort_by_key(|fix| (place(fix), fix.at_ms()));
    let mut most = 0.0_f64;
    for same in sorted.chunk_by(|a, b| place(a) == place(b)) {
        let (mut times, mut last_ms) = (1.0, same[0].at_ms());
        for fix in same {
            if fix.at_ms().saturating_sub(last_ms) >= 5_000 {
                times += 1.0;
                last_ms = fix.at_ms();
            }
        }
        most = most.max(times);
    }
    most
}

/// 0 up to `from`, 1 from `to` on, straight between.
pub(super) fn ramp(value: f64, from: f64, to: f64) -> f64 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

pub(super) fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// A count as a number to reckon with; exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "times of this era are exact, others are absurd anyway"
)]
fn seconds(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
