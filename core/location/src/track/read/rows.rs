//! Records of a CSV of bounded length, out of a stream.

use std::io::BufRead;

use super::{BYTES_MAX, LINE_MAX, ReadError, RowProblem, io_error};
use crate::csv::{CellBuffer, RecordScan, delimiter, line_end, scan_record, separator_line};

/// The records of a CSV file behind its header.
pub(super) struct CsvRows<R> {
    input: R,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    passed_bytes: u64,
    /// Number of line ends before the window.
    passed_lines: u64,
    /// Number of the line on which the last record ended, from 1.
    line: u64,
    separator: u8,
    header: Vec<String>,
    cells: CellBuffer,
}

/// The next record of a file.
#[derive(Debug, PartialEq)]
pub(super) enum NextRow {
    /// Nothing follows.
    End,
    /// Its cells are in [`CsvRows::cells`].
    Cells,
    /// Its line was passed, and nothing else.
    Refused(RowProblem),
}

impl<R: BufRead> CsvRows<R> {
    /// Reads the header.
    pub(super) fn open(input: R) -> Result<CsvRows<R>, ReadError> {
        let mut rows = CsvRows {
            input,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            passed_bytes: 0,
            passed_lines: 0,
            line: 0,
            separator: b',',
            header: Vec::new(),
            cells: CellBuffer::default(),
        };
        rows.skip_blank_lines()?;
        let named = separator_line(rows.window());
        if let Some((_, bytes)) = named {
            rows.pass(bytes, 1)?;
            rows.skip_blank_lines()?;
        }
        if rows.window().is_empty() {
            return Err(ReadError::Empty);
        }
        rows.separator = named.map_or_else(|| delimiter(rows.window()), |(separator, _)| separator);
        if rows.next()? != NextRow::Cells {
            return Err(ReadError::NoColumn { field: "time" });
        }
        let name = |at| String::from_utf8_lossy(rows.cells.bytes(at)).trim().to_owned();
        rows.header = (0..rows.cells.count()).map(name).collect();
        Ok(rows)
    }

    /// The names of the columns.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The cells of the last record.
    pub(super) fn cells(&self) -> &CellBuffer {
        &self.cells
    }

    /// Number of the line on which the last record ended, from 1.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next record that is not blank.
    pub(super) fn next(&mut self) -> Result<NextRow, ReadError> {
        loop {
            let window = self.window();
            if window.is_empty() && self.ended {
                return Ok(NextRow::End);
            }
            let scan = scan_record(
                &self.buffer[self.start..],
                self.ended,
                self.separator,
                &mut self.cells,
            );
            match scan {
                RecordScan::Record { bytes, lines } if bytes <= LINE_MAX => {
                    if let Some(problem) = self.cells_problem(bytes, lines) {
                        return self.refuse_line(problem);
                    }
                    self.pass(bytes, lines)?;
                    if !self.cells.is_blank() {
                        return Ok(NextRow::Cells);
                    }
                }
                RecordScan::More if self.window().len() <= LINE_MAX => self.more()?,
                RecordScan::Stray => return self.refuse_line(RowProblem::StrayQuote),
                // Too long for a line: one line that is too long, or a quote that holds many.
                RecordScan::Record { .. } | RecordScan::More | RecordScan::Unclosed => {
                    return self.refuse_line(RowProblem::UnclosedQuote);
                }
            }
        }
    }

    /// The problem of a record of so many bytes and line ends as a whole. One that goes over several lines must have as many
    /// cells as the header: a quote that was never closed reaches to the next quote.
    fn cells_problem(&self, bytes: usize, lines: u64) -> Option<RowProblem> {
        let columns = self.header.len();
        if columns == 0 || self.cells.is_blank() {
            return None;
        }
        let own_end = matches!(self.window()[..bytes].last(), Some(b'\n' | b'\r'));
        if lines > u64::from(own_end) && self.cells.count() != columns {
            return Some(RowProblem::UnclosedQuote);
        }
        (!self.cells.is_blank_from(columns)).then_some(RowProblem::TooManyCells)
    }

    /// Passes the line at which the window begins.
    fn refuse_line(&mut self, problem: RowProblem) -> Result<NextRow, ReadError> {
        let length = self.line_length()?;
        let (end, lines) = line_end(&self.window()[length..]);
        self.pass(length + end, lines)?;
        Ok(NextRow::Refused(problem))
    }

