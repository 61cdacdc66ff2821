//! Position fixes of a check-in: [`RawFix`] as the phone reports it, [`Fix`] once its numbers are validated.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

use super::hints::{Activity, NetworkPlace};
use super::position::{Position, PositionError};
use crate::Meters;

/// A position fix. Every number is finite and possible; whether it is true is decided by others.
///
/// Time and position are required. Any other number that no phone can have measured counts as unknown, so that a check-in
/// is never lost for the sake of one number.
///
/// Built from a [`RawFix`] only, so that every entry point refuses the same values; its JSON is that of the [`RawFix`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFix", into = "RawFix")]
pub struct Fix {
    at_ms: i64,
    position: Position,
    accuracy: Option<Meters>,
    speed_mps: Option<f64>,
    bearing_deg: Option<f64>,
    altitude_m: Option<f64>,
    mock: bool,
    monotonic_ms: Option<i64>,
    boot_id: Option<String>,
    gps_at_ms: Option<i64>,
    activity: Option<Activity>,
    network: Option<NetworkPlace>,
}

/// A fix of unvalidated numbers: the JSON of a fix, and the type that bindings take.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RawFix {
    /// The phone's wall clock when the position was taken, RFC 3339.
    pub at: String,
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Horizontal accuracy: radius of the confidence circle (68 % on Android and iOS), metres. 0, a negative number (iOS)
    /// and one above [`Fix::ACCURACY_MAX`] mean unknown, and so does its absence.
    #[serde(default)]
    pub accuracy_m: f64,
    /// Speed over ground, metres a second; negative means unknown (iOS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    /// Bearing, degrees clockwise from north; negative means unknown (iOS).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearing_deg: Option<f64>,
    /// Altitude above the ellipsoid, metres.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    /// True if the system marked the position as a mock location.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<bool>,
    /// Milliseconds since boot, by a clock that nobody can set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic_ms: Option<i64>,
    /// Identifier of the boot that `monotonic_ms` counts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_id: Option<String>,
    /// GNSS time of the fix, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gps_at: Option<String>,
    /// Activity recognised by the motion sensors at that time, if the host asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Network location (Wi-Fi or mobile cells) at that time, if the host asks for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkPlace>,
}

/// The reason why a raw fix is invalid, with the field to blame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// `at` or `gps_at` is not an RFC 3339 time.
    #[error("{field} must be a time such as 2026-11-23T09:30:00Z")]
    Time {
        /// Name of the field: `at` or `gps_at`.
        field: &'static str,
    },
    /// The coordinates are not on the earth.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// `boot_id` is longer than [`Fix::BOOT_ID_MAX`] bytes.
    #[error("boot_id is longer than {} bytes", Fix::BOOT_ID_MAX)]
    BootId,
}

impl FixError {
    /// Name of the invalid field in JSON.
    pub fn field(self) -> &'static str {
        match self {
            FixError::Time { field } => field,
            FixError::Position(position) => position.field(),
            FixError::BootId => "boot_id",
        }
    }
}

impl Fix {
    /// The largest accuracy radius of a valid fix.
    pub const ACCURACY_MAX: Meters = Meters(1_000_000.0);
    /// The longest boot id, in bytes (Linux gives a UUID of 36).
    pub const BOOT_ID_MAX: usize = 128;

    /// The phone's wall clock when the position was taken: milliseconds since the Unix epoch.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Measured position.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Horizontal accuracy: radius of the confidence circle (68 % on Android and iOS), more than 0; `None` if the phone
    /// does not know it, as when Android's `hasAccuracy()` is false (it hands out 0) or iOS calls the position invalid
    /// (it hands out -1).
    pub fn accuracy(&self) -> Option<Meters> {
        self.accuracy
    }

    /// Accuracy radius for comparisons, metres: infinite if it is unknown.
    pub fn radius_or_infinity(&self) -> f64 {
        self.accuracy.map_or(f64::INFINITY, |accuracy| accuracy.0)
    }

    /// Speed over ground, metres a second.
    pub fn speed_mps(&self) -> Option<f64> {
        self.speed_mps
    }

    /// Bearing, degrees clockwise from north, below 360.
    pub fn bearing_deg(&self) -> Option<f64> {
        self.bearing_deg
    }

    /// Altitude above the ellipsoid, metres.
    pub fn altitude_m(&self) -> Option<f64> {
        self.altitude_m
    }

    /// True if the system marked the position as a mock location.
    pub fn mock(&self) -> bool {
        self.mock
    }

    /// Milliseconds since boot.
    pub fn monotonic_ms(&self) -> Option<i64> {
        self.monotonic_ms
    }

    /// Identifier of the boot that [`Fix::monotonic_ms`] counts from.
    pub fn boot_id(&self) -> Option<&str> {
        self.boot_id.as_deref()
    }

