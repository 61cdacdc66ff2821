//! What we say about a check-in, and the JSON of it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::Map;

use super::spoof::SpoofScore;
use crate::{Meters, UnknownEntry, Word};

/// How far the evidence carries the claim "I was there".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole confidence circle of a fresh fix lies inside the fence.
    Verified,
    /// The circle of a fresh fix crosses the edge: inside is possible and nothing speaks against it.
    LikelyOnSite,
    /// The whole circle of a fresh fix lies outside.
    OffSite,
    /// No fix that could tell: none, stale, coarse or made up. Says nothing against the rep.
    Unverifiable,
    /// A verdict of a later version, which ranks like [`Verdict::Unverifiable`]: it says nothing against the rep.
    #[serde(untagged)]
    Other(Word),
}

/// A text that names no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a verdict is one of verified, likely_on_site, off_site, unverifiable")]
pub struct UnknownVerdict;

impl fmt::Display for Verdict {
    /// As in JSON: `likely_on_site`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Verified => "verified",
            Verdict::LikelyOnSite => "likely_on_site",
            Verdict::OffSite => "off_site",
            Verdict::Unverifiable => "unverifiable",
            Verdict::Other(word) => word.as_str(),
        })
    }
}

impl FromStr for Verdict {
    type Err = UnknownVerdict;

    fn from_str(text: &str) -> Result<Verdict, UnknownVerdict> {
        Verdict::ALL
            .into_iter()
            .find(|verdict| verdict.to_string() == text)
            .ok_or(UnknownVerdict)
    }
}

impl Verdict {
    /// The verdicts of this version.
    pub const ALL: [Verdict; 4] = [
        Verdict::Verified,
        Verdict::LikelyOnSite,
        Verdict::OffSite,
        Verdict::Unverifiable,
    ];

    /// Whether the rep may count as having been there.
    pub fn on_site(self) -> bool {
        matches!(self, Verdict::Verified | Verdict::LikelyOnSite)
    }

    /// From best to worst for the rep: 0 to 3.
    pub fn rank(self) -> u8 {
        match self {
            Verdict::Verified => 0,
            Verdict::LikelyOnSite => 1,
            Verdict::Unverifiable | Verdict::Other(_) => 2,
            Verdict::OffSite => 3,
        }
    }
}

/// One thing that led to a verdict, with its numbers. The app writes the sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VerdictReason {
    /// The whole confidence circle is inside.
    InsideFence {
        /// From the circle to the edge.
        #[serde(rename = "margin_m", with = "metres")]
        margin: Meters,
    },
    /// The confidence circle crosses the edge.
    CrossesEdge {
        /// From the fix to the edge, less than 0 inside.
        #[serde(rename = "distance_to_edge_m", with = "metres")]
        distance_to_edge: Meters,
        /// Radius of the circle.
        #[serde(rename = "accuracy_m", with = "metres")]
        accuracy: Meters,
    },
    /// The whole confidence circle is outside.
    OutsideFence {
        /// From the edge to the circle.
        #[serde(rename = "beyond_m", with = "metres")]
        beyond: Meters,
    },
    /// The fix is too coarse to tell.
    CoarseFix {
        /// Radius of its circle.
        #[serde(rename = "accuracy_m", with = "metres")]
        accuracy: Meters,
        /// Up to here a circle that crosses the edge counts for the rep.
        #[serde(rename = "accuracy_m_max", with = "metres")]
        accuracy_max: Meters,
    },
    /// There is no fix at all.
    NoFix,
    /// The newest fix is too old.
    StaleFix {
        /// Its age.
        age_s: i64,
        /// The oldest that counts.
        age_s_max: i64,
    },
    /// A fix claims a time that has not come yet, and was set aside.
    FutureFix {
        /// How far ahead the farthest is.
        ahead_s: i64,
    },
    /// Fixes that the system marked as made up were set aside.
    MockFix {
        /// How many.
        fixes: u32,
    },
    /// Fresh fixes say otherwise than the verdict.
    FixesDisagree {
        /// How many.
        fixes: u32,
    },
    /// A reason of a later version, with its numbers.
    #[serde(untagged, deserialize_with = "unknown_reason")]
    Other(UnknownEntry),
}

/// A verdict with everything that led to it. Distances are rounded to centimetres, and the verdict is reached from the
/// rounded ones, so that whoever reads them can check it.
///
/// As JSON it is what `fieldbook verdict` prints; a record keeps the same text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The answer.
    pub verdict: Verdict,
    /// From the deciding fix to the edge of the fence, less than 0 inside.
    #[serde(rename = "distance_to_edge_m", with = "optional_metres")]
    pub distance_to_edge: Option<Meters>,
    /// Radius of the deciding fix's confidence circle.
    #[serde(rename = "accuracy_m", with = "optional_metres")]
    pub accuracy: Option<Meters>,
    /// How far inside the whole circle lies; less than 0 when part of it is outside.
    #[serde(rename = "margin_m", with = "optional_metres", default)]
    pub margin: Option<Meters>,
    /// Age of the deciding fix, full seconds.
    pub fix_age_s: Option<i64>,
    /// How long fixes in a row placed the rep there, full seconds, gaps left out.
    pub dwell_s: Option<i64>,
    /// What decided first, then what else was noticed.
    pub reasons: Vec<VerdictReason>,
    /// Which rules were applied ([`PresenceRules::version`](super::PresenceRules::version)).
    pub rule_version: u32,
    /// What looks odd about the fixes. It never changes the verdict.
    pub spoof: SpoofScore,
}

/// Centimetres, and never `-0`.
pub(super) fn rounded(Meters(m): Meters) -> Meters {
    Meters((m * 100.0).round() / 100.0 + 0.0)
}

/// The words of [`VerdictReason`] that this version knows.
const REASON_CODES: [&str; 9] = [
    "inside_fence",
    "crosses_edge",
    "outside_fence",
    "coarse_fix",
    "no_fix",
    "stale_fix",
    "future_fix",
    "mock_fix",
    "fixes_disagree",
];

fn unknown_reason<'de, D: Deserializer<'de>>(from: D) -> Result<UnknownEntry, D::Error> {
    UnknownEntry::read(Map::deserialize(from)?, "code", &REASON_CODES).map_err(de::Error::custom)
}

/// [`Meters`] as a bare number.
mod metres {
    use super::{Deserialize, Meters};
    use serde::{Deserializer, Serializer};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it by reference")]
    pub(super) fn serialize<S: Serializer>(length: &Meters, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_f64(length.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Meters, D::Error> {
        f64::deserialize(from).map(Meters)
    }
}

/// [`Meters`] as a bare number or null.
mod optional_metres {
    use super::{Deserialize, Meters, Serialize};
    use serde::{Deserializer, Serializer};

    #[expect(clippy::ref_option, reason = "serde calls it by reference")]
    pub(super) fn serialize<S: Serializer>(length: &Option<Meters>, to: S) -> Result<S::Ok, S::Error> {
        length.map(|m| m.0).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Meters>, D::Error> {
        Ok(Option::<f64>::deserialize(from)?.map(Meters))
    }
}
