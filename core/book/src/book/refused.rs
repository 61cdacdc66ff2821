//! Edits that the server did not take, or has lost: listed, taken up again, or dropped.

use super::edit::{create, edit};
use super::{Book, BookError, Refusal};
use crate::store::{Aside, Refused};
use fieldbook_model::doc::read_change;
use fieldbook_model::ids::{ChangeHash, RecordId};
use fieldbook_model::{Fields, Kind, Record, schema};

/// Why an edit is kept beside its record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhyKept {
    /// The server refused it.
    Refused(Refusal),
    /// It was made after the record was handed over, and waits for the new owner on the server.
    Parked,
    /// It stands on an edit that the server has lost, and waits there until that is sent again.
    Waiting,
    /// Somebody else made it, and the server has lost it: this device keeps it until it comes back.
    Held,
    /// It waited for a decision, and was written into the record.
    Applied,
    /// It waited for a decision, and was discarded.
    Discarded,
    /// It waited for a decision, and some of its fields were written into the record.
    Partly,
}

impl WhyKept {
    /// The word that programs read: in the command's JSON. The words never change.
    pub fn name(self) -> &'static str {
        match self {
            WhyKept::Refused(refusal) => refusal.name(),
            WhyKept::Parked => "parked",
            WhyKept::Waiting => "waiting",
            WhyKept::Held => "held",
            WhyKept::Applied => "applied",
            WhyKept::Discarded => "discarded",
            WhyKept::Partly => "partly_applied",
        }
    }

    fn of(reason: u8) -> WhyKept {
        match Refusal::from_code(reason) {
            Some(refusal) => WhyKept::Refused(refusal),
            None if reason == Aside::Waiting.code() => WhyKept::Waiting,
            None if reason == Aside::Held.code() => WhyKept::Held,
            None if reason == Aside::Applied.code() => WhyKept::Applied,
            None if reason == Aside::Discarded.code() => WhyKept::Discarded,
            None if reason == Aside::Partly.code() => WhyKept::Partly,
            None => WhyKept::Parked,
        }
    }
}

/// An edit that is kept beside its record.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptEdit {
    /// The hash that identifies the edit, for [`take_up`](Book::take_up) and [`drop_edit`](Book::drop_edit).
    pub change: ChangeHash,
    /// Id of the record.
    pub record: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// The reason.
    pub why: WhyKept,
    /// Name of its author.
    pub by: String,
    /// Time of the edit, Unix milliseconds.
    pub at_ms: i64,
    /// The fields that it wrote.
    pub fields: Fields,
}

impl Book {
    /// The edits that are kept beside their records, the oldest first, at most `limit`.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn refused(&self, limit: usize) -> Result<Vec<KeptEdit>, BookError> {
        let kept = self.store.refused(limit)?;
        kept.iter().map(|kept| self.kept_edit(kept)).collect()
    }

    fn kept_edit(&self, kept: &Refused) -> Result<KeptEdit, BookError> {
        let read = read_change(&kept.change.bytes).ok_or(crate::store::StoreError::Damaged)?;
        Ok(KeptEdit {
            change: kept.change.hash,
            record: kept.change.record,
            kind: kept.change.kind,
            why: WhyKept::of(kept.reason),
            by: self.author(read.by)?,
            at_ms: read.at.ms(),
            fields: read.fields,
        })
    }

    /// Writes the fields of a kept edit again, as an edit made now by this rep, and ends its keeping. A record that is not
    /// here any more is made again if the edit has all that a new one needs.
    ///
    /// # Errors
    /// [`BookError::NoSuchChange`]; [`BookError::NoSuchRecord`] or [`BookError::BadField`] if the edit cannot be made, and is
    /// kept then.
    pub fn take_up(&self, change: ChangeHash) -> Result<Record, BookError> {
        let kept = self
            .store
            .refused_edit(change)?
            .ok_or(BookError::NoSuchChange { change })?;
        let (id, kind) = (kept.change.record, kept.change.kind);
        let patch = read_change(&kept.change.bytes)
            .ok_or(crate::store::StoreError::Damaged)?
            .fields;
        let context = self.write_context();
        self.transaction(|write| {
            match write.stored(id)? {
                Some(stored) => drop(edit(write, context, stored, &patch)?),
                None if patch.0.contains_key("deleted") => return Err(BookError::NoSuchRecord { id }),
                None => {
                    schema::check_new(kind, &patch).map_err(|_| BookError::NoSuchRecord { id })?;
                    create(write, context, id, kind, &patch)?;
                }
            }
            write.drop_refused(change)?;
            let stored = write.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
            Ok(stored.record)
        })
    }

    /// Deletes a kept edit for good. No byte of it is left in the file or its log, unless the disk or another reader prevents
    /// that: then the next sync or opening of the book sees to it.
    ///
    /// # Errors
    /// [`BookError::NoSuchChange`].
    pub fn drop_edit(&self, change: ChangeHash) -> Result<(), BookError> {
        self.store
            .refused_edit(change)?
            .ok_or(BookError::NoSuchChange { change })?;
        self.transaction(|write| {
            write.drop_refused(change)?;
            Ok::<_, BookError>(write.need_purge()?)
        })?;
        // It stays due if it fails.
        let _ = self.store.purge_if_due();
        Ok(())
    }
}
