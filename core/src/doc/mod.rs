//! The only room that speaks Automerge: one small document per record.
//!
//! A [`Document`] is a flat map of scalars with its whole history. On disk it is a run of chunks, a snapshot followed by
//! changes, so an edit is appended and nothing needs saving twice. Bytes made elsewhere come in through [`gate`] alone.
//! A value is chosen from concurrent ones by the policy its field declares ([`Document::project`]), never by Automerge's
//! own rule, which prefers whoever made more edits.

mod create;
pub mod gate;
mod history;
mod project;
mod value;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId as AmActor, Automerge, ROOT, ReadDoc};

use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::model::{Fields, Kind};

pub use create::create;
pub use history::{Edit, read_change};
pub use project::Projection;

/// An edit as it travels: an uncompressed Automerge change chunk and the SHA-256 by which it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What it is known by.
    pub hash: ChangeHash,
    /// The chunk.
    pub bytes: Vec<u8>,
}

/// Stored bytes that are not a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the stored document cannot be read")]
pub struct Damaged;

/// One record's document, loaded.
///
/// It costs some 17 KB of memory: load it for an edit or a merge, then drop it; reads go to the rows.
#[derive(Debug, Clone)]
pub struct Document {
    inner: Automerge,
}

impl Document {
    /// Loads stored bytes: a snapshot, changes, or a snapshot followed by changes.
    ///
    /// # Errors
    /// [`Damaged`] when Automerge cannot read them all, also where it would panic.
    pub fn load(bytes: &[u8]) -> Result<Document, Damaged> {
        let loaded = catch_unwind(AssertUnwindSafe(|| Automerge::load(bytes)));
        match loaded {
            Ok(Ok(inner)) if !inner.is_empty() => Ok(Document { inner }),
            _ => Err(Damaged),
        }
    }

    /// The whole history folded into one snapshot chunk.
    pub fn snapshot(&self) -> Vec<u8> {
        self.inner.save()
    }

    /// The changes that no other change of this document follows, in order.
    pub fn heads(&self) -> Vec<ChangeHash> {
        let mut heads: Vec<_> = self
            .inner
            .get_heads()
            .into_iter()
            .map(|h| ChangeHash(h.0))
            .collect();
        heads.sort_unstable();
        heads
    }

    /// The latest stamp of any change in it: what an edit of it must come after.
    pub fn latest(&self) -> Stamp {
        let metas = self.inner.get_changes_meta(&[]);
        metas
            .iter()
            .filter_map(|m| Stamp::from_packed(m.timestamp))
            .max()
            .unwrap_or_default()
    }

    /// Writes `patch` as one change of `actor`. What already stands so, unopposed, is left out; `None` when nothing is
    /// left. A field written over concurrent values settles them.
    pub fn edit(&mut self, kind: Kind, actor: ActorId, stamp: Stamp, patch: &Fields) -> Option<Change> {
        let shown = self.project(kind);
        let news: Vec<_> = patch
            .0
            .iter()
            .filter(|(key, value)| shown.differs(key, value))
            .collect();
        if news.is_empty() {
            return None;
        }
        self.inner.set_actor(AmActor::from(actor.0));
        let mut tx = self.inner.transaction();
        for (key, value) in news {
            tx.put(ROOT, key.as_str(), value::to_automerge(value))
                .expect("putting a scalar into the root map cannot fail");
        }
        let (hash, _) = tx.commit_with(CommitOptions::default().with_time(stamp.packed()));
        let hash = hash.expect("a transaction with operations makes a change");
        let change = self
            .inner
            .get_change_by_hash(&hash)
            .expect("the change was made a line above");
        Some(Change {
            hash: ChangeHash(hash.0),
            bytes: change.raw_bytes().to_vec(),
        })
    }
}
