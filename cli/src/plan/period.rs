//! `plan period`: several weeks planned from the book.

use fieldbook_core::book::{Candidate, PlanPeriodRequest, PlannedPeriod};
use fieldbook_core::plan::PlannedVisit;
use serde_json::{Value, json};

use super::day::{WhichDay, about};
use crate::context::Context;
use crate::fault::Fault;
use crate::table::{Column, Table};
use crate::words::{count, time_of_day};

/// How many of those seen less often than wanted are listed for people.
const LEFT_OUT_SHOWN: usize = 10;

/// Plan several weeks from the book, each customer as often as its cadence wants
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Saturdays, Sundays and the public holidays of --country are days off. Each customer's cadence is its field
visit_every_days.

Example:
  fieldbook plan period --days 14 --date 2026-11-23 --candidates 200 --budget-ms 2000")]
pub(crate) struct PeriodArgs {
    /// How many days of the calendar, 1 to 28
    #[arg(long, value_name = "N")]
    days: u32,
    #[command(flatten)]
    which: WhichDay,
}

pub(crate) fn period(context: &mut Context, args: &PeriodArgs) -> Result<(), Fault> {
    let book = context.book()?;
    let request = PlanPeriodRequest {
        day: args.which.request(context)?,
        days: args.days,
    };
    let planned = book.plan_period(&request)?;
    if context.out.json() {
        let value = value(&planned);
        return context.out.value(&value);
    }
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
    context.out.table(&table)?;
    let visits: usize = planned.days().map(|(_, visits)| visits.len()).sum();
    context.out.line(&format!(
        "{} worth {} on {}.",
        count(visits as u64, "visit", "visits"),
        planned.plan.value,
        count(planned.days().count() as u64, "day", "days")
    ))?;
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

fn value(planned: &PlannedPeriod) -> Value {
    let visit = |(candidate, visit): &(&Candidate, &PlannedVisit)| {
        let mut value = about(candidate);
        value["arrive_s"] = visit.arrive_s.into();
        value["start_s"] = visit.start_s.into();
        value["leave_s"] = visit.leave_s.into();
        value
    };
    let days = planned.days().map(|(date, visits)| {
        json!({ "date": date.to_string(), "visits": visits.iter().map(visit).collect::<Vec<_>>() })
    });
    json!({ "days": days.collect::<Vec<_>>(), "plan": planned.plan })
}
