//! Reader of track files: CSV of any dialect, GPX, either of them gzipped.
//!
//! Responsible for the bytes: limits first, then columns, then numbers. A line that is not a fix is reported and left
//! out; it never stops the others. UTF-16 is decoded if a byte order mark announces it. Opening files is left to the
//! caller.

mod columns;
mod csv;
mod gpx;
mod map;
mod rows;
mod speed_unit;
mod time;
pub(crate) mod utf16;

use std::io::{BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use super::fix::TrackFix;
pub use map::{ColumnMap, ColumnMapError};
use utf16::Utf16Reader;

/// Largest number of rows: a year of a fix every five seconds.
pub const ROWS_MAX: usize = 8_000_000;
/// Largest size in bytes, after decompression.
pub const BYTES_MAX: u64 = 4 << 30;
/// Longest line, or piece of XML between two tags, bytes.
pub const LINE_MAX: usize = 1 << 16;

/// The content of a track file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackFile {
    /// Fixes, in file order.
    pub fixes: Vec<TrackFix>,
    /// Rows that are not fixes, in file order. Row numbers count both: the n-th fix is the n-th row that is not among
    /// these.
    pub refused: Vec<RefusedRow>,
    /// True if the file states the datum of its positions, in a column or in the names of columns; they are converted to
    /// WGS-84. Otherwise they are as they stand in the file.
    pub states_datum: bool,
}

/// A row that is not a fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedRow {
    /// Number of the row, from 0, without header and empty lines.
    pub row: usize,
    /// Number of the line on which the row ends, from 1.
    pub line: u64,
    /// Name of the invalid field; `row` if the row as a whole is none.
    pub field: &'static str,
    /// Problem of that field.
    pub problem: RowProblem,
}

/// The problem of a field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// The field is absent or empty.
    #[error("is missing")]
    Missing,
    /// The field is not a number.
    #[error("is not a number")]
    NotANumber,
    /// The field is not a time in any known form.
    #[error("is not a time such as 2026-11-23T09:30:00Z")]
    NotATime,
    /// The field names no datum.
    #[error("is not wgs84, gcj02 or bd09")]
    NotADatum,
    /// The number is out of range.
    #[error("is not a possible number")]
    Impossible,
    /// The row has more cells than the first line has names: nobody knows which is which.
    #[error("has more cells than the first line")]
    TooManyCells,
    /// The row has a quote that is not closed.
    #[error("has a quote that is not closed")]
    UnclosedQuote,
    /// The row has text behind a closing quote.
    #[error("has text behind a closing quote")]
    StrayQuote,
}

/// The reason why a file is not a track.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The first line names no column that could be this field.
    #[error("no column for {field} in the first line")]
    NoColumn {
        /// Name of the field: `time`, `lat` or `lon`.
        field: &'static str,
    },
    /// The [`ColumnMap`] names a column that the file does not have.
    #[error("the file has no column {column}")]
    NoSuchColumn {
        /// The column, as it was given.
        column: String,
    },
    /// The file has more than [`BYTES_MAX`] bytes after decompression.
    #[error("the file holds more than {} bytes", BYTES_MAX)]
    TooLarge,
    /// The file has more than [`ROWS_MAX`] rows.
    #[error("the file holds more than {} fixes", ROWS_MAX)]
    TooMany,
    /// A line has more than [`LINE_MAX`] bytes.
    #[error("line {line} is longer than {} bytes", LINE_MAX)]
    LineTooLong {
        /// Number of the line, from 1.
        line: u64,
    },
    /// The gzip data is truncated or damaged.
    #[error("the gzip data is damaged")]
    Damaged,
    /// The XML is not well formed.
    #[error("line {line} is not well-formed XML")]
    Xml {
        /// Number of the line, from 1.
        line: u64,
    },
    /// The XML is well-formed and has no track point.
    #[error("the GPX holds no track point")]
    NoPoint,
    /// More than half of the rows are not fixes.
    #[error("line {}: {} {} ({refused} of {rows} lines are no fixes)", first.line, first.field, first.problem)]
    MostlyRefused {
        /// The first of these rows.
        first: RefusedRow,
        /// Number of these rows.
        refused: usize,
        /// Number of all rows.
        rows: usize,
    },
    /// The input failed.
    #[error("reading failed ({kind})")]
    Io {
        /// Kind of the error.
        kind: ErrorKind,
    },
}

