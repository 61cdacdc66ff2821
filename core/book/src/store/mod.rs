//! The only room that speaks SQLite: document bytes (the truth), rows (the read model), outbox, scopes, search and places.
//!
//! One file is one book. There is one writer and one reader connection; every act is one transaction that is durable
//! when [`Store::transaction`] returns (`synchronous=FULL`), and none is open while the network talks. What a document means is
//! not known here: rows come in beside the bytes they were derived from.

mod adopt;
mod evidence;
mod fault;
mod file_lock;
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
mod tracks;
mod words;
mod write;

pub use evidence::StoredLink;
pub use fault::StoreError;
pub use outbox::{Refused, Unsent};
pub use pages::{Deleted, Listing, Position as PagePosition};
pub use places::Nearby;
pub use record::{Document, Stored};
pub use salvage::{Salvaged, salvage};
pub use scopes::ScopeState;
pub use trace::TraceEntry;
pub use write::{Prior, Upsert, Write};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// A book's file, opened.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// Opened with the first act: a book that is only looked at needs one connection.
    writer: Mutex<Option<Connection>>,
    reader: Mutex<Connection>,
    /// The number of the last change of this book: nobody else writes while it is held.
    changed: AtomicI64,
    /// Held while the book is open; the system lets go of it when the process ends, however it ends.
    _lock: file_lock::FileLock,
}

impl Store {
    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Does one act: everything `work` writes becomes durable together, or nothing does.
    ///
    /// # Errors
    /// What `work` returns, or the [`StoreError`] of the commit; then nothing was written.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write(Durability::Full, work)
    }

    /// Does one act that a power cut may take back, all of it, because the server has what is in it and sends it again.
    /// It costs no wait for the disk. The death of the process alone takes nothing back.
    ///
    /// # Errors
    /// As [`transaction`](Store::transaction).
    pub fn refetchable_transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write(Durability::Refetchable, work)
    }

    fn write<T, E: From<StoreError>>(
        &self,
        durability: Durability,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if writer.is_none() {
            *writer = Some(open::connect(&self.path)?);
        }
        let connection = writer.as_mut().expect("opened a line above");
        durability.apply(connection)?;
        let mut write = Write::begin(connection, self.changed.load(Ordering::SeqCst))?;
        let result = work(&mut write)?;
        self.changed.store(write.commit()?, Ordering::SeqCst);
        Ok(result)
    }

    /// The number of the last change.
    pub fn latest_change(&self) -> u64 {
        self.changed.load(Ordering::SeqCst).cast_unsigned()
    }

    /// Reads from the state after the last act.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let connection = lock(&self.reader);
        work(&connection).map_err(|error| self.note_damage(error.into()))
    }

    /// Reads with many statements: all of them see one state, and the file is locked once instead of at each.
    fn read_at_once<T>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>,
    ) -> Result<T, StoreError> {
        self.read(|connection| {
            let tx = connection.unchecked_transaction()?;
            let read = work(&tx)?;
            tx.commit()?;
            Ok(read)
        })
    }

    /// Remembers that the file is damaged, so that the next [`open`](Store::open) mends it.
    fn note_damage(&self, error: StoreError) -> StoreError {
        if error == StoreError::Damaged {
            file_lock::mark_damaged(&self.path);
        }
        error
    }
}

/// The durability of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// Waits until the data is on the disk.
    Full,
    /// Nothing: it is durable with the next act that waits, or the next checkpoint, and in order.
    Refetchable,
}

impl Durability {
    fn apply(self, connection: &Connection) -> Result<(), StoreError> {
        let level = match self {
            Durability::Full => "PRAGMA synchronous = FULL",
            Durability::Refetchable => "PRAGMA synchronous = NORMAL",
        };
        Ok(connection.execute_batch(level)?)
    }
}

/// A panic elsewhere does not lock everyone out: the transaction it was in has been rolled back.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests_support {
    //! Helpers for the tests of other rooms.

    /// Says that the file at `path` was found damaged.
    pub(crate) fn mark_damaged(path: &std::path::Path) {
        super::file_lock::mark_damaged(path);
    }
}
