//! Which visits, in which order: the planner.
//!
//! Pure: no I/O, no clock, no chance without a seed. A [`Day`] is the checked problem ([`read_day`]), [`solve`] makes the
//! [`DayPlan`], [`judge`] holds any plan against its problem without knowing how it was found. How long to search is an
//! [`Effort`]: a number of iterations, or a [`Pace`] that somebody with a clock provides.
//!
//! Left to others: what a visit is worth and when a site is open (`book`), files (`cli`).

mod chance;
mod clock_face;
mod day;
mod day_file;
mod day_plan;
mod effort;
mod judge;
mod lessons;
mod period;
mod problem;
mod reason;
mod replan;
mod road_time;
mod roads;
mod search;
mod solve;
mod speeds;
#[cfg(test)]
mod tests;
mod worth;
mod wrong;

pub use day::{Day, LONGEST_S, Lunch, Stop, Travel, UNREACHABLE_S, Window};
pub use day_file::speed_profile;
pub use day_file::{DAY_FORMAT, RawDay, RawLunch, RawShift, RawSpeedStep, RawStop, read_day};
pub use day_plan::{DayPlan, Here, LeftOut, PLAN_FORMAT, PlannedVisit, read_plan};
pub use effort::{Effort, Pace, Unhurried};
pub use judge::{Judgement, Violation, judge};
pub use lessons::{Learned, Trip};
pub use period::{
    Cadence, Customer, PERIOD_FORMAT, PERIOD_PLAN_FORMAT, Period, PeriodJudgement, PeriodPlan,
    PeriodViolation, PlannedDay, RawCustomer, RawPeriod, RawWorkDay, Shortfall, Unmet, WorkDay, judge_period,
    read_period, read_period_plan, solve_period,
};
pub use problem::{Problem, read_problem};
pub use reason::Reason;
pub use replan::{Event, PROMISE_S, Promises, RawEvent, RawHours, read_event, replan, replan_promised};
pub use road_time::Stay;
pub use roads::Roads;
pub use solve::solve;
pub use speeds::{SpeedProfile, SpeedStep};
pub use worth::{Deal, Facts, Term, Worth, WorthRules};
pub use wrong::{ProblemError, Wrong};
