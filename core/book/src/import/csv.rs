//! Records out of CSV (RFC 4180), one by one, so that a bad one costs itself alone.
//!
//! Written here rather than taken from a library because of one thing that libraries do not do: a quote that is never
//! closed swallows the rest of a file. Here it costs its own line. A record whose quotes do not fit, or that goes over
//! several lines and has the wrong number of cells, is refused, and reading goes on with the very next line.
//!
//! Cells are separated by commas, or by the semicolons or tabs that the header has instead. Empty lines are skipped, as
//! are lines of nothing but separators, with which spreadsheets like to end a file.

use super::ImportError;
use super::refused::{LineFault, RefusedLine};
use super::row::{CellBuffer, Row};
use super::source::Source;

/// The longest record, in bytes.
pub(super) const RECORD_BYTES_MAX: usize = 4 << 20;
/// The most lines that one record goes over.
const RECORD_LINES_MAX: u64 = 1_000;

/// The records of a CSV file.
pub(super) struct CsvReader<'a> {
    source: Source<'a>,
    /// The line at which the source stands.
    line: u64,
    delimiter: u8,
    columns: Vec<String>,
    cells: CellBuffer,
    done: bool,
}

/// The beginning of the window.
#[derive(Debug, PartialEq)]
enum Scan {
    /// A record of so many bytes, its line end included, which holds so many line ends.
    Record { bytes: usize, lines: u64 },
    /// More input is needed to tell.
    More,
    /// A quote that is not closed.
    Unclosed,
    /// A quote that is closed where a cell does not end.
    Stray,
}

