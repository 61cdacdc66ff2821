//! `deal advance` and `deal settle`: moves between stages.

use fieldbook_core::book::AdvanceRequest;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Kind;

use super::DealOf;
use crate::context::Context;
use crate::error::CliError;
use crate::{fields, show};

/// Move a deal to a stage, if its gate is open; the first move enters the process
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook deal advance 019ab0f2-7c1e-7000-8000-000000000001 lead_validation --set source=Fair
  fieldbook deal advance 019ab0f2-7c1e-7000-8000-000000000001 lost --set lost_reason=price")]
pub(super) struct AdvanceArgs {
    #[command(flatten)]
    of: DealOf,
    /// To which stage: its id, its title, or `won` and `lost`
    stage: String,
    /// Fields that are written with the move
    #[arg(long = "set", value_name = "FIELD=VALUE")]
    set: Vec<String>,
    /// Why; a forced move needs it
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
    /// Pass a gate that is shut, or stages between, where your role may; the move stays marked
    #[arg(long)]
    force: bool,
}

/// Make a move that lost against another made at the same time the shown one
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook deal settle ID MOVE\n\n`deal stages` prints the moves that lost."
)]
pub(super) struct SettleArgs {
    /// Which deal
    id: RecordId,
    /// Which move
    #[arg(value_name = "MOVE")]
    made: String,
}

pub(super) fn advance(context: &mut Context, args: &AdvanceArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let view = args.of.by.view(context);
    let process = book.deal_standing(args.of.id, &view)?.process;
    let found = process
        .as_ref()
        .and_then(|installed| installed.process.find_stage(&args.stage));
    let stage = found.map_or(args.stage.as_str(), |stage| stage.id.as_str());
    let request = AdvanceRequest {
        view,
        fields: fields::read(context, &book, Kind::Opportunity, &args.set)?,
        why: args.why.clone(),
        force: args.force,
    };
    let deal = book.advance(args.of.id, stage, &request)?;
    show::print(context, &book, &deal)
}

pub(super) fn settle(context: &mut Context, args: &SettleArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let deal = book.settle_moves(args.id, &args.made)?;
    show::print(context, &book, &deal)
}
