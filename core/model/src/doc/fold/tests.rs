//! The law of a fold: merged with whatever others wrote, the record shows the same as without it, and the gate lets it in.

use proptest::prelude::*;

use super::*;
use crate::clock::Stamp;
use crate::doc::create;
use crate::doc::gate::{Admission, Admitted, Author, admit};
use crate::ids::ActorId;
use crate::{Fields, Role, Scalar};

const ADA: ActorId = ActorId([1; 16]);
const BOB: ActorId = ActorId([2; 16]);

/// Patches of few fields, so that many are written over; among them one that keeps all values and one that attests.
fn any_patch() -> impl Strategy<Value = Fields> {
    let key = prop_oneof![
        6 => "name|tier|phone|city",
        2 => Just("remark".to_owned()),
        1 => "claim/[a-c]",
        1 => Just("deleted".to_owned()),
    ];
    let pair = (key, "[a-d]{0,3}").prop_map(|(key, text)| {
        let value = match (key.as_str(), text.as_str()) {
            ("deleted", text) => Scalar::Bool(text.len() > 1),
            ("name", "") => Scalar::from("n"),
            (_, "") => Scalar::Cleared,
            (_, text) => Scalar::from(text),
        };
        (key, value)
    });
    proptest::collection::btree_map(Just(()), pair, 1..2)
        .prop_map(|one| one.into_values().collect())
        .prop_flat_map(|first: Fields| {
            let more =
                ("name|phone", "[a-d]{1,3}").prop_map(|(key, text)| (key, Scalar::from(text.as_str())));
            proptest::collection::vec(more, 0..2).prop_map(move |more| {
                let mut fields = first.clone();
                fields.0.extend(more);
                fields
            })
        })
}

/// A stored document, and a hand that writes on it one patch after the other, each at its time.
struct Phone {
    bytes: Vec<u8>,
    document: Document,
    hashes: Vec<ChangeHash>,
}

impl Phone {
    fn on(base: &[u8]) -> Phone {
        Phone {
            bytes: base.to_vec(),
            document: Document::load(base).unwrap(),
            hashes: Vec::new(),
        }
    }

    fn write(&mut self, actor: ActorId, ms: i64, patch: &Fields) {
        let stamp = self.document.latest(1 << 40).next(ms);
        if let Some(change) = self.document.edit(Kind::Account, actor, stamp, patch) {
            self.bytes.extend_from_slice(&change.bytes);
            self.hashes.push(change.hash);
        }
    }
}

fn shown(bytes: &[u8]) -> Projection {
    Document::load(bytes).unwrap().project(Kind::Account)
}

