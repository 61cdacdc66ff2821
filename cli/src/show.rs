//! `show`: one record with all its fields; an account with its sites.

use fieldbook_core::book::Book;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{CheckIn, CheckOut, Kind, MOVE_PREFIX, Record, Scalar, StageMove, schema};
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::CliError;
use crate::json;
use crate::rows::{Names, table_of, value_text};

/// Show one record, an account with its sites
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook show 019ab0f2-7c1e-7000-8000-000000000001")]
pub(crate) struct ShowArgs {
    /// Which record
    id: RecordId,
}

pub(crate) fn show(context: &mut Context, args: &ShowArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let record = book.record(args.id)?;
    print(context, &book, &record)
}

/// Prints a record, an account with its sites.
pub(crate) fn print(context: &mut Context, book: &Book, record: &Record) -> Result<(), CliError> {
    let sites = if record.kind == Kind::Account {
        Some(book.sites_of(record.id)?)
    } else {
        None
    };
    if context.out.json() {
        let value = to_json(context, record, sites.as_deref());
        return context.out.value(&Value::Object(value));
    }
    let state = match (record.deleted, record.fields.id("merged_into")) {
        (true, Some(_)) => ", merged into another",
        (true, None) => ", deleted",
        (false, _) => "",
    };
    context
        .out
        .heading(&format!("{} ({}{state})", record.title(), record.kind))?;
    let mut names = Names::new(book);
    let mut rows = vec![("id".to_owned(), record.id.to_string())];
    for (key, value) in fields_in_order(record) {
        rows.push((key.to_owned(), field(context, key, value, &mut names)?));
    }
    if record.unsent {
        rows.push((
            "unsent".to_owned(),
            "the server has not heard of all of this yet".to_owned(),
        ));
    }
    if record.conflicts > 0 {
        let n = fieldbook_format::count(u64::from(record.conflicts), "value", "values");
        rows.push((
            "conflicts".to_owned(),
            format!("{n} not shown: fieldbook conflicts"),
        ));
    }
    let widest = rows.iter().map(|(key, _)| key.chars().count()).max().unwrap_or(0);
    for (key, text) in rows {
        context.out.line(&format!("  {key:<widest$}  {text}"))?;
    }
    match sites {
        Some(sites) if !sites.is_empty() => {
            context.out.line("")?;
            let table = table_of(Kind::Site, &sites, &mut names, context.zone)?;
            context.out.table(&table)
        }
        _ => Ok(()),
    }
}

fn to_json(context: &Context, record: &Record, sites: Option<&[Record]>) -> Map<String, Value> {
    let mut object = json::record(record, context.zone);
    if let Some(sites) = sites {
        let sites = sites
            .iter()
            .map(|site| Value::Object(json::record(site, context.zone)));
        object.insert("sites".to_owned(), sites.collect());
    }
    object
}

/// The fields in the order in which they are declared, those of a newer version last.
fn fields_in_order(record: &Record) -> Vec<(&str, &Scalar)> {
    let place = |key: &str| {
        let spec = schema::spec(record.kind, key)?;
        schema::fields_of(record.kind).position(|other| other.name == spec.name)
    };
    let mut fields: Vec<(&str, &Scalar)> = record
        .fields
        .0
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .filter(|(key, value)| *key != "deleted" && **value != Scalar::Cleared)
        .collect();
    fields.sort_by_key(|(key, _)| place(key).unwrap_or(usize::MAX));
    fields
}

/// A field as text.
pub(crate) fn field(
    context: &Context,
    key: &str,
    value: &Scalar,
    names: &mut Names<'_>,
) -> Result<String, CliError> {
    let tap = |at_ms, verdict: Option<String>| {
        let verdict = verdict.map_or(String::new(), |verdict| format!(", {verdict}"));
        format!("{}{verdict}", context.zone.minute(at_ms))
    };
    match (key, value.text()) {
        ("check_in", Some(text)) => {
            if let Ok(there) = text.parse::<CheckIn>() {
                return Ok(tap(
                    there.at_ms,
                    Some(fieldbook_format::assessment(&there.assessment)),
                ));
            }
        }
        ("check_out", Some(text)) => {
            if let Ok(left) = text.parse::<CheckOut>() {
                return Ok(tap(
                    left.at_ms,
                    left.assessment.as_ref().map(fieldbook_format::assessment),
                ));
            }
        }
        (key, Some(text)) if key.starts_with(MOVE_PREFIX) => {
            if let Ok(made) = text.parse::<StageMove>() {
                let (kind, to) = (made.kind.name(), &made.to);
                return Ok(format!(
                    "{}, {kind}: {to} ({})",
                    context.zone.minute(made.at_ms),
                    made.pack
                ));
            }
        }
        (key, _) if key.starts_with("role/") => {
            let contact = key["role/".len()..]
                .split(':')
                .next()
                .and_then(|id| id.parse().ok());
            if let Some(contact) = contact {
                return names.name(contact);
            }
        }
        (_, _) => {}
    }
    if let Scalar::Id(id) = value {
        let name = names.name(*id)?;
        return Ok(if name.is_empty() {
            id.to_string()
        } else {
            format!("{id}  {name}")
        });
    }
    value_text(key, value, names, context.zone)
}
