//! `status`: unsent edits and their age, the last sync, and the health of the file.

use fieldbook_core::book::{Checkup, Status};
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::kinds::plural;
use crate::progress::waiting;
use fieldbook_format::{bytes, count, duration, grouped};

/// Show what is unsent, when the last sync was, and whether the file is sound
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook status --json")]
pub(crate) struct StatusArgs {
    /// Do not read the whole file to check it
    #[arg(long)]
    quick: bool,
}

pub(crate) fn status(context: &mut Context, args: &StatusArgs) -> Result<(), CliError> {
    let checkup = if args.quick {
        Checkup::Quick
    } else {
        Checkup::Thorough
    };
    let book = context.book()?;
    let status = waiting("checking the file", || book.status(checkup))?;
    if context.out.json() {
        let value = to_json(context, &status)?;
        return context.out.value(&value);
    }
    for (name, text) in summary_lines(context, &status)? {
        context.out.line(&format!("{name:<13}{text}"))?;
    }
    Ok(())
}

fn to_json(context: &Context, status: &Status) -> Result<Value, CliError> {
    let time = |ms: Option<i64>| ms.map(|ms| context.zone.rfc3339(ms));
    let territories = status.territories.iter();
    let records = status
        .records
        .iter()
        .map(|(kind, n)| (kind.name().to_owned(), Value::from(*n)));
    Ok(json!({
        "book": context.path()?.display().to_string(),
        "rep": status.rep,
        "server": status.server_url,
        "role": status.role.map(fieldbook_core::model::Role::name),
        "device": status.device.map(|device| device.to_string()),
        "territories": territories.map(|(id, name)| json!({ "id": id.to_string(), "name": name })).collect::<Value>(),
        "unsent": status.unsent,
        "oldest_unsent_at": time(status.oldest_unsent_at_ms),
        "last_sync_at": time(status.last_sync_at_ms),
        "conflicts": status.conflicts,
        "refused": status.refused,
        "aside": status.aside,
        "unreadable": status.unreadable,
        "records": records.collect::<Map<_, _>>(),
        "database_bytes": status.database_bytes,
        "healthy": status.sound,
    }))
}

/// The lines of the summary with their names, without empty ones.
fn summary_lines(context: &Context, status: &Status) -> Result<Vec<(&'static str, String)>, CliError> {
    let ago = |ms: i64| {
        let passed = duration((context.now_ms() - ms) / 1_000);
        format!("{passed} ago ({})", context.zone.minute(ms))
    };
    let or = |text: Option<String>, other: &str| Some(text.unwrap_or_else(|| other.to_owned()));
    let unsent = status.oldest_unsent_at_ms.map(|oldest| {
        let edits = count(u64::from(status.unsent), "edit", "edits");
        format!("{edits}, the oldest made {}", ago(oldest))
    });
    let conflicts = (status.conflicts > 0).then(|| {
        let records = count(u64::from(status.conflicts), "record", "records");
        format!("{records}: fieldbook conflicts")
    });
    let refused = (status.refused > 0).then(|| {
        let edits = count(u64::from(status.refused), "edit", "edits");
        format!("{edits} kept here: fieldbook refused")
    });
    let aside = (status.aside > 0).then(|| {
        let edits = count(u64::from(status.aside), "edit", "edits");
        format!("{edits} that the server has lost: fieldbook refused")
    });
    let unreadable = (status.unreadable > 0).then(|| {
        let records = count(u64::from(status.unreadable), "record", "records");
        format!("{records}, asked for again with each sync")
    });
    let rows = [
        ("book", Some(context.path()?.display().to_string())),
        (
            "rep",
            or(status.rep.clone(), "nobody yet: fieldbook new --rep NAME"),
        ),
        ("server", or(server(status), "none: fieldbook join URL CODE")),
        ("territories", territories(status)),
        ("unsent", or(unsent, "nothing")),
        ("last sync", or(status.last_sync_at_ms.map(ago), "never")),
        ("conflicts", conflicts),
        ("refused", refused),
        ("kept aside", aside),
        ("unreadable", unreadable),
        ("records", or(records(status), "none")),
        ("database", Some(database(status))),
    ];
    let lines = rows.into_iter().filter_map(|(name, text)| Some((name, text?)));
    Ok(lines.collect())
}

fn server(status: &Status) -> Option<String> {
    let url = status.server_url.as_ref()?;
    let role = status.role.map_or(String::new(), |role| format!(", as {role}"));
    Some(format!("{url}{role}"))
}

fn territories(status: &Status) -> Option<String> {
    let names: Vec<&str> = status.territories.iter().map(|(_, name)| name.as_str()).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

fn records(status: &Status) -> Option<String> {
    let found = status.records.iter().filter(|(_, n)| *n > 0);
    let found: Vec<String> = found
        .map(|(kind, n)| format!("{} {}", grouped(u64::from(*n)), counted(kind.name(), *n)))
        .collect();
    (!found.is_empty()).then(|| found.join(", "))
}

fn database(status: &Status) -> String {
    let health = match status.sound {
        Some(true) => "sound",
        Some(false) => "DAMAGED: run any command again to recover it",
        None => "not checked",
    };
    format!("{}, {health}", bytes(status.database_bytes))
}

/// `account`, `accounts`, `opportunities`, `custom fields`.
fn counted(kind: &str, n: u32) -> String {
    let word = kind.replace('_', " ");
    if n == 1 { word } else { plural(&word) }
}
