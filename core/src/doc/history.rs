//! Who wrote what, when.

use automerge::Change as AmChange;
use automerge::legacy::{Key, OpType};

use super::{Document, value};
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::model::Fields;

/// One change of a record as a person would tell it.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// What the change is known by.
    pub change: ChangeHash,
    /// Who wrote it.
    pub by: ActorId,
    /// When.
    pub at: Stamp,
    /// What was written.
    pub fields: Fields,
}

impl Document {
    /// All changes, the oldest first.
    pub fn history(&self) -> Vec<Edit> {
        let mut edits: Vec<_> = self.inner.get_changes(&[]).iter().map(told).collect();
        edits.sort_by_key(|edit| (edit.at, edit.change));
        edits
    }

    /// The changes of `actor`, the oldest first, as they were written.
    pub fn changes_of(&self, actor: ActorId) -> Vec<super::Change> {
        let changes = self.inner.get_changes(&[]);
        let own = changes
            .iter()
            .filter(|change| change.actor_id().to_bytes() == actor.0);
        own.map(|change| super::Change {
            hash: ChangeHash(change.hash().0),
            bytes: change.raw_bytes().to_vec(),
        })
        .collect()
    }
}

/// Reads one change of our own making, from the outbox. `None` if the bytes are not a change.
pub fn read_change(bytes: &[u8]) -> Option<Edit> {
    let change = std::panic::catch_unwind(|| AmChange::from_bytes(bytes.to_vec()).ok().map(|c| told(&c)));
    change.ok().flatten()
}

fn told(change: &AmChange) -> Edit {
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
