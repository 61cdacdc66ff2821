//! `forecast`: the money of a quarter, with an interval, the odds of a quota, and how right it was before.

use chrono::{Datelike, NaiveDate};
use fieldbook_core::model::Money;
use fieldbook_core::sales::stats::{Forecast, Group, PastWindow, Window};
use fieldbook_format::money;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;

/// Say what the quarter brings: booked, to come, an interval, the odds of a quota; `backtest` says how right it was before
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook forecast
  fieldbook forecast --quarter 2026Q4 --quota '500000 EUR'
  fieldbook forecast backtest")]
pub(crate) struct ForecastArgs {
    /// Print the closed windows, each as it was forecast then
    #[arg(value_parser = ["backtest"])]
    what: Option<String>,
    #[command(flatten)]
    quarter: QuarterArgs,
    /// The amount to reach
    #[arg(long, value_name = "MONEY")]
    quota: Option<Money>,
    /// Only the deals of this owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
}

/// The quarter of a forecast.
#[derive(Debug, clap::Args)]
pub(crate) struct QuarterArgs {
    /// The quarter of the calendar, or of the fiscal year with --fiscal-start [default: the one that runs]
    #[arg(long, value_name = "YEARQn", value_parser = quarter)]
    quarter: Option<(i32, u32)>,
    /// The first month of the fiscal year
    #[arg(long, value_name = "MONTH", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=12))]
    pub(super) fiscal_start: u32,
}

impl QuarterArgs {
    /// The window of the quarter; without one, the quarter in which `today` lies.
    pub(crate) fn window(&self, today: NaiveDate) -> Window {
        let Some((year, n)) = self.quarter else {
            return Window::quarter(today, self.fiscal_start);
        };
        // The fiscal year is named by the calendar year in which it begins.
        let month = self.fiscal_start - 1 + (n - 1) * 3;
        let year = year + i32::try_from(month / 12).unwrap_or(0);
        let day = NaiveDate::from_ymd_opt(year, month % 12 + 1, 1).unwrap_or(today);
        Window::quarter(day, self.fiscal_start)
    }
}

/// Reads `2026Q4`.
fn quarter(text: &str) -> Result<(i32, u32), &'static str> {
    let wrong = "a quarter such as 2026Q4";
    let (year, n) = text.split_once(['Q', 'q']).ok_or(wrong)?;
    let (year, n) = (year.parse().map_err(|_| wrong)?, n.parse().map_err(|_| wrong)?);
    if (1..=4).contains(&n) && (1970..=9998).contains(&year) {
        Ok((year, n))
    } else {
        Err(wrong)
    }
}

