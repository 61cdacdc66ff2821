//! The reason that a stop is not visited, as a code with numbers. `search::unassigned` finds it.

use serde::{Deserialize, Serialize};

use super::format::{Minutes, TimeOfDay, Visits};

/// The reason that a stop is unassigned: the most certain one found. Variants are named by their codes in the
/// file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UnassignedReason {
    /// The stop has no window on the day.
    #[error("closed all day")]
    ClosedAllDay,
    /// No window overlaps the shift.
    #[error("open only outside the working hours, {} to {}", TimeOfDay(*opens_s), TimeOfDay(*closes_s))]
    OutsideShift {
        /// First opening, in seconds from local midnight.
        opens_s: i64,
        /// Last closing, in seconds from local midnight.
        closes_s: i64,
    },
    /// The stop closes before the rep could arrive.
    #[error("closes {} before you could arrive at {}", Minutes(*short_by_s), TimeOfDay(*arrive_s))]
    ClosesTooEarly {
        /// The earliest arrival, straight from the start.
        arrive_s: i64,
        /// Seconds by which the arrival is late.
        short_by_s: i64,
    },
    /// A visit would end the day after the shift.
    #[error("you would be done {} after the shift", Minutes(*late_by_s))]
    EndsTooLate {
        /// Seconds after the end of the shift.
        late_by_s: i64,
    },
    /// A visit would exceed the cap on travel, even alone.
    #[error("needs {} of travel; {} are allowed", Minutes(*travel_s), Minutes(*allowed_s))]
    TooFar {
        /// Travel there and to the end, in seconds.
        travel_s: i64,
        /// Cap on travel, in seconds.
        allowed_s: i64,
    },
    /// The day is infeasible: even without visits the rep is not at the end in time.
    #[error("the day has no room for any visit")]
    NoDay,
    /// The best place is taken by visits of more value, or of the same value in less time.
    #[error(
        "fits at {} only without {} worth {displaced_value}; it is worth {value} and takes {}",
        TimeOfDay(*start_s), Visits(*displaced), Minutes(*costs_s)
    )]
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
    #[error("fits only without {}, {musts} of them musts", Visits(*displaced))]
    ExcludedByMusts {
        /// Number of visits that would fall out.
        displaced: u32,
        /// Number of mandatory visits among them.
        musts: u32,
    },
    /// The stop has no value and would add travel.
    #[error("has no value and would add {} of travel", Minutes(*adds_s))]
    WorthNothing {
        /// Added travel, in seconds.
        adds_s: i64,
    },
    /// The stop fits, but the added travel would exceed the cap.
    #[error("would add {} of travel; {} are left", Minutes(*adds_s), Minutes(*left_s))]
    NoTravelLeft {
        /// Added travel, in seconds.
        adds_s: i64,
        /// Remainder of the cap, in seconds.
        left_s: i64,
    },
    /// The visit was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The search stopped before it reached the stop.
    #[error("not reached in the time given to the search")]
    NotReached,
}
