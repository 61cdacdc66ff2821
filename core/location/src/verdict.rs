//! The verdict on a check-in, its reasons, and the JSON of both. How they are reached is in `presence`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

use super::spoof::SpoofScore;
use crate::{Meters, UnknownEntry, Word};

/// The strength of the evidence that the rep was at the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// The whole confidence circle of a fresh fix lies inside the fence.
    Verified,
    /// The confidence circle of a fresh fix crosses the edge: inside is possible and nothing contradicts it.
    LikelyOnSite,
    /// The whole confidence circle of a fresh fix lies outside the fence.
    OffSite,
    /// No usable fix: none, stale, coarse or mock. Says nothing against the rep.
    Unverifiable,
    /// A verdict of a later version, which ranks like [`Verdict::Unverifiable`]: it says nothing against the rep.
    #[serde(untagged)]
    Other(Word),
}

/// The text names no verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a verdict is one of verified, likely_on_site, off_site, unverifiable")]
pub struct UnknownVerdict;

impl fmt::Display for Verdict {
    /// Writes the word used in JSON: `likely_on_site`.
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
    /// Every verdict of this version.
    pub const ALL: [Verdict; 4] = [
        Verdict::Verified,
        Verdict::LikelyOnSite,
        Verdict::OffSite,
        Verdict::Unverifiable,
    ];

    /// True if the rep counts as having been there.
    pub fn on_site(self) -> bool {
        matches!(self, Verdict::Verified | Verdict::LikelyOnSite)
    }

    /// Rank from best to worst for the rep, 0 to 3.
    pub fn rank(self) -> u8 {
        match self {
            Verdict::Verified => 0,
            Verdict::LikelyOnSite => 1,
            Verdict::Unverifiable | Verdict::Other(_) => 2,
            Verdict::OffSite => 3,
        }
    }
}

/// A reason of a verdict, with its numbers. The app writes the sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum VerdictReason {
    /// The whole confidence circle lies inside the fence.
    InsideFence {
        /// Distance from the circle to the edge.
        #[serde(rename = "margin_m", with = "metres")]
        margin: Meters,
    },
    /// The confidence circle crosses the edge.
    CrossesEdge {
        /// Distance from the fix to the edge, negative inside.
        #[serde(rename = "distance_to_edge_m", with = "metres")]
        distance_to_edge: Meters,
        /// Radius of the confidence circle.
        #[serde(rename = "accuracy_m", with = "metres")]
        accuracy: Meters,
    },
    /// The whole confidence circle lies outside the fence.
    OutsideFence {
        /// Distance from the edge to the circle.
        #[serde(rename = "beyond_m", with = "metres")]
        beyond: Meters,
    },
    /// The fix is too coarse for a verdict.
    CoarseFix {
        /// Radius of its confidence circle.
        #[serde(rename = "accuracy_m", with = "metres")]
        accuracy: Meters,
        /// The largest radius with which a circle that crosses the edge counts in the rep's favour.
        #[serde(rename = "accuracy_m_max", with = "metres")]
        accuracy_max: Meters,
    },
    /// No fix was given.
    NoFix,
    /// The newest fix is too old.
    StaleFix {
        /// Age of the newest fix, seconds.
        age_s: i64,
        /// Greatest age of a fix that counts, seconds.
        age_s_max: i64,
    },
    /// Fixes from the future were set aside.
    FutureFix {
        /// Lead of the farthest one, seconds.
        ahead_s: i64,
    },
    /// Fixes that the system marked as mock locations were set aside.
    MockFix {
        /// Number of such fixes.
        fixes: u32,
    },
    /// Fixes whose accuracy the phone does not know were set aside.
    AccuracyUnknown {
        /// Number of such fixes.
        fixes: u32,
    },
    /// Fresh fixes contradict the verdict.
    FixesDisagree {
        /// Number of such fixes.
        fixes: u32,
    },
    /// A reason of a later version, with its numbers.
    #[serde(untagged, deserialize_with = "unknown_reason")]
    Other(UnknownEntry),
}

