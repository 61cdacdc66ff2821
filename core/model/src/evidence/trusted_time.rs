//! Trusted time: wall clock, monotonic clock, satellites and server combined into one instant with an error bound.
//!
//! Invariant, tested as a property: the true time lies within a stated bound, whatever is done to the wall clock. No bound
//! is stated if nothing limits the error. A clock that was changed is flagged, never refused. Reading the clocks is left to
//! the caller.

use chrono::DateTime;
use fieldbook_location::{UnknownEntry, Word};
use serde::{Deserialize, Deserializer, Serialize};

use crate::clock::Monotonic;

/// The server's time, received in the last sync, with the readings of the phone's clocks at that instant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The server's clock, Unix milliseconds.
    pub server_ms: i64,
    /// Error bound in milliseconds: half of the round trip.
    pub within_ms: i64,
    /// The phone's wall clock at that instant, Unix milliseconds.
    pub wall_ms: i64,
    /// The phone's monotonic clock at that instant.
    pub monotonic: Option<Monotonic>,
}

/// The satellites' time in a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpsTime {
    /// Time according to the satellites, Unix milliseconds.
    pub gps_ms: i64,
    /// The phone's wall clock at the fix, Unix milliseconds.
    pub wall_ms: i64,
    /// The phone's monotonic clock at the fix.
    pub monotonic: Option<Monotonic>,
}

/// All readings of time that are available at one instant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readings {
    /// The phone's wall clock, Unix milliseconds.
    pub wall_ms: i64,
    /// The phone's monotonic clock.
    pub monotonic: Option<Monotonic>,
    /// Satellite time, if a fix carried it.
    pub gps: Option<GpsTime>,
    /// The server's time of the last sync.
    pub anchor: Option<Anchor>,
    /// Trusted time of the previous link.
    pub before: Option<TrustedTime>,
    /// Offset of local time from UTC at the place, in minutes; positive east of Greenwich.
    pub zone_min: Option<i32>,
    /// `true` if the wall-clock time was entered by hand rather than read.
    pub given: bool,
}

/// Source of a trusted time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// Satellite time of a fix.
    Gps,
    /// The server's clock, extrapolated by the phone's.
    Server,
    /// The phone's wall clock alone.
    Wall,
    /// A source of a later version.
    #[serde(untagged)]
    Other(Word),
}

/// An anomaly of the clocks. It is shown and never causes a refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum ClockFlag {
    /// The wall clock was moved since the last link: it advanced by another amount than time did.
    Jumped {
        /// Change in milliseconds beyond the time that passed; negative means set back.
        by_ms: i64,
    },
    /// The wall clock differs from the trusted time by more than a minute.
    Off {
        /// Difference in milliseconds; negative means that the wall clock is behind.
        by_ms: i64,
    },
    /// The satellites and the server contradict each other.
    Disagree {
        /// Satellite time minus server time, milliseconds.
        by_ms: i64,
    },
    /// The time was entered by hand.
    Given,
    /// A flag of a later version, with its numbers.
    #[serde(untagged, deserialize_with = "unknown_flag")]
    Other(UnknownEntry),
}

/// The words of [`ClockFlag`] that this version knows.
const FLAGS: [&str; 4] = ["jumped", "off", "disagree", "given"];

fn unknown_flag<'de, D: Deserializer<'de>>(from: D) -> Result<UnknownEntry, D::Error> {
    UnknownEntry::deserialize(from, "flag", &FLAGS)
}

/// An instant with its error bound and the readings that it was derived from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrustedTime {
    /// Best estimate of the instant, Unix milliseconds.
    #[serde(rename = "at", with = "rfc3339")]
    pub at_ms: i64,
    /// Error bound in milliseconds; `None` if the instant rests only on a clock that anyone can set.
    pub within_ms: Option<i64>,
    /// Source of the estimate.
    pub by: TimeSource,
    /// Certain lower bound, Unix milliseconds: the latest instant that this chain had proof of by then.
    #[serde(rename = "not_before", with = "rfc3339")]
    pub not_before_ms: i64,
    /// Reading of the phone's wall clock, Unix milliseconds.
    #[serde(rename = "wall", with = "rfc3339")]
    pub wall_ms: i64,
    /// Reading of the phone's monotonic clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic: Option<Monotonic>,
    /// Offset of local time from UTC, in minutes; positive east of Greenwich.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_min: Option<i32>,
    /// Anomalies of the clocks.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<ClockFlag>,
}

