//! `refused`: edits that the server did not take, or has lost.

use fieldbook_core::book::{KeptEdit, WhyKept};
use fieldbook_core::ids::ChangeHash;
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::rows::Names;
use crate::{json as forms, show};

/// Edits that the server did not take: list them, take one up again, or drop it
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook refused\n  fieldbook refused --take-up CHANGE\n\n\
    Also listed is what the server has lost: `waiting` for edits of others that it lost, too, or\n\
    `held` for somebody else until it comes back."
)]
pub(crate) struct RefusedArgs {
    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
    /// Write the fields of this edit again, as an edit made now
    #[arg(long, value_name = "CHANGE", conflicts_with = "drop")]
    take_up: Option<ChangeHash>,
    /// Delete this edit for good
    #[arg(long, value_name = "CHANGE")]
    drop: Option<ChangeHash>,
}

pub(crate) fn refused(context: &mut Context, args: &RefusedArgs) -> Result<(), CliError> {
    let book = context.book()?;
    if let Some(change) = args.take_up {
        let record = book.take_up(change)?;
        return show::print(context, &book, &record);
    }
    if let Some(change) = args.drop {
        book.drop_edit(change)?;
        if context.out.json() {
            return context.out.value(&json!({ "dropped": change.to_string() }));
        }
        return context.out.line("Dropped.");
    }
    let kept = book.refused(args.limit)?;
    if context.out.json() {
        let lines: Vec<Value> = kept.iter().map(|edit| to_json(context, edit)).collect();
        return lines.iter().try_for_each(|line| context.out.value(line));
    }
    if kept.is_empty() {
        return context.out.line("Nothing was refused.");
    }
    let mut names = Names::new(&book);
    for edit in &kept {
        let when = context.zone.minute(edit.at_ms);
        let title = format!("{} {}, {}, {when}", edit.kind, edit.record, edit.by);
        context.out.heading(&title)?;
        context.out.line(&format!("  because  {}", reason(edit.why)))?;
        for (key, value) in &edit.fields.0 {
            let text = show::field(context, key, value, &mut names)?;
            context.out.line(&format!("  {key} = {text}"))?;
        }
        context.out.line(&format!(
            "  fieldbook refused --take-up {0}\n  fieldbook refused --drop {0}",
            edit.change
        ))?;
    }
    Ok(())
}

fn reason(why: WhyKept) -> String {
    match why {
        WhyKept::Refused(refusal) => refusal.to_string(),
        WhyKept::Parked => "made after the record was handed over; the new owner decides".to_owned(),
        WhyKept::Waiting => "it waits on the server for edits that were lost there".to_owned(),
        WhyKept::Applied => "the office decided: it was written into the record".to_owned(),
        WhyKept::Discarded => "the office decided: it was discarded".to_owned(),
        WhyKept::Partly => "the office decided: some of its fields were written into the record".to_owned(),
        WhyKept::Held => "the server has lost it, and its author has not sent it again".to_owned(),
    }
}

fn to_json(context: &Context, edit: &KeptEdit) -> Value {
    let fields = edit.fields.0.iter();
    json!({
        "record": edit.record.to_string(),
        "kind": edit.kind.name(),
        "reason": edit.why.name(),
        "by": edit.by,
        "at": context.zone.rfc3339(edit.at_ms),
        "fields": fields.map(|(key, value)| (key.clone(), forms::value(edit.kind, key, value, context.zone)))
            .collect::<serde_json::Map<_, _>>(),
        "change": edit.change.to_string(),
    })
}
