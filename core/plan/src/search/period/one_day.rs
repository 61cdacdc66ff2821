//! Re-solves one day of a period with the day planner while the other days stay fixed.

use super::super::super::rng::Rng;
use super::super::anneal::Search;
use super::super::instance::{Instance, NEVER};
use super::super::route::Route;
use super::super::tuning::Tuning;

/// Eligibility of a customer on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Eligibility {
    /// Not allowed by cadence or windows.
    Barred,
    /// Allowed.
    Optional,
    /// Mandatory: comes before all values.
    Mandatory,
}

/// The best order found in `iterations`. `eligibility` is that of each customer, `now` the current order.
/// During the search barred customers are closed, so that the matrix is reused.
pub(super) fn order(
    instance: &mut Instance,
    eligibility: &[Eligibility],
    now: &[u16],
    rng: &mut Rng,
    iterations: u64,
) -> Vec<u16> {
    let whole = instance.specs.clone();
    for (spec, eligibility) in instance.specs.iter_mut().zip(eligibility) {
        spec.mandatory = *eligibility == Eligibility::Mandatory;
        instance.mandatory_count += u32::from(spec.mandatory);
        if *eligibility == Eligibility::Barred {
            (spec.open, spec.close) = (NEVER, -1);
        }
    }
    let order = search(instance, now, rng, iterations);
    instance.specs = whole;
    instance.mandatory_count = 0;
    order.unwrap_or_else(|| now.to_vec())
}

fn search(instance: &Instance, now: &[u16], rng: &mut Rng, iterations: u64) -> Option<Vec<u16>> {
    let from = Route::from_stops(instance, now);
    let (from, tuning) = if now.is_empty() || !from.is_feasible(instance) {
        (None, Tuning::for_day(instance.stop_count(), true))
    } else {
        (Some(from), Tuning::for_replan())
    };
    let mut search = Search::new(instance, rng.next_u64(), tuning, from);
    search.run(iterations);
    let found = search.best.is_feasible(instance);
    found.then(|| search.best.visits().collect())
}
