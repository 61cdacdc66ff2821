//! `hours`: evaluates opening hours in OpenStreetMap's syntax, day by day. Needs no book.

use chrono::NaiveDate;
use fieldbook_core::model::{Holidays, OpenWindow, OpeningHours, WindowError};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;

/// Most days in one call.
const DAYS_MAX: usize = 366;

/// Show when opening hours in OpenStreetMap's syntax are open, day by day
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook hours 'Mo-Fr 09:00-12:30,14:00-18:00; PH off' --day 2026-12-24 --days 3 --country GB

Times are local to the place. Hours that speak of holidays need --country; those of mainland
China (CN) are known as announced, 2007 to 2026, and a later day is refused rather than guessed.")]
pub(crate) struct HoursArgs {
    /// The hours
    hours: String,
    /// The first day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
    /// How many days
    #[arg(long, value_name = "N", default_value_t = 7)]
    days: usize,
    /// Whose holidays, an ISO 3166 code such as GB
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
}

pub(crate) fn hours(context: &mut Context, args: &HoursArgs) -> Result<(), CliError> {
    let hours: OpeningHours = args
        .hours
        .parse()
        .map_err(|error| CliError::bad_input("bad_hours", format!("{error}")).with("field", "hours"))?;
    if !(1..=DAYS_MAX).contains(&args.days) {
        return Err(CliError::bad_field("--days", format!("expected 1 to {DAYS_MAX}")));
    }
    let holidays = match &args.country {
        Some(code) => Holidays::of_country(code).map_err(|error| CliError::bad_field("--country", error))?,
        None => Holidays::none(),
    };
    let first = args.day.unwrap_or_else(|| context.zone.day(context.now_ms()));
    for date in first.iter_days().take(args.days) {
        let windows = hours.windows(date, &holidays).map_err(into_cli_error)?;
        if context.out.json() {
            let open: Vec<_> = windows
                .iter()
                .map(|w| json!({ "from_s": w.from_s, "until_s": w.until_s, "certain": w.certain }))
                .collect();
            context
                .out
                .value(&json!({ "day": date.to_string(), "open": open, "mended": hours.is_mended() }))?;
        } else {
            context
                .out
                .line(&format!("{}  {}", date.format("%F %a"), windows_text(&windows)))?;
        }
    }
    if hours.asks_for_holidays() && args.country.is_none() && !context.out.json() {
        context
            .out
            .line("The hours differ on holidays, which are not known without --country.")?;
    }
    if hours.is_mended() && !context.out.json() {
        context
            .out
            .line("The text was not quite right; this is how it was read.")?;
    }
    Ok(())
}

fn into_cli_error(error: WindowError) -> CliError {
    match error {
        WindowError::Holidays(outside) => CliError::bad_input("outside_calendar", outside.to_string())
            .with("day", outside.date.to_string())
            .with("first_year", outside.first_year)
            .with("last_year", outside.last_year),
        WindowError::Year | WindowError::Unevaluable => CliError::bad_input("bad_hours", error.to_string()),
    }
}

fn windows_text(windows: &[OpenWindow]) -> String {
    let clock = |s: u32| format!("{:02}:{:02}", s / 3_600, s / 60 % 60);
    let one = |w: &OpenWindow| {
        let perhaps = if w.certain { "" } else { " perhaps" };
        format!("{}-{}{perhaps}", clock(w.from_s), clock(w.until_s))
    };
    let all: Vec<String> = windows.iter().map(one).collect();
    if all.is_empty() {
        "closed".to_owned()
    } else {
        all.join(", ")
    }
}