    /// GNSS time of the fix: milliseconds since the Unix epoch, corrected for a rollover of the week number.
    pub fn gps_at_ms(&self) -> Option<i64> {
        self.gps_at_ms
    }

    /// Activity recognised by the motion sensors.
    pub fn activity(&self) -> Option<Activity> {
        self.activity
    }

    /// Network location; its numbers are validated.
    pub fn network(&self) -> Option<NetworkPlace> {
        self.network
    }
}

impl TryFrom<RawFix> for Fix {
    type Error = FixError;

    fn try_from(raw: RawFix) -> Result<Fix, FixError> {
        let position = Position::new(raw.lat, raw.lon)?;
        if raw.boot_id.as_ref().is_some_and(|id| id.len() > Fix::BOOT_ID_MAX) {
            return Err(FixError::BootId);
        }
        let at_ms = time_ms("at", &raw.at)?;
        let gps_at_ms = raw
            .gps_at
            .as_deref()
            .map(|text| time_ms("gps_at", text))
            .transpose()?;
        Ok(Fix {
            at_ms,
            position,
            accuracy: Some(Meters(raw.accuracy_m)).filter(|m| m.0 > 0.0 && m.0 <= Fix::ACCURACY_MAX.0),
            // Limits above any aircraft's speed and any orbit's height: no phone measures more.
            speed_mps: raw.speed_mps.filter(|v| (0.0..=20_000.0).contains(v)),
            bearing_deg: raw
                .bearing_deg
                .filter(|v| (0.0..=360.0).contains(v))
                .map(|v| v % 360.0),
            altitude_m: raw.altitude_m.filter(|v| v.abs() <= 1_000_000.0),
            mock: raw.mock.unwrap_or(false),
            monotonic_ms: raw.monotonic_ms.filter(|ms| *ms >= 0),
            boot_id: raw.boot_id,
            gps_at_ms: gps_at_ms.map(|gps_at_ms| correct_week_rollover(gps_at_ms, at_ms)),
            activity: raw.activity,
            network: raw.network.filter(NetworkPlace::is_possible),
        })
    }
}

impl From<&Fix> for RawFix {
    fn from(fix: &Fix) -> RawFix {
        RawFix {
            at: rfc3339(fix.at_ms),
            lat: fix.position.lat(),
            lon: fix.position.lon(),
            accuracy_m: fix.accuracy.map_or(0.0, |accuracy| accuracy.0),
            speed_mps: fix.speed_mps,
            bearing_deg: fix.bearing_deg,
            altitude_m: fix.altitude_m,
            mock: fix.mock.then_some(true),
            monotonic_ms: fix.monotonic_ms,
            boot_id: fix.boot_id.clone(),
            gps_at: fix.gps_at_ms.map(rfc3339),
            activity: fix.activity,
            network: fix.network,
        }
    }
}

impl From<Fix> for RawFix {
    fn from(fix: Fix) -> RawFix {
        RawFix::from(&fix)
    }
}

/// The period of the week number of GPS, milliseconds: its ten bits count 1,024 weeks (IS-GPS-200, 20.3.3.3.1.1).
const WEEK_ROLLOVER_MS: i64 = 1_024 * 7 * 86_400_000;

/// The GNSS time nearest to the phone's clock among those that differ from `gps_at_ms` by whole periods of the GPS week
/// number, if that one is within a day of the clock; else `gps_at_ms` itself.
///
/// Receivers and chipset firmware that mistake the period are off by exactly 1,024 weeks, with weekday and time of day
/// right. Only the receiver can make this error, so it says nothing about the rep.
pub(crate) fn correct_week_rollover(gps_at_ms: i64, at_ms: i64) -> i64 {
    let apart_ms = i128::from(at_ms) - i128::from(gps_at_ms);
    let half = i128::from(WEEK_ROLLOVER_MS / 2);
    let periods = (apart_ms + half).div_euclid(i128::from(WEEK_ROLLOVER_MS));
    let corrected = i128::from(gps_at_ms) + periods * i128::from(WEEK_ROLLOVER_MS);
    let is_near = (corrected - i128::from(at_ms)).abs() <= 86_400_000;
    i64::try_from(corrected)
        .ok()
        .filter(|_| is_near)
        .unwrap_or(gps_at_ms)
}

/// Unix milliseconds of an RFC 3339 text.
fn time_ms(field: &'static str, text: &str) -> Result<i64, FixError> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| FixError::Time { field })?;
    Ok(time.timestamp_millis())
}

/// RFC 3339 text in UTC with milliseconds.
fn rfc3339(ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(ms).expect("it came from an RFC 3339 text");
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

#[cfg(test)]
mod tests;
