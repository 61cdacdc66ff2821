//! Several weeks: which customers on which days, by their cadences, and each day's order.
//!
//! A [`Period`] is the checked problem ([`read_period`]), [`solve_period`] plans it, [`judge_period`] holds any plan
//! against it. One day's order is the day planner's business, `super::search`.

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