/// A verdict with everything that led to it. Distances are rounded to centimetres, and the verdict is reached from the
/// rounded values, so that a reader can check it.
///
/// Its JSON is the output of `fieldbook verdict`; a record keeps the same text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// The verdict itself.
    pub verdict: Verdict,
    /// Distance from the deciding fix to the edge of the fence, negative inside.
    #[serde(rename = "distance_to_edge_m", with = "optional_metres")]
    pub distance_to_edge: Option<Meters>,
    /// Radius of the deciding fix's confidence circle.
    #[serde(rename = "accuracy_m", with = "optional_metres")]
    pub accuracy: Option<Meters>,
    /// Distance from the confidence circle to the edge; negative if part of the circle is outside.
    #[serde(rename = "margin_m", with = "optional_metres", default)]
    pub margin: Option<Meters>,
    /// Age of the deciding fix, full seconds.
    pub fix_age_s: Option<i64>,
    /// Dwell: time that consecutive fixes place the rep at the site, full seconds, without gaps.
    pub dwell_s: Option<i64>,
    /// The deciding reason first, then the others.
    pub reasons: Vec<VerdictReason>,
    /// Version of the rules applied ([`PresenceRules::version`](super::PresenceRules::version)).
    pub rule_version: u32,
    /// The spoof score of the fixes. It never changes the verdict.
    pub spoof: SpoofScore,
}

/// Rounds to centimetres; never `-0`.
pub(super) fn rounded(Meters(m): Meters) -> Meters {
    Meters((m * 100.0).round() / 100.0 + 0.0)
}

/// The words of [`VerdictReason`] that this version knows.
const REASON_CODES: [&str; 10] = [
    "inside_fence",
    "crosses_edge",
    "outside_fence",
    "coarse_fix",
    "no_fix",
    "stale_fix",
    "future_fix",
    "mock_fix",
    "accuracy_unknown",
    "fixes_disagree",
];

fn unknown_reason<'de, D: Deserializer<'de>>(from: D) -> Result<UnknownEntry, D::Error> {
    UnknownEntry::deserialize(from, "code", &REASON_CODES)
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

/// Serialises [`Meters`] as a bare number or null.
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

#[cfg(test)]
mod tests {
    use super::*;

    /// One sample of each variant that this version knows. A new variant does not compile until it is listed.
    macro_rules! one_of_each {
        ($($pattern:pat => $sample:expr),+ $(,)?) => {{
            let samples = vec![$($sample),+];
            for sample in &samples {
                let ($($pattern)|+ | VerdictReason::Other(_)) = sample;
            }
            samples
        }};
    }

    #[test]
    fn the_list_of_reasons_is_that_of_the_enum() {
        use VerdictReason as R;
        let m = Meters(1.0);
        let reasons = one_of_each!(
            R::InsideFence { .. } => R::InsideFence { margin: m },
            R::CrossesEdge { .. } => R::CrossesEdge { distance_to_edge: m, accuracy: m },
            R::OutsideFence { .. } => R::OutsideFence { beyond: m },
            R::CoarseFix { .. } => R::CoarseFix { accuracy: m, accuracy_max: m },
            R::NoFix => R::NoFix,
            R::StaleFix { .. } => R::StaleFix { age_s: 1, age_s_max: 1 },
            R::FutureFix { .. } => R::FutureFix { ahead_s: 1 },
            R::MockFix { .. } => R::MockFix { fixes: 1 },
            R::AccuracyUnknown { .. } => R::AccuracyUnknown { fixes: 1 },
            R::FixesDisagree { .. } => R::FixesDisagree { fixes: 1 },
        );
        let json = reasons.iter().map(|reason| serde_json::to_value(reason).unwrap());
        let codes: Vec<_> = json
            .map(|reason| reason["code"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(codes, REASON_CODES);
    }
}
