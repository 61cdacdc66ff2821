//! The end of a book: its file and all that stands beside it are overwritten and removed.

use std::ffi::{OsStr, OsString};
use std::fs::{File, OpenOptions};
use std::io::{Seek, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::sync::atomic::Ordering;

use rusqlite::Connection;

use super::cipher::SEALING;
use super::{Store, StoreError, lock};

/// The suffix of the file that is there while a wipe is under way: whoever opens the book next finishes it.
const UNDER_WAY: &str = "-wipe";

/// The suffixes of the files of a book, the lock last: the book itself is first.
const SUFFIXES: [&str; 7] = [
    "",
    "-wal",
    "-shm",
    "-journal",
    SEALING,
    "-sealing-journal",
    "-lock",
];

/// The suffixes of the names of copies that are kept beside a book, each followed by anything.
const COPIES: [&str; 1] = [".damaged-"];

/// The number of zeros that are written at once.
const BLOCK: usize = 1 << 13;

impl Store {
    /// Overwrites and removes the file of the book, its log, its lock and the damaged copies that are kept beside it. If the
    /// process ends meanwhile, the next [`open`](Store::open) goes on with it. Every later call fails with
    /// [`StoreError::Wiped`].
    ///
    /// What a flash memory keeps of overwritten blocks is out of a program's reach.
    ///
    /// # Errors
    /// [`StoreError`] of the first file that could not be removed; the others are removed all the same.
    pub fn wipe(&self) -> Result<(), StoreError> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let mut reader = lock(&self.reader);
        let elsewhere = Connection::open_in_memory()?;
        self.wiped.store(true, Ordering::SeqCst);
        // Without this mark, as on a full disk, a wipe that is cut short is not gone on with.
        let _ = File::create(beside(&self.path, UNDER_WAY)).and_then(|mark| mark.sync_all());
        sync_folder(&self.path);
        *writer = None;
        drop(std::mem::replace(&mut *reader, elsewhere));
        erase_all(&self.path)
    }

    /// True if the book was wiped.
    pub fn is_wiped(&self) -> bool {
        self.wiped.load(Ordering::SeqCst)
    }
}

/// Goes on with a wipe that was cut short.
pub(super) fn finish(path: &Path) -> Result<(), StoreError> {
    if beside(path, UNDER_WAY).exists() {
        erase_all(path)?;
    }
    Ok(())
}

/// Erases each file of the book, and the mark when nothing else is left.
fn erase_all(path: &Path) -> Result<(), StoreError> {
    let mut done = Ok(());
    for file in copies(path)
        .into_iter()
        .chain(SUFFIXES.iter().map(|suffix| beside(path, suffix)))
    {
        done = done.and(erase(&file));
    }
    sync_folder(path);
    if done.is_ok() {
        let _ = std::fs::remove_file(beside(path, UNDER_WAY));
        sync_folder(path);
    }
    done
}

/// The copies that are kept beside the book.
fn copies(path: &Path) -> Vec<PathBuf> {
    let Some(name) = path.file_name() else {
        return Vec::new();
    };
    let Ok(entries) = std::fs::read_dir(folder(path)) else {
        return Vec::new();
    };
    let found = entries.flatten().map(|entry| entry.file_name());
    found
        .filter(|file| COPIES.iter().any(|suffix| starts_with(file, name, suffix)))
        .map(|file| folder(path).join(file))
        .collect()
}

fn starts_with(file: &OsStr, name: &OsStr, suffix: &str) -> bool {
    let mut start = name.to_owned();
    start.push(suffix);
    file.as_encoded_bytes().starts_with(start.as_encoded_bytes())
}

/// Overwrites a file with zeros, empties and removes it; a file that is not there is fine.
fn erase(file: &Path) -> Result<(), StoreError> {
    let failed = |error: &std::io::Error| match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        _ => StoreError::CannotOpen,
    };
    let overwritten = match OpenOptions::new().write(true).open(file) {
        Ok(opened) => overwrite(opened),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => Err(error),
    };
    // A file that cannot be overwritten is removed all the same.
    std::fs::remove_file(file)
        .and(overwritten)
        .map_err(|error| failed(&error))
}

pub(super) fn overwrite(mut file: File) -> std::io::Result<()> {
    let mut left = file.metadata()?.len();
    file.seek(SeekFrom::Start(0))?;
    let zeros = [0; BLOCK];
    while left > 0 {
        let size = usize::try_from(left).unwrap_or(BLOCK).min(BLOCK);
        file.write_all(&zeros[..size])?;
        left -= size as u64;
    }
    file.sync_all()?;
    file.set_len(0)?;
    file.sync_all()
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name: OsString = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the names in the folder durable; systems that cannot sync a folder do so by themselves.
pub(super) fn sync_folder(path: &Path) {
    let _ = File::open(folder(path)).and_then(|folder| folder.sync_all());
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// The names in a folder, sorted.
    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_wiped_book_leaves_nothing_but_the_files_of_others() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let store = Store::open(&path, None, Duration::ZERO).unwrap();
        store
            .transaction(|write| write.put_setting("rep", b"Ada"))
            .unwrap();
        for other in [
            "book.db.damaged-1",
            "book.db.damaged-1-wal",
            "book.csv",
            "other.db",
        ] {
            std::fs::write(folder.path().join(other), "words").unwrap();
        }
        store.wipe().unwrap();
        assert_eq!(names(folder.path()), ["book.csv", "other.db"]);
        assert_eq!(store.settings(), Err(StoreError::Wiped));
        let written = store.transaction(|write| write.put_setting("rep", b"Ada"));
        assert_eq!(written, Err(StoreError::Wiped));
        drop(store);
        assert_eq!(names(folder.path()), ["book.csv", "other.db"]);
    }

    #[test]
    fn a_wipe_that_was_cut_short_is_finished_by_the_next_opening() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        drop(Store::open(&path, None, Duration::ZERO).unwrap());
        std::fs::write(folder.path().join("book.db.damaged-1"), "words").unwrap();
        std::fs::write(folder.path().join("book.db-wipe"), "").unwrap();
        let store = Store::open(&path, None, Duration::ZERO).unwrap();
        assert!(store.settings().unwrap().is_empty(), "it is a new book");
        assert!(
            !names(folder.path())
                .iter()
                .any(|name| name.contains("damaged") || name.contains("wipe"))
        );
    }
}
