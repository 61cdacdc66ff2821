//! The only room that speaks Automerge: one small document per record.
//!
//! A [`Document`] is a flat map of scalars with its whole history. On disk it is a run of chunks, a snapshot followed by
//! changes, so an edit is appended and nothing needs saving twice. Bytes made elsewhere come in through [`gate`] alone.
//! A value is chosen from concurrent ones by the policy its field declares ([`Document::project`]), never by Automerge's
//! own rule, which prefers whoever made more edits.

mod create;
mod fold;
pub mod gate;
mod history;
mod project;
mod restate;
mod value;

use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::OpId;
use automerge::{Automerge, ObjId, ROOT, ReadDoc};

use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::{Fields, Kind};

pub use create::create;
pub use fold::{Folded, fold};
pub use history::{Edit, WrittenChange, read_change};
pub use project::Projection;

/// An edit as it travels: an uncompressed Automerge change chunk and the SHA-256 by which it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The hash that identifies the change.
    pub hash: ChangeHash,
    /// The Automerge chunk.
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

    /// The latest stamp of any change in it that an edit at `now_ms` must come after: those of clocks that were far ahead count
    /// for nothing.
    pub fn latest(&self, now_ms: i64) -> Stamp {
        let metas = self.inner.get_changes_meta(&[]);
        metas
            .iter()
            .filter_map(|m| Stamp::from_packed(m.timestamp))
            .filter(|stamp| !stamp.is_ahead(now_ms))
            .max()
            .unwrap_or_default()
    }

    /// Writes `patch` as one change of `actor`. What already stands so, unopposed, is left out; `None` when nothing is
    /// left. A field written over concurrent values settles them.
    ///
    /// The change is laid out by our own hand: Automerge's transaction writes a deletion of the others where the new value
    /// equals one of several concurrent ones, and an edit of a book only ever puts.
    pub fn edit(&mut self, kind: Kind, actor: ActorId, stamp: Stamp, patch: &Fields) -> Option<Change> {
        let shown = self.project(kind);
        let mut news = patch.clone();
        news.0.retain(|key, value| shown.differs(key, value));
        (!news.0.is_empty()).then(|| self.append(actor, stamp, &news))
    }

    /// Writes all of `fields`, of which there is one at least, as one change of `actor` on top of everything here.
    fn append(&mut self, actor: ActorId, stamp: Stamp, fields: &Fields) -> Change {
        let put = |(key, value): (&String, _)| create::put(key, value, self.values_at(key));
        let operations = fields.0.iter().map(put).collect();
        let metas = self.inner.get_changes_meta(&[]);
        let seq = metas
            .iter()
            .filter(|meta| meta.actor.to_bytes() == actor.0)
            .count() as u64
            + 1;
        let last = metas.iter().map(|meta| meta.max_op).max().unwrap_or(0);
        let change = create::change(
            actor,
            stamp,
            operations,
            create::ChangePosition {
                seq,
                last,
                deps: self.inner.get_heads(),
            },
        );
        let sealed = Change {
            hash: ChangeHash(change.hash().0),
            bytes: change.raw_bytes().to_vec(),
        };
        self.inner
            .apply_changes([change])
            .expect("a change made for this document applies to it");
        sealed
    }

    /// The operations whose values stand at `key`: one, or several written at once.
    fn values_at(&self, key: &str) -> Vec<OpId> {
        let all = self.inner.get_all(ROOT, key).unwrap_or_default();
        let ids = all.into_iter().filter_map(|(_, id)| match id {
            ObjId::Id(counter, actor, _) => Some(OpId::new(counter, &actor)),
            ObjId::Root => None,
        });
        ids.collect()
    }
}