/// Greatest drift of a phone's clock, parts per million: crystals are specified to 20, in the cold to 100.
const DRIFT_PPM: i64 = 200;
/// Error bound of a fix's satellite time at hand-over, milliseconds.
const GPS_WITHIN_MS: i64 = 1_000;
/// Greatest divergence of wall and monotonic clock that is not a jump, milliseconds: networks correct a clock by seconds.
const JUMP_MS: i64 = 5_000;
/// Difference in milliseconds above which a wall clock is flagged as off.
const OFF_MS: i64 = 60_000;
/// Range of stored times: 1970 to the end of the year 9999. Other times are clamped to it.
const TIMES_MS: std::ops::RangeInclusive<i64> = 0..=253_402_300_799_999;

/// The instant according to one source.
#[derive(Debug, Clone, Copy)]
struct Estimate {
    at_ms: i64,
    within_ms: Option<i64>,
    by: TimeSource,
}

impl TrustedTime {
    /// Combines the readings into an instant.
    ///
    /// Among bounded estimates (the server or the satellites, extrapolated by the monotonic clock) the one with the least
    /// error bound is used. Without a bounded estimate the order is satellites, wall clock corrected by the server, wall
    /// clock; the result is never before an instant that is already proven.
    pub fn from_readings(readings: &Readings) -> TrustedTime {
        let wall_ms = clamp_to_range(readings.wall_ms);
        let (gps, server) = (by_gps(readings), by_server(readings));
        let wall = Estimate {
            at_ms: wall_ms,
            within_ms: None,
            by: TimeSource::Wall,
        };
        // With equal bounds the server comes first, because satellite signals are easier to imitate.
        let bounded = [server, gps]
            .into_iter()
            .flatten()
            .filter(|e| e.within_ms.is_some());
        let best = bounded.min_by_key(|estimate| estimate.within_ms);
        let best = best.or(gps).or(server).unwrap_or(wall);
        let proven = proven_ms(readings);
        let at_ms = if best.within_ms.is_some() {
            best.at_ms
        } else {
            best.at_ms.max(proven)
        };
        let low = best
            .within_ms
            .map_or(proven, |within| at_ms.saturating_sub(within));
        TrustedTime {
            at_ms: clamp_to_range(at_ms),
            within_ms: best.within_ms,
            by: best.by,
            not_before_ms: clamp_to_range(proven.max(low)),
            wall_ms,
            monotonic: readings.monotonic.clone(),
            zone_min: readings.zone_min,
            flags: flags(readings, wall_ms, at_ms, gps.zip(server)),
        }
    }
}

fn clamp_to_range(ms: i64) -> i64 {
    ms.clamp(*TIMES_MS.start(), *TIMES_MS.end())
}

/// Greatest drift of a phone's clock over `passed_ms`, milliseconds.
fn drift_ms(passed_ms: i64) -> i64 {
    (passed_ms / 1_000).saturating_mul(DRIFT_PPM) / 1_000 + 1
}

/// Satellite time, extrapolated from the fix to now.
fn by_gps(readings: &Readings) -> Option<Estimate> {
    let gps = readings.gps.as_ref()?;
    let passed = readings.monotonic.as_ref().zip(gps.monotonic.as_ref());
    let (passed_ms, within_ms) = match passed.and_then(|(now, then)| now.since(then)) {
        Some(passed_ms) => (passed_ms, Some(GPS_WITHIN_MS + drift_ms(passed_ms))),
        None => (readings.wall_ms.saturating_sub(gps.wall_ms).max(0), None),
    };
    Some(Estimate {
        at_ms: gps.gps_ms.saturating_add(passed_ms),
        within_ms,
        by: TimeSource::Gps,
    })
}

