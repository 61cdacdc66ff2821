//! Figures from the history of deals: hazards, survival, funnel, forecast, stall odds and lead scores.
//!
//! Everything is computed from [`DealLog`]s, in the order they are given, so the phone and the server get the same figures
//! from the same moves. Counts and money are integers; probabilities are sums of `f64` in one fixed order.
//!
//! * [`funnel()`], [`dwell`] and [`conversion`] are right while deals are open, by [`survival`] methods.
//! * [`win_rate()`] never says 0 or 1, and names the count behind it.
//! * [`Hazard`] gives the odds of a win by a date; [`Forecaster`] the money of a window, with an interval, the odds of a quota
//!   and its own past calibration.
//! * [`LeadPoints`] scores a lead in whole points with reasons.
//! * [`diagnose`] answers four questions of a manager, or says how little is known; [`attainment()`] measures a quota.
//! * [`StallOdds`] gives the odds that a deal does not move, with the count behind them; [`zombie_after`] the age limit.

pub mod attainment;
pub mod deal_log;
pub mod diagnosis;
pub mod forecast;
pub mod funnel;
pub mod hazard;
pub mod lead_score;
mod numeric;
pub mod stall;
pub mod survival;
pub mod win_rate;

pub use attainment::{Attainment, PeriodLength, PeriodMetrics, attainment, metrics, periods};
pub use deal_log::{DealLog, End, LogError, Moment, Outcome, StageVisit, Unit};
pub use diagnosis::{
    Diagnosis, DiagnosisAnswer, DiagnosisRules, Evidence, FieldDay, LostDeal, StagePassage, diagnose,
    stage_passages,
};
pub use forecast::{Forecast, ForecastError, Forecaster, Group, PastWindow, Window};
pub use funnel::{
    Cohort, Conversion, Cycle, Dwell, Funnel, FunnelStage, Scope, Stage, cohort, conversion, cycle, dwell,
    dwell_total, funnel,
};
pub use hazard::{Hazard, HazardSettings};
pub use lead_score::{Answer, CalibrationBand, LEAST_OF_EACH, Lead, LeadError, LeadPoints, Reason, Score};
pub use stall::{Fate, Odds, StallOdds, StallSettings, Standing, ZombieLimit, zombie_after};
pub use survival::{Competing, Estimate, Spell, Survival};
pub use win_rate::{Prior, WinRate, win_rate, win_rate_of};
