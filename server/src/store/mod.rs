//! The only room of the server that speaks SQL: one `SQLite` file.
//!
//! A [`Store`] hands out transactions ([`Tx`]), and a transaction answers questions in the office's own words. No type of
//! rusqlite shows in a signature, so that another database can stand behind the same questions. Several processes may
//! have the file open: the admin command works while the server runs.

mod changes;
mod departures;
mod devices;
mod evidence;
mod migrate;
mod people;
mod records;
mod territories;
mod tx;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use fieldbook_model::clock::Random;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

pub use changes::{NewChange, ParkedChange, SeenChange};
pub use devices::{Actor, CodeUse, Device, JoinCode};
pub use evidence::{ChainHead, Finding, SeenLink};
pub use people::Person;
pub use records::{Listed, News, Place, Record, Written};
pub use territories::Territory;
pub use tx::Tx;

/// The name of the file under the server's folder.
pub const FILE_NAME: &str = "fieldbook.db";

/// How long one process waits for another to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// How many readers are kept open between requests.
const READERS_KEPT: usize = 8;

/// What can go wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A later server wrote it. It was left as it is.
    #[error("the database is of version {found}, this server knows up to {known}: use a newer server")]
    Newer {
        /// The file's version.
        found: i64,
        /// The latest that this server knows.
        known: i64,
    },
    /// It is a database of another program. It was left as it is.
    #[error("{} is not a database of this server", path.display())]
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The folder cannot be made or entered.
    #[error("the folder {} cannot be used", dir.display())]
    Folder {
        /// The folder.
        dir: PathBuf,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// Another process held the file for too long; try again.
    #[error("the database is busy")]
    Busy,
    /// The disk is full.
    #[error("the disk is full")]
    Full,
    /// The file holds something that this server never writes.
    #[error("the database is damaged: {what}")]
    Damaged {
        /// The column that does not read.
        what: &'static str,
    },
    /// Anything else that the database reports.
    #[error("the database failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::SystemIoFailure) if no_room(&error) => StoreError::Full,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { what: "a page" },
            _ => StoreError::Failed(Box::new(error)),
        }
    }
}

/// Whether a quota or the largest size of a file was met, or the file beside the database cannot grow.
fn no_room(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};
    let code = error.sqlite_error().map(|failure| failure.extended_code);
    matches!(code, Some(SQLITE_IOERR_WRITE | SQLITE_IOERR_SHMSIZE))
}

/// The server's database: one writer at a time, readers beside it.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
}

impl Store {
    /// Opens the database in `dir`, making both where they are missing. `random` names the generation of a fresh one.
    ///
    /// # Errors
    /// [`StoreError`]; a newer or foreign file is left untouched.
    pub fn open(dir: &Path, random: &dyn Random) -> Result<Store, StoreError> {
        std::fs::create_dir_all(dir).map_err(|cause| StoreError::Folder {
            dir: dir.to_owned(),
            cause,
        })?;
        let path = dir.join(FILE_NAME);
        let mut writer = Connection::open(&path)?;
        migrate::migrate(&mut writer, &path)?;
        prepare(&writer)?;
        let store = Store {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
        };
        store.found(random)?;
        Ok(store)
    }

    /// A fresh database gets the territory of the whole company.
    fn found(&self, random: &dyn Random) -> Result<(), StoreError> {
        use fieldbook_model::ids::TerritoryId;
        if self.read()?.territory(TerritoryId::COMPANY)?.is_some() {
            return Ok(());
        }
        let tx = self.write()?;
        if tx.territory(TerritoryId::COMPANY)?.is_none() {
            tx.add_territory(&Territory::new(TerritoryId::COMPANY, "Company", random))?;
        }
        tx.commit()
    }

    /// Begins to read: the transaction sees one state of the database, whoever writes meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read(&self) -> Result<Tx<'_>, StoreError> {
        let kept = self.readers().pop();
        let reader = kept.map_or_else(|| self.connect(), Ok)?;
        Tx::begin_read(reader, self)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connection = Connection::open(&self.path)?;
        prepare(&connection)?;
        Ok(connection)
    }

    /// Begins to write, once nobody else does.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write(&self) -> Result<Tx<'_>, StoreError> {
        // A panic in another thread rolled its transaction back, so the connection is as good as ever.
        Tx::begin_write(self.writer.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, reader: Connection) {
        let mut readers = self.readers();
        if readers.len() < READERS_KEPT {
            readers.push(reader);
        }
    }
}

/// What every connection is told. An answer that promised a verdict must survive a power cut, hence FULL.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // A plan that may depend on a bound value, as those over partial indexes do, is made anew with each value otherwise.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // 16 MiB of log: SQLite's own 4 make a large push write the same pages several times over.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    // 32 MiB of pages for each connection.
    connection.pragma_update(None, "cache_size", -32_768)?;
    Ok(())
}
