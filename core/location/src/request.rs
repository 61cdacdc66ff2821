//! A check-in to assess, given in plain numbers: the input file of `fieldbook verdict`.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::fence::{Fence, FenceError, FenceShape};
use super::fix::{Fix, FixError, RawFix};
use super::position::{Position, PositionError};
use super::presence::{PresenceRules, SiteGeofence, assess_presence};
use super::verdict::Assessment;

/// The input of a verdict, unvalidated. [`assess_request`] validates it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictRequest {
    /// Position and fence of the site.
    pub site: RawSite,
    /// Fixes reported by the phone; may be empty.
    #[serde(default)]
    pub fixes: Vec<RawFix>,
    /// Time of the check-in, RFC 3339.
    pub now: String,
}

/// A [`SiteGeofence`] of unvalidated numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSite {
    /// Latitude, degrees north, WGS-84.
    pub lat: f64,
    /// Longitude, degrees east, WGS-84.
    pub lon: f64,
    /// The area in which a rep counts as being at the site.
    pub fence: FenceShape,
}

/// The invalid part of a request.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LocationError {
    /// The coordinates of the site are not on the earth.
    #[error("site: {0}")]
    Site(#[source] PositionError),
    /// The fence of the site is invalid.
    #[error("site.fence: {0}")]
    Fence(#[source] FenceError),
    /// A fix is invalid.
    #[error("fixes[{index}]: {problem}")]
    Fix {
        /// Number of the fix, from 0.
        index: usize,
        /// The problem of that fix.
        #[source]
        problem: FixError,
    },
    /// `now` is not an RFC 3339 time.
    #[error("now must be a time such as 2026-11-23T09:30:00Z")]
    Now,
}

impl LocationError {
    /// Path of the invalid field: `fixes[2].accuracy_m`.
    pub fn field(&self) -> String {
        match self {
            LocationError::Site(position) => format!("site.{}", position.field()),
            LocationError::Fence(fence) => format!("site.fence.{}", fence.field()),
            LocationError::Fix { index, problem } => format!("fixes[{index}].{}", problem.field()),
            LocationError::Now => "now".to_owned(),
        }
    }
}

impl TryFrom<RawSite> for SiteGeofence {
    type Error = LocationError;

    fn try_from(raw: RawSite) -> Result<SiteGeofence, LocationError> {
        Ok(SiteGeofence {
            position: Position::new(raw.lat, raw.lon).map_err(LocationError::Site)?,
            fence: Fence::try_from(raw.fence).map_err(LocationError::Fence)?,
        })
    }
}

/// Validates `request` and assesses it by the rules in force.
///
/// ```
/// use fieldbook_location::{Verdict, VerdictRequest, assess_request};
/// let request: VerdictRequest = serde_json::from_str(
///     r#"{"site":{"lat":52.6309,"lon":1.2974,"fence":{"circle_m":150}},
///         "fixes":[{"at":"2026-11-23T09:29:55Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}],
///         "now":"2026-11-23T09:30:00Z"}"#,
/// )?;
/// assert_eq!(assess_request(request)?.verdict, Verdict::Verified);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`LocationError`] names the first invalid field. Poor evidence is a verdict, not an error.
pub fn assess_request(request: VerdictRequest) -> Result<Assessment, LocationError> {
    let site = SiteGeofence::try_from(request.site)?;
    let mut fixes = Vec::with_capacity(request.fixes.len());
    for (index, raw) in request.fixes.into_iter().enumerate() {
        fixes.push(Fix::try_from(raw).map_err(|problem| LocationError::Fix { index, problem })?);
    }
    let now = DateTime::parse_from_rfc3339(&request.now).map_err(|_| LocationError::Now)?;
    Ok(assess_presence(
        &site,
        &fixes,
        now.timestamp_millis(),
        &PresenceRules::default(),
    ))
}

#[cfg(test)]
mod tests;
