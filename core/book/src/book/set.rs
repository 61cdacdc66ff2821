//! Edits of fields.

use super::{Book, BookError};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema;
use fieldbook_model::{Fields, Record, Scalar};

impl Book {
    /// Writes the fields of `patch`; [`Scalar::Cleared`] clears one. What already stands so makes no change. A field that
    /// several people wrote at once is settled by writing it, even with the value shown.
    ///
    /// # Errors
    /// [`BookError::NoSuchRecord`], [`BookError::Deleted`], [`BookError::BadField`].
    pub fn set(&self, id: RecordId, patch: &Fields) -> Result<Record, BookError> {
        let record = self.record(id)?;
        if record.deleted {
            return Err(BookError::Deleted { id });
        }
        patch
            .0
            .iter()
            .try_for_each(|(key, value)| schema::check(record.kind, key, value))?;
        self.check_custom(record.kind, patch)?;
        self.check_references(record.kind, patch)?;
        refuse_reserved(patch)?;
        self.edit(id, patch)
    }

    /// Writes one field.
    ///
    /// # Errors
    /// As [`set`](Book::set).
    pub fn set_field(&self, id: RecordId, key: &str, value: impl Into<Scalar>) -> Result<Record, BookError> {
        self.set(id, &Fields::new().with(key, value))
    }
}

/// A visit's arrival and departure, and what attests them, are written by check-in and check-out alone, deletion by
/// delete.
pub(super) fn refuse_reserved(patch: &Fields) -> Result<(), BookError> {
    let is_reserved = |key: &&String| {
        matches!(key.as_str(), "check_in" | "check_out" | "deleted" | "same_as")
            || key.starts_with("link/")
            || key.starts_with("photo/")
    };
    let reserved = patch.0.keys().find(is_reserved);
    reserved.map_or(Ok(()), |key| {
        Err(schema::FieldFault::new(key, schema::Why::Unknown).into())
    })
}
