//! Why the book said no.

use crate::store::StoreError;
use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, RecordId};
use fieldbook_model::schema::FieldFault;

/// Why a call was refused or failed. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BookError {
    /// No record has this id.
    #[error("there is no record {id}")]
    NoSuchRecord {
        /// The id asked for.
        id: RecordId,
    },
    /// The record is of another kind than the call needs.
    #[error("record {id} is a {found}, not a {wanted}")]
    WrongKind {
        /// Id of the record.
        id: RecordId,
        /// Its kind.
        found: Kind,
        /// The kind that was required.
        wanted: Kind,
    },
    /// The record is deleted: undelete it first.
    #[error("record {id} is deleted")]
    Deleted {
        /// Id of the record.
        id: RecordId,
    },
    /// A field does not take a value.
    #[error(transparent)]
    BadField(#[from] FieldFault),
    /// A page may have at most [`PAGE_MAX`](super::PAGE_MAX) records, and must have one.
    #[error("a page has 1 to {most} records, not {asked}")]
    BadLimit {
        /// The number requested.
        asked: u32,
        /// The largest number allowed.
        most: u32,
    },
    /// The record has no such change, or the change did not write that field.
    #[error("change {change} did not write this field")]
    NoSuchChange {
        /// The change asked for.
        change: ChangeHash,
    },
    /// The change would make the record larger than a record may be.
    #[error("record {id} is full")]
    RecordFull {
        /// Id of the record.
        id: RecordId,
    },
    /// A text that names no file, day or place as the call needs it.
    #[error("{what}")]
    BadRequest {
        /// The expected form.
        what: &'static str,
    },
    /// Writing what was asked for into the given place failed.
    #[error("the output cannot be written")]
    CannotWrite,
    /// The deal is in a process, and its gate does not let it move to the stage that was written.
    #[error(transparent)]
    Stage(super::DealRefusal),
    /// The file failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}
