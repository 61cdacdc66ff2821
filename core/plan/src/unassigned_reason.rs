//! Why a stop is not visited, in numbers.

use serde::{Deserialize, Serialize};

use super::format::{Minutes, TimeOfDay, Visits};

/// The one reason that a stop is left out, the most certain that could be found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum UnassignedReason {
    /// It has no window today.
    #[error("closed all day")]
    ClosedAllDay,
    /// No window overlaps the working hours.
    #[error("open only outside the working hours, {} to {}", TimeOfDay(*opens_s), TimeOfDay(*closes_s))]
    OutsideShift {
        /// Its first opening.
        opens_s: i64,
        /// Its last closing.
        closes_s: i64,
    },
    /// It closes before the rep could drive there.
    #[error("closes {} before you could arrive at {}", Minutes(*short_by_s), TimeOfDay(*arrive_s))]
    ClosesTooEarly {
        /// The earliest arrival, straight from the start.
        arrive_s: i64,
        /// How much too late that is.
        short_by_s: i64,
    },
    /// Whoever visits it is too late at the end of the day.
    #[error("you would be done {} after the shift", Minutes(*late_by_s))]
    EndsTooLate {
        /// How much too late.
        late_by_s: i64,
    },
    /// It would take more travel than the day allows, even alone.
    #[error("needs {} of travel; {} are allowed", Minutes(*travel_s), Minutes(*allowed_s))]
    TooFar {
        /// There and to the end.
        travel_s: i64,
        /// The most allowed.
        allowed_s: i64,
    },
    /// No day can be had at all: even without visits the rep is not at the end in time.
    #[error("the day has no room for any visit")]
    NoDay,
    /// The best place for it is taken by visits worth more, or as much for less time.
    #[error(
        "fits at {} only without {} worth {displaced_value}; it is worth {value} and takes {}",
        TimeOfDay(*start_s), Visits(*displaced), Minutes(*costs_s)
    )]
    Displaces {
        /// When it would be.
        start_s: i64,
        /// Its service, and the travel that it would add.
        costs_s: i64,
        /// How many visits would fall out.
        displaced: u32,
        /// What they are worth together.
        displaced_value: i64,
        /// Its own value.
        value: i64,
    },
    /// It fits only where must-visits would fall out.
    #[error("fits only without {}, {musts} of them musts", Visits(*displaced))]
    ExcludedByMusts {
        /// How many visits would fall out.
        displaced: u32,
        /// How many of them are musts.
        musts: u32,
    },
    /// It has no value, and would cost travel.
    #[error("has no value and would add {} of travel", Minutes(*adds_s))]
    WorthNothing {
        /// What it would add.
        adds_s: i64,
    },
    /// It fits, but the travel it adds would be over the cap.
    #[error("would add {} of travel; {} are left", Minutes(*adds_s), Minutes(*left_s))]
    NoTravelLeft {
        /// What it would add.
        adds_s: i64,
        /// What is left of the cap.
        left_s: i64,
    },
    /// Nobody is expected any more.
    #[error("cancelled")]
    Cancelled,
    /// The search stopped before it came to it.
    #[error("not reached in the time given to the search")]
    NotReached,
}
