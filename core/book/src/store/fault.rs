//! Errors of the book's file, mapped from SQLite's codes.

use rusqlite::ErrorCode;

/// An error on opening, reading or writing the book's file. Nothing was written in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No room is left on the device: free some, then retry.
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
        /// The newest schema version that this software knows.
        known: i64,
    },
    /// The file is damaged. It is moved aside and its contents are saved when the book is next opened.
    #[error("the book's file is damaged: close the book and open it again to recover")]
    Damaged,
    /// The office has ordered that the book is erased, and it was. Close it; what is opened at its path then is a new book.
    #[error("the book was erased, as the office has ordered")]
    Wiped,
    /// The book is encrypted, and the key is not its, or none was given; the file was not touched.
    #[error("the key is not that of the book")]
    WrongKey,
    /// This software was built without encryption, so it opens no book with a key.
    #[error("this software was built without encryption")]
    NoCipher,
    /// The device failed to read or write.
    #[error("the device failed to read or write the book's file (SQLite code {code})")]
    Io {
        /// `SQLite`'s extended result code.
        code: i32,
    },
    /// An internal error of this software.
    #[error("an internal mistake (SQLite code {code})")]
    Bug {
        /// `SQLite`'s extended result code, or 0.
        code: i32,
    },
}

/// The codes of `SQLite` for a lack of room other than a full disk: `IOERR_WRITE` for a reached quota or largest file size,
/// `IOERR_SHMSIZE` for a shared-memory file that cannot grow. A failing disk gives the first one, too; the advice to free some
/// room then does no harm.
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
