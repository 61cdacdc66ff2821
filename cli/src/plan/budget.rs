//! How long a search may take: the machine's stopwatch as the planner's pace.

use std::time::Duration;

use fieldbook_core::clock::Stopwatch;
use fieldbook_core::plan::{Effort, StopCriterion};

/// How long to search: one of the two, or a second.
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

/// Without a word about it.
const DEFAULT: Duration = Duration::from_secs(1);

/// A stopwatch with an end.
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
    /// As the planner takes it.
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
