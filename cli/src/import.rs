//! `import`: records from a file of another system, with a progress bar and a report. The core matches columns and lines.

use std::cell::Cell;
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};

use fieldbook_core::book::import::{ImportKind, RefusedLine};
use fieldbook_core::book::{ImportOptions, ImportReport};
use fieldbook_core::location::Datum;
use serde_json::{Map, Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::progress::Bar;
use fieldbook_format::{count, grouped};

/// Most refused lines that are listed for people.
const REFUSED_SHOWN: usize = 20;

/// Import accounts, contacts, opportunities, visits or leads from CSV or JSON
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook import accounts shops.csv
  fieldbook import opportunities pipeline.csv.gz --map amount='Deal value' --map close_on=Expected

Column names of Salesforce, Zoho, HubSpot and plain CSV are known. A record is found
again by its external_id, else by its name and place: importing twice is importing once.
A bad line never stops the good ones.")]
pub(crate) struct ImportArgs {
    /// accounts, contacts, opportunities, visits or leads
    #[arg(value_parser = str::parse::<ImportKind>)]
    kind: ImportKind,
    /// A .csv or .json file, or one of these as .gz
    file: PathBuf,
    /// Which column holds a field, where its name does not tell
    #[arg(long = "map", value_name = "FIELD=COLUMN", value_parser = mapping)]
    map: Vec<(String, String)>,
}

/// Reads `FIELD=COLUMN`.
pub(crate) fn mapping(text: &str) -> Result<(String, String), &'static str> {
    let (field, column) = text.split_once('=').ok_or("expected field=Column")?;
    Ok((field.to_owned(), column.to_owned()))
}

/// A reader that counts its bytes.
struct Counted<'a> {
    input: BufReader<File>,
    bytes: &'a Cell<u64>,
}

impl Read for Counted<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let n = self.input.read(into)?;
        self.bytes.set(self.bytes.get() + n as u64);
        Ok(n)
    }
}

pub(crate) fn import(context: &mut Context, args: &ImportArgs) -> Result<(), CliError> {
    if context.datum != Datum::Wgs84 {
        let message = "a file names its datum in a column of its own: --map datum=COLUMN";
        return Err(CliError::bad_field("--datum", message));
    }
    let file = open(&args.file)?;
    let total = file.metadata().map_or(0, |about| about.len());
    let book = context.book()?;
    let bytes = Cell::new(0);
    let mut input = Counted {
        input: BufReader::new(file),
        bytes: &bytes,
    };
    let mut bar = Bar::new("import", total);
    let name = args.file.file_name().unwrap_or_default().to_string_lossy();
    let options = ImportOptions {
        map: args.map.clone(),
        zone: context.zone.rules().clone(),
    };
    let done = book.import(args.kind, &name, &mut input, &options, &mut |lines| {
        bar.update(bytes.get(), lines);
    });
    drop(bar);
    let report = done.map_err(|error| CliError::from(error).in_file("file", &args.file))?;
    print(context, &report)
}

fn open(path: &Path) -> Result<File, CliError> {
    let file = File::open(path).map_err(|error| CliError::unreadable(path, &error))?;
    let is_folder = file.metadata().is_ok_and(|about| about.is_dir());
    if is_folder {
        return Err(CliError::unreadable(
            path,
            &std::io::ErrorKind::IsADirectory.into(),
        ));
    }
    Ok(file)
}

fn print(context: &mut Context, report: &ImportReport) -> Result<(), CliError> {
    if context.out.json() {
        return context.out.value(&to_json(report));
    }
    let matched = report.matched.iter().map(|(column, field)| {
        if column == field {
            field.clone()
        } else {
            format!("{column} -> {field}")
        }
    });
    let matched: Vec<String> = matched.collect();
    context.out.line(&format!("Columns: {}", matched.join(", ")))?;
    if !report.unmatched.is_empty() {
        context.out.line(&format!(
            "Not used: {} (name a field for them with --map)",
            report.unmatched.join(", ")
        ))?;
    }
    context.out.line(&format!(
        "Imported {}, updated {}, unchanged {}, refused {}.",
        grouped(report.imported.into()),
        grouped(report.updated.into()),
        grouped(report.unchanged.into()),
        grouped(report.refused.len() as u64)
    ))?;
    if report.keyed > 0 {
        let found = count(report.keyed.into(), "record", "records");
        context.out.line(&format!(
            "{found} without a key were found by name and took the key of the file."
        ))?;
    }
    if report.namesakes > 0 {
        let new = count(report.namesakes.into(), "new account has", "new accounts have");
        context.out.line(&format!(
            "{new} the name of another in the book: fieldbook duplicates shows those that may be one."
        ))?;
    }
    for refused in report.refused.iter().take(REFUSED_SHOWN) {
        context.out.line(&format!("  {refused}"))?;
    }
    match report.refused.len().saturating_sub(REFUSED_SHOWN) {
        0 => Ok(()),
        more => context.out.line(&format!(
            "  and {}: see them all with --json",
            count(more as u64, "more", "more")
        )),
    }
}

fn to_json(report: &ImportReport) -> Value {
    let matched = report
        .matched
        .iter()
        .map(|(column, field)| (column.clone(), Value::from(field.as_str())));
    json!({
        "imported": report.imported,
        "updated": report.updated,
        "unchanged": report.unchanged,
        "keyed": report.keyed,
        "namesakes": report.namesakes,
        "refused": report.refused.iter().map(refused_json).collect::<Value>(),
        "matched": matched.collect::<Map<_, _>>(),
        "unmatched": report.unmatched,
    })
}

fn refused_json(refused: &RefusedLine) -> Value {
    json!({ "line": refused.line, "field": refused.field, "reason": refused.reason.to_string() })
}
