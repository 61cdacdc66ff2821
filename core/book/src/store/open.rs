//! Opening of a file: checks that it is a book and undamaged, takes the lock, configures connections, runs migrations.

use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use super::{BookKey, Store, StoreError, cipher, file_lock, migrate, private, wipe, write};

/// The first bytes of every `SQLite` file.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// Size of the header of a file, bytes.
const HEADER_BYTES: u64 = 100;

impl Store {
    /// Opens the book at `path`, creating it if the file is missing. Waits up to `wait` for another process to release it. With a
    /// key the file is encrypted: a new one from the beginning, one that is not yet in its place.
    ///
    /// # Errors
    /// [`StoreError::NotABook`], [`StoreError::Newer`], [`StoreError::WrongKey`] and [`StoreError::NoCipher`] leave the file as it
    /// is. [`StoreError::Damaged`] asks the caller to [`salvage`](super::salvage) and open again.
    pub fn open(path: &Path, key: Option<&BookKey>, wait: Duration) -> Result<Store, StoreError> {
        if key.is_some() && !cipher::AVAILABLE {
            return Err(StoreError::NoCipher);
        }
        wipe::finish(path)?;
        check_header(path, key)?;
        let lock = file_lock::acquire(path, wait)?;
        private::restrict(path);
        let mut first = match key {
            Some(key) => open_sealed(path, key, &lock)?,
            None => open_sound(path, &lock)?,
        };
        prepare(&first)?;
        migrate::migrate(&mut first)?;
        let changed = write::latest_change(&first)?;
        if lock.damaged || !lock.ours || lock.sealed != key.is_some() {
            file_lock::mark_sound(path, key.is_some());
        }
        Ok(Store {
            path: path.to_owned(),
            key: Mutex::new(key.cloned()),
            writer: Mutex::default(),
            reader: Mutex::new(first),
            changed: AtomicI64::new(changed),
            wiped: AtomicBool::new(false),
            _lock: lock,
        })
    }
}

/// Refuses a file that cannot be the book, by its first bytes, before anything is created beside it.
fn check_header(path: &Path, key: Option<&BookKey>) -> Result<(), StoreError> {
    let header_bytes = header(path)?;
    let known = migrate::newest();
    match version_of_book(&header_bytes) {
        Some(found) if found > known => return Err(StoreError::Newer { found, known }),
        Some(_) => return Ok(()),
        None => {}
    }
    let has_other_bytes = !header_bytes.is_empty() && !header_bytes.starts_with(MAGIC);
    match key {
        None if has_other_bytes && file_lock::is_sealed(path) => Err(StoreError::WrongKey),
        // What an encrypted file is shows under its key.
        Some(_) if has_other_bytes => Ok(()),
        _ => refuse_foreign(path, &header_bytes),
    }
}

/// Opens the locked file under its key. A file that is not encrypted yet is encrypted first.
fn open_sealed(path: &Path, key: &BookKey, lock: &file_lock::FileLock) -> Result<Connection, StoreError> {
    let header_bytes = header(path)?;
    if header_bytes.starts_with(MAGIC) {
        if lock.damaged {
            return Err(StoreError::Damaged);
        }
        file_lock::mark_sound(path, true);
        cipher::seal(path, key)?;
    }
    let connection = cipher::unlock(path, key)?;
    check_owner(&connection)?;
    if lock.damaged {
        return Err(StoreError::Damaged);
    }
    Ok(connection)
}

/// The first [`HEADER_BYTES`] of the file; empty if it does not exist.
fn header(path: &Path) -> Result<Vec<u8>, StoreError> {
    match std::fs::File::open(path) {
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(HEADER_BYTES)
                .read_to_end(&mut bytes)
                .map_err(|_| StoreError::CannotOpen)?;
            Ok(bytes)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Err(StoreError::ReadOnly),
        Err(_) => Err(StoreError::CannotOpen),
    }
}

/// The schema version of a book; `None` if the header alone does not show that the file is a book. The schema version is a big-endian number
/// at byte 60, the application id one at byte 68 (`SQLite` file format, section 1.3).
fn version_of_book(header: &[u8]) -> Option<i64> {
    let number = |at: usize| {
        let bytes = header.get(at..at + 4)?.try_into().ok()?;
        Some(i64::from(u32::from_be_bytes(bytes)))
    };
    let is_book = header.starts_with(MAGIC) && number(68) == Some(migrate::APPLICATION_ID);
    number(60).filter(|_| is_book)
}

/// Refuses another program's file before a lock file is created beside it.
fn refuse_foreign(path: &Path, header_bytes: &[u8]) -> Result<(), StoreError> {
    let mut lock = path.as_os_str().to_owned();
    lock.push("-lock");
    let foreign = !header_bytes.is_empty() && !header_bytes.starts_with(MAGIC) && !Path::new(&lock).exists();
    if foreign {
        return Err(StoreError::NotABook);
    }
    if !header_bytes.starts_with(MAGIC) {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match check_owner(&connection) {
        Err(error @ (StoreError::NotABook | StoreError::Newer { .. })) => Err(error),
        _ => Ok(()),
    }
}

/// Checks that the tables belong to a book, or that there are no tables yet.
pub(super) fn check_owner(connection: &Connection) -> Result<(), StoreError> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let known = migrate::newest();
    match (application, tables) {
        (0, 0) => Ok(()),
        (migrate::APPLICATION_ID, _) if found > known => Err(StoreError::Newer { found, known }),
        (migrate::APPLICATION_ID, _) => Ok(()),
        _ => Err(StoreError::NotABook),
    }
}

/// Opens the locked file if it is a readable book or empty.
fn open_sound(path: &Path, lock: &file_lock::FileLock) -> Result<Connection, StoreError> {
    if lock.damaged {
        return Err(StoreError::Damaged);
    }
    let header_bytes = header(path)?;
    if !header_bytes.is_empty() && !header_bytes.starts_with(MAGIC) {
        return Err(StoreError::Damaged);
    }
    let connection = Connection::open(path)?;
    if !header_bytes.is_empty() {
        // A log left by another program must not be checkpointed into its file.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        check_owner(&connection)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    }
    Ok(connection)
}

/// Opens a further connection to an open book.
pub(super) fn connect(path: &Path, key: Option<&BookKey>) -> Result<Connection, StoreError> {
    let connection = cipher::connect(path, key, OpenFlags::default())?;
    prepare(&connection)?;
    Ok(connection)
}

/// Sets the pragmas and the statement cache of a connection.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL;
         PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA trusted_schema = OFF;
         PRAGMA secure_delete = ON;
         PRAGMA temp_store = MEMORY;
         PRAGMA cache_size = -4000;
         PRAGMA wal_autocheckpoint = 4000;",
    )?;
    // Otherwise a query plan that may depend on a bound value, as over partial indexes, is prepared again for each value.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}
