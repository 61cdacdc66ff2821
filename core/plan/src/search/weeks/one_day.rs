//! One day of a period, planned with the whole force of the day planner while the other days stay as they are.

use super::super::super::chance::Chance;
use super::super::anneal::Search;
use super::super::instance::{Instance, NEVER};
use super::super::route::Route;
use super::super::tuning::Tuning;

/// Who may come on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Call {
    /// Not allowed.
    No,
    /// Welcome.
    May,
    /// To be seen before all values.
    Must,
}

/// The best order found in so many `iterations`. `calls` says for each customer whether they may come, `now` is the
/// order as it is. While the search runs those who may not are closed, so that nothing has to be measured anew.
pub(super) fn order(
    instance: &mut Instance,
    calls: &[Call],
    now: &[u16],
    chance: &mut Chance,
    iterations: u64,
) -> Vec<u16> {
    let whole = instance.sites.clone();
    for (site, call) in instance.sites.iter_mut().zip(calls) {
        site.must = *call == Call::Must;
        instance.musts += u32::from(site.must);
        if *call == Call::No {
            (site.open, site.close) = (NEVER, -1);
        }
    }
    let order = search(instance, now, chance, iterations);
    instance.sites = whole;
    instance.musts = 0;
    order.unwrap_or_else(|| now.to_vec())
}

fn search(instance: &Instance, now: &[u16], chance: &mut Chance, iterations: u64) -> Option<Vec<u16>> {
    let from = Route::of(instance, now);
    let (from, tuning) = if now.is_empty() || !from.is_feasible(instance) {
        (None, Tuning::of(instance.candidates(), true))
    } else {
        (Some(from), Tuning::again())
    };
    let mut search = Search::new(instance, chance.bits(), tuning, from);
    search.run(iterations);
    let found = search.best.is_feasible(instance);
    found.then(|| search.best.visits().collect())
}
