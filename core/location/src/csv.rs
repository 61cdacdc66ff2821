//! Records and cells of CSV (RFC 4180), for tracks and for imports: one idea of a quote, a separator, a number.
//!
//! Written here rather than taken from a library because of one thing that libraries do not do: a quote that is never
//! closed swallows the rest of a file. Here it is told apart, so that a reader can refuse its line and go on with the next.
//! Everything works on a window of the file; reading on, and how long a record may be, are left to the reader.
//!
//! Cells are separated by commas, by the semicolons or tabs that the header has instead, or by what a spreadsheet's own
//! first line names (`sep=;`).

mod cells;

pub use cells::CellBuffer;

/// The most lines that one record goes over.
pub const RECORD_LINES_MAX: u64 = 1_000;

/// The beginning of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordScan {
    /// A whole record.
    Record {
        /// Its length with its line end.
        bytes: usize,
        /// Number of line ends in it.
        lines: u64,
    },
    /// More input is needed to tell.
    More,
    /// A quote that is not closed before the end of the file, or in [`RECORD_LINES_MAX`] lines.
    Unclosed,
    /// A quote that is closed where a cell does not end.
    Stray,
}

/// The separator that the first line of a file names in Excel's way (`sep=;`), and the length of that line with its end.
/// A line without an end is none. The tab itself may have been trimmed by an editor.
pub fn separator_line(window: &[u8]) -> Option<(u8, usize)> {
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
    let (bytes, _) = line_end(&window[length..]);
    Some((separator, length + bytes))
}

/// A number with a decimal point or a decimal comma. `None` for one with both, with several commas, for `NaN` and infinity,
/// and for what is no number.
///
/// ```
/// use fieldbook_location::csv::decimal;
/// assert_eq!(decimal(" 52,6309 "), Some(52.6309));
/// assert_eq!(decimal("1.5e3"), Some(1_500.0));
/// assert_eq!(decimal("1,234.5"), None);
/// ```
pub fn decimal(text: &str) -> Option<f64> {
    let text = text.trim();
    let number = match text.split_once(',') {
        None => text.parse(),
        Some((whole, part)) if !part.contains([',', '.']) && !whole.contains('.') => {
            format!("{whole}.{part}").parse()
        }
        Some(_) => return None,
    };
    number.ok().filter(|number: &f64| number.is_finite())
}

/// The length of the line end at the beginning of `bytes`, and how many lines it ends: `\n`, `\r\n` or `\r`.
pub fn line_end(bytes: &[u8]) -> (usize, u64) {
    match bytes {
        [b'\r', b'\n', ..] => (2, 1),
        [b'\r' | b'\n', ..] => (1, 1),
        _ => (0, 0),
    }
}

/// The separator of the header: a comma, unless there are more semicolons or tabs.
pub fn delimiter(window: &[u8]) -> u8 {
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

/// Splits the record at the beginning of `window` into `cells`; `ended` says that nothing follows the window. Blanks around a
/// quoted cell are left out.
///
/// ```
/// use fieldbook_location::csv::{CellBuffer, RecordScan, scan_record};
/// let mut cells = CellBuffer::default();
/// let record = scan_record(b"a; \"b;\"\"c\"\"\" ;d\nrest", true, b';', &mut cells);
/// assert_eq!(record, RecordScan::Record { bytes: 16, lines: 1 });
/// assert_eq!(cells.bytes(1), b"b;\"c\"");
/// ```
pub fn scan_record(window: &[u8], ended: bool, delimiter: u8, cells: &mut CellBuffer) -> RecordScan {
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
            None if !ended => return RecordScan::More,
            Some(b'\r') if at + 1 == window.len() && !ended => return RecordScan::More,
            Some(byte) if *byte == delimiter => at += 1,
            None | Some(b'\n' | b'\r') => {
                cells.end();
                let (bytes, ends) = line_end(&window[at..]);
                return RecordScan::Record {
                    bytes: at + bytes,
                    lines: lines + ends,
                };
            }
            Some(_) => return RecordScan::Stray,
        }
        cells.end();
    }
}

/// Reads a quoted cell whose first byte is at `at`; gives where it is closed and how many lines it holds.
fn quoted(
    window: &[u8],
    mut at: usize,
    ended: bool,
    cells: &mut CellBuffer,
) -> Result<(usize, u64), RecordScan> {
    let mut lines = 0;
    loop {
        let rest = &window[at..];
        let quote = rest.iter().position(|b| *b == b'"');
        let inside = &rest[..quote.unwrap_or(rest.len())];
        lines += line_ends(inside);
        if lines > RECORD_LINES_MAX {
            return Err(RecordScan::Unclosed);
        }
        let Some(quote) = quote else {
            return Err(if ended {
                RecordScan::Unclosed
            } else {
                RecordScan::More
            });
        };
        cells.push(inside);
        match rest.get(quote + 1) {
            Some(b'"') => {
                cells.push(b"\"");
                at += quote + 2;
            }
            None if !ended => return Err(RecordScan::More),
            _ => return Ok((at + quote + 1, lines)),
        }
    }
}

/// Number of line ends in `bytes`.
pub fn line_ends(bytes: &[u8]) -> u64 {
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
