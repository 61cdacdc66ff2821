//! `fieldbook-period-plan/1`: the plan of a period, as written and read.

use serde::{Deserialize, Serialize};

use super::super::day_file::{expect_format, read_json};
use super::super::day_plan::PlannedVisit;
use super::super::error::ProblemError;
use super::shortfall::Shortfall;

/// Identifier of the format.
pub const PERIOD_PLAN_FORMAT: &str = "fieldbook-period-plan/1";

/// The plan of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodPlan {
    /// [`PERIOD_PLAN_FORMAT`].
    pub format: String,
    /// The planned days, one for each working day.
    pub days: Vec<PeriodDay>,
    /// The customers with fewer visits than wanted, each with its reason.
    #[serde(default, rename = "left_out")]
    pub unassigned: Vec<UnmetCadence>,
    /// Number of mandatory visits that are missing.
    #[serde(default, rename = "must_visits_missing")]
    pub mandatory_visits_missing: usize,
    /// Total value of the visits.
    #[serde(default)]
    pub value: i64,
    /// Total travel of all days on empty roads, in seconds.
    #[serde(default)]
    pub travel_s: i64,
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
}

/// A day of a period's plan. A day without visits has no travel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodDay {
    /// Number of the day.
    pub day: i64,
    /// The visits in the order of the day.
    pub visits: Vec<PlannedVisit>,
    /// Begin of lunch, in seconds from local midnight.
    pub lunch_s: Option<i64>,
    /// End of the rep's day; the earliest possible where it is missing.
    #[serde(default)]
    pub ends_s: Option<i64>,
}

/// A customer with fewer visits than wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetCadence {
    /// Id of the customer.
    pub id: String,
    /// Number of visits planned.
    #[serde(default)]
    pub planned: usize,
    /// Number of visits wanted.
    #[serde(default)]
    pub wanted: usize,
    /// The reason as a sentence.
    #[serde(default)]
    pub reason: String,
    /// The reason as a code with numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Shortfall>,
}

/// Reads the text of a plan. [`super::judge_period`] checks whether it is feasible.
///
/// # Errors
/// [`ProblemError`] names the field that cannot be read.
pub fn read_period_plan(text: &str) -> Result<PeriodPlan, ProblemError> {
    let plan: PeriodPlan = read_json(text)?;
    expect_format(&plan.format, PERIOD_PLAN_FORMAT)?;
    Ok(plan)
}
