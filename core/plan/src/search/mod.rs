//! The search for a good plan of a day, on numbers alone.
//!
//! [`anneal`] is the loop, [`route`] the order of visits with its constant-time insertion test, [`exact`]
//! solves small days to optimality, [`period`] searches several days, [`unassigned`] finds the reasons of
//! unassigned stops. File formats are left to [`super::solve`].

mod anneal;
mod construct;
mod eject;
mod exact;
mod greedy;
mod insertion;
mod instance;
mod matrix;
mod objective;
mod period;
mod prefilter;
mod recreate;
mod route;
mod ruin;
mod speed_table;
#[cfg(test)]
mod tests;
mod timetable;
pub(crate) mod tuning;
mod unassigned;
mod warm_start;

use super::day::Day;
use super::day_plan::PlannedVisit;
use super::effort::Effort;
use super::unassigned_reason::UnassignedReason;
use anneal::Search;
use exact::Proof;
use instance::{Instance, stop_index};
pub(crate) use period::{PeriodSolution, search_period};
use route::Route;
use timetable::Timetable;
use tuning::Tuning;

/// Result of a search, with stop numbers and clock times of the problem.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct DaySolution {
    /// The visits in the order of the day.
    pub(crate) visits: Vec<SolvedVisit>,
    /// The stops that are not visited, in order of the problem.
    pub(crate) unassigned: Vec<(usize, UnassignedReason)>,
    /// Begin of lunch.
    pub(crate) lunch_s: Option<i64>,
    /// End of the day.
    pub(crate) ends_s: i64,
    /// Total travel.
    pub(crate) travel_s: i64,
    /// Number of iterations.
    pub(crate) iterations: u64,
    /// Whether the plan is proved optimal.
    pub(crate) proved: bool,
}

/// A visit of a solution. Times are seconds from local midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SolvedVisit {
    /// Number of the stop, or of the customer, in the problem.
    pub(crate) number: usize,
    /// Arrival.
    pub(crate) arrive_s: i64,
    /// Start of the service.
    pub(crate) start_s: i64,
    /// Departure.
    pub(crate) leave_s: i64,
}

impl SolvedVisit {
    /// A visit at `times` (arrival, start, departure) relative to the start of a shift at `shift_from`.
    fn new(number: usize, shift_from: i32, times: (i32, i32, i32)) -> SolvedVisit {
        let clock = |s: i32| i64::from(shift_from) + i64::from(s);
        SolvedVisit {
            number,
            arrive_s: clock(times.0),
            start_s: clock(times.1),
            leave_s: clock(times.2),
        }
    }

    /// The visit in a plan, to the stop with this id.
    pub(crate) fn planned(self, id: &str) -> PlannedVisit {
        PlannedVisit {
            id: id.to_owned(),
            arrive_s: self.arrive_s,
            start_s: self.start_s,
            leave_s: self.leave_s,
        }
    }
}

/// Iterations of search before the exact solver runs, to give it a bound to prune with.
const ITERATIONS_BEFORE_PROOF: u64 = 200;

/// Searches for the best order of visits.
pub(crate) fn search(day: &Day, effort: &Effort, seed: u64) -> DaySolution {
    let instance = Instance::new(day, &[]);
    let choice = usize::try_from(instance.mandatory_count) != Ok(instance.stop_count());
    let tuning = Tuning::for_day(instance.stop_count(), choice);
    let mut search = Search::new(&instance, seed, tuning, None);
    let mut proved = false;
    if instance.stop_count() <= exact::MAX_STOPS {
        run_until(&instance, &mut search, effort, ITERATIONS_BEFORE_PROOF);
        proved = match exact::prove(&instance, search.objective) {
            Proof::Better(order) => {
                search.best = Route::from_stops(&instance, &order);
                true
            }
            Proof::Known => true,
            Proof::GaveUp => false,
        };
    }
    if !proved {
        run_until(&instance, &mut search, effort, u64::MAX);
    }
    to_solution(day, &instance, &search, proved)
}

/// Searches from the old `order` (numbers of stops), moving few promises. `promised` has the promised start
/// of each stop, in seconds from local midnight.
pub(crate) fn search_from(
    day: &Day,
    promised: &[Option<i32>],
    order: &[usize],
    effort: &Effort,
    seed: u64,
) -> DaySolution {
    let instance = Instance::new(day, promised);
    let old: Vec<u16> = order
        .iter()
        .filter_map(|number| instance.stop_of(*number))
        .collect();
    let mut search = Search::new(
        &instance,
        seed,
        Tuning::for_replan(),
        Some(warm_start::feasible_subsequence(&instance, &old)),
    );
    run_until(&instance, &mut search, effort, u64::MAX);
    to_solution(day, &instance, &search, false)
}

/// Searches until `effort` is spent or `most` iterations are made.
fn run_until(instance: &Instance, search: &mut Search, effort: &Effort, most: u64) {
    let most = most.min(effort.iterations);
    let total: i64 = instance.specs.iter().map(|spec| spec.value).sum();
    let block = (20_000 / (instance.stop_count() as u64 + 1)).clamp(1, 64);
    while instance.stop_count() > 0 && search.iterations < most && !effort.criterion.is_met() {
        search.run(block.min(most - search.iterations));
        effort
            .criterion
            .progress(search.iterations, (total - search.objective.value_lost).max(0));
    }
}

fn to_solution(day: &Day, instance: &Instance, search: &Search, proved: bool) -> DaySolution {
    let route = &search.best;
    let table = if route.is_feasible(instance) {
        Timetable::from_route(instance, route)
    } else {
        Timetable::empty()
    };
    let clock = |s: i32| i64::from(day.shift.from) + i64::from(s);
    let numbers: Vec<usize> = route
        .visits()
        .map(|stop| instance.numbers[usize::from(stop)])
        .collect();
    let visits = numbers.iter().zip(&table.visits);
    let visits = visits.map(|(number, times)| SolvedVisit::new(*number, day.shift.from, *times));
    let nodes = numbers.iter().map(|number| day.stops[*number].node);
    let travel_s = day.travel.path_s(day.start, nodes, day.end);
    DaySolution {
        visits: visits.collect(),
        unassigned: unassigned(day, instance, route),
        lunch_s: table.lunch.map(clock),
        ends_s: if route.is_feasible(instance) {
            clock(table.end)
        } else {
            day.arrival_home(day.start, day.shift.from.into())
        },
        travel_s,
        iterations: search.iterations,
        proved,
    }
}

fn unassigned(day: &Day, instance: &Instance, route: &Route) -> Vec<(usize, UnassignedReason)> {
    let mut specs = vec![None; day.stops.len()];
    for (spec, number) in instance.numbers.iter().enumerate() {
        specs[*number] = Some(stop_index(spec));
    }
    let unassigned = day.numbers().zip(specs);
    let unassigned =
        unassigned.filter(|(_, spec)| spec.is_none_or(|spec| !route.assigned[usize::from(spec)]));
    unassigned
        .map(|(number, spec)| (number, unassigned::reason(day, instance, route, number, spec)))
        .collect()
}
