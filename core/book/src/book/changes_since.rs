//! The feed of changes, for an app that shows them.

use super::page::page_limit;
use super::{Book, BookError};
use fieldbook_model::Kind;
use fieldbook_model::ids::RecordId;

/// A record that was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChangeEntry {
    /// The number of its last change in this book.
    pub seq: u64,
    /// Id of the record. It may no longer be in the book.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
}

/// The records changed after a given number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes {
    /// Each touched record once, in the order of their last change.
    pub entries: Vec<ChangeEntry>,
    /// The number to ask from next time.
    pub latest: u64,
}

impl Book {
    /// The records touched behind number `since` (0: all), `limit` at most. Ask again from `latest`.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn changes_since(&self, since: u64, limit: u32) -> Result<Changes, BookError> {
        changes(&self.store, since, page_limit(limit)?)
    }
}

pub(super) fn changes(store: &crate::store::Store, since: u64, limit: usize) -> Result<Changes, BookError> {
    let found = store.changes_since(since, limit)?;
    let entries: Vec<_> = found
        .into_iter()
        .map(|(seq, record, kind)| ChangeEntry { seq, record, kind })
        .collect();
    let latest = entries.last().map_or(since, |entry| entry.seq);
    Ok(Changes { entries, latest })
}
