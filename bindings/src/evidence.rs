//! What crosses of a check-in: the fixes, the verdict, and what led to it. Mirrors of `core::location` and `core::model`.

use fieldbook_core::location::{Assessment, RawFix, Reason, SpoofReason, SpoofScore, SpoofSign, Verdict};
use fieldbook_core::model::{CheckIn, CheckOut, VisitState};
use fieldbook_core::units::Meters;

/// One reading of the phone's position, as the phone gave it.
#[uniffi::remote(Record)]
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
    #[uniffi(default = None)]
    pub speed_mps: Option<f64>,
    /// Degrees from north, clockwise; negative means unknown.
    #[uniffi(default = None)]
    pub bearing_deg: Option<f64>,
    /// Metres above the ellipsoid.
    #[uniffi(default = None)]
    pub altitude_m: Option<f64>,
    /// The system said that an app made the position up.
    #[uniffi(default = None)]
    pub mock: Option<bool>,
    /// Milliseconds since the phone started, by a clock that nobody can set.
    #[uniffi(default = None)]
    pub monotonic_ms: Option<i64>,
    /// Which start of the phone `monotonic_ms` counts from.
    #[uniffi(default = None)]
    pub boot_id: Option<String>,
    /// The satellites' time of the reading, RFC 3339.
    #[uniffi(default = None)]
    pub gps_at: Option<String>,
}

/// How far a visit has come.
#[uniffi::remote(Enum)]
pub enum VisitState {
    /// Nobody has been there yet.
    Planned,
    /// The rep is there.
    Open {
        /// The arrival.
        check_in: CheckIn,
    },
    /// The rep was there.
    Closed {
        /// The arrival.
        check_in: CheckIn,
        /// The departure.
        check_out: CheckOut,
    },
    /// It will not happen.
    Skipped {
        /// Why not.
        reason: String,
    },
}

/// The arrival.
#[uniffi::remote(Record)]
pub struct CheckIn {
    /// When the rep tapped, by the phone's clock.
    pub at_ms: i64,
    /// Whether that time was given on a command line rather than read from a clock.
    pub time_given: bool,
    /// The fixes it was judged by, as they came: the server judges the same ones again.
    pub fixes: Vec<RawFix>,
    /// What they say.
    pub assessment: Assessment,
}

/// The departure.
#[uniffi::remote(Record)]
pub struct CheckOut {
    /// When the rep tapped, by the phone's clock.
    pub at_ms: i64,
    /// Whether that time was given on a command line rather than read from a clock.
    pub time_given: bool,
    /// The fixes at departure.
    pub fixes: Vec<RawFix>,
    /// Where they put the rep; null when there was no fix.
    pub assessment: Option<Assessment>,
}

/// A verdict with everything that led to it. Distances are rounded to centimetres.
#[uniffi::remote(Record)]
pub struct Assessment {
    /// The answer.
    pub verdict: Verdict,
    /// From the deciding fix to the edge of the fence, less than 0 inside.
    #[uniffi(name = "distance_to_edge_m")]
    pub distance_to_edge: Option<Meters>,
    /// Radius of the deciding fix's confidence circle.
    #[uniffi(name = "accuracy_m")]
    pub accuracy: Option<Meters>,
    /// How far inside the whole circle lies; less than 0 when part of it is outside.
    #[uniffi(name = "margin_m")]
    pub margin: Option<Meters>,
    /// Age of the deciding fix, full seconds.
    pub fix_age_s: Option<i64>,
    /// How long fixes in a row placed the rep there, full seconds, gaps left out.
    pub dwell_s: Option<i64>,
    /// What decided first, then what else was noticed.
    pub reasons: Vec<Reason>,
    /// Which rules were applied.
    pub rule_version: u32,
    /// What looks odd about the fixes. It never changes the verdict.
    pub spoof: SpoofScore,
}

/// How far the evidence carries the claim "I was there".
#[uniffi::remote(Enum)]
pub enum Verdict {
    /// The whole confidence circle of a fresh fix lies inside the fence.
    Verified,
    /// The circle of a fresh fix crosses the edge: inside is possible and nothing speaks against it.
    LikelyOnSite,
    /// The whole circle of a fresh fix lies outside.
    OffSite,
    /// No fix that could tell: none, stale, coarse or made up. Says nothing against the rep.
    Unverifiable,
}

/// One thing that led to a verdict, with its numbers. The app writes the sentence.
#[uniffi::remote(Enum)]
pub enum Reason {
    /// The whole confidence circle is inside.
    InsideFence {
        /// From the circle to the edge.
        #[uniffi(name = "margin_m")]
        margin: Meters,
    },
    /// The confidence circle crosses the edge.
    CrossesEdge {
        /// From the fix to the edge, less than 0 inside.
        #[uniffi(name = "distance_to_edge_m")]
        distance_to_edge: Meters,
        /// Radius of the circle.
        #[uniffi(name = "accuracy_m")]
        accuracy: Meters,
    },
    /// The whole confidence circle is outside.
    OutsideFence {
        /// From the edge to the circle.
        #[uniffi(name = "beyond_m")]
        beyond: Meters,
    },
    /// The fix is too coarse to tell.
    CoarseFix {
        /// Radius of its circle.
        #[uniffi(name = "accuracy_m")]
        accuracy: Meters,
        /// Up to here a circle that crosses the edge counts for the rep.
        #[uniffi(name = "accuracy_m_max")]
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
}

/// All that looks odd about the fixes.
#[uniffi::remote(Record)]
pub struct SpoofScore {
    /// 0 to 1; 0.5 and more is a flag.
    pub score: f64,
    /// The strongest first; empty when nothing was odd.
    pub reasons: Vec<SpoofReason>,
}

/// One sign that was seen.
#[uniffi::remote(Record)]
pub struct SpoofReason {
    /// Which.
    pub name: SpoofSign,
    /// What it weighs, 0 to 1.
    pub weight: f64,
    /// How strongly it was seen, above 0 to 1.
    pub value: f64,
}

/// One kind of oddity.
#[uniffi::remote(Enum)]
pub enum SpoofSign {
    /// The system said that an app made a position up.
    Mock,
    /// From one fix to the next faster than any vehicle.
    Teleport,
    /// The very same position and accuracy at several times: a real receiver trembles.
    Frozen,
    /// More accurate than a phone can be.
    ImpossibleAccuracy,
    /// Nothing but old fixes: location may have been switched off before the claim.
    Stale,
    /// The satellites' time and the phone's clock differ.
    GpsTime,
}
