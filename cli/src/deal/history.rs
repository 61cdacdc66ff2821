//! `deal history`: the moves of a deal.

use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{MOVE_PREFIX, StageMoves};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;

/// Show every move of a deal: who, when, from where to where, by which process, and what was missing
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook deal history 019ab0f2-7c1e-7000-8000-000000000001")]
pub(super) struct HistoryArgs {
    /// Which deal
    id: RecordId,
}

pub(super) fn history(context: &mut Context, args: &HistoryArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let deal = book.record(args.id)?;
    let folded = StageMoves::fold(&deal.fields);
    let zone = context.zone;
    if folded.is_none() && !context.out.json() {
        return context.out.line("This deal is in no process yet.");
    }
    for entry in book.history(args.id)? {
        let made = entry
            .fields
            .0
            .keys()
            .find_map(|key| key.strip_prefix(MOVE_PREFIX));
        let Some((id, made)) = made.and_then(|id| Some((id, folded.as_ref()?.moves.get(id)?))) else {
            continue;
        };
        let lost = folded
            .as_ref()
            .is_some_and(|folded| folded.losing.iter().any(|losing| losing == id));
        if context.out.json() {
            context.out.value(&json!({
                "move": id, "at": zone.rfc3339(made.at_ms), "by": entry.by, "kind": made.kind.name(),
                "from": made.from, "to": made.to, "pack": made.pack, "prev": made.prev, "missing": made.missing,
                "unknown": made.unknown, "why": made.why, "lost": lost, "change": entry.change.to_string(),
            }))?;
            continue;
        }
        let from = made.from.as_deref().unwrap_or("no stage");
        let marks = if lost { "  (lost against another move)" } else { "" };
        context.out.heading(&format!(
            "{} {}  {}: {from} -> {}{marks}",
            zone.minute(made.at_ms),
            entry.by,
            made.kind.name(),
            made.to
        ))?;
        context.out.line(&format!("  by {}", made.pack))?;
        if !made.missing.is_empty() {
            context
                .out
                .line(&format!("  although {} was missing", made.missing.join(", ")))?;
        }
        if let Some(why) = &made.why {
            context.out.line(&format!("  because {why}"))?;
        }
    }
    Ok(())
}
