//! The database: one `SQLite` file. No other module of the server contains SQL.
//!
//! A [`Store`] hands out transactions ([`Tx`]), whose methods read and write the types of this module. No type of rusqlite
//! occurs in a public signature, so another database could stand behind the same methods. Several processes may have the
//! file open: the admin command works while the server runs. Sync rules are left to [`service`](crate::service).

mod audit;
mod backup;
mod changes;
mod compaction;
mod departures;
mod devices;
mod erasure;
mod evidence;
mod health;
mod migrate;
mod office;
mod parked;
mod people;
mod private;
mod records;
mod replays;
mod set_back;
mod territories;
mod tx;
mod web_forms;
mod wipes;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use fieldbook_model::clock::Random;
use rusqlite::Connection;
use rusqlite::config::DbConfig;

pub use audit::AuditLine;
pub use backup::{Backup, BackupError, restore};
pub use changes::{LateChange, NewChange, StoredChange};
pub use devices::{Actor, CodeUse, Device, JoinCode};
pub use evidence::{ChainHead, Finding, StoredLink};
pub use parked::{ParkedChange, WaitingChange, WaitsFor};
pub use people::{Person, PersonState};
pub use records::{ChangedRecord, Record, RecordHeader, RecordSeq, RecordWrite};
pub use replays::Freshness;
pub use territories::Territory;
pub use tx::Tx;
pub use web_forms::WebForm;

/// The name of the database file in the server's folder.
pub const FILE_NAME: &str = "fieldbook.db";

/// The longest time to wait for another connection to finish writing.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The most read connections that stay open between requests.
const IDLE_READERS_MAX: usize = 8;

/// The reason why the database could not be opened, read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// A newer server wrote the file. It was left untouched.
    #[error("the database is of version {found}, this server knows up to {known}: use a newer server")]
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The latest schema version that this server knows.
        known: i64,
    },
    /// Another program wrote the file. It was left untouched.
    #[error("{} is not a database of this server", path.display())]
    Foreign {
        /// The path of the file.
        path: PathBuf,
    },
    /// The folder cannot be created or entered.
    #[error("the folder {} cannot be used", dir.display())]
    Folder {
        /// The path of the folder.
        dir: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// Another process locked the file for too long. A retry may succeed.
    #[error("the database is busy")]
    Busy,
    /// The file or its folder cannot be written.
    #[error("{} is read-only", path.display())]
    ReadOnly {
        /// The path of the file or of the folder.
        path: PathBuf,
    },
    /// There is no database, and none is made.
    #[error("there is no database in {}", dir.display())]
    Missing {
        /// The folder that was named.
        dir: PathBuf,
    },
    /// The disk or a quota is full.
    #[error("the disk is full")]
    Full,
    /// The file holds a value that this server never writes.
    #[error("the database is damaged: {what}")]
    Damaged {
        /// The column that cannot be read, as `table.column`.
        what: &'static str,
    },
    /// Any other error of the database.
    #[error("the database failed")]
    Failed(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        use rusqlite::ErrorCode;
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy,
            Some(ErrorCode::DiskFull) => StoreError::Full,
            Some(ErrorCode::SystemIoFailure) if is_out_of_space(&error) => StoreError::Full,
            Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { what: "a page" },
            _ => StoreError::Failed(Box::new(error)),
        }
    }
}

/// True if a quota or a maximum file size was reached, or the shared-memory file beside the database cannot grow.
fn is_out_of_space(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_WRITE};
    let code = error.sqlite_error().map(|failure| failure.extended_code);
    matches!(code, Some(SQLITE_IOERR_WRITE | SQLITE_IOERR_SHMSIZE))
}

/// The server's database: one writer at a time, and any number of readers beside it.
#[derive(Debug)]
pub struct Store {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    replays: Mutex<replays::Replays>,
    operator: OnceLock<String>,
}

impl Store {
    /// Opens the database in `dir` and creates both if missing. `random` gives the epoch of a new database.
    ///
    /// # Errors
    /// [`StoreError`]; the file of a newer server or of another program is left untouched.
    pub fn open(dir: &Path, random: &dyn Random) -> Result<Store, StoreError> {
        private::create_folder(dir).map_err(|cause| StoreError::Folder {
            dir: dir.to_owned(),
            cause,
        })?;
        let path = dir.join(FILE_NAME);
        let writer = Store::open_writer(&path).map_err(|error| named(error, &path))?;
        let store = Store {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::default(),
            replays: Mutex::default(),
            operator: OnceLock::new(),
        };
        store.create_company(random)?;
        Ok(store)
    }

