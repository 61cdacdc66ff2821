//! `fieldbook-period-plan/1`: the plan of a period, as it is written and read.

use serde::{Deserialize, Serialize};

use super::super::day_file::{expect_format, read_json};
use super::super::day_plan::PlannedVisit;
use super::super::error::ProblemError;
use super::shortfall::Shortfall;

/// The name of the format.
pub const PERIOD_PLAN_FORMAT: &str = "fieldbook-period-plan/1";

/// What to do in a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodPlan {
    /// [`PERIOD_PLAN_FORMAT`].
    pub format: String,
    /// The working days.
    pub days: Vec<PeriodDay>,
    /// Who is seen less often than wanted, and why.
    #[serde(default, rename = "left_out")]
    pub unassigned: Vec<UnmetCadence>,
    /// The visits of musts that are missing.
    #[serde(default, rename = "must_visits_missing")]
    pub mandatory_visits_missing: usize,
    /// The value of all visits.
    #[serde(default)]
    pub value: i64,
    /// The travel of all days.
    #[serde(default)]
    pub travel_s: i64,
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
}

/// One day of it. A day without visits is not driven.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeriodDay {
    /// Its number.
    pub day: i64,
    /// The visits in their order.
    pub visits: Vec<PlannedVisit>,
    /// When lunch begins.
    pub lunch_s: Option<i64>,
    /// When the rep is done; where it is missing, as early as possible.
    #[serde(default)]
    pub ends_s: Option<i64>,
}

/// A customer who is seen less often than wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnmetCadence {
    /// The customer.
    pub id: String,
    /// Visits planned.
    #[serde(default)]
    pub planned: usize,
    /// Visits wanted.
    #[serde(default)]
    pub wanted: usize,
    /// Why, in a sentence.
    #[serde(default)]
    pub reason: String,
    /// Why, in numbers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Shortfall>,
}

/// Reads the text of a plan. Whether it is any good is [`super::judge_period`]'s business.
///
/// # Errors
/// [`ProblemError`] names the field that cannot be read.
pub fn read_period_plan(text: &str) -> Result<PeriodPlan, ProblemError> {
    let plan: PeriodPlan = read_json(text)?;
    expect_format(&plan.format, PERIOD_PLAN_FORMAT)?;
    Ok(plan)
}
