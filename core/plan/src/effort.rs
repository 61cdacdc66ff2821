//! How long to search: a number of iterations, a clock that somebody else reads, or both.

/// Tells the search when to stop. The planner itself reads no clock.
pub trait StopCriterion {
    /// Whether the time is up, or somebody wants the plan now. Looked at between blocks of iterations.
    fn is_met(&self) -> bool;

    /// Microseconds since the search was asked for; 0 where nobody counts.
    fn spent_us(&self) -> u64 {
        0
    }

    /// Told between blocks of iterations: how many were made, and what the best plan so far is worth. It changes nothing.
    fn progress(&self, iterations: u64, value: i64) {
        let _ = (iterations, value);
    }
}

/// No hurry: only the number of iterations ends the search.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLimit;

impl StopCriterion for NoLimit {
    fn is_met(&self) -> bool {
        false
    }
}

/// How long to search.
#[derive(Clone, Copy)]
pub struct Effort<'a> {
    /// No more iterations than these.
    pub iterations: u64,
    /// No longer than this says.
    pub criterion: &'a dyn StopCriterion,
}

impl Effort<'_> {
    /// So many iterations, however long they take: the same plan on every machine.
    pub fn iterations(iterations: u64) -> Effort<'static> {
        Effort {
            iterations,
            criterion: &NoLimit,
        }
    }

    /// As many iterations as `pace` gives time for.
    pub fn until(criterion: &dyn StopCriterion) -> Effort<'_> {
        Effort {
            iterations: u64::MAX,
            criterion,
        }
    }
}
