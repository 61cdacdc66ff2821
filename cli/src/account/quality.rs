//! `quality`: how complete, fresh and plausible records are.

use fieldbook_core::book::RecordQuality;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Kind;
use fieldbook_core::sales::account::Implausible;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::kinds;
use crate::review::finding_text;
use crate::table::{Column, Table};

/// Show how complete, fresh and plausible records are, the worst first, and what to mend
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook quality
  fieldbook quality contact --limit 10
  fieldbook quality --of 019ab0f2-7c1e-7000-8000-000000000001")]
pub(crate) struct QualityArgs {
    #[arg(help = kinds::one_of(str::to_owned))]
    kind: Option<Kind>,
    /// One record
    #[arg(long, value_name = "ID", conflicts_with = "kind")]
    of: Option<RecordId>,
    /// At most so many records
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

/// The kinds of which fields are wanted.
const KINDS: [Kind; 7] = [
    Kind::Account,
    Kind::Site,
    Kind::Contact,
    Kind::Opportunity,
    Kind::Visit,
    Kind::Task,
    Kind::Lead,
];

pub(crate) fn quality(context: &mut Context, args: &QualityArgs) -> Result<(), CliError> {
    let zone = context.zone.rules().clone();
    let book = context.book()?;
    if let Some(id) = args.of {
        let found = book.record_quality(id, &zone)?;
        return context.out.either_lines(&to_json(&found), &to_lines(&found));
    }
    if let Some(kind) = args.kind {
        let found = book.record_qualities(kind, &zone)?;
        return worst(context, &found, args.limit);
    }
    let mut table = Table::new(&[
        Column::text("RECORDS"),
        Column::number("COUNT"),
        Column::number("MEAN"),
        Column::number("WHOLE"),
        Column::number("STALE"),
        Column::number("DOUBTFUL"),
        Column::text("MOST OFTEN MISSING"),
    ]);
    for kind in KINDS {
        let found = book.record_qualities(kind, &zone)?;
        let summary = Summary::of(&found);
        if context.out.json() {
            context.out.value(&json!({
                "kind": kind.name(), "count": summary.count, "mean": summary.mean(), "whole": summary.whole,
                "stale": summary.stale, "doubtful": summary.doubtful, "missing": summary.missing,
            }))?;
        } else if summary.count > 0 {
            let missing: Vec<String> = summary
                .missing
                .iter()
                .take(2)
                .map(|(field, n)| format!("{field} ({n})"))
                .collect();
            table.row(&[
                kinds::plural(kind.name()),
                summary.count.to_string(),
                summary.mean().map_or_else(String::new, |mean| mean.to_string()),
                summary.whole.to_string(),
                summary.stale.to_string(),
                summary.doubtful.to_string(),
                missing.join(", "),
            ]);
        }
    }
    if context.out.json() {
        return Ok(());
    }
    context.out.table(&table)
}

/// The records of one kind, counted.
struct Summary {
    count: usize,
    sum: usize,
    whole: usize,
    stale: usize,
    doubtful: usize,
    /// Fields with the records that lack them, the most first.
    missing: Vec<(&'static str, usize)>,
}

impl Summary {
    fn of(found: &[RecordQuality]) -> Summary {
        let is_stale = |found: &&RecordQuality| {
            let quality = &found.quality;
            quality
                .age_days
                .zip(quality.fresh_days)
                .is_some_and(|(age, fresh)| age > fresh)
        };
        let mut missing: Vec<(&'static str, usize)> = Vec::new();
        for field in found.iter().flat_map(|found| &found.quality.missing) {
            match missing.iter_mut().find(|(known, _)| known == field) {
                Some((_, n)) => *n += 1,
                None => missing.push((field, 1)),
            }
        }
        missing.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        Summary {
            count: found.len(),
            sum: found.iter().map(|found| usize::from(found.quality.score)).sum(),
            whole: found
                .iter()
                .filter(|found| found.quality.missing.is_empty())
                .count(),
            stale: found.iter().filter(is_stale).count(),
            doubtful: found
                .iter()
                .filter(|found| !found.quality.implausible.is_empty())
                .count(),
            missing,
        }
    }

    fn mean(&self) -> Option<usize> {
        (self.sum + self.count / 2).checked_div(self.count)
    }
}

fn worst(context: &mut Context, found: &[RecordQuality], limit: usize) -> Result<(), CliError> {
    for one in found.iter().take(limit) {
        context.out.either_lines(&to_json(one), &to_lines(one))?;
    }
    if context.out.json() {
        return Ok(());
    }
    match found.len() {
        0 => context.out.line("No records."),
        all if all > limit => context
            .out
            .line(&format!("{} more with --limit {all}", all - limit)),
        _ => Ok(()),
    }
}

fn to_lines(found: &RecordQuality) -> Vec<String> {
    let quality = &found.quality;
    let record = &found.record;
    let mut lines = vec![format!(
        "{:>3}  {} ({})  {}",
        quality.score,
        record.title(),
        record.kind.name(),
        record.id
    )];
    if !quality.missing.is_empty() {
        lines.push(format!(
            "     {} of {} missing: {}",
            quality.missing.len(),
            quality.wanted,
            quality.missing.join(", ")
        ));
    }
    if let Some((age, fresh)) = quality.age_days.zip(quality.fresh_days)
        && age > fresh
    {
        lines.push(format!("     not touched for {age} days, fresh until {fresh}"));
    }
    let doubts = quality.implausible.iter().map(implausible_text);
    lines.extend(doubts.map(|doubt| format!("     {doubt}")));
    lines
}

fn implausible_text(doubt: &Implausible) -> String {
    match doubt {
        Implausible::Found { finding } => finding_text(finding),
        Implausible::Placeholder { field } => format!("its {field} is a placeholder"),
        Implausible::NoEmail { field } => format!("its {field} is no email address"),
        Implausible::ShortNumber { field } => format!("its {field} has fewer than six digits"),
        Implausible::NullIsland => "its position is 0, 0".to_owned(),
        Implausible::NoAmount => "its amount is nothing or less".to_owned(),
        Implausible::StrangeDay { field } => {
            format!("its {field} lies before 1990 or more than ten years ahead")
        }
    }
}

fn to_json(found: &RecordQuality) -> Value {
    let mut json = serde_json::to_value(&found.quality).unwrap_or_default();
    json["id"] = found.record.id.to_string().into();
    json["kind"] = found.record.kind.name().into();
    json["title"] = found.record.title().into();
    json
}
