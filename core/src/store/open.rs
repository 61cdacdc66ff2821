//! Opening a file: whose is it, is it sound, is it up to date.

use std::io::Read;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::{Store, StoreError, hold, migrate};

/// How every `SQLite` file begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// What a look at the file says.
enum Look {
    /// Nothing is there yet.
    Fresh,
    /// A book.
    Book,
    /// A book that cannot be read.
    Damaged,
}

impl Store {
    /// Opens the book at `path`, making it if nothing is there, waiting up to `wait` for another process to let go of it.
    ///
    /// # Errors
    /// [`StoreError::NotABook`] and [`StoreError::Newer`] leave the file as it is. [`StoreError::Damaged`] asks the caller
    /// to [`salvage`](super::salvage) and open again.
    pub fn open(path: &Path, wait: Duration) -> Result<Store, StoreError> {
        refuse_foreign(path)?;
        let hold = hold::take(path, wait)?;
        match look(path, &hold)? {
            Look::Fresh | Look::Book => {}
            Look::Damaged => return Err(StoreError::Damaged),
        }
        let mut writer = connect(path)?;
        migrate::migrate(&mut writer)?;
        let reader = connect(path)?;
        if hold.damaged || !hold.ours {
            hold::mark_sound(path);
        }
        Ok(Store {
            path: path.to_owned(),
            writer: Mutex::new(writer),
            reader: Mutex::new(reader),
            _hold: hold,
        })
    }
}

/// The first bytes of the file; empty when there is none.
fn header(path: &Path) -> Result<Vec<u8>, StoreError> {
    match std::fs::File::open(path) {
        Ok(file) => {
            let mut bytes = Vec::new();
            file.take(16)
                .read_to_end(&mut bytes)
                .map_err(|_| StoreError::CannotOpen)?;
            Ok(bytes)
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => Err(StoreError::ReadOnly),
        Err(_) => Err(StoreError::CannotOpen),
    }
}

/// Refuses another program's file before a lock file is laid beside it.
fn refuse_foreign(path: &Path) -> Result<(), StoreError> {
    let mut lock = path.as_os_str().to_owned();
    lock.push("-lock");
    let begins = header(path)?;
    let foreign = !begins.is_empty() && begins != MAGIC && !Path::new(&lock).exists();
    if foreign {
        return Err(StoreError::NotABook);
    }
    if begins.is_empty() || begins != MAGIC {
        return Ok(());
    }
    let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    match whose(&connection) {
        Err(error @ (StoreError::NotABook | StoreError::Newer { .. })) => Err(error),
        _ => Ok(()),
    }
}

/// Whether the tables are a book's.
fn whose(connection: &Connection) -> Result<Look, StoreError> {
    let application: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let known = migrate::newest();
    match (application, tables) {
        (0, 0) => Ok(Look::Fresh),
        (migrate::APPLICATION_ID, _) if found > known => Err(StoreError::Newer { found, known }),
        (migrate::APPLICATION_ID, _) => Ok(Look::Book),
        _ => Err(StoreError::NotABook),
    }
}

fn look(path: &Path, hold: &hold::Hold) -> Result<Look, StoreError> {
    if hold.damaged {
        return Ok(Look::Damaged);
    }
    let begins = header(path)?;
    if begins.is_empty() {
        return Ok(Look::Fresh);
    }
    if begins != MAGIC {
        return Ok(Look::Damaged);
    }
    let connection = Connection::open(path)?;
    match whose(&connection) {
        Err(StoreError::Damaged) => Ok(Look::Damaged),
        other => other,
    }
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let connection = Connection::open(path)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "trusted_schema", "OFF")?;
    connection.pragma_update(None, "secure_delete", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -4_000)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}
