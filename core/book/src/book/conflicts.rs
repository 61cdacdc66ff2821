//! Concurrent values of fields, shown and resolved.

use super::page::page_limit;
use super::{Book, BookError};
use fieldbook_model::ids::{ChangeHash, RecordId};
use fieldbook_model::{Kind, Scalar};

/// A value that lost against another written at the same time.
#[derive(Debug, Clone, PartialEq)]
pub struct ConflictShown {
    /// Of which record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Title of the record.
    pub title: String,
    /// Of which field.
    pub field: String,
    /// The value that is shown.
    pub shown: Scalar,
    /// The value that is not.
    pub lost: Scalar,
    /// Name of the author.
    pub lost_by: String,
    /// Time of the write, Unix milliseconds.
    pub lost_at_ms: i64,
    /// In which change, for [`restore`](Book::restore).
    pub change: ChangeHash,
}

impl Book {
    /// The values that are not shown, of up to `limit` records behind `after`.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn conflicts(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<ConflictShown>, BookError> {
        let mut shown = Vec::new();
        for record in self.store.records_in_conflict(after, page_limit(limit)?)? {
            for lost in self.store.conflicts_of(record.id)? {
                shown.push(ConflictShown {
                    record: record.id,
                    kind: record.kind,
                    title: record.title().to_owned(),
                    shown: record
                        .fields
                        .0
                        .get(&lost.field)
                        .cloned()
                        .unwrap_or(Scalar::Cleared),
                    field: lost.field,
                    lost: lost.value,
                    lost_by: self.author(lost.by)?,
                    lost_at_ms: lost.at.ms(),
                    change: lost.change,
                });
            }
        }
        Ok(shown)
    }
}
