//! Which visits, in which order: the planner.
//!
//! Pure: no I/O, no clock, no rng without a seed. A [`Day`] is the checked problem ([`read_day`]), [`solve`] makes the
//! [`DayPlan`], [`judge`] holds any plan against its problem without knowing how it was found. How long to search is an
//! [`Effort`]: a number of iterations, or a [`StopCriterion`] that somebody with a clock provides.
//!
//! Left to others: what a visit is worth and when a site is open (`book`), files (`cli`).

mod day;
mod day_file;
mod day_plan;
mod effort;
mod error;
mod fit;
mod format;
mod judge;
mod period;
mod problem;
mod replan;
mod rng;
mod road_time;
mod score;
mod search;
mod solve;
mod speeds;
#[cfg(test)]
mod tests;
mod travel_model;
mod unassigned_reason;

pub use day::{Day, DayStop, LONGEST_S, Lunch, Travel, UNREACHABLE_S, Window};
pub use day_file::speed_profile;
pub use day_file::{DAY_FORMAT, RawDay, RawLunch, RawShift, RawSpeedStep, RawStop, read_day};
pub use day_plan::{DayPlan, PLAN_FORMAT, PlannedVisit, ReportedPosition, UnassignedStop, read_plan};
pub use effort::{Effort, NoLimit, StopCriterion};
pub use error::{ProblemError, ProblemErrorKind};
pub use fit::{FittedTravelModel, Trip};
pub use judge::{Judgement, Violation, judge};
pub use period::{
    Cadence, Customer, PERIOD_FORMAT, PERIOD_PLAN_FORMAT, Period, PeriodDay, PeriodJudgement, PeriodPlan,
    PeriodViolation, RawCustomer, RawPeriod, RawWorkDay, Shortfall, UnmetCadence, WorkDay, judge_period,
    read_period, read_period_plan, solve_period,
};
pub use problem::{Problem, read_problem};
pub use replan::{
    PROMISE_S, Promises, RawReplanEvent, RawStopHours, ReplanEvent, read_replan_event, replan,
    replan_with_promises,
};
pub use road_time::Dwell;
pub use score::{Deal, ScoreInputs, ScoreRules, ScoreTerm, VisitScore};
pub use solve::solve;
pub use speeds::{SpeedProfile, SpeedStep};
pub use travel_model::TravelModel;
pub use unassigned_reason::UnassignedReason;
