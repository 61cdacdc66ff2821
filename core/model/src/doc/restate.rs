//! An accepted edit that is stated again under another time: its stamp was of a clock that proved wrong.

use automerge::legacy::OpId;
use automerge::{ChangeHash as AmHash, ObjId, ROOT, ReadDoc};

use super::create::{ChangePosition, change, put};
use super::{Change, Document, value};
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::schema::{self, Policy};
use crate::{Fields, Kind};

impl Document {
    /// The fields whose values of `hash` nobody has written over since. Those whose first value counts are left out, because no
    /// later change may touch them.
    pub fn standing(&self, kind: Kind, hash: ChangeHash) -> Fields {
        let wanted = AmHash(hash.0);
        let Some(meta) = self.inner.get_change_meta_by_hash(&wanted) else {
            return Fields::new();
        };
        let numbers = meta.start_op..=meta.max_op;
        let is_of_it = |id: &ObjId| match id {
            ObjId::Id(number, actor, _) => numbers.contains(number) && actor == meta.actor.as_ref(),
            ObjId::Root => false,
        };
        let mut standing = Fields::new();
        for key in self.inner.keys(ROOT) {
            if schema::policy(kind, &key) == Policy::First {
                continue;
            }
            let all = self.inner.get_all(ROOT, key.as_str()).unwrap_or_default();
            let own = all.into_iter().find(|(_, id)| is_of_it(id));
            if let Some(scalar) = own.and_then(|(entry, _)| value::from_entry(&entry)) {
                standing.0.insert(key, scalar);
            }
        }
        standing
    }

    /// States `fields` again, which are [`standing`](Document::standing) values of `hash`, under another stamp. Values that were
    /// written at the same time stay beside them: the new change knows `hash` and `known`, and nothing else.
    ///
    /// `actor` must not have written in this document before but by this call, with the changes in `known`.
    pub fn restate(
        &mut self,
        (hash, known): (ChangeHash, &[ChangeHash]),
        actor: ActorId,
        stamp: Stamp,
        fields: &Fields,
    ) -> Option<Change> {
        let deps: Vec<AmHash> = known.iter().chain([&hash]).map(|hash| AmHash(hash.0)).collect();
        let metas: Vec<_> = deps
            .iter()
            .map(|dep| self.inner.get_change_meta_by_hash(dep))
            .collect::<Option<_>>()?;
        if fields.0.is_empty() {
            return None;
        }
        let last = metas.iter().map(|meta| meta.max_op).max().unwrap_or(0);
        let operations = fields
            .0
            .iter()
            .map(|(key, scalar)| put(key, scalar, self.values_at_deps(key, &deps)))
            .collect();
        let change = change(
            actor,
            stamp,
            operations,
            ChangePosition {
                seq: known.len() as u64 + 1,
                last,
                deps,
            },
        );
        let sealed = Change {
            hash: ChangeHash(change.hash().0),
            bytes: change.raw_bytes().to_vec(),
        };
        self.inner.apply_changes([change]).ok()?;
        Some(sealed)
    }

