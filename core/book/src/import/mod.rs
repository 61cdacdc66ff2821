//! A file of a spreadsheet or another CRM, turned into drafts of records.
//!
//! This half of the import is pure: bytes in, [`Draft`]s and [`RefusedLine`]s out, one by one and in bounded memory. It
//! finds out how the file is compressed, encoded and laid out ([`Import::matched`]), reads dates and amounts as the file
//! writes them, and never guesses where a guess could be wrong: a line that is ambiguous, ragged or impossible is refused
//! by its number, with a reason, and the lines around it are taken all the same. Which record a draft updates and which
//! account it belongs to is for the book to find out.
//!
//! * An empty cell says nothing: it is left out of the draft, not cleared. So are the cells `NULL` and `\N`, with which
//!   databases export nothing, except in names.
//! * A time without a zone is in UTC, unless [`Import::in_zone`] says otherwise.
//! * Where dates and amounts could be read two ways, the first 5,000 lines of the column decide.
//!
//! ```
//! use fieldbook_book::import::{ImportKind, open};
//! let mut file = "Account Name,Billing City\nAcme,Norwich\n,Ely\n".as_bytes();
//! let import = open(ImportKind::Accounts, "accounts.csv", &mut file, &[])?;
//! assert_eq!(import.matched()[1], ("Billing City".to_owned(), "city".to_owned()));
//! let lines: Vec<_> = import.collect();
//! assert_eq!(lines[0].as_ref().map(|draft| draft.fields.text("name")), Ok(Some("Acme")));
//! assert_eq!(lines[1].as_ref().unwrap_err().to_string(), "line 3: name: is required");
//! # Ok::<(), fieldbook_book::import::ImportError>(())
//! ```

#[cfg(feature = "cards")]
mod card;
mod columns;
mod convention;
mod csv;
mod dates;
mod draft;

mod json;
mod money;
mod place;
mod refused;
mod row;
mod rows;
mod source;
mod synonyms;

#[cfg(test)]
mod tests;

use std::collections::VecDeque;
use std::io::{ErrorKind, Read};
use std::str::FromStr;

use self::columns::Columns;
use self::draft::Drafter;
use self::row::Row;
use self::rows::Rows;
use self::source::{FILE_BYTES_MAX, Source};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Zone};

#[cfg(feature = "cards")]
pub use card::{CardError, leads_of_cards};
pub use refused::{LineFault, RefusedLine};

/// Number of records that are read ahead.
const AHEAD_ROWS_MAX: usize = 5_000;
/// Largest size of the records read ahead, in bytes.
const AHEAD_BYTES_MAX: usize = 8 << 20;

/// The kind of records of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportKind {
    /// Customers, with the door where they can be visited.
    Accounts,
    /// Persons at accounts.
    Contacts,
    /// Deals with accounts.
    Opportunities,
    /// Visits that are planned.
    Visits,
    /// People or companies that might become customers.
    Leads,
}

impl ImportKind {
    /// The kind of record that the file makes.
    pub fn kind(self) -> Kind {
        match self {
            ImportKind::Accounts => Kind::Account,
            ImportKind::Contacts => Kind::Contact,
            ImportKind::Opportunities => Kind::Opportunity,
            ImportKind::Visits => Kind::Visit,
            ImportKind::Leads => Kind::Lead,
        }
    }
}

/// A word that names nothing that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("what can be imported is accounts, contacts, opportunities, visits or leads")]
pub struct UnknownImportKind;

impl FromStr for ImportKind {
    type Err = UnknownImportKind;

    fn from_str(word: &str) -> Result<ImportKind, UnknownImportKind> {
        match word {
            "accounts" => Ok(ImportKind::Accounts),
            "contacts" => Ok(ImportKind::Contacts),
            "opportunities" => Ok(ImportKind::Opportunities),
            "visits" => Ok(ImportKind::Visits),
            "leads" => Ok(ImportKind::Leads),
            _ => Err(UnknownImportKind),
        }
    }
}

/// Why nothing of a file could be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// Its first line names no columns.
    #[error("the first line must name the columns")]
    NoHeader,
    /// Its first line is neither UTF-8 nor UTF-16 behind its mark.
    #[error("byte {offset} is not UTF-8 text; save the file as CSV UTF-8")]
    NotText {
        /// Position of the first byte that is no text, from the header.
        offset: usize,
    },
    /// It is a spreadsheet or an archive.
    #[error("this is a spreadsheet or an archive; save it as CSV")]
    Workbook,
    /// `--map` names a field that this kind of record does not have.
    #[error("there is no field {field} to map a column to")]
    UnknownField {
        /// The field, as it was given.
        field: String,
    },
    /// `--map` names a column that the file does not have.
    #[error("the file has no column {column}")]
    NoSuchColumn {
        /// The column, as it was given.
        column: String,
    },
    /// No column was recognised as one that these records cannot do without.
    #[error("no column for {wanted}; name it with --map {wanted}=COLUMN")]
    NotMatched {
        /// Name of the field.
        wanted: &'static str,
    },
    /// Its compressed data ends before the first record.
    #[error("the compressed file is cut off")]
    Truncated,
    /// Its compressed data is damaged before the first record.
    #[error("the compressed file is damaged")]
    Damaged,
    /// Its header alone is longer than a file may be.
    #[error("the file is too large")]
    TooLarge,
    /// It is no list of JSON objects.
    #[error("line {line}: expected a list of objects, or one object a line")]
    Json {
        /// Number of the line, from 1.
        line: u64,
    },
    /// It could not be read.
    #[error("the file could not be read ({kind})")]
    Io {
        /// Kind of the error.
        kind: ErrorKind,
    },
}

