//! One transaction, on the writer or on a reader.

use std::sync::MutexGuard;

use rusqlite::Connection;

use super::{Store, StoreError};

/// One transaction. What was written in it is gone unless it is [committed](Tx::commit).
#[derive(Debug)]
pub struct Tx<'a> {
    held: Held<'a>,
    open: bool,
}

#[derive(Debug)]
enum Held<'a> {
    Writer(MutexGuard<'a, Connection>),
    Reader(Option<Connection>, &'a Store),
}

impl<'a> Tx<'a> {
    pub(super) fn begin_read(reader: Connection, store: &'a Store) -> Result<Tx<'a>, StoreError> {
        Tx::begin(Held::Reader(Some(reader), store), "BEGIN")
    }

    pub(super) fn begin_write(writer: MutexGuard<'a, Connection>) -> Result<Tx<'a>, StoreError> {
        Tx::begin(Held::Writer(writer), "BEGIN IMMEDIATE")
    }

    fn begin(held: Held<'a>, begin: &'static str) -> Result<Tx<'a>, StoreError> {
        let mut tx = Tx { held, open: false };
        tx.connection().execute_batch(begin)?;
        tx.open = true;
        Ok(tx)
    }

    /// Makes what was written last, durably.
    ///
    /// # Errors
    /// [`StoreError`]; then nothing was written.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.connection().execute_batch("COMMIT")?;
        self.open = false;
        Ok(())
    }

    pub(super) fn connection(&self) -> &Connection {
        match &self.held {
            Held::Writer(writer) => writer,
            Held::Reader(reader, _) => reader.as_ref().expect("it is given back only when dropped"),
        }
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        // A connection that cannot even roll back is not used again by a reader; the writer's next BEGIN reports it.
        let sound = !self.open || self.connection().execute_batch("ROLLBACK").is_ok();
        if let Held::Reader(reader, store) = &mut self.held
            && let (Some(reader), true) = (reader.take(), sound)
        {
            store.give_back(reader);
        }
    }
}
