//! Why the book said no, as enums with data: the app writes the sentence, in its own language.
//!
//! Mirrors of the core's errors: one more variant or field there, and this does not compile until it is said here.

use fieldbook_core::book::import::ImportError;
use fieldbook_core::book::{
    BookError, CheckInError, ImportFault, ProtocolError as Fault, SignatureError, StoreError, SyncError,
};
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::location::{FixError, PositionError};
use fieldbook_core::model::Kind;
use fieldbook_core::model::schema::{FieldFault, Why};

use crate::scalars::{IoKind, Size, Word};

/// Why the book's file could not be opened, read or written. Nothing was half written.
#[uniffi::remote(Error)]
pub enum StoreError {
    /// No room is left: free some, then do it again.
    DiskFull,
    /// The file or its folder may not be written.
    ReadOnly,
    /// The folder does not exist or may not be entered.
    CannotOpen,
    /// Another process has the book open.
    InUse,
    /// The file belongs to another program; it was not touched.
    NotABook,
    /// The file was written by a newer version; it was not touched.
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The newest one this software knows.
        known: i64,
    },
    /// The file is damaged. It is moved aside and its contents are saved when the book is next opened.
    Damaged,
    /// The device failed to read or write.
    Io {
        /// `SQLite`'s extended result code.
        code: i32,
    },
    /// A mistake of ours.
    Bug {
        /// `SQLite`'s extended result code, or 0.
        code: i32,
    },
}

/// Why a call was refused or failed. Nothing was written.
#[uniffi::remote(Error)]
pub enum BookError {
    /// No record has this id.
    NoSuchRecord {
        /// The id asked for.
        id: RecordId,
    },
    /// The record is of another kind than the call needs.
    WrongKind {
        /// Which record.
        id: RecordId,
        /// What it is.
        found: Kind,
        /// What was needed.
        wanted: Kind,
    },
    /// The record is deleted: undelete it first.
    Deleted {
        /// Which record.
        id: RecordId,
    },
    /// A field does not take a value.
    BadField(FieldFault),
    /// A page has at most `most` records, and at least one.
    BadLimit {
        /// How many were asked for.
        asked: u32,
        /// The most.
        most: u32,
    },
    /// The record has no such change, or the change did not write that field.
    NoSuchChange {
        /// The change asked for.
        change: ChangeHash,
    },
    /// The change would make the record larger than a record may be.
    RecordFull {
        /// Which record.
        id: RecordId,
    },
    /// A text or number that is no id, day or place as the call needs it.
    BadRequest {
        /// What it should have been.
        what: Word,
    },
    /// Writing what was asked for into the given place failed.
    CannotWrite,
    /// The file.
    Store(StoreError),
}

/// A value that may not stand in a field.
#[uniffi::remote(Record)]
pub struct FieldFault {
    /// Which field.
    pub field: String,
    /// What is wrong.
    pub why: Why,
}

/// What is wrong with a value.
#[uniffi::remote(Enum)]
pub enum Why {
    /// The kind of record has no such field.
    Unknown,
    /// The field may not be absent or cleared.
    Missing,
    /// The value is of another type.
    WrongType {
        /// The type it takes.
        expected: Word,
    },
    /// The text cannot be read as what the field takes.
    Malformed {
        /// What the text should have looked like.
        expected: Word,
    },
    /// The text is too long.
    TooLong {
        /// Its length in bytes.
        #[uniffi(name = "length_bytes")]
        bytes: Size,
        /// The most the field takes.
        #[uniffi(name = "allowed_bytes")]
        allowed: Size,
    },
    /// A text that machines could not carry: it holds a NUL.
    BadCharacter,
}

/// Why a check-in or check-out was refused. Where the rep is never is a reason: that is in the verdict.
#[uniffi::remote(Error)]
pub enum CheckInError {
    /// The rep is already somewhere: check out there first.
    AlreadyOpen {
        /// Where.
        visit: RecordId,
    },
    /// The visit is over, or was skipped.
    NotNow {
        /// Which visit.
        visit: RecordId,
        /// What it is: `planned`, `closed` or `skipped`.
        state: Word,
    },
    /// The visit or the site belongs to another account.
    OtherAccount {
        /// The visit or the site.
        id: RecordId,
    },
    /// A fix has a number that no phone reports.
    BadFix {
        /// Which one, from 0.
        index: Size,
        /// What is wrong.
        fault: FixError,
    },
    /// A made-up check-in lies ahead, or more than seven days back.
    NotThen {
        /// When it is said to have been.
        at_ms: i64,
    },
    /// The record, or the file.
    Book(BookError),
}

