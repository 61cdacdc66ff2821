//! Independent check of a day's plan against its problem.
//!
//! Shares no code with the search except the types of problem and plan, so that an error in one is not
//! repeated in the other. It lists every violation; improving a plan is not its task.

use std::collections::HashMap;

use serde::Serialize;

use super::day::{Day, DayStop};
use super::day_plan::{DayPlan, ReportedPosition};

/// Result of a check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Judgement {
    /// Whether there is no violation.
    pub ok: bool,
    /// Number of mandatory stops that are not visited.
    #[serde(rename = "musts_missed")]
    pub mandatory_missed: usize,
    /// Total value of the visits, recomputed.
    pub value: i64,
    /// Total travel in seconds, recomputed.
    pub travel_s: i64,
    /// All violations found.
    pub violations: Vec<Violation>,
}

/// A violation of the problem by a plan. Variants are named by their codes in the output.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Violation {
    /// The problem has no such stop.
    #[error("{id} is no stop of the problem")]
    UnknownStop {
        /// Id in the plan.
        id: String,
    },
    /// Visited or unassigned more than once, or both.
    #[error("{id} is mentioned more than once")]
    Twice {
        /// Id of the stop.
        id: String,
    },
    /// Neither visited nor unassigned.
    #[error("{id} is not mentioned")]
    Forgotten {
        /// Id of the stop.
        id: String,
    },
    /// The rep would have to leave the start before the shift.
    #[error("sets out at {leave_s}, before the shift")]
    SetsOutEarly {
        /// Departure from the start, in seconds from local midnight.
        leave_s: i64,
    },
    /// Arrival differs from departure plus travel time.
    #[error("arrives at {id} at {found_s} where {expected_s} is right")]
    WrongArrival {
        /// Id of the stop.
        id: String,
        /// Arrival stated by the plan.
        found_s: i64,
        /// Arrival by the travel times.
        expected_s: i64,
    },
    /// The visit starts before the arrival.
    #[error("starts at {id} at {start_s}, before arriving")]
    StartsBeforeArrival {
        /// Id of the stop.
        id: String,
        /// Start stated by the plan.
        start_s: i64,
    },
    /// The visit starts outside all windows.
    #[error("starts at {id} at {start_s}, when it is closed")]
    Closed {
        /// Id of the stop.
        id: String,
        /// Start stated by the plan.
        start_s: i64,
    },
    /// The rep leaves before the service ends.
    #[error("leaves {id} {short_by_s} s too early")]
    LeavesEarly {
        /// Id of the stop.
        id: String,
        /// Seconds of service missing.
        short_by_s: i64,
    },
    /// The day ends after the shift.
    #[error("ends {late_by_s} s after the shift")]
    EndsLate {
        /// Seconds after the end of the shift.
        late_by_s: i64,
    },
    /// The plan ends before the rep can be at the end.
    #[error("ends at {found_s}; the earliest possible is {expected_s}")]
    EndsEarly {
        /// End stated by the plan.
        found_s: i64,
        /// The earliest end by the travel times.
        expected_s: i64,
    },
    /// The plan has no lunch, though one is required and possible.
    #[error("there is no lunch")]
    NoLunch,
    /// The plan has a lunch that the problem does not ask for.
    #[error("lunch was not asked for")]
    UnaskedLunch,
    /// Lunch is outside its window.
    #[error("lunch at {lunch_s} is outside its window")]
    LunchOutsideWindow {
        /// Begin of lunch in the plan.
        lunch_s: i64,
    },
    /// Lunch interrupts travel or service.
    #[error("lunch at {lunch_s} interrupts travel or service")]
    LunchInterrupts {
        /// Begin of lunch in the plan.
        lunch_s: i64,
    },
    /// Total travel exceeds the cap.
    #[error("{travel_s} s of travel where {allowed_s} are allowed")]
    TooMuchTravel {
        /// Travel recomputed, in seconds.
        travel_s: i64,
        /// Cap, in seconds.
        allowed_s: i64,
    },
    /// A reported position is impossible: no such node, out of order, or a departure before the arrival.
    #[error("nobody can be at node {node} after {after} visits")]
    NotHere {
        /// Node of the report.
        node: usize,
        /// Number of visits before it.
        after: usize,
    },
    /// The plan's total value is wrong.
    #[error("says value {found}; it is {expected}")]
    WrongValue {
        /// Total stated by the plan.
        found: i64,
        /// Total recomputed.
        expected: i64,
    },
    /// The plan's total travel is wrong.
    #[error("says {found} s of travel; it is {expected}")]
    WrongTravel {
        /// Total stated by the plan.
        found: i64,
        /// Total recomputed.
        expected: i64,
    },
}

