//! The types of a check-in: its fixes, its verdict and the evidence behind it. They mirror `core::location` and
//! `core::model`.

use fieldbook_core::book::{MakeUp, TapClock, UnsignedLink};
use fieldbook_core::evidence::{ClockFlag, Monotonic, TimeSource, TrustedTime as Moment};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::location::{
    Activity, Assessment, FenceShape, NetworkPlace, RawFix, RawSite, SpoofReason, SpoofScore,
    SpoofSignal as SpoofSign, UnknownEntry, Verdict, VerdictReason as Reason,
};
use fieldbook_core::model::{CheckIn, CheckOut, ClosedBy, VisitState};

/// One position reading, as the phone's location API reports it.
#[uniffi::remote(Record)]
pub struct RawFix {
    /// The phone's wall clock at the reading, RFC 3339.
    pub at: String,
    /// Latitude in degrees, -90 to 90, WGS-84.
    pub lat: f64,
    /// Longitude in degrees, -180 to 180, WGS-84.
    pub lon: f64,
    /// Radius of the confidence circle (68 % on Android and iOS), in metres.
    pub accuracy_m: f64,
    /// Ground speed in metres per second; negative means unknown, as on iOS.
    #[uniffi(default = None)]
    pub speed_mps: Option<f64>,
    /// Direction of travel in degrees clockwise from north; negative means unknown.
    #[uniffi(default = None)]
    pub bearing_deg: Option<f64>,
    /// Height above the ellipsoid in metres.
    #[uniffi(default = None)]
    pub altitude_m: Option<f64>,
    /// `true` if the system marks the position as mocked by an app.
    #[uniffi(default = None)]
    pub mock: Option<bool>,
    /// Milliseconds since the phone started, by a clock that nobody can set.
    #[uniffi(default = None)]
    pub monotonic_ms: Option<i64>,
    /// The identifier of the boot that `monotonic_ms` counts from, at most 128 bytes.
    #[uniffi(default = None)]
    pub boot_id: Option<String>,
    /// GNSS time of the reading, RFC 3339.
    #[uniffi(default = None)]
    pub gps_at: Option<String>,
    /// The activity that the motion sensors detected at that time.
    #[uniffi(default = None)]
    pub activity: Option<Activity>,
    /// The position that Wi-Fi or mobile cells gave at that time.
    #[uniffi(default = None)]
    pub network: Option<NetworkPlace>,
}

/// A position from Wi-Fi or mobile cells, without GNSS.
#[uniffi::remote(Record)]
pub struct NetworkPlace {
    /// Latitude in degrees, -90 to 90, WGS-84.
    pub lat: f64,
    /// Longitude in degrees, -180 to 180, WGS-84.
    pub lon: f64,
    /// Radius of the network's confidence circle, in metres.
    pub accuracy_m: f64,
}

/// The progress of a visit.
#[uniffi::remote(Enum)]
pub enum VisitState {
    /// The visit has not begun.
    Planned,
    /// The rep is at the visit.
    Open {
        /// The check-in.
        check_in: CheckIn,
    },
    /// The visit is over.
    Closed {
        /// The check-in.
        check_in: CheckIn,
        /// The check-out.
        check_out: CheckOut,
    },
    /// The visit will not take place.
    Skipped {
        /// The reason that the rep gave.
        reason: String,
    },
    /// The visit took place, but a later version wrote it in a form that this version cannot read. The texts are
    /// preserved unchanged.
    Unreadable {
        /// The check-in as stored; null if the record has only the check-out.
        check_in: Option<String>,
        /// The check-out as stored; null while the rep is there.
        check_out: Option<String>,
    },
}

/// The arrival of a rep at a visit, with its fixes and verdict.
#[uniffi::remote(Record)]
pub struct CheckIn {
    /// Time of the tap by the phone's clock, Unix milliseconds.
    pub at_ms: i64,
    /// `true` if the time was given on a command line instead of read from a clock.
    pub time_given: bool,
    /// The fixes that the assessment is based on, as received; the server assesses the same ones again.
    pub fixes: Vec<RawFix>,
    /// The verdict on the fixes.
    pub assessment: Assessment,
    /// Time of the assessment, Unix milliseconds, if a fix came after the tap; null if it was made at the tap.
    pub judged_at_ms: Option<i64>,
    /// The position and fence that the fixes were compared with; null if the site had no position.
    pub site: Option<RawSite>,
    /// The trusted time of the check-in, from all clocks together.
    pub moment: Option<Moment>,
    /// The reason for a make-up; null for a check-in made on site.
    pub make_up: Option<String>,
}

