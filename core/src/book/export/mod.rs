//! Writing the book out, in forms that other programs read and that [`import`](super::import) takes back.

mod csv;
mod geojson;
mod ics;
mod json;
mod plan;

use std::io::Write;
use std::str::FromStr;

use super::page::Query;
use super::{Book, BookError, PAGE_MAX};
use crate::model::{Kind, Record};

pub use plan::PlanFormat;

/// What is written.
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
    /// RFC 7946, one feature a place; what has no place is left out.
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
struct Item {
    /// The account or the visit.
    record: Record,
    /// The account of a visit.
    account: Option<Record>,
    /// The first site of an account, the site of a visit.
    site: Option<Record>,
}

/// One form of writing.
trait Form {
    /// What comes before the first record.
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
    /// One record; whether it was written.
    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool>;
    /// What comes after the last one.
    fn end(&mut self, out: &mut dyn Write) -> std::io::Result<()>;
}

impl Book {
    /// Writes all records of one sort, deleted ones aside, and returns how many. Memory stays flat however many there are.
    ///
    /// # Errors
    /// [`BookError::CannotWrite`] when `out` fails; [`BookError::BadRequest`] for accounts as a calendar.
    pub fn export(
        &self,
        what: ExportKind,
        format: ExportFormat,
        out: &mut dyn Write,
    ) -> Result<u64, BookError> {
        let mut form: Box<dyn Form> = match (format, what) {
            (ExportFormat::Csv, _) => Box::new(csv::Csv(what)),
            (ExportFormat::Json, _) => Box::new(json::Json),
            (ExportFormat::GeoJson, _) => Box::new(geojson::GeoJson::default()),
            (ExportFormat::Ics, ExportKind::Visits) => Box::new(ics::Ics),
            (ExportFormat::Ics, ExportKind::Accounts) => {
                return Err(BookError::BadRequest {
                    what: "a calendar holds visits, not accounts",
                });
            }
        };
        let kind = if what == ExportKind::Accounts {
            Kind::Account
        } else {
            Kind::Visit
        };
        let written = |_: std::io::Error| BookError::CannotWrite;
        form.begin(out).map_err(written)?;
        let (mut count, mut query) = (0, Query::first(kind, PAGE_MAX));
        loop {
            let page = self.page(&query)?;
            query.after = page.records.last().map(|record| record.id);
            for record in page.records {
                count += u64::from(form.item(&self.item(record)?, out).map_err(written)?);
            }
            if !page.more {
                break;
            }
        }
        form.end(out).map_err(written)?;
        Ok(count)
    }

    fn item(&self, record: Record) -> Result<Item, BookError> {
        if record.kind == Kind::Account {
            let site = self.sites_of(record.id)?.into_iter().next();
            return Ok(Item {
                record,
                account: None,
                site,
            });
        }
        let account = record
            .fields
            .id("account_id")
            .map(|id| self.store.record(id))
            .transpose()?
            .flatten();
        let site = record
            .fields
            .id("site_id")
            .map(|id| self.store.record(id))
            .transpose()?
            .flatten();
        Ok(Item {
            record,
            account,
            site,
        })
    }
}

/// A time as RFC 3339 in UTC; empty beyond what a calendar holds.
fn rfc3339(ms: i64) -> String {
    let time = chrono::DateTime::from_timestamp_millis(ms);
    time.map(|time| time.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests;
