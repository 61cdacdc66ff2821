//! The error types of the API: enums with data, without sentences. The app writes the message in its own language.
//!
//! They mirror the core's errors: a variant or field that is added there breaks this build until it is added here.

use fieldbook_core::book::import::ImportError;
use fieldbook_core::book::{
    BookError, CheckInError, DealError, DealRefusal, ImportFault, ProtocolError as Fault, SignatureError,
    StoreError, SyncError,
};
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::location::{FixError, PositionError};
use fieldbook_core::model::Kind;
use fieldbook_core::model::schema::{FieldFault, Why};

use crate::scalars::{IoKind, Size, Word};

/// The book's file could not be opened, read or written. No partial write remains.
#[uniffi::remote(Error)]
pub enum StoreError {
    /// The disk is full. Free some space and repeat the call.
    DiskFull,
    /// The file or its folder is not writable.
    ReadOnly,
    /// The folder does not exist or is not accessible.
    CannotOpen,
    /// Another process has the book open. Repeat the call later.
    InUse,
    /// The file belongs to another program. It was not changed.
    NotABook,
    /// The file was written by a newer version of this software. It was not changed.
    Newer {
        /// The schema version of the file.
        found: i64,
        /// The newest schema version that this software supports.
        known: i64,
    },
    /// The file is damaged. The next `open` moves it aside and recovers its contents.
    Damaged,
    /// The office has ordered that the book is erased, and it was. Close it.
    Wiped,
    /// The book is encrypted, and the key is not its, or none was given.
    WrongKey,
    /// This library was built without encryption, so it opens no book with a key.
    NoCipher,
    /// The device failed to read or write.
    Io {
        /// `SQLite`'s extended result code.
        code: i32,
    },
    /// A defect of this library.
    Bug {
        /// `SQLite`'s extended result code; 0 if there is none.
        code: i32,
    },
}

/// A call was refused or failed. Nothing was written.
#[uniffi::remote(Error)]
pub enum BookError {
    /// No record has this id.
    NoSuchRecord {
        /// The id that was given.
        id: RecordId,
    },
    /// The record is of another kind than the call requires.
    WrongKind {
        /// The id of the record.
        id: RecordId,
        /// The kind of the record.
        found: Kind,
        /// The kind that the call requires.
        wanted: Kind,
    },
    /// The record is deleted. Call `undelete` first.
    Deleted {
        /// The id of the deleted record.
        id: RecordId,
    },
    /// A field does not accept the given value.
    BadField(FieldFault),
    /// The page size is outside 1 to `most`.
    BadLimit {
        /// The page size that was given.
        asked: u32,
        /// The greatest page size allowed.
        most: u32,
    },
    /// The record has no such change, or the change did not write that field.
    NoSuchChange {
        /// The hash of the change that was given.
        change: ChangeHash,
    },
    /// The change would exceed the size limit of the record.
    RecordFull {
        /// The id of the record.
        id: RecordId,
    },
    /// An argument is not a valid id, day or position.
    BadRequest {
        /// The expected form of the argument, in English.
        what: Word,
    },
    /// The output file could not be created or written.
    CannotWrite,
    /// The deal is in a sales process, and its gate does not let it move to the stage that was written.
    Stage(DealRefusal),
    /// The book's file could not be read or written.
    Store(StoreError),
}

/// A call about a deal in a sales process was refused or failed. Nothing was written.
#[uniffi::remote(Error)]
pub enum DealError {
    /// The deal does not move.
    Refused(DealRefusal),
    /// The book refused the call, or its file failed.
    Book(BookError),
}

/// A value that a field does not accept.
#[uniffi::remote(Record)]
pub struct FieldFault {
    /// The name of the field.
    pub field: String,
    /// The reason.
    pub why: Why,
}

/// The reason for which a field does not accept a value.
#[uniffi::remote(Enum)]
pub enum Why {
    /// The kind of record has no such field.
    Unknown,
    /// The field is required and may not be cleared.
    Missing,
    /// The value has another type than the field.
    WrongType {
        /// The type that the field accepts.
        expected: Word,
    },
    /// The text cannot be parsed.
    Malformed {
        /// The expected form of the text.
        expected: Word,
    },
    /// The text is too long.
    TooLong {
        /// The length of the text in bytes.
        #[uniffi(name = "length_bytes")]
        bytes: Size,
        /// The greatest length in bytes.
        #[uniffi(name = "allowed_bytes")]
        allowed: Size,
    },
    /// The field has a value already, and the first one counts for ever.
    WrittenOnce,
    /// The text contains a NUL character.
    BadCharacter,
}

/// A check-in, check-out or skip was refused. The rep's position is never a reason; it only affects the verdict.
#[uniffi::remote(Error)]
pub enum CheckInError {
    /// The rep has another open visit. Check out of it first.
    AlreadyOpen {
        /// The id of the open visit.
        visit: RecordId,
    },
    /// The visit is in a state that does not allow the call.
    NotNow {
        /// The id of the visit.
        visit: RecordId,
        /// The state of the visit: `planned`, `closed` or `skipped`.
        state: Word,
    },
    /// The visit or the site belongs to another account.
    OtherAccount {
        /// The id of the visit or site.
        id: RecordId,
    },
    /// A fix contains a value that no phone reports.
    BadFix {
        /// The index of the fix in the list, from 0.
        index: Size,
        /// The fault of the fix.
        fault: FixError,
    },
    /// The time of a make-up is in the future or more than seven days back.
    NotThen {
        /// The arrival time that was given, Unix milliseconds.
        at_ms: i64,
    },
    /// A record or the book's file caused the failure.
    Book(BookError),
}

