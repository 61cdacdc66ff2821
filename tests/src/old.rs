//! Databases as earlier programs left them (`tests/data/books`, `tests/data/servers`): where they are, what their schema is
//! and what they show.
//!
//! They are only ever opened as copies: `SQLite` writes beside a file that it reads.

mod cut_logs;
mod schema;
mod state;

pub use cut_logs::cut_logs;
pub use schema::{schema, sqlite_defects, version};
pub use state::{book_state, server_state};

use std::path::{Path, PathBuf};

use fieldbook_core::book::Book;
use fieldbook_server::store::FILE_NAME;
use rusqlite::{Connection, OptionalExtension};
use tempfile::TempDir;

use crate::crash::{CrashError, contents, integrity};

/// A time after everything in the old files, 1 January 2030, nine in the morning UTC, in Unix milliseconds.
pub const LATER: i64 = 1_893_488_400_000;

/// A database that an earlier program made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OldFile {
    /// Its name without the ending, such as `v3` or `v1-first`.
    pub name: String,
    /// Its schema, by its name.
    pub version: i64,
    /// Path of the original. It is not to be opened.
    pub path: PathBuf,
}

/// A copy of an old file, in a folder of its own that goes with it.
#[derive(Debug)]
pub struct Copied {
    folder: TempDir,
    /// Path of the copy.
    pub path: PathBuf,
}

impl OldFile {
    /// Copies the file into a folder of its own.
    pub fn copy(&self) -> Copied {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(FILE_NAME);
        std::fs::copy(&self.path, &path).expect("an old file can be copied");
        Copied { folder, path }
    }
}

impl Copied {
    /// The folder that the copy is in.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The old books, by name.
pub fn books() -> Vec<OldFile> {
    files("books", "book")
}

/// The old databases of servers, by name.
pub fn servers() -> Vec<OldFile> {
    files("servers", "sqlite")
}

/// The server that a book belongs to: the latest of those that know its device; `None` for a book that joined none.
pub fn server_of(book: &OldFile) -> Option<OldFile> {
    let device: Option<Vec<u8>> = ask(
        &book.copy().path,
        "SELECT value FROM setting WHERE name = 'device'",
        &[],
    );
    let device = device?;
    servers().into_iter().rfind(|server| {
        let found: Option<i64> = ask(&server.copy().path, "SELECT 1 FROM device WHERE id = ?1", &device);
        found.is_some()
    })
}

fn ask<T: rusqlite::types::FromSql>(path: &Path, sql: &str, value: &[u8]) -> Option<T> {
    let connection = Connection::open(path).expect("a copy can be opened");
    let mut statement = connection.prepare(sql).expect("the old file has this table");
    let bound: Vec<&[u8]> = vec![value; statement.parameter_count()];
    let row = statement.query_row(rusqlite::params_from_iter(bound), |row| row.get(0));
    row.optional().expect("the old file can be read")
}

fn files(folder: &str, ending: &str) -> Vec<OldFile> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(folder);
    let entries = std::fs::read_dir(&folder).expect("the old files are in the tree");
    let mut files: Vec<OldFile> = entries
        .map(|entry| entry.expect("a folder can be listed").path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| old_file(&path))
        .collect();
    files.sort_by(|one, other| one.name.cmp(&other.name));
    files
}

fn old_file(path: &Path) -> OldFile {
    let name = path
        .file_stem()
        .and_then(|name| name.to_str())
        .expect("a name in ASCII");
    let number = name.strip_prefix('v').and_then(|rest| rest.split('-').next());
    OldFile {
        name: name.to_owned(),
        version: number
            .and_then(|digits| digits.parse().ok())
            .expect("an old file is named v, its schema, and perhaps - and a word"),
        path: path.to_owned(),
    }
}

/// Number of records that two books show differently.
///
/// # Errors
/// [`CrashError`] of the books.
pub fn differing(one: &Book, other: &Book) -> Result<usize, CrashError> {
    let (one, other) = (contents::contents(one)?, contents::contents(other)?);
    Ok(contents::differing(&one, &other))
}

/// Defects of the closed book at `path`, one sentence each: its file, its counts, and each row beside its document.
///
/// # Errors
/// [`CrashError`] of the file.
pub fn book_defects(path: &Path) -> Result<Vec<String>, CrashError> {
    Ok(integrity::book_defects(path, -1)?.0)
}

/// Defects of the server's database at `path`, one sentence each: its file and the checksums it keeps.
///
/// # Errors
/// [`CrashError`] of the file.
pub fn server_defects(path: &Path) -> Result<Vec<String>, CrashError> {
    integrity::server_defects(path)
}
