//! The only way in for bytes from elsewhere, the same on phone and server.
//!
//! Automerge 0.12 trusts its peers: of 100,000 mutated changes some panic inside it, some are accepted and leave a
//! document that never loads again, a forged sequence number locks its owner out. So five steps, each cheap:
//!
//! 1. our own parse of the chunk header, with size caps; only uncompressed change chunks (`chunk`);
//! 2. the SHA-256 recomputed and compared with the claim and with the header's checksum;
//! 3. decoding behind `catch_unwind`, and encoding again: only the canonical bytes pass;
//! 4. the rules: author, sequence, dependencies, operation numbers, predecessors, shapes, field rights, time (`rules`),
//!    so that what passes is a change that an honest device could have made;
//! 5. a shadow: the changes are applied to a copy of the document, loaded for the gate alone (`loaded`), which must then have exactly the
//!    expected heads and, where it wrote, no value that we would not write. Only then does the caller store the change.

mod chunk;
mod loaded;
mod record;
mod rules;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Document, Edit};
use crate::ids::{ActorId, ChangeHash};
use crate::{Kind, Role};

pub use chunk::{CHANGE_BYTES_MAX, chunks, hash_of, is_intact};
pub use record::{Check, Checked, RecordGate, judge_record};

/// The greatest lead of a change's time over the server's clock: five minutes.
pub const AHEAD_MS_MAX: i64 = 5 * 60 * 1_000;

/// The largest size of a document, bytes: beyond it no change is admitted.
pub const DOCUMENT_BYTES_MAX: usize = 1 << 20;

/// The permitted authors of a change at the gate.
#[derive(Debug, Clone, Copy)]
pub enum Author<'a> {
    /// On the server: one of the actors bound to the authenticated device.
    OneOf(&'a [ActorId]),
    /// On a phone: anyone but this phone's own present actor, for the server has checked who it was.
    AnyoneBut(ActorId),
}

/// The context of an admission, beside the bytes.
#[derive(Debug, Clone, Copy)]
pub struct Admission<'a> {
    /// The kind of the record, whose declarations the fields must meet.
    pub kind: Kind,
    /// The permitted author.
    pub author: Author<'a>,
    /// With which rights.
    pub role: Role,
    /// The server's time in Unix milliseconds; `None` on a phone, whose own clock proves nothing.
    pub now_ms: Option<i64>,
}

/// Why a change was not let in. Nothing was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// More bytes than a change or a document may have.
    #[error("too large")]
    TooLarge,
    /// Not an uncompressed Automerge change, or one that Automerge cannot decode.
    #[error("not a change")]
    Malformed,
    /// The bytes are not those that the hash was made of.
    #[error("the hash does not match")]
    HashMismatch,
    /// Written by an actor that does not belong to the device.
    #[error("written by someone else")]
    ForeignActor,
    /// Another change with this actor and sequence number is already here: two phones share one identity.
    #[error("this device's identity was used by another copy of it")]
    ActorFork,
    /// A change it builds on is not here.
    #[error("an earlier change is missing")]
    MissingDependency,
    /// Sequence or operation numbers that no honest device makes.
    #[error("numbers out of order")]
    OutOfOrder,
    /// An operation other than putting a scalar into the root map, or too many of them.
    #[error("an operation that books do not have")]
    ForeignShape,
    /// A field that may not have this value.
    #[error("a field does not take this value")]
    BadField,
    /// A field or kind that this person may not write.
    #[error("not allowed to write this")]
    Forbidden,
    /// Made in the future, by the server's clock: to be written again with a corrected time.
    #[error("the device's clock is ahead")]
    ClockAhead,
    /// It decodes but leaves a document that would not load.
    #[error("it would damage the record")]
    WouldDamage,
    /// The record was erased for good, and so is everything of it.
    #[error("the record was erased")]
    Erased,
}

impl Refusal {
    /// Every reason with the number it has on the wire. The numbers never change.
    pub const ALL: [(Refusal, u8); 13] = [
        (Refusal::TooLarge, 1),
        (Refusal::Malformed, 2),
        (Refusal::HashMismatch, 3),
        (Refusal::ForeignActor, 4),
        (Refusal::ActorFork, 5),
        (Refusal::MissingDependency, 6),
        (Refusal::OutOfOrder, 7),
        (Refusal::ForeignShape, 8),
        (Refusal::BadField, 9),
        (Refusal::Forbidden, 10),
        (Refusal::ClockAhead, 11),
        (Refusal::WouldDamage, 12),
        (Refusal::Erased, 13),
    ];

    /// The number on the wire.
    pub fn code(self) -> u8 {
        Refusal::ALL
            .iter()
            .find(|(r, _)| *r == self)
            .map_or(0, |(_, code)| *code)
    }

    /// The word that programs read: in the command's JSON and in logs. The words never change.
    pub fn name(self) -> &'static str {
        match self {
            Refusal::TooLarge => "too_large",
            Refusal::Malformed => "malformed",
            Refusal::HashMismatch => "hash_mismatch",
            Refusal::ForeignActor => "foreign_actor",
            Refusal::ActorFork => "actor_fork",
            Refusal::MissingDependency => "missing_dependency",
            Refusal::OutOfOrder => "out_of_order",
            Refusal::ForeignShape => "foreign_shape",
            Refusal::BadField => "bad_field",
            Refusal::Forbidden => "forbidden",
            Refusal::ClockAhead => "clock_ahead",
            Refusal::WouldDamage => "would_damage",
            Refusal::Erased => "erased",
        }
    }

    /// The reason with that number.
    pub fn from_code(code: u8) -> Option<Refusal> {
        Refusal::ALL.iter().find(|(_, c)| *c == code).map(|(r, _)| *r)
    }
}

/// An admitted change, ready to be stored.
#[derive(Debug)]
pub enum Admitted {
    /// The change is new: the document as it is with it, and what it wrote.
    New {
        /// The document with the change.
        document: Box<Document>,
        /// The content of the change.
        edit: Edit,
    },
    /// The change was here already; taking it again changes nothing.
    Known,
}

/// Lets one change in, or says why not; [`judge_record`] lets in many at the cost of one load. `stored` are the record's
/// bytes so far, empty for a new record; they must have been admitted earlier, or be a [`Damaged`](super::Damaged) document
/// that no change can mend.
///
/// # Errors
/// [`Refusal`]; the caller stores nothing.
pub fn admit(
    stored: &[u8],
    claimed: ChangeHash,
    bytes: &[u8],
    admission: &Admission<'_>,
) -> Result<Admitted, Refusal> {
    let admitted = record::admit_one(stored, claimed, bytes, admission)?;
    Ok(
        admitted.map_or(Admitted::Known, |(document, edit)| Admitted::New {
            document: Box::new(document),
            edit,
        }),
    )
}

/// Checks a snapshot that a server sent before it is loaded for the first time: it must load, hold nothing that we would
/// not write, and load again from what it would be saved as.
///
/// # Errors
/// [`Refusal`]; the record is then to be fetched anew.
pub fn admit_snapshot(bytes: &[u8]) -> Result<Document, Refusal> {
    if bytes.len() > DOCUMENT_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let document = Document::load(bytes).map_err(|_| Refusal::Malformed)?;
    catch_unwind(AssertUnwindSafe(|| rules::check_values(&document.inner)))
        .map_err(|_| Refusal::WouldDamage)??;
    Ok(document)
}
