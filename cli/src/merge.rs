//! `duplicates` and `merge`: records that are in the book twice, and one record of two.

use fieldbook_core::book::{Book, DuplicateGroup, DuplicateReason};
use fieldbook_core::ids::RecordId;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::rows::{Names, table_of};
use crate::{json as forms, show};
use fieldbook_format::count;

/// Show records that are in the book twice
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook duplicates\n  fieldbook merge KEEP DROP")]
pub(crate) struct DuplicatesArgs {
    /// At most this many groups
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// Merge a duplicate into the record that stays, with all that hangs on it
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook merge 019ab0f2-7c1e-7000-8000-000000000001 019ab0f2-7c1e-7000-8000-000000000002
  fieldbook merge --keyed

Sites, contacts, deals, visits, tasks and notes of DROP move to KEEP. KEEP takes the values
that it lacks. DROP is deleted and says what it was merged into; `undelete` brings it back.")]
pub(crate) struct MergeArgs {
    /// The record that stays
    #[arg(required_unless_present = "keyed")]
    keep: Option<RecordId>,
    /// Its duplicates
    #[arg(required_unless_present = "keyed")]
    drop: Vec<RecordId>,
    /// Merge all that have one key of another system, each into the oldest
    #[arg(long, conflicts_with_all = ["keep", "drop"])]
    keyed: bool,
}

pub(crate) fn duplicates(context: &mut Context, args: &DuplicatesArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let groups = book.duplicates(args.limit)?;
    if context.out.json() {
        let lines: Vec<Value> = groups.iter().map(|group| to_json(context, group)).collect();
        return lines.iter().try_for_each(|line| context.out.value(line));
    }
    if groups.is_empty() {
        return context.out.line("No duplicates.");
    }
    let mut names = Names::new(&book);
    for group in &groups {
        let Some((first, others)) = group.records.split_first() else {
            continue;
        };
        let because = match (group.reason, first.fields.text("external_id")) {
            (DuplicateReason::Key, Some(key)) => format!("one key, {key}"),
            _ => "one name, and nothing that tells them apart".to_owned(),
        };
        let title = format!(
            "{} ({}), {} times: {because}",
            first.title(),
            first.kind,
            group.records.len()
        );
        context.out.heading(&title)?;
        let table = table_of(first.kind, &group.records, &mut names, context.zone)?;
        context.out.table(&table)?;
        let others: Vec<String> = others.iter().map(|other| other.id.to_string()).collect();
        let line = format!("  fieldbook merge {} {}", first.id, others.join(" "));
        context.out.line(&line)?;
    }
    if groups.iter().any(|group| group.reason == DuplicateReason::Key) {
        context
            .out
            .line("All that have one key at once: fieldbook merge --keyed")?;
    }
    Ok(())
}

fn to_json(context: &Context, group: &DuplicateGroup) -> Value {
    let records = group.records.iter();
    let records = records.map(|record| Value::Object(forms::record(record, context.zone)));
    json!({ "reason": group.reason.name(), "records": records.collect::<Vec<_>>() })
}

pub(crate) fn merge(context: &mut Context, args: &MergeArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let Some(keep) = args.keep else {
        let merged = book.merge_keyed()?;
        return print_merged(context, &merged, None);
    };
    let (mut moved, mut merged) = (0, Vec::new());
    for drop in &args.drop {
        let done = book.merge(keep, *drop)?;
        moved += done.moved;
        merged.extend(done.merged);
    }
    if context.out.json() {
        let mut object = forms::record(&book.record(keep)?, context.zone);
        object.insert("moved".to_owned(), moved.into());
        object.insert("merged".to_owned(), ids(&merged));
        return context.out.value(&Value::Object(object));
    }
    print_merged(context, &merged, Some(moved))?;
    let kept = book.record(keep)?;
    show::print(context, &book, &kept)
}

fn ids(merged: &[RecordId]) -> Value {
    merged.iter().map(|id| Value::from(id.to_string())).collect()
}

fn print_merged(context: &mut Context, merged: &[RecordId], moved: Option<u32>) -> Result<(), CliError> {
    if context.out.json() {
        return context.out.value(&json!({ "merged": ids(merged) }));
    }
    let records = |n: usize| count(n as u64, "record", "records");
    let moved = moved.map_or(String::new(), |moved| {
        format!(", {} moved", records(moved as usize))
    });
    context
        .out
        .line(&format!("{} merged{moved}.", records(merged.len())))
}

/// Names the number of duplicates, where there are some, below a list that is not about them.
pub(crate) fn hint(context: &mut Context, book: &Book) -> Result<(), CliError> {
    match book.duplicates(100)?.len() {
        0 => Ok(()),
        groups => {
            let what = count(groups as u64, "record is", "records are");
            context.out.line(&format!(
                "{what} in the book more than once: fieldbook duplicates"
            ))
        }
    }
}
