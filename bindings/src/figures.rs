//! Figures of the sales process: warnings, the funnel, the forecast. They are of the deals in this book.

use fieldbook_core::book::{self, BookError, DealWarning, ForecastFault};
use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::stats::{
    Conversion, Dwell, Estimate, Forecast, FunnelStage, Group, PastWindow, WinRate, Window,
};
use fieldbook_core::sales::warnings::Warning;

use crate::Fieldbook;
use crate::deals::{DealOptions, view};
use crate::scalars::{Day, Labels, Size, to_zone};

/// A reason to look at an open deal.
#[uniffi::remote(Enum)]
pub enum Warning {
    /// Deals that stood so did not move.
    Stall {
        /// Odds that it takes no step forward in the days ahead, 0 to 1.
        odds: f64,
        /// Past deals that stood in this stage for as long, by weekly looks.
        n: Size,
        /// Those of them that did not move.
        of_n: Size,
        /// Days ahead.
        days: u16,
    },
    /// Nothing happened on the customer's side.
    Idle {
        /// Business days at the customer's place.
        business_days: i64,
        /// Those that the process allows.
        allowed: u16,
        /// The last event on the customer's side; null if there was none since the deal was opened.
        last_event: Option<String>,
        /// The day from which the count runs.
        since: Day,
        /// The first day of the count of which only the day of the week was known.
        estimated_from: Option<Day>,
    },
    /// It has been in its stage for longer than the process allows.
    Overdue {
        /// Days in the stage.
        days: i64,
        /// Days that the process allows.
        allowed: u16,
    },
    /// It is older than almost every deal that was ever won.
    Zombie {
        /// Days since it was opened.
        days: i64,
        /// The limit in days.
        limit: i64,
        /// Won deals that the limit was learned from; null for the default of the process.
        learned_from: Option<Size>,
    },
    /// Roles of the decision chain that nobody covers.
    Uncovered {
        /// The roles.
        roles: Vec<String>,
    },
    /// Its expected closing day has passed.
    Slipped {
        /// The closing day.
        close_on: Day,
        /// Days since then.
        days: i64,
    },
}

/// An open deal with its warnings.
#[uniffi::remote(Record)]
pub struct DealWarning {
    /// The deal.
    pub deal: RecordId,
    /// Name of the deal.
    pub name: String,
    /// The account, if the deal has one.
    pub account: Option<RecordId>,
    /// The stage that it stands in.
    pub stage: String,
    /// The process, `solution-sale@1`.
    pub pack: String,
    /// The odds that it takes no step forward in the days ahead, 0 to 1.
    pub odds: f64,
    /// The warnings, the gravest first.
    pub warnings: Vec<Warning>,
}

/// An estimate with its interval.
#[uniffi::remote(Record)]
pub struct Estimate {
    /// The estimate, a probability.
    pub value: f64,
    /// Lower end of the 95 % interval.
    pub lo: f64,
    /// Upper end of it.
    pub hi: f64,
    /// Spells that it is computed from.
    pub n: Size,
}

/// The passage of deals from one stage to the next.
#[uniffi::remote(Record)]
pub struct Conversion {
    /// Deals that reached the stage.
    pub reached: Size,
    /// Of these, the ones that went on to a later stage or were won.
    pub passed: Size,
    /// The ones that were lost without going on.
    pub lost: Size,
    /// The ones of which it is not known yet.
    pub open: Size,
    /// The share of the closed ones, which leaves the open deals out and is biased; null for none closed.
    pub closed_only: Option<f64>,
    /// Share that passes within `horizon_days`, open deals counted; null for a stage that nobody reached.
    pub within_horizon: Option<Estimate>,
    /// Days of that share.
    pub horizon_days: u32,
}

/// Time spent in a stage.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct StageDwell {
    /// Stays, or deals, that it is computed from; a stage that was skipped has none.
    pub n: u64,
    /// Of these, the ones that still last.
    pub open: u64,
    /// Median in days, open stays counted; null while fewer than half have left.
    pub median_days: Option<f64>,
    /// Lower end of the 95 % interval of the median in days; null if the data do not reach it.
    pub median_lo_days: Option<f64>,
    /// Upper end of it.
    pub median_hi_days: Option<f64>,
    /// Third quartile in days.
    pub upper_quartile_days: Option<f64>,
    /// Mean of the stays that have ended, in days: biased to the short ones.
    pub closed_mean_days: Option<f64>,
}

impl From<Dwell> for StageDwell {
    fn from(dwell: Dwell) -> StageDwell {
        StageDwell {
            n: dwell.n as u64,
            open: dwell.open as u64,
            median_days: dwell.median_days,
            median_lo_days: dwell.median_interval_days.0,
            median_hi_days: dwell.median_interval_days.1,
            upper_quartile_days: dwell.upper_quartile_days,
            closed_mean_days: dwell.closed_mean_days,
        }
    }
}

/// One stage of the funnel.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct StageFigures {
    /// The id of the stage.
    pub stage: String,
    /// The titles by language.
    pub titles: Labels,
    /// Stays in the stage; a deal that came back has two.
    pub entries: u64,
    /// Deals that stand in it now.
    pub standing: u64,
    /// Passage to the next stage, or to a win from the last.
    pub conversion: Conversion,
    /// Time of each stay.
    pub dwell: StageDwell,
    /// Time of each deal, its stays summed.
    pub dwell_total: StageDwell,
}

