//! Attainment of a quota in a window, and the metrics of each period: plain counts of what happened, side by side.

use chrono::{Datelike, Months, NaiveDate};
use fieldbook_model::Money;
use serde::Serialize;

use super::deal_log::{DealLog, Outcome};
use super::forecast::{Forecast, Window};
use super::numeric::percent_of;

/// The attainment of a quota.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attainment {
    /// The quota.
    #[serde(serialize_with = "as_text")]
    pub quota: Money,
    /// Money booked so far.
    #[serde(serialize_with = "as_text")]
    pub booked: Money,
    /// Booked in percent of the quota, rounded half up.
    pub attained_percent: i64,
    /// Days of the window that are over, and all of them.
    pub days: (i64, i64),
    /// The part of the window that is over, percent.
    pub elapsed_percent: i64,
    /// Money that is still to be booked; nothing once the quota is reached.
    #[serde(serialize_with = "as_text")]
    pub missing: Money,
    /// Money that is still to be booked in each week that is left; `None` after the window.
    #[serde(serialize_with = "as_text_or_null")]
    pub missing_a_week: Option<Money>,
    /// Money booked in a week so far; `None` before the window.
    #[serde(serialize_with = "as_text_or_null")]
    pub booked_a_week: Option<Money>,
    /// The forecast of the whole window, in percent of the quota.
    pub forecast_percent: i64,
    /// Odds that the quota is reached, 0 to 1.
    pub odds: f64,
}

fn as_text<S: serde::Serializer>(money: &Money, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&money.to_string())
}

#[expect(clippy::ref_option, reason = "the form that serde calls")]
fn as_text_or_null<S: serde::Serializer>(money: &Option<Money>, to: S) -> Result<S::Ok, S::Error> {
    match money {
        Some(money) => as_text(money, to),
        None => to.serialize_none(),
    }
}

/// The attainment of `quota` (above zero) in `window` as of `today`, by the forecast of the same window and currency.
pub fn attainment(quota: Money, forecast: &Forecast, window: Window, today: NaiveDate) -> Attainment {
    let money = |minor: i64| Money { minor, ..quota };
    let all = (window.until - window.from).num_days().max(1);
    let over = ((today - window.from).num_days() + 1).clamp(0, all);
    let missing = quota.minor.saturating_sub(forecast.booked_minor).max(0);
    let a_week = |minor: i64, days: i64| {
        (days > 0).then(|| {
            let week = i128::from(minor) * 7 / i128::from(days);
            money(i64::try_from(week).unwrap_or(i64::MAX))
        })
    };
    Attainment {
        quota,
        booked: money(forecast.booked_minor),
        attained_percent: percent_of(forecast.booked_minor, quota.minor),
        days: (over, all),
        elapsed_percent: percent_of(over, all),
        missing: money(missing),
        missing_a_week: a_week(missing, all - over),
        booked_a_week: a_week(forecast.booked_minor, over),
        forecast_percent: percent_of(forecast.total_minor(), quota.minor),
        odds: forecast.quota_odds(quota.minor),
    }
}

/// The length of a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodLength {
    /// Monday to Sunday.
    Week,
    /// A month of the calendar.
    Month,
    /// A quarter of the fiscal year.
    Quarter,
}

/// The counts of one period. Deals count by the day of the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PeriodMetrics {
    /// First day.
    pub from: NaiveDate,
    /// First day after it.
    pub until: NaiveDate,
    /// False for the period that still runs: its counts grow.
    pub is_over: bool,
    /// Deals opened.
    pub opened: usize,
    /// Deals won.
    pub won: usize,
    /// Deals lost.
    pub lost: usize,
    /// Money won in each currency, by its code.
    pub money: Vec<String>,
    /// Median days from opening to the order of the deals won; `None` for none.
    pub cycle_days: Option<i64>,
    /// Visits held.
    pub visits: usize,
    /// Accounts visited.
    pub accounts_visited: usize,
}

/// The last `n` periods, the running one last; `start_month` is the first month of the fiscal year.
pub fn periods(length: PeriodLength, today: NaiveDate, n: u32, start_month: u32) -> Vec<Window> {
    let running = match length {
        PeriodLength::Week => {
            let into = u64::from(today.weekday().num_days_from_monday());
            let from = today.checked_sub_days(chrono::Days::new(into)).unwrap_or(today);
            let until = from
                .checked_add_days(chrono::Days::new(7))
                .unwrap_or(NaiveDate::MAX);
            Window { from, until }
        }
        PeriodLength::Month => {
            let from = today.with_day(1).unwrap_or(today);
            let until = from.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX);
            Window { from, until }
        }
        PeriodLength::Quarter => Window::quarter(today, start_month),
    };
    let back = |day: NaiveDate, k: u32| match length {
        PeriodLength::Week => day.checked_sub_days(chrono::Days::new(7 * u64::from(k))),
        PeriodLength::Month => day.checked_sub_months(Months::new(k)),
        PeriodLength::Quarter => day.checked_sub_months(Months::new(3 * k)),
    };
    (0..n)
        .rev()
        .filter_map(|k| {
            Some(Window {
                from: back(running.from, k)?,
                until: back(running.until, k)?,
            })
        })
        .collect()
}

/// The metrics of each window. `visits` are the days of held visits, each with a key of its account.
pub fn metrics(
    deals: &[&DealLog],
    visits: &[(NaiveDate, String)],
    windows: &[Window],
    today: NaiveDate,
) -> Vec<PeriodMetrics> {
    let of = |window: &Window| {
        let ended = |outcome: Outcome| {
            deals
                .iter()
                .filter(move |deal| deal.outcome() == Some(outcome))
                .filter(|deal| deal.end.is_some_and(|end| window.contains(end.when.on)))
        };
        let mut sums: std::collections::BTreeMap<&str, Money> = std::collections::BTreeMap::new();
        let mut cycles = Vec::new();
        for deal in ended(Outcome::Won) {
            if let Some(money) = deal.money() {
                sums.entry(deal.currency.as_str())
                    .and_modify(|sum| sum.minor = sum.minor.saturating_add(money.minor))
                    .or_insert(money);
            }
            cycles.extend(deal.end.map(|end| (end.when.on - deal.opened.on).num_days()));
        }
        cycles.sort_unstable();
        let held: Vec<&(NaiveDate, String)> = visits.iter().filter(|(on, _)| window.contains(*on)).collect();
        let accounts: std::collections::BTreeSet<&str> =
            held.iter().map(|(_, account)| account.as_str()).collect();
        PeriodMetrics {
            from: window.from,
            until: window.until,
            is_over: window.until <= today,
            opened: deals
                .iter()
                .filter(|deal| window.contains(deal.opened.on))
                .count(),
            won: ended(Outcome::Won).count(),
            lost: ended(Outcome::Lost).count(),
            money: sums.values().map(Money::to_string).collect(),
            cycle_days: cycles.get(cycles.len().saturating_sub(1) / 2).copied(),
            visits: held.len(),
            accounts_visited: accounts.len(),
        }
    };
    windows.iter().map(of).collect()
}

#[cfg(test)]
mod tests;
