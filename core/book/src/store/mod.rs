//! The SQLite file of a book: document bytes (the truth), rows (the read model), outbox, scopes, search and places. No other
//! module uses SQLite.
//!
//! One file is one book, with one writer and one reader connection. Every write is one transaction, durable when
//! [`Store::transaction`] returns (`synchronous=FULL`); none is open during a network request. This module does not interpret
//! documents: the caller passes each row together with the bytes that it was derived from.

mod adopt;
mod around;
mod cipher;
mod deals;
mod edit_times;
mod evidence;
mod fault;
mod file_lock;
mod merged;
mod migrate;
mod open;
mod outbox;
mod pages;
mod places;
mod private;
mod purge;
mod record;
mod row;
mod salvage;
mod scopes;
mod search;
mod sent;
mod settings;
mod trace;
mod tracks;
mod unreadable;
mod wipe;
mod words;
pub(crate) use words::phone;
mod write;

pub use around::{ContactCounts, TaskCounts};
pub use cipher::BookKey;
pub use edit_times::{EditTime, Reading, Uptime};
pub use evidence::StoredLink;
pub use fault::StoreError;
pub use merged::ListedAccount;
pub use outbox::{Aside, Refused, Unsent};
pub use pages::{Deleted, Listing, Position as PagePosition};
pub use places::Nearby;
pub use record::{Document, Stored};
pub use salvage::{Salvaged, salvage};
pub use scopes::ScopeState;
pub use trace::TraceEntry;
pub use unreadable::Unreadable;
pub use write::{Prior, Upsert, Write};

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;

/// The open file of a book.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    /// The key of an encrypted book.
    key: Mutex<Option<BookKey>>,
    /// The write connection, opened by the first transaction: a book that is only read needs one connection.
    writer: Mutex<Option<Connection>>,
    reader: Mutex<Connection>,
    /// The number of the last change of this book; the file lock excludes other writers.
    changed: AtomicI64,
    /// True once the files of the book are erased.
    wiped: AtomicBool,
    /// The lock held while the book is open; the operating system releases it when the process ends or crashes.
    _lock: file_lock::FileLock,
}

impl Store {
    /// Path of the file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs one transaction: everything that `work` writes becomes durable together, or nothing does.
    ///
    /// # Errors
    /// The error of `work`, or the [`StoreError`] of the commit; nothing was written then.
    pub fn transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        self.write(Durability::Full, work)
    }

    /// Runs one transaction without waiting for the disk. A power cut may undo it as a whole, so it is only for data that the
    /// server has and sends again. A crash of the process alone undoes nothing.
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
        self.refuse_if_wiped()?;
        if writer.is_none() {
            *writer = Some(self.connect()?);
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

    /// Reads from the state after the last transaction.
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T, rusqlite::Error>) -> Result<T, StoreError> {
        let connection = lock(&self.reader);
        self.refuse_if_wiped()?;
        work(&connection).map_err(|error| self.note_damage(error.into()))
    }

    /// Reads with several statements: all of them see one state, and the file is locked once instead of for each.
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

    /// Opens a further connection.
    fn connect(&self) -> Result<Connection, StoreError> {
        open::connect(&self.path, self.key().as_ref())
    }

    fn key(&self) -> Option<BookKey> {
        self.key.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another key in the place of that of an encrypted book. After a crash meanwhile, one of the two opens it.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] if the book is not encrypted; another [`StoreError`] leaves the old key.
    pub fn rekey(&self, key: &BookKey) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = lock(&self.reader);
        self.refuse_if_wiped()?;
        if self.key().is_none() {
            return Err(StoreError::WrongKey);
        }
        // The one connection that is left is the reader's: every other would go on under the old key.
        *writer = None;
        cipher::rekey(&reader, key)?;
        *self.key.lock().unwrap_or_else(PoisonError::into_inner) = Some(key.clone());
        *reader = self.connect()?;
        Ok(())
    }

    fn refuse_if_wiped(&self) -> Result<(), StoreError> {
        if self.is_wiped() {
            return Err(StoreError::Wiped);
        }
        Ok(())
    }

    /// Records that the file is damaged, so that the next [`open`](Store::open) asks for its recovery.
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
    /// Does not wait: durable with the next `Full` transaction or the next checkpoint, in order.
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

/// Locks the connection. A lock poisoned by a panic is taken all the same: the transaction of the panic was rolled back.
fn lock(connection: &Mutex<Connection>) -> MutexGuard<'_, Connection> {
    connection.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
pub(crate) mod tests_support {
    //! Helpers for the tests of other modules.

    /// Marks the file at `path` as damaged.
    pub(crate) fn mark_damaged(path: &std::path::Path) {
        super::file_lock::mark_damaged(path);
    }
}
