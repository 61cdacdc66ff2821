//! The lock file beside the book, which keeps other processes out and records whether the book was found damaged.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::StoreError;

/// Content of the lock file of a book that was found damaged.
const DAMAGED: &[u8] = b"fieldbook: damaged\n";
/// Content of the lock file of a sound book.
const SOUND: &[u8] = b"fieldbook\n";
/// Content of the lock file of an encrypted book that was found damaged.
const DAMAGED_SEALED: &[u8] = b"fieldbook: damaged, encrypted\n";
/// Content of the lock file of a sound book that is encrypted.
const SOUND_SEALED: &[u8] = b"fieldbook: encrypted\n";

/// The lock on a book's file.
#[derive(Debug)]
pub(super) struct FileLock {
    _file: File,
    /// True if an earlier process found the file damaged.
    pub(super) damaged: bool,
    /// True if this program has opened the book before.
    pub(super) ours: bool,
    /// True if the book is encrypted.
    pub(super) sealed: bool,
}

fn lock_path(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-lock");
    name.into()
}

/// Takes the lock, retrying every 20 ms for up to `wait`.
pub(super) fn acquire(path: &Path, wait: Duration) -> Result<FileLock, StoreError> {
    let name = lock_path(path);
    let before = std::fs::read(&name).ok();
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&name)
        .map_err(|error| cannot_write(&error))?;
    let step = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if waited < wait => {
                std::thread::sleep(step);
                waited += step;
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse),
            Err(TryLockError::Error(error)) => return Err(cannot_write(&error)),
        }
    }
    let lock = FileLock {
        _file: file,
        damaged: matches!(before.as_deref(), Some(DAMAGED | DAMAGED_SEALED)),
        sealed: is_sealed_text(before.as_deref()),
        ours: before.is_some_and(|text| !text.is_empty()),
    };
    Ok(lock)
}

/// True if the lock file beside a book says that it is encrypted.
pub(super) fn is_sealed(path: &Path) -> bool {
    is_sealed_text(std::fs::read(lock_path(path)).ok().as_deref())
}

fn is_sealed_text(text: Option<&[u8]>) -> bool {
    matches!(text, Some(SOUND_SEALED | DAMAGED_SEALED))
}

/// Marks the book as a sound one of this program, which is encrypted if `sealed`.
pub(super) fn mark_sound(path: &Path, sealed: bool) {
    mark(path, if sealed { SOUND_SEALED } else { SOUND });
}

/// Marks the book as damaged, so that it is recovered when it is next opened.
pub(super) fn mark_damaged(path: &Path) {
    let sealed = is_sealed(path);
    mark(path, if sealed { DAMAGED_SEALED } else { DAMAGED });
}

/// Writes the mark. Failures are ignored: the mark only saves a later check.
fn mark(path: &Path, text: &[u8]) {
    if let Ok(mut file) = OpenOptions::new()
        .write(true)
        .truncate(true)
        .open(lock_path(path))
    {
        let _ = file.write_all(text);
    }
}

fn cannot_write(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly,
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::DiskFull,
        _ => StoreError::CannotOpen,
    }
}