/// Checks `plan` against `day`.
///
/// A plan without visits may be late, travel too much and have no lunch: when even the way from start to end
/// does not fit into the day, nothing better exists. A [`ReportedPosition`] is a fact: the way there is not
/// judged, only what the plan does from there.
pub fn judge(day: &Day, plan: &DayPlan) -> Judgement {
    let mut check = PlanCheck::new(day, plan);
    check.check_mentions();
    check.check_reported();
    check.check_visits();
    check.check_end();
    check.check_lunch();
    check.check_totals();
    check.into_judgement()
}

/// The violations of a plan that states `stated` as its total value and travel where they are `expected`.
pub(super) fn wrong_totals(stated: (i64, i64), expected: (i64, i64)) -> impl Iterator<Item = Violation> {
    let value = (stated.0 != expected.0).then_some(Violation::WrongValue {
        found: stated.0,
        expected: expected.0,
    });
    let travel = (stated.1 != expected.1).then_some(Violation::WrongTravel {
        found: stated.1,
        expected: expected.1,
    });
    value.into_iter().chain(travel)
}

/// State of a check.
struct PlanCheck<'a> {
    day: &'a Day,
    plan: &'a DayPlan,
    stops: HashMap<&'a str, &'a DayStop>,
    /// The stop of each visit; `None` where the id is unknown.
    visited: Vec<Option<&'a DayStop>>,
    /// Reported positions that are possible.
    reported: Vec<ReportedPosition>,
    travel_s: i64,
    violations: Vec<Violation>,
}

