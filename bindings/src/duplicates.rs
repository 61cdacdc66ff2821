//! Types of duplicates and merges. The calls are [`crate::Fieldbook::duplicates`] and [`crate::Fieldbook::merge`].

use fieldbook_core::book::{self, DuplicateReason};
use fieldbook_core::ids::RecordId;

use crate::records::{Record, records};

/// The ground on which records are taken for one.
#[uniffi::remote(Enum)]
pub enum DuplicateReason {
    /// They have one key of another system, so they are one record there.
    Key,
    /// They have one name, and neither address nor position tells them apart.
    Name,
}

/// Records that are, or may be, one.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DuplicateGroup {
    /// The ground for it.
    pub reason: DuplicateReason,
    /// Two records or more of one kind, the oldest first.
    pub records: Vec<Record>,
}

impl From<book::DuplicateGroup> for DuplicateGroup {
    fn from(group: book::DuplicateGroup) -> DuplicateGroup {
        DuplicateGroup {
            reason: group.reason,
            records: records(group.records),
        }
    }
}

/// The result of a merge.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Merged {
    /// The record that stays, with what it took over.
    pub record: Record,
    /// The number of records that were moved to it.
    pub moved: u32,
    /// The records that are duplicates now: the one asked for first, then twins among what hung on both.
    pub merged: Vec<RecordId>,
}

impl From<book::Merged> for Merged {
    fn from(done: book::Merged) -> Merged {
        Merged {
            record: done.record.into(),
            moved: done.moved,
            merged: done.merged,
        }
    }
}
