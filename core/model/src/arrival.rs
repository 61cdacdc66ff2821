//! The evidence of an arrival and of a departure, and its assessment.

use serde::{Deserialize, Serialize};

use super::Fields;
use crate::evidence::TrustedTime;
use fieldbook_location::{
    Assessment, Fence, Fix, Meters, PresenceRules, RawFix, RawSite, SiteGeofence, Word, assess_presence,
};

/// The arrival: one scalar in the document, so that two phones can never mix halves of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckIn {
    /// Time of the tap, in Unix milliseconds of the phone's clock.
    pub at_ms: i64,
    /// True if that time was given on the command line instead of read from a clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub time_given: bool,
    /// The fixes it was judged by, as they came: the server judges the same ones again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<RawFix>,
    /// The assessment of the fixes.
    pub assessment: Assessment,
    /// Time of the assessment by the phone's clock, if a fix came after the tap; otherwise it was made at the tap.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judged_at_ms: Option<i64>,
    /// The place and the fence that they were held against; `None` where the site had no position.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<RawSite>,
    /// The time of the tap by all clocks together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<TrustedTime>,
    /// Why the check-in is made up for only now; `None` for one that was made at the door.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub make_up: Option<String>,
}

/// The rule that closed a visit without a check-out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClosedBy {
    /// The rep was seen to leave the fence.
    FenceExit,
    /// The rep arrived at another customer.
    NextCheckIn,
    /// The shift ended.
    EndOfShift,
    /// A rule of a later version.
    #[serde(untagged)]
    Other(Word),
}

/// A departure from a visit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckOut {
    /// Time of the tap, in Unix milliseconds of the phone's clock; if a rule closed the visit, the time that it
    /// concluded.
    pub at_ms: i64,
    /// True if that time was given on the command line instead of read from a clock.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub time_given: bool,
    /// The fixes at departure.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fixes: Vec<RawFix>,
    /// The assessment of the fixes; `None` without a fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assessment: Option<Assessment>,
    /// The time of the tap by all clocks together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moment: Option<TrustedTime>,
    /// The rule that closed the visit, if nobody checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<ClosedBy>,
}

/// True if a text has the shape of an arrival or a departure of any version: a JSON object whose `at_ms` is a whole
/// number.
///
/// Lists, the time of a visit and the order of a day stand on that number alone. Everything else may be in words of a later
/// version.
pub(crate) fn has_shape(text: &str) -> bool {
    at_ms(text).is_some()
}

/// Time of an arrival or departure of any version, in Unix milliseconds; `None` for a text without that shape.
pub(crate) fn at_ms(text: &str) -> Option<i64> {
    let object: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).ok()?;
    object.get("at_ms")?.as_i64()
}

macro_rules! json_text {
    ($name:ident) => {
        impl std::str::FromStr for $name {
            type Err = serde_json::Error;

            fn from_str(text: &str) -> Result<Self, serde_json::Error> {
                // A struct could also be read off a list; a record holds an object, whose `at_ms` the tables look up.
                if !text.trim_start().starts_with('{') {
                    return Err(serde::de::Error::custom("not a JSON object"));
                }
                serde_json::from_str(text)
            }
        }

        impl $name {
            /// The compact JSON that the document holds.
            pub fn to_text(&self) -> String {
                serde_json::to_string(self).expect("numbers, texts and lists always have a JSON form")
            }
        }
    };
}
json_text!(CheckIn);
json_text!(CheckOut);

/// The radius within which a rep counts as being at a site that has no fence of its own.
pub const DEFAULT_FENCE: Meters = Meters(150.0);

/// The geofence of a site, from the fields of its record; `None` without a position.
///
/// `None` without a position, and for a fence of a later version: who cannot read it judges nobody by another one.
pub fn place_of(site: &Fields) -> Option<SiteGeofence> {
    let fence = match site.text("fence") {
        Some(text) => text.parse().ok()?,
        None => Fence::circle(DEFAULT_FENCE).expect("150 m is a radius"),
    };
    Some(SiteGeofence {
        position: site.text("position").and_then(|text| text.parse().ok())?,
        fence,
    })
}

/// The assessment of `fixes` at `site` by the rules in force; without a site it is [`Assessment::without_geofence`].
pub fn assess(site: Option<&SiteGeofence>, fixes: &[Fix], now_ms: i64) -> Assessment {
    let rules = PresenceRules::default();
    site.map_or_else(
        || Assessment::without_geofence(&rules),
        |site| assess_presence(site, fixes, now_ms, &rules),
    )
}

impl CheckIn {
    /// Time of an arrival of any version, in Unix milliseconds, read off its text; `None` for a text that is no
    /// arrival.
    pub fn at_ms_of(text: &str) -> Option<i64> {
        at_ms(text)
    }

    /// Judges again from what was kept, against the same place: whoever does so gets the same answer. `None` when it was
    /// judged by rules that this software does not have, against a fence too long to be kept
    /// with it, or holds numbers that no phone reports.
    pub fn judged_again(&self) -> Option<Assessment> {
        if self.site.is_none() && self.assessment.distance_to_edge.is_some() {
            // It was held against a fence too long to be repeated here.
            return None;
        }
        let site = self.site.clone().map(SiteGeofence::try_from).transpose().ok()?;
        self.judged_at(site.as_ref())
    }

    /// Judges again against a place as it is known elsewhere. `None` as [`judged_again`](CheckIn::judged_again).
    pub fn judged_at(&self, site: Option<&SiteGeofence>) -> Option<Assessment> {
        if self.assessment.rule_version != PresenceRules::default().version {
            return None;
        }
        let fixes = self.fixes.iter().cloned().map(Fix::try_from);
        let fixes: Vec<Fix> = fixes.collect::<Result<_, _>>().ok()?;
        Some(assess(site, &fixes, self.judged_at_ms.unwrap_or(self.at_ms)))
    }
}
