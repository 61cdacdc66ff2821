//! The only room that speaks SQLite: document bytes (the truth), rows (the read model), outbox, scopes, search and places.
//!
//! One file is one book. There is one writer and one reader connection; every act is one transaction that is durable
//! when [`Store::act`] returns (`synchronous=FULL`), and none is open while the network talks. What a document means is
//! not known here: rows come in beside the bytes they were derived from.

mod fault;
mod hold;
mod migrate;
mod open;
mod outbox;
mod pages;
mod places;
mod record;
mod row;
mod salvage;
mod scopes;
mod search;
mod settings;
mod trace;
mod words;
mod write;

pub use fault::StoreError;
pub use outbox::{Refused, Unsent};
pub use pages::{Deleted, Listing, Position as PagePosition};
pub use places::Nearby;
pub use record::{Document, Stored};
pub use salvage::{Salvaged, salvage};
pub use scopes::ScopeState;
pub use trace::TraceEntry;
pub use write::{Origin, Put, Write};

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// A book's file, opened.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    reader: Mutex<Connection>,
    /// Held while the book is open; the system lets go of it when the process ends, however it ends.
    _hold: hold::Hold,
}

impl Store {
    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does one act: everything `work` writes becomes durable together, or nothing does.
    ///
    /// # Errors
    /// What `work` returns, or the [`StoreError`] of the commit; then nothing was written.
    pub fn act<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.writer);
        let mut write = Write::begin(&mut connection)?;
        let result = work(&mut write)?;
        write.commit()?;
        Ok(result)
    }

    /// Reads from the state after the last act.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let connection = lock(&self.reader);
        work(&connection).map_err(|error| self.note_damage(error.into()))
    }

    /// Remembers that the file is damaged, so that the next [`open`](Store::open) mends it.
    fn note_damage(&self, error: StoreError) -> StoreError {
        if error == StoreError::Damaged {
            hold::mark_damaged(&self.path);
        }
        error
    }
}

/// A panic elsewhere does not lock everyone out: the transaction it was in has been rolled back.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests_support {
    //! What tests of other rooms need of this one.

    /// Says that the file at `path` was found damaged.
    pub(crate) fn mark_damaged(path: &std::path::Path) {
        super::hold::mark_damaged(path);
    }
}
