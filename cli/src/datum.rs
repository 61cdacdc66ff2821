//! `datum`: positions from one datum to another, line by line. Needs no book.

use std::io::BufRead;

use fieldbook_core::location::{Datum, Position, from_wgs84, to_wgs84};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;

/// Convert positions between wgs84, gcj02 and bd09: lines `lat,lon` from stdin to stdout
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  echo 39.90734,116.39089 | fieldbook datum wgs84 gcj02")]
pub(crate) struct DatumArgs {
    /// What the lines are measured in
    #[arg(value_parser = str::parse::<Datum>)]
    from: Datum,
    /// What they become
    #[arg(value_parser = str::parse::<Datum>)]
    to: Datum,
}

pub(crate) fn datum(context: &mut Context, args: &DatumArgs) -> Result<(), CliError> {
    for (index, line) in std::io::stdin().lock().lines().enumerate() {
        let number = index + 1;
        let bad = |message: &dyn std::fmt::Display| {
            CliError::bad_input("bad_line", format!("line {number}: {message}")).with("line", number)
        };
        let line = line.map_err(|error| bad(&error))?;
        if line.trim().is_empty() {
            continue;
        }
        let given: Position = line.parse().map_err(|error| bad(&error))?;
        let truth = to_wgs84(args.from, given.lat(), given.lon()).map_err(|error| bad(&error))?;
        let (lat, lon) = from_wgs84(args.to, truth);
        if context.out.json() {
            context.out.value(&json!({ "lat": lat, "lon": lon }))?;
        } else {
            // A tenth of a millimetre: no rounding that anyone could measure.
            context.out.line(&format!("{lat:.9},{lon:.9}"))?;
        }
    }
    Ok(())
}