    fn open_writer(path: &Path) -> Result<Connection, StoreError> {
        private::restrict(path);
        let mut writer = Connection::open(path)?;
        migrate::migrate(&mut writer, path)?;
        configure(&writer)?;
        Ok(writer)
    }

    /// Opens the database in `dir` for an administrator, who may have mistyped it: a folder that is not there, or that has
    /// other files and no database, is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or as [`open`](Store::open).
    pub fn open_existing(dir: &Path, random: &dyn Random) -> Result<Store, StoreError> {
        let is_empty = || std::fs::read_dir(dir).is_ok_and(|mut files| files.next().is_none());
        if dir.join(FILE_NAME).exists() || is_empty() {
            return Store::open(dir, random);
        }
        Err(StoreError::Missing { dir: dir.to_owned() })
    }

    /// Creates the company territory in a new database, and the server's identity in one that has none.
    fn create_company(&self, random: &dyn Random) -> Result<(), StoreError> {
        use fieldbook_model::ids::TerritoryId;
        let reading = self.read()?;
        if reading.territory(TerritoryId::COMPANY)?.is_some() && reading.office_id()?.is_some() {
            return Ok(());
        }
        drop(reading);
        let tx = self.write()?;
        if tx.territory(TerritoryId::COMPANY)?.is_none() {
            tx.add_territory(&Territory::new(TerritoryId::COMPANY, "Company", random))?;
        }
        let mut id = [0; 16];
        random.fill(&mut id);
        tx.put_office_id(id)?;
        tx.commit()
    }

    /// Names the person at the machine for the audit log; the first name counts.
    pub fn set_operator(&self, name: &str) {
        // A second name is not needed by anyone.
        let _ = self.operator.set(name.to_owned());
    }

    /// Refuses requests that were signed before `now_ms`: those that were answered before are not remembered.
    pub fn answer_from(&self, now_ms: i64) {
        *self.replays() = replays::Replays::since(now_ms);
    }

    /// Notes a request by its signature and time, and tells whether it is to be answered.
    pub fn note_request(&self, signature: &[u8; 64], time_ms: i64, now_ms: i64) -> Freshness {
        self.replays().note(signature, time_ms, now_ms)
    }

    fn replays(&self) -> std::sync::MutexGuard<'_, replays::Replays> {
        self.replays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a read transaction, which sees one snapshot of the database whatever is written meanwhile.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn read(&self) -> Result<Tx<'_>, StoreError> {
        let idle = self.readers().pop();
        let reader = idle.map_or_else(|| self.connect(), Ok)?;
        Tx::begin_read(reader, self)
    }

    fn connect(&self) -> Result<Connection, StoreError> {
        let connection = Connection::open(&self.path)?;
        configure(&connection)?;
        Ok(connection)
    }

    /// Begins a write transaction, after waiting for any other to end.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn write(&self) -> Result<Tx<'_>, StoreError> {
        // A panic in another thread rolled its transaction back, so the connection is usable.
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let operator = self.operator.get().map_or("admin", String::as_str);
        Tx::begin_write(writer, operator).map_err(|error| named(error, &self.path))
    }

    fn readers(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn return_reader(&self, reader: Connection) {
        let mut readers = self.readers();
        if readers.len() < IDLE_READERS_MAX {
            readers.push(reader);
        }
    }
}

/// The error with the name of the file, where that is what it is about: it cannot be written, or not be opened.
fn named(error: StoreError, path: &Path) -> StoreError {
    use rusqlite::ErrorCode;
    let code = match &error {
        StoreError::Failed(cause) => cause
            .downcast_ref::<rusqlite::Error>()
            .and_then(rusqlite::Error::sqlite_error_code),
        _ => None,
    };
    match code {
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::ReadOnly {
                path: path.to_owned(),
            }
        }
        _ => error,
    }
}

/// Configures a connection. A verdict that a device received must survive a power cut, hence `synchronous=FULL`.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // Without the query planner stability guarantee, a plan that may depend on a bound value, such as one over a partial
    // index, is made again for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // 16 MiB of log. With SQLite's default of 4 MiB a large push writes the same pages several times.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    // 32 MiB of page cache for each connection.
    connection.pragma_update(None, "cache_size", -32_768)?;
    Ok(())
}
