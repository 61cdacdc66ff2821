//! Concurrent values of one field.

use super::Scalar;
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};

/// A value that was written at the same time as the one shown, and is not shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Conflict {
    /// Of which field.
    pub field: String,
    /// The value that lost.
    pub value: Scalar,
    /// The actor that wrote the value.
    pub by: ActorId,
    /// Time of the write.
    pub at: Stamp,
    /// In which change, so that it can be restored.
    pub change: ChangeHash,
}
