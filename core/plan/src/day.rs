//! The problem of one day: its stops, their opening windows, and the travel times between them.
//!
//! A [`Day`] has been checked: its numbers are in range and its nodes exist. It may still be infeasible,
//! which the planner reports. It is read from a file by [`super::read_day`] or built from a
//! [`super::RawDay`]. Solving and judging are left to other modules.

use std::ops::Range;
use std::sync::Arc;

use super::speeds::SpeedProfile;

/// The latest time, and the longest duration, that a plan may contain, in seconds: far beyond any day, and
/// small enough that four of them add up in 32 bits.
pub const LONGEST_S: i32 = 500_000_000;

/// Travel time of an unreachable pair of nodes: longer than any shift.
pub const UNREACHABLE_S: i32 = i32::MAX;

/// A time window, in seconds from local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// The first second.
    pub from: i32,
    /// The last second, included; not before `from`.
    pub until: i32,
}

/// A floating break: taken once, in one piece, between travel and service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lunch {
    /// The break begins and ends within this window.
    pub window: Window,
    /// Duration of the break, in seconds.
    pub duration_s: i32,
}

/// A stop: a place where a visit may be made, with its service time, windows and value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayStop {
    /// The id that the plan refers to; unique among the stops of the day.
    pub id: String,
    /// Index into the travel-time matrix.
    pub node: usize,
    /// Service time: duration of a visit, in seconds.
    pub service_s: i32,
    /// Windows in which a visit may start, sorted and disjoint. Empty: closed all day.
    pub windows: Vec<Window>,
    /// Value of a visit, 0 or more.
    pub value: i64,
    /// A mandatory visit comes before all values.
    pub mandatory: bool,
}

impl DayStop {
    /// The earliest start of a visit on arrival at `at`; `None` after the last window.
    pub fn opens_at(&self, at: i32) -> Option<i32> {
        let open = self.windows.iter().find(|window| at <= window.until)?;
        Some(at.max(open.from))
    }
}

/// Travel times between nodes on empty roads, with a speed profile over the day. The matrix may be asymmetric
/// and break the triangle inequality. A clone shares the numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Travel {
    nodes: usize,
    seconds: Arc<[i32]>,
    speeds: SpeedProfile,
}

impl Travel {
    /// Takes a square matrix of seconds, row by row, with the same speeds all day. `None` when it is not
    /// square or a time is negative.
    pub fn new(nodes: usize, seconds: Vec<i32>) -> Option<Travel> {
        let square = nodes.checked_mul(nodes)? == seconds.len();
        (square && seconds.iter().all(|s| *s >= 0)).then(|| Travel {
            nodes,
            seconds: seconds.into(),
            speeds: SpeedProfile::default(),
        })
    }

    /// The same matrix with another speed profile.
    #[must_use]
    pub fn with_speeds(self, speeds: SpeedProfile) -> Travel {
        Travel { speeds, ..self }
    }

    /// The speed profile of the day.
    pub fn speeds(&self) -> &SpeedProfile {
        &self.speeds
    }

    /// Number of nodes.
    pub fn nodes(&self) -> usize {
        self.nodes
    }

    /// Travel time on empty roads, in seconds. Both nodes must exist.
    pub fn between(&self, from: usize, to: usize) -> i32 {
        self.seconds[from * self.nodes + to]
    }

    /// Total travel on empty roads from `start` over `nodes` to `end`, in seconds. Every node must exist.
    pub(super) fn path_s(
        &self,
        start: usize,
        nodes: impl IntoIterator<Item = usize>,
        end: Option<usize>,
    ) -> i64 {
        let mut here = start;
        let mut travel_s = 0;
        for node in nodes.into_iter().chain(end) {
            travel_s += i64::from(self.between(here, node));
            here = node;
        }
        travel_s
    }

    /// Arrival at `to` after leaving `from` at `leave_s`. Both nodes must exist.
    pub fn arrival(&self, from: usize, to: usize, leave_s: i64) -> i64 {
        self.speeds.arrival(leave_s, self.between(from, to))
    }

    /// The latest departure from `from` that reaches `to` by `arrive_s`. Both nodes must exist.
    pub fn departure(&self, from: usize, to: usize, arrive_s: i64) -> i64 {
        self.speeds.departure(arrive_s, self.between(from, to))
    }
}

/// The problem of one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// The rep leaves the start no earlier and is at the end no later.
    pub shift: Window,
    /// The node to start from.
    pub start: usize,
    /// The node to end at; `None` ends the day at the last visit.
    pub end: Option<usize>,
    /// Travel times between all nodes.
    pub travel: Travel,
    /// Cap on the total travel on empty roads, in seconds: a stand-in for a cap on distance.
    pub max_travel_s: Option<i64>,
    /// The break, if the day has one.
    pub lunch: Option<Lunch>,
    /// The stops to choose from.
    pub stops: Vec<DayStop>,
}

impl Day {
    /// Travel time from `node` to the end of the day on empty roads; 0 when the day may end anywhere.
    pub fn drive_home(&self, node: usize) -> i32 {
        self.end.map_or(0, |end| self.travel.between(node, end))
    }

    /// Arrival at the end of the day after leaving `node` at `leave_s`.
    pub fn arrival_home(&self, node: usize, leave_s: i64) -> i64 {
        self.travel.speeds().arrival(leave_s, self.drive_home(node))
    }

    /// The latest departure from `node` that reaches the end of the day by `home_s`.
    pub fn departure_home(&self, node: usize, home_s: i64) -> i64 {
        self.travel.speeds().departure(home_s, self.drive_home(node))
    }

    /// The numbers of all stops, in the order of the file.
    pub fn numbers(&self) -> Range<usize> {
        0..self.stops.len()
    }
}
