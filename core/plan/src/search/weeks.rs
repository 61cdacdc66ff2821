//! The search over several weeks: customers are taken out of all their days, and come back on the days that fit their
//! cadence and cost least; or a few days are changed, and filled with whoever may come on them.

mod choice;
mod few_days;
mod one_day;
mod room;
mod seen;
mod state;

use super::super::chance::Chance;
use super::super::effort::Effort;
use super::super::period::{Cadence, Period};
use super::instance::{Instance, index};
use super::place::{Blinks, best_place_of};
use super::scale::UNIT;
use super::timetable::Timetable;
use choice::Choice;
use few_days::Ranks;
use one_day::Call;
use seen::DaySets;
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
const FIRST_DAY: u64 = 60;
const LATER_DAY: u64 = 300;
/// One round in so many plans a whole day anew.
const DAYS: u64 = 1_024;
/// Of 1,024 rounds, how many change a few days and not a few customers.
const FEW_DAYS: u64 = 400;
/// Temperatures of an epoch, in 1/1,024 of an average value, and its length. So hot that whole areas change their days: which
/// area is visited when decides more than who is.
const HOT: i64 = 1_280;
const COLD: i64 = 40;
/// The end of the quiet part of an epoch, and its length in eighths of the loud one.
const STILL: i64 = 4;
const QUIET_EIGHTHS: u64 = 2;
const FIRST_EPOCH: u64 = 4_000;

/// Searches for the best weeks.
pub(crate) fn search_weeks(period: &Period, effort: &Effort, seed: u64) -> FoundWeeks {
    let instances = Instance::of_period(period);
    let mut weeks = Weeks::new(period, instances, seed);
    let work = !weeks.instances.is_empty() && !period.customers.is_empty();
    while work && weeks.iterations < effort.iterations && !effort.pace.is_over() {
        weeks.run(weeks.block().min(effort.iterations - weeks.iterations));
        effort.pace.progress(weeks.iterations, weeks.total.value.0);
    }
    weeks.complete();
    let found = weeks.instances.iter().zip(&period.days).zip(&weeks.best.routes);
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
    instances: Vec<Instance>,
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
    quiet: bool,
    /// The days on which each customer could be seen at all.
    open: DaySets,
    ranks: Ranks,
    /// The customers whose visits come before all values, and how many visits their cadence and hours allow.
    musts: Vec<(u16, usize)>,
    /// Taken out in this round, and those who want more.
    out: Vec<u16>,
    /// The days that this round changes, and who may come on them.
    busy: Vec<usize>,
    absent: Vec<u16>,
    calls: Vec<Call>,
}

