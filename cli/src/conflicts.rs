//! `conflicts`, `history`, `restore`: concurrent values with their authors, past changes, and restoring a value.

use fieldbook_core::book::PAGE_MAX;
use fieldbook_core::ids::{ChangeHash, RecordId};

use crate::context::Context;
use crate::error::CliError;
use crate::rows::Names;
use crate::{json, merge, show};

/// Show values that lost against others written at the same time
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook conflicts\n  fieldbook restore ID FIELD --to CHANGE")]
pub(crate) struct ConflictsArgs {
    /// Of how many records, 1 to 100
    #[arg(long, value_name = "N", default_value_t = PAGE_MAX)]
    limit: u32,
    /// Continue behind this record
    #[arg(long, value_name = "ID")]
    after: Option<RecordId>,
}

/// Show who wrote what into a record, the oldest first
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook history 019ab0f2-7c1e-7000-8000-000000000001")]
pub(crate) struct HistoryArgs {
    /// Which record
    id: RecordId,
}

/// Write a field again as a change wrote it: the losing side of a conflict, or an older value
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook restore 019ab0f2-7c1e-7000-8000-000000000001 phone --to 5f0c...\n\n\
    `conflicts` and `history` print the changes."
)]
pub(crate) struct RestoreArgs {
    /// Which record
    id: RecordId,
    /// Which field
    field: String,
    /// Which change, 64 hexadecimal digits
    #[arg(long, value_name = "CHANGE", value_parser = change)]
    to: ChangeHash,
}

fn change(text: &str) -> Result<ChangeHash, &'static str> {
    text.parse()
        .map_err(|_| "a change has 64 hexadecimal digits; `conflicts` and `history` print them")
}

pub(crate) fn conflicts(context: &mut Context, args: &ConflictsArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let found = book.conflicts(args.after, args.limit)?;
    let zone = context.zone;
    if context.out.json() {
        let mut lines = found.iter().map(|lost| json::conflict(lost, zone));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    if found.is_empty() {
        context.out.line("No conflicts.")?;
        return merge::hint(context, &book);
    }
    let mut names = Names::new(&book);
    for lost in &found {
        let shown = show::field(context, &lost.field, &lost.shown, &mut names)?;
        let value = show::field(context, &lost.field, &lost.lost, &mut names)?;
        context
            .out
            .heading(&format!("{} ({}), {}", lost.title, lost.kind, lost.field))?;
        context.out.line(&format!("  shown    {shown}"))?;
        let when = zone.minute(lost.lost_at_ms);
        context
            .out
            .line(&format!("  lost     {value}  ({}, {when})", lost.lost_by))?;
        let (record, field, change) = (lost.record, &lost.field, lost.change);
        context.out.line(&format!(
            "  restore  fieldbook restore {record} '{field}' --to {change}"
        ))?;
    }
    merge::hint(context, &book)
}

pub(crate) fn history(context: &mut Context, args: &HistoryArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let kind = book.record(args.id)?.kind;
    let changes = book.history(args.id)?;
    let zone = context.zone;
    if context.out.json() {
        let mut lines = changes.iter().map(|entry| json::change(kind, entry, zone));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    let mut names = Names::new(&book);
    for entry in &changes {
        context
            .out
            .heading(&format!("{} {}", zone.minute(entry.at_ms), entry.by))?;
        for (key, value) in &entry.fields.0 {
            let text = show::field(context, key, value, &mut names)?;
            context.out.line(&format!("  {key} = {text}"))?;
        }
        context.out.line(&format!("  change {}", entry.change))?;
    }
    Ok(())
}

pub(crate) fn restore(context: &mut Context, args: &RestoreArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let record = book.restore(args.id, &args.field, args.to)?;
    show::print(context, &book, &record)
}
