//! Lines of bounded length, and the fields of a line.

use std::io::BufRead;

use super::{LINE_MAX, ReadError, io_error};

/// Reads the next line into `line`, without its end; `false` at the end of the input.
pub(super) fn next(input: &mut impl BufRead, line: &mut Vec<u8>, number: u64) -> Result<bool, ReadError> {
    line.clear();
    loop {
        let buffer = input.fill_buf().map_err(io_error)?;
        if buffer.is_empty() {
            return Ok(!line.is_empty());
        }
        let end = buffer.iter().position(|byte| *byte == b'\n');
        let length = end.unwrap_or(buffer.len());
        if line.len() + length > LINE_MAX {
            return Err(ReadError::LineTooLong { line: number });
        }
        line.extend_from_slice(&buffer[..length]);
        input.consume(length + usize::from(end.is_some()));
        if end.is_some() {
            return Ok(true);
        }
    }
}

/// The separator that the first line of a file names in Excel's way: `sep=;`.
pub(super) fn separator_line(line: &str) -> Option<u8> {
    match line.trim_matches(['\r', ' ', '"']).as_bytes() {
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] => Some(*separator),
        // The tab itself may have been trimmed by an editor.
        [b's' | b'S', b'e' | b'E', b'p' | b'P', b'='] => Some(b'\t'),
        _ => None,
    }
}

/// Splits a line into fields. Quotes around a field are removed; a separator inside them does not separate.
pub(super) fn fields(line: &str, separator: u8) -> LineFields<'_> {
    LineFields {
        rest: Some(line),
        separator,
    }
}

/// The fields of a line, trimmed.
pub(super) struct LineFields<'l> {
    rest: Option<&'l str>,
    separator: u8,
}

impl<'l> Iterator for LineFields<'l> {
    type Item = &'l str;

    fn next(&mut self) -> Option<&'l str> {
        let rest = self.rest?.trim_start_matches(' ');
        let quoted = rest.strip_prefix('"').and_then(|inner| inner.split_once('"'));
        let (field, behind) = quoted.unwrap_or(("", rest));
        let separator = char::from(self.separator);
        let (tail, rest) = match behind.split_once(separator) {
            Some((tail, rest)) => (tail, Some(rest)),
            None => (behind, None),
        };
        self.rest = rest;
        Some(if quoted.is_some() {
            field.trim()
        } else {
            tail.trim()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_cut_at_separators_outside_quotes() {
        let cut: Vec<&str> = fields("a, \"b,c\" ,,\"d\",e\"f", b',').collect();
        assert_eq!(cut, ["a", "b,c", "", "d", "e\"f"]);
        assert_eq!(fields("", b',').collect::<Vec<_>>(), [""]);
        assert_eq!(fields("\"open", b',').collect::<Vec<_>>(), ["\"open"]);
    }

    #[test]
    fn a_line_without_an_end_is_not_gathered_for_ever() {
        let long = vec![b'x'; LINE_MAX * 4];
        let mut line = Vec::new();
        assert_eq!(
            next(&mut &long[..], &mut line, 7),
            Err(ReadError::LineTooLong { line: 7 })
        );
        assert!(line.capacity() <= LINE_MAX * 2);
    }
}
