//! `make-up`: a backdated check-in, permanently marked as such.

use chrono::{DateTime, FixedOffset};
use fieldbook_core::book::{MakeUp, TapClock};
use fieldbook_core::ids::RecordId;

use crate::context::Context;
use crate::error::CliError;
use crate::visit::print;

/// Say that you were at an account, and why there was no check-in; it stays marked as made up
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook make-up 019ab0f2-7c1e-7000-8000-000000000001 --at 2026-11-24T09:30:00+01:00 \\
    --until 2026-11-24T10:00:00+01:00 --reason 'the phone was dead'")]
pub(crate) struct MakeUpArgs {
    /// At which account
    account: RecordId,
    /// When you arrived
    #[arg(long, value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    at: DateTime<FixedOffset>,
    /// When you left [default: as you arrived]
    #[arg(long, value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    until: Option<DateTime<FixedOffset>>,
    /// Why there was no check-in
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// At which of its sites [default: the first]
    #[arg(long, value_name = "ID")]
    site: Option<RecordId>,
}

pub(crate) fn make_up(context: &mut Context, args: &MakeUpArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let missed = MakeUp {
        site: args.site,
        at_ms: args.at.timestamp_millis(),
        until_ms: args.until.map(|until| until.timestamp_millis()),
        reason: args.reason.clone(),
        clock: TapClock {
            utc_offset_min: Some(context.utc_offset_min()),
            ..TapClock::default()
        },
    };
    let visit = book.make_up(args.account, &missed)?;
    print(context, &book, &visit)
}
