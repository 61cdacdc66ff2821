//! `profile`: what is known of an account, each value with its source and its age.

use fieldbook_core::ids::RecordId;
use fieldbook_core::sales::account::Dimension;
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::table::{Column, Table};

/// Show all that is known of an account, each value with its source and its age
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook profile 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook profile 019ab0f2-7c1e-7000-8000-000000000001 --known")]
pub(crate) struct ProfileArgs {
    /// Which account
    id: RecordId,
    /// Leave out what is not known
    #[arg(long)]
    known: bool,
}

pub(crate) fn profile(context: &mut Context, args: &ProfileArgs) -> Result<(), CliError> {
    let zone = context.zone.rules().clone();
    let found = context.book()?.account_profile(args.id, &zone)?;
    let known = found.dimensions.iter().filter(|one| one.value.is_some()).count();
    let shown: Vec<&Dimension> = found
        .dimensions
        .iter()
        .filter(|one| !args.known || one.value.is_some())
        .collect();
    if context.out.json() {
        return context.out.value(&json!({
            "id": found.account.id.to_string(), "name": found.account.title(), "known": known,
            "of": found.dimensions.len(), "dimensions": shown,
        }));
    }
    let mut table = Table::new(&[
        Column::whole("DIMENSION"),
        Column::text("VALUE"),
        Column::number("AGE D"),
        Column::text("SOURCE"),
    ]);
    for one in shown {
        table.row(&[
            one.name.replace('_', " "),
            one.value.clone().unwrap_or_else(|| "not known".to_owned()),
            one.age_days.map_or_else(String::new, |days| days.to_string()),
            one.source.clone(),
        ]);
    }
    let heading = format!(
        "{}: {known} of {} dimensions known",
        found.account.title(),
        found.dimensions.len()
    );
    context.out.heading(&heading)?;
    context.out.table(&table)
}
