//! The problem of a period: working days, customers and how often each wants to be seen.

use super::super::day::{Day, DayStop, Lunch, Travel, Window};

/// A day on which the rep works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkDay {
    /// Its number; gaps are differences of these, days off in between count.
    pub day: i32,
    /// 0 to 6.
    pub weekday: usize,
    /// The working hours.
    pub shift: Window,
    /// The break.
    pub lunch: Option<Lunch>,
}

/// How often a customer is to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cadence {
    /// Visits wanted in the period.
    pub visits: usize,
    /// The fewest days from one visit to the next.
    pub min_gap: i32,
    /// The most.
    pub max_gap: i32,
    /// When the last visit before the period was.
    pub last_visit_day: Option<i32>,
}

impl Cadence {
    /// Whether a visit on `day` may follow one on `before`; `None` is the first visit ever.
    pub fn may_follow(&self, before: Option<i32>, day: i32) -> bool {
        before.is_none_or(|before| {
            let gap = i64::from(day) - i64::from(before);
            gap >= i64::from(self.min_gap.max(1)) && gap <= i64::from(self.max_gap)
        })
    }
}

/// Who is to be visited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The name that the plan speaks of.
    pub id: String,
    /// The place.
    pub node: usize,
    /// How long a visit takes.
    pub service_s: i32,
    /// When a visit may start, by weekday. None on weekdays that are not allowed.
    pub windows: [Vec<Window>; 7],
    /// What each visit is worth.
    pub value: i64,
    /// Whether the visits come before all values.
    pub mandatory: bool,
    /// How often.
    pub cadence: Cadence,
}

/// Several weeks to be planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Period {
    /// The working days in their order.
    pub days: Vec<WorkDay>,
    /// The node where every day starts.
    pub start: usize,
    /// The node where every day ends; `None` where the last visit is.
    pub end: Option<usize>,
    /// The roads.
    pub travel: Travel,
    /// The customers.
    pub customers: Vec<Customer>,
}

impl Period {
    /// One working day as a problem of its own: every customer is a stop, closed where it may not be visited.
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
