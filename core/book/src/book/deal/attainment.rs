//! The attainment of a quota, and the metrics of periods.

use chrono::NaiveDate;
use fieldbook_model::{Money, Zone};
use fieldbook_sales::stats::{
    Attainment, DealLog, Group, PeriodLength, PeriodMetrics, Window, attainment, metrics, periods,
};

use super::figures::ForecastFault;
use crate::book::{Book, BookError};

/// The attainment of a quota.
#[derive(Debug, Clone, PartialEq)]
pub enum QuotaAttainment {
    /// Deals of the currency are there.
    Known(Box<Attainment>),
    /// No deal of the group is in the currency of the quota.
    NoDealInCurrency,
}

impl Book {
    /// Measures a quota in a window: booked, missing, the pace that is needed, and the odds, by the
    /// [`forecast`](Book::forecast) of the deals of this book.
    ///
    /// # Errors
    /// [`ForecastFault`]; [`BookError::BadRequest`] for a quota of nothing or less.
    pub fn attainment(
        &self,
        window: Window,
        quota: Money,
        group: &Group,
        zone: &Zone,
    ) -> Result<QuotaAttainment, ForecastFault> {
        if quota.minor <= 0 {
            let what = "a quota above zero";
            return Err(BookError::BadRequest { what }.into());
        }
        let today = zone.date(self.now_ms());
        let forecasts = self.forecast(window, group, zone)?;
        let of_currency = forecasts
            .iter()
            .find(|forecast| forecast.currency == quota.currency.code());
        Ok(of_currency.map_or(QuotaAttainment::NoDealInCurrency, |forecast| {
            QuotaAttainment::Known(Box::new(attainment(quota, forecast, window, today)))
        }))
    }

    /// Deals opened, won and lost, money, cycle and visits of the last `n` periods, the running one last. Visits are those of
    /// all reps of the book, unless `group` is an owner: then of the rep of that name.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn period_metrics(
        &self,
        length: PeriodLength,
        n: u32,
        fiscal_start: u32,
        group: &Group,
        zone: &Zone,
    ) -> Result<Vec<PeriodMetrics>, BookError> {
        let today = zone.date(self.now_ms());
        let windows = periods(length, today, n, fiscal_start);
        let Some(first) = windows.first() else {
            return Ok(Vec::new());
        };
        let logs = self.deal_logs(zone)?;
        let deals: Vec<&DealLog> = logs.iter().filter(|log| group.contains(log)).collect();
        let visits = self.visits_since(first.from, group, zone)?;
        Ok(metrics(&deals, &visits, &windows, today))
    }

    /// The days of held visits from `from` on, each with its account.
    fn visits_since(
        &self,
        from: NaiveDate,
        group: &Group,
        zone: &Zone,
    ) -> Result<Vec<(NaiveDate, String)>, BookError> {
        let until_ms = self.now_ms().saturating_add(1);
        let visits = self.store.visits_between(zone.instant_ms(from, 0), until_ms)?;
        let is_of_group = |rep: Option<&str>| match group {
            Group::Owner(owner) => rep == Some(owner.as_str()),
            _ => true,
        };
        let held = visits.iter().filter_map(|visit| {
            let at_ms = super::held_at_ms(visit)?;
            let account = visit.fields.id("account_id")?;
            is_of_group(visit.fields.text("rep")).then(|| (zone.date(at_ms), account.to_string()))
        });
        Ok(held.collect())
    }
}
