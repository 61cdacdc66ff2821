//! Trusted time: the wall clock, a clock that nobody can set, the satellites and the server, combined into an instant.
//!
//! The law, a property in the tests: whatever is done to the wall clock, when an uncertainty is stated the true time lies
//! within it. Where nothing bounds the error none is stated. A clock that was changed is flagged, never refused.

use chrono::DateTime;
use fieldbook_location::{UnknownEntry, Word};
use serde::{Deserialize, Deserializer, Serialize};

/// A reading of the clock that runs from the phone's start and that nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Monotonic {
    /// Milliseconds since the start, sleep included.
    pub ms: i64,
    /// Which start; two readings are comparable only under the same one.
    pub boot: String,
}

impl Monotonic {
    /// How long after `earlier` this was; `None` across a restart, or when it is not after.
    fn since(&self, earlier: &Monotonic) -> Option<i64> {
        let passed = self.ms.checked_sub(earlier.ms)?;
        (self.boot == earlier.boot && passed >= 0).then_some(passed)
    }
}

/// The server's time, as heard in the last sync, with what the phone's own clocks said then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Anchor {
    /// The server's clock, Unix milliseconds.
    pub server_ms: i64,
    /// How far off it may be for the way it travelled: half of the round trip.
    pub within_ms: i64,
    /// The phone's wall clock at that moment.
    pub wall_ms: i64,
    /// The phone's other clock at that moment.
    pub monotonic: Option<Monotonic>,
}

/// The satellites' time in a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpsTime {
    /// What the satellites said, Unix milliseconds.
    pub gps_ms: i64,
    /// The phone's wall clock at the fix.
    pub wall_ms: i64,
    /// The phone's other clock at the fix.
    pub monotonic: Option<Monotonic>,
}

/// All that is known of the time at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readings {
    /// The phone's wall clock, Unix milliseconds.
    pub wall_ms: i64,
    /// Its other clock.
    pub monotonic: Option<Monotonic>,
    /// The satellites, if a fix had them.
    pub gps: Option<GpsTime>,
    /// The last word of the server.
    pub anchor: Option<Anchor>,
    /// The moment of the link before.
    pub before: Option<Moment>,
    /// How far local time is ahead of UTC at the place, in minutes.
    pub zone_min: Option<i32>,
    /// Whether the wall clock was given by hand rather than read.
    pub given: bool,
}

/// What an instant rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// The satellites.
    Gps,
    /// The server's clock, carried on by the phone's.
    Server,
    /// The phone's wall clock alone.
    Wall,
    /// A source of a later version.
    #[serde(untagged)]
    Other(Word),
}

/// Something odd about the clocks. It is shown, and nothing is refused for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "flag", rename_all = "snake_case")]
pub enum ClockFlag {
    /// The wall clock was moved since the last link, by so much more than time went by; less than 0: back.
    Jumped {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The wall clock is off the instant by more than a minute; less than 0: behind.
    Off {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The satellites and the server contradict each other.
    Disagree {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The time was given by hand.
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

/// An instant, how sure it is, and everything that it was concluded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// When it was, to the best of what is known.
    #[serde(rename = "at", with = "rfc3339")]
    pub at_ms: i64,
    /// How far off that may be; `None` when only a clock that anyone can set says so.
    pub within_ms: Option<i64>,
    /// What it rests on.
    pub by: TimeSource,
    /// It was certainly not before this: the latest instant that this chain had proof of by then.
    #[serde(rename = "not_before", with = "rfc3339")]
    pub not_before_ms: i64,
    /// The phone's wall clock, as it was.
    #[serde(rename = "wall", with = "rfc3339")]
    pub wall_ms: i64,
    /// The phone's other clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic: Option<Monotonic>,
    /// How far local time was ahead of UTC, in minutes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone_min: Option<i32>,
    /// What was odd.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flags: Vec<ClockFlag>,
}

/// How fast a phone's clock may drift, in millionths: crystals are good to 20, in the cold to 100.
const DRIFT_PPM: i64 = 200;
/// How far the satellites' time of a fix may be off when it is handed over.
const GPS_WITHIN_MS: i64 = 1_000;
/// How far wall and monotonic clock may part before it is a jump: networks correct a clock by seconds.
const JUMP_MS: i64 = 5_000;
/// From how far on a wall clock is called off.
const OFF_MS: i64 = 60_000;
/// The times that are kept: 1970 to the end of the year 9999. Others are moved to the nearer end.
const TIMES_MS: std::ops::RangeInclusive<i64> = 0..=253_402_300_799_999;

/// One way to know the time.
#[derive(Debug, Clone, Copy)]
struct Estimate {
    at_ms: i64,
    within_ms: Option<i64>,
    by: TimeSource,
}

/// Combines the readings into an instant.
///
/// Of what is bounded (the server or the satellites, carried on by the clock that nobody can set) the surest counts. With
/// nothing bounded it is the satellites, the server's correction of the wall clock, the wall clock, in this order, and
/// never an instant before one that was proven already.
pub fn moment(readings: &Readings) -> Moment {
    let wall_ms = kept(readings.wall_ms);
    let (gps, server) = (by_gps(readings), by_server(readings));
    let wall = Estimate {
        at_ms: wall_ms,
        within_ms: None,
        by: TimeSource::Wall,
    };
    // Equal bounds: the server's word comes first, for satellites are easier to imitate.
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
    Moment {
        at_ms: kept(at_ms),
        within_ms: best.within_ms,
        by: best.by,
        not_before_ms: kept(proven.max(low)),
        wall_ms,
        monotonic: readings.monotonic.clone(),
        zone_min: readings.zone_min,
        flags: flags(readings, wall_ms, at_ms, gps.zip(server)),
    }
}

fn kept(ms: i64) -> i64 {
    ms.clamp(*TIMES_MS.start(), *TIMES_MS.end())
}

/// How much a phone's clock may have drifted while so much time went by.
fn drift_ms(passed_ms: i64) -> i64 {
    (passed_ms / 1_000).saturating_mul(DRIFT_PPM) / 1_000 + 1
}

/// The satellites' time, carried on from the fix to now.
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

/// The server's time, carried on from the last sync to now.
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

/// The latest instant that has certainly passed: the server's word, or what an earlier link had proof of.
fn proven_ms(readings: &Readings) -> i64 {
    let server = readings.anchor.as_ref();
    let server = server.map(|anchor| anchor.server_ms.saturating_sub(anchor.within_ms.max(0)));
    let before = readings.before.as_ref().map(|before| before.not_before_ms);
    kept(server.max(before).unwrap_or(0))
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

/// By how much the wall clock was moved since the link before. Across a restart only a step back can be told.
fn jump_ms(readings: &Readings, before: &Moment) -> Option<i64> {
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
