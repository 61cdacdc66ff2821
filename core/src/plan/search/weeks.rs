//! The search over several weeks: customers are taken out of all their days, and come back on the days that fit their
//! cadence and cost least.

mod choice;
mod one_day;
mod state;

use super::super::chance::Chance;
use super::super::effort::Effort;
use super::super::period::{Cadence, Period};
use super::instance::{Instance, index};
use super::place::{Blinks, best_place_of};
use super::scale::UNIT;
use super::timetable::Timetable;
use choice::Choice;
use state::{State, Total};

/// What the search found for a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FoundWeeks {
    /// Of each working day: number of the customer, arrival, start, departure; lunch; end.
    pub(crate) days: Vec<FoundDay>,
    /// How long was searched.
    pub(crate) iterations: u64,
}

/// What the search found for a working day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct FoundDay {
    /// Number of the customer, arrival, start, departure.
    pub(crate) visits: Vec<(usize, i64, i64, i64)>,
    /// When lunch begins.
    pub(crate) lunch_s: Option<i64>,
    /// When the day ends.
    pub(crate) ends_s: i64,
}

/// The most neighbours that are taken out at once.
const MOST_NEIGHBOURS: usize = 8;
/// The most customers who want more visits and are tried beside those taken out.
const MOST_WANTING: usize = 6;
/// One place in about so many is passed over.
const BLINKS: usize = 24;
/// How long the day planner is asked for a day at the beginning, and later on.
const FIRST_DAY: u64 = 600;
const LATER_DAY: u64 = 300;
/// One round in so many plans a whole day anew.
const DAYS: u64 = 1_024;
/// Temperatures of an epoch, in 1/1,024 of an average value, and its length.
const HOT: i64 = 160;
const COLD: i64 = 2;
const FIRST_EPOCH: u64 = 4_000;

/// Searches for the best weeks.
pub(crate) fn search_weeks(period: &Period, effort: &Effort, seed: u64) -> FoundWeeks {
    let instances = Instance::of_period(period);
    let mut weeks = Weeks::new(period, &instances, seed);
    let work = !instances.is_empty() && !period.customers.is_empty();
    while work && weeks.iterations < effort.iterations && !effort.pace.is_over() {
        weeks.run(weeks.block().min(effort.iterations - weeks.iterations));
        effort.pace.progress(weeks.iterations, weeks.total.value.0);
    }
    weeks.complete();
    let found = instances.iter().zip(&period.days).zip(&weeks.best.routes);
    let days = found.map(|((instance, work), route)| found_day(instance, route, work.shift.from));
    FoundWeeks {
        days: days.collect(),
        iterations: weeks.iterations,
    }
}

fn found_day(instance: &Instance, route: &super::route::Route, from: i32) -> FoundDay {
    if route.len() == 0 {
        return FoundDay {
            ends_s: i64::from(from),
            ..FoundDay::default()
        };
    }
    let table = Timetable::of(instance, route);
    let clock = |s: i32| i64::from(from) + i64::from(s);
    let visits = route
        .visits()
        .zip(&table.visits)
        .map(|(stop, (arrive, start, leave))| {
            let number = instance.numbers[usize::from(stop)];
            (number, clock(*arrive), clock(*start), clock(*leave))
        });
    FoundDay {
        visits: visits.collect(),
        lunch_s: table.lunch.map(clock),
        ends_s: clock(table.ends),
    }
}

/// The loop over weeks.
struct Weeks<'a> {
    period: &'a Period,
    instances: &'a [Instance],
    /// The working days' numbers.
    days: Vec<i32>,
    /// The cadence of each site.
    cadences: Vec<Cadence>,
    chance: Chance,
    choice: Choice,
    current: State,
    best: State,
    total: Total,
    iterations: u64,
    done: u64,
    epoch: u64,
    /// Taken out in this round, and those who want more.
    out: Vec<u16>,
}

