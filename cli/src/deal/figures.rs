//! `funnel` and `dwell`: how deals pass the stages of their process, and how long they stay.

use fieldbook_core::book::BookFunnel;
use fieldbook_core::sales::stats::{Dwell, FunnelStage};
use serde_json::{Value, json};

use super::ProcessOf;
use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show how many deals reached each stage, and what share goes on, with the open deals counted rightly
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook funnel\n  fieldbook funnel --process project-sale@1")]
pub(crate) struct FunnelArgs {
    #[command(flatten)]
    by: ProcessOf,
}

/// Show how long deals stay in each stage, with those that still stand there
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook dwell")]
pub(crate) struct DwellArgs {
    #[command(flatten)]
    by: ProcessOf,
}

fn percent(share: Option<f64>) -> String {
    share.map_or_else(|| "-".to_owned(), |share| format!("{:.0} %", share * 100.0))
}

fn days(days: Option<f64>) -> String {
    days.map_or_else(|| "-".to_owned(), |days| format!("{days:.1}"))
}

/// A line about whose deals are counted, and which are not.
fn heading(found: &BookFunnel) -> String {
    let others = match found.others {
        0 => String::new(),
        n => format!("; {n} in other processes or none"),
    };
    format!(
        "{}, {}{others}",
        found.process.process.id(),
        found.funnel.heading()
    )
}

pub(crate) fn funnel(context: &mut Context, args: &FunnelArgs) -> Result<(), CliError> {
    let found = context.book()?.funnel(&args.by.view(context))?;
    if context.out.json() {
        return context.out.value(&funnel_json(&found, &args.by.language()));
    }
    let language = args.by.language();
    let mut table = Table::new(&[
        Column::text("STAGE"),
        Column::number("REACHED"),
        Column::number("WENT ON"),
        Column::number("LOST"),
        Column::number("OPEN"),
        Column::number("IN 90 D"),
    ]);
    for stage in &found.funnel.stages {
        let conversion = &stage.conversion;
        let title = found
            .process
            .process
            .stage(&stage.stage)
            .map(|s| s.titles.get(&language));
        table.row(&[
            title.unwrap_or(&stage.stage).to_owned(),
            conversion.reached.to_string(),
            conversion.passed.to_string(),
            conversion.lost.to_string(),
            conversion.open.to_string(),
            percent(conversion.within_horizon.map(|estimate| estimate.value)),
        ]);
    }
    context.out.heading(&heading(&found))?;
    context.out.table(&table)?;
    let rate = &found.win_rate;
    let thin = if rate.is_thin() {
        ", too few to say much"
    } else {
        ""
    };
    context.out.line(&format!(
        "won {} of {} closed deals; win rate {:.0} % ({:.0} to {:.0} %){thin}",
        rate.won,
        rate.closed,
        rate.rate * 100.0,
        rate.lo * 100.0,
        rate.hi * 100.0
    ))
}

pub(crate) fn dwell(context: &mut Context, args: &DwellArgs) -> Result<(), CliError> {
    let found = context.book()?.funnel(&args.by.view(context))?;
    let language = args.by.language();
    if context.out.json() {
        let mut stages = found.funnel.stages.iter();
        return stages.try_for_each(|stage| context.out.value(&dwell_of_stage_json(stage)));
    }
    let mut table = Table::new(&[
        Column::text("STAGE"),
        Column::number("STAYS"),
        Column::number("STILL THERE"),
        Column::number("MEDIAN D"),
        Column::number("3 OF 4 BY D"),
        Column::number("ALLOWED D"),
    ]);
    for stage in &found.funnel.stages {
        let of_process = found.process.process.stage(&stage.stage);
        let allowed = of_process.and_then(|stage| stage.dwell_days);
        table.row(&[
            of_process
                .map_or(stage.stage.as_str(), |s| s.titles.get(&language))
                .to_owned(),
            stage.dwell.n.to_string(),
            stage.dwell.open.to_string(),
            days(stage.dwell.median_days),
            days(stage.dwell.upper_quartile_days),
            allowed.map_or_else(|| "-".to_owned(), |days| days.to_string()),
        ]);
    }
    context.out.heading(&heading(&found))?;
    context.out.table(&table)
}

fn funnel_json(found: &BookFunnel, language: &str) -> Value {
    let stages: Vec<Value> = found
        .funnel
        .stages
        .iter()
        .map(|stage| {
            let conversion = &stage.conversion;
            let title = found.process.process.stage(&stage.stage).map(|s| s.titles.get(language));
            json!({
                "stage": stage.stage, "title": title, "entries": stage.entries, "standing": stage.standing,
                "reached": conversion.reached, "passed": conversion.passed, "lost": conversion.lost,
                "open": conversion.open, "closed_only": conversion.closed_only,
                "within_horizon": conversion.within_horizon.map(|e| json!({ "value": e.value, "lo": e.lo, "hi": e.hi })),
                "horizon_days": conversion.horizon_days,
            })
        })
        .collect();
    let rate = &found.win_rate;
    json!({
        "pack": found.process.process.id().to_string(), "scope": "own_book", "deals": found.funnel.deals,
        "others": found.others, "stages": stages,
        "win_rate": { "won": rate.won, "closed": rate.closed, "rate": rate.rate, "lo": rate.lo, "hi": rate.hi },
    })
}

fn dwell_of_stage_json(stage: &FunnelStage) -> Value {
    json!({ "stage": stage.stage, "by_stay": dwell_json(&stage.dwell), "by_deal": dwell_json(&stage.dwell_total) })
}

fn dwell_json(dwell: &Dwell) -> Value {
    json!({
        "n": dwell.n, "open": dwell.open, "median_days": dwell.median_days,
        "median_interval_days": [dwell.median_interval_days.0, dwell.median_interval_days.1],
        "upper_quartile_days": dwell.upper_quartile_days, "closed_mean_days": dwell.closed_mean_days,
    })
}
