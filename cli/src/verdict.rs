//! `verdict`: the verdict on a check-in given as a JSON file. Needs no book.

use std::path::PathBuf;

use fieldbook_core::location::{RawSite, VerdictRequest, assess_request};
use serde_json::Value;

use crate::context::Context;
use crate::error::CliError;
use crate::input::read_text;
use crate::{fields, fixes, json};

/// Judge a check-in from a JSON file
#[derive(Debug, clap::Args)]
#[command(after_help = r#"Example:
  echo '{"site":{"lat":52.6309,"lon":1.2974,"fence":{"circle_m":150}},
         "fixes":[{"at":"2026-11-24T09:29:55Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}],
         "now":"2026-11-24T09:30:00Z"}' | fieldbook verdict -

Prints JSON, with --json on one line. A file without "now" takes --now."#)]
pub(crate) struct VerdictArgs {
    /// The file; `-` reads standard input
    file: PathBuf,
}

pub(crate) fn verdict(context: &mut Context, args: &VerdictArgs) -> Result<(), CliError> {
    let text = read_text(&args.file)?;
    let given: Value = serde_json::from_str(&text).map_err(|error| not_json(&args.file, &error))?;
    let verdict = assess_request(request(context, given)?)?;
    let value = json::assessment(&verdict);
    if context.out.json() {
        context.out.value(&value)
    } else {
        context.out.pretty(&value)
    }
}

fn not_json(file: &std::path::Path, error: &serde_json::Error) -> CliError {
    let file = file.display().to_string();
    CliError::bad_input("not_json", format!("{file}: {error}"))
        .with("file", file)
        .with("line", error.line())
}

fn request(context: &Context, mut given: Value) -> Result<VerdictRequest, CliError> {
    let Some(object) = given.as_object_mut() else {
        return Err(CliError::bad_field(
            "site",
            "expected an object with site, fixes and now",
        ));
    };
    let site = object
        .remove("site")
        .ok_or_else(|| CliError::bad_field("site", "is required"))?;
    let list = match object.remove("fixes") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(CliError::bad_field("fixes", "expected a list")),
    };
    let now = match (object.remove("now"), context.now) {
        (Some(Value::String(now)), _) => now,
        (None, Some(now)) => now.to_rfc3339(),
        _ => {
            return Err(CliError::bad_field(
                "now",
                "expected a time such as 2026-11-24T09:30:00Z",
            ));
        }
    };
    let fixes = list
        .into_iter()
        .enumerate()
        .map(|(index, fix)| fixes::fix(index, fix, context.datum));
    Ok(VerdictRequest {
        site: read_site(context, site)?,
        fixes: fixes.collect::<Result<_, _>>()?,
        now,
    })
}

fn read_site(context: &Context, given: Value) -> Result<RawSite, CliError> {
    let wrong = ["lat", "lon"].into_iter().find(|name| !given[name].is_number());
    if let Some(name) = wrong {
        return Err(CliError::bad_field(&format!("site.{name}"), "expected a number"));
    }
    let mut site: RawSite = serde_json::from_value(given).map_err(|_| {
        CliError::bad_field(
            "site.fence",
            "expected {\"circle_m\":150} or {\"polygon\":[[lon,lat],...]}",
        )
    })?;
    if let Ok(position) = fieldbook_core::location::to_wgs84(context.datum, site.lat, site.lon) {
        (site.lat, site.lon) = (position.lat(), position.lon());
    }
    site.fence = fields::fence_to_wgs84(site.fence, context.datum);
    Ok(site)
}
