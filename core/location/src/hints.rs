//! Hints that a host may add to a fix: the activity of its bearer and the network location. They never change a
//! verdict; where they disagree with a fix, the spoof score rises.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::fix::Fix;
use super::position::{Position, PositionError};
use crate::{Meters, Word};

/// Activity of the phone's bearer, as recognised by motion sensors: Android's `DetectedActivity`, iOS's
/// `CMMotionActivity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// The phone is not moving.
    Still,
    /// Walking pace on foot.
    Walking,
    /// Running on foot.
    Running,
    /// Riding a bicycle.
    Cycling,
    /// In a car, bus or train.
    Driving,
    /// An activity of a later version, which nothing is concluded from.
    #[serde(untagged)]
    Other(Word),
}

/// The text names no activity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected still, walking, running, cycling or driving")]
pub struct UnknownActivity;

impl Activity {
    /// Every activity of this version.
    pub const ALL: [Activity; 5] = [
        Activity::Still,
        Activity::Walking,
        Activity::Running,
        Activity::Cycling,
        Activity::Driving,
    ];

    /// Name of the activity in the JSON of a fix.
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

    /// Plausible and impossible speed of the activity, metres a second: at the first the signal is 0, at the second 1.
    /// A phone in a smooth train reports that it lies still for minutes, so the second is far above the first.
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

/// Network location: a position from Wi-Fi or mobile cells, without satellites.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct NetworkPlace {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Accuracy radius stated by the network, metres.
    pub accuracy_m: f64,
}

impl NetworkPlace {
    /// The position, if the coordinates are valid.
    ///
    /// # Errors
    /// [`PositionError`] if they are not.
    pub fn position(&self) -> Result<Position, PositionError> {
        Position::new(self.lat, self.lon)
    }

    /// True if the position is on the earth and the accuracy is that of a valid fix.
    pub(super) fn is_possible(&self) -> bool {
        self.position().is_ok() && self.accuracy_m > 0.0 && Meters(self.accuracy_m) <= Fix::ACCURACY_MAX
    }

    /// A total order over all fields, so that the order of arrival does not matter.
    pub(super) fn order(&self, other: &NetworkPlace) -> std::cmp::Ordering {
        self.lat
            .total_cmp(&other.lat)
            .then(self.lon.total_cmp(&other.lon))
            .then(self.accuracy_m.total_cmp(&other.accuracy_m))
    }
}
