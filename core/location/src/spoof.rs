//! The spoof score of a check-in: named signals in a handful of fixes, each with its weight, never an accusation.
//!
//! The signals come from the fixes and the host's hints. A fix of unknown accuracy proves no distance: its radius counts
//! as infinite. Signals that need a whole track are in
//! [`track`](super::track::TrackSignal).

use serde::{Deserialize, Serialize};

use super::fix::Fix;
use super::position::distance;
use super::presence::{PresenceRules, age_s};
use crate::{Meters, Word};

/// A kind of anomaly in the fixes of a check-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SpoofSignal {
    /// The system marked a position as a mock location.
    Mock,
    /// Two consecutive fixes imply a speed above that of any vehicle.
    Teleport,
    /// The same position and accuracy were reported at several times; a real receiver has noise.
    Frozen,
    /// The stated accuracy is finer than a phone's.
    ImpossibleAccuracy,
    /// All fixes are old: location may have been switched off before the check-in.
    Stale,
    /// GNSS time and the phone's clock differ.
    GpsTime,
    /// The fixes move faster than the activity recognised by the motion sensors.
    MotionDisagrees,
    /// The network location (Wi-Fi or mobile cells) is elsewhere.
    NetworkDisagrees,
    /// A signal of a later version.
    #[serde(untagged)]
    Other(Word),
}

/// Weights of version 1. A signal of full strength and a weight of 0.5 or more flags by itself: only mock, teleport and
/// a wrong clock do. The others happen to honest phones: a fused position indoors repeats itself for minutes, a phone
/// in a smooth train lies still, and a Wi-Fi router that has moved house places everybody at its old address.
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

/// A signal that was detected.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct SpoofReason {
    /// The kind of signal.
    pub name: SpoofSignal,
    /// Weight under these rules, 0 to 1.
    pub weight: f64,
    /// Strength, above 0 to 1, to three decimals.
    pub value: f64,
}

/// The combined score and its signals.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct SpoofScore {
    /// The combination `1 - product(1 - weight * value)`, 0 to 1, to three decimals. Independent signals add up and
    /// never exceed 1.
    pub score: f64,
    /// The detected signals, strongest first; empty if there are none.
    pub reasons: Vec<SpoofReason>,
}

impl SpoofScore {
    /// The score from which a manager should look at the check-in.
    pub const FLAG: f64 = 0.5;

    /// True if a manager should look at the check-in.
    pub fn is_flagged(&self) -> bool {
        self.score >= Self::FLAG
    }
}

/// Scores `fixes`, which are in time order and without repetitions.
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
    // A stable sort: equals keep the order of the table.
    reasons.sort_by(|a, b| (b.weight * b.value).total_cmp(&(a.weight * a.value)));
    SpoofScore {
        score: combined(reasons.iter().map(|reason| (reason.weight, reason.value))),
        reasons,
    }
}

/// Combines signals, each a weight and a value: `1 - product(1 - weight * value)`, to three decimals.
pub(super) fn combined(signs: impl Iterator<Item = (f64, f64)>) -> f64 {
    let innocence: f64 = signs.map(|(weight, value)| 1.0 - weight * value).product();
    thousandths(1.0 - innocence)
}

/// Strength of a signal, 0 to 1.
fn strength(sign: SpoofSignal, fixes: &[&Fix], now_ms: i64, rules: &PresenceRules) -> f64 {
    match sign {
        // Only a later version weighs it.
        SpoofSignal::Other(_) => 0.0,
        SpoofSignal::Mock => f64::from(u8::from(fixes.iter().any(|fix| fix.mock()))),
        SpoofSignal::Teleport => ramp(fastest_jump_mps(fixes), 100.0, 340.0),
        SpoofSignal::Frozen => ramp(most_repeated(fixes), 2.0, 6.0),
        SpoofSignal::ImpossibleAccuracy => ramp(
            -fixes
                .iter()
                .map(|fix| fix.radius_or_infinity())
                .fold(1.0, f64::min),
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

/// The excess of the speed between consecutive fixes of one activity over the speed of that activity, accuracies
/// deducted. Motion sensors lag by some ten seconds, so pairs that are closer in time are skipped.
fn motion_disagrees(fixes: &[&Fix]) -> f64 {
    let excess = |pair: &[&Fix]| {
        let activity = pair[0].activity().filter(|a| pair[1].activity() == Some(*a))?;
        let lasted_s = seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms())) / 1_000.0;
        if lasted_s < 10.0 {
            return None;
        }
        let Meters(apart) = distance(pair[0].position(), pair[1].position());
        let moved_m = apart - pair[0].radius_or_infinity() - pair[1].radius_or_infinity();
        let (usual, most) = activity.speeds_mps()?;
        Some(ramp(moved_m / lasted_s, usual, most))
    };
    fixes.windows(2).filter_map(excess).fold(0.0, f64::max)
}

/// Distance from a fix to its network location beyond both accuracies, metres. The network's own counts three times:
/// its circle is meant to contain two of three phones.
fn beyond_network_m(fix: &Fix) -> Option<f64> {
    let network = fix.network()?;
    let Meters(apart) = distance(fix.position(), network.position().ok()?);
    Some(apart - fix.radius_or_infinity() - 3.0 * network.accuracy_m)
}

/// The tolerated delay of a fix's time, seconds. Honest phones mix satellite fixes with network locations that lag: one
/// on a train was seen to jump 6.8 km in 4 s.
const LAG_S: f64 = 30.0;

/// The highest speed between consecutive fixes that neither their accuracies nor a delay of [`LAG_S`] explain, metres a
/// second. Jumps below 1 km are noise.
fn fastest_jump_mps(fixes: &[&Fix]) -> f64 {
    let speed = |pair: &[&Fix]| {
        let Meters(apart) = distance(pair[0].position(), pair[1].position());
        let jump_m = apart - pair[0].radius_or_infinity() - pair[1].radius_or_infinity();
        let lasted_s = seconds(pair[1].at_ms().saturating_sub(pair[0].at_ms())) / 1_000.0;
        if jump_m < 1_000.0 {
            0.0
        } else {
            jump_m / (lasted_s + LAG_S)
        }
    };
    fixes.windows(2).map(speed).fold(0.0, f64::max)
}

/// The number of times, at least 5 s apart, at which the most repeated position was reported, equal to the last bit.
fn most_repeated(fixes: &[&Fix]) -> f64 {
    let place = |fix: &Fix| {
        let at = fix.position();
        (
            at.lat().to_bits(),
            at.lon().to_bits(),
            fix.radius_or_infinity().to_bits(),
        )
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

/// A linear ramp: 0 up to `from`, 1 from `to` on.
pub(super) fn ramp(value: f64, from: f64, to: f64) -> f64 {
    ((value - from) / (to - from)).clamp(0.0, 1.0)
}

pub(super) fn thousandths(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// An integer as `f64`, exact up to 2^53.
#[expect(
    clippy::cast_precision_loss,
    reason = "times of this era are exact, others are absurd anyway"
)]
fn seconds(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
