//! A problem of either kind: the format in the file decides.

use serde::Deserialize;

use super::day::Day;
use super::day_file::{DAY_FORMAT, read_day, read_json};
use super::error::{ProblemError, ProblemErrorKind};
use super::period::{PERIOD_FORMAT, Period, read_period};

/// What is to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// One day.
    Day(Day),
    /// Several weeks.
    Period(Period),
}

/// The one field that all formats have.
#[derive(Deserialize)]
struct Named {
    format: String,
}

/// Reads and checks the text of a day or a period.
///
/// # Errors
/// [`ProblemError`] names the first field that is no good.
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