/// The position and fence of a site, as used for a verdict.
#[uniffi::remote(Record)]
pub struct RawSite {
    /// Latitude in degrees, -90 to 90, WGS-84.
    pub lat: f64,
    /// Longitude in degrees, -180 to 180, WGS-84.
    pub lon: f64,
    /// The area that counts as being at the site.
    pub fence: FenceShape,
}

/// A trusted time: an instant with its error bound and the readings it was derived from.
#[uniffi::remote(Record)]
pub struct Moment {
    /// The best estimate of the instant, Unix milliseconds.
    pub at_ms: i64,
    /// The error bound in milliseconds; null if the instant rests only on a clock that anyone can set.
    pub within_ms: Option<i64>,
    /// The source of the estimate.
    pub by: TimeSource,
    /// A certain lower bound of the instant, Unix milliseconds.
    pub not_before_ms: i64,
    /// The reading of the phone's wall clock, Unix milliseconds.
    pub wall_ms: i64,
    /// The reading of the phone's monotonic clock.
    pub monotonic: Option<Monotonic>,
    /// Offset of local time from UTC, in minutes; positive east of Greenwich.
    pub zone_min: Option<i32>,
    /// Anomalies of the clocks.
    pub flags: Vec<ClockFlag>,
}

/// A reading of the monotonic clock, which starts at boot and cannot be set.
#[uniffi::remote(Record)]
pub struct Monotonic {
    /// Milliseconds since boot, sleep included.
    pub ms: i64,
    /// The identifier of the boot.
    pub boot: String,
}

/// An anomaly of the clocks. It is shown; it never causes a refusal.
#[uniffi::remote(Enum)]
pub enum ClockFlag {
    /// The wall clock was set since the last check-in or check-out.
    Jumped {
        /// The change in milliseconds; negative means set back.
        by_ms: i64,
    },
    /// The wall clock is wrong by more than a minute.
    Off {
        /// The error in milliseconds; negative means behind.
        by_ms: i64,
    },
    /// GNSS time and server time contradict each other.
    Disagree {
        /// The difference in milliseconds.
        by_ms: i64,
    },
    /// The time was entered by hand.
    Given,
    /// A flag of a later version, as JSON.
    Other(UnknownEntry),
}

/// Clock readings at a tap besides the wall clock: `elapsedRealtime` on Android, `mach_continuous_time` on iOS, and
/// the time zone.
#[uniffi::remote(Record)]
pub struct TapClock {
    /// Milliseconds since boot, sleep included, by the clock that nobody can set.
    #[uniffi(default = None)]
    pub monotonic_ms: Option<i64>,
    /// The identifier of the boot, the same as in the fixes.
    #[uniffi(default = None)]
    pub boot_id: Option<String>,
    /// Offset of local time from UTC where the rep is, in minutes; positive east of Greenwich.
    #[uniffi(default = None)]
    pub utc_offset_min: Option<i32>,
}

/// A visit that took place without a check-in.
#[uniffi::remote(Record)]
pub struct MakeUp {
    /// The site of the account; its first site if null.
    #[uniffi(default = None)]
    pub site: Option<RecordId>,
    /// The arrival that the rep states, Unix milliseconds.
    pub at_ms: i64,
    /// The departure that the rep states, Unix milliseconds; null if the visit is not over.
    #[uniffi(default = None)]
    pub until_ms: Option<i64>,
    /// The reason for the missing check-in.
    pub reason: String,
    /// The clock readings at the time of the call.
    pub clock: TapClock,
}

/// A link of the evidence chain that waits for the signature of the phone's secure hardware.
#[uniffi::remote(Record)]
pub struct UnsignedLink {
    /// The number of the link in the chain.
    pub n: u64,
    /// The bytes to sign with ed25519, unchanged.
    pub bytes: Vec<u8>,
}

