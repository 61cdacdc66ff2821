//! Types of file import and export. The calls are [`crate::Fieldbook::import_file`] and
//! [`crate::Fieldbook::export_file`].

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{self, ExportFormat, ExportKind};

/// The kind of record that an imported file contains.
#[uniffi::remote(Enum)]
pub enum ImportKind {
    /// Accounts, each with its site if the file gives a position.
    Accounts,
    /// Contacts.
    Contacts,
    /// Opportunities.
    Opportunities,
    /// Planned visits.
    Visits,
    /// Leads; one with the email address or telephone number of a lead that is known is that lead.
    Leads,
}

/// The result of an import, by column and by line.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ImportReport {
    /// The columns that were recognised, with their fields.
    pub matched: Vec<MatchedColumn>,
    /// The columns that were not recognised; their values are not imported.
    pub unmatched: Vec<String>,
    /// Number of new records.
    pub imported: u32,
    /// Number of records that changed.
    pub updated: u32,
    /// Number of records that already had the file's values.
    pub unchanged: u32,
    /// Of the updated records, the number of those that had no key and took that of the file.
    pub keyed: u32,
    /// Of the new accounts, the number of those of whose name the book has another; see `duplicates`.
    pub namesakes: u32,
    /// The lines that were not imported.
    pub refused: Vec<RefusedLine>,
}

/// A recognised column and its field.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct MatchedColumn {
    /// The name of the column in the file.
    pub column: String,
    /// The name of the field it fills.
    pub field: String,
}

/// A line that was not imported. The other lines are.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct RefusedLine {
    /// The line on which the record starts, from 1, as an editor counts.
    pub line: u64,
    /// The field at fault; empty if the line as a whole is at fault.
    pub field: String,
    /// The reason in English, for the author of the file.
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
            keyed: report.keyed,
            namesakes: report.namesakes,
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

/// The records to export.
#[uniffi::remote(Enum)]
pub enum ExportKind {
    /// Accounts, each with its first site.
    Accounts,
    /// Visits, planned and done.
    Visits,
}

/// The format of an export.
#[uniffi::remote(Enum)]
pub enum ExportFormat {
    /// CSV (RFC 4180) in UTF-8, one row a record.
    Csv,
    /// JSON Lines: one object a line.
    Json,
    /// GeoJSON (RFC 7946), one feature a record. The geometry of a record without a place is null.
    GeoJson,
    /// iCalendar (RFC 5545), for visits only.
    Ics,
}
