//! What crosses of a check-in: the fixes, the verdict, and what led to it. Mirrors of `core::location` and `core::model`.

use fieldbook_core::book::{MakeUp, TapClock, UnsignedLink};
use fieldbook_core::evidence::{ClockFlag, Moment, Monotonic, TimeSource};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{
    Activity, Assessment, FenceShape, NetworkPlace, RawFix, RawSite, SpoofReason, SpoofScore,
    SpoofSignal as SpoofSign, UnknownEntry, Verdict, VerdictReason as Reason,
};
use fieldbook_core::model::{CheckIn, CheckOut, ClosedBy, VisitState};

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
    /// What the motion sensors made of the bearer at that time.
    #[uniffi(default = None)]
    pub activity: Option<Activity>,
    /// Where Wi-Fi or mobile cells placed the phone at that time.
    #[uniffi(default = None)]
    pub network: Option<NetworkPlace>,
}

/// Where Wi-Fi or mobile cells place the phone, found without its satellites.
#[uniffi::remote(Record)]
pub struct NetworkPlace {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// Radius of the circle in which the network believes the phone to be, metres.
    pub accuracy_m: f64,
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
    /// It took place, in a form that a later version writes and this one cannot read. The texts are carried as they are.
    Unreadable {
        /// The arrival, as the record holds it; null when only the departure stands there.
        check_in: Option<String>,
        /// The departure, as the record holds it; null while the rep is there.
        check_out: Option<String>,
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
    /// When they were judged, if a fix came after the tap; else it was at the tap.
    pub judged_at_ms: Option<i64>,
    /// The place and the fence that they were held against; null where the site had no position.
    pub site: Option<RawSite>,
    /// When it was by all clocks together.
    pub moment: Option<Moment>,
    /// Why the check-in was made up for later; null for one that was made at the door.
    pub make_up: Option<String>,
}

/// A place and what counts as being there.
#[uniffi::remote(Record)]
pub struct RawSite {
    /// Degrees north, WGS-84.
    pub lat: f64,
    /// Degrees east, WGS-84.
    pub lon: f64,
    /// What counts as being there.
    pub fence: FenceShape,
}

/// An instant, how sure it is, and everything that it was concluded from.
#[uniffi::remote(Record)]
pub struct Moment {
    /// When it was, to the best of what is known.
    pub at_ms: i64,
    /// How far off that may be; null when only a clock that anyone can set says so.
    pub within_ms: Option<i64>,
    /// What it rests on.
    pub by: TimeSource,
    /// It was certainly not before this.
    pub not_before_ms: i64,
    /// The phone's wall clock, as it was.
    pub wall_ms: i64,
    /// The phone's other clock.
    pub monotonic: Option<Monotonic>,
    /// How far local time was ahead of UTC, in minutes.
    pub zone_min: Option<i32>,
    /// What was odd.
    pub flags: Vec<ClockFlag>,
}

/// A reading of the clock that runs from the phone's start and that nobody can set.
#[uniffi::remote(Record)]
pub struct Monotonic {
    /// Milliseconds since the start, sleep included.
    pub ms: i64,
    /// Which start.
    pub boot: String,
}

/// Something odd about the clocks. It is shown, and nothing is refused for it.
#[uniffi::remote(Enum)]
pub enum ClockFlag {
    /// The wall clock was moved since the last check-in or check-out; less than 0: back.
    Jumped {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The wall clock is off by more than a minute; less than 0: behind.
    Off {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The satellites and the server contradict each other.
    Disagree {
        /// By how many milliseconds.
        by_ms: i64,
    },
    /// The time was given by hand.
    Given,
    /// A flag of a later version, as JSON.
    Other(UnknownEntry),
}

/// What the phone knows of the time of a tap beside the wall clock: `elapsedRealtime` on Android, `mach_continuous_time`
/// on iOS, and the zone.
#[uniffi::remote(Record)]
pub struct TapClock {
    /// Milliseconds since the phone started, sleep included, by the clock that nobody can set.
    #[uniffi(default = None)]
    pub monotonic_ms: Option<i64>,
    /// Which start of the phone it counts from, named as in the fixes.
    #[uniffi(default = None)]
    pub boot_id: Option<String>,
    /// How far local time is ahead of UTC where the rep is, in minutes.
    #[uniffi(default = None)]
    pub utc_offset_min: Option<i32>,
}

/// A visit that took place without a check-in.
#[uniffi::remote(Record)]
pub struct MakeUp {
    /// At which of the account's sites; the first when not given.
    #[uniffi(default = None)]
    pub site: Option<RecordId>,
    /// When the rep says to have arrived.
    pub at_ms: i64,
    /// When the rep says to have left, if over.
    #[uniffi(default = None)]
    pub until_ms: Option<i64>,
    /// Why there was no check-in.
    pub reason: String,
    /// What the phone knows of the time now.
    pub clock: TapClock,
}

/// A link of the chain of evidence that waits for the signature of the phone's secure hardware.
#[uniffi::remote(Record)]
pub struct UnsignedLink {
    /// Its place in the chain.
    pub n: u64,
    /// What to sign with ed25519, as it is.
    pub bytes: Vec<u8>,
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
    /// When it was by all clocks together.
    pub moment: Option<Moment>,
    /// Which rule closed the visit, if nobody checked out.
    pub closed_by: Option<ClosedBy>,
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
    /// Fixes whose accuracy the phone does not know were set aside.
    AccuracyUnknown {
        /// Number of such fixes.
        fixes: u32,
    },
    /// Fresh fixes say otherwise than the verdict.
    FixesDisagree {
        /// How many.
        fixes: u32,
    },
    /// A reason of a later version, as JSON.
    Other(UnknownEntry),
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