impl From<LineFault> for ImportError {
    /// The fault of a file that could not be read on, when it happens before the first record.
    fn from(cut: LineFault) -> ImportError {
        match cut {
            LineFault::Truncated => ImportError::Truncated,
            LineFault::Damaged => ImportError::Damaged,
            LineFault::Io { kind } => ImportError::Io { kind },
            _ => ImportError::TooLarge,
        }
    }
}

/// A record as a line of a file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The line of the file on which it starts.
    pub line: u64,
    /// Its id in a book, if the file is an export of one.
    pub record_id: Option<RecordId>,
    /// Its key in the other system, by which a later import finds it again.
    pub external_id: Option<String>,
    /// Its fields, `external_id` among them, each of which its kind admits. All that a new record requires is there,
    /// except for the account of a visit.
    pub fields: Fields,
    /// The door of an account: position, fence, opening hours, and the address again. All but its account.
    pub site: Option<Fields>,
    /// The account that a contact, an opportunity or a visit belongs to. A visit always has one.
    pub account: Option<AccountRef>,
}

/// The reference of a line to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRef {
    /// By its key in the other system. Preferred where the line has both.
    ExternalId(String),
    /// By its name.
    Name(String),
    /// By its id in a book, in a file that is an export of one.
    RecordId(RecordId),
}

/// The records of a file, one by one.
pub struct Import<'a> {
    rows: Rows<'a>,
    ahead: VecDeque<Result<Row, RefusedLine>>,
    drafter: Drafter,
    matched: Vec<(String, String)>,
    unmatched: Vec<String>,
}

/// Opens a file: `.csv`, or `.json` with a list of objects or one object a line, each compressed by gzip or not.
///
/// `map` gives fields the columns they are in, `(field, column)`, for what the names of the columns do not tell: a field
/// of the record, or one of `account` (name) and `account_id` (external id), `lat`, `lon`, `datum`, `position`, `fence`,
/// `opening_hours`, `housenumber`, `street_2`, `street_3`, `first_name`, `last_name`, `currency`, `tags`, as far as the
/// kind has them.
///
/// # Errors
/// [`ImportError`], when there is nothing to be read at all.
pub fn open<'a>(
    kind: ImportKind,
    name: &str,
    input: &'a mut dyn Read,
    map: &[(String, String)],
) -> Result<Import<'a>, ImportError> {
    let mut rows = Rows::open(name, Source::open(input, FILE_BYTES_MAX)?)?;
    let mut ahead = VecDeque::new();
    let mut bytes = 0;
    while ahead.len() < AHEAD_ROWS_MAX
        && bytes < AHEAD_BYTES_MAX
        && let Some(row) = rows.next()
    {
        bytes += row.as_ref().map_or(size_of::<RefusedLine>(), Row::bytes);
        ahead.push_back(row);
    }
    if rows.columns().is_empty() {
        return Err(nothing(ahead.front()));
    }
    let is_export = is_export(kind, rows.columns(), ahead.iter().flatten());
    let columns = Columns::matching(kind, rows.columns(), map, is_export)?;
    let matched = columns.matched(rows.columns());
    let unmatched = columns.unmatched(rows.columns());
    let drafter = Drafter::new(kind, columns, &ahead.iter().flatten());
    Ok(Import {
        rows,
        ahead,
        drafter,
        matched,
        unmatched,
    })
}

/// True if the rows are what a book exported as JSON: each states its id and this kind.
fn is_export<'r>(kind: ImportKind, columns: &[String], mut rows: impl Iterator<Item = &'r Row>) -> bool {
    let at = |name: &str| columns.iter().position(|column| column == name);
    let (Some(id), Some(of_kind)) = (at("id"), at("kind")) else {
        return false;
    };
    let name = kind.kind().name();
    rows.all(|row| row.cell(of_kind) == name && row.cell(id).parse::<RecordId>().is_ok())
}

/// Why a file has no columns, given the first thing that it holds.
fn nothing(first: Option<&Result<Row, RefusedLine>>) -> ImportError {
    use LineFault::{Damaged, Io, TooLarge, Truncated};
    match first {
        Some(Err(refused)) if matches!(refused.reason, Truncated | Damaged | Io { .. } | TooLarge { .. }) => {
            refused.reason.clone().into()
        }
        Some(Err(refused)) => ImportError::Json { line: refused.line },
        _ => ImportError::Empty,
    }
}

impl Import<'_> {
    /// The columns that were recognised, in their order, each with the field it fills.
    pub fn matched(&self) -> &[(String, String)] {
        &self.matched
    }

    /// The columns that were not, in their order, and whose cells are not taken.
    pub fn unmatched(&self) -> &[String] {
        &self.unmatched
    }

    /// Reads times without a zone as times of `zone`.
    #[must_use]
    pub fn in_zone(mut self, zone: Zone) -> Self {
        self.drafter.in_zone(zone);
        self
    }
}

impl Iterator for Import<'_> {
    type Item = Result<Draft, RefusedLine>;

    fn next(&mut self) -> Option<Result<Draft, RefusedLine>> {
        let known = self.rows.columns().len();
        let row = self.ahead.pop_front().or_else(|| self.rows.next())?;
        // A key that only later objects of a JSON file have fills nothing, and is reported.
        self.unmatched.extend_from_slice(&self.rows.columns()[known..]);
        Some(row.and_then(|row| self.drafter.draft(&row)))
    }
}
