//! The problem of one day: which stops there are, when they are open, what the roads cost.
//!
//! A [`Day`] is checked: its numbers are in range and its nodes exist. It may still be impossible, that is for the
//! planner to say. Read from a file by [`super::read_day`], or made from a [`super::RawDay`]. How a plan is found or
//! judged is left to others.

use std::ops::Range;
use std::sync::Arc;

use super::speeds::SpeedProfile;

/// The latest time, and the longest duration, that a plan may contain: far beyond any day, and small enough that four of
/// them add up in 32 bits.
pub const LONGEST_S: i32 = 500_000_000;

/// Travel that nobody will ever do: longer than any shift.
pub const UNREACHABLE_S: i32 = i32::MAX;

/// From when until when, in seconds from local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The first second.
    pub from: i32,
    /// The last second; not before `from`.
    pub until: i32,
}

/// A break that floats: taken once, in one piece, between travel and service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lunch {
    /// It begins and ends in here.
    pub window: Window,
    /// How long it takes.
    pub duration_s: i32,
}

/// Where a visit may be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStop {
    /// The name that the plan speaks of; no other stop has it.
    pub id: String,
    /// Its place in the travel times.
    pub node: usize,
    /// How long a visit takes.
    pub service_s: i32,
    /// When a visit may start: sorted, none touching the next. None at all means closed all day.
    pub windows: Vec<Window>,
    /// What a visit is worth.
    pub value: i64,
    /// Whether it comes before all values.
    pub mandatory: bool,
}

impl DayStop {
    /// The earliest start of a visit by somebody who is there from `at` on.
    pub fn opens_at(&self, at: i32) -> Option<i32> {
        let open = self.windows.iter().find(|window| at <= window.until)?;
        Some(at.max(open.from))
    }
}

/// Travel times between nodes on empty roads, asymmetric and without triangle inequality, and how much slower the roads are
/// at which time of the day. A clone shares the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    nodes: usize,
    seconds: Arc<[i32]>,
    speeds: SpeedProfile,
}

impl Travel {
    /// Takes a square matrix, row by row, driven as given all day long. `None` when it is not square, or a time is negative.
    pub fn new(nodes: usize, seconds: Vec<i32>) -> Option<Travel> {
        let square = nodes.checked_mul(nodes)? == seconds.len();
        (square && seconds.iter().all(|s| *s >= 0)).then(|| Travel {
            nodes,
            seconds: seconds.into(),
            speeds: SpeedProfile::default(),
        })
    }

    /// The same roads, so fast in the course of the day.
    #[must_use]
    pub fn with_speeds(self, speeds: SpeedProfile) -> Travel {
        Travel { speeds, ..self }
    }

    /// How fast the roads are in the course of the day.
    pub fn speeds(&self) -> &SpeedProfile {
        &self.speeds
    }

    /// How many nodes there are.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// How long the drive takes on empty roads. Both nodes must exist.
    pub fn between(&self, from: usize, to: usize) -> i32 {
        self.seconds[from * self.nodes + to]
    }

    /// When somebody is at `to` who leaves `from` at `leave_s`. Both nodes must exist.
    pub fn arrival(&self, from: usize, to: usize, leave_s: i64) -> i64 {
        self.speeds.arrival(leave_s, self.between(from, to))
    }

    /// When at the latest somebody leaves `from` who is at `to` by `arrive_s`. Both nodes must exist.
    pub fn departure(&self, from: usize, to: usize, arrive_s: i64) -> i64 {
        self.speeds.departure(arrive_s, self.between(from, to))
    }
}

/// One day to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Leave the start no earlier, be at the end no later.
    pub shift: Window,
    /// The node to start from.
    pub start: usize,
    /// The node to end at; `None` where the last visit is.
    pub end: Option<usize>,
    /// The roads.
    pub travel: Travel,
    /// The longest travel of the day altogether, on empty roads: it stands for a distance.
    pub max_travel_s: Option<i64>,
    /// The break, when there is one.
    pub lunch: Option<Lunch>,
    /// The candidates.
    pub stops: Vec<DayStop>,
}

impl Day {
    /// The drive from `node` to the end of the day on empty roads: nothing when it ends anywhere.
    pub fn homewards(&self, node: usize) -> i32 {
        self.end.map_or(0, |end| self.travel.between(node, end))
    }

    /// When somebody is at the end of the day who leaves `node` at `leave_s`.
    pub fn home_at(&self, node: usize, leave_s: i64) -> i64 {
        self.travel.speeds().arrival(leave_s, self.homewards(node))
    }

    /// When at the latest somebody leaves `node` who is at the end of the day by `home_s`.
    pub fn leaves_for_home(&self, node: usize, home_s: i64) -> i64 {
        self.travel.speeds().departure(home_s, self.homewards(node))
    }

    /// Every stop's number in order of the file.
    pub fn numbers(&self) -> Range<usize> {
        0..self.stops.len()
    }
}
