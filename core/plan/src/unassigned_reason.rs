//! The reason that a stop is not visited, as a code with numbers. `search::unassigned` finds it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::format::{Minutes, TimeOfDay, Visits};

/// The reason that a stop is unassigned: the most certain one found. Variants are named by their codes in the
/// file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UnassignedReason {
    /// The stop has no window on the day.
    ClosedAllDay,
    /// No window overlaps the shift.
    OutsideShift {
        /// First opening, in seconds from local midnight.
        opens_s: i64,
        /// Last closing, in seconds from local midnight.
        closes_s: i64,
    },
    /// The stop closes before the rep could arrive.
    ClosesTooEarly {
        /// The earliest arrival, straight from the start.
        arrive_s: i64,
        /// Seconds by which the arrival is late.
        short_by_s: i64,
    },
    /// A visit would end the day after the shift.
    EndsTooLate {
        /// Seconds after the end of the shift.
        late_by_s: i64,
    },
    /// A visit would exceed the cap on travel, even alone.
    TooFar {
        /// Travel there and to the end, in seconds.
        travel_s: i64,
        /// Cap on travel, in seconds.
        allowed_s: i64,
    },
    /// The day is infeasible: even without visits the rep is not at the end in time.
    NoDay,
    /// The best place is taken by visits of more value, or of the same value in less time.
    Displaces {
        /// Start of the visit at that place.
        start_s: i64,
        /// Service time plus added travel, in seconds.
        costs_s: i64,
        /// Number of visits that would fall out.
        displaced: u32,
        /// Total value of those visits.
        displaced_value: i64,
        /// Value of this visit.
        value: i64,
    },
    /// The stop fits only where mandatory visits would fall out.
    ExcludedByMusts {
        /// Number of visits that would fall out.
        displaced: u32,
        /// Number of mandatory visits among them.
        musts: u32,
    },
    /// The stop has no value and would add travel.
    WorthNothing {
        /// Added travel, in seconds.
        adds_s: i64,
    },
    /// The stop fits, but the added travel would exceed the cap.
    NoTravelLeft {
        /// Added travel, in seconds.
        adds_s: i64,
        /// Remainder of the cap, in seconds.
        left_s: i64,
    },
    /// The visit was cancelled.
    Cancelled,
    /// The search stopped before it reached the stop.
    NotReached,
}

impl fmt::Display for UnassignedReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use UnassignedReason as R;
        match *self {
            R::ClosedAllDay => f.write_str("closed all day"),
            R::OutsideShift { opens_s, closes_s } => {
                let (opens, closes) = (TimeOfDay(opens_s), TimeOfDay(closes_s));
                write!(f, "open only outside the working hours, {opens} to {closes}")
            }
            R::ClosesTooEarly { arrive_s, short_by_s } => {
                let (short_by, arrive) = (Minutes(short_by_s), TimeOfDay(arrive_s));
                write!(f, "closes {short_by} before you could arrive at {arrive}")
            }
            R::EndsTooLate { late_by_s } => {
                write!(f, "you would be done {} after the shift", Minutes(late_by_s))
            }
            R::TooFar { travel_s, allowed_s } => {
                let (travel, allowed) = (Minutes(travel_s), Minutes(allowed_s));
                write!(f, "needs {travel} of travel; {allowed} are allowed")
            }
            R::NoDay => f.write_str("the day has no room for any visit"),
            R::Displaces {
                start_s,
                costs_s,
                displaced,
                displaced_value,
                value,
            } => {
                let (start, visits, costs) = (TimeOfDay(start_s), Visits(displaced), Minutes(costs_s));
                write!(
                    f,
                    "fits at {start} only without {visits} worth {displaced_value}; it is worth {value} and takes {costs}"
                )
            }
            R::ExcludedByMusts { displaced, musts } => {
                write!(
                    f,
                    "fits only without {}, {musts} of them musts",
                    Visits(displaced)
                )
            }
            R::WorthNothing { adds_s } => {
                write!(f, "has no value and would add {} of travel", Minutes(adds_s))
            }
            R::NoTravelLeft { adds_s, left_s } => {
                let (adds, left) = (Minutes(adds_s), Minutes(left_s));
                write!(f, "would add {adds} of travel; {left} are left")
            }
            R::Cancelled => f.write_str("cancelled"),
            R::NotReached => f.write_str("not reached in the time given to the search"),
        }
    }
}
