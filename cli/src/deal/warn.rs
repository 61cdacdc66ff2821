//! `warn`: open deals that somebody should look at.

use serde_json::{Value, json};

use super::ProcessOf;
use crate::context::Context;
use crate::error::CliError;

/// Show which open deals are dying and why: stalled, idle, overdue, slipped, without a chance, without a buyer
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook warn
  fieldbook warn --kind uncovered")]
pub(crate) struct WarnArgs {
    #[command(flatten)]
    by: ProcessOf,
    /// Only deals with a warning of this kind
    #[arg(long, value_name = "KIND", value_parser = ["stall", "idle", "overdue", "zombie", "uncovered", "slipped"])]
    kind: Option<String>,
    /// At most so many deals
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

pub(crate) fn warn(context: &mut Context, args: &WarnArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let mut found = book.deal_warnings(&args.by.view(context))?;
    if let Some(kind) = &args.kind {
        for deal in &mut found {
            deal.warnings.retain(|warning| warning.kind() == kind);
        }
        found.retain(|deal| !deal.warnings.is_empty());
    }
    let all = found.len();
    found.truncate(args.limit);
    if context.out.json() {
        for deal in &found {
            let warnings: Vec<Value> = deal
                .warnings
                .iter()
                .map(|warning| {
                    let mut json = serde_json::to_value(warning).unwrap_or_default();
                    json["says"] = warning.sentence().into();
                    json
                })
                .collect();
            context.out.value(&json!({
                "id": deal.deal.to_string(), "name": deal.name, "account_id": deal.account.map(|id| id.to_string()),
                "stage": deal.stage, "pack": deal.pack, "odds": deal.odds, "warnings": warnings,
            }))?;
        }
        return Ok(());
    }
    if found.is_empty() {
        return context.out.line("No warnings.");
    }
    for deal in &found {
        context.out.heading(&format!("{} ({})", deal.name, deal.stage))?;
        for warning in &deal.warnings {
            context
                .out
                .line(&format!("  {}: {}", warning.kind(), warning.sentence()))?;
        }
        context
            .out
            .line(&format!("  fieldbook deal stages {}", deal.deal))?;
    }
    if all > found.len() {
        context
            .out
            .line(&format!("{} more with --limit {all}", all - found.len()))?;
    }
    Ok(())
}