/// The server's time, extrapolated from the last sync to now.
fn by_server(readings: &Readings) -> Option<Estimate> {
    let anchor = readings.anchor.as_ref()?;
    let passed = readings.monotonic.as_ref().zip(anchor.monotonic.as_ref());
    let (passed_ms, within_ms) = match passed.and_then(|(now, then)| now.since(then)) {
        Some(passed_ms) => (
            passed_ms,
            Some(anchor.within_ms.max(0).saturating_add(drift_ms(passed_ms))),
        ),
        None => (readings.wall_ms.saturating_sub(anchor.wall_ms), None),
    };
    Some(Estimate {
        at_ms: anchor.server_ms.saturating_add(passed_ms),
        within_ms,
        by: TimeSource::Server,
    })
}

/// The latest instant that has certainly passed, by the server's time or by the proof of an earlier link.
fn proven_ms(readings: &Readings) -> i64 {
    let server = readings.anchor.as_ref();
    let server = server.map(|anchor| anchor.server_ms.saturating_sub(anchor.within_ms.max(0)));
    let before = readings.before.as_ref().map(|before| before.not_before_ms);
    clamp_to_range(server.max(before).unwrap_or(0))
}

fn flags(
    readings: &Readings,
    wall_ms: i64,
    at_ms: i64,
    both: Option<(Estimate, Estimate)>,
) -> Vec<ClockFlag> {
    let mut flags = Vec::new();
    if readings.given {
        flags.push(ClockFlag::Given);
    }
    if let Some(by_ms) = readings
        .before
        .as_ref()
        .and_then(|before| jump_ms(readings, before))
    {
        flags.push(ClockFlag::Jumped { by_ms });
    }
    let off_ms = wall_ms.saturating_sub(at_ms);
    if off_ms.saturating_abs() > OFF_MS {
        flags.push(ClockFlag::Off { by_ms: off_ms });
    }
    if let Some((gps, server)) = both
        && let (Some(one), Some(other)) = (gps.within_ms, server.within_ms)
    {
        let by_ms = gps.at_ms.saturating_sub(server.at_ms);
        if by_ms.saturating_abs() > one.saturating_add(other) {
            flags.push(ClockFlag::Disagree { by_ms });
        }
    }
    flags
}

/// Milliseconds by which the wall clock was moved since the previous link. Across a restart only a step back is detectable.
fn jump_ms(readings: &Readings, before: &TrustedTime) -> Option<i64> {
    let wall_passed = readings.wall_ms.saturating_sub(before.wall_ms);
    let both = readings.monotonic.as_ref().zip(before.monotonic.as_ref());
    let (by_ms, tolerated) = match both.and_then(|(now, then)| now.since(then)) {
        Some(passed) => (wall_passed.saturating_sub(passed), JUMP_MS + drift_ms(passed)),
        None => (wall_passed.min(0), JUMP_MS),
    };
    (by_ms.saturating_abs() > tolerated).then_some(by_ms)
}

/// Milliseconds as RFC 3339 in UTC.
mod rfc3339 {
    use super::DateTime;
    use chrono::SecondsFormat;
    use serde::{Deserialize, Deserializer, Serializer, de, ser};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it by reference")]
    pub(super) fn serialize<S: Serializer>(ms: &i64, to: S) -> Result<S::Ok, S::Error> {
        let time = DateTime::from_timestamp_millis(*ms).ok_or_else(|| ser::Error::custom("no time"))?;
        to.serialize_str(&time.to_rfc3339_opts(SecondsFormat::Millis, true))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<i64, D::Error> {
        let text = String::deserialize(from)?;
        let time = DateTime::parse_from_rfc3339(&text).map_err(|_| de::Error::custom("no RFC 3339 time"))?;
        Ok(time.timestamp_millis())
    }
}

#[cfg(test)]
mod tests;
