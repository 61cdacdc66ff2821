//! The search over the days of a period: customers are removed from all their days and inserted again on the
//! days that fit their cadence at the least cost; or a few days are changed and filled with eligible
//! customers.
//!
//! A customer is a stop that every day's instance has; its index is the same on all days.

mod day_choice;
mod day_sets;
mod few_days;
mod make_room;
mod one_day;
mod state;

use super::super::effort::Effort;
use super::super::period::{Cadence, Period};
use super::super::rng::Rng;
use super::SolvedVisit;
use super::insertion::{Blinks, find_insertion};
use super::instance::{Instance, stop_index};
use super::objective::UNIT;
use super::timetable::Timetable;
use day_choice::DayChoice;
use day_sets::DaySets;
use few_days::Ranks;
use one_day::Eligibility;
use state::{PeriodObjective, PeriodState};

/// Result of a search over a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PeriodSolution {
    /// The working days of the period, in order.
    pub(crate) days: Vec<PeriodDaySolution>,
    /// Number of iterations.
    pub(crate) iterations: u64,
}

/// Result of a working day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PeriodDaySolution {
    /// The visits in the order of the day.
    pub(crate) visits: Vec<SolvedVisit>,
    /// Begin of lunch.
    pub(crate) lunch_s: Option<i64>,
    /// End of the day.
    pub(crate) ends_s: i64,
}

/// The most neighbours removed at once.
const MOST_NEIGHBOURS: usize = 8;
/// The most customers with missing visits tried beside those removed.
const MOST_UNMET: usize = 6;
/// The inverse of the share of places that are skipped.
const BLINKS: usize = 24;
/// Iterations of the day planner for one day, during construction and later on.
const FIRST_DAY: u64 = 60;
const LATER_DAY: u64 = 300;
/// Interval of the iterations that re-solve a full day.
const REPLAN_DAY_EVERY: u64 = 1_024;
/// Of 1,024 iterations, the number that change a few days instead of a few customers.
const FEW_DAYS: u64 = 400;
/// Temperatures of an epoch, in 1/1,024 of an average value, and its length. High enough that whole areas
/// change their days: the day of an area matters more than the choice of customers.
const HOT: i64 = 1_280;
const COLD: i64 = 40;
/// Final temperature of the polishing phase, and its length in eighths of the exploring phase.
const COLD_POLISH: i64 = 4;
const POLISH_EIGHTHS: u64 = 2;
const FIRST_EPOCH: u64 = 4_000;

/// Searches for the best plan of a period.
pub(crate) fn search_period(period: &Period, effort: &Effort, seed: u64) -> PeriodSolution {
    let instances = Instance::for_period(period);
    let mut search = PeriodSearch::new(period, instances, seed);
    let work = !search.instances.is_empty() && !period.customers.is_empty();
    while work && search.iterations < effort.iterations && !effort.criterion.is_met() {
        search.run(search.block().min(effort.iterations - search.iterations));
        effort
            .criterion
            .progress(search.iterations, search.objective.value.0);
    }
    search.complete();
    let found = search.instances.iter().zip(&period.days).zip(&search.best.routes);
    let days = found.map(|((instance, work), route)| found_day(instance, route, work.shift.from));
    PeriodSolution {
        days: days.collect(),
        iterations: search.iterations,
    }
}

fn found_day(instance: &Instance, route: &super::route::Route, from: i32) -> PeriodDaySolution {
    if route.len() == 0 {
        return PeriodDaySolution {
            ends_s: i64::from(from),
            ..PeriodDaySolution::default()
        };
    }
    let table = Timetable::from_route(instance, route);
    let clock = |s: i32| i64::from(from) + i64::from(s);
    let visits = route
        .visits()
        .zip(&table.visits)
        .map(|(stop, times)| SolvedVisit::new(instance.numbers[usize::from(stop)], from, *times));
    PeriodDaySolution {
        visits: visits.collect(),
        lunch_s: table.lunch.map(clock),
        ends_s: clock(table.end),
    }
}

