//! Money that a window of days will bring: booked, from open deals, and from deals that are not born yet.
//!
//! Three estimates of the days to come are averaged (a mean of forecasts is better than most of them: Bates and Granger 1969,
//! Clemen 1989):
//!
//! 1. open deals by [`Hazard`](super::Hazard), p x amount, and deals not yet born by what such deals brought after past days of asking; both
//!    times realised / predicted over the last six windows that have closed (own past error);
//! 2. the run rate of the last 90 days;
//! 3. the same days of the quarter before.
//!
//! A part of the company (region, manager, owner) takes half from its own deals and half from the company's forecast by its
//! share (top-down). The 80 % interval has the variance sum p (1 - p) v^2 of the open deals and sum v^2 of the unborn (a
//! compound Poisson sum), widened by the median of |z| / 0.6745 over the last twelve windows, never narrowed. Past windows are forecast from what was known
//! then, and are given as [`Forecast::calibration`].
//!
//! Money of different currencies is never added: each currency has its own forecast.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Datelike, Months, NaiveDate};

use self::series::{Asking, Fact, PastForecast, Series, date, day_number, widening};
use super::deal_log::DealLog;
use super::hazard::{HazardSettings, month_of_quarter};
use super::numeric::{Z_80, normal_cdf, real, whole};

mod series;

/// Past windows that the own error is taken from.
const PAST_WINDOWS: usize = 6;

/// Past windows that the width of the interval is taken from, and that are shown.
const CALIBRATION_WINDOWS: usize = 12;

/// Longest way from the day of asking to the end of the window.
const MOST_DAYS: i64 = 731;

/// Days of a forecast, half-open, in the company's zone and fiscal calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub from: NaiveDate,
    /// First day after it.
    pub until: NaiveDate,
}

impl Window {
    /// True if a deal won on `on` counts in it.
    pub fn contains(&self, on: NaiveDate) -> bool {
        self.from <= on && on < self.until
    }

    /// The fiscal quarter that `on` lies in; `start_month` is the first month of the fiscal year (1 to 12).
    pub fn quarter(on: NaiveDate, start_month: u32) -> Window {
        let into = month_of_quarter(on, start_month);
        let first = on.with_day(1).unwrap_or(on);
        let from = first.checked_sub_months(Months::new(into)).unwrap_or(first);
        Window {
            from,
            until: from.checked_add_months(Months::new(3)).unwrap_or(NaiveDate::MAX),
        }
    }
}

/// The deals that a forecast is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Group {
    /// All deals given.
    Company,
    /// The deals of a region.
    Region(String),
    /// The deals of a manager's reps.
    Manager(String),
    /// The deals of one rep.
    Owner(String),
}

impl Group {
    /// True if the deal counts for it.
    pub fn contains(&self, deal: &DealLog) -> bool {
        match self {
            Group::Company => true,
            Group::Region(key) => deal.unit.region.as_ref() == Some(key),
            Group::Manager(key) => deal.unit.manager.as_ref() == Some(key),
            Group::Owner(key) => deal.unit.owner == *key,
        }
    }
}

/// A window that has closed, as it was forecast then.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PastWindow {
    /// Last day that was known to the forecast.
    pub as_of: NaiveDate,
    /// Money that the forecast named for the days to come, minor units.
    pub predicted_minor: i64,
    /// Money that these days brought, minor units.
    pub realised_minor: i64,
}

/// A forecast in one currency. Money is in minor units.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// ISO 4217 code.
    pub currency: String,
    /// Deals of the group that were open when asked.
    pub open_deals: usize,
    /// Won in the window so far.
    pub booked_minor: i64,
    /// Still to come in the window: the blend of the three estimates.
    pub rest_minor: i64,
    /// The share of `rest_minor` from deals open now.
    pub open_minor: i64,
    /// The share of it from deals not born yet.
    pub unborn_minor: i64,
    /// Lower end of the 80 % interval of what is still to come; at least 0.
    pub rest_lo_minor: i64,
    /// Upper end of it.
    pub rest_hi_minor: i64,
    /// Standard deviation of what is still to come.
    pub deviation_minor: f64,
    /// Past windows of the same shape, latest first: how right this forecast has been for this group.
    pub calibration: Vec<PastWindow>,
}

impl Forecast {
    /// Booked and still to come.
    pub fn total_minor(&self) -> i64 {
        self.booked_minor.saturating_add(self.rest_minor)
    }

    /// Odds that the window brings at least `quota_minor` in this currency.
    pub fn quota_odds(&self, quota_minor: i64) -> f64 {
        let missing = real(quota_minor) - real(self.booked_minor);
        if missing <= 0.0 {
            return 1.0;
        }
        if self.deviation_minor <= 0.0 {
            return f64::from(u8::from(real(self.rest_minor) >= missing));
        }
        normal_cdf((real(self.rest_minor) - missing) / self.deviation_minor)
    }
}

/// A forecast that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ForecastError {
    /// A window without days.
    #[error("the window from {from} until {until} has no day")]
    EmptyWindow {
        /// First day.
        from: NaiveDate,
        /// First day after it.
        until: NaiveDate,
    },
    /// A window that ends more than two years after the day of asking.
    #[error("the window ends {days} days from now, {MOST_DAYS} allowed")]
    TooFar {
        /// Days from the day of asking to its end.
        days: i64,
    },
}