impl<'a> CsvReader<'a> {
    /// Reads the header.
    pub(super) fn open(source: Source<'a>) -> Result<CsvReader<'a>, ImportError> {
        let mut csv = CsvReader {
            source,
            line: 1,
            delimiter: b',',
            columns: Vec::new(),
            cells: CellBuffer::default(),
            done: false,
        };
        csv.read_header()?;
        Ok(csv)
    }

    /// The names of the columns.
    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    fn read_header(&mut self) -> Result<(), ImportError> {
        self.skip_white_lines();
        if self.source.rest().trim_ascii().is_empty() {
            return Err(self
                .source
                .cut()
                .cloned()
                .map_or(ImportError::Empty, ImportError::from));
        }
        self.delimiter = match self.separator_line() {
            Some(named) => named,
            None => delimiter(self.source.rest()),
        };
        let Scan::Record { bytes, lines } = self.scan() else {
            return Err(ImportError::NoHeader);
        };
        let header = &self.source.rest()[..bytes];
        if let Some(offset) = header.iter().position(|b| *b == 0) {
            return Err(ImportError::NotText { offset });
        }
        let offset = std::str::from_utf8(header).map_or_else(|e| e.valid_up_to(), |_| bytes);
        let row = self.cells.row(1).map_err(|_| ImportError::NotText { offset })?;
        if let (false, Some(cut)) = (ends_its_line(header), self.source.cut()) {
            return Err(cut.clone().into());
        }
        if self.cells.is_blank() {
            return Err(ImportError::NoHeader);
        }
        self.columns = (0..row.cells()).map(|at| row.cell(at).to_owned()).collect();
        self.pass(bytes, lines);
        Ok(())
    }

    /// Passes the line in which a spreadsheet names the separator (`sep=;`), and gives that.
    fn separator_line(&mut self) -> Option<u8> {
        let window = self.source.rest();
        let length = window.iter().take(16).position(|b| matches!(b, b'\n' | b'\r'))?;
        let line = window[..length].trim_ascii().to_ascii_lowercase();
        let line = line
            .strip_prefix(b"\"")
            .and_then(|line| line.strip_suffix(b"\""))
            .unwrap_or(&line);
        let separator = match line {
            [b's', b'e', b'p', b'=', separator] if separator.is_ascii() => *separator,
            b"sep=" => b'\t',
            _ => return None,
        };
        let (bytes, lines) = line_end(&window[length..]);
        self.pass(length + bytes, lines);
        self.skip_white_lines();
        Some(separator)
    }

    fn skip_white_lines(&mut self) {
        loop {
            let window = self.source.rest();
            let white = window.len() - window.trim_ascii_start().len();
            let end = window[..white]
                .iter()
                .rposition(|b| *b == b'\n')
                .map_or(0, |at| at + 1);
            let lines = line_ends(&window[..end]);
            let all = white == window.len() && white < RECORD_BYTES_MAX;
            self.pass(end, lines);
            if !all || self.source.ended() {
                return;
            }
            self.source.more();
        }
    }

    /// The next record that holds anything.
    pub(super) fn next(&mut self) -> Option<Result<Row, RefusedLine>> {
        while !self.done {
            if self.source.rest().is_empty() && !self.source.more() {
                self.done = true;
                return self
                    .source
                    .cut()
                    .map(|cut| Err(RefusedLine::whole(self.line, cut.clone())));
            }
            if let Some(found) = self.record() {
                return Some(found);
            }
        }
        None
    }

    /// The record at which the source stands, or `None` for one that holds nothing.
    fn record(&mut self) -> Option<Result<Row, RefusedLine>> {
        let line = self.line;
        let (bytes, lines) = match self.scan() {
            Scan::Record { bytes, lines } => (bytes, lines),
            Scan::Unclosed => return Some(self.refuse_line(LineFault::UnclosedQuote)),
            Scan::Stray => return Some(self.refuse_line(LineFault::StrayQuote)),
            Scan::More => {
                let allowed = RECORD_BYTES_MAX;
                return Some(self.refuse_line(LineFault::LineTooLong { allowed }));
            }
        };
        let whole = ends_its_line(&self.source.rest()[..bytes]);
        if let (false, Some(cut)) = (whole, self.source.cut()) {
            // Half a line looks like a whole one; nobody knows.
            self.done = true;
            return Some(Err(RefusedLine::whole(line, cut.clone())));
        }
        if self.cells.is_blank() {
            self.pass(bytes, lines);
            return None;
        }
        let (found, expected) = (self.cells.count(), self.columns.len());
        let ragged = match found.cmp(&expected) {
            std::cmp::Ordering::Greater => Some(LineFault::TooManyCells { found, expected }),
            std::cmp::Ordering::Less => Some(LineFault::TooFewCells { found, expected }),
            std::cmp::Ordering::Equal => None,
        };
        if let Some(reason) = ragged {
            return Some(self.refuse_line(reason));
        }
        self.pass(bytes, lines);
        if self.cells.has_nul() {
            return Some(Err(RefusedLine::whole(line, LineFault::Nul)));
        }
        let row = self.cells.row(line);
        Some(row.map_err(|_| RefusedLine::whole(line, LineFault::NotUtf8)))
    }

    /// Looks at the record at which the source stands, reading on as needed. [`Scan::More`] means it is too long.
    fn scan(&mut self) -> Scan {
        loop {
            let (window, ended) = (self.source.rest(), self.source.ended());
            match scan(window, ended, self.delimiter, &mut self.cells) {
                Scan::More if window.len() >= RECORD_BYTES_MAX => return Scan::More,
                Scan::More => {
                    self.source.more();
                }
                found => return found,
            }
        }
    }

    fn pass(&mut self, bytes: usize, lines: u64) {
        self.source.advance(bytes);
        self.line += lines;
    }

    /// Refuses the line at which the source stands and passes it, however long it is.
    fn refuse_line(&mut self, reason: LineFault) -> Result<Row, RefusedLine> {
        let refused = RefusedLine::whole(self.line, reason);
        loop {
            let window = self.source.rest();
            let end = window.iter().position(|b| matches!(b, b'\n' | b'\r'));
            match end {
                Some(at) if window[at] == b'\r' && at + 1 == window.len() && !self.source.ended() => {
                    self.source.advance(at);
                }
                Some(at) => {
                    let (bytes, _) = line_end(&window[at..]);
                    self.pass(at + bytes, 1);
                    break;
                }
                None => self.source.advance(window.len()),
            }
            if self.source.ended() && self.source.rest().is_empty() || !self.source.more() {
                break;
            }
        }
        Err(refused)
    }
}

/// The length of the line end at the beginning of `bytes`, and how many lines it ends.
fn line_end(bytes: &[u8]) -> (usize, u64) {
    match bytes {
        [b'\r', b'\n', ..] => (2, 1),
        [b'\r' | b'\n', ..] => (1, 1),
        _ => (0, 0),
    }
}

/// True if a record is known to be complete: only the last of a file can lack its line end.
fn ends_its_line(record: &[u8]) -> bool {
    matches!(record.last(), Some(b'\n' | b'\r'))
}

/// The separator of the header: a comma, unless there are more semicolons or tabs.
fn delimiter(window: &[u8]) -> u8 {
    let line = window
        .split(|b| matches!(b, b'\n' | b'\r'))
        .next()
        .unwrap_or(window);
    let count = |delimiter: u8| {
        let mut quoted = false;
        let outside = line.iter().filter(|b| {
            quoted ^= **b == b'"';
            !quoted && **b == delimiter
        });
        outside.count()
    };
    let more = |best: u8, other: u8| if count(other) > count(best) { other } else { best };
    [b';', b'\t'].into_iter().fold(b',', more)
}

/// Splits the record at the beginning of `window` into `cells`.
fn scan(window: &[u8], ended: bool, delimiter: u8, cells: &mut CellBuffer) -> Scan {
    cells.clear();
    let (mut at, mut lines) = (0, 0);
    loop {
        // Blanks around a quoted cell carry nothing: cells are trimmed.
        let blanks = window[at..].iter().take_while(|b| **b == b' ').count();
        if window.get(at + blanks) == Some(&b'"') {
            at += blanks;
            match quoted(window, at + 1, ended, cells) {
                Ok((next, inside)) => {
                    let blanks = window[next..].iter().take_while(|b| **b == b' ').count();
                    (at, lines) = (next + blanks, lines + inside);
                }
                Err(scan) => return scan,
            }
        } else {
            let cell = &window[at..];
            let end = cell
                .iter()
                .position(|b| *b == delimiter || matches!(b, b'\n' | b'\r'));
            let end = end.unwrap_or(cell.len());
            cells.push(&cell[..end]);
            at += end;
        }
        match window.get(at) {
            None if !ended => return Scan::More,
            Some(b'\r') if at + 1 == window.len() && !ended => return Scan::More,
            Some(byte) if *byte == delimiter => at += 1,
            None | Some(b'\n' | b'\r') => {
                cells.end();
                let (bytes, ends) = line_end(&window[at..]);
                return Scan::Record {
                    bytes: at + bytes,
                    lines: lines + ends,
                };
            }
            Some(_) => return Scan::Stray,
        }
        cells.end();
    }
}

/// Reads a quoted cell whose first byte is at `at`; gives where it is closed and how many lines it holds.
fn quoted(window: &[u8], mut at: usize, ended: bool, cells: &mut CellBuffer) -> Result<(usize, u64), Scan> {
    let mut lines = 0;
    loop {
        let rest = &window[at..];
        let quote = rest.iter().position(|b| *b == b'"');
        let inside = &rest[..quote.unwrap_or(rest.len())];
        lines += line_ends(inside);
        if lines > RECORD_LINES_MAX {
            return Err(Scan::Unclosed);
        }
        let Some(quote) = quote else {
            return Err(if ended { Scan::Unclosed } else { Scan::More });
        };
        cells.push(inside);
        match rest.get(quote + 1) {
            Some(b'"') => {
                cells.push(b"\"");
                at += quote + 2;
            }
            None if !ended => return Err(Scan::More),
            _ => return Ok((at + quote + 1, lines)),
        }
    }
}

fn line_ends(bytes: &[u8]) -> u64 {
    let (mut lines, mut rest) = (0, bytes);
    while let Some(at) = rest.iter().position(|b| matches!(b, b'\n' | b'\r')) {
        let (bytes, ends) = line_end(&rest[at..]);
        lines += ends;
        rest = &rest[at + bytes..];
    }
    lines
}

#[cfg(test)]
mod tests;
