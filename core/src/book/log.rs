//! The sync trace that a support desk reads.

use super::page::page_limit;
use super::{Book, BookError};

pub use crate::store::TraceEntry as LogEntry;

impl Book {
    /// The last lines of the sync trace, the newest first. They name no person, no customer and no place.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn log(&self, limit: u32) -> Result<Vec<LogEntry>, BookError> {
        Ok(self.store.trace(page_limit(limit)?)?)
    }
}
