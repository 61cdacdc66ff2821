//! A judgement asked for in plain numbers: the file of `fieldbook verdict`.

use chrono::DateTime;
use serde::{Deserialize, Serialize};

use super::fence::{Fence, FenceError, FenceShape};
use super::fix::{Fix, FixError, RawFix};
use super::position::{Position, PositionError};
use super::presence::{PresenceRules, SiteGeofence, assess_presence};
use super::verdict::Assessment;

/// Everything a verdict needs, unchecked. [`assess_request`] checks it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VerdictRequest {
    /// Where the rep should have been.
    pub site: RawSite,
    /// What the phone reported; none is a valid answer too.
    #[serde(default)]
    pub fixes: Vec<RawFix>,
    /// When the claim was made, RFC 3339.
    pub now: String,
}

/// A site of unchecked numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RawSite {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// What counts as being there.
    pub fence: FenceShape,
}

/// Which part of a request is no good.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum LocationError {
    /// The site's coordinates.
    #[error("site: {0}")]
    Site(#[source] PositionError),
    /// The site's fence.
    #[error("site.fence: {0}")]
    Fence(#[source] FenceError),
    /// A fix.
    #[error("fixes[{index}]: {problem}")]
    Fix {
        /// Which, counted from 0.
        index: usize,
        /// What is wrong with it.
        #[source]
        problem: FixError,
    },
    /// `now` is no RFC 3339 time.
    #[error("now must be a time such as 2026-11-23T09:30:00Z")]
    Now,
}

impl LocationError {
    /// The path of the field to blame: `fixes[2].accuracy_m`.
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

/// Checks `request` and judges it by the rules in force.
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
/// [`LocationError`] names the first field that is no good. Poor evidence is not an error but a verdict.
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
