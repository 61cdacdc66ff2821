//! The projection of a document: the value that is shown of several concurrent ones.

use std::cmp::Reverse;
use std::collections::HashSet;

use automerge::iter::MapRangeItem;
use automerge::{Automerge, ObjId, ROOT, ReadDoc, Value};

use super::history::told;
use super::{Document, Edit, value};
use crate::clock::Stamp;
use crate::ids::{ActorId, ChangeHash};
use crate::schema::{self, Policy};
use crate::{Conflict, Fields, Kind, MOVE_PREFIX, Scalar, StageMoves, stage_rank};

/// A record as its document says: a pure function of the set of changes in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Projection {
    /// The values shown.
    pub fields: Fields,
    /// The values not shown, by field, the latest first.
    pub conflicts: Vec<Conflict>,
}

impl Projection {
    /// True if writing `value` to `key` would change the value shown or settle a conflict.
    pub(super) fn differs(&self, key: &str, value: &Scalar) -> bool {
        let same = match self.fields.0.get(key) {
            Some(shown) => shown == value,
            None => *value == Scalar::Cleared,
        };
        !same || self.conflicts.iter().any(|c| c.field == key)
    }
}

/// One of several values written at once.
struct ConcurrentValue {
    value: Scalar,
    by: ActorId,
    at: Stamp,
    change: ChangeHash,
}

impl ConcurrentValue {
    /// Orders by the declared policy, then by time, then by what is equal on every machine.
    fn weight(&self, policy: Policy) -> (Option<u8>, Stamp, ActorId, ChangeHash) {
        let rank = match policy {
            Policy::FurtherStage => self.value.text().and_then(stage_rank),
            Policy::Latest | Policy::KeepAll | Policy::First => None,
        };
        (rank, self.at, self.by, self.change)
    }
}

impl Document {
    /// The values to show and those that lost, by the policies that `kind` declares.
    pub fn project(&self, kind: Kind) -> Projection {
        let mut projection = Projection::default();
        for MapRangeItem {
            key,
            value: shown,
            conflict,
            ..
        } in self.inner.map_range(ROOT, ..)
        {
            if conflict {
                settle(&self.inner, kind, &key, &mut projection);
            } else if let Some(scalar) = value::from_entry(&shown.into_value()) {
                projection.fields.0.insert(key.into_owned(), scalar);
            }
        }
        if kind == Kind::Opportunity {
            show_stage(&self.inner, &mut projection);
        }
        show_edit_of_deleted(&self.inner, &mut projection);
        projection
    }
}

/// Shows an edit that somebody made of a deleted record later, without knowing of the deletion, as a value of `deleted` that
/// lost: whoever deleted it decides again. A duplicate that was merged is settled by the merge.
fn show_edit_of_deleted(doc: &Automerge, projection: &mut Projection) {
    let fields = &projection.fields;
    let is_told = projection.conflicts.iter().any(|lost| lost.field == "deleted");
    let is_merged = fields.id("same_as").is_some() || fields.id("merged_into").is_some();
    if !fields.is_true("deleted") || is_merged || is_told {
        return;
    }
    let deletions = candidates(doc, "deleted").into_iter();
    let Some(deletion) = deletions.max_by_key(|value| value.weight(Policy::Latest)) else {
        return;
    };
    let mut knowing = HashSet::from([deletion.change.0]);
    let mut latest: Option<Edit> = None;
    // Automerge gives the changes in an order in which each comes after what it builds on.
    for meta in doc.get_changes_meta(&[]) {
        if meta.deps.iter().any(|dep| knowing.contains(&dep.0)) {
            knowing.insert(meta.hash.0);
            continue;
        }
        let is_later = Stamp::from_packed(meta.timestamp)
            .is_some_and(|at| at > deletion.at && latest.as_ref().is_none_or(|latest| at > latest.at));
        if is_later && meta.actor.to_bytes() != deletion.by.0 {
            let edit = doc.get_change_by_hash(&meta.hash).map(|change| told(&change));
            latest = edit
                .filter(|edit| !edit.fields.0.contains_key("deleted"))
                .or(latest);
        }
    }
    projection.conflicts.extend(latest.map(|edit| Conflict {
        field: "deleted".to_owned(),
        value: Scalar::Cleared,
        by: edit.by,
        at: edit.at,
        change: edit.change,
    }));
}

