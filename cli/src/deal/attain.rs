//! `attain`: how far the quota of a quarter is reached, and what happened in each period.

use fieldbook_core::book::QuotaAttainment;
use fieldbook_core::model::Money;
use fieldbook_core::sales::stats::{Attainment, Group, PeriodLength, PeriodMetrics};
use serde_json::json;

use super::forecast::QuarterArgs;
use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show how far the quota of the quarter is reached, the pace it needs, and what happened month by month
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook attain --quota '500000 EUR'
  fieldbook attain --quarter 2026Q4 --quota '500000 EUR' --owner 'Ada Palmer'
  fieldbook attain --by week --periods 8")]
pub(crate) struct AttainArgs {
    #[command(flatten)]
    quarter: QuarterArgs,
    /// The amount to reach; without it only the periods are shown
    #[arg(long, value_name = "MONEY")]
    quota: Option<Money>,
    /// Only the deals and visits of this owner
    #[arg(long, value_name = "NAME")]
    owner: Option<String>,
    /// The periods that are compared
    #[arg(long, value_name = "PERIOD", default_value = "month", value_parser = ["week", "month", "quarter"])]
    by: String,
    /// The number of periods, the running one among them
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=60))]
    periods: u32,
}

pub(crate) fn attain(context: &mut Context, args: &AttainArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let zone = context.zone.rules().clone();
    let today = context.zone.day(context.now_ms());
    let window = args.quarter.window(today);
    let group = args.owner.clone().map_or(Group::Company, Group::Owner);
    let length = match args.by.as_str() {
        "week" => PeriodLength::Week,
        "quarter" => PeriodLength::Quarter,
        _ => PeriodLength::Month,
    };
    let attained = match args.quota {
        Some(quota) => Some(book.attainment(window, quota, &group, &zone)?),
        None => None,
    };
    let periods = book.period_metrics(length, args.periods, args.quarter.fiscal_start, &group, &zone)?;
    if context.out.json() {
        let known = match &attained {
            Some(QuotaAttainment::Known(known)) => serde_json::to_value(known.as_ref()).unwrap_or_default(),
            _ => serde_json::Value::Null,
        };
        return context.out.value(&json!({
            "from": window.from, "until": window.until, "as_of": today, "scope": "own_book", "owner": args.owner,
            "quota": args.quota.map(|quota| quota.to_string()), "attainment": known, "periods": periods,
        }));
    }
    let until = window.until.pred_opt().unwrap_or(window.until);
    context
        .out
        .heading(&format!("{} to {until}, own book as of {today}", window.from))?;
    match (&attained, args.quota) {
        (Some(QuotaAttainment::Known(known)), _) => {
            for line in attainment_lines(known) {
                context.out.line(&line)?;
            }
        }
        (Some(QuotaAttainment::NoDealInCurrency), Some(quota)) => {
            context.out.line(&format!(
                "no deal is in {}: the quota is not compared",
                quota.currency
            ))?;
        }
        _ => {}
    }
    context.out.table(&periods_table(&periods))
}

fn attainment_lines(known: &Attainment) -> Vec<String> {
    let (over, all) = known.days;
    let mut lines = vec![
        format!(
            "booked    {} of {}, {} %; {over} of {all} days are over, {} %",
            known.booked, known.quota, known.attained_percent, known.elapsed_percent
        ),
        format!(
            "forecast  {} % of the quota; it is reached in {:.0} of 100 cases",
            known.forecast_percent,
            known.odds * 100.0
        ),
    ];
    if known.missing.minor > 0 {
        let so_far = known
            .booked_a_week
            .map_or_else(String::new, |booked| format!(", {booked} a week so far"));
        lines.push(match known.missing_a_week {
            Some(a_week) => format!("missing   {}: {a_week} a week{so_far}", known.missing),
            None => format!("missing   {}, and the quarter is over", known.missing),
        });
    }
    lines
}

fn periods_table(periods: &[PeriodMetrics]) -> Table {
    let mut table = Table::new(&[
        Column::whole("FROM"),
        Column::number("OPENED"),
        Column::number("WON"),
        Column::number("LOST"),
        Column::text("MONEY WON"),
        Column::number("CYCLE D"),
        Column::number("VISITS"),
        Column::number("ACCOUNTS"),
        Column::whole("STATE"),
    ]);
    for period in periods {
        table.row(&[
            period.from.to_string(),
            period.opened.to_string(),
            period.won.to_string(),
            period.lost.to_string(),
            period.money.join(" + "),
            period
                .cycle_days
                .map_or_else(|| "-".to_owned(), |days| days.to_string()),
            period.visits.to_string(),
            period.accounts_visited.to_string(),
            if period.is_over { "" } else { "so far" }.to_owned(),
        ]);
    }
    table
}
