//! `transfer`: what one person owns goes to another.

use fieldbook_core::book::TransferRequest;
use fieldbook_core::ids::RecordId;
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;

/// Hand over accounts, open deals, open tasks and planned visits from one person to another
///
/// History stays with the account: moves, visits that were held and notes keep their author.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook transfer --from 'Ada Palmer' --to 'Ben Okri' --dry-run")]
pub(crate) struct TransferArgs {
    /// Who hands over, as owner and rep of records are named
    #[arg(long, value_name = "NAME")]
    from: String,
    /// Who takes over
    #[arg(long, value_name = "NAME")]
    to: String,
    /// Only this account and what hangs on it
    #[arg(long, value_name = "ID")]
    account: Option<RecordId>,
    /// Show what would be handed over, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(crate) fn transfer(context: &mut Context, args: &TransferArgs) -> Result<(), CliError> {
    let request = TransferRequest {
        from: args.from.clone(),
        to: args.to.clone(),
        account: args.account,
    };
    let book = context.book()?;
    let handed = if args.dry_run {
        book.preview_transfer(&request)?
    } else {
        book.transfer(&request)?
    };
    for one in &handed {
        let record = &one.record;
        let json = json!({
            "id": record.id.to_string(), "kind": record.kind.name(), "title": record.title(),
            "fields": one.fields, "written": !args.dry_run,
        });
        let text = format!(
            "{}  {}  ({})",
            record.kind.name(),
            record.title(),
            one.fields.join(", ")
        );
        context.out.either(&json, &text)?;
    }
    if context.out.json() {
        return Ok(());
    }
    let text = if args.dry_run {
        format!(
            "{} records would go from {} to {}; nothing was written.",
            handed.len(),
            args.from,
            args.to
        )
    } else {
        format!("{} records went from {} to {}.", handed.len(), args.from, args.to)
    };
    context.out.line(&text)
}
