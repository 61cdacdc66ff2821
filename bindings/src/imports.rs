//! What crosses of files taken in and written out.

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{self, ExportFormat, ExportKind};

/// What a file has records of.
#[uniffi::remote(Enum)]
pub enum ImportKind {
    /// Customers, with the door where they can be visited.
    Accounts,
    /// People.
    Contacts,
    /// Deals.
    Opportunities,
    /// Visits that are planned.
    Visits,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportReport {
    /// The columns that were recognised.
    pub matched: Vec<MatchedColumn>,
    /// The columns that were not.
    pub unmatched: Vec<String>,
    /// Records that are new in the book.
    pub imported: u32,
    /// Records that changed.
    pub updated: u32,
    /// Records that were already as the file says.
    pub unchanged: u32,
    /// Lines that were not taken.
    pub refused: Vec<RefusedLine>,
}

/// A column and the field that it filled.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MatchedColumn {
    /// The column, as the file names it.
    pub column: String,
    /// The field.
    pub field: String,
}

/// A line that was not taken. The others are.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RefusedLine {
    /// The line of the file on which the record starts, as an editor counts.
    pub line: u64,
    /// The field to blame; empty when it is the line as a whole.
    pub field: String,
    /// What is wrong with it, in English: it is about a file, and for whoever made it.
    pub reason: String,
}

impl From<book::ImportReport> for ImportReport {
    fn from(report: book::ImportReport) -> ImportReport {
        let matched = report.matched.into_iter();
        let refused = report.refused.into_iter();
        ImportReport {
            matched: matched
                .map(|(column, field)| MatchedColumn { column, field })
                .collect(),
            unmatched: report.unmatched,
            imported: report.imported,
            updated: report.updated,
            unchanged: report.unchanged,
            refused: refused
                .map(|line| RefusedLine {
                    line: line.line,
                    field: line.field,
                    reason: line.reason.to_string(),
                })
                .collect(),
        }
    }
}

/// What is written out.
#[uniffi::remote(Enum)]
pub enum ExportKind {
    /// Customers, each with its first site.
    Accounts,
    /// Visits, planned and done.
    Visits,
}

/// In which form.
#[uniffi::remote(Enum)]
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
