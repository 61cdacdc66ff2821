//! Bringing a value back.

use super::{Book, BookError, edit};
use fieldbook_model::ids::{ChangeHash, RecordId};
use fieldbook_model::{Fields, Record};

impl Book {
    /// Writes `field` again as the change `to` wrote it: the losing side of a conflict, or an older value.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`]; [`BookError::NoSuchChange`] when the record has no such change or it did not write the
    /// field.
    pub fn restore(&self, id: RecordId, field: &str, to: ChangeHash) -> Result<Record, BookError> {
        let stored = self.store.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
        let edits = edit::load(&stored.document)?.history();
        let then = edits
            .into_iter()
            .find(|edit| edit.change == to)
            .and_then(|mut edit| edit.fields.0.remove(field));
        let value = then.ok_or(BookError::NoSuchChange { change: to })?;
        self.edit(id, &Fields::new().with(field, value))
    }
}