    /// Length of the line at which the window begins, without its end, which is read too.
    fn line_length(&mut self) -> Result<usize, ReadError> {
        loop {
            let window = self.window();
            let end = window.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
            let length = end.unwrap_or(window.len());
            if length > LINE_MAX {
                let line = self.passed_lines + 1;
                return Err(ReadError::LineTooLong { line });
            }
            if self.ended || end.is_some_and(|end| end + 1 < window.len()) {
                return Ok(length);
            }
            self.more()?;
        }
    }

    fn skip_blank_lines(&mut self) -> Result<(), ReadError> {
        loop {
            let length = self.line_length()?;
            let window = self.window();
            if window.is_empty() || !window[..length].trim_ascii().is_empty() {
                return Ok(());
            }
            let (end, lines) = line_end(&window[length..]);
            self.pass(length + end, lines)?;
        }
    }

    fn window(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    fn more(&mut self) -> Result<(), ReadError> {
        self.buffer.drain(..self.start);
        self.start = 0;
        let bytes = self.input.fill_buf().map_err(io_error)?;
        self.buffer.extend_from_slice(bytes);
        let length = bytes.len();
        self.ended = length == 0;
        self.input.consume(length);
        Ok(())
    }

    fn pass(&mut self, bytes: usize, lines: u64) -> Result<(), ReadError> {
        let own_end = matches!(self.window()[..bytes].last(), Some(b'\n' | b'\r'));
        self.start += bytes;
        self.line = self.passed_lines + lines + u64::from(!own_end);
        self.passed_lines += lines;
        self.passed_bytes += bytes as u64;
        if self.passed_bytes > BYTES_MAX {
            return Err(ReadError::TooLarge);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records of a file: the cells of each joined by `|`, or its problem, with the line on which it ends.
    fn rows(text: &str) -> Vec<(u64, Result<String, RowProblem>)> {
        let mut rows = CsvRows::open(text.as_bytes()).expect("a header");
        let mut found = Vec::new();
        loop {
            let row = match rows.next().expect("memory is read") {
                NextRow::End => return found,
                NextRow::Refused(problem) => Err(problem),
                NextRow::Cells => {
                    let cells = (0..rows.cells().count()).map(|at| rows.cells().bytes(at));
                    let cells: Vec<_> = cells.map(String::from_utf8_lossy).collect();
                    Ok(cells.join("|"))
                }
            };
            found.push((rows.line(), row));
        }
    }

    #[test]
    fn a_record_may_go_over_lines_and_an_unclosed_quote_costs_its_own() {
        let ok = |line, cells: &str| (line, Ok(cells.to_owned()));
        assert_eq!(
            rows("a,b\r\n1,\"x\r\ny\"\r\n3,4"),
            [ok(3, "1|x\r\ny"), ok(4, "3|4")]
        );
        assert_eq!(rows("\n sep=;\n\na;b\r1;2\r;\r3;4"), [ok(5, "1|2"), ok(7, "3|4")]);
        let unclosed = (2, Err(RowProblem::UnclosedQuote));
        assert_eq!(
            rows("a,b\n1,\"2\n3,4\n5,6\n"),
            [unclosed.clone(), ok(3, "3|4"), ok(4, "5|6")]
        );
        let swallowed = rows("a,b\n1,\"2\n3\",4\n5,6\n");
        assert_eq!(swallowed, [unclosed.clone(), ok(3, "3\"|4"), ok(4, "5|6")]);
        let many = format!("a,b\n1,\"2\n{}", "3,4\n".repeat(60_000));
        let found = rows(&many);
        assert_eq!(
            (found.len(), &found[0], &found[60_000]),
            (60_001, &unclosed, &ok(60_002, "3|4"))
        );
    }

    #[test]
    fn cells_beyond_the_header_are_refused_unless_they_are_blank() {
        let found = rows("a,b\n1,2,,\n1,2,3\n1\n\"1\"2,3\n");
        let problems: Vec<_> = found.iter().map(|(_, row)| row.as_ref().err().copied()).collect();
        let (many, stray) = (RowProblem::TooManyCells, RowProblem::StrayQuote);
        assert_eq!(problems, [None, Some(many), None, Some(stray)]);
    }

    #[test]
    fn a_line_without_an_end_is_not_gathered_for_ever() {
        let long = format!("a,b\n1,{}", "x".repeat(LINE_MAX * 4));
        let mut rows = CsvRows::open(long.as_bytes()).expect("a header");
        assert_eq!(rows.next(), Err(ReadError::LineTooLong { line: 2 }));
        let mut input = std::io::BufReader::with_capacity(1 << 10, long.as_bytes());
        let mut rows = CsvRows::open(&mut input).expect("a header");
        assert_eq!(rows.next(), Err(ReadError::LineTooLong { line: 2 }));
        assert!(rows.buffer.capacity() <= LINE_MAX * 3);
    }
}
