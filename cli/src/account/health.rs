//! `health`: how well accounts are, who left, and the tasks that win them back.

use fieldbook_core::book::AccountHealth;
use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::account::{Churn, HealthGrade};
use fieldbook_format::count;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show how well accounts are and why, who left by their own rhythm, and make tasks to win them back
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook health
  fieldbook health 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook health --left
  fieldbook health --win-back")]
pub(crate) struct HealthArgs {
    /// Which account, with all its reasons [default: all accounts, the worst first]
    id: Option<RecordId>,
    /// Only accounts that left
    #[arg(long, conflicts_with = "id")]
    left: bool,
    /// Make a task for each account that left lately, once on all devices
    #[arg(long, conflicts_with_all = ["id", "left"])]
    win_back: bool,
    /// At most so many accounts
    #[arg(long, value_name = "N", default_value_t = 30)]
    limit: usize,
}

pub(crate) fn health(context: &mut Context, args: &HealthArgs) -> Result<(), CliError> {
    let zone = context.zone.rules().clone();
    if args.win_back {
        return win_back(context);
    }
    if let Some(id) = args.id {
        let found = context.book()?.account_health(id, &zone)?;
        return show(context, &found);
    }
    let mut found = context.book()?.account_healths(&zone)?;
    let summary = summary(&found);
    if args.left {
        found.retain(|account| matches!(account.churn, Churn::Left { .. }));
    }
    let all = found.len();
    found.truncate(args.limit);
    if context.out.json() {
        return found
            .iter()
            .try_for_each(|account| context.out.value(&to_json(account)));
    }
    if found.is_empty() {
        return context.out.line("No accounts.");
    }
    let mut table = Table::new(&[
        Column::text("ACCOUNT"),
        Column::number("HEALTH"),
        Column::text("RHYTHM"),
        Column::text("WEAK AT"),
        Column::whole("ID"),
    ]);
    for account in &found {
        table.row(&[
            account.account.title().to_owned(),
            account
                .health
                .score
                .map_or_else(|| "-".to_owned(), |score| score.to_string()),
            churn_text(&account.churn),
            losses(account),
            account.account.id.to_string(),
        ]);
    }
    context.out.heading(&summary)?;
    context.out.table(&table)?;
    if all > found.len() {
        context
            .out
            .line(&format!("{} more with --limit {all}", all - found.len()))?;
    }
    Ok(())
}

fn summary(found: &[AccountHealth]) -> String {
    let of = |grade: Option<HealthGrade>| {
        found
            .iter()
            .filter(|account| account.health.grade == grade)
            .count()
    };
    let state = |state: &str| {
        found
            .iter()
            .filter(|account| account.churn.state() == state)
            .count()
    };
    format!(
        "{} accounts: {} well, {} to watch, {} poorly, {} unknown; {} left, {} at risk",
        found.len(),
        of(Some(HealthGrade::Good)),
        of(Some(HealthGrade::Watch)),
        of(Some(HealthGrade::Poor)),
        of(None),
        state("left"),
        state("at_risk")
    )
}

/// The parts that lost points, those that lost the most first.
fn losses(account: &AccountHealth) -> String {
    let mut lost: Vec<(u16, String)> = account
        .health
        .reasons
        .iter()
        .filter_map(|reason| {
            let lost = reason.of - reason.points?;
            let part = serde_json::to_value(reason.part).ok()?;
            (lost > 0).then(|| (lost, format!("{} -{lost}", part.as_str().unwrap_or_default())))
        })
        .collect();
    lost.sort_by_key(|(lost, _)| std::cmp::Reverse(*lost));
    let lost: Vec<String> = lost.into_iter().map(|(_, text)| text).collect();
    lost.join(", ")
}

fn churn_text(churn: &Churn) -> String {
    match churn {
        Churn::NotEnough { .. } => "-".to_owned(),
        Churn::Active(rhythm) => format!("every {} d", rhythm.days),
        Churn::AtRisk(rhythm) => format!("at risk, {} d silent", rhythm.silent_days),
        Churn::Left { rhythm, .. } => format!("left, {} d silent", rhythm.silent_days),
    }
}

fn grade_text(grade: Option<HealthGrade>) -> &'static str {
    match grade {
        Some(HealthGrade::Good) => "well",
        Some(HealthGrade::Watch) => "to watch",
        Some(HealthGrade::Poor) => "poorly",
        None => "too little is known",
    }
}

fn show(context: &mut Context, found: &AccountHealth) -> Result<(), CliError> {
    let score = found
        .health
        .score
        .map_or_else(String::new, |score| format!("{score} of 100, "));
    let mut lines = vec![
        format!("{}  {}", found.account.title(), found.account.id),
        format!("  health  {score}{}", grade_text(found.health.grade)),
    ];
    for reason in &found.health.reasons {
        let points = reason
            .points
            .map_or_else(|| " -".to_owned(), |points| format!("{points:>2}"));
        lines.push(format!("    {points} of {:>2}  {}", reason.of, reason.says));
    }
    lines.push(format!("  churn   {}", churn_line(&found.churn)));
    context.out.either_lines(&to_json(found), &lines)
}

fn churn_line(churn: &Churn) -> String {
    match churn {
        Churn::NotEnough { .. } => churn.sentence(),
        Churn::Active(_) => format!("none: {}", churn.sentence()),
        Churn::AtRisk(_) => format!("at risk: {}", churn.sentence()),
        Churn::Left { since, .. } => format!("left on {since}: {}", churn.sentence()),
    }
}

fn to_json(found: &AccountHealth) -> Value {
    let mut churn = serde_json::to_value(found.churn).unwrap_or_default();
    churn["says"] = found.churn.sentence().into();
    json!({
        "id": found.account.id.to_string(), "name": found.account.title(), "tier": found.tiered.tier,
        "score": found.health.score, "grade": found.health.grade, "reasons": found.health.reasons, "churn": churn,
    })
}

fn win_back(context: &mut Context) -> Result<(), CliError> {
    let report = context.book()?.win_back()?;
    let made: Vec<Value> = report
        .made
        .iter()
        .map(|task| json!({ "id": task.id.to_string(), "name": task.title(), "due_on": task.fields.text("due_on") }))
        .collect();
    let json = json!({ "made": made, "known": report.known, "long_ago": report.long_ago });
    let mut lines: Vec<String> = report
        .made
        .iter()
        .map(|task| {
            let due = task.fields.text("due_on").unwrap_or_default();
            format!("{due}  {}  {}", task.title(), task.id)
        })
        .collect();
    lines.push(format!(
        "{} made, {} had one, {} left too long ago for one",
        count(report.made.len() as u64, "task", "tasks"),
        report.known,
        report.long_ago
    ));
    context.out.either_lines(&json, &lines)
}