impl<'a> PlanCheck<'a> {
    fn new(day: &'a Day, plan: &'a DayPlan) -> PlanCheck<'a> {
        let stops: HashMap<&str, &DayStop> = day.stops.iter().map(|stop| (stop.id.as_str(), stop)).collect();
        let visited = plan
            .visits
            .iter()
            .map(|visit| stops.get(visit.id.as_str()).copied());
        PlanCheck {
            visited: visited.collect(),
            reported: Vec::new(),
            day,
            plan,
            stops,
            travel_s: 0,
            violations: Vec::new(),
        }
    }

    fn report(&mut self, violation: Violation) {
        self.violations.push(violation);
    }

    /// Every stop occurs exactly once.
    fn check_mentions(&mut self) {
        let visits = self.plan.visits.iter().map(|visit| &visit.id);
        let mentioned = visits.chain(self.plan.unassigned.iter().map(|left| &left.id));
        let mut times: HashMap<&str, usize> = HashMap::new();
        let mut found = Vec::new();
        for id in mentioned {
            let times = times.entry(id).or_default();
            *times += 1;
            let id = id.clone();
            match *times {
                1 if !self.stops.contains_key(id.as_str()) => found.push(Violation::UnknownStop { id }),
                2 => found.push(Violation::Twice { id }),
                _ => {}
            }
        }
        let stops = self.day.stops.iter();
        let forgotten = stops.filter(|stop| !times.contains_key(stop.id.as_str()));
        found.extend(forgotten.map(|stop| Violation::Forgotten { id: stop.id.clone() }));
        self.violations.append(&mut found);
    }

    /// Reported positions are nodes of the problem, in order.
    fn check_reported(&mut self) {
        for here in &self.plan.reported {
            let known = here.node < self.day.travel.nodes() && here.after <= self.plan.visits.len();
            let behind = self
                .reported
                .last()
                .is_none_or(|last| (last.after, last.at_s) <= (here.after, here.at_s));
            if known && behind && here.at_s <= here.leave_s {
                self.reported.push(*here);
            } else {
                let ReportedPosition { node, after, .. } = *here;
                self.violations.push(Violation::NotHere { node, after });
            }
        }
    }

    /// The last reported position after `visits` visits.
    fn reported_after(&self, visits: usize) -> Option<ReportedPosition> {
        self.reported.iter().rfind(|here| here.after == visits).copied()
    }

    /// Adds the drives from `node` over all positions reported after `visits` visits; returns the last node.
    fn drive_over_reported(&mut self, mut node: usize, visits: usize) -> usize {
        for seen in self.reported.clone().iter().filter(|here| here.after == visits) {
            self.add_drive(node, seen.node);
            node = seen.node;
        }
        node
    }

    /// Checks the way from the start to the last visit.
    fn check_visits(&mut self) {
        let mut here = self.day.start;
        let mut left_s: Option<i64> = None;
        for (at, (visit, stop)) in self.plan.visits.iter().zip(self.visited.clone()).enumerate() {
            if let Some(seen) = self.reported_after(at) {
                (here, left_s) = (self.drive_over_reported(here, at), Some(seen.leave_s));
            }
            let Some(stop) = stop else {
                left_s = Some(visit.leave_s);
                continue;
            };
            self.add_drive(here, stop.node);
            self.check_arrival(&visit.id, left_s, visit.arrive_s, (here, stop.node));
            self.check_service(stop, visit.arrive_s, visit.start_s, visit.leave_s);
            here = stop.node;
            left_s = Some(visit.leave_s);
        }
        here = self.drive_over_reported(here, self.plan.visits.len());
        self.travel_s = self.travel_s.saturating_add(i64::from(self.day.drive_home(here)));
    }

    /// Adds a drive to the total travel.
    fn add_drive(&mut self, from: usize, to: usize) {
        let drive_s = i64::from(self.day.travel.between(from, to));
        self.travel_s = self.travel_s.saturating_add(drive_s);
    }

    fn check_arrival(&mut self, id: &str, left_s: Option<i64>, found_s: i64, (from, to): (usize, usize)) {
        let Some(left_s) = left_s else {
            let leave_s = self.day.travel.departure(from, to, found_s);
            if leave_s < i64::from(self.day.shift.from) {
                self.report(Violation::SetsOutEarly { leave_s });
            }
            return;
        };
        let expected_s = self.day.travel.arrival(from, to, left_s);
        if found_s != expected_s {
            let id = id.to_owned();
            self.report(Violation::WrongArrival {
                id,
                found_s,
                expected_s,
            });
        }
    }

    fn check_service(&mut self, stop: &DayStop, arrive_s: i64, start_s: i64, leave_s: i64) {
        let id = || stop.id.clone();
        if start_s < arrive_s {
            self.report(Violation::StartsBeforeArrival { id: id(), start_s });
        }
        let open = |from: i32, until: i32| i64::from(from) <= start_s && start_s <= i64::from(until);
        if !stop.windows.iter().any(|window| open(window.from, window.until)) {
            self.report(Violation::Closed { id: id(), start_s });
        }
        let over_s = start_s.saturating_add(i64::from(stop.service_s));
        if leave_s < over_s {
            let short_by_s = over_s.saturating_sub(leave_s);
            self.report(Violation::LeavesEarly { id: id(), short_by_s });
        }
    }

    /// The node of the last departure, and its earliest time.
    fn last_departure(&self) -> (usize, i64) {
        if let Some(here) = self.reported_after(self.plan.visits.len()) {
            return (here.node, here.leave_s);
        }
        let last = self
            .plan
            .visits
            .last()
            .zip(self.visited.last().copied().flatten());
        last.map_or(
            (self.day.start, i64::from(self.day.shift.from)),
            |(visit, stop)| (stop.node, visit.leave_s),
        )
    }

    fn home_s(&self) -> i64 {
        let (node, leave_s) = self.last_departure();
        self.day.arrival_home(node, leave_s)
    }

    fn is_empty(&self) -> bool {
        self.plan.visits.is_empty()
    }

    fn check_end(&mut self) {
        let (expected_s, found_s) = (self.home_s(), self.plan.ends_s);
        if found_s < expected_s {
            self.report(Violation::EndsEarly { found_s, expected_s });
        }
        let late_by_s = found_s.saturating_sub(i64::from(self.day.shift.until));
        if late_by_s > 0 && !self.is_empty() {
            self.report(Violation::EndsLate { late_by_s });
        }
        let allowed_s = self.day.max_travel_s.unwrap_or(i64::MAX);
        if self.travel_s > allowed_s && !self.is_empty() {
            let travel_s = self.travel_s;
            self.report(Violation::TooMuchTravel { travel_s, allowed_s });
        }
    }

    fn check_lunch(&mut self) {
        let (lunch, lunch_s) = match (self.day.lunch, self.plan.lunch_s) {
            (None, None) => return,
            (None, Some(_)) => return self.report(Violation::UnaskedLunch),
            (Some(_), None) => {
                if !self.is_empty() && self.lunch_is_possible() {
                    self.report(Violation::NoLunch);
                }
                return;
            }
            (Some(lunch), Some(lunch_s)) => (lunch, lunch_s),
        };
        let over_s = lunch_s.saturating_add(i64::from(lunch.duration_s));
        if lunch_s < i64::from(lunch.window.from) || over_s > i64::from(lunch.window.until) {
            self.report(Violation::LunchOutsideWindow { lunch_s });
        }
        if !self.is_idle(lunch_s, over_s) {
            self.report(Violation::LunchInterrupts { lunch_s });
        }
    }

    /// Whether lunch fits into its window within the shift. Where it does not, the plan has none.
    fn lunch_is_possible(&self) -> bool {
        self.day.lunch.is_some_and(|lunch| {
            let from = lunch.window.from.max(self.day.shift.from);
            let until = lunch.window.until.min(self.day.shift.until);
            i64::from(until) - i64::from(from) >= i64::from(lunch.duration_s)
        })
    }

    /// Whether the rep neither drives nor serves between `from` and `until`.
    fn is_idle(&self, from: i64, until: i64) -> bool {
        let inside = |a: i64, b: i64| a <= from && until <= b;
        let shift_from = i64::from(self.day.shift.from);
        // Between the last visit, or the first report after it, and the last report the times of driving are
        // unknown.
        let seen = self.reported.iter().any(|here| {
            let first = self.reported.iter().find(|first| first.after == here.after);
            let since_s = first.map_or(here.at_s, |first| first.at_s);
            inside(since_s.min(self.served_s(here.after)), here.leave_s)
        });
        if seen {
            return true;
        }
        let Some((first, stop)) = self
            .plan
            .visits
            .first()
            .zip(self.visited.first().copied().flatten())
        else {
            let leaves_s = self.day.departure_home(self.day.start, self.plan.ends_s);
            let before = inside(shift_from, leaves_s);
            return (before && self.reported.is_empty()) || inside(self.home_s(), self.plan.ends_s);
        };
        let leaves_s = self
            .day
            .travel
            .departure(self.day.start, stop.node, first.arrive_s);
        let between = self.plan.visits.iter().zip(&self.visited).any(|(visit, stop)| {
            let service_s = stop.map_or(0, |stop| i64::from(stop.service_s));
            inside(visit.arrive_s, visit.start_s)
                || inside(visit.start_s.saturating_add(service_s), visit.leave_s)
        });
        let before = inside(shift_from, leaves_s);
        between || (before && self.reported_after(0).is_none()) || inside(self.home_s(), self.plan.ends_s)
    }

    /// End of service of the last of `visits` visits.
    fn served_s(&self, visits: usize) -> i64 {
        let last = visits.checked_sub(1);
        let last = last.and_then(|last| self.plan.visits.get(last).zip(*self.visited.get(last)?));
        last.map_or(self.day.shift.from.into(), |(visit, stop)| {
            visit.start_s.saturating_add(stop.service_s.into())
        })
    }

    fn value(&self) -> i64 {
        let values = self.visited.iter().flatten().map(|stop| stop.value);
        values.fold(0, i64::saturating_add)
    }

    fn check_totals(&mut self) {
        let stated = (self.plan.value, self.plan.travel_s);
        self.violations
            .extend(wrong_totals(stated, (self.value(), self.travel_s)));
    }

    fn into_judgement(self) -> Judgement {
        let visited = self.visited.iter().flatten();
        let musts = visited.filter(|stop| stop.mandatory).count();
        let all = self.day.stops.iter().filter(|stop| stop.mandatory).count();
        Judgement {
            ok: self.violations.is_empty(),
            mandatory_missed: all.saturating_sub(musts),
            value: self.value(),
            travel_s: self.travel_s,
            violations: self.violations,
        }
    }
}
