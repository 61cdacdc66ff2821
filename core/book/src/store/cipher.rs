//! Books whose file is encrypted, by `SQLCipher`: the key of a connection, and an open text that is sealed in its place.
//!
//! The key is 32 random bytes and is used as it is, so that no password is stretched for each connection. A mark in the lock file
//! says that a book is encrypted: nothing in the file does, and without the key it must not be taken for a damaged one.

use std::fs::{File, OpenOptions};
use std::path::Path;

use rusqlite::{Connection, OpenFlags};

use super::wipe::{beside, overwrite, sync_folder};
use super::{StoreError, private};

/// True if this software was built with `SQLCipher`.
pub(super) const AVAILABLE: bool = cfg!(feature = "sqlcipher");

/// The suffix of the copy that is being sealed.
pub(super) const SEALING: &str = "-sealing";

/// The key of an encrypted book: 32 random bytes, which the keystore of the host keeps.
#[derive(Clone, PartialEq, Eq)]
pub struct BookKey([u8; 32]);

impl std::fmt::Debug for BookKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("BookKey(..)")
    }
}

impl From<[u8; 32]> for BookKey {
    fn from(key: [u8; 32]) -> BookKey {
        BookKey(key)
    }
}

impl TryFrom<&[u8]> for BookKey {
    type Error = StoreError;

    /// Fails with [`StoreError::WrongKey`] unless there are 32 bytes.
    fn try_from(key: &[u8]) -> Result<BookKey, StoreError> {
        key.try_into().map(BookKey).map_err(|_| StoreError::WrongKey)
    }
}

impl BookKey {
    /// The key as `SQLCipher` takes raw bytes.
    fn literal(&self) -> String {
        use std::fmt::Write as _;
        let hex = self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
            hex
        });
        format!("x'{hex}'")
    }
}

/// Opens a connection to a file under its key, without touching anything in it.
pub(super) fn connect(
    path: &Path,
    key: Option<&BookKey>,
    flags: OpenFlags,
) -> Result<Connection, StoreError> {
    let connection = Connection::open_with_flags(path, flags)?;
    if let Some(key) = key {
        connection.execute_batch(&format!("PRAGMA key = \"{}\"", key.literal()))?;
    }
    Ok(connection)
}

/// Opens the encrypted file of a book for writing.
///
/// # Errors
/// [`StoreError::WrongKey`] if it does not open under this key: it is another's, or its first page is damaged.
pub(super) fn unlock(path: &Path, key: &BookKey) -> Result<Connection, StoreError> {
    let connection = connect(path, Some(key), OpenFlags::default())?;
    let read = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| {
        row.get::<_, i64>(0)
    });
    match read.map_err(StoreError::from) {
        Err(StoreError::Damaged) => Err(StoreError::WrongKey),
        other => other.map(|_| connection),
    }
}

/// Puts another key in the place of the present one. It is one transaction: after a crash either key opens the book.
pub(super) fn rekey(connection: &Connection, key: &BookKey) -> Result<(), StoreError> {
    connection.execute_batch(&format!("PRAGMA rekey = \"{}\"", key.literal()))?;
    // Pages under the old key are left in the log no longer than this.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    Ok(())
}

/// Encrypts a book in its place: a sealed copy is made beside it, is durable, and takes its name; then the open text is
/// overwritten. A process that ends meanwhile leaves either the one or the other, whole.
pub(super) fn seal(path: &Path, key: &BookKey) -> Result<(), StoreError> {
    let copy = beside(path, SEALING);
    discard(&copy)?;
    private::restrict(&copy);
    export(path, &copy, key)?;
    File::open(&copy)
        .and_then(|file| file.sync_all())
        .map_err(|_| StoreError::CannotOpen)?;
    // A log of the open text must not be taken for one of the sealed file.
    for suffix in ["-wal", "-shm"] {
        discard(&beside(path, suffix))?;
    }
    let open_text = OpenOptions::new()
        .write(true)
        .open(path)
        .map_err(|_| StoreError::ReadOnly)?;
    std::fs::rename(&copy, path).map_err(|_| StoreError::ReadOnly)?;
    sync_folder(path);
    // It has no name any more; what could not be overwritten is free space of the disk.
    let _ = overwrite(open_text);
    Ok(())
}

/// Writes all of a book into a new file under a key.
fn export(path: &Path, copy: &Path, key: &BookKey) -> Result<(), StoreError> {
    let connection = Connection::open(path)?;
    super::open::check_owner(&connection)?;
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    let to = copy.to_str().ok_or(StoreError::CannotOpen)?;
    connection.execute("ATTACH DATABASE ?1 AS sealed KEY ?2", [to, &key.literal()])?;
    connection.query_row("SELECT sqlcipher_export('sealed')", [], |_| Ok(()))?;
    for name in ["application_id", "user_version"] {
        let value: i64 = connection.pragma_query_value(None, name, |row| row.get(0))?;
        connection.pragma_update(Some("sealed"), name, value)?;
    }
    for count in ["sqlite_schema", "record", "outbox"] {
        let count = |schema: &str| {
            let sql = format!("SELECT count(*) FROM {schema}.{count}");
            connection.query_row(&sql, [], |row| row.get::<_, i64>(0))
        };
        if count("main")? != count("sealed")? {
            return Err(StoreError::Damaged);
        }
    }
    connection.execute_batch("DETACH DATABASE sealed")?;
    connection.close().map_err(|(_, error)| error.into())
}

fn discard(file: &Path) -> Result<(), StoreError> {
    match std::fs::remove_file(file) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(StoreError::ReadOnly),
        _ => Ok(()),
    }
}
