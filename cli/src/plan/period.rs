//! `plan period`: several weeks planned from the book, as JSON and as a table. The options of a day are in `day`.

use fieldbook_core::book::{Candidate, PlanFormat, PlanPeriodRequest, PlannedPeriod};
use fieldbook_core::plan::PlannedVisit;
use serde_json::{Value, json};

use super::day::{DayOptions, candidate_json};
use super::{page, travel};
use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};
use fieldbook_format::{count, time_of_day};

/// Most customers seen less often than wanted that are listed for people.
const LEFT_OUT_SHOWN: usize = 10;

/// Plan several weeks from the book, each customer as often as its cadence wants
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Saturdays, Sundays and the public holidays of --country are days off. Each customer's cadence is its field
visit_every_days, else that of its tier (fieldbook tier list).

Examples:
  fieldbook plan period --days 14 --date 2026-11-23 --candidates 200 --budget-ms 2000
  fieldbook plan period --days 5 --date 2026-11-23 --page week.html --save
  fieldbook plan period --days 5 --date 2026-11-23 --format geojson > week.geojson")]
pub(crate) struct PeriodArgs {
    /// How many days of the calendar, 1 to 28
    #[arg(long, value_name = "N")]
    days: u32,
    #[command(flatten)]
    options: DayOptions,
    /// Write geojson, gpx or ics instead
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<PlanFormat>)]
    format: Option<PlanFormat>,
    /// Write a page with a map of all days, and each day's map and list, to look at in a browser
    #[arg(long, value_name = "FILE.html")]
    page: Option<std::path::PathBuf>,
    /// Write the plan into the book, as planned visits
    #[arg(long)]
    save: bool,
}

pub(crate) fn period(context: &mut Context, args: &PeriodArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let request = PlanPeriodRequest {
        day: args.options.request(context)?,
        days: args.days,
    };
    let planned = book.plan_period(&request)?;
    if args.save {
        book.keep_period(&planned)?;
    }
    if let Some(path) = &args.page {
        page::write_period(&planned, path)?;
    }
    if let Some(format) = args.format {
        return Ok(planned.export(format, context.out.raw())?);
    }
    if context.out.json() {
        let value = to_json(&planned);
        return context.out.value(&value);
    }
    print_table(context, &planned)?;
    print_summary(context, &planned)?;
    if args.save {
        context.out.line("The visits are in the book.")?;
    }
    Ok(())
}

/// Prints the visits as a table, the date beside the first one of each day.
fn print_table(context: &mut Context, planned: &PlannedPeriod) -> Result<(), CliError> {
    let columns = ["DAY", "START", "ACCOUNT"];
    let mut table = Table::new(&columns.map(Column::whole));
    for (date, visits) in planned.days() {
        for (n, (candidate, visit)) in visits.iter().enumerate() {
            let day = if n == 0 {
                date.format("%a %Y-%m-%d").to_string()
            } else {
                String::new()
            };
            table.row(&[
                day,
                time_of_day(visit.start_s),
                candidate.account.title().to_owned(),
            ]);
        }
    }
    context.out.table(&table)
}

/// Prints the totals and the first customers who are seen less often than wanted.
fn print_summary(context: &mut Context, planned: &PlannedPeriod) -> Result<(), CliError> {
    let visits: usize = planned.days().map(|(_, visits)| visits.len()).sum();
    context.out.line(&format!(
        "{} worth {} on {}.",
        count(visits as u64, "visit", "visits"),
        planned.plan.value,
        count(planned.days().count() as u64, "day", "days")
    ))?;
    context.out.line(&format!("Travel: {}.", planned.travel))?;
    let visited = planned
        .days()
        .flat_map(|(_, visits)| visits)
        .map(|(candidate, _)| candidate);
    super::day::print_doubtful_hours(context, visited)?;
    for (candidate, unmet) in planned.left_out().take(LEFT_OUT_SHOWN) {
        context.out.line(&format!(
            "  {}: {} of {}: {}",
            candidate.account.title(),
            unmet.planned,
            count(unmet.wanted as u64, "visit", "visits"),
            unmet.reason
        ))?;
    }
    Ok(())
}

/// The plan for programs.
fn to_json(planned: &PlannedPeriod) -> Value {
    let visit = |(candidate, visit): &(&Candidate, &PlannedVisit)| {
        let mut value = candidate_json(candidate);
        value["arrive_s"] = visit.arrive_s.into();
        value["start_s"] = visit.start_s.into();
        value["leave_s"] = visit.leave_s.into();
        value
    };
    let days = planned.days().map(|(date, visits)| {
        json!({ "date": date.to_string(), "visits": visits.iter().map(visit).collect::<Vec<_>>() })
    });
    let travel = travel::to_json(&planned.travel);
    json!({ "days": days.collect::<Vec<_>>(), "travel": travel, "plan": planned.plan })
}
