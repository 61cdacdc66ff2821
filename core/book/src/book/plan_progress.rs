//! A plan in the making: when it ends, and how far it is, to be asked by whoever waits for it.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use super::Book;
use super::plan_day::PlanEffort;
use fieldbook_model::clock::Stopwatch;
use fieldbook_plan::{Effort, StopCriterion};

/// The progress of the plan requested last. Each number is consistent by itself; together they may be a moment apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PlanProgress {
    /// True while the search runs.
    pub running: bool,
    /// Number of iterations made.
    pub iterations: u64,
    /// The value of the best plan so far; of a replan, of the rest of the day.
    pub value: i64,
    /// Duration of the search so far, milliseconds.
    pub elapsed_ms: u64,
}

/// The shared state of a search: its progress, and the request to interrupt it.
#[derive(Debug, Default)]
pub(super) struct Planning {
    interrupted: AtomicBool,
    running: AtomicBool,
    iterations: AtomicU64,
    value: AtomicI64,
    elapsed_us: AtomicU64,
}

impl Planning {
    fn note(&self, iterations: u64, value: i64, elapsed_us: u64) {
        self.iterations.store(iterations, Ordering::Relaxed);
        self.value.store(value, Ordering::Relaxed);
        self.elapsed_us.store(elapsed_us, Ordering::Relaxed);
    }
}

/// The end of a search: a stopwatch, and a word from outside.
struct Until<'a> {
    watch: Stopwatch,
    deadline: Option<Duration>,
    planning: &'a Planning,
}

impl StopCriterion for Until<'_> {
    fn is_met(&self) -> bool {
        let late = self
            .deadline
            .is_some_and(|deadline| self.watch.elapsed() >= deadline);
        late || self.planning.interrupted.load(Ordering::Relaxed)
    }

    fn spent_us(&self) -> u64 {
        u64::try_from(self.watch.elapsed().as_micros()).unwrap_or(u64::MAX)
    }

    fn progress(&self, iterations: u64, value: i64) {
        self.planning.note(iterations, value, self.spent_us());
    }
}

impl Book {
    /// Asks a plan that is being made to end with the best found so far.
    pub fn interrupt_plan(&self) {
        self.planning.interrupted.store(true, Ordering::Relaxed);
    }

    /// The progress of the plan requested last, of a day or of weeks: to be polled from another thread. Costs nothing.
    pub fn plan_progress(&self) -> PlanProgress {
        PlanProgress {
            running: self.planning.running.load(Ordering::Relaxed),
            iterations: self.planning.iterations.load(Ordering::Relaxed),
            value: self.planning.value.load(Ordering::Relaxed),
            elapsed_ms: self.planning.elapsed_us.load(Ordering::Relaxed) / 1_000,
        }
    }

    /// Runs a search for as long as `effort` says. `sums` says iterations and value of what it found.
    pub(super) fn planned<P>(
        &self,
        effort: PlanEffort,
        run: impl FnOnce(&Effort<'_>) -> P,
        sums: impl FnOnce(&P) -> (u64, i64),
    ) -> P {
        self.planning.interrupted.store(false, Ordering::Relaxed);
        self.planning.note(0, 0, 0);
        self.planning.running.store(true, Ordering::Relaxed);
        let (deadline, iterations) = match effort {
            PlanEffort::Deadline(deadline) => (Some(deadline), u64::MAX),
            PlanEffort::Iterations(iterations) => (None, iterations),
        };
        let pace = Until {
            watch: Stopwatch::start(),
            deadline,
            planning: &self.planning,
        };
        let plan = run(&Effort {
            iterations,
            criterion: &pace,
        });
        let (iterations, value) = sums(&plan);
        self.planning.note(iterations, value, pace.spent_us());
        self.planning.running.store(false, Ordering::Relaxed);
        plan
    }
}
