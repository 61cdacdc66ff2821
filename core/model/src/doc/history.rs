//! The history of a document: each change with its author and time.

use automerge::Change as AmChange;
use automerge::legacy::{Key, OpType};

use super::{Change, Document, value};
use crate::Fields;
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};

/// One change of a record as a person would tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The hash that identifies the change.
    pub change: ChangeHash,
    /// The actor that wrote it.
    pub by: ActorId,
    /// Time of the change.
    pub at: Stamp,
    /// The fields that it wrote.
    pub fields: Fields,
}

/// A change with its author and time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenChange {
    /// The actor that wrote it.
    pub by: ActorId,
    /// Time of the change.
    pub at: Stamp,
    /// The change.
    pub change: Change,
}

impl Document {
    /// All changes, the oldest first.
    pub fn history(&self) -> Vec<Edit> {
        let mut edits: Vec<_> = self.inner.get_changes(&[]).iter().map(told).collect();
        edits.sort_by_key(|edit| (edit.at, edit.change));
        edits
    }

    /// The changes of this document that `other` does not have, each after those it stands on; all of them for `None`.
    pub fn changes_beyond(&self, other: Option<&Document>) -> Vec<WrittenChange> {
        let changes = self.inner.get_changes(&[]);
        let beyond = changes
            .iter()
            .filter(|change| other.is_none_or(|other| !other.has(ChangeHash(change.hash().0))));
        beyond
            .map(|change| WrittenChange {
                by: ActorId::try_from(change.actor_id().to_bytes()).unwrap_or(ActorId([0; 16])),
                at: Stamp::from_packed(change.timestamp()).unwrap_or_default(),
                change: Change {
                    hash: ChangeHash(change.hash().0),
                    bytes: change.raw_bytes().to_vec(),
                },
            })
            .collect()
    }

    /// The document without these changes and all that build on them, as chunks that load; empty when nothing is left.
    pub fn without(&self, unwanted: &[ChangeHash]) -> Vec<u8> {
        let mut gone: std::collections::HashSet<[u8; 32]> = unwanted.iter().map(|hash| hash.0).collect();
        let mut kept = Vec::new();
        // Automerge gives the changes in an order in which each comes after what it builds on.
        for change in self.inner.get_changes(&[]) {
            if gone.contains(&change.hash().0) || change.deps().iter().any(|dep| gone.contains(&dep.0)) {
                gone.insert(change.hash().0);
            } else {
                kept.extend_from_slice(change.raw_bytes());
            }
        }
        kept
    }

    /// True if a change is part of the document.
    pub fn has(&self, hash: ChangeHash) -> bool {
        self.inner
            .get_change_meta_by_hash(&automerge::ChangeHash(hash.0))
            .is_some()
    }
}

/// Reads one change of our own making, from the outbox. `None` if the bytes are not a change.
pub fn read_change(bytes: &[u8]) -> Option<Edit> {
    let change = std::panic::catch_unwind(|| AmChange::from_bytes(bytes.to_vec()).ok().map(|c| told(&c)));
    change.ok().flatten()
}

pub(super) fn told(change: &AmChange) -> Edit {
    let puts = change
        .decode()
        .operations
        .into_iter()
        .filter_map(|op| match (op.key, op.action) {
            (Key::Map(key), OpType::Put(scalar)) => Some((key.to_string(), value::from_automerge(&scalar)?)),
            _ => None,
        });
    Edit {
        change: ChangeHash(change.hash().0),
        by: ActorId::try_from(change.actor_id().to_bytes()).unwrap_or(ActorId([0; 16])),
        at: Stamp::from_packed(change.timestamp()).unwrap_or_default(),
        fields: puts.collect(),
    }
}
