//! The sync trace that a support desk reads.

use super::page::page_limit;
use std::sync::PoisonError;

use super::{Book, BookError};
use crate::store::StoreError;

pub use crate::store::TraceEntry as LogEntry;

/// Closing a book keeps what was put off.
impl Drop for Book {
    fn drop(&mut self) {
        // If it cannot be kept, all that is lost is when a sync last found nothing to do.
        let _ = self.keep_last_sync();
    }
}

impl Book {
    /// Keeps what the trace says of the last sync, and when it was.
    pub(super) fn keep_last_sync(&self) -> Result<(), StoreError> {
        let line = self
            .last_line
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(line) = line else { return Ok(()) };
        let identity = self.identity();
        self.store.refetchable_transaction(|write| {
            identity.save_last_sync(write)?;
            write.trace(line.at_ms, &line.event)
        })
    }

    /// The last lines of the sync trace, the newest first. They name no person, no customer and no place.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn log(&self, limit: u32) -> Result<Vec<LogEntry>, BookError> {
        let limit = page_limit(limit)?;
        self.keep_last_sync()?;
        Ok(self.store.trace(limit)?)
    }
}
