//! The budget of a search, in time or iterations, as the planner's stop criterion.

use std::time::Duration;

use fieldbook_core::clock::Stopwatch;
use fieldbook_core::plan::{Effort, StopCriterion};

/// The options of the search budget: time or iterations, by default one second.
#[derive(Debug, Clone, Copy, clap::Args)]
#[group(multiple = false)]
pub(crate) struct BudgetArgs {
    /// Search for so many milliseconds
    #[arg(long, value_name = "N")]
    budget_ms: Option<u64>,
    /// Search for so many iterations: the same plan on every machine
    #[arg(long, value_name = "N")]
    iterations: Option<u64>,
}

/// Time limit if no option is given.
const DEFAULT: Duration = Duration::from_secs(1);

/// A running budget.
#[derive(Debug)]
pub(crate) struct Budget {
    watch: Stopwatch,
    time: Option<Duration>,
    iterations: u64,
}

impl BudgetArgs {
    /// Starts the stopwatch.
    pub(crate) fn start(self) -> Budget {
        let time = match (self.budget_ms, self.iterations) {
            (_, Some(_)) => None,
            (Some(ms), None) => Some(Duration::from_millis(ms)),
            (None, None) => Some(DEFAULT),
        };
        Budget {
            watch: Stopwatch::start(),
            time,
            iterations: self.iterations.unwrap_or(u64::MAX),
        }
    }
}

impl Budget {
    /// The effort for the planner.
    pub(crate) fn effort(&self) -> Effort<'_> {
        Effort {
            iterations: self.iterations,
            criterion: self,
        }
    }
}

impl StopCriterion for Budget {
    fn is_met(&self) -> bool {
        self.time.is_some_and(|time| self.watch.elapsed() >= time)
    }

    fn spent_us(&self) -> u64 {
        u64::try_from(self.watch.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}
