//! Why a line of a file was not taken.

use fieldbook_location::{FenceError, PositionError};
use fieldbook_model::MoneyError;
use fieldbook_model::schema::{FieldFault, Why};

/// A record of a file that was not taken. The others are.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}: {}{reason}", if field.is_empty() { String::new() } else { format!("{field}: ") })]
pub struct RefusedLine {
    /// The line of the file on which the record starts, as an editor counts: the header is usually line 1.
    pub line: u64,
    /// The field to blame, `external_id` for example; empty when it is the line as a whole.
    pub field: String,
    /// The defect of the line.
    pub reason: LineFault,
}

/// The defect of a record of a file.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum LineFault {
    /// The field may not hold this.
    #[error(transparent)]
    Field(#[from] Why),
    /// More cells than the header has columns. Which one is surplus cannot be known, so none is taken.
    #[error("{found} cells, the header has {expected}")]
    TooManyCells {
        /// Number of cells on the line.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// Fewer cells than the header has columns.
    #[error("only {found} cells, the header has {expected}")]
    TooFewCells {
        /// Number of cells on the line.
        found: usize,
        /// Columns of the header.
        expected: usize,
    },
    /// A quote is opened on this line and not closed where a cell could end. Reading goes on with the next line.
    #[error("a quote is opened here and never closed")]
    UnclosedQuote,
    /// Something other than a delimiter follows a closing quote.
    #[error("text follows a closing quote")]
    StrayQuote,
    /// The line is neither UTF-8 nor UTF-16 behind its mark. Guessing another encoding would garble names silently.
    #[error("not UTF-8 text")]
    NotUtf8,
    /// The line holds a NUL, which no text has.
    #[error("holds a character that text cannot have")]
    Nul,
    /// The record is longer than any record can be.
    #[error("longer than {allowed} bytes")]
    LineTooLong {
        /// The most a record may have.
        allowed: usize,
    },
    /// A JSON object with more keys, counting those of the objects before it, than a table can have columns.
    #[error("more than {allowed} different keys in the file")]
    TooManyKeys {
        /// The most a file may have.
        allowed: usize,
    },
    /// An earlier line has the same external id.
    #[error("the same as on line {first_line}")]
    Repeated {
        /// Number of the line on which it came first.
        first_line: u64,
    },
    /// A key in the form in which a spreadsheet shows a long number: digits of it are lost.
    #[error("a spreadsheet has rounded this key; export it again and keep the column as text")]
    RoundedKey,
    /// Day and month could be either way round, and no line of the column tells which.
    #[error("day and month could be either way round; write 2026-11-24")]
    AmbiguousDate,
    /// Not a date, or one that does not exist.
    #[error("expected a date such as 2026-11-24")]
    NotADate,
    /// The separator could be the decimal mark or group thousands, and no line of the column tells which.
    #[error("the separator could mean thousands or decimals; write 1234.50")]
    AmbiguousAmount,
    /// The deal is in a sales process, and the gate to the stage of this line is shut.
    #[error("{why}")]
    Stage {
        /// What is missing, in words.
        why: String,
    },
    /// Not an amount of money.
    #[error("expected an amount such as 1234.50")]
    NotAnAmount,
    /// The amount does not fit its currency.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The file has a column for the currency, but not on this line, and the amount has no sign that tells.
    #[error("no currency")]
    NoCurrency,
    /// The amount is written in another currency than the currency column says.
    #[error("not in the currency that the line names")]
    CurrencyDisagrees,
    /// Only one of latitude and longitude is there.
    #[error("only one of latitude and longitude is given")]
    LoneCoordinate,
    /// A latitude or longitude that is no number.
    #[error("expected degrees such as 52.6272")]
    NotDegrees,
    /// 0,0 lies in the Atlantic: it is what programs write that know no position.
    #[error("0,0 is no customer's door")]
    NullIsland,
    /// Not on the earth.
    #[error(transparent)]
    Position(#[from] PositionError),
    /// No account, or more than one, has the key or the name that the line gives.
    #[error("no account in the book, or more than one, is called so")]
    NoSuchAccount,
    /// Several accounts of the book have the name, and neither address nor position tells which is meant.
    #[error("several accounts are called so; add their external_id, or their address")]
    SeveralAccounts,
    /// The datum column names no datum we know.
    #[error("a datum is one of wgs84, gcj02, bd09")]
    UnknownDatum,
    /// Not a fence.
    #[error(transparent)]
    Fence(#[from] FenceError),
    /// Not a JSON object.
    #[error("expected a JSON object")]
    NotJson,
    /// An object or list that never ends: nothing after it could be read.
    #[error("JSON that never ends; nothing after this line was read")]
    EndlessJson,
    /// The file ends here in the middle of its compressed data. What came before is taken.
    #[error("the compressed file is cut off here; nothing after this line was read")]
    Truncated,
    /// The compressed data is damaged from here on.
    #[error("the compressed file is damaged here; nothing after this line was read")]
    Damaged,
    /// The file is longer than this version reads.
    #[error("the file is longer than {allowed} bytes; nothing after this line was read")]
    TooLarge {
        /// The most bytes, after decompression.
        allowed: u64,
    },
    /// The file could not be read on.
    #[error("the file could not be read on from here ({kind})")]
    Io {
        /// Kind of the error.
        kind: std::io::ErrorKind,
    },
}

/// A [`RefusedLine`] that does not know its line yet.
#[derive(Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) field: String,
    pub(super) reason: LineFault,
}

impl Fault {
    pub(super) fn new(field: &str, reason: impl Into<LineFault>) -> Fault {
        Fault {
            field: field.to_owned(),
            reason: reason.into(),
        }
    }

    pub(super) fn on(self, line: u64) -> RefusedLine {
        RefusedLine {
            line,
            field: self.field,
            reason: self.reason,
        }
    }
}

impl From<FieldFault> for Fault {
    fn from(fault: FieldFault) -> Fault {
        Fault {
            field: fault.field,
            reason: fault.why.into(),
        }
    }
}

impl RefusedLine {
    pub(super) fn whole(line: u64, reason: LineFault) -> RefusedLine {
        Fault::new("", reason).on(line)
    }
}
