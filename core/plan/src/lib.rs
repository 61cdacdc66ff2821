//! The planner: visits to make and their order, for a day or a period of weeks.
//!
//! The problems are the team orienteering problem with time windows (one rep, one or several days) and its
//! periodic variant. The objective is lexicographic: mandatory visits, then value, then travel.
//!
//! The crate is pure: no I/O, no clock, no randomness without a seed. A [`Day`] is the checked problem
//! ([`read_day`]), [`solve`] makes the [`DayPlan`], [`judge`] checks any plan against its problem without
//! knowing the search. [`Effort`] limits the search: a number of iterations, or a [`StopCriterion`] that a
//! host with a clock provides. [`replan`] plans the rest of a day after a disruption; [`solve_period`] plans
//! weeks of customers with cadences.
//!
//! ```
//! use fieldbook_plan::{Effort, judge, read_day, solve};
//!
//! // Three stops, ten minutes of driving between any two places. One of them closes before the rep can be there.
//! let day = read_day(
//!     r#"{"format": "fieldbook-day/1", "shift": {"from": 28800, "until": 36000}, "start": 0, "end": 0,
//!         "travel_s": [[0, 600, 600, 600], [600, 0, 600, 600], [600, 600, 0, 600], [600, 600, 600, 0]],
//!         "stops": [{"id": "bakery", "node": 1, "service_s": 1200, "windows": [[28800, 43200]], "value": 5},
//!                   {"id": "cafe", "node": 2, "service_s": 1800, "windows": [[32400, 36000]], "value": 9, "must": true},
//!                   {"id": "kiosk", "node": 3, "service_s": 600, "windows": [[28800, 29000]], "value": 7}]}"#,
//! )?;
//! let plan = solve(&day, &Effort::iterations(200), 7);
//! let order: Vec<&str> = plan.visits.iter().map(|visit| visit.id.as_str()).collect();
//! assert_eq!(order, ["bakery", "cafe"]);
//! assert_eq!((plan.value, plan.travel_s), (14, 1800));
//! assert_eq!(plan.unassigned[0].reason, "closes 7 min before you could arrive at 8:10");
//! assert!(judge(&day, &plan).ok);
//! # Ok::<(), fieldbook_plan::ProblemError>(())
//! ```
//!
//! Left to others: scoring inputs and opening hours of real customers (`fieldbook-book`), files and the
//! command line (`fieldbook-cli`).

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
