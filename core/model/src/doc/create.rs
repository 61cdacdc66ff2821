//! Creation of changes by direct layout of their operations, without an Automerge transaction.

use std::num::NonZeroU64;

use automerge::legacy::{Key, ObjectId, Op, OpId, OpType};
use automerge::{ActorId as AmActor, Change as AmChange, ChangeHash as AmHash, ExpandedChange};

use super::{Change, value};
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::{Fields, Scalar};

/// Position of a change in its document.
pub(super) struct ChangePosition {
    /// Sequence number among its actor's changes, from 1.
    pub(super) seq: u64,
    /// Number of the document's last operation; 0 if there is none.
    pub(super) last: u64,
    /// The changes it builds on.
    pub(super) deps: Vec<AmHash>,
}

/// Makes the change that creates a record with these fields.
///
/// The operations are laid out directly, which costs 4 us where a transaction on an empty document costs 66; the bytes
/// are the same, and a change chunk is a loadable document.
pub fn create(actor: ActorId, stamp: Stamp, fields: &Fields) -> Change {
    let operations = fields
        .0
        .iter()
        .map(|(key, value)| put(key, value, Vec::new()))
        .collect();
    let change = change(
        actor,
        stamp,
        operations,
        ChangePosition {
            seq: 1,
            last: 0,
            deps: Vec::new(),
        },
    );
    Change {
        hash: ChangeHash(change.hash().0),
        bytes: change.raw_bytes().to_vec(),
    }
}

/// The operation that puts `value` at `key` over the values that stand there.
pub(super) fn put(key: &str, value: &Scalar, over: Vec<OpId>) -> Op {
    Op {
        action: OpType::Put(value::to_automerge(value)),
        obj: ObjectId::Root,
        key: Key::Map(key.into()),
        pred: over.into(),
        insert: false,
    }
}

/// The change of these operations at its place.
pub(super) fn change(actor: ActorId, stamp: Stamp, operations: Vec<Op>, place: ChangePosition) -> AmChange {
    AmChange::from(ExpandedChange {
        operations,
        actor_id: AmActor::from(actor.0),
        hash: None,
        seq: place.seq,
        start_op: NonZeroU64::MIN.saturating_add(place.last),
        time: stamp.packed(),
        message: None,
        deps: place.deps,
        extra_bytes: Vec::new(),
        author: None,
    })
}

#[cfg(test)]
mod tests {
    use automerge::transaction::{CommitOptions, Transactable};
    use automerge::{Automerge, ROOT, ReadDoc};
    use proptest::prelude::*;

    use super::*;
    use crate::Kind;
    use crate::doc::Document;
    use crate::doc::project::tests::any_fields;

    /// The same change by Automerge's own hand.
    fn create_slowly(actor: ActorId, stamp: Stamp, fields: &Fields) -> Change {
        let mut doc = Automerge::new().with_actor(AmActor::from(actor.0));
        let mut tx = doc.transaction();
        for (key, scalar) in &fields.0 {
            tx.put(ROOT, key.as_str(), value::to_automerge(scalar)).unwrap();
        }
        let hash = tx
            .commit_with(CommitOptions::default().with_time(stamp.packed()))
            .0
            .unwrap();
        Change {
            hash: ChangeHash(hash.0),
            bytes: doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec(),
        }
    }

    proptest! {
        #[test]
        fn the_short_way_and_automerges_own_make_the_same_bytes(fields in any_fields(), seed: [u8; 16], ms in 0i64..1 << 41) {
            prop_assume!(!fields.0.is_empty());
            let (actor, stamp) = (ActorId(seed), Stamp::at_ms(ms));
            prop_assert_eq!(create(actor, stamp, &fields), create_slowly(actor, stamp, &fields));
        }

        #[test]
        fn an_edit_makes_the_bytes_that_automerges_own_transaction_makes(
            first in any_fields(), patch in any_fields(), ms in 0i64..1 << 41,
        ) {
            prop_assume!(!first.0.is_empty());
            let bytes = create(ActorId([7; 16]), Stamp::at_ms(1), &first).bytes;
            let mut ours = Document::load(&bytes).unwrap();
            let Some(made) = ours.edit(Kind::Account, ActorId([9; 16]), Stamp::at_ms(ms), &patch) else { return Ok(()) };
            let mut theirs = Automerge::load(&bytes).unwrap().with_actor(AmActor::from([9; 16]));
            let shown = Document::load(&bytes).unwrap().project(Kind::Account);
            let mut tx = theirs.transaction();
            for (key, scalar) in patch.0.iter().filter(|(key, scalar)| shown.differs(key, scalar)) {
                tx.put(ROOT, key.as_str(), value::to_automerge(scalar)).unwrap();
            }
            let hash = tx.commit_with(CommitOptions::default().with_time(Stamp::at_ms(ms).packed())).0.unwrap();
            let expected = theirs.get_change_by_hash(&hash).unwrap();
            prop_assert_eq!(made.bytes, expected.raw_bytes());
        }

        #[test]
        fn what_was_created_reads_back(fields in any_fields()) {
            prop_assume!(!fields.0.is_empty());
            let change = create(ActorId([7; 16]), Stamp::at_ms(1), &fields);
            let projection = Document::load(&change.bytes).unwrap().project(Kind::Account);
            prop_assert_eq!(projection.fields, fields);
        }
    }
}
