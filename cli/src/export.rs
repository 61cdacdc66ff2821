//! `export`: accounts, visits, track and evidence in formats that other programs read.

use std::fmt::Display;
use std::fs::File;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use fieldbook_core::book::{Book, BookError, ExportFormat, ExportKind, TrackEnds, UnknownExport};
use fieldbook_core::location::Meters;
use fieldbook_core::location::track::{TrackFormat, UnknownTrackFormat};
use serde_json::json;

use crate::context::Context;
use crate::error::CliError;
use crate::progress::waiting;
use crate::track::recorded::SpanArgs;
use fieldbook_format::count;

/// Write accounts, visits, your track, or the chain of evidence
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook export accounts --format csv > accounts.csv
  fieldbook export visits --format ics --out visits.ics
  fieldbook export track --format gpx --from 2026-11-24T00:00:00Z --out day.gpx
  fieldbook export evidence --out day.evidence")]
pub(crate) struct ExportArgs {
    /// accounts, visits, track (all that is kept of yours), or evidence (this device's chain, in the format of its own that
    /// `verify` reads)
    #[arg(value_parser = export_content)]
    what: ExportContent,
    /// csv, json (one object a line), geojson, or ics (visits only); a track: csv, gpx, geojson or polyline
    #[arg(long, value_name = "FORMAT", default_value = "csv")]
    format: String,
    #[command(flatten, next_help_heading = "Of a track")]
    span: SpanArgs,
    /// Cut so many metres off both ends of each day, so that nobody sees where you live
    #[arg(long, value_name = "M")]
    cut: Option<u32>,
    /// Where to [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// The content to export.
#[derive(Debug, Clone, Copy)]
enum ExportContent {
    Records(ExportKind),
    Track,
    Evidence,
}

/// The content to export, with its format.
#[derive(Debug, Clone)]
enum Job {
    Records(ExportKind, ExportFormat),
    Track(TrackJob),
    Evidence,
}

/// The span and the format of a track to export.
#[derive(Debug, Clone)]
struct TrackJob {
    format: TrackFormat,
    from_ms: i64,
    until_ms: i64,
    ends: TrackEnds,
}

impl ExportArgs {
    fn job(&self, context: &Context) -> Result<Job, CliError> {
        let bad = |error: &dyn Display| CliError::bad_field("--format", error);
        let format = self.format.as_str();
        let job = match self.what {
            ExportContent::Records(kind) => {
                Job::Records(kind, format.parse().map_err(|error: UnknownExport| bad(&error))?)
            }
            ExportContent::Track => {
                let (from_ms, until_ms) = self.span.ms();
                return Ok(Job::Track(TrackJob {
                    format: format.parse().map_err(|error: UnknownTrackFormat| bad(&error))?,
                    from_ms,
                    until_ms,
                    ends: self.cut.map_or(TrackEnds::Whole, |metres| TrackEnds::Cut {
                        by: Meters(metres.into()),
                        zone: context.zone.rules().clone(),
                    }),
                }));
            }
            ExportContent::Evidence => Job::Evidence,
        };
        if self.span.is_given() || self.cut.is_some() {
            let fault = CliError::bad_input("usage", "--from, --until and --cut are about a track");
            return Err(fault.with("option", "--from"));
        }
        Ok(job)
    }
}

impl TrackJob {
    fn write(&self, book: &Book, out: &mut impl Write) -> Result<u64, BookError> {
        book.export_track(self.from_ms, self.until_ms, self.ends.clone(), self.format, out)
    }
}

fn export_content(word: &str) -> Result<ExportContent, &'static str> {
    match word {
        "evidence" => Ok(ExportContent::Evidence),
        "track" => Ok(ExportContent::Track),
        _ => word
            .parse()
            .map(ExportContent::Records)
            .map_err(|_| "expected accounts, visits, track or evidence"),
    }
}

/// A writer that records the kind of its first error, which the book's error does not carry.
struct ErrorRecorder<W> {
    to: W,
    failed: Option<ErrorKind>,
}

impl<W: Write> Write for ErrorRecorder<W> {
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

pub(crate) fn export(context: &mut Context, args: &ExportArgs) -> Result<(), CliError> {
    let job = args.job(context)?;
    let book = context.book()?;
    let Some(path) = &args.out else {
        return write_to(&book, &job, context.out.raw()).map(|_| ());
    };
    let written = waiting("exporting", || to_file(&book, &job, path))?;
    let shown = path.display().to_string();
    if context.out.json() {
        return context.out.value(&json!({ "file": shown, "written": written }));
    }
    context.out.line(&format!(
        "Wrote {} to {shown}.",
        match job {
            Job::Records(..) => count(written, "record", "records"),
            Job::Track(..) => count(written, "fix", "fixes"),
            Job::Evidence => count(written, "link", "links"),
        }
    ))
}

/// Writes to a temporary file beside `path`, and renames it once it is complete.
fn to_file(book: &Book, job: &Job, path: &Path) -> Result<u64, CliError> {
    let mut name = path.as_os_str().to_owned();
    name.push(".part");
    let part = PathBuf::from(name);
    let file = File::create(&part).map_err(|error| CliError::unwritable(path, error.kind()))?;
    let done = write_to(book, job, BufWriter::new(file)).and_then(|written| {
        std::fs::rename(&part, path).map_err(|error| CliError::unwritable(path, error.kind()))?;
        Ok(written)
    });
    done.inspect_err(|_| drop(std::fs::remove_file(&part)))
}

fn write_to(book: &Book, job: &Job, to: impl Write) -> Result<u64, CliError> {
    let mut out = ErrorRecorder { to, failed: None };
    let done = match job {
        Job::Records(kind, format) => book.export(*kind, *format, &mut out),
        Job::Track(track) => track.write(book, &mut out),
        Job::Evidence => book.export_evidence(&mut out),
    };
    let flushed = out.flush();
    match (done, out.failed) {
        (Ok(written), _) if flushed.is_ok() => Ok(written),
        (Ok(_) | Err(BookError::CannotWrite), Some(failed)) => Err(CliError::output(failed)),
        (Err(error), _) => Err(error.into()),
        (Ok(_), None) => Err(BookError::CannotWrite.into()),
    }
}