/// The share of closed deals that were won.
#[uniffi::remote(Record)]
pub struct WinRate {
    /// Deals won.
    pub won: Size,
    /// Deals won or lost; an open deal is in neither.
    pub closed: Size,
    /// The rate, shrunk to even odds where there are few; above 0 and below 1.
    pub rate: f64,
    /// Lower end of the 80 % interval.
    pub lo: f64,
    /// Upper end of it.
    pub hi: f64,
}

/// The funnel of a process over the deals of the book.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct FunnelFigures {
    /// The process, `solution-sale@1`.
    pub pack: String,
    /// The deals that it counts.
    pub deals: u64,
    /// Deals of other processes and without one, which it leaves out.
    pub others: u64,
    /// Its stages in order.
    pub stages: Vec<StageFigures>,
    /// The share of closed deals that were won.
    pub win_rate: WinRate,
}

impl From<book::BookFunnel> for FunnelFigures {
    fn from(found: book::BookFunnel) -> FunnelFigures {
        let process = &found.process.process;
        let figures = |stage: FunnelStage| StageFigures {
            titles: process
                .stage(&stage.stage)
                .map(|known| known.titles.0.clone())
                .unwrap_or_default(),
            stage: stage.stage,
            entries: stage.entries as u64,
            standing: stage.standing as u64,
            conversion: stage.conversion,
            dwell: stage.dwell.into(),
            dwell_total: stage.dwell_total.into(),
        };
        FunnelFigures {
            pack: process.id().to_string(),
            deals: found.funnel.deals as u64,
            others: found.others as u64,
            stages: found.funnel.stages.into_iter().map(figures).collect(),
            win_rate: found.win_rate,
        }
    }
}

/// A past window: how right the forecast was.
#[uniffi::remote(Record)]
pub struct PastWindow {
    /// Last day that was known to the forecast.
    pub as_of: Day,
    /// Money that the forecast named for the days to come, minor units.
    pub predicted_minor: i64,
    /// Money that these days brought, minor units.
    pub realised_minor: i64,
}

/// A forecast in one currency. Money is in minor units.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ForecastFigures {
    /// ISO 4217 code.
    pub currency: String,
    /// Deals that are open.
    pub open_deals: u64,
    /// Won in the window so far.
    pub booked_minor: i64,
    /// Still to come from deals open now.
    pub open_minor: i64,
    /// Still to come from deals that do not exist yet.
    pub unborn_minor: i64,
    /// Booked and still to come.
    pub total_minor: i64,
    /// Lower end of the 80 % interval of the total.
    pub lo_minor: i64,
    /// Upper end of it.
    pub hi_minor: i64,
    /// Odds that the window brings the quota; null if none was asked for in this currency.
    pub quota_odds: Option<f64>,
    /// Past windows of the same shape, the latest first.
    pub calibration: Vec<PastWindow>,
}

/// An amount to be reached in one currency.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct Quota {
    /// ISO 4217 code.
    pub currency: String,
    /// The amount in minor units.
    pub minor: i64,
}

fn figures(forecast: Forecast, quota: Option<&Quota>) -> ForecastFigures {
    let booked = forecast.booked_minor;
    ForecastFigures {
        open_deals: forecast.open_deals as u64,
        booked_minor: booked,
        open_minor: forecast.open_minor,
        unborn_minor: forecast.unborn_minor,
        total_minor: forecast.total_minor(),
        lo_minor: booked.saturating_add(forecast.rest_lo_minor),
        hi_minor: booked.saturating_add(forecast.rest_hi_minor),
        quota_odds: quota
            .filter(|quota| quota.currency == forecast.currency)
            .map(|quota| forecast.quota_odds(quota.minor)),
        currency: forecast.currency,
        calibration: forecast.calibration,
    }
}

#[uniffi::export]
impl Fieldbook {
    /// The open deals that somebody should look at, those most likely to die first, each with the reasons. Deals whose
    /// process is not on this device are left out.
    pub fn deal_warnings(&self, options: DealOptions) -> Result<Vec<DealWarning>, BookError> {
        self.book.deal_warnings(&view(&options)?)
    }

    /// The funnel of a process: conversion and time in each stage, right while deals are open.
    ///
    /// Fails with `BadRequest` for a process that is not on this device.
    pub fn deal_funnel(&self, options: DealOptions) -> Result<FunnelFigures, BookError> {
        Ok(self.book.funnel(&view(&options)?)?.into())
    }

    /// The money that the deals bring from the day `from` until before the day `until`, in each currency: of one owner, or of
    /// all. Days are those of the IANA zone `zone`, or of UTC.
    ///
    /// Fails with `BadRequest` for a window without days, or one that ends more than two years ahead.
    #[uniffi::method(default(owner = None, zone = None, quota = None))]
    pub fn deal_forecast(
        &self,
        from: Day,
        until: Day,
        owner: Option<String>,
        zone: Option<String>,
        quota: Option<Quota>,
    ) -> Result<Vec<ForecastFigures>, BookError> {
        let group = owner.map_or(Group::Company, Group::Owner);
        let found = self
            .book
            .forecast(Window { from, until }, &group, &to_zone(zone.as_deref(), 0)?)
            .map_err(|fault| match fault {
                ForecastFault::Window(_) => BookError::BadRequest {
                    what: "a window of at least a day that ends within two years",
                },
                ForecastFault::Book(error) => error,
            })?;
        Ok(found
            .into_iter()
            .map(|forecast| figures(forecast, quota.as_ref()))
            .collect())
    }
}
