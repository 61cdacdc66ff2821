//! `export`: the book in forms that other programs read.

use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fieldbook_core::book::{Book, BookError, ExportFormat, ExportKind};
use serde_json::json;

use crate::context::Context;
use crate::fault::Fault;
use crate::progress::waiting;
use crate::words::count;

/// Write accounts or visits as csv, json, geojson or ics, or the chain of evidence
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook export accounts --format csv > accounts.csv
  fieldbook export visits --format ics --out visits.ics
  fieldbook export evidence --out day.evidence")]
pub(crate) struct ExportArgs {
    /// accounts, visits, or evidence (this device's chain, in the format of its own that `verify` reads)
    #[arg(value_parser = what)]
    what: What,
    /// csv, json (one object a line), geojson, or ics (visits only)
    #[arg(long, value_name = "FORMAT", value_parser = str::parse::<ExportFormat>, default_value = "csv")]
    format: ExportFormat,
    /// Where to [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// What is written.
#[derive(Debug, Clone, Copy)]
enum What {
    Records(ExportKind),
    Evidence,
}

fn what(word: &str) -> Result<What, &'static str> {
    match word {
        "evidence" => Ok(What::Evidence),
        _ => word
            .parse()
            .map(What::Records)
            .map_err(|_| "expected accounts, visits or evidence"),
    }
}

/// Remembers why writing failed, which the book does not ask.
struct Remembering<W> {
    to: W,
    failed: Option<ErrorKind>,
}

impl<W: Write> Write for Remembering<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.to
            .write(bytes)
            .inspect_err(|error| self.failed = Some(error.kind()))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.to
            .flush()
            .inspect_err(|error| self.failed = Some(error.kind()))
    }
}

pub(crate) fn export(context: &mut Context, args: &ExportArgs) -> Result<(), Fault> {
    let book = context.book()?;
    let Some(path) = &args.out else {
        return write_to(&book, args, context.out.raw()).map(|_| ());
    };
    let written = waiting("exporting", || to_file(&book, args, path))?;
    let shown = path.display().to_string();
    if context.out.json() {
        return context.out.value(&json!({ "file": shown, "written": written }));
    }
    context.out.line(&format!(
        "Wrote {} to {shown}.",
        count(written, "record", "records")
    ))
}

/// Writes beside the file and puts it in its place when it is whole.
fn to_file(book: &Book, args: &ExportArgs, path: &Path) -> Result<u64, Fault> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let file = File::create(&part).map_err(|error| Fault::unwritable(path, error.kind()))?;
    let done = write_to(book, args, BufWriter::new(file)).and_then(|written| {
        std::fs::rename(&part, path).map_err(|error| Fault::unwritable(path, error.kind()))?;
        Ok(written)
    });
    done.inspect_err(|_| drop(std::fs::remove_file(&part)))
}

fn write_to(book: &Book, args: &ExportArgs, to: impl Write) -> Result<u64, Fault> {
    let mut out = Remembering { to, failed: None };
    let done = match args.what {
        What::Records(kind) => book.export(kind, args.format, &mut out),
        What::Evidence => book.export_evidence(&mut out),
    };
    let flushed = out.flush();
    match (done, out.failed) {
        (Ok(written), _) if flushed.is_ok() => Ok(written),
        (Ok(_) | Err(BookError::CannotWrite), Some(failed)) => Err(Fault::output(failed)),
        (Err(error), _) => Err(error.into()),
        (Ok(_), None) => Err(BookError::CannotWrite.into()),
    }
}
