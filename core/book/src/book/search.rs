//! Search.

use super::page::page_limit;
use super::{Book, BookError};
use fieldbook_model::{Kind, Record};

impl Book {
    /// Records that hold all words of `text`, each by its beginning, whatever their accents; Chinese by any two
    /// neighbouring characters, or one. Titles that begin with the text come first, accounts before their parts.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn search(&self, text: &str, kind: Option<Kind>, limit: u32) -> Result<Vec<Record>, BookError> {
        Ok(self.store.search(text, kind, page_limit(limit)?)?)
    }
}
