//! Deleting, and bringing back.

use super::{Book, BookError};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Record, Scalar};

impl Book {
    /// Deletes a record: it leaves lists and search, and can be brought back. Edits that others make meanwhile are kept.
    /// Deleting what is deleted does nothing.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`].
    pub fn delete(&self, id: RecordId) -> Result<Record, BookError> {
        self.edit(id, &Fields::new().with("deleted", Scalar::Bool(true)))
    }

    /// Brings a deleted record back. A duplicate that was merged is a record of its own again; what was moved stays moved.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`].
    pub fn undelete(&self, id: RecordId) -> Result<Record, BookError> {
        if !self.record(id)?.deleted {
            return self.record(id);
        }
        let back = Fields::new()
            .with("deleted", Scalar::Bool(false))
            .with("merged_into", Scalar::Cleared);
        self.edit(id, &back)
    }
}
