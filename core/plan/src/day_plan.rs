//! `fieldbook-plan/1`: the plan of a day, as it is written and read.

use serde::{Deserialize, Serialize};

use super::day_file::{expect_format, read_json};
use super::error::ProblemError;
use super::road_time::Dwell;
use super::unassigned_reason::UnassignedReason;

/// The name of the format.
pub const PLAN_FORMAT: &str = "fieldbook-plan/1";

/// What to do on a day. Times are seconds from local midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DayPlan {
    /// [`PLAN_FORMAT`].
    pub format: String,
    /// The visits in their order.
    pub visits: Vec<PlannedVisit>,
    /// When lunch begins; `None` when the day has none, or no room for it.
    pub lunch_s: Option<i64>,
    /// Who is not visited, and why.
    #[serde(default, rename = "left_out")]
    pub unassigned: Vec<UnassignedStop>,
    /// The value of all visits.
    #[serde(default)]
    pub value: i64,
    /// The travel altogether, on empty roads.
    #[serde(default)]
    pub travel_s: i64,
    /// When the rep is done.
    pub ends_s: i64,
    /// How long was searched.
    #[serde(default)]
    pub iterations: u64,
    /// What rng was made of.
    #[serde(default)]
    pub seed: u64,
    /// The time it took, in microseconds.
    #[serde(default)]
    pub solve_us: u64,
    /// Whether no better plan exists.
    #[serde(default)]
    pub proved: bool,
    /// After a replan: the promises that moved by more than a quarter of an hour, or fell out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved: Option<Vec<String>>,
    /// Where the rep said to be, in the order of the day. The plan begins anew at the last of them behind a visit.
    #[serde(default, rename = "here", skip_serializing_if = "Vec::is_empty")]
    pub reported: Vec<ReportedPosition>,
}

/// One visit of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedVisit {
    /// The stop.
    pub id: String,
    /// When the rep is there.
    pub arrive_s: i64,
    /// When the visit starts.
    pub start_s: i64,
    /// When the rep drives on.
    pub leave_s: i64,
}

impl PlannedVisit {
    /// The same as a stay at `node`.
    pub fn dwell_at(&self, node: usize) -> Dwell {
        Dwell {
            node,
            from_s: self.arrive_s,
            until_s: self.leave_s,
        }
    }
}

/// Where the rep said to be, whatever the plan had expected. How they came there is their affair: it counts as the drive
/// from the last place, in whatever time it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportedPosition {
    /// How many visits of the plan lie before it.
    pub after: usize,
    /// The place.
    pub node: usize,
    /// When the rep was there.
    pub at_s: i64,
    /// When the rep drives on.
    pub leave_s: i64,
}

/// A stop that is not visited.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnassignedStop {
    /// The stop.
    pub id: String,
    /// Why, in a sentence.
    #[serde(default)]
    pub reason: String,
    /// Why, in numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<UnassignedReason>,
}

impl UnassignedStop {
    /// Says why in both ways.
    pub(super) fn new(id: String, why: UnassignedReason) -> UnassignedStop {
        UnassignedStop {
            id,
            reason: why.to_string(),
            why: Some(why),
        }
    }
}

/// Reads the text of a plan. Whether it is any good is [`super::judge`]'s business.
///
/// # Errors
/// [`ProblemError`] names the field that cannot be read.
pub fn read_plan(text: &str) -> Result<DayPlan, ProblemError> {
    let plan: DayPlan = read_json(text)?;
    expect_format(&plan.format, PLAN_FORMAT)?;
    Ok(plan)
}
