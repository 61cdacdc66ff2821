//! A transaction, on the write connection or on a read connection.

use std::sync::MutexGuard;

use rusqlite::Connection;

use super::{Store, StoreError};

/// A transaction. It is rolled back unless it is [committed](Tx::commit).
#[derive(Debug)]
pub struct Tx<'a> {
    holder: TxConnection<'a>,
    open: bool,
    /// The person at the machine, for the audit log.
    operator: &'a str,
}

/// The connection of a transaction: the one writer, or a reader from the pool, `None` once it was returned.
#[derive(Debug)]
enum TxConnection<'a> {
    Writer(MutexGuard<'a, Connection>),
    Reader(Option<Connection>, &'a Store),
}

impl<'a> Tx<'a> {
    pub(super) fn begin_read(reader: Connection, store: &'a Store) -> Result<Tx<'a>, StoreError> {
        Tx::begin(TxConnection::Reader(Some(reader), store), "BEGIN", "")
    }

    pub(super) fn begin_write(
        writer: MutexGuard<'a, Connection>,
        operator: &'a str,
    ) -> Result<Tx<'a>, StoreError> {
        Tx::begin(TxConnection::Writer(writer), "BEGIN IMMEDIATE", operator)
    }

    fn begin(holder: TxConnection<'a>, begin: &'static str, operator: &'a str) -> Result<Tx<'a>, StoreError> {
        let mut tx = Tx {
            holder,
            open: false,
            operator,
        };
        tx.connection().execute_batch(begin)?;
        tx.open = true;
        Ok(tx)
    }

    /// Commits the transaction durably.
    ///
    /// # Errors
    /// [`StoreError`]; the database is then as it was before the transaction.
    pub fn commit(mut self) -> Result<(), StoreError> {
        self.connection().execute_batch("COMMIT")?;
        self.open = false;
        Ok(())
    }

    /// The person at the machine.
    pub(crate) fn operator(&self) -> &str {
        self.operator
    }

    /// True if the file cannot be written.
    pub(super) fn is_read_only(&self) -> Result<bool, StoreError> {
        Ok(self.connection().is_readonly("main")?)
    }

    pub(super) fn connection(&self) -> &Connection {
        match &self.holder {
            TxConnection::Writer(writer) => writer,
            TxConnection::Reader(reader, _) => reader
                .as_ref()
                .expect("a reader is returned to the pool only on drop"),
        }
    }
}

impl Drop for Tx<'_> {
    fn drop(&mut self) {
        // A reader that cannot roll back is closed instead of returned to the pool. The writer's next BEGIN reports it.
        let usable = !self.open || self.connection().execute_batch("ROLLBACK").is_ok();
        if let TxConnection::Reader(reader, store) = &mut self.holder
            && let (Some(reader), true) = (reader.take(), usable)
        {
            store.return_reader(reader);
        }
    }
}
