//! The history of a record: its changes with author and time.

use super::{Book, BookError, edit};
use fieldbook_model::Fields;
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId};

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// The hash of the change, for [`restore`](Book::restore).
    pub change: ChangeHash,
    /// Name of the author.
    pub by: String,
    /// Time of the change, Unix milliseconds.
    pub at_ms: i64,
    /// The fields that it wrote.
    pub fields: Fields,
}

impl Book {
    /// All changes of a record, the oldest first.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`].
    ///
    /// # Examples
    /// ```
    /// use std::sync::Arc;
    /// use fieldbook_book::{Book, OpenOptions};
    /// use fieldbook_model::clock::FixedClock;
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-history");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions {
    ///     clock: Arc::new(FixedClock::at(1_795_510_800_000)),
    ///     ..OpenOptions::new(folder.join("book.db"))
    /// })?;
    /// let shop = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// book.set_field(shop.id, "name", "Corner café")?;
    /// let history = book.history(shop.id)?;
    /// let restored = book.restore(shop.id, "name", history[0].change)?;
    /// assert_eq!(restored.title(), "Corner shop");
    /// assert!(book.conflicts(None, 10)?.is_empty());
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn history(&self, id: RecordId) -> Result<Vec<HistoryEntry>, BookError> {
        let stored = self.store.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
        let edits = edit::load(&stored.document)?.history();
        let told = edits.into_iter().map(|edit| {
            Ok(HistoryEntry {
                change: edit.change,
                by: self.author(edit.by)?,
                at_ms: edit.at.ms(),
                fields: edit.fields,
            })
        });
        told.collect()
    }

    /// The name of who writes under an actor: the rep of this book, a name the server told, else the actor's own id.
    pub(super) fn author(&self, actor: ActorId) -> Result<String, BookError> {
        if let Some(name) = self.store.person(actor)? {
            return Ok(name);
        }
        let identity = self.identity();
        let own = (actor == identity.actor).then_some(identity.rep).flatten();
        Ok(own.unwrap_or_else(|| actor.to_string()))
    }
}
