//! `list` and `search`: records in pages of at most a hundred. The columns are in `rows`, the JSON is in `json`.

use std::collections::BTreeSet;

use fieldbook_core::book::{Book, Deleted, NearbySite, PAGE_MAX, Query};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::Meters;
use fieldbook_core::model::{Kind, Record};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::json;
use crate::kinds;
use crate::rows::{Names, table_of};
use crate::table::{Column, Table};

/// List accounts, sites, contacts, opportunities, visits, tasks or notes
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  fieldbook list accounts --search bakery\n  \
    fieldbook list accounts --near 52.6309,1.2974 --within 500\n  \
    fieldbook list contacts --account 019ab0f2-7c1e-7000-8000-000000000001\n\n\
    By name; visits by time; --near the nearest first, --search the best first.\n\
    Under `!`: * has unsent edits, c has values in conflict.")]
pub(crate) struct ListArgs {
    #[arg(help = kinds::one_of(kinds::plural))]
    kind: Kind,
    /// Only those that hold all these words, each by its beginning
    #[arg(long, value_name = "TEXT", conflicts_with_all = ["near", "account", "deleted", "after"])]
    search: Option<String>,
    /// Only accounts or sites near this place
    #[arg(long, value_name = "LAT,LON", allow_hyphen_values = true, conflicts_with_all = ["account", "deleted", "after"])]
    near: Option<String>,
    /// How near, in metres
    #[arg(
        long,
        value_name = "M",
        requires = "near",
        default_value_t = 1_000.0,
        allow_negative_numbers = true
    )]
    within: f64,
    /// Only those of this account
    #[arg(long, value_name = "ID")]
    account: Option<RecordId>,
    /// Only deleted ones
    #[arg(long)]
    deleted: bool,
    /// How many, 1 to 100
    #[arg(long, value_name = "N", default_value_t = PAGE_MAX)]
    limit: u32,
    /// Continue behind this record, the last of the page before
    #[arg(long, value_name = "ID")]
    after: Option<RecordId>,
}

/// Search records of all kinds, the best first
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  fieldbook search 'corner sh'\n  fieldbook search 烤鸭")]
pub(crate) struct SearchArgs {
    /// Words, each by its beginning
    text: String,
    /// How many, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

pub(crate) fn list(context: &mut Context, args: &ListArgs) -> Result<(), CliError> {
    let book = context.book()?;
    if let Some(near) = &args.near {
        return list_near(context, &book, args, near);
    }
    if let Some(text) = &args.search {
        let found = book.search(text, Some(args.kind), args.limit)?;
        return show_all(context, &book, args.kind, &found);
    }
    let page = book.page(&Query {
        kind: args.kind,
        account: args.account,
        deleted: if args.deleted {
            Deleted::Only
        } else {
            Deleted::Hide
        },
        after: args.after,
        limit: args.limit,
    })?;
    show_all(context, &book, args.kind, &page.records)?;
    if let Some(last) = page.records.last().filter(|_| page.more && !context.out.json()) {
        context
            .out
            .line(&format!("There are more: add --after {}", last.id))?;
    }
    Ok(())
}

fn show_all(context: &mut Context, book: &Book, kind: Kind, records: &[Record]) -> Result<(), CliError> {
    if context.out.json() {
        return print_json(context, records);
    }
    if records.is_empty() {
        return context.out.line("Nothing found.");
    }
    let table = table_of(kind, records, &mut Names::new(book), context.zone)?;
    context.out.table(&table)
}

fn print_json(context: &mut Context, records: &[Record]) -> Result<(), CliError> {
    let zone = context.zone;
    records
        .iter()
        .try_for_each(|record| context.out.value(&Value::Object(json::record(record, zone))))
}

fn list_near(context: &mut Context, book: &Book, args: &ListArgs, near: &str) -> Result<(), CliError> {
    if !matches!(args.kind, Kind::Account | Kind::Site) {
        return Err(CliError::bad_field(
            "--near",
            "only accounts and sites have a place",
        ));
    }
    let at = context
        .position(near)
        .map_err(|error| CliError::bad_field("--near", error))?;
    if !(args.within.is_finite() && args.within >= 0.0) {
        return Err(CliError::bad_field("--within", "expected metres, 0 or more"));
    }
    // An account may have several sites: more are asked for than are shown.
    let most = if args.kind == Kind::Account {
        args.limit.max(PAGE_MAX)
    } else {
        args.limit
    };
    let mut found = book.near(at, Meters(args.within), most)?;
    if args.kind == Kind::Account {
        let mut seen = BTreeSet::new();
        found.retain(|nearby| seen.insert(nearby.account.id));
    }
    found.truncate(usize::try_from(args.limit).unwrap_or(usize::MAX));
    if context.out.json() {
        let zone = context.zone;
        let mut lines = found.iter().map(|nearby| near_json(args.kind, nearby, zone));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    if found.is_empty() {
        return context.out.line("Nothing found.");
    }
    context.out.table(&near_table(args.kind, &found))
}

fn near_json(kind: Kind, nearby: &NearbySite, zone: crate::zone::Zone) -> Value {
    let site = json::record(&nearby.site, zone);
    let distance_m = (nearby.distance.0 * 100.0).round() / 100.0;
    let mut object = if kind == Kind::Account {
        let mut account = json::record(&nearby.account, zone);
        account.insert("site".into(), Value::Object(site));
        account
    } else {
        site
    };
    object.insert("distance_m".into(), json!(distance_m));
    Value::Object(object)
}

fn near_table(kind: Kind, found: &[NearbySite]) -> Table {
    let mut table = Table::new(&[
        Column::number("AWAY"),
        Column::text("ACCOUNT"),
        Column::text("SITE"),
        Column::text("STREET"),
        Column::whole("ID"),
    ]);
    for nearby in found {
        let text = |field| nearby.site.fields.text(field).unwrap_or_default().to_owned();
        let id = if kind == Kind::Account {
            nearby.account.id
        } else {
            nearby.site.id
        };
        table.row(&[
            nearby.distance.to_string(),
            nearby.account.title().to_owned(),
            text("name"),
            text("street"),
            id.to_string(),
        ]);
    }
    table
}

pub(crate) fn search(context: &mut Context, args: &SearchArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let found = book.search(&args.text, None, args.limit)?;
    if context.out.json() {
        return print_json(context, &found);
    }
    if found.is_empty() {
        return context.out.line("Nothing found.");
    }
    let mut names = Names::new(&book);
    let mut table = Table::new(&[
        Column::whole("KIND"),
        Column::text("TITLE"),
        Column::text("ACCOUNT"),
        Column::whole("ID"),
    ]);
    for record in &found {
        let account = record.fields.id("account_id");
        table.row(&[
            record.kind.to_string(),
            record.title().to_owned(),
            account.map(|id| names.name(id)).transpose()?.unwrap_or_default(),
            record.id.to_string(),
        ]);
    }
    context.out.table(&table)
}
