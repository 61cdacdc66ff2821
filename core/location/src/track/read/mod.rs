//! Tracks as files hold them: CSV of any dialect, GPX, either of them gzipped.
//!
//! Responsible for the bytes: limits first, then columns, then numbers. A line that is no fix is told and left out, it
//! never stops the good ones. Opening files is left to the caller.

mod columns;
mod csv;
mod gpx;
mod line;
mod time;

use std::io::{BufRead, BufReader, ErrorKind, Read};

use flate2::bufread::MultiGzDecoder;

use super::fix::TrackFix;

/// The most rows that are read: a year of a fix every five seconds.
pub const ROWS_MAX: usize = 8_000_000;
/// The most bytes that are read, after unpacking.
pub const BYTES_MAX: u64 = 4 << 30;
/// The longest line, or piece of XML between two tags, in bytes.
pub const LINE_MAX: usize = 1 << 16;

/// A track as it was read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TrackFile {
    /// The fixes, in the file's order.
    pub fixes: Vec<TrackFix>,
    /// The rows that are no fixes, in the file's order. Rows are counted over both: the n-th fix is the n-th row that is
    /// not among these.
    pub refused: Vec<RefusedRow>,
}

/// A row that is no fix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefusedRow {
    /// Which, counted from 0, header and empty lines left out.
    pub row: usize,
    /// The line of the file on which it ends, counted from 1.
    pub line: u64,
    /// The field to blame.
    pub field: &'static str,
    /// What is wrong with it.
    pub problem: RowProblem,
}

/// What is wrong with a field of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// It is not there, or empty.
    #[error("is missing")]
    Missing,
    /// No number.
    #[error("is not a number")]
    NotANumber,
    /// No time in any form that is known.
    #[error("is not a time such as 2026-11-23T09:30:00Z")]
    NotATime,
    /// A number that cannot be.
    #[error("is not a possible number")]
    Impossible,
}

/// Why a file is no track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// The first line names no column that could be this one.
    #[error("no column for {field} in the first line")]
    NoColumn {
        /// `time`, `lat` or `lon`.
        field: &'static str,
    },
    /// More than [`BYTES_MAX`] after unpacking.
    #[error("the file holds more than {} bytes", BYTES_MAX)]
    TooLarge,
    /// More than [`ROWS_MAX`] rows.
    #[error("the file holds more than {} fixes", ROWS_MAX)]
    TooMany,
    /// More than [`LINE_MAX`] bytes without an end.
    #[error("line {line} is longer than {} bytes", LINE_MAX)]
    LineTooLong {
        /// Counted from 1.
        line: u64,
    },
    /// The gzip is cut or garbled.
    #[error("the gzip data is damaged")]
    Damaged,
    /// The XML is not well formed.
    #[error("line {line} is not well-formed XML")]
    Xml {
        /// Counted from 1.
        line: u64,
    },
    /// Well-formed XML without a single point in it.
    #[error("the GPX holds no track point")]
    NoPoint,
    /// Most of the rows are no fixes; the first that is none.
    #[error("line {}: {} {} ({refused} of {rows} lines are no fixes)", first.line, first.field, first.problem)]
    MostlyRefused {
        /// The first of them.
        first: RefusedRow,
        /// How many of them.
        refused: usize,
        /// Of how many.
        rows: usize,
    },
    /// Reading failed.
    #[error("reading failed ({kind})")]
    Io {
        /// How.
        kind: ErrorKind,
    },
}

/// Reads a track, whatever its form: gzip, XML and CSV are told apart by how they begin.
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
/// [`ReadError`]: nothing of it can be read, it is larger than any track, or most of its rows are no fixes.
pub fn read(input: impl Read) -> Result<TrackFile, ReadError> {
    let mut input = BufReader::with_capacity(1 << 16, input);
    let file = if starts_with(&mut input, &[0x1f, 0x8b])? {
        read_plain(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(input))).map_err(|error| {
            if is_garbled(error) {
                ReadError::Damaged
            } else {
                error
            }
        })?
    } else {
        read_plain(input)?
    };
    check_refused(file)
}

/// Whether unpacking went wrong rather than reading.
fn is_garbled(error: ReadError) -> bool {
    let kinds = [
        ErrorKind::InvalidInput,
        ErrorKind::InvalidData,
        ErrorKind::UnexpectedEof,
    ];
    matches!(error, ReadError::Io { kind } if kinds.contains(&kind))
}

fn read_plain(input: impl BufRead) -> Result<TrackFile, ReadError> {
    // One byte more than is allowed, to know that there is more.
    let mut input = BufReader::new(input.take(BYTES_MAX + 1));
    if input.fill_buf().map_err(io_error)?.is_empty() {
        return Err(ReadError::Empty);
    }
    if starts_with(&mut input, b"\xef\xbb\xbf")? {
        input.consume(3);
    }
    let begins = input.fill_buf().map_err(io_error)?;
    let first = begins.iter().find(|byte| !byte.is_ascii_whitespace());
    if first == Some(&b'<') {
        gpx::read(input)
    } else {
        csv::read(input)
    }
}

fn starts_with(input: &mut impl BufRead, magic: &[u8]) -> Result<bool, ReadError> {
    Ok(input.fill_buf().map_err(io_error)?.starts_with(magic))
}

#[expect(clippy::needless_pass_by_value, reason = "stands where `map_err` wants it")]
fn io_error(error: std::io::Error) -> ReadError {
    ReadError::Io { kind: error.kind() }
}

/// A file of which more than half is no track is told as such: somebody gave the wrong file or the wrong columns.
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
    /// Takes what a row turned out to be.
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