/// The departure of a rep from a visit.
#[uniffi::remote(Record)]
pub struct CheckOut {
    /// Time of the tap by the phone's clock, Unix milliseconds.
    pub at_ms: i64,
    /// `true` if the time was given on a command line instead of read from a clock.
    pub time_given: bool,
    /// The fixes at departure, as received.
    pub fixes: Vec<RawFix>,
    /// The verdict on the fixes at departure; null without a fix.
    pub assessment: Option<Assessment>,
    /// The trusted time of the check-out, from all clocks together.
    pub moment: Option<Moment>,
    /// The rule that closed the visit; null if the rep checked out.
    pub closed_by: Option<ClosedBy>,
}

/// A verdict with its evidence. Distances are rounded to centimetres.
#[uniffi::remote(Record)]
pub struct Assessment {
    /// The verdict.
    pub verdict: Verdict,
    /// Distance in metres from the deciding fix to the edge of the fence; negative inside.
    #[uniffi(name = "distance_to_edge_m")]
    pub distance_to_edge: Option<Meters>,
    /// Radius of the deciding fix's confidence circle, in metres.
    #[uniffi(name = "accuracy_m")]
    pub accuracy: Option<Meters>,
    /// Distance in metres by which the whole circle lies inside the fence; negative if part of it is outside.
    #[uniffi(name = "margin_m")]
    pub margin: Option<Meters>,
    /// Age of the deciding fix, in full seconds.
    pub fix_age_s: Option<i64>,
    /// Time for which consecutive fixes placed the rep there, in full seconds without gaps.
    pub dwell_s: Option<i64>,
    /// The reasons: the deciding one first, then other observations.
    pub reasons: Vec<Reason>,
    /// The version of the rules that were applied.
    pub rule_version: u32,
    /// Anomalies of the fixes. They never change the verdict.
    pub spoof: SpoofScore,
}

/// A reason of a verdict, with its numbers. The app writes the sentence.
#[uniffi::remote(Enum)]
pub enum Reason {
    /// The whole confidence circle is inside.
    InsideFence {
        /// Distance in metres from the circle to the edge.
        #[uniffi(name = "margin_m")]
        margin: Meters,
    },
    /// The confidence circle crosses the edge.
    CrossesEdge {
        /// Distance in metres from the fix to the edge; negative inside.
        #[uniffi(name = "distance_to_edge_m")]
        distance_to_edge: Meters,
        /// Radius of the circle in metres.
        #[uniffi(name = "accuracy_m")]
        accuracy: Meters,
    },
    /// The whole confidence circle is outside.
    OutsideFence {
        /// Distance in metres from the edge to the circle.
        #[uniffi(name = "beyond_m")]
        beyond: Meters,
    },
    /// The accuracy of the fix is too low for a verdict.
    CoarseFix {
        /// Radius of its circle in metres.
        #[uniffi(name = "accuracy_m")]
        accuracy: Meters,
        /// The greatest radius in metres at which a circle that crosses the edge counts in the rep's favour.
        #[uniffi(name = "accuracy_m_max")]
        accuracy_max: Meters,
    },
    /// There is no fix at all.
    NoFix,
    /// The newest fix is too old.
    StaleFix {
        /// Its age in seconds.
        age_s: i64,
        /// The greatest age that counts, in seconds.
        age_s_max: i64,
    },
    /// Fixes with a time in the future were ignored.
    FutureFix {
        /// The greatest lead in seconds.
        ahead_s: i64,
    },
    /// Fixes that the system marked as mocked were ignored.
    MockFix {
        /// Number of such fixes.
        fixes: u32,
    },
    /// Fixes without a known accuracy were ignored.
    AccuracyUnknown {
        /// Number of such fixes.
        fixes: u32,
    },
    /// Other fresh fixes contradict the verdict.
    FixesDisagree {
        /// Number of such fixes.
        fixes: u32,
    },
    /// A reason of a later version, as JSON.
    Other(UnknownEntry),
}

/// The spoof score of a set of fixes, with its signals.
#[uniffi::remote(Record)]
pub struct SpoofScore {
    /// The score, 0 to 1; from 0.5 on it is a flag, never a refusal.
    pub score: f64,
    /// The signals, the strongest first; empty if there is none.
    pub reasons: Vec<SpoofReason>,
}

/// A spoof signal that was observed.
#[uniffi::remote(Record)]
pub struct SpoofReason {
    /// The kind of signal.
    pub name: SpoofSign,
    /// The weight of the signal, 0 to 1.
    pub weight: f64,
    /// The strength of the observation, above 0 and up to 1.
    pub value: f64,
}