/// A signature of the phone's secure hardware was not accepted.
#[uniffi::remote(Error)]
pub enum SignatureError {
    /// The chain has no such link, or the link is already signed.
    NotWaiting {
        /// The number of the link, from `unsigned_links`.
        n: u64,
    },
    /// The signature does not match the link's bytes and the registered key.
    DoesNotFit {
        /// The number of the link, from `unsigned_links`.
        n: u64,
    },
    /// The book refused or failed the call.
    Book(BookError),
}

/// A fix has an invalid value. Each variant names the field.
#[uniffi::remote(Enum)]
pub enum FixError {
    /// A time is not valid RFC 3339.
    Time {
        /// The name of the field: `at` or `gps_at`.
        field: Word,
    },
    /// The coordinates are not a position.
    Position(PositionError),
    /// `boot_id` is longer than 128 bytes.
    BootId,
}

/// Two numbers or a text are not a position.
#[uniffi::remote(Enum)]
pub enum PositionError {
    /// The latitude is not a number from -90 to 90 degrees.
    Latitude,
    /// The longitude is not a number from -180 to 180 degrees.
    Longitude,
    /// The text is not two numbers separated by a comma.
    Text,
}

/// A sync ended early. Acknowledged edits stay acknowledged; the others are sent again by the next sync.
#[uniffi::remote(Error)]
pub enum SyncError {
    /// The book has joined no server. Call `join` first.
    NotJoined,
    /// The book has already joined a server.
    AlreadyJoined,
    /// Another sync of this book is running.
    Busy,
    /// The server is not reachable. Edits stay in the outbox.
    NoConnection,
    /// The deadline passed, or the server did not answer in time.
    TimedOut,
    /// `interrupt_sync` ended the sync.
    Interrupted,
    /// The server's TLS certificate is of no authority that is trusted.
    Untrusted,
    /// The server's TLS certificate is for another host name.
    WrongName,
    /// The server's TLS certificate has expired or is not valid yet, by this device's clock.
    Expired,
    /// The server is another machine and its address is plain HTTP, which `set_network` has not permitted.
    PlainHttp,
    /// The authorities given to `set_network` are not certificates in PEM.
    BadAuthority,
    /// The server address is not an HTTP URL.
    BadAddress,
    /// The server answered with an HTTP error and no known reason.
    ServerFailed {
        /// The HTTP status code.
        status: u16,
    },
    /// The response does not follow the sync protocol; another program may listen at this address.
    BadAnswer,
    /// The server refused the whole request.
    Refused(Fault),
    /// The office has ordered that the book is erased: what it still took was sent, and nothing is left of the book. Close it.
    Wiped,
    /// The book refused or failed the call.
    Book(BookError),
}

/// The server's reason for refusing a whole request.
#[uniffi::remote(Enum)]
pub enum Fault {
    /// The request body is not a message of this protocol.
    Malformed,
    /// The server supports another protocol version.
    Version,
    /// The join code does not exist.
    UnknownCode,
    /// The join code was already used by another device.
    CodeUsed,
    /// The join code has expired.
    CodeExpired,
    /// The server does not know the device, or the signature is not the device's.
    UnknownDevice,
    /// An administrator has revoked the device.
    Revoked,
    /// The request body exceeds the server's size limit.
    TooLarge,
    /// The actor belongs to another device.
    ActorTaken,
    /// The server failed. It stored nothing; repeat the call later.
    Internal,
    /// The request was signed at another time than the server's clock shows, also after it was asked for it.
    Stale,
    /// The very same request came before.
    Replayed,
    /// Too many requests came at once: try again later.
    Busy,
}

/// An import ended early. Lines imported before stay in the book; importing the file again continues from there.
#[uniffi::remote(Error)]
pub enum ImportFault {
    /// No record of the file could be read.
    File(ImportError),
    /// The book refused or failed the call.
    Book(BookError),
}

/// The reason for which no record of a file could be read.
#[uniffi::remote(Enum)]
pub enum ImportError {
    /// The file is empty.
    Empty,
    /// The first line contains no column names.
    NoHeader,
    /// The first line is neither UTF-8 nor UTF-16 with a byte order mark.
    NotText {
        /// The offset of the first invalid byte, from the start of the header.
        offset: Size,
    },
    /// The file is a spreadsheet or an archive.
    Workbook,
    /// The column map names a field that this kind of record does not have.
    UnknownField {
        /// The name of the field, as given.
        field: String,
    },
    /// The column map names a column that the file does not have.
    NoSuchColumn {
        /// The name of the column, as given.
        column: String,
    },
    /// No column was recognised for a required field.
    NotMatched {
        /// The name of the required field.
        wanted: Word,
    },
    /// The compressed data ends before the first record.
    Truncated,
    /// The compressed data is damaged before the first record.
    Damaged,
    /// The header is longer than a whole file may be.
    TooLarge,
    /// The file is not a list of JSON objects.
    Json {
        /// The line of the fault, from 1.
        line: u64,
    },
    /// The operating system failed to read the file.
    Io {
        /// The operating system's error, in English.
        kind: IoKind,
    },
}