/// Forecasts of one window for any group and currency of one set of deals.
pub struct Forecaster<'a> {
    deals: &'a [&'a DealLog],
    facts: Vec<Fact>,
    window: Window,
    as_of: NaiveDate,
    asking: Asking,
    company: BTreeMap<String, Series>,
}

impl<'a> Forecaster<'a> {
    /// Prepares the forecast of `window` from `deals` as they were known at the end of the day `as_of`.
    ///
    /// # Errors
    /// [`ForecastError`] for a window that has no day or lies too far ahead.
    pub fn new(
        deals: &'a [&'a DealLog],
        as_of: NaiveDate,
        window: Window,
        settings: &HazardSettings,
    ) -> Result<Forecaster<'a>, ForecastError> {
        if window.until <= window.from {
            return Err(ForecastError::EmptyWindow {
                from: window.from,
                until: window.until,
            });
        }
        let days = (window.until - as_of).num_days() - 1;
        if days > MOST_DAYS {
            return Err(ForecastError::TooFar { days });
        }
        let asking = Asking::new(deals, as_of, window, settings);
        let facts: Vec<Fact> = deals.iter().map(|deal| Fact::from_deal(deal)).collect();
        let currencies: BTreeSet<&str> = deals.iter().map(|deal| deal.currency.as_str()).collect();
        let company = currencies
            .into_iter()
            .map(|currency| {
                let of_it = deals
                    .iter()
                    .zip(&facts)
                    .filter(|(deal, _)| deal.currency == currency)
                    .map(|(_, fact)| fact);
                (currency.to_owned(), Series::new(&asking, of_it))
            })
            .collect();
        Ok(Forecaster {
            deals,
            facts,
            window,
            as_of,
            asking,
            company,
        })
    }

    /// The groups that the deals name: the company, its regions, managers and owners, each in order.
    pub fn groups(&self) -> Vec<Group> {
        let units = self.deals.iter().map(|deal| &deal.unit);
        let named = units.flat_map(|unit| {
            let region = unit.region.clone().map(Group::Region);
            region
                .into_iter()
                .chain(unit.manager.clone().map(Group::Manager))
                .chain([Group::Owner(unit.owner.clone())])
        });
        let groups: BTreeSet<Group> = named.chain([Group::Company]).collect();
        groups.into_iter().collect()
    }

    /// The forecast of a group in each currency that it has deals in.
    pub fn forecast(&self, group: &Group) -> Vec<Forecast> {
        self.company
            .keys()
            .filter_map(|currency| self.forecast_in(group, currency))
            .collect()
    }

    /// The forecast of a group in one currency; `None` if it has no deal in it.
    pub fn forecast_in(&self, group: &Group, currency: &str) -> Option<Forecast> {
        let members: Vec<&Fact> = self
            .deals
            .iter()
            .zip(&self.facts)
            .filter(|(deal, _)| deal.currency == currency && group.contains(deal))
            .map(|(_, fact)| fact)
            .collect();
        let company = self.company.get(currency)?;
        if members.is_empty() {
            return None;
        }
        let own = match group {
            Group::Company => None,
            _ => Some(Series::new(&self.asking, members.iter().copied())),
        };
        Some(self.blended(
            &members,
            currency,
            own.as_ref().unwrap_or(company),
            own.is_some().then_some(company),
        ))
    }

    fn blended(&self, members: &[&Fact], currency: &str, own: &Series, company: Option<&Series>) -> Forecast {
        let past: Vec<PastForecast> = self
            .asking
            .closed_before(0)
            .take(CALIBRATION_WINDOWS)
            .map(|index| self.asking.past(own, company, index))
            .collect();
        let rest = self.asking.blend(own, company, 0);
        let deviation = self.asking.deviation(own, 0) * widening(&past);
        let (open, unborn) = (own.points[0].open, self.asking.unborn(own, 0).0);
        let open_share = if open + unborn > 0.0 {
            open / (open + unborn)
        } else {
            0.0
        };
        let as_of = day_number(self.as_of);
        let is_booked =
            |fact: &&&Fact| fact.is_won && fact.end <= as_of && self.window.contains(date(fact.end));
        let rest_minor = whole(rest);
        let open_minor = whole(rest * open_share);
        Forecast {
            currency: currency.to_owned(),
            open_deals: members
                .iter()
                .filter(|fact| fact.opened <= as_of && fact.end > as_of)
                .count(),
            booked_minor: members
                .iter()
                .filter(is_booked)
                .fold(0, |sum, fact| sum.saturating_add(fact.value_minor)),
            rest_minor,
            open_minor,
            unborn_minor: rest_minor - open_minor,
            rest_lo_minor: whole((rest - Z_80 * deviation).max(0.0)),
            rest_hi_minor: whole(rest + Z_80 * deviation),
            deviation_minor: deviation,
            calibration: past.iter().map(|past| past.window).collect(),
        }
    }
}

#[cfg(test)]
mod tests;
