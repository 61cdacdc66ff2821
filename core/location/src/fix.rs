//! What a phone reported about where it was: the numbers as they come, and the same once they are believed to be numbers.

use chrono::{DateTime, SecondsFormat};
use serde::{Deserialize, Serialize};

use super::hints::{Activity, NetworkPlace};
use super::position::{Position, PositionError};
use crate::Meters;

/// One reading of the phone's position. Every number in it is finite and possible; whether it is true is another question.
///
/// Made from a [`RawFix`], so that every door refuses the same things; its JSON is that of the [`RawFix`].
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

/// A fix of unchecked numbers: the JSON of a fix, and what the bindings take.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RawFix {
    /// The phone's wall clock when the position was taken, RFC 3339.
    pub at: String,
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Radius of the circle in which the phone believes to be (68 % on Android and iOS), metres.
    pub accuracy_m: f64,
    /// Metres a second over ground; negative means unknown (so iOS says).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed_mps: Option<f64>,
    /// Degrees from north, clockwise; negative means unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bearing_deg: Option<f64>,
    /// Metres above the ellipsoid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub altitude_m: Option<f64>,
    /// The system said that an app made the position up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mock: Option<bool>,
    /// Milliseconds since the phone started, by a clock that nobody can set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monotonic_ms: Option<i64>,
    /// Which start of the phone `monotonic_ms` counts from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub boot_id: Option<String>,
    /// The satellites' time of the reading, RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gps_at: Option<String>,
    /// What the motion sensors made of the bearer at that time, if the host asks them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub activity: Option<Activity>,
    /// Where Wi-Fi or mobile cells placed the phone at that time, if the host asks them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub network: Option<NetworkPlace>,
}

/// Why numbers are no fix. Each names its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FixError {
    /// `at` or `gps_at` is no RFC 3339 time.
    #[error("{field} must be a time such as 2026-11-23T09:30:00Z")]
    Time {
        /// `at` or `gps_at`.
        field: &'static str,
    },
    /// The coordinates.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// `accuracy_m` is not above 0 and at most [`Fix::ACCURACY_MAX`]. A phone that does not know leaves the fix out.
    #[error("accuracy_m must be more than 0 and at most {} metres", Fix::ACCURACY_MAX.0)]
    Accuracy,
    /// Another number is impossible.
    #[error("{field} is not a possible number")]
    Number {
        /// `speed_mps`, `bearing_deg`, `altitude_m`, `monotonic_ms` or `network`.
        field: &'static str,
    },
    /// `boot_id` is longer than [`Fix::BOOT_ID_MAX`] bytes.
    #[error("boot_id is longer than {} bytes", Fix::BOOT_ID_MAX)]
    BootId,
}

impl FixError {
    /// The field that is to blame, as JSON names it.
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
    /// The coarsest accuracy a fix may state: beyond it there is no position to speak of.
    pub const ACCURACY_MAX: Meters = Meters(1_000_000.0);
    /// The longest boot id, in bytes (Linux gives a UUID of 36).
    pub const BOOT_ID_MAX: usize = 128;

    /// The phone's wall clock when the position was taken: milliseconds since the Unix epoch.
    pub fn at_ms(&self) -> i64 {
        self.at_ms
    }

    /// Where.
    pub fn position(&self) -> Position {
        self.position
    }

    /// Radius of the confidence circle (68 % on Android and iOS). More than 0.
    pub fn accuracy(&self) -> Meters {
        self.accuracy
    }

    /// Metres a second over ground.
    pub fn speed_mps(&self) -> Option<f64> {
        self.speed_mps
    }

    /// Degrees from north, clockwise, below 360.
    pub fn bearing_deg(&self) -> Option<f64> {
        self.bearing_deg
    }

    /// Metres above the ellipsoid.
    pub fn altitude_m(&self) -> Option<f64> {
        self.altitude_m
    }

    /// The system said that an app made the position up.
    pub fn mock(&self) -> bool {
        self.mock
    }

    /// Milliseconds since the phone started.
    pub fn monotonic_ms(&self) -> Option<i64> {
        self.monotonic_ms
    }

    /// Which start of the phone [`Fix::monotonic_ms`] counts from.
    pub fn boot_id(&self) -> Option<&str> {
        self.boot_id.as_deref()
    }

    /// The satellites' time of the reading: milliseconds since the Unix epoch.
    pub fn gps_at_ms(&self) -> Option<i64> {
        self.gps_at_ms
    }

    /// What the motion sensors made of the bearer.
    pub fn activity(&self) -> Option<Activity> {
        self.activity
    }

    /// Where the networks placed the phone; its numbers are possible.
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
            // Faster than any aircraft, higher than any orbit: not a number that a phone measured.
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

/// Milliseconds of an RFC 3339 text.
fn time_ms(field: &'static str, text: &str) -> Result<i64, FixError> {
    let time = DateTime::parse_from_rfc3339(text).map_err(|_| FixError::Time { field })?;
    Ok(time.timestamp_millis())
}

/// RFC 3339 in UTC to the millisecond.
fn rfc3339(ms: i64) -> String {
    let time = DateTime::from_timestamp_millis(ms).expect("it came from an RFC 3339 text");
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// An optional number whose size is at most `limit`; NaN and infinity are not.
fn number(field: &'static str, value: Option<f64>, limit: f64) -> Result<Option<f64>, FixError> {
    if value.is_some_and(|v| !(-limit..=limit).contains(&v)) {
        return Err(FixError::Number { field });
    }
    Ok(value)
}

#[cfg(test)]
mod tests;
