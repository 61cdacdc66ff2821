//! Who wrote what, when.

use super::{Book, BookError, edit};
use fieldbook_model::Fields;
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId};

/// One change of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryEntry {
    /// What it is known by, for [`restore`](Book::restore).
    pub change: ChangeHash,
    /// Who wrote it.
    pub by: String,
    /// When, Unix milliseconds.
    pub at_ms: i64,
    /// What was written.
    pub fields: Fields,
}

impl Book {
    /// All changes of a record, the oldest first.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`].
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