impl<'a> Weeks<'a> {
    fn new(period: &'a Period, instances: Vec<Instance>, seed: u64) -> Weeks<'a> {
        let numbers = instances.first().map_or(&[][..], |first| &first.numbers);
        let customers: Vec<_> = numbers.iter().map(|number| &period.customers[*number]).collect();
        let current = State::new(&instances, &customers);
        let mut weeks = Weeks {
            period,
            days: period.days.iter().map(|work| work.day).collect(),
            cadences: customers.iter().map(|customer| customer.cadence).collect(),
            chance: Chance::new(seed ^ 0x77EE_C5AA_0D15_EA5E),
            choice: Choice::default(),
            best: current.clone(),
            total: current.total(),
            iterations: 0,
            done: 0,
            epoch: FIRST_EPOCH,
            quiet: false,
            open: open_days(&instances, customers.len()),
            ranks: Ranks::new(&instances, &current),
            musts: Vec::new(),
            instances,
            current,
            out: Vec::new(),
            busy: Vec::new(),
            absent: Vec::new(),
            calls: Vec::new(),
        };
        let musts = (0..).zip(customers).filter(|(_, customer)| customer.must);
        weeks.musts = musts.map(|(stop, _)| (stop, weeks.most_visits(stop))).collect();
        weeks.first();
        weeks
    }

    /// How many visits of a customer are possible when nobody is in the way.
    fn most_visits(&mut self, stop: u16) -> usize {
        self.choice.begin();
        for (day, number) in self.days.iter().enumerate() {
            let open = self.open.has(stop, day);
            self.choice.offer(*number, open.then_some(0), open.then_some(1));
        }
        self.choice.best(&self.cadences[usize::from(stop)]).count()
    }

    /// Every customer once, those that bring most first.
    fn first(&mut self) {
        for at in 0..self.cadences.len() {
            self.put_in(self.ranks.by_value()[at], &mut Blinks::none());
        }
        self.current.keep();
        self.remember();
    }

    /// Where the time was over in the middle of the second beginning, the days that it did not come to are filled in haste.
    fn complete(&mut self) {
        let begun = usize::try_from(self.iterations).unwrap_or(usize::MAX);
        if begun == 0 || begun >= self.instances.len() {
            return;
        }
        for day in begun..self.instances.len() {
            for stop in self.ranks.by_value() {
                if self.current.seen.has(*stop, day) || !self.is_allowed(*stop, day) {
                    continue;
                }
                let route = &self.current.routes[day];
                if let Some(place) = best_place_of(&self.instances[day], route, *stop, &mut Blinks::none()) {
                    self.current.put_in(&self.instances, day, *stop, place.at);
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
            self.current.clear(&self.instances);
        }
        let order = self.best_day(day, FIRST_DAY);
        self.current.set_day(&self.instances, day, &order);
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
        self.current.set_day(&self.instances, day, &order);
        if !breaks && self.current.total() < before {
            self.current.keep();
            self.remember();
        } else {
            self.current.go_back();
        }
    }

    /// The best order of a day, the others being as they are.
    fn best_day(&mut self, day: usize, iterations: u64) -> Vec<u16> {
        let now: Vec<u16> = self.current.routes[day].visits().collect();
        let mut calls = std::mem::take(&mut self.calls);
        calls.clear();
        calls.extend((0..self.cadences.len()).map(|stop| self.call(index(stop), day)));
        let order = one_day::order(
            &mut self.instances[day],
            &calls,
            &now,
            &mut self.chance,
            iterations,
        );
        self.calls = calls;
        order
    }

    /// Whether a customer may come on a day, being seen on the others as now.
    fn call(&self, stop: u16, day: usize) -> Call {
        let number = self.instances[day].numbers[usize::from(stop)];
        let is_seen = self.current.seen.has(stop, day);
        if !is_seen && !self.is_allowed(stop, day) {
            Call::No
        } else if self.period.customers[number].must || (is_seen && self.is_held(stop, day)) {
            Call::Must
        } else {
            Call::May
        }
    }

    /// The days before and after this one on which a customer is seen, or was before the period.
    #[inline]
    fn around(&self, stop: u16, day: usize) -> (Option<i32>, Option<i32>) {
        let number = |day: usize| self.days[day];
        let before = self.current.seen.before(stop, day).map(number);
        let after = self.current.seen.from(stop, day + 1).map(number);
        (before.or(self.cadences[usize::from(stop)].last_visit_day), after)
    }

    /// Whether a customer who is not seen on a day could be, being seen on the others as now.
    #[inline]
    fn is_allowed(&self, stop: u16, day: usize) -> bool {
        let cadence = &self.cadences[usize::from(stop)];
        if !self.open.has(stop, day) || self.current.seen.count(stop) >= cadence.visits {
            return false;
        }
        let (before, after) = self.around(stop, day);
        cadence.may_follow(before, self.days[day])
            && after.is_none_or(|after| cadence.may_follow(Some(self.days[day]), after))
    }

    /// Whether the visit of a customer on a day cannot be dropped alone: the gap around it would be too long.
    #[inline]
    fn is_held(&self, stop: u16, day: usize) -> bool {
        let (before, after) = self.around(stop, day);
        after.is_some_and(|after| !self.cadences[usize::from(stop)].may_follow(before, after))
    }

    fn step(&mut self) {
        let before = self.current.cost();
        let stands = if self.chance.one_of_1024(FEW_DAYS) {
            self.change_days()
        } else {
            self.change_customers()
        };
        let allowed = (self.temperature() * self.chance.patience()) >> 16;
        if stands && self.current.cost() < before.saturating_add(allowed) {
            self.current.keep();
            self.remember();
        } else {
            self.current.go_back();
        }
    }

    /// Takes a few customers off all their days, and puts them on others. `false` where what is left cannot be kept.
    fn change_customers(&mut self) -> bool {
        self.take_out();
        if !self.current.can_be_kept(&self.instances) {
            return false;
        }
        self.order();
        let mut blinks = Blinks::new(&mut self.chance, BLINKS);
        for at in 0..self.out.len() {
            self.put_in(self.out[at], &mut blinks);
        }
        true
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
            if self.current.seen.count(stop) < wants
                && !self.out.contains(&stop)
                && self.chance.one_of_1024(700)
            {
                self.out.push(stop);
                wanting += 1;
                if wanting == MOST_WANTING {
                    break;
                }
            }
        }
        for stop in &self.out {
            self.current.take_out(&self.instances, *stop);
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
            let route = &self.current.routes[day];
            let room = self.open.has(stop, day) && route.room >= instance.site(stop).service;
            let place = room
                .then(|| best_place_of(instance, route, stop, blinks))
                .flatten();
            let profit = place.map(|place| self.current.profit(stop, place.added));
            self.choice
                .offer(self.days[day], place.map(|place| place.at), profit);
        }
        for (day, at) in self.choice.best(cadence) {
            self.current.put_in(&self.instances, day, stop, at);
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
        let (hot, cold) = if self.quiet { (COLD, STILL) } else { (HOT, COLD) };
        let halvings = u64::from((hot / cold).ilog2());
        let spent = self.done * (halvings << 10) / self.length();
        let heat = (hot * (UNIT >> 10)) >> (spent >> 10);
        heat - ((heat * i64::try_from(spent & 1023).unwrap_or(0)) >> 11)
    }

    /// How many rounds the loud or the quiet part of this epoch has.
    fn length(&self) -> u64 {
        if self.quiet {
            self.epoch * QUIET_EIGHTHS / 8
        } else {
            self.epoch
        }
    }

    /// A loud part is followed by a quiet one from the best, that by a longer epoch.
    fn cool(&mut self) {
        self.done += 1;
        if self.done < self.length() {
            return;
        }
        self.done = 0;
        if self.quiet {
            self.epoch *= 2;
            self.current.copy_from(&self.best);
        }
        self.quiet = !self.quiet;
    }
}

/// The days on which each customer could be seen at all.
fn open_days(instances: &[Instance], customers: usize) -> DaySets {
    let mut open = DaySets::empty(customers, instances.len());
    for (day, instance) in instances.iter().enumerate() {
        let sites = (0..customers).zip(&instance.sites);
        let visitable = sites.filter(|(_, site)| site.close >= 0);
        visitable.for_each(|(stop, _)| open.insert(index(stop), day));
    }
    open
}