/// Shows the stage that the moves of a deal add up to, whatever stands in the field itself, which older programs merge as
/// a value like any other. The moves that lost are shown as values of `stage` that lost.
fn show_stage(doc: &Automerge, projection: &mut Projection) {
    let Some(folded) = StageMoves::fold(&projection.fields) else {
        return;
    };
    projection.conflicts.retain(|conflict| conflict.field != "stage");
    let stage = folded.current().stage.as_str();
    projection.fields.set("stage", stage);
    for losing in &folded.losing {
        let key = format!("{MOVE_PREFIX}{losing}");
        let written = candidates(doc, &key).into_iter().next();
        projection.conflicts.extend(written.map(|written| Conflict {
            field: "stage".to_owned(),
            value: Scalar::from(folded.moves[losing].to.as_str()),
            by: written.by,
            at: written.at,
            change: written.change,
        }));
    }
}

fn settle(doc: &Automerge, kind: Kind, key: &str, into: &mut Projection) {
    let policy = schema::policy(kind, key);
    let mut rivals = candidates(doc, key);
    rivals.sort_by_key(|rival| Reverse(rival.weight(policy)));
    if policy == Policy::First {
        // The others stay in the history: nothing can be done about them, so they are no conflict.
        let first = rivals.pop();
        into.fields
            .0
            .extend(first.map(|rival| (key.to_owned(), rival.value)));
        return;
    }
    if policy == Policy::KeepAll {
        into.fields
            .0
            .extend(join(&rivals).map(|text| (key.to_owned(), text)));
        return;
    }
    let mut rivals = rivals.into_iter();
    let Some(winner) = rivals.next() else { return };
    // Two people who wrote the same thing have nothing to settle.
    let losers = rivals.filter(|rival| rival.value != winner.value);
    into.conflicts.extend(losers.map(
        |ConcurrentValue {
             value,
             by,
             at,
             change,
         }| Conflict {
            field: key.to_owned(),
            value,
            by,
            at,
            change,
        },
    ));
    into.fields.0.insert(key.to_owned(), winner.value);
}

/// All texts, the oldest first, each once.
fn join(rivals: &[ConcurrentValue]) -> Option<Scalar> {
    let mut texts: Vec<&str> = Vec::new();
    for text in rivals.iter().rev().filter_map(|rival| rival.value.text()) {
        if !texts.contains(&text) {
            texts.push(text);
        }
    }
    if texts.is_empty() {
        rivals.first().map(|r| r.value.clone())
    } else {
        Some(Scalar::Text(texts.join("\n")))
    }
}

fn candidates(doc: &Automerge, key: &str) -> Vec<ConcurrentValue> {
    let all = doc.get_all(ROOT, key).unwrap_or_default();
    all.iter()
        .filter_map(|(entry, op)| candidate(doc, entry, op))
        .collect()
}

