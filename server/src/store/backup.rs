//! Backup of the database while it is in use, and restore.

use std::fs;
use std::path::{Path, PathBuf};

use fieldbook_model::clock::Random;
use rusqlite::{Connection, OpenFlags};

use super::{FILE_NAME, Store, StoreError, migrate};

/// A backup that was made and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// The size of the file in bytes.
    pub bytes: u64,
    /// The number of records in it.
    pub records: u64,
}

/// The reason why a backup or a restore failed. The file in question was left as it was.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The file to write exists already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The path of the file.
        path: PathBuf,
    },
    /// The file is no sound database of this server.
    #[error("{} is not a sound backup: {defect}", path.display())]
    Unsound {
        /// The path of the file.
        path: PathBuf,
        /// The first defect that `SQLite` names.
        defect: String,
    },
    /// A server has the database open.
    #[error("a server has {} open: stop it before", path.display())]
    InUse {
        /// The path of the database.
        path: PathBuf,
    },
    /// The system refused to write, move or read a file.
    #[error("{} cannot be used", path.display())]
    File {
        /// The path of the file.
        path: PathBuf,
        /// The system's error.
        #[source]
        cause: std::io::Error,
    },
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for BackupError {
    fn from(error: rusqlite::Error) -> BackupError {
        BackupError::Store(error.into())
    }
}

impl Store {
    /// Writes a consistent copy of the database to `file` while the server runs, and checks it. The file appears under its
    /// name only when it is complete and on the disk, and only its owner may read it.
    ///
    /// # Errors
    /// [`BackupError::Exists`], [`BackupError::Unsound`], [`BackupError::File`], or [`BackupError::Store`].
    pub fn backup_to(&self, file: &Path) -> Result<Backup, BackupError> {
        if file.exists() {
            return Err(BackupError::Exists {
                path: file.to_owned(),
            });
        }
        let partial = suffixed(file, ".partial");
        create_private(&partial)?;
        let written = self.write_copy(&partial);
        let backup = match written {
            Ok(backup) => backup,
            Err(error) => {
                // What is left of a failed attempt is of no use to anyone.
                let _ = fs::remove_file(&partial);
                return Err(error);
            }
        };
        fs::rename(&partial, file).map_err(at(file))?;
        sync_folder(file)?;
        Ok(backup)
    }

    fn write_copy(&self, to: &Path) -> Result<Backup, BackupError> {
        let path = to.to_str().ok_or_else(|| BackupError::File {
            path: to.to_owned(),
            cause: std::io::ErrorKind::InvalidFilename.into(),
        })?;
        self.connect()?.execute("VACUUM INTO ?1", [path])?;
        let written = fs::OpenOptions::new().write(true).open(to).map_err(at(to))?;
        written.sync_all().map_err(at(to))?;
        check(to)
    }
}

/// Puts a backup in the place of the database in `dir`, which no server may have open. A database that is there is moved
/// aside, never deleted. Returns the path that it has now.
///
/// The caller opens a new epoch then: without it, devices do not know that the office has lost what came after the backup.
///
/// # Errors
/// [`BackupError`]; the folder is then as it was.
pub fn restore(dir: &Path, file: &Path, random: &dyn Random) -> Result<Option<PathBuf>, BackupError> {
    check(file)?;
    fs::create_dir_all(dir).map_err(at(dir))?;
    let (path, incoming) = (dir.join(FILE_NAME), dir.join("fieldbook.db.incoming"));
    if path.exists() {
        close_log(&path)?;
    }
    let _ = fs::remove_file(&incoming);
    create_private(&incoming)?;
    fs::copy(file, &incoming).map_err(at(&incoming))?;
    let written = fs::OpenOptions::new().write(true).open(&incoming);
    written.and_then(|file| file.sync_all()).map_err(at(&incoming))?;
    let aside = path.exists().then(|| free_name(&path));
    if let Some(aside) = &aside {
        fs::rename(&path, aside).map_err(at(aside))?;
    }
    fs::rename(&incoming, &path).map_err(at(&path))?;
    sync_folder(&path)?;
    Store::open(dir, random)?;
    Ok(aside)
}

/// Checks that a file is a sound database of this server, and counts its records.
fn check(file: &Path) -> Result<Backup, BackupError> {
    let unsound = |defect: String| BackupError::Unsound {
        path: file.to_owned(),
        defect,
    };
    let bytes = fs::metadata(file).map_err(at(file))?.len();
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    migrate::version_of(&connection, file)?;
    let defect: String = connection
        .query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))
        .map_err(|error| unsound(error.to_string()))?;
    if defect != "ok" {
        return Err(unsound(defect));
    }
    let orphan = connection.prepare("PRAGMA foreign_key_check")?.exists([])?;
    if orphan {
        return Err(unsound("a row refers to one that is missing".to_owned()));
    }
    let records: i64 = connection.query_row("SELECT count(*) FROM record", [], |row| row.get(0))?;
    Ok(Backup {
        bytes,
        records: records.cast_unsigned(),
    })
}

/// Moves the log of a database into it. `SQLite` refuses to leave the mode with a log while anyone else has the file open.
fn close_log(path: &Path) -> Result<(), BackupError> {
    let in_use = || BackupError::InUse {
        path: path.to_owned(),
    };
    let connection = Connection::open(path)?;
    let mode: Result<String, _> = connection.query_row("PRAGMA journal_mode = DELETE", [], |row| row.get(0));
    match mode.map_err(StoreError::from) {
        Ok(mode) if mode == "delete" => Ok(()),
        Ok(_) | Err(StoreError::Busy) => Err(in_use()),
        // A database that cannot be read is moved aside as it is.
        Err(_) => Ok(()),
    }
}

fn create_private(path: &Path) -> Result<(), BackupError> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop).map_err(at(path))
}

/// Makes a renaming durable, where the system can do so.
fn sync_folder(file: &Path) -> Result<(), BackupError> {
    #[cfg(unix)]
    {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let opened = fs::File::open(folder).and_then(|folder| folder.sync_all());
        opened.map_err(at(folder))?;
    }
    Ok(())
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The path with the suffix `.replaced-1`, or the next free number.
fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|n| suffixed(path, &format!(".replaced-{n}")));
    names
        .find(|name| !name.exists())
        .expect("there is always a free number")
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> BackupError + use<> {
    let path = path.to_owned();
    move |cause| BackupError::File { path, cause }
}
