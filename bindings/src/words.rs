//! Flat enumerations for word lists that grow with later versions; `Unknown` stands for every later word.
//!
//! The core carries the word itself. An app can only show that the value is not known yet.

use fieldbook_core::evidence::TimeSource;
use fieldbook_core::location::{Activity, SpoofSignal as SpoofSign, Verdict};
use fieldbook_core::model::ClosedBy;

/// Makes a flat enumeration the exported form of an extensible type of the core.
macro_rules! flat {
    ($core:ident as $flat:ident { $($name:ident),+ }) => {
        uniffi::custom_type!($core, $flat, {
            remote,
            lower: |word| match word {
                $($core::$name => $flat::$name,)+
                $core::Other(_) => $flat::Unknown,
            },
            try_lift: |word| Ok(match word {
                $($flat::$name => $core::$name,)+
                $flat::Unknown => $core::Other("unknown".parse().expect("it has the form of a word")),
            }),
        });
    };
}

/// The verdict on a check-in: how far the evidence supports the claim "I was there".
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum VerdictWord {
    /// The whole confidence circle of a fresh fix lies inside the fence.
    Verified,
    /// The circle of a fresh fix crosses the edge: inside is possible and nothing speaks against it.
    LikelyOnSite,
    /// The whole circle of a fresh fix lies outside.
    OffSite,
    /// No usable fix: none, stale, coarse or mocked. It does not count against the rep.
    Unverifiable,
    /// A word of a later version.
    Unknown,
}

flat!(Verdict as VerdictWord { Verified, LikelyOnSite, OffSite, Unverifiable });

/// A kind of signal that fixes may be spoofed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SpoofWord {
    /// The system marks a position as mocked by an app.
    Mock,
    /// The speed between two fixes exceeds that of any vehicle.
    Teleport,
    /// Several fixes have the identical position and accuracy; a real receiver jitters.
    Frozen,
    /// The accuracy is better than a phone can achieve.
    ImpossibleAccuracy,
    /// All fixes are old; location may have been switched off before the check-in.
    Stale,
    /// GNSS time and the phone's clock differ.
    GpsTime,
    /// The fixes move faster than the motion sensors indicate.
    MotionDisagrees,
    /// Wi-Fi or mobile cells give another position.
    NetworkDisagrees,
    /// A word of a later version.
    Unknown,
}

flat!(SpoofSign as SpoofWord { Mock, Teleport, Frozen, ImpossibleAccuracy, Stale, GpsTime, MotionDisagrees, NetworkDisagrees });

/// The rule that closed a visit which nobody checked out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ClosedByWord {
    /// The fixes showed that the rep left the fence.
    FenceExit,
    /// The rep checked in at another customer.
    NextCheckIn,
    /// The shift ended.
    EndOfShift,
    /// A word of a later version.
    Unknown,
}

flat!(ClosedBy as ClosedByWord { FenceExit, NextCheckIn, EndOfShift });

/// The source of a trusted time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TimeSourceWord {
    /// GNSS time of a fix.
    Gps,
    /// The server's clock, extrapolated with the phone's monotonic clock.
    Server,
    /// The phone's wall clock alone.
    Wall,
    /// A word of a later version.
    Unknown,
}

flat!(TimeSource as TimeSourceWord { Gps, Server, Wall });

/// The activity that the motion sensors detect: Android's `DetectedActivity`, iOS's `CMMotionActivity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ActivityWord {
    /// The phone is stationary.
    Still,
    /// The rep walks.
    Walking,
    /// The rep runs.
    Running,
    /// The rep cycles.
    Cycling,
    /// The rep is in a vehicle such as a car, bus or train.
    Driving,
    /// A word of a later version.
    Unknown,
}

flat!(Activity as ActivityWord { Still, Walking, Running, Cycling, Driving });
