//! Records out of CSV (RFC 4180), one by one, so that a bad one costs itself alone.
//!
//! Cells are cut by [`fieldbook_location::csv`], as those of tracks are. A record whose quotes do not fit, or that goes
//! over several lines and has the wrong number of cells, is refused, and reading goes on with the very next line. Empty
//! lines are skipped, as are lines of nothing but separators, with which spreadsheets like to end a file.

use super::ImportError;
use super::refused::{LineFault, RefusedLine};
use super::row::Row;
use super::source::Source;
use fieldbook_location::csv::{
    CellBuffer, RecordScan, delimiter, line_end, line_ends, scan_record, separator_line,
};

/// The longest record, in bytes.
pub(super) const RECORD_BYTES_MAX: usize = 4 << 20;

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
        let RecordScan::Record { bytes, lines } = self.scan() else {
            return Err(ImportError::NoHeader);
        };
        let header = &self.source.rest()[..bytes];
        if let Some(offset) = header.iter().position(|b| *b == 0) {
            return Err(ImportError::NotText { offset });
        }
        let offset = std::str::from_utf8(header).map_or_else(|e| e.valid_up_to(), |_| bytes);
        let row = Row::from_buffer(1, &self.cells).map_err(|_| ImportError::NotText { offset })?;
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
        let (separator, bytes) = separator_line(self.source.rest())?;
        self.pass(bytes, 1);
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
            RecordScan::Record { bytes, lines } => (bytes, lines),
            RecordScan::Unclosed => return Some(self.refuse_line(LineFault::UnclosedQuote)),
            RecordScan::Stray => return Some(self.refuse_line(LineFault::StrayQuote)),
            RecordScan::More => {
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
        let row = Row::from_buffer(line, &self.cells);
        Some(row.map_err(|_| RefusedLine::whole(line, LineFault::NotUtf8)))
    }

    /// Looks at the record at which the source stands, reading on as needed. [`RecordScan::More`] means it is too long.
    fn scan(&mut self) -> RecordScan {
        loop {
            let (window, ended) = (self.source.rest(), self.source.ended());
            match scan_record(window, ended, self.delimiter, &mut self.cells) {
                RecordScan::More if window.len() >= RECORD_BYTES_MAX => return RecordScan::More,
                RecordScan::More => {
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

/// True if a record is known to be complete: only the last of a file can lack its line end.
fn ends_its_line(record: &[u8]) -> bool {
    matches!(record.last(), Some(b'\n' | b'\r'))
}

#[cfg(test)]
mod tests;