fn candidate(doc: &Automerge, entry: &Value<'_>, op: &ObjId) -> Option<ConcurrentValue> {
    let hash = doc.hash_for_opid(op)?;
    let meta = doc.get_change_meta_by_hash(&hash)?;
    Some(ConcurrentValue {
        value: value::from_entry(entry)?,
        by: ActorId::try_from(meta.actor.to_bytes()).ok()?,
        at: Stamp::from_packed(meta.timestamp)?,
        change: ChangeHash(hash.0),
    })
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::doc::create;
    use crate::ids::RecordId;

    const BOB: ActorId = ActorId([1; 16]);
    const EVE: ActorId = ActorId([2; 16]);

    /// Arbitrary fields, of the account's own names and of names from elsewhere.
    pub(in crate::doc) fn any_fields() -> impl Strategy<Value = Fields> {
        let key = prop_oneof!["name|tier|phone|remark|city", "tag/[a-z]{1,3}", "[a-z]{1,8}"];
        let scalar = prop_oneof![
            Just(Scalar::Cleared),
            ".{0,12}".prop_map(Scalar::Text),
            any::<i64>().prop_map(Scalar::Int),
            (-1e9..1e9).prop_map(Scalar::Real),
            any::<bool>().prop_map(Scalar::Bool),
            any::<i64>().prop_map(Scalar::Time),
            any::<[u8; 16]>().prop_map(|b| Scalar::Id(RecordId(b))),
        ];
        proptest::collection::btree_map(key, scalar, 0..8).prop_map(Fields)
    }

    /// Two phones edit one record, then it holds both edits.
    fn after_both(kind: Kind, key: &str, bobs: (&str, i64), eves: (&str, i64)) -> Projection {
        let first = create(BOB, Stamp::at_ms(1), &Fields::new().with("name", "Deal"));
        let edit = |actor, (text, ms): (&str, i64)| {
            let mut doc = Document::load(&first.bytes).unwrap();
            doc.edit(kind, actor, Stamp::at_ms(ms), &Fields::new().with(key, text))
                .unwrap()
                .bytes
        };
        let bytes = [first.bytes.clone(), edit(BOB, bobs), edit(EVE, eves)].concat();
        Document::load(&bytes).unwrap().project(kind)
    }

    #[test]
    fn the_later_edit_is_shown_and_the_earlier_one_is_kept_as_a_conflict() {
        let projection = after_both(Kind::Account, "phone", ("111", 20), ("222", 10));
        assert_eq!(projection.fields.text("phone"), Some("111"));
        let [lost] = projection.conflicts.as_slice() else {
            panic!("{:?}", projection.conflicts)
        };
        assert_eq!(
            (lost.value.text(), lost.by, lost.at),
            (Some("222"), EVE, Stamp::at_ms(10))
        );
    }

    #[test]
    fn a_deal_moved_twice_is_shown_in_the_further_stage_whichever_came_later() {
        let projection = after_both(Kind::Opportunity, "stage", ("Won", 10), ("Negotiation", 20));
        assert_eq!(projection.fields.text("stage"), Some("Won"));
        let unknown = after_both(Kind::Opportunity, "stage", ("Tasting", 10), ("Sampling", 20));
        assert_eq!(unknown.fields.text("stage"), Some("Sampling"));
    }

    #[test]
    fn two_notes_written_at_once_are_both_kept() {
        let projection = after_both(Kind::Note, "text", ("ring twice", 20), ("mind the dog", 10));
        assert_eq!(projection.fields.text("text"), Some("mind the dog\nring twice"));
        assert!(projection.conflicts.is_empty());
    }

    #[test]
    fn writing_the_same_thing_twice_is_no_conflict() {
        assert!(
            after_both(Kind::Account, "phone", ("111", 20), ("111", 10))
                .conflicts
                .is_empty()
        );
    }

    #[test]
    fn a_later_edit_settles_a_conflict_even_with_the_value_shown() {
        let first = create(BOB, Stamp::at_ms(1), &Fields::new().with("name", "Deal"));
        let edit = |actor, text: &str| {
            let mut doc = Document::load(&first.bytes).unwrap();
            doc.edit(
                Kind::Account,
                actor,
                Stamp::at_ms(5),
                &Fields::new().with("phone", text),
            )
            .unwrap()
            .bytes
        };
        let bytes = [first.bytes.clone(), edit(BOB, "1"), edit(EVE, "2")].concat();
        let mut doc = Document::load(&bytes).unwrap();
        let shown = doc
            .project(Kind::Account)
            .fields
            .text("phone")
            .unwrap()
            .to_owned();
        let patch = Fields::new().with("phone", shown.as_str());
        assert!(doc.edit(Kind::Account, BOB, Stamp::at_ms(9), &patch).is_some());
        assert_eq!(doc.project(Kind::Account).conflicts, []);
        assert_eq!(
            doc.edit(Kind::Account, BOB, Stamp::at_ms(10), &patch),
            None,
            "nothing is left to write"
        );
    }

    #[test]
    fn a_change_that_is_stored_twice_counts_once() {
        let first = create(BOB, Stamp::at_ms(1), &Fields::new().with("name", "Deal"));
        let mut doc = Document::load(&first.bytes).unwrap();
        let second = doc
            .edit(
                Kind::Account,
                BOB,
                Stamp::at_ms(2),
                &Fields::new().with("phone", "1"),
            )
            .unwrap();
        for stored in [doc.snapshot(), [first.bytes, second.bytes.clone()].concat()] {
            let twice =
                Document::load(&[stored, second.bytes.clone(), second.bytes.clone()].concat()).unwrap();
            assert_eq!(
                (twice.heads(), twice.project(Kind::Account)),
                (doc.heads(), doc.project(Kind::Account))
            );
        }
    }

    proptest! {
        #[test]
        fn the_order_in_which_changes_arrive_does_not_matter(
            a in any_fields(), b in any_fields(), ta in 2i64..9, tb in 2i64..9,
        ) {
            let first = create(BOB, Stamp::at_ms(1), &Fields::new().with("zz", "base"));
            let edit = |actor, ms, patch: &Fields| {
                let mut doc = Document::load(&first.bytes).unwrap();
                doc.edit(Kind::Account, actor, Stamp::at_ms(ms), patch).map_or(Vec::new(), |c| c.bytes)
            };
            let (x, y) = (edit(BOB, ta, &a), edit(EVE, tb, &b));
            let one = Document::load(&[first.bytes.clone(), x.clone(), y.clone()].concat()).unwrap();
            let two = Document::load(&[first.bytes.clone(), y, x].concat()).unwrap();
            prop_assert_eq!(one.project(Kind::Account), two.project(Kind::Account));
            prop_assert_eq!(one.heads(), two.heads());
            let folded = Document::load(&one.snapshot()).unwrap();
            prop_assert_eq!(folded.project(Kind::Account), one.project(Kind::Account));
        }
    }
}
