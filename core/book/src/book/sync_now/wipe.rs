//! The office's order to erase a book.

use std::time::Duration;

use super::SyncError;
use super::request::Call;
use crate::book::Book;
use crate::sync::Transport;
use fieldbook_model::wire::{self, DeviceNotice};

/// Longest time for the last request, which tells the server that the book is erased.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Book {
    /// Erases the book, then tells the server. If that does not get through, the server goes on listing the device as one that is to
    /// be wiped, whose key nobody has.
    ///
    /// # Errors
    /// [`SyncError::Wiped`] always; the next opening goes on with files that could not be removed.
    pub(super) fn wipe(&self, transport: &dyn Transport, call: &Call<'_>) -> Result<(), SyncError> {
        let last = self.bare_request(Some(DeviceNotice::Wiped));
        if self.store.wipe().is_ok() {
            // Nobody is left to whom a failure could be told.
            let _ = self.call(transport, call, &wire::pack(&last), TIMEOUT);
        }
        Err(SyncError::Wiped)
    }
}