/// Lets the changes of a fold in as a server does.
fn admitted(mut stored: Vec<u8>, folded: &Folded) -> Vec<u8> {
    let admission = Admission {
        kind: Kind::Account,
        author: Author::OneOf(&[ADA]),
        role: Role::Rep,
        now_ms: Some(1 << 40),
    };
    for change in folded.changes.iter().filter_map(|(_, change)| change.as_ref()) {
        match admit(&stored, change.hash, &change.bytes, &admission) {
            Ok(Admitted::New { .. }) => stored.extend_from_slice(&change.bytes),
            other => panic!("{other:?}"),
        }
    }
    stored
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Some edits are at the server already, some may be, the rest is folded; Bob wrote meanwhile.
    #[test]
    fn merged_with_what_others_wrote_a_fold_shows_what_the_edits_show(
        before in proptest::collection::vec(any_patch(), 0..4),
        run in proptest::collection::vec((any_patch(), 0i64..50), 1..20),
        theirs in proptest::collection::vec((any_patch(), 0i64..1_000), 0..5),
        seen in 0usize..4,
        kept_bytes in 0usize..600,
    ) {
        let first = Fields::new().with("name", "Corner shop").with("tier", "C");
        let base = create(ADA, Stamp::at_ms(1), &first);
        let mut ada = Phone::on(&base.bytes);
        for (at, patch) in before.iter().enumerate() {
            ada.write(if at % 2 == 0 { BOB } else { ADA }, 10, patch);
        }
        ada.hashes.clear();
        let common = ada.bytes.clone();
        let mut ms = 20;
        for (patch, after) in &run {
            ms += after;
            ada.write(ADA, ms, patch);
        }
        let mut bob = Phone::on(&common);
        for (patch, at) in &theirs {
            bob.write(BOB, *at, patch);
        }
        let seen = seen.min(ada.hashes.len());
        let unseen: BTreeSet<ChangeHash> = ada.hashes[seen..].iter().copied().collect();
        let Some(folded) = fold(&ada.bytes, Kind::Account, &unseen, kept_bytes) else { return Ok(()) };
        prop_assert!(folded.bytes.len() < ada.bytes.len());
        prop_assert!(folded.changes.iter().all(|(was, _)| unseen.contains(was)));
        prop_assert_eq!(folded.changes.len(), unseen.len());

        let sent: Vec<u8> = ada.hashes[..seen].iter().flat_map(|hash| {
            ada.document.changes_beyond(None).into_iter().find(|w| w.change.hash == *hash).unwrap().change.bytes
        }).collect();
        let office = [bob.bytes.as_slice(), &sent].concat();
        let with = shown(&admitted(office.clone(), &folded));
        let without: Vec<u8> = ada.document.changes_beyond(None).into_iter()
            .filter(|w| unseen.contains(&w.change.hash)).flat_map(|w| w.change.bytes).collect();
        let without = shown(&[office, without].concat());
        prop_assert!(shows_the_same(&with, &without), "{with:?}\n{without:?}");

        // What attests something is there with its time, in the order in which it was written.
        let attesting = |bytes: &[u8]| -> Vec<_> {
            let history = Document::load(bytes).unwrap().history();
            let attesting = history.into_iter()
                .filter(|edit| edit.fields.0.keys().any(|key| is_attested(Kind::Account, key)));
            attesting.map(|edit| (edit.by, edit.at, edit.fields)).collect()
        };
        prop_assert_eq!(attesting(&folded.bytes), attesting(&ada.bytes));
    }

    /// A record that was made here keeps the change that made it, whatever of it was written over.
    #[test]
    fn the_change_that_made_a_record_stays_whole(run in proptest::collection::vec(any_patch(), 2..12)) {
        let first = Fields::new().with("name", "Corner shop").with("tier", "C");
        let made = create(ADA, Stamp::at_ms(1), &first);
        let mut ada = Phone::on(&made.bytes);
        ada.hashes.push(made.hash);
        for patch in &run {
            ada.write(ADA, 20, patch);
        }
        let unseen = ada.hashes.iter().copied().collect();
        let Some(folded) = fold(&ada.bytes, Kind::Account, &unseen, 0) else { return Ok(()) };
        prop_assert_eq!(&folded.changes[0], &(made.hash, Some(made)));
        let office = admitted(Vec::new(), &folded);
        prop_assert!(shows_the_same(&shown(&office), &shown(&ada.bytes)));
    }
}

#[test]
fn a_thousand_edits_of_one_field_become_one_and_a_second_fold_gains_nothing() {
    let made = create(ADA, Stamp::at_ms(1), &Fields::new().with("name", "Corner shop"));
    let mut ada = Phone::on(&made.bytes);
    for n in 0..1_000 {
        ada.write(ADA, n, &Fields::new().with("phone", format!("{n}")));
    }
    let unseen = ada.hashes.iter().copied().collect();
    let folded = fold(&ada.bytes, Kind::Account, &unseen, 0).unwrap();
    let left: Vec<&Change> = folded
        .changes
        .iter()
        .filter_map(|(_, change)| change.as_ref())
        .collect();
    assert_eq!(left.len(), 1);
    let history = folded.document.history();
    assert_eq!(history.last().unwrap().at, ada.document.latest(1 << 40));
    assert_eq!(history.last().unwrap().fields.text("phone"), Some("999"));
    let unseen = BTreeSet::from([left[0].hash]);
    assert!(fold(&folded.bytes, Kind::Account, &unseen, 0).is_none());
}

#[test]
fn what_may_have_left_and_what_others_wrote_is_not_folded() {
    let made = create(ADA, Stamp::at_ms(1), &Fields::new().with("name", "Corner shop"));
    let mut ada = Phone::on(&made.bytes);
    for n in 0..4 {
        ada.write(ADA, n, &Fields::new().with("phone", format!("{n}")));
    }
    // All but the last may have left.
    let last = BTreeSet::from([ada.hashes[3]]);
    assert!(fold(&ada.bytes, Kind::Account, &last, 0).is_none());
    // A change of somebody else came behind them.
    let mut bob = Phone::on(&made.bytes);
    bob.write(BOB, 9, &Fields::new().with("tier", "A"));
    let both = [ada.bytes.as_slice(), &bob.bytes[made.bytes.len()..]].concat();
    let unseen = ada.hashes.iter().copied().collect();
    assert!(fold(&both, Kind::Account, &unseen, 0).is_none());
    // A snapshot is not taken apart.
    assert!(fold(&ada.document.snapshot(), Kind::Account, &unseen, 0).is_none());
    assert!(fold(&[], Kind::Account, &unseen, 0).is_none());
}
