//! Search by words.

use super::page::page_limit;
use super::{Book, BookError};
use fieldbook_model::{Kind, Record};

impl Book {
    /// Records that hold all words of `text`, each by its beginning, whatever their accents; Chinese by any two
    /// neighbouring characters, or one. Titles that begin with the text come first, accounts before their parts.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, OpenOptions, Query};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-search");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// assert_eq!(book.search("cor sho", Some(Kind::Account), 10)?[0].id, shop.id);
    /// let page = book.page(&Query::first(Kind::Account, 20))?;
    /// assert_eq!((page.records.len(), page.more), (1, false));
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn search(&self, text: &str, kind: Option<Kind>, limit: u32) -> Result<Vec<Record>, BookError> {
        Ok(self.store.search(text, kind, page_limit(limit)?)?)
    }
}
