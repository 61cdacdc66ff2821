//! `add`, `set`, `delete`, `undelete`: edits of one record; each prints the resulting record.

use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Kind, Scalar};

use crate::context::Context;
use crate::error::CliError;
use crate::{fields, kinds, show};

const FIELDS: &str = "\
Sets take one member at a time: tag/NAME=yes, phone/NUMBER=LABEL, x/NAME=VALUE for
the company's own fields. Times are RFC 3339, days 2026-11-24, money '1200.50 EUR',
positions LAT,LON, fences circle:150 or polygon:[[[lon,lat],...]].";

/// Add a record; a place given with an account becomes its first site
#[derive(Debug, clap::Args)]
#[command(after_help = FIELDS, after_long_help = format!("Examples:
  fieldbook add account name='Corner Shop' tier=A tag/vip=yes position=52.6309,1.2974 fence=circle:100
  fieldbook add contact name='Ada Palmer' account_id=019ab0f2-7c1e-7000-8000-000000000001 role=buyer
  fieldbook add opportunity name='Winter order' stage=Proposal amount='1200.50 EUR' close_on=2026-12-18
  fieldbook add visit account_id=019ab0f2-7c1e-7000-8000-000000000001 planned_at=2026-11-24T09:30:00+01:00
  fieldbook add custom_field on=account name=allergens type=text

A place given with an account (position=LAT,LON or lat= and lon=, fence=,
opening_hours=) becomes its first site.

{FIELDS}"))]
pub(crate) struct AddArgs {
    #[arg(help = kinds::one_of(str::to_owned))]
    kind: Kind,
    /// Its fields
    #[arg(value_name = "FIELD=VALUE")]
    fields: Vec<String>,
}

/// Change fields of a record; `field=` clears one
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Example:
  fieldbook set 019ab0f2-7c1e-7000-8000-000000000001 tier=B phone= tag/vip=no

{FIELDS}"))]
pub(crate) struct SetArgs {
    /// Which record
    id: RecordId,
    /// What to write
    #[arg(value_name = "FIELD=VALUE", required = true)]
    fields: Vec<String>,
}

/// Delete a record; it can be brought back
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook delete 019ab0f2-7c1e-7000-8000-000000000001")]
pub(crate) struct DeleteArgs {
    /// Which record
    id: RecordId,
}

/// Bring a deleted record back
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook list accounts --deleted\n  fieldbook undelete 019ab0f2-7c1e-7000-8000-000000000001"
)]
pub(crate) struct UndeleteArgs {
    /// Which record
    id: RecordId,
}

pub(crate) fn add(context: &mut Context, args: &AddArgs) -> Result<(), CliError> {
    let book = context.book()?;
    if args.kind != Kind::Account {
        let fields = fields::read(context, &book, args.kind, &args.fields)?;
        let record = book.add(args.kind, &fields)?;
        return show::print(context, &book, &record);
    }
    let (account, site) = fields::read_account(context, &book, &args.fields)?;
    let account = book.add(Kind::Account, &account)?;
    if let Some(site) = site {
        book.add(Kind::Site, &site.with("account_id", Scalar::Id(account.id)))?;
    }
    show::print(context, &book, &account)
}

pub(crate) fn set(context: &mut Context, args: &SetArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let kind = book.record(args.id)?.kind;
    let patch = fields::read(context, &book, kind, &args.fields)?;
    let record = book.set(args.id, &patch)?;
    show::print(context, &book, &record)
}

pub(crate) fn delete(context: &mut Context, args: &DeleteArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let record = book.delete(args.id)?;
    show::print(context, &book, &record)
}

pub(crate) fn undelete(context: &mut Context, args: &UndeleteArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let record = book.undelete(args.id)?;
    show::print(context, &book, &record)
}
