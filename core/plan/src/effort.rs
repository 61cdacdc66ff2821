//! The length of a search: a number of iterations, a stop criterion, or both.
//!
//! The planner reads no clock; a host that has one implements [`StopCriterion`].

/// Stop criterion of a search.
pub trait StopCriterion {
    /// Whether the search should stop now: time is up, or the plan is wanted at once. Polled between blocks
    /// of iterations.
    fn is_met(&self) -> bool;

    /// Microseconds since the search was requested; 0 where nobody counts.
    fn spent_us(&self) -> u64 {
        0
    }

    /// Called between blocks of iterations with their number so far and the value of the best plan. It does
    /// not affect the search.
    fn progress(&self, iterations: u64, value: i64) {
        let _ = (iterations, value);
    }
}

/// No limit but the number of iterations.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLimit;

impl StopCriterion for NoLimit {
    fn is_met(&self) -> bool {
        false
    }
}

/// Limits of a search.
#[derive(Clone, Copy)]
pub struct Effort<'a> {
    /// The most iterations.
    pub iterations: u64,
    /// The criterion that may stop the search earlier.
    pub criterion: &'a dyn StopCriterion,
}

impl Effort<'_> {
    /// A fixed number of iterations, however long they take: the same plan on every machine.
    pub fn iterations(iterations: u64) -> Effort<'static> {
        Effort {
            iterations,
            criterion: &NoLimit,
        }
    }

    /// As many iterations as `criterion` allows.
    pub fn until(criterion: &dyn StopCriterion) -> Effort<'_> {
        Effort {
            iterations: u64::MAX,
            criterion,
        }
    }
}
