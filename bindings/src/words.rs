//! Words of lists that grow with later versions: a flat enumeration each, in which `Unknown` stands for every later word.
//!
//! The core carries the word itself; an app shows that there is something which it does not know yet.

use fieldbook_core::evidence::TimeSource;
use fieldbook_core::location::{Activity, SpoofSignal as SpoofSign, Verdict};
use fieldbook_core::model::ClosedBy;

/// Makes a flat enumeration the foreign side of a type of the core.
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

/// How far the evidence carries the claim "I was there".
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum VerdictWord {
    /// The whole confidence circle of a fresh fix lies inside the fence.
    Verified,
    /// The circle of a fresh fix crosses the edge: inside is possible and nothing speaks against it.
    LikelyOnSite,
    /// The whole circle of a fresh fix lies outside.
    OffSite,
    /// No fix that could tell: none, stale, coarse or made up. Says nothing against the rep.
    Unverifiable,
    /// A word of a later version.
    Unknown,
}

flat!(Verdict as VerdictWord { Verified, LikelyOnSite, OffSite, Unverifiable });

/// One kind of oddity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum SpoofWord {
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
    /// The fixes move faster than the motion sensors say that the phone does.
    MotionDisagrees,
    /// Wi-Fi or mobile cells place the phone elsewhere.
    NetworkDisagrees,
    /// A word of a later version.
    Unknown,
}

flat!(SpoofSign as SpoofWord { Mock, Teleport, Frozen, ImpossibleAccuracy, Stale, GpsTime, MotionDisagrees, NetworkDisagrees });

/// Which rule closed a visit that nobody checked out of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ClosedByWord {
    /// The rep was seen to leave the fence.
    FenceExit,
    /// The rep arrived at another customer.
    NextCheckIn,
    /// The shift ended.
    EndOfShift,
    /// A word of a later version.
    Unknown,
}

flat!(ClosedBy as ClosedByWord { FenceExit, NextCheckIn, EndOfShift });

/// What an instant rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum TimeSourceWord {
    /// The satellites.
    Gps,
    /// The server's clock, carried on by the phone's.
    Server,
    /// The phone's wall clock alone.
    Wall,
    /// A word of a later version.
    Unknown,
}

flat!(TimeSource as TimeSourceWord { Gps, Server, Wall });

/// What the motion sensors make of the phone's bearer: Android's `DetectedActivity`, iOS's `CMMotionActivity`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Enum)]
pub enum ActivityWord {
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
    /// A word of a later version.
    Unknown,
}

flat!(Activity as ActivityWord { Still, Walking, Running, Cycling, Driving });
