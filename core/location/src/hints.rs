//! What a phone knows beside its satellites, if the host says so: how its bearer moves, and where the networks place it.
//! Hints never move a verdict; where they disagree with a fix, the spoof score says so.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fix::Fix;
use super::position::{Position, PositionError};
use crate::{Meters, Word};

/// What the motion sensors make of the phone's bearer: Android's `DetectedActivity`, iOS's `CMMotionActivity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// The phone lies still.
    Still,
    /// On foot.
    Walking,
    /// On foot, fast.
    Running,
    /// On a bicycle.
    Cycling,
    /// In a car, bus or train.
    Driving,
    /// An activity of a later version, which nothing is concluded from.
    #[serde(untagged)]
    Other(Word),
}

/// No activity of that name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected still, walking, running, cycling or driving")]
pub struct UnknownActivity;

impl Activity {
    /// The activities of this version.
    pub const ALL: [Activity; 5] = [
        Activity::Still,
        Activity::Walking,
        Activity::Running,
        Activity::Cycling,
        Activity::Driving,
    ];

    /// The word for it, as in the JSON of a fix.
    pub fn name(&self) -> &str {
        match self {
            Activity::Still => "still",
            Activity::Walking => "walking",
            Activity::Running => "running",
            Activity::Cycling => "cycling",
            Activity::Driving => "driving",
            Activity::Other(word) => word.as_str(),
        }
    }

    /// The greatest speed that nobody wonders at, and that which nobody reaches, metres a second. A phone in a smooth train
    /// says that it lies still for minutes, so the second is far from the first. `None` for an activity that is not known here.
    pub(super) fn speeds_mps(self) -> Option<(f64, f64)> {
        Some(match self {
            Activity::Still => (3.0, 30.0),
            Activity::Walking => (6.0, 30.0),
            Activity::Running => (9.0, 30.0),
            Activity::Cycling => (20.0, 60.0),
            Activity::Driving => (120.0, 340.0),
            Activity::Other(_) => return None,
        })
    }
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Activity {
    type Err = UnknownActivity;

    fn from_str(word: &str) -> Result<Activity, UnknownActivity> {
        let named = Activity::ALL.into_iter().find(|activity| activity.name() == word);
        named.ok_or(UnknownActivity)
    }
}

/// Where Wi-Fi or mobile cells place the phone, found without its satellites.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct NetworkPlace {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Radius of the circle in which the network believes the phone to be, metres.
    pub accuracy_m: f64,
}

impl NetworkPlace {
    /// Where, if these are coordinates.
    ///
    /// # Errors
    /// [`PositionError`].
    pub fn position(&self) -> Result<Position, PositionError> {
        Position::new(self.lat, self.lon)
    }

    /// Whether the numbers are possible: a place on the earth, and the accuracy of a fix.
    pub(super) fn is_possible(&self) -> bool {
        self.position().is_ok() && self.accuracy_m > 0.0 && Meters(self.accuracy_m) <= Fix::ACCURACY_MAX
    }

    /// An order over all that is known, so that the order of arrival does not matter.
    pub(super) fn order(&self, other: &NetworkPlace) -> std::cmp::Ordering {
        self.lat
            .total_cmp(&other.lat)
            .then(self.lon.total_cmp(&other.lon))
            .then(self.accuracy_m.total_cmp(&other.accuracy_m))
    }
}
