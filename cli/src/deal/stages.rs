//! `deal stages` and `deal why`: where a deal stands and what it still needs.

use std::fmt::Write;

use fieldbook_core::book::DealStanding;
use fieldbook_core::sales::gate::Outcome;
use fieldbook_core::sales::pack::Stage;
use serde_json::{Value, json};

use super::{DealOf, print_verdict, unmet_line, verdict_json};
use crate::context::Context;
use crate::error::CliError;

/// Show the stages of a deal's process, where it stands, and which gates are open
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook deal stages 019ab0f2-7c1e-7000-8000-000000000001")]
pub(super) struct StagesArgs {
    #[command(flatten)]
    of: DealOf,
}

/// List what a deal still needs to move to a stage, over all stages between
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook deal why 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook deal why 019ab0f2-7c1e-7000-8000-000000000001 won")]
pub(super) struct WhyArgs {
    #[command(flatten)]
    of: DealOf,
    /// To which stage [default: the next one]
    stage: Option<String>,
}

pub(super) fn stages(context: &mut Context, args: &StagesArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let standing = book.deal_standing(args.of.id, &args.of.by.view(context))?;
    let language = args.of.by.language();
    if context.out.json() {
        let json = standing_json(context, &standing, &language);
        return context.out.value(&json);
    }
    let title = standing.deal.title().to_owned();
    let Some(installed) = &standing.process else {
        let why = standing
            .process_missing
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default();
        let stage = standing
            .path
            .last()
            .map_or("no stage", |stay| stay.stage.as_str());
        context.out.heading(&format!("{title}: {stage}"))?;
        return context.out.line(&format!("{why}; sync, then look again"));
    };
    let process = &installed.process;
    context.out.heading(&format!(
        "{title}: {} ({})",
        process.titles.get(&language),
        process.id()
    ))?;
    for stage in process.all_stages() {
        let line = stage_line(context, &standing, stage, &language);
        context.out.line(&line)?;
    }
    for unmet in &standing.no_longer_meets {
        context.out.line(&format!(
            "no longer meets stage {}: {}",
            unmet.stage,
            unmet_line(unmet, &language)
        ))?;
    }
    for (id, stage) in &standing.losing {
        context.out.line(&format!(
            "a move to {stage} was made at the same time and lost: fieldbook deal settle {} {id}",
            standing.deal.id
        ))?;
    }
    Ok(())
}

/// A line about one stage: whether the deal is or was there, for how long, and whether its gate is open.
fn stage_line(context: &Context, standing: &DealStanding, stage: &Stage, language: &str) -> String {
    let stays = standing.path.iter().filter(|stay| stay.stage == stage.id);
    let days: i64 = stays
        .clone()
        .map(|stay| {
            let until_ms = stay.until_ms.unwrap_or_else(|| context.now_ms());
            (context.zone.day(until_ms) - context.zone.day(stay.from_ms)).num_days()
        })
        .sum();
    let here = standing.path.last().is_some_and(|stay| stay.stage == stage.id);
    let was = stays.count() > 0;
    let mark = if here {
        ">"
    } else if was {
        "x"
    } else {
        " "
    };
    let mut line = format!("{mark} {}  {}", stage.id, stage.titles.get(language));
    if was && stage.end.is_none() {
        let _ = write!(line, "  {days} d");
    }
    if here && standing.is_overdue() {
        let _ = write!(
            line,
            "  overdue: {} d allowed",
            standing.dwell_days.unwrap_or_default()
        );
    }
    let gate = standing.next.iter().find(|verdict| verdict.to == stage.id);
    line += gate.map_or("", |verdict| match verdict.outcome {
        Outcome::Met => "  open",
        Outcome::Missing => "  shut",
        Outcome::Unknown => "  unknown here",
    });
    line
}

fn standing_json(context: &Context, standing: &DealStanding, language: &str) -> Value {
    let zone = context.zone;
    let path: Vec<Value> = standing
        .path
        .iter()
        .map(|stay| {
            json!({
                "stage": stay.stage, "rank": stay.rank, "end": stay.end.map(fieldbook_core::model::DealEnd::name),
                "pack": stay.pack, "from": zone.rfc3339(stay.from_ms), "until": stay.until_ms.map(|ms| zone.rfc3339(ms)),
            })
        })
        .collect();
    let stages: Option<Vec<Value>> = standing.process.as_ref().map(|installed| {
        let stages = installed.process.all_stages();
        stages
            .map(|stage| json!({ "id": stage.id, "rank": stage.rank, "title": stage.titles.get(language) }))
            .collect()
    });
    json!({
        "id": standing.deal.id.to_string(), "name": standing.deal.title(),
        "stage": standing.path.last().map(|stay| stay.stage.as_str()),
        "pack": standing.process.as_ref().map(|installed| installed.process.id().to_string()),
        "pack_missing": standing.process_missing.as_ref().map(ToString::to_string),
        "stages": stages, "path": path,
        "days_in_stage": standing.days_in_stage, "dwell_days": standing.dwell_days, "overdue": standing.is_overdue(),
        "no_longer_meets": standing.no_longer_meets,
        "losing": standing.losing.iter().map(|(id, stage)| json!({ "move": id, "stage": stage })).collect::<Vec<_>>(),
        "next": standing.next.iter().map(verdict_json).collect::<Vec<_>>(),
    })
}

pub(super) fn why(context: &mut Context, args: &WhyArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let view = args.of.by.view(context);
    let language = args.of.by.language();
    let stage = match &args.stage {
        Some(stage) => stage.clone(),
        None => next_stage(&book.deal_standing(args.of.id, &view)?)?,
    };
    let verdict = book.needs_until(args.of.id, &stage, &view)?;
    if context.out.json() {
        return context.out.value(&verdict_json(&verdict));
    }
    let from = verdict.from.as_deref().unwrap_or("no stage");
    context
        .out
        .heading(&format!("{from} -> {} by {}", verdict.to, verdict.pack))?;
    print_verdict(context, &verdict, &language)
}

/// The stage that comes next, or the end that is won behind the last one.
fn next_stage(standing: &DealStanding) -> Result<String, CliError> {
    let Some(installed) = &standing.process else {
        let missing = standing.process_missing.as_ref().map(ToString::to_string);
        return Err(CliError::refused("pack_missing", missing.unwrap_or_default()));
    };
    let stay = standing.path.last();
    if stay.is_some_and(|stay| stay.end.is_some()) {
        return Err(CliError::refused(
            "deal_closed",
            "the deal is closed; name the stage to reopen it in",
        ));
    }
    let rank = stay.map(|stay| stay.rank);
    let process = &installed.process;
    let next = process
        .stages
        .iter()
        .find(|stage| rank.is_none_or(|rank| stage.rank > rank));
    let won = || {
        process
            .ends
            .iter()
            .find(|s| s.end == Some(fieldbook_core::model::DealEnd::Won))
    };
    let next = next.or_else(won);
    Ok(next.expect("a process has an end that is won").id.clone())
}
