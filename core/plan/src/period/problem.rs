//! The problem of a period: working days, customers and their cadences.

use super::super::day::{Day, DayStop, Lunch, Travel, Window};

/// A working day of the rep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkDay {
    /// Number of the day; gaps are differences of numbers, so days off count.
    pub day: i32,
    /// Day of the week, 0 to 6.
    pub weekday: usize,
    /// Working hours of the rep.
    pub shift: Window,
    /// The break, if the day has one.
    pub lunch: Option<Lunch>,
}

/// Visit frequency of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// Number of visits wanted in the period.
    pub visits: usize,
    /// The least gap from one visit to the next, in days.
    pub min_gap: i32,
    /// The greatest gap, in days; `i32::MAX` is no limit.
    pub max_gap: i32,
    /// Day number of the last visit before the period.
    pub last_visit_day: Option<i32>,
}

impl Cadence {
    /// Whether a visit on `day` may follow one on `before`; `None` is a first visit.
    pub fn may_follow(&self, before: Option<i32>, day: i32) -> bool {
        before.is_none_or(|before| {
            let gap = i64::from(day) - i64::from(before);
            gap >= i64::from(self.min_gap.max(1)) && gap <= i64::from(self.max_gap)
        })
    }
}

/// A customer: a stop with a cadence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The id that the plan refers to; unique in the period.
    pub id: String,
    /// Index into the travel-time matrix.
    pub node: usize,
    /// Service time: duration of a visit, in seconds.
    pub service_s: i32,
    /// Windows in which a visit may start, by weekday; empty on weekdays that are not allowed.
    pub windows: [Vec<Window>; 7],
    /// Value of each visit, 0 or more.
    pub value: i64,
    /// Mandatory visits come before all values.
    pub mandatory: bool,
    /// Visit frequency.
    pub cadence: Cadence,
}

/// The problem of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The working days in order.
    pub days: Vec<WorkDay>,
    /// The node where every day starts.
    pub start: usize,
    /// The node where every day ends; `None` ends each day at its last visit.
    pub end: Option<usize>,
    /// Travel times between all nodes.
    pub travel: Travel,
    /// The customers to choose from.
    pub customers: Vec<Customer>,
}

impl Period {
    /// The problem of one working day: every customer is a stop, closed where no visit is allowed.
    pub fn day(&self, work: &WorkDay) -> Day {
        let stop = |customer: &Customer| DayStop {
            id: customer.id.clone(),
            node: customer.node,
            service_s: customer.service_s,
            windows: customer.windows[work.weekday].clone(),
            value: customer.value,
            mandatory: false,
        };
        Day {
            shift: work.shift,
            start: self.start,
            end: self.end,
            travel: self.travel.clone(),
            max_travel_s: None,
            lunch: work.lunch,
            stops: self.customers.iter().map(stop).collect(),
        }
    }
}