/// Why a signature of the phone's hardware was not taken.
#[uniffi::remote(Error)]
pub enum SignatureError {
    /// The chain has no such link, or it is signed already.
    NotWaiting {
        /// Which.
        n: u64,
    },
    /// It is not a signature of that link by the key that was named.
    DoesNotFit {
        /// Which.
        n: u64,
    },
    /// The book.
    Book(BookError),
}

/// Why numbers are no fix. Each names its field.
#[uniffi::remote(Enum)]
pub enum FixError {
    /// `at` or `gps_at` is no RFC 3339 time.
    Time {
        /// `at` or `gps_at`.
        field: Word,
    },
    /// The coordinates.
    Position(PositionError),
    /// `boot_id` is longer than 128 bytes.
    BootId,
}

/// What is wrong with a pair of numbers that should have been a position.
#[uniffi::remote(Enum)]
pub enum PositionError {
    /// Not a number from -90 to 90.
    Latitude,
    /// Not a number from -180 to 180.
    Longitude,
    /// Not two numbers with a comma between.
    Text,
}

/// Why a sync ended early. What was acknowledged is kept, what was not is sent again next time.
#[uniffi::remote(Error)]
pub enum SyncError {
    /// The book is tied to no server: join one first.
    NotJoined,
    /// The book is tied to a server already.
    AlreadyJoined,
    /// Another sync of this book is under way.
    Busy,
    /// The server cannot be reached: it will go out later.
    NoConnection,
    /// The deadline passed, or the server did not answer in time.
    TimedOut,
    /// The caller asked it to end.
    Interrupted,
    /// The server's certificate is not to be trusted.
    Untrusted,
    /// The address is no HTTP address.
    BadAddress,
    /// The server answered with this status and no reason that we know.
    ServerFailed {
        /// The HTTP status.
        status: u16,
    },
    /// The answer is not one of this protocol: another program may be listening there.
    BadAnswer,
    /// The server said no.
    Refused(Fault),
    /// The book.
    Book(BookError),
}

/// Why the server said no.
#[uniffi::remote(Enum)]
pub enum Fault {
    /// The body is not a message of this protocol.
    Malformed,
    /// The server speaks another version.
    Version,
    /// No such join code.
    UnknownCode,
    /// The code has served another device.
    CodeUsed,
    /// The code is too old.
    CodeExpired,
    /// The server does not know the device, or the signature is not its.
    UnknownDevice,
    /// The administrator has locked the device out.
    Revoked,
    /// The body is larger than the server takes.
    TooLarge,
    /// The actor belongs to another device.
    ActorTaken,
    /// The server failed; nothing was taken, try again later.
    Internal,
}

/// Why an import ended. What was taken before is in the book, and importing the file again goes on from there.
#[uniffi::remote(Error)]
pub enum ImportFault {
    /// Nothing of the file could be read.
    File(ImportError),
    /// The book.
    Book(BookError),
}

/// Why nothing of a file could be read.
#[uniffi::remote(Enum)]
pub enum ImportError {
    /// There is nothing in it.
    Empty,
    /// Its first line names no columns.
    NoHeader,
    /// Its first line is neither UTF-8 nor UTF-16 behind its mark.
    NotText {
        /// Where the text stops being one, in bytes from the header.
        offset: Size,
    },
    /// It is a spreadsheet or an archive.
    Workbook,
    /// The map names a field that this kind of record does not have.
    UnknownField {
        /// The field, as it was given.
        field: String,
    },
    /// The map names a column that the file does not have.
    NoSuchColumn {
        /// The column, as it was given.
        column: String,
    },
    /// No column was recognised as one that these records cannot do without.
    NotMatched {
        /// The field.
        wanted: Word,
    },
    /// Its compressed data ends before the first record.
    Truncated,
    /// Its compressed data is damaged before the first record.
    Damaged,
    /// Its header alone is longer than a file may be.
    TooLarge,
    /// It is no list of JSON objects.
    Json {
        /// Where.
        line: u64,
    },
    /// It could not be read.
    Io {
        /// What the system said.
        kind: IoKind,
    },
}
