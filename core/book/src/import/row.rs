//! One record of a file, before anyone asked what it means.

use fieldbook_location::csv::CellBuffer;

/// The cells of one record, by the number of their column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    /// The line of the file on which it starts.
    pub(super) line: u64,
    text: String,
    ends: Vec<usize>,
}

impl Row {
    /// The cell of a column, trimmed; empty where there is none.
    pub(super) fn cell(&self, column: usize) -> &str {
        let from = if column == 0 {
            Some(&0)
        } else {
            self.ends.get(column - 1)
        };
        match (from, self.ends.get(column)) {
            (Some(&from), Some(&to)) => self.text[from..to].trim(),
            _ => "",
        }
    }

    /// Number of cells.
    pub(super) fn cells(&self) -> usize {
        self.ends.len()
    }

    /// Size of the cells together, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.text.len() + self.ends.len() * size_of::<usize>()
    }

    /// The record whose cells `cells` holds, or the offset of the first byte that is not UTF-8.
    pub(super) fn from_buffer(line: u64, cells: &CellBuffer) -> Result<Row, usize> {
        let (text, ends) = cells.text()?;
        Ok(Row {
            line,
            text: text.to_owned(),
            ends: ends.to_vec(),
        })
    }

    /// A record of these cells.
    pub(super) fn from_cells<S: AsRef<str>>(line: u64, cells: impl IntoIterator<Item = S>) -> Row {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for cell in cells {
            text.push_str(cell.as_ref());
            ends.push(text.len());
        }
        Row { line, text, ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_torn_between_two_cells_is_no_text() {
        let mut cells = CellBuffer::default();
        for half in [&[b'a', 0xc3], &[0xa9, b'b']] {
            cells.push(half);
            cells.end();
        }
        assert_eq!(Row::from_buffer(1, &cells), Err(2));
    }

    #[test]
    fn a_cell_beyond_the_last_is_empty() {
        let row = Row::from_cells(1, ["a", " b "]);
        assert_eq!(
            [row.cell(0), row.cell(1), row.cell(2), row.cell(9)],
            ["a", "b", "", ""]
        );
    }
}
