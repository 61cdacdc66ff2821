//! Warm start: the feasible part of an old order.

use super::instance::Instance;
use super::route::Route;

/// As many of the `old` visits as fit, in their old order: all if feasible, otherwise mandatory ones first,
/// then by value.
pub(super) fn feasible_subsequence(instance: &Instance, old: &[u16]) -> Route {
    let all = Route::from_stops(instance, old);
    if all.is_feasible(instance) {
        return all;
    }
    let mut ranks: Vec<usize> = (0..old.len()).collect();
    ranks.sort_by_key(|rank| {
        let spec = instance.spec(old[*rank]);
        (std::cmp::Reverse((spec.mandatory, spec.value)), *rank)
    });
    let mut kept: Vec<usize> = Vec::new();
    let mut route = Route::empty(instance);
    for rank in ranks {
        let at = kept.partition_point(|other| *other < rank);
        kept.insert(at, rank);
        let stops: Vec<u16> = kept.iter().map(|rank| old[*rank]).collect();
        let wider = Route::from_stops(instance, &stops);
        if wider.is_feasible(instance) {
            route = wider;
        } else {
            kept.remove(at);
        }
    }
    route
}