    fn values_at_deps(&self, key: &str, deps: &[AmHash]) -> Vec<OpId> {
        let all = self.inner.get_all_at(ROOT, key, deps).unwrap_or_default();
        let ids = all.into_iter().filter_map(|(_, id)| match id {
            ObjId::Id(counter, actor, _) => Some(OpId::new(counter, &actor)),
            ObjId::Root => None,
        });
        ids.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Role;
    use crate::doc::create;
    use crate::doc::gate::{Admission, Admitted, Author, admit};

    const ADA: ActorId = ActorId([1; 16]);
    const BOB: ActorId = ActorId([2; 16]);
    const ADA_AGAIN: ActorId = ActorId([3; 16]);

    /// Ada's edit of the phone is dated a month ahead; Bob has written another one meanwhile, an hour after her.
    fn disputed() -> (Vec<u8>, ChangeHash) {
        let first = create(ADA, Stamp::at_ms(1_000), &Fields::new().with("name", "Shop"));
        let (mut hers, mut his) = (
            Document::load(&first.bytes).unwrap(),
            Document::load(&first.bytes).unwrap(),
        );
        let fields = Fields::new().with("phone", "1").with("segment", "tea");
        let ahead = hers
            .edit(Kind::Account, ADA, Stamp::at_ms(2_592_000_000), &fields)
            .unwrap();
        let later = his
            .edit(
                Kind::Account,
                BOB,
                Stamp::at_ms(3_601_000),
                &Fields::new().with("phone", "2"),
            )
            .unwrap();
        ([first.bytes, ahead.bytes, later.bytes].concat(), ahead.hash)
    }

    #[test]
    fn an_edit_that_is_stated_again_is_judged_by_its_new_time_and_passes_the_gate() {
        let (bytes, ahead) = disputed();
        let mut document = Document::load(&bytes).unwrap();
        assert_eq!(document.project(Kind::Account).fields.text("phone"), Some("1"));
        let standing = document.standing(Kind::Account, ahead);
        assert_eq!(standing, Fields::new().with("phone", "1").with("segment", "tea"));
        let again = document
            .restate((ahead, &[]), ADA_AGAIN, Stamp::at_ms(2_000), &standing)
            .unwrap();
        let projection = document.project(Kind::Account);
        assert_eq!(
            projection.fields.text("phone"),
            Some("2"),
            "Bob's is an hour later"
        );
        assert_eq!(projection.conflicts.len(), 1);
        let admission = Admission {
            kind: Kind::Account,
            author: Author::OneOf(&[ADA_AGAIN]),
            role: Role::Rep,
            now_ms: Some(4_000_000),
        };
        let Admitted::New {
            document: admitted, ..
        } = admit(&bytes, again.hash, &again.bytes, &admission).unwrap()
        else {
            panic!("it is new");
        };
        assert_eq!(admitted.project(Kind::Account), projection);
        assert!(
            document.standing(Kind::Account, ahead).0.is_empty(),
            "it was written over"
        );
    }

    #[test]
    fn a_stamp_that_is_far_ahead_drags_no_edit_along() {
        let (bytes, _) = disputed();
        let document = Document::load(&bytes).unwrap();
        let later = Stamp::at_ms(3_601_000);
        assert_eq!(
            document.latest(3_700_000),
            later,
            "that of a month ahead does not count"
        );
        assert_eq!(
            document.latest(2_592_000_000).ms(),
            2_592_000_000,
            "until it is no longer ahead"
        );
        assert_eq!(
            later.next(3_590_000).ms(),
            later.ms(),
            "within the bound nothing goes back"
        );
    }

    #[test]
    fn two_edits_of_one_record_are_stated_again_one_after_the_other() {
        let (bytes, ahead) = disputed();
        let mut document = Document::load(&bytes).unwrap();
        let second = document
            .edit(
                Kind::Account,
                ADA,
                Stamp::at_ms(2_592_000_001),
                &Fields::new().with("website", "w"),
            )
            .unwrap();
        let bytes = [bytes, second.bytes.clone()].concat();
        let (mut stored, mut known) = (bytes.clone(), Vec::new());
        for (hash, at_ms) in [(ahead, 2_000), (second.hash, 3_000)] {
            let standing = document.standing(Kind::Account, hash);
            let again = document
                .restate((hash, &known), ADA_AGAIN, Stamp::at_ms(at_ms), &standing)
                .unwrap();
            known.push(again.hash);
            let admission = Admission {
                kind: Kind::Account,
                author: Author::OneOf(&[ADA_AGAIN]),
                role: Role::Rep,
                now_ms: Some(4_000_000),
            };
            admit(&stored, again.hash, &again.bytes, &admission).unwrap();
            stored.extend_from_slice(&again.bytes);
        }
        let loaded = Document::load(&stored).unwrap();
        assert_eq!(loaded.project(Kind::Account), document.project(Kind::Account));
        assert_eq!(
            Document::load(&document.snapshot()).unwrap().heads(),
            loaded.heads()
        );
    }
}
