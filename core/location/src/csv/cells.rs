//! The cells of one record, as bytes.

/// The cells of a record while they are read; reused from record to record.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellBuffer {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl CellBuffer {
    /// Forgets all cells and keeps their memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    /// Adds to the cell that is being read.
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the cell that is being read.
    pub fn end(&mut self) {
        self.ends.push(self.bytes.len());
    }

    /// Number of complete cells.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a cell as the file has them, without quotes; empty where there is no such cell.
    pub fn bytes(&self, cell: usize) -> &[u8] {
        let from = cell
            .checked_sub(1)
            .map_or(Some(&0), |before| self.ends.get(before));
        match (from, self.ends.get(cell)) {
            (Some(&from), Some(&to)) => &self.bytes[from..to],
            _ => &[],
        }
    }

    /// True if all cells from this one on are blank.
    pub fn is_blank_from(&self, cell: usize) -> bool {
        (cell..self.count()).all(|cell| self.bytes(cell).trim_ascii().is_empty())
    }

    /// True if all cells are blank.
    pub fn is_blank(&self) -> bool {
        self.bytes.iter().all(u8::is_ascii_whitespace)
    }

    /// True if a cell has a NUL character.
    pub fn has_nul(&self) -> bool {
        self.bytes.contains(&0)
    }

    /// The text of all cells together and the end of each, if they are UTF-8.
    ///
    /// # Errors
    /// The offset in the text of the first byte that is not UTF-8. Two cells that are not UTF-8 can be so together: then it
    /// is the end of the first.
    pub fn text(&self) -> Result<(&str, &[usize]), usize> {
        let text = std::str::from_utf8(&self.bytes).map_err(|error| error.valid_up_to())?;
        let torn = self.ends.iter().find(|end| !text.is_char_boundary(**end));
        match torn {
            Some(end) => Err(*end),
            None => Ok((text, &self.ends)),
        }
    }
}
