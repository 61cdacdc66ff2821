//! The forms in which records are written out, all of which other programs read and [`import`](crate::import) takes back.
//!
//! This half of the export is pure: records in, bytes out, one by one. Which records, and in which order, is for the book.

mod csv;
mod geojson;
pub(crate) mod ics;
mod json;

use std::io::Write;
use std::str::FromStr;

use fieldbook_model::Record;

/// The records to export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportKind {
    /// Customers, each with its first site.
    Accounts,
    /// Visits, planned and done.
    Visits,
}

/// In which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// RFC 4180, UTF-8, one row a record.
    Csv,
    /// One JSON object a line.
    Json,
    /// RFC 7946, one feature a record; the geometry of one without a place is null. A visit without a site is at the only
    /// site of its account.
    GeoJson,
    /// RFC 5545, visits only.
    Ics,
}

/// A word that names nothing that can be exported, or no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("accounts or visits, as csv, json, geojson or ics")]
pub struct UnknownExport;

impl FromStr for ExportKind {
    type Err = UnknownExport;

    fn from_str(word: &str) -> Result<ExportKind, UnknownExport> {
        match word {
            "accounts" => Ok(ExportKind::Accounts),
            "visits" => Ok(ExportKind::Visits),
            _ => Err(UnknownExport),
        }
    }
}

impl FromStr for ExportFormat {
    type Err = UnknownExport;

    fn from_str(word: &str) -> Result<ExportFormat, UnknownExport> {
        match word {
            "csv" => Ok(ExportFormat::Csv),
            "json" => Ok(ExportFormat::Json),
            "geojson" => Ok(ExportFormat::GeoJson),
            "ics" => Ok(ExportFormat::Ics),
            _ => Err(UnknownExport),
        }
    }
}

/// One record with what is written beside it.
pub(crate) struct Item {
    /// The account or the visit.
    pub(crate) record: Record,
    /// The account of a visit.
    pub(crate) account: Option<Record>,
    /// The first site of an account, the site of a visit.
    pub(crate) site: Option<Record>,
    /// The changes of the record, where the form needs them.
    pub(crate) revision: Option<Revision>,
}

/// The state of a record among all that it had.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Revision {
    /// Time of the last change, Unix milliseconds.
    pub(crate) changed_at_ms: i64,
    /// Number of changes after the first.
    pub(crate) number: usize,
}

/// One form of writing.
pub(crate) trait Form {
    /// Writes the beginning of the file.
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
    /// One record; whether it was written.
    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool>;
    /// Writes the end of the file.
    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
}

/// The writer of `what` as `format`; `None` for accounts as a calendar, which holds visits only.
pub(crate) fn form(what: ExportKind, format: ExportFormat) -> Option<Box<dyn Form>> {
    match (format, what) {
        (ExportFormat::Csv, _) => Some(Box::new(csv::Csv::new(what))),
        (ExportFormat::Json, _) => Some(Box::new(json::Json)),
        (ExportFormat::GeoJson, _) => Some(Box::new(geojson::GeoJson::default())),
        (ExportFormat::Ics, ExportKind::Visits) => Some(Box::new(ics::Ics)),
        (ExportFormat::Ics, ExportKind::Accounts) => None,
    }
}

/// A time as RFC 3339 in UTC; empty beyond what a calendar holds.
fn rfc3339(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms);
    time.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        .unwrap_or_default()
}