/// Reads a track. Gzip, UTF-16, XML and CSV are told apart by their first bytes.
///
/// ```
/// use fieldbook_location::track::read;
/// let csv = "time,lat,lon,accuracy_m\n2026-11-23T09:30:00Z,52.63,1.29,8\n2026-11-23T09:31:00Z,91,1.29,8\n";
/// let file = read(csv.as_bytes())?;
/// assert_eq!(file.fixes.len(), 1);
/// assert_eq!((file.refused[0].line, file.refused[0].field), (3, "lat"));
/// # Ok::<(), fieldbook_location::track::ReadError>(())
/// ```
///
/// # Errors
/// [`ReadError`] if nothing can be read, a limit is exceeded, or most rows are not fixes.
pub fn read(input: impl Read) -> Result<TrackFile, ReadError> {
    read_mapped(input, &ColumnMap::default())
}

/// Reads a track as [`read`] does; `map` names columns of a CSV and does not concern GPX.
///
/// # Errors
/// As of [`read`]; [`ReadError::NoSuchColumn`] for a column that the file has not.
pub fn read_mapped(input: impl Read, map: &ColumnMap) -> Result<TrackFile, ReadError> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let file = if starts_with(&mut input, &[0x1f, 0x8b])? {
        read_plain(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(input)), map).map_err(|error| {
            if is_garbled(&error) {
                ReadError::Damaged
            } else {
                error
            }
        })?
    } else {
        read_plain(input, map)?
    };
    check_refused(file)
}

/// True if decompression failed rather than reading.
fn is_garbled(error: &ReadError) -> bool {
    let kinds = [
        ErrorKind::InvalidInput,
        ErrorKind::InvalidData,
        ErrorKind::UnexpectedEof,
    ];
    matches!(error, ReadError::Io { kind } if kinds.contains(kind))
}

fn read_plain(input: impl BufRead, map: &ColumnMap) -> Result<TrackFile, ReadError> {
    // One byte more than allowed shows that there is more.
    let mut input = BufReader::new(input.take(BYTES_MAX + 1));
    if input.fill_buf().map_err(io_error)?.is_empty() {
        return Err(ReadError::Empty);
    }
    match input.fill_buf().map_err(io_error)? {
        [0xff, 0xfe, ..] => {
            input.consume(2);
            let text = Utf16Reader::little_endian(input);
            read_text(BufReader::with_capacity(1 << 16, text), map)
        }
        [0xfe, 0xff, ..] => {
            input.consume(2);
            let text = Utf16Reader::big_endian(input);
            read_text(BufReader::with_capacity(1 << 16, text), map)
        }
        begin => {
            let mark = if begin.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
            input.consume(mark);
            read_text(input, map)
        }
    }
}

/// Reads UTF-8 text without a byte order mark.
fn read_text(mut input: impl BufRead, map: &ColumnMap) -> Result<TrackFile, ReadError> {
    let begins = input.fill_buf().map_err(io_error)?;
    let first = begins.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'<') {
        gpx::read(input)
    } else {
        csv::read(input, map)
    }
}

fn starts_with(input: &mut impl BufRead, magic: &[u8]) -> Result<bool, ReadError> {
    Ok(input.fill_buf().map_err(io_error)?.starts_with(magic))
}

#[expect(clippy::needless_pass_by_value, reason = "stands where `map_err` wants it")]
fn io_error(error: std::io::Error) -> ReadError {
    ReadError::Io { kind: error.kind() }
}

/// Refuses a file of which more than half is not a track: it is the wrong file, or has other columns.
fn check_refused(file: TrackFile) -> Result<TrackFile, ReadError> {
    match file.refused.first() {
        Some(first) if file.refused.len() > file.fixes.len() => Err(ReadError::MostlyRefused {
            first: *first,
            refused: file.refused.len(),
            rows: file.refused.len() + file.fixes.len(),
        }),
        _ => Ok(file),
    }
}

impl TrackFile {
    /// Adds the result of a row.
    fn push(
        &mut self,
        row: Result<TrackFix, (&'static str, RowProblem)>,
        line: u64,
    ) -> Result<(), ReadError> {
        let number = self.fixes.len() + self.refused.len();
        if number >= ROWS_MAX {
            return Err(ReadError::TooMany);
        }
        match row {
            Ok(fix) => self.fixes.push(fix),
            Err((field, problem)) => self.refused.push(RefusedRow {
                row: number,
                line,
                field,
                problem,
            }),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
