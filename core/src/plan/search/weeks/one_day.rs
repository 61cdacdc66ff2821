//! One day of a period, planned with the whole force of the day planner while the other days stay as they are.

use super::super::super::chance::Chance;
use super::super::super::period::{Period, WorkDay};
use super::super::anneal::Search;
use super::super::instance::Instance;
use super::super::route::Route;
use super::super::tuning::Tuning;

/// The best order found in `iterations` among `customers`: the number of each, and whether it must be seen. The order
/// `now` and the answer count in that list. `whole` is the day with everybody.
pub(super) fn order(
    period: &Period,
    whole: &Instance,
    work: &WorkDay,
    customers: &[(usize, bool)],
    now: &[usize],
    chance: &mut Chance,
    iterations: u64,
) -> Vec<usize> {
    let mut day = period.day(work);
    let stops = customers.iter().map(|(number, must)| {
        let mut stop = day.stops[*number].clone();
        stop.must = *must;
        stop
    });
    day.stops = stops.collect();
    let instance = Instance::part_of(whole, &day);
    if instance.candidates() == 0 {
        return now.to_vec();
    }
    let stops: Vec<u16> = now.iter().filter_map(|at| instance.site_of(*at)).collect();
    let from = Route::of(&instance, &stops);
    let (from, tuning) = if stops.is_empty() || !from.is_feasible(&instance) {
        (None, Tuning::of(instance.candidates(), true))
    } else {
        (Some(from), Tuning::again())
    };
    let mut search = Search::new(&instance, chance.bits(), tuning, from);
    search.run(iterations);
    if !search.best.is_feasible(&instance) {
        return now.to_vec();
    }
    let places = search
        .best
        .visits()
        .map(|stop| instance.numbers[usize::from(stop)]);
    places.collect()
}
