//! `log`: the sync trace that a support desk reads.

use fieldbook_core::book::PAGE_MAX;
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show what sync did, the newest first: no names, no positions
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook log --limit 20 --json > trace-for-support.json")]
pub(crate) struct LogArgs {
    /// How many lines, 1 to 100
    #[arg(long, value_name = "N", default_value_t = PAGE_MAX)]
    limit: u32,
}

pub(crate) fn log(context: &mut Context, args: &LogArgs) -> Result<(), CliError> {
    let entries = context.book()?.log(args.limit)?;
    let zone = context.zone;
    if context.out.json() {
        let mut lines = entries
            .iter()
            .map(|entry| json!({ "at": zone.rfc3339(entry.at_ms), "event": entry.event }));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    if entries.is_empty() {
        return context.out.line("Nothing yet.");
    }
    let mut table = Table::new(&[Column::whole("TIME"), Column::whole("EVENT")]);
    for entry in entries {
        table.row(&[zone.rfc3339(entry.at_ms), entry.event]);
    }
    context.out.table(&table)
}