pub(crate) fn forecast(context: &mut Context, args: &ForecastArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let today = context.zone.day(context.now_ms());
    let window = args.quarter.window(today);
    let group = args.owner.clone().map_or(Group::Company, Group::Owner);
    let found = book.forecast(window, &group, context.zone.rules())?;
    if args.what.is_some() {
        return backtest(context, &found);
    }
    if context.out.json() {
        let mut lines = found
            .iter()
            .map(|forecast| forecast_json(forecast, window, args.quota));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    let until = window.until.pred_opt().unwrap_or(window.until);
    context
        .out
        .heading(&format!("{} to {until}, own book as of {today}", window.from))?;
    if found.is_empty() {
        return context.out.line("No deal has an amount.");
    }
    for forecast in &found {
        let show = |minor| money(minor, &forecast.currency);
        let (lo, hi) = (
            forecast.booked_minor.saturating_add(forecast.rest_lo_minor),
            forecast.booked_minor.saturating_add(forecast.rest_hi_minor),
        );
        context.out.line(&format!(
            "{} in all, in 8 of 10 cases {} to {}",
            show(forecast.total_minor()),
            show(lo),
            show(hi)
        ))?;
        context
            .out
            .line(&format!("  booked    {}", show(forecast.booked_minor)))?;
        context.out.line(&format!(
            "  open      {} from {} deals",
            show(forecast.open_minor),
            forecast.open_deals
        ))?;
        context.out.line(&format!(
            "  not yet   {} from deals that do not exist yet",
            show(forecast.unborn_minor)
        ))?;
        if let Some(odds) = quota_odds(forecast, args.quota) {
            context.out.line(&format!(
                "  quota     reached in {:.0} of 100 cases",
                odds * 100.0
            ))?;
        }
        context
            .out
            .line(&format!("  {}", calibration_line(&forecast.calibration)))?;
    }
    if let Some(quota) = args.quota
        && found
            .iter()
            .all(|forecast| forecast.currency != quota.currency.code())
    {
        context.out.line(&format!(
            "no deal is in {}: the quota is not compared",
            quota.currency
        ))?;
    }
    Ok(())
}

fn quota_odds(forecast: &Forecast, quota: Option<Money>) -> Option<f64> {
    let quota = quota.filter(|quota| quota.currency.code() == forecast.currency)?;
    Some(forecast.quota_odds(quota.minor))
}

/// How far the forecast was off in closed windows.
fn calibration_line(past: &[PastWindow]) -> String {
    if past.is_empty() {
        return "no window has closed yet, so nobody knows how right this is".to_owned();
    }
    #[expect(clippy::cast_precision_loss, reason = "a percentage for people")]
    let off = |window: &PastWindow| {
        let missed = window.predicted_minor.abs_diff(window.realised_minor) as f64;
        missed / window.realised_minor.max(1) as f64
    };
    let mut off: Vec<f64> = past
        .iter()
        .filter(|window| window.realised_minor > 0)
        .map(off)
        .collect();
    off.sort_by(f64::total_cmp);
    let Some(middle) = off.get(off.len() / 2) else {
        return format!("in {} past windows nothing came after this day", past.len());
    };
    format!(
        "in half of {} past windows what was still to come was forecast within {:.0} %: forecast backtest",
        past.len(),
        middle * 100.0
    )
}

fn forecast_json(forecast: &Forecast, window: Window, quota: Option<Money>) -> Value {
    let show = |minor| money(minor, &forecast.currency);
    json!({
        "currency": forecast.currency, "from": window.from.to_string(), "until": window.until.to_string(),
        "scope": "own_book", "booked": show(forecast.booked_minor), "open": show(forecast.open_minor),
        "unborn": show(forecast.unborn_minor), "rest": show(forecast.rest_minor),
        "total": show(forecast.total_minor()), "rest_lo": show(forecast.rest_lo_minor),
        "rest_hi": show(forecast.rest_hi_minor), "open_deals": forecast.open_deals,
        "quota_odds": quota_odds(forecast, quota),
        "calibration": forecast.calibration.iter().map(|past| past_json(past, &forecast.currency)).collect::<Vec<_>>(),
    })
}

fn past_json(past: &PastWindow, currency: &str) -> Value {
    json!({
        "as_of": past.as_of.to_string(), "predicted": money(past.predicted_minor, currency),
        "realised": money(past.realised_minor, currency),
    })
}

fn backtest(context: &mut Context, found: &[Forecast]) -> Result<(), CliError> {
    let mut any = false;
    for forecast in found {
        for past in &forecast.calibration {
            any = true;
            if context.out.json() {
                let mut json = past_json(past, &forecast.currency);
                json["currency"] = forecast.currency.as_str().into();
                context.out.value(&json)?;
                continue;
            }
            let show = |minor| money(minor, &forecast.currency);
            context.out.line(&format!(
                "{}-{:02}-{:02}  forecast {}, came {}",
                past.as_of.year(),
                past.as_of.month(),
                past.as_of.day(),
                show(past.predicted_minor),
                show(past.realised_minor)
            ))?;
        }
    }
    if !any && !context.out.json() {
        context.out.line("No window has closed yet.")?;
    }
    Ok(())
}
