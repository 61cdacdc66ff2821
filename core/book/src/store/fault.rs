//! Errors of the file.

use rusqlite::ErrorCode;

/// Why the book's file could not be opened, read or written. Nothing was half written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room is left: free some, then do it again.
    #[error("no room is left on the device")]
    DiskFull,
    /// The file or its folder may not be written.
    #[error("the book's file may not be written")]
    ReadOnly,
    /// The folder does not exist or may not be entered.
    #[error("the book's file cannot be opened")]
    CannotOpen,
    /// Another process has the book open.
    #[error("the book is open in another process")]
    InUse,
    /// The file belongs to another program; it was not touched.
    #[error("the file is not a fieldbook")]
    NotABook,
    /// The file was written by a newer version; it was not touched.
    #[error(
        "the book was written by a newer version of this software: schema {found}, this one knows {known}"
    )]
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The newest one this software knows.
        known: i64,
    },
    /// The file is damaged. It is moved aside and its contents are saved when the book is next opened.
    #[error("the book's file is damaged: close the book and open it again to recover")]
    Damaged,
    /// The device failed to read or write.
    #[error("the device failed to read or write the book's file (SQLite code {code})")]
    Io {
        /// `SQLite`'s extended result code.
        code: i32,
    },
    /// A mistake of ours.
    #[error("an internal mistake (SQLite code {code})")]
    Bug {
        /// `SQLite`'s extended result code, or 0.
        code: i32,
    },
}

/// The codes with which `SQLite` reports that there is no room, if not the disk is full but a quota or the largest size
/// of a file is reached, or if the file beside the book cannot grow: `IOERR_WRITE` and `IOERR_SHMSIZE`. It reports the
/// first of a dying disk, too; then the advice to free some room does no harm.
const NO_ROOM: [i32; 2] = [
    rusqlite::ffi::SQLITE_IOERR_WRITE,
    rusqlite::ffi::SQLITE_IOERR_SHMSIZE,
];

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        let rusqlite::Error::SqliteFailure(failure, _) = error else {
            return StoreError::Bug { code: 0 };
        };
        let code = failure.extended_code;
        match failure.code {
            ErrorCode::DiskFull => StoreError::DiskFull,
            ErrorCode::SystemIoFailure if NO_ROOM.contains(&code) => StoreError::DiskFull,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => StoreError::ReadOnly,
            ErrorCode::CannotOpen => StoreError::CannotOpen,
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => StoreError::InUse,
            ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt => StoreError::Damaged,
            ErrorCode::SystemIoFailure => StoreError::Io { code },
            _ => StoreError::Bug { code },
        }
    }
}
