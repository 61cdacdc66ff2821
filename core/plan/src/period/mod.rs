//! Periods of weeks: customers with cadences, the days of their visits, and each day's order.
//!
//! A [`Period`] is the checked problem ([`read_period`]), [`solve_period`] plans it, [`judge_period`] checks
//! any plan against it. A customer is a stop with a cadence. The order within a day is `super::search`'s
//! task.

mod file;
mod judge;
mod plan;
mod problem;
mod shortfall;
mod solve;

pub use file::{PERIOD_FORMAT, RawCustomer, RawPeriod, RawWorkDay, read_period};
pub use judge::{PeriodJudgement, PeriodViolation, judge_period};
pub use plan::{PERIOD_PLAN_FORMAT, PeriodDay, PeriodPlan, UnmetCadence, read_period_plan};
pub use problem::{Cadence, Customer, Period, WorkDay};
pub use shortfall::Shortfall;
pub use solve::solve_period;
