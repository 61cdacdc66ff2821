//! `fieldbook-plan/1`: the plan of a day, as written and read.
//!
//! The types carry a plan; making one is `solve`'s and `replan`'s work, checking one is `judge`'s.

use serde::{Deserialize, Serialize};

use super::day_file::{expect_format, read_json};
use super::error::ProblemError;
use super::road_time::Dwell;
use super::unassigned_reason::UnassignedReason;

/// Identifier of the format.
pub const PLAN_FORMAT: &str = "fieldbook-plan/1";

/// The plan of a day. Times are seconds from local midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPlan {
    /// [`PLAN_FORMAT`].
    pub format: String,
    /// The visits in the order of the day.
    pub visits: Vec<PlannedVisit>,
    /// Begin of the break; `None` when the day has none or no room for it.
    pub lunch_s: Option<i64>,
    /// The stops that are not visited, each with its reason.
    #[serde(default, rename = "left_out")]
    pub unassigned: Vec<UnassignedStop>,
    /// Total value of the visits.
    #[serde(default)]
    pub value: i64,
    /// Total travel on empty roads, in seconds.
    #[serde(default)]
    pub travel_s: i64,
    /// End of the rep's day.
    pub ends_s: i64,
    /// Iterations of search spent on the plan.
    #[serde(default)]
    pub iterations: u64,
    /// Seed of the random numbers.
    #[serde(default)]
    pub seed: u64,
    /// Wall time of the search, in microseconds.
    #[serde(default)]
    pub solve_us: u64,
    /// Whether the plan is proved optimal.
    #[serde(default)]
    pub proved: bool,
    /// After a replan: ids of the stops whose promise moved by more than [`PROMISE_S`](super::PROMISE_S), or
    /// fell out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Vec<String>>,
    /// Reported positions of the rep, in the order of the day. The plan continues from the last one after
    /// each visit.
    #[serde(default, rename = "here", skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<ReportedPosition>,
}

/// One visit of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedVisit {
    /// Id of the stop.
    pub id: String,
    /// Arrival at the stop.
    pub arrive_s: i64,
    /// Start of the service.
    pub start_s: i64,
    /// Departure from the stop.
    pub leave_s: i64,
}

impl PlannedVisit {
    /// The visit as a dwell at `node`.
    pub fn dwell_at(&self, node: usize) -> Dwell {
        Dwell {
            node,
            from_s: self.arrive_s,
            until_s: self.leave_s,
        }
    }
}

/// A position that the rep reported, whatever the plan had expected. The way there is not judged: it counts
/// as one drive from the previous place, in whatever time it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedPosition {
    /// Number of visits of the plan that precede it.
    pub after: usize,
    /// Index into the travel-time matrix.
    pub node: usize,
    /// Time of the report.
    pub at_s: i64,
    /// Departure from the position.
    pub leave_s: i64,
}

/// A stop that is not visited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnassignedStop {
    /// Id of the stop.
    pub id: String,
    /// The reason as a sentence.
    #[serde(default)]
    pub reason: String,
    /// The reason as a code with numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<UnassignedReason>,
}

impl UnassignedStop {
    /// States the reason both as a sentence and as a code.
    pub(super) fn new(id: String, why: UnassignedReason) -> UnassignedStop {
        UnassignedStop {
            id,
            reason: why.to_string(),
            why: Some(why),
        }
    }
}

/// Reads the text of a plan. [`super::judge`] checks whether it is feasible.
///
/// # Errors
/// [`ProblemError`] names the field that cannot be read.
pub fn read_plan(text: &str) -> Result<DayPlan, ProblemError> {
    let plan: DayPlan = read_json(text)?;
    expect_format(&plan.format, PLAN_FORMAT)?;
    Ok(plan)
}