impl<'a> Weeks<'a> {
    fn new(period: &'a Period, instances: &'a [Instance], seed: u64) -> Weeks<'a> {
        let numbers = instances.first().map_or(&[][..], |first| &first.numbers);
        let customers: Vec<_> = numbers.iter().map(|number| &period.customers[*number]).collect();
        let current = State::new(instances, &customers);
        let mut weeks = Weeks {
            period,
            instances,
            days: period.days.iter().map(|work| work.day).collect(),
            cadences: customers.iter().map(|customer| customer.cadence).collect(),
            chance: Chance::new(seed ^ 0x77EE_C5AA_0D15_EA5E),
            choice: Choice::default(),
            best: current.clone(),
            total: current.total(),
            current,
            iterations: 0,
            done: 0,
            epoch: FIRST_EPOCH,
            out: Vec::new(),
        };
        weeks.first();
        weeks
    }

    /// Every customer once, those that bring most first.
    fn first(&mut self) {
        for stop in self.by_gain() {
            self.put_in(stop, &mut Blinks::none());
        }
        self.current.keep();
        self.remember();
    }

    /// All customers, those that bring most first.
    fn by_gain(&self) -> Vec<u16> {
        let mut order: Vec<u16> = (0..self.cadences.len()).map(index).collect();
        order.sort_by_key(|stop| (std::cmp::Reverse(self.current.gain(*stop)), *stop));
        order
    }

    /// Where the time was over in the middle of the second beginning, the days that it did not come to are filled in haste.
    fn complete(&mut self) {
        let begun = usize::try_from(self.iterations).unwrap_or(usize::MAX);
        if begun == 0 || begun >= self.instances.len() {
            return;
        }
        let order = self.by_gain();
        for day in begun..self.instances.len() {
            for stop in order.iter().copied() {
                if self.current.routes[day].inside[usize::from(stop)] || !self.is_allowed(stop, day) {
                    continue;
                }
                let route = &self.current.routes[day];
                if let Some(place) = best_place_of(&self.instances[day], route, stop, &mut Blinks::none()) {
                    self.current.put_in(self.instances, day, stop, place.at);
                }
            }
        }
        self.current.keep();
        self.remember();
    }

    /// How many rounds there are before the clock should be looked at: planning a whole day takes long.
    fn block(&self) -> u64 {
        if self.iterations < self.instances.len() as u64 {
            return 1;
        }
        (DAYS - self.iterations % DAYS).min(16)
    }

    fn run(&mut self, iterations: u64) {
        for _ in 0..iterations {
            let number = self.iterations;
            self.iterations += 1;
            if let Some(day) = usize::try_from(number)
                .ok()
                .filter(|day| *day < self.instances.len())
            {
                self.begin_with(day);
            } else {
                if number.is_multiple_of(DAYS) {
                    let day = self.chance.below(self.instances.len());
                    self.plan_day(day);
                }
                self.step();
                self.cool();
            }
        }
    }

    /// A second beginning: one day after the other, each as good as can be. It costs the first days nothing and the last
    /// ones much, but where time is short it is hard to beat.
    fn begin_with(&mut self, day: usize) {
        if day == 0 {
            self.current.clear(self.instances);
        }
        let order = self.best_day(day, FIRST_DAY);
        self.current.set_day(self.instances, day, &order);
        self.current.keep();
        if day + 1 == self.instances.len() {
            self.remember();
            self.current.copy_from(&self.best);
        }
    }

    /// Plans one day anew, which is kept where it is better.
    fn plan_day(&mut self, day: usize) {
        let before = self.current.total();
        let held: Vec<u16> = self.current.routes[day].visits().collect();
        let order = self.best_day(day, LATER_DAY);
        let dropped = held.iter().filter(|stop| !order.contains(stop));
        let breaks = dropped.into_iter().any(|stop| self.is_held(*stop, day));
        self.current.set_day(self.instances, day, &order);
        if !breaks && self.current.total() < before {
            self.current.keep();
            self.remember();
        } else {
            self.current.go_back();
        }
    }

    /// The best order of a day, the others being as they are.
    fn best_day(&mut self, day: usize, iterations: u64) -> Vec<u16> {
        let sites = (0..self.cadences.len()).map(index);
        let allowed: Vec<u16> = sites.filter(|stop| self.is_allowed(*stop, day)).collect();
        let numbers = &self.instances[day].numbers;
        let customers = allowed.iter().map(|stop| {
            let number = numbers[usize::from(*stop)];
            let must = self.period.customers[number].must || self.is_held(*stop, day);
            (number, must)
        });
        let customers: Vec<(usize, bool)> = customers.collect();
        let place = |stop: u16| allowed.iter().position(|other| *other == stop);
        let now: Vec<usize> = self.current.routes[day].visits().filter_map(place).collect();
        let work = &self.period.days[day];
        let whole = &self.instances[day];
        let chance = &mut self.chance;
        let order = one_day::order(self.period, whole, work, &customers, &now, chance, iterations);
        order.into_iter().map(|at| allowed[at]).collect()
    }

    /// The days before and after this one on which a customer is seen, or was before the period.
    fn around(&self, stop: u16, day: usize) -> (Option<i32>, Option<i32>) {
        let is_seen = |other: &usize| self.current.routes[*other].inside[usize::from(stop)];
        let before = (0..day).rev().find(is_seen).map(|other| self.days[other]);
        let after = (day + 1..self.days.len()).find(is_seen);
        let last = self.cadences[usize::from(stop)].last_visit_day;
        (before.or(last), after.map(|other| self.days[other]))
    }

    /// Whether a customer is or could be seen on a day, being seen on the others as now.
    fn is_allowed(&self, stop: u16, day: usize) -> bool {
        let cadence = &self.cadences[usize::from(stop)];
        if self.current.routes[day].inside[usize::from(stop)] {
            return true;
        }
        if self.current.visits(stop) >= cadence.visits {
            return false;
        }
        let (before, after) = self.around(stop, day);
        cadence.may_follow(before, self.days[day])
            && after.is_none_or(|after| cadence.may_follow(Some(self.days[day]), after))
    }

    /// Whether the visit of a customer on a day cannot be dropped alone: the gap around it would be too long.
    fn is_held(&self, stop: u16, day: usize) -> bool {
        let (before, after) = self.around(stop, day);
        let alone = after.is_none_or(|after| self.cadences[usize::from(stop)].may_follow(before, after));
        self.current.routes[day].inside[usize::from(stop)] && !alone
    }

    fn step(&mut self) {
        let before = self.current.cost();
        self.take_out();
        if !self.current.can_be_kept(self.instances) {
            return self.current.go_back();
        }
        self.order();
        let mut blinks = Blinks::new(&mut self.chance, BLINKS);
        for at in 0..self.out.len() {
            self.put_in(self.out[at], &mut blinks);
        }
        let allowed = (self.temperature() * self.chance.patience()) >> 16;
        if self.current.cost() < before.saturating_add(allowed) {
            self.current.keep();
            self.remember();
        } else {
            self.current.go_back();
        }
    }

    /// Takes some customers out of all their days: neighbours of one, or a string of a day; and looks for others who
    /// want more visits than they have.
    fn take_out(&mut self) {
        self.out.clear();
        let count = self.cadences.len();
        let seed = index(self.chance.below(count));
        if self.chance.one_of_1024(512) {
            let most = 1 + self.chance.below(MOST_NEIGHBOURS);
            let near = self.instances[0].near(seed).iter().copied();
            self.out.extend([seed].into_iter().chain(near).take(most));
        } else {
            let day = self.chance.below(self.instances.len());
            self.current
                .string(day, &mut self.chance, MOST_NEIGHBOURS, &mut self.out);
        }
        let from = self.chance.below(count);
        let mut wanting = 0;
        for stop in (from..count).chain(0..from).map(index) {
            let wants = self.cadences[usize::from(stop)].visits;
            if self.current.visits(stop) < wants && !self.out.contains(&stop) && self.chance.one_of_1024(700)
            {
                self.out.push(stop);
                wanting += 1;
                if wanting == MOST_WANTING {
                    break;
                }
            }
        }
        for stop in &self.out {
            self.current.take_out(self.instances, *stop);
        }
    }

    /// At random, or by what they bring.
    fn order(&mut self) {
        for at in (1..self.out.len()).rev() {
            self.out.swap(at, self.chance.below(at + 1));
        }
        if self.chance.one_of_1024(400) {
            self.out
                .sort_by_key(|stop| std::cmp::Reverse(self.current.gain(*stop)));
        }
    }

    /// Puts a customer, who is on no day, on the days that suit best.
    fn put_in(&mut self, stop: u16, blinks: &mut Blinks) {
        let cadence = &self.cadences[usize::from(stop)];
        self.choice.begin();
        for (day, instance) in self.instances.iter().enumerate() {
            let place = best_place_of(instance, &self.current.routes[day], stop, blinks);
            let profit = place.map(|place| self.current.profit(stop, place.added));
            self.choice
                .offer(self.days[day], place.map(|place| place.at), profit);
        }
        for (day, at) in self.choice.best(cadence) {
            self.current.put_in(self.instances, day, stop, at);
        }
    }

    fn remember(&mut self) {
        let total = self.current.total();
        if total < self.total {
            self.total = total;
            self.best.copy_from(&self.current);
        }
    }

    /// Powers of two with straight lines between, as in the search of a day.
    fn temperature(&self) -> i64 {
        let halvings = u64::from((HOT / COLD).ilog2());
        let spent = self.done * (halvings << 10) / self.epoch;
        let heat = (HOT * (UNIT >> 10)) >> (spent >> 10);
        heat - ((heat * i64::try_from(spent & 1023).unwrap_or(0)) >> 11)
    }

    fn cool(&mut self) {
        self.done += 1;
        if self.done == self.epoch {
            self.done = 0;
            self.epoch *= 2;
            self.current.copy_from(&self.best);
        }
    }
}
