//! `diagnose`: four questions of a manager, each answered with its counts.

use fieldbook_core::sales::stats::{Diagnosis, DiagnosisAnswer};
use serde_json::json;

use super::ProcessOf;
use crate::context::Context;
use crate::error::CliError;

/// Answer where deals are lost: late follow-up, time without customers, slow teams, weak stages; with the counts
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook diagnose\n  fieldbook diagnose --process project-sale@1")]
pub(crate) struct DiagnoseArgs {
    #[command(flatten)]
    by: ProcessOf,
}

pub(crate) fn diagnose(context: &mut Context, args: &DiagnoseArgs) -> Result<(), CliError> {
    let found = context.book()?.diagnose(&args.by.view(context))?;
    let language = args.by.language();
    if context.out.json() {
        return context.out.value(&json!({
            "pack": found.process.process.id().to_string(), "from": found.from, "until": found.until,
            "scope": "own_book", "answers": found.answers,
        }));
    }
    context.out.heading(&format!(
        "{} to {}, own book, stages of {}",
        found.from,
        found.until,
        found.process.process.id()
    ))?;
    let title = |stage: &String| {
        let known = found.process.process.stage(stage);
        known
            .map_or(stage.as_str(), |known| known.titles.get(&language))
            .to_owned()
    };
    // The stages of which too little is known stand together at the end.
    let (thin, told): (Vec<&Diagnosis>, Vec<&Diagnosis>) = found.answers.iter().partition(|one| {
        one.question == "weak_stage" && matches!(one.answer, DiagnosisAnswer::NotEnough { .. })
    });
    for one in told {
        let answer = match one.answer {
            DiagnosisAnswer::Yes => "YES",
            DiagnosisAnswer::No => "no",
            DiagnosisAnswer::NotEnough { .. } => "-",
        };
        let stage = one.of.first().filter(|_| one.question == "weak_stage").map(title);
        context
            .out
            .line(&format!("{answer:<4} {}", question_text(one, stage.as_deref())))?;
        context.out.line(&format!("     {}", one.says))?;
    }
    if thin.is_empty() {
        return Ok(());
    }
    context
        .out
        .line("-    weak stages of which too little is known")?;
    for one in thin {
        let stage = one.of.first().map(title).unwrap_or_default();
        context.out.line(&format!("     {stage}: {}", one.says))?;
    }
    Ok(())
}

fn question_text(one: &Diagnosis, stage: Option<&str>) -> String {
    let threshold = one.threshold_percent;
    let question = match one.question {
        "late_follow_up" => format!("lost by late follow-up, over {threshold} %"),
        "non_selling_time" => format!("time without customers, over {threshold} % of the day"),
        "cycle_gap" => format!("one owner takes over {threshold} % longer to win than another"),
        _ => format!(
            "{} goes on more than {threshold} points below its benchmark",
            stage.unwrap_or_default()
        ),
    };
    match one.percent {
        Some(percent) if one.question == "weak_stage" => format!("{question}: {percent} points"),
        Some(percent) => format!("{question}: {percent} %"),
        None => question,
    }
}
