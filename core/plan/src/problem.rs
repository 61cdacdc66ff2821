//! A problem of either kind: the `format` key of the file decides.

use serde::Deserialize;

use super::day::Day;
use super::day_file::{DAY_FORMAT, read_day, read_json};
use super::error::{ProblemError, ProblemErrorKind};
use super::period::{PERIOD_FORMAT, Period, read_period};

/// A problem to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// The problem of one day.
    Day(Day),
    /// The problem of a period of several weeks.
    Period(Period),
}

/// The key that all formats share.
#[derive(Deserialize)]
struct Named {
    format: String,
}

/// Reads and checks the text of a day or a period.
///
/// # Errors
/// [`ProblemError`] names the first invalid field.
pub fn read_problem(text: &str) -> Result<Problem, ProblemError> {
    match read_json::<Named>(text)?.format.as_str() {
        DAY_FORMAT => read_day(text).map(Problem::Day),
        PERIOD_FORMAT => read_period(text).map(Problem::Period),
        _ => {
            let expected = "fieldbook-day/1 or fieldbook-period/1";
            Err(ProblemError::new("format", ProblemErrorKind::Format { expected }))
        }
    }
}
