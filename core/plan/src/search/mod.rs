//! The search for a good plan of a day, on numbers alone.
//!
//! [`anneal`] is the loop, [`route`] the order of visits with its constant-time test, [`exact`] proves small days,
//! [`left_out`] says why a stop is not visited. Nothing here knows files; [`super::solve`] does.

mod anneal;
mod clock;
mod draft;
mod eject;
mod exact;
mod instance;
mod keep;
mod left_out;
mod offers;
mod place;
mod recreate;
mod roads;
mod route;
mod ruin;
mod scale;
mod sieve;
mod timetable;
pub(crate) mod tuning;
mod weeks;

use super::day::Day;
use super::effort::Effort;
use super::reason::Reason;
use anneal::Search;
use exact::Proof;
use instance::{Instance, index};
use route::Route;
use timetable::Timetable;
use tuning::Tuning;
pub(crate) use weeks::{FoundWeeks, search_weeks};

/// What the search found: numbers of stops in the problem, times of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Number of the stop, arrival, start, departure.
    pub(crate) visits: Vec<(usize, i64, i64, i64)>,
    /// Who is not visited, in order of the problem.
    pub(crate) left_out: Vec<(usize, Reason)>,
    /// When lunch begins.
    pub(crate) lunch_s: Option<i64>,
    /// When the day ends.
    pub(crate) ends_s: i64,
    /// The travel.
    pub(crate) travel_s: i64,
    /// How long was searched.
    pub(crate) iterations: u64,
    /// Whether no better plan exists.
    pub(crate) proved: bool,
}

/// Before a proof is tried, so long is searched for a good plan to prune with.
const BEFORE_PROOF: u64 = 200;

/// Searches for the best order of visits.
pub(crate) fn search(day: &Day, effort: &Effort, seed: u64) -> Found {
    let instance = Instance::new(day, &[]);
    let choice = usize::try_from(instance.musts) != Ok(instance.candidates());
    let tuning = Tuning::of(instance.candidates(), choice);
    let mut search = Search::new(&instance, seed, tuning, None);
    let mut proved = false;
    if instance.candidates() <= exact::MOST {
        carry_on(&instance, &mut search, effort, BEFORE_PROOF);
        proved = match exact::prove(&instance, search.score) {
            Proof::Better(order) => {
                search.best = Route::of(&instance, &order);
                true
            }
            Proof::Known => true,
            Proof::GaveUp => false,
        };
    }
    if !proved {
        carry_on(&instance, &mut search, effort, u64::MAX);
    }
    found(day, &instance, &search, proved)
}

/// Searches for the best order after something changed: as near to the old `order` (numbers of stops) as value allows.
/// `promised` has the promised start of each stop that was given one, on the clock.
pub(crate) fn again(
    day: &Day,
    promised: &[Option<i32>],
    order: &[usize],
    effort: &Effort,
    seed: u64,
) -> Found {
    let instance = Instance::new(day, promised);
    let old: Vec<u16> = order
        .iter()
        .filter_map(|number| instance.site_of(*number))
        .collect();
    let mut search = Search::new(
        &instance,
        seed,
        Tuning::again(),
        Some(keep::order(&instance, &old)),
    );
    carry_on(&instance, &mut search, effort, u64::MAX);
    found(day, &instance, &search, false)
}

/// Searches until `effort` or `most` iterations are spent.
fn carry_on(instance: &Instance, search: &mut Search, effort: &Effort, most: u64) {
    let most = most.min(effort.iterations);
    let worth: i64 = instance.sites.iter().map(|site| site.value).sum();
    let block = (20_000 / (instance.candidates() as u64 + 1)).clamp(1, 64);
    while instance.candidates() > 0 && search.iterations < most && !effort.pace.is_over() {
        search.run(block.min(most - search.iterations));
        effort
            .pace
            .progress(search.iterations, (worth - search.score.value_lost).max(0));
    }
}

fn found(day: &Day, instance: &Instance, search: &Search, proved: bool) -> Found {
    let route = &search.best;
    let table = if route.is_feasible(instance) {
        Timetable::of(instance, route)
    } else {
        Timetable::nothing()
    };
    let clock = |s: i32| i64::from(day.shift.from) + i64::from(s);
    let numbers: Vec<usize> = route
        .visits()
        .map(|stop| instance.numbers[usize::from(stop)])
        .collect();
    let visits = numbers.iter().zip(&table.visits);
    let visits = visits
        .map(|(number, (arrive, start, leave))| (*number, clock(*arrive), clock(*start), clock(*leave)));
    let travel_s = travel(day, &numbers);
    Found {
        visits: visits.collect(),
        left_out: left_out(day, instance, route),
        lunch_s: table.lunch.map(clock),
        ends_s: if route.is_feasible(instance) {
            clock(table.ends)
        } else {
            day.home_at(day.start, day.shift.from.into())
        },
        travel_s,
        iterations: search.iterations,
        proved,
    }
}

/// The travel by the problem's own numbers.
fn travel(day: &Day, numbers: &[usize]) -> i64 {
    let mut here = day.start;
    let mut travel = 0;
    for number in numbers {
        let node = day.stops[*number].node;
        travel += i64::from(day.travel.between(here, node));
        here = node;
    }
    travel + i64::from(day.homewards(here))
}

fn left_out(day: &Day, instance: &Instance, route: &Route) -> Vec<(usize, Reason)> {
    let mut sites = vec![None; day.stops.len()];
    for (site, number) in instance.numbers.iter().enumerate() {
        sites[*number] = Some(index(site));
    }
    let absent = day.numbers().zip(sites);
    let absent = absent.filter(|(_, site)| site.is_none_or(|site| !route.inside[usize::from(site)]));
    absent
        .map(|(number, site)| (number, left_out::reason(day, instance, route, number, site)))
        .collect()
}
