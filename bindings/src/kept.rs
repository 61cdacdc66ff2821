//! Edits that are kept beside their records: why, and by whose decision.

use fieldbook_core::book::{KeptEdit, Refusal, WhyKept};
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::model::{Fields, Kind};

/// Why an edit is kept beside its record.
#[uniffi::remote(Enum)]
pub enum WhyKept {
    /// The server refused it, for this reason.
    Refused(Refusal),
    /// It was made after the record was handed over, and waits for the new owner.
    Parked,
    /// It stands on an edit that the server has lost, and waits there until that is sent again.
    Waiting,
    /// Somebody else made it, and the server has lost it.
    Held,
    /// It waited for a decision, and was written into the record.
    Applied,
    /// It waited for a decision, and was discarded.
    Discarded,
    /// It waited for a decision, and some of its fields were written into the record.
    Partly,
}

/// An edit that is kept beside its record.
#[uniffi::remote(Record)]
pub struct KeptEdit {
    /// The hash of the edit, for `takeUp` and `dropEdit`.
    pub change: ChangeHash,
    /// The record that was edited.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// The reason.
    pub why: WhyKept,
    /// The name of the author.
    pub by: String,
    /// Time of the edit, Unix milliseconds.
    pub at_ms: i64,
    /// The fields that it wrote.
    pub fields: Fields,
}

/// The server's reason for not accepting an edit.
#[uniffi::remote(Enum)]
pub enum Refusal {
    /// The change or the document exceeds its size limit.
    TooLarge,
    /// The bytes are not a valid change.
    Malformed,
    /// The bytes do not match their hash.
    HashMismatch,
    /// The change was written by an actor of another device.
    ForeignActor,
    /// Two devices write under one identity.
    ActorFork,
    /// A change that this one builds on is missing on the server.
    MissingDependency,
    /// Sequence or operation numbers are out of order, which no correct device produces.
    OutOfOrder,
    /// The change contains an operation that the format does not allow.
    ForeignShape,
    /// A field does not take the value that was written.
    BadField,
    /// The user may not write this field or kind.
    Forbidden,
    /// The time of the change lies in the future by the server's clock.
    ClockAhead,
    /// Applying the change would damage the record.
    WouldDamage,
    /// The record was erased for good.
    Erased,
}
