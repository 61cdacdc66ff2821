//! Position fixes of a check-in: [`RawFix`] as the phone reports it, [`Fix`] once its numbers are validated.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

use super::hints::{Activity, NetworkPlace};
use super::position::{Position, PositionError};
use crate::Meters;

/// A position fix. Every number is finite and possible; whether it is true is decided by others.
///
/// Built from a [`RawFix`] only, so that every entry point refuses the same values; its JSON is that of the [`RawFix`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawFix", into = "RawFix")]
pub struct Fix {
    at_ms: i64,
    position: Position,
    accuracy: Meters,
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
    /// Horizontal accuracy: radius of the confidence circle (68 % on Android and iOS), metres.
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
    /// `accuracy_m` is not above 0 and at most [`Fix::ACCURACY_MAX`]. A phone that does not know leaves the fix out.
    #[error("accuracy_m must be more than 0 and at most {} metres", Fix::ACCURACY_MAX.0)]
    Accuracy,
    /// Another number is out of range.
    #[error("{field} is not a possible number")]
    Number {
        /// Name of the field: `speed_mps`, `bearing_deg`, `altitude_m`, `monotonic_ms` or `network`.
        field: &'static str,
    },
    /// `boot_id` is longer than [`Fix::BOOT_ID_MAX`] bytes.
    #[error("boot_id is longer than {} bytes", Fix::BOOT_ID_MAX)]
    BootId,
}

impl FixError {
    /// Name of the invalid field in JSON.
    pub fn field(self) -> &'static str {
        match self {
            FixError::Time { field } | FixError::Number { field } => field,
            FixError::Position(position) => position.field(),
            FixError::Accuracy => "accuracy_m",
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

    /// Horizontal accuracy: radius of the confidence circle (68 % on Android and iOS), more than 0.
    pub fn accuracy(&self) -> Meters {
        self.accuracy
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

    /// GNSS time of the fix: milliseconds since the Unix epoch.
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
        if !(raw.accuracy_m > 0.0 && raw.accuracy_m <= Fix::ACCURACY_MAX.0) {
            return Err(FixError::Accuracy);
        }
        if raw.boot_id.as_ref().is_some_and(|id| id.len() > Fix::BOOT_ID_MAX) {
            return Err(FixError::BootId);
        }
        if raw.monotonic_ms.is_some_and(|ms| ms < 0) {
            return Err(FixError::Number {
                field: "monotonic_ms",
            });
        }
        if raw.network.is_some_and(|network| !network.is_possible()) {
            return Err(FixError::Number { field: "network" });
        }
        Ok(Fix {
            at_ms: time_ms("at", &raw.at)?,
            position,
            accuracy: Meters(raw.accuracy_m),
            // Limits above any aircraft's speed and any orbit's height: no phone measures more.
            speed_mps: number("speed_mps", raw.speed_mps, 20_000.0)?.filter(|v| *v >= 0.0),
            bearing_deg: number("bearing_deg", raw.bearing_deg, 360.0)?
                .filter(|v| *v >= 0.0)
                .map(|v| v % 360.0),
            altitude_m: number("altitude_m", raw.altitude_m, 1_000_000.0)?,
            mock: raw.mock.unwrap_or(false),
            monotonic_ms: raw.monotonic_ms,
            boot_id: raw.boot_id,
            gps_at_ms: raw
                .gps_at
                .as_deref()
                .map(|text| time_ms("gps_at", text))
                .transpose()?,
            activity: raw.activity,
            network: raw.network,
        })
    }
}

impl From<&Fix> for RawFix {
    fn from(fix: &Fix) -> RawFix {
        RawFix {
            at: rfc3339(fix.at_ms),
            lat: fix.position.lat(),
            lon: fix.position.lon(),
            accuracy_m: fix.accuracy.0,
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

/// Checks that an optional number has at most the size `limit`; NaN and infinity have not.
fn number(field: &'static str, value: Option<f64>, limit: f64) -> Result<Option<f64>, FixError> {
    if value.is_some_and(|v| !(-limit..=limit).contains(&v)) {
        return Err(FixError::Number { field });
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
