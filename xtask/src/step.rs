//! Runs steps one after the other, each with its time, and ends with a line that counts them.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::workspace;

/// The reason for which a step did not pass.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The step found a fault.
    Failed(String),
    /// A requirement is missing and cannot be installed.
    Skipped(String),
}

/// A named step of a report.
pub(crate) struct Step {
    /// The name in the report.
    pub(crate) name: String,
    /// The work of the step.
    pub(crate) run: Box<dyn Fn() -> Result<(), Stop>>,
}

impl Step {
    /// Creates a step with its name and its work.
    pub(crate) fn new(name: impl Into<String>, run: impl Fn() -> Result<(), Stop> + 'static) -> Step {
        Step {
            name: name.into(),
            run: Box::new(run),
        }
    }
}

/// Runs every step, also after a failure, and ends with a line that counts the results.
///
/// In CI a skip counts as a failure.
pub(crate) fn report(steps: &[Step]) -> ExitCode {
    let (begun, is_ci) = (now(), workspace::is_ci());
    let mut done = Vec::new();
    for step in steps {
        println!("\n=== {}", step.name);
        let start = now();
        let outcome = (step.run)();
        println!("{}", outcome_line(&step.name, &outcome, start.elapsed(), is_ci));
        done.push((&step.name, outcome, start.elapsed()));
    }
    println!("\n=== in short, {}", seconds(begun.elapsed()));
    for (name, outcome, time) in &done {
        println!("{}", outcome_line(name, outcome, *time, is_ci));
    }
    let count = Count::from_outcomes(done.iter().map(|(_, outcome, _)| outcome), is_ci);
    println!("{count}");
    if count.failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// The exit code of a single action outside a report.
pub(crate) fn exit_code(outcome: Result<(), Stop>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Stop::Failed(why) | Stop::Skipped(why)) => {
            eprintln!("{why}");
            ExitCode::FAILURE
        }
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "a report of how long steps took, from a crate that has no core to ask"
)]
fn now() -> Instant {
    Instant::now()
}

fn outcome_line(name: &str, outcome: &Result<(), Stop>, time: Duration, is_ci: bool) -> String {
    let time = seconds(time);
    match outcome {
        Ok(()) => format!("passed: {name}, {time}"),
        Err(Stop::Failed(why)) => format!("FAILED: {name}, {time}: {why}"),
        Err(Stop::Skipped(why)) if is_ci => {
            format!("SKIPPED: {name} because {why}; in CI that is a failure")
        }
        Err(Stop::Skipped(why)) => format!("SKIPPED: {name} because {why}"),
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

/// The number of steps by result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    passed: usize,
    failed: usize,
    skipped: usize,
}

impl Count {
    fn from_outcomes<'a>(outcomes: impl Iterator<Item = &'a Result<(), Stop>>, is_ci: bool) -> Count {
        let mut count = Count::default();
        for outcome in outcomes {
            match outcome {
                Ok(()) => count.passed += 1,
                Err(Stop::Skipped(_)) if !is_ci => count.skipped += 1,
                Err(_) => count.failed += 1,
            }
        }
        count
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} passed, {} failed", self.passed, self.failed)?;
        match self.skipped {
            0 => Ok(()),
            skipped => write!(f, ", {skipped} skipped"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skip_is_a_failure_in_ci_only() {
        let outcomes = [
            Ok(()),
            Err(Stop::Skipped("no JDK".to_owned())),
            Err(Stop::Failed("no".to_owned())),
        ];
        assert_eq!(
            Count::from_outcomes(outcomes.iter(), false).to_string(),
            "1 passed, 1 failed, 1 skipped"
        );
        assert_eq!(
            Count::from_outcomes(outcomes.iter(), true).to_string(),
            "1 passed, 2 failed"
        );
    }

    #[test]
    fn a_skip_says_why_and_what_it_counts_for() {
        let skip = Err(Stop::Skipped("mvn is missing".to_owned()));
        let line = |is_ci| outcome_line("kotlin", &skip, Duration::ZERO, is_ci);
        assert_eq!(line(false), "SKIPPED: kotlin because mvn is missing");
        assert_eq!(
            line(true),
            "SKIPPED: kotlin because mvn is missing; in CI that is a failure"
        );
    }
}