/// The search loop over a period.
struct PeriodSearch<'a> {
    period: &'a Period,
    instances: Vec<Instance>,
    /// Numbers of the working days.
    days: Vec<i32>,
    /// Cadence of each customer.
    cadences: Vec<Cadence>,
    rng: Rng,
    day_choice: DayChoice,
    current: PeriodState,
    best: PeriodState,
    objective: PeriodObjective,
    iterations: u64,
    done: u64,
    epoch: u64,
    polishing: bool,
    /// The days on which each customer has a window.
    open_days: DaySets,
    ranks: Ranks,
    /// The mandatory customers, with the most visits that cadence and windows allow.
    mandatory: Vec<(u16, usize)>,
    /// Customers removed in this iteration, and those with missing visits.
    removed: Vec<u16>,
    /// The days that this iteration changes, and the customers eligible on them.
    changed_days: Vec<usize>,
    unassigned: Vec<u16>,
    eligibility: Vec<Eligibility>,
}

impl<'a> PeriodSearch<'a> {
    fn new(period: &'a Period, instances: Vec<Instance>, seed: u64) -> PeriodSearch<'a> {
        let numbers = instances.first().map_or(&[][..], |first| &first.numbers);
        let customers: Vec<_> = numbers.iter().map(|number| &period.customers[*number]).collect();
        let current = PeriodState::new(&instances, &customers);
        let mut search = PeriodSearch {
            period,
            days: period.days.iter().map(|work| work.day).collect(),
            cadences: customers.iter().map(|customer| customer.cadence).collect(),
            rng: Rng::new(seed ^ 0x77EE_C5AA_0D15_EA5E),
            day_choice: DayChoice::default(),
            best: current.clone(),
            objective: current.objective(),
            iterations: 0,
            done: 0,
            epoch: FIRST_EPOCH,
            polishing: false,
            open_days: open_days(&instances, customers.len()),
            ranks: Ranks::new(&instances, &current),
            mandatory: Vec::new(),
            instances,
            current,
            removed: Vec::new(),
            changed_days: Vec::new(),
            unassigned: Vec::new(),
            eligibility: Vec::new(),
        };
        let mandatory = (0..).zip(customers).filter(|(_, customer)| customer.mandatory);
        search.mandatory = mandatory
            .map(|(stop, _)| (stop, search.most_visits(stop)))
            .collect();
        search.construct_initial();
        search
    }

    /// The most visits of a customer that cadence and windows allow.
    fn most_visits(&mut self, stop: u16) -> usize {
        self.day_choice.clear();
        for (day, number) in self.days.iter().enumerate() {
            let open = self.open_days.has(stop, day);
            self.day_choice
                .add_option(*number, open.then_some(0), open.then_some(1));
        }
        self.day_choice.best(&self.cadences[usize::from(stop)]).count()
    }

    /// Initial plan: inserts every customer once, greatest gain first.
    fn construct_initial(&mut self) {
        for at in 0..self.cadences.len() {
            self.insert_on_best_days(self.ranks.by_value()[at], &mut Blinks::none());
        }
        self.current.commit();
        self.remember();
    }

    /// If the search stopped during the day-by-day construction, fills the remaining days by insertion.
    fn complete(&mut self) {
        let begun = usize::try_from(self.iterations).unwrap_or(usize::MAX);
        if begun == 0 || begun >= self.instances.len() {
            return;
        }
        for day in begun..self.instances.len() {
            for stop in self.ranks.by_value() {
                if self.current.visit_days.has(*stop, day) || !self.is_allowed(*stop, day) {
                    continue;
                }
                let route = &self.current.routes[day];
                if let Some(place) = find_insertion(&self.instances[day], route, *stop, &mut Blinks::none()) {
                    self.current.insert(&self.instances, day, *stop, place.at);
                }
            }
        }
        self.current.commit();
        self.remember();
    }

    /// Number of iterations between polls of the stop criterion; re-solving a full day takes long.
    fn block(&self) -> u64 {
        if self.iterations < self.instances.len() as u64 {
            return 1;
        }
        (REPLAN_DAY_EVERY - self.iterations % REPLAN_DAY_EVERY).min(16)
    }

    fn run(&mut self, iterations: u64) {
        for _ in 0..iterations {
            let number = self.iterations;
            self.iterations += 1;
            if let Some(day) = usize::try_from(number)
                .ok()
                .filter(|day| *day < self.instances.len())
            {
                self.construct_day(day);
            } else {
                if number.is_multiple_of(REPLAN_DAY_EVERY) {
                    let day = self.rng.below(self.instances.len());
                    self.resolve_day(day);
                }
                self.step();
                self.advance_epoch();
            }
        }
    }

    /// Second initial plan: one day after the other, each as good as possible. It favours early days at the
    /// expense of late ones, but is hard to beat in a short time.
    fn construct_day(&mut self, day: usize) {
        if day == 0 {
            self.current.clear(&self.instances);
        }
        let order = self.solve_day(day, FIRST_DAY);
        self.current.set_day(&self.instances, day, &order);
        self.current.commit();
        if day + 1 == self.instances.len() {
            self.remember();
            self.current.copy_from(&self.best);
        }
    }

    /// Re-solves one full day, and keeps the result if it is better.
    fn resolve_day(&mut self, day: usize) {
        let before = self.current.objective();
        let held: Vec<u16> = self.current.routes[day].visits().collect();
        let order = self.solve_day(day, LATER_DAY);
        let dropped = held.iter().filter(|stop| !order.contains(stop));
        let breaks_gap = dropped.into_iter().any(|stop| self.is_needed_for_gap(*stop, day));
        self.current.set_day(&self.instances, day, &order);
        if !breaks_gap && self.current.objective() < before {
            self.current.commit();
            self.remember();
        } else {
            self.current.rollback();
        }
    }

    /// The best order of a day, the other days being fixed.
    fn solve_day(&mut self, day: usize, iterations: u64) -> Vec<u16> {
        let now: Vec<u16> = self.current.routes[day].visits().collect();
        let mut eligibility = std::mem::take(&mut self.eligibility);
        eligibility.clear();
        eligibility.extend((0..self.cadences.len()).map(|stop| self.eligibility_of(stop_index(stop), day)));
        let order = one_day::order(
            &mut self.instances[day],
            &eligibility,
            &now,
            &mut self.rng,
            iterations,
        );
        self.eligibility = eligibility;
        order
    }

    /// Eligibility of a customer on a day, the other days being fixed.
    fn eligibility_of(&self, stop: u16, day: usize) -> Eligibility {
        let number = self.instances[day].numbers[usize::from(stop)];
        let is_seen = self.current.visit_days.has(stop, day);
        if !is_seen && !self.is_allowed(stop, day) {
            Eligibility::Barred
        } else if self.period.customers[number].mandatory || (is_seen && self.is_needed_for_gap(stop, day)) {
            Eligibility::Mandatory
        } else {
            Eligibility::Optional
        }
    }

    /// The days of the visits before and after this day, the last visit before the period included.
    #[inline]
    fn around(&self, stop: u16, day: usize) -> (Option<i32>, Option<i32>) {
        let number = |day: usize| self.days[day];
        let before = self.current.visit_days.before(stop, day).map(number);
        let after = self.current.visit_days.from(stop, day + 1).map(number);
        (before.or(self.cadences[usize::from(stop)].last_visit_day), after)
    }

    /// Whether cadence and windows allow another visit of a customer on a day.
    #[inline]
    fn is_allowed(&self, stop: u16, day: usize) -> bool {
        let cadence = &self.cadences[usize::from(stop)];
        if !self.open_days.has(stop, day) || self.current.visit_days.count(stop) >= cadence.visits {
            return false;
        }
        let (before, after) = self.around(stop, day);
        cadence.may_follow(before, self.days[day])
            && after.is_none_or(|after| cadence.may_follow(Some(self.days[day]), after))
    }

    /// Whether the removal of a visit alone would make the gap around it too long.
    #[inline]
    fn is_needed_for_gap(&self, stop: u16, day: usize) -> bool {
        let (before, after) = self.around(stop, day);
        after.is_some_and(|after| !self.cadences[usize::from(stop)].may_follow(before, after))
    }

    fn step(&mut self) {
        let before = self.current.cost();
        let is_feasible = if self.rng.one_of_1024(FEW_DAYS) {
            self.change_days()
        } else {
            self.change_customers()
        };
        let allowed = (self.temperature() * self.rng.exponential()) >> 16;
        if is_feasible && self.current.cost() < before.saturating_add(allowed) {
            self.current.commit();
            self.remember();
        } else {
            self.current.rollback();
        }
    }

    /// Removes a few customers from all their days and inserts them again. `false` where the remaining routes
    /// are infeasible.
    fn change_customers(&mut self) -> bool {
        self.remove_customers();
        if !self.current.is_feasible(&self.instances) {
            return false;
        }
        self.order_removed();
        let mut blinks = Blinks::new(&mut self.rng, BLINKS);
        for at in 0..self.removed.len() {
            self.insert_on_best_days(self.removed[at], &mut blinks);
        }
        true
    }

    /// Removes some customers from all their days: neighbours of one, or a string of a day; and adds others
    /// with missing visits.
    fn remove_customers(&mut self) {
        self.removed.clear();
        let count = self.cadences.len();
        let seed = stop_index(self.rng.below(count));
        if self.rng.one_of_1024(512) {
            let most = 1 + self.rng.below(MOST_NEIGHBOURS);
            let near = self.instances[0].neighbours(seed).iter().copied();
            self.removed.extend([seed].into_iter().chain(near).take(most));
        } else {
            let day = self.rng.below(self.instances.len());
            self.current
                .string(day, &mut self.rng, MOST_NEIGHBOURS, &mut self.removed);
        }
        let from = self.rng.below(count);
        let mut unmet_count = 0;
        for stop in (from..count).chain(0..from).map(stop_index) {
            let wants = self.cadences[usize::from(stop)].visits;
            if self.current.visit_days.count(stop) < wants
                && !self.removed.contains(&stop)
                && self.rng.one_of_1024(700)
            {
                self.removed.push(stop);
                unmet_count += 1;
                if unmet_count == MOST_UNMET {
                    break;
                }
            }
        }
        for stop in &self.removed {
            self.current.remove_from_all_days(&self.instances, *stop);
        }
    }

    /// Shuffles the removed customers, or sorts them by gain.
    fn order_removed(&mut self) {
        for at in (1..self.removed.len()).rev() {
            self.removed.swap(at, self.rng.below(at + 1));
        }
        if self.rng.one_of_1024(400) {
            self.removed
                .sort_by_key(|stop| std::cmp::Reverse(self.current.gain(*stop)));
        }
    }

    /// Inserts a customer, who has no visits, on the most profitable days.
    fn insert_on_best_days(&mut self, stop: u16, blinks: &mut Blinks) {
        let cadence = &self.cadences[usize::from(stop)];
        self.day_choice.clear();
        for (day, instance) in self.instances.iter().enumerate() {
            let route = &self.current.routes[day];
            let room = self.open_days.has(stop, day) && route.max_service >= instance.spec(stop).service;
            let place = room
                .then(|| find_insertion(instance, route, stop, blinks))
                .flatten();
            let profit = place.map(|place| self.current.profit(stop, place.added));
            self.day_choice
                .add_option(self.days[day], place.map(|place| place.at), profit);
        }
        for (day, at) in self.day_choice.best(cadence) {
            self.current.insert(&self.instances, day, stop, at);
        }
    }

    fn remember(&mut self) {
        let objective = self.current.objective();
        if objective < self.objective {
            self.objective = objective;
            self.best.copy_from(&self.current);
        }
    }

    /// Powers of two with linear interpolation, as in the search of a day.
    fn temperature(&self) -> i64 {
        let (hot, cold) = if self.polishing {
            (COLD, COLD_POLISH)
        } else {
            (HOT, COLD)
        };
        let halvings = u64::from((hot / cold).ilog2());
        let spent = self.done * (halvings << 10) / self.length();
        let heat = (hot * (UNIT >> 10)) >> (spent >> 10);
        heat - ((heat * i64::try_from(spent & 1023).unwrap_or(0)) >> 11)
    }

    /// Length of the current phase, in iterations.
    fn length(&self) -> u64 {
        if self.polishing {
            self.epoch * POLISH_EIGHTHS / 8
        } else {
            self.epoch
        }
    }

    /// An exploring phase is followed by a polishing phase from the best plan, that by a longer epoch.
    fn advance_epoch(&mut self) {
        self.done += 1;
        if self.done < self.length() {
            return;
        }
        self.done = 0;
        if self.polishing {
            self.epoch *= 2;
            self.current.copy_from(&self.best);
        }
        self.polishing = !self.polishing;
    }
}

/// The days on which each customer has a window.
fn open_days(instances: &[Instance], customers: usize) -> DaySets {
    let mut open = DaySets::empty(customers, instances.len());
    for (day, instance) in instances.iter().enumerate() {
        let specs = (0..customers).zip(&instance.specs);
        let visitable = specs.filter(|(_, spec)| spec.close >= 0);
        visitable.for_each(|(stop, _)| open.insert(stop_index(stop), day));
    }
    open
}
