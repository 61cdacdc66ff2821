use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId as AmActor, Automerge, Change as AmChange, ObjType, ReadDoc, ScalarValue};
use proptest::prelude::*;

use super::*;
use crate::clock::Stamp;
use crate::doc::{Change, create};
use crate::{Fields, Scalar};

const BOB: ActorId = ActorId([1; 16]);
const EVE: ActorId = ActorId([2; 16]);
const NOW: i64 = 1_000_000_000;

fn from_bob() -> Admission<'static> {
    Admission {
        kind: Kind::Account,
        author: Author::OneOf(&[BOB]),
        role: Role::Rep,
        now_ms: Some(NOW),
    }
}

fn shop() -> Change {
    create(
        BOB,
        Stamp::at_ms(10),
        &Fields::new().with("name", "Corner shop").with("phone", "1"),
    )
}

fn edited(base: &[u8], actor: ActorId, key: &str, value: impl Into<Scalar>) -> Change {
    let mut doc = Document::load(base).unwrap();
    doc.edit(
        Kind::Account,
        actor,
        Stamp::at_ms(20),
        &Fields::new().with(key, value),
    )
    .unwrap()
}

fn refusal(stored: &[u8], change: &Change, admission: &Admission<'_>) -> Option<Refusal> {
    admit(stored, change.hash, &change.bytes, admission).err()
}

/// A change made by Automerge's own hand, for what our own makes cannot express.
fn foreign(
    actor: &[u8],
    time: i64,
    write: impl FnOnce(&mut automerge::transaction::Transaction<'_>),
) -> Change {
    let mut doc = Automerge::new().with_actor(AmActor::from(actor));
    let mut tx = doc.transaction();
    write(&mut tx);
    let hash = tx
        .commit_with(CommitOptions::default().with_time(time))
        .0
        .unwrap();
    Change {
        hash: ChangeHash(hash.0),
        bytes: doc.get_change_by_hash(&hash).unwrap().raw_bytes().to_vec(),
    }
}

#[test]
fn an_honest_record_and_an_honest_edit_are_let_in() {
    let first = shop();
    let admitted = admit(&[], first.hash, &first.bytes, &from_bob());
    assert!(matches!(admitted, Ok(Admitted::New { .. })), "{admitted:?}");
    let second = edited(&first.bytes, BOB, "phone", "2");
    let Ok(Admitted::New { document, edit }) = admit(&first.bytes, second.hash, &second.bytes, &from_bob())
    else {
        panic!("refused")
    };
    assert_eq!(edit.fields, Fields::new().with("phone", "2"));
    assert_eq!(document.project(Kind::Account).fields.text("phone"), Some("2"));
    let both = [first.bytes, second.bytes.clone()].concat();
    assert!(matches!(
        admit(&both, second.hash, &second.bytes, &from_bob()),
        Ok(Admitted::Known)
    ));
}

#[test]
fn a_change_by_someone_else_is_refused() {
    let first = shop();
    let forged = edited(&first.bytes, EVE, "phone", "666");
    assert_eq!(
        refusal(&first.bytes, &forged, &from_bob()),
        Some(Refusal::ForeignActor)
    );
    let mine = edited(&first.bytes, BOB, "phone", "7");
    let on_bobs_phone = Admission {
        author: Author::AnyoneBut(BOB),
        now_ms: None,
        ..from_bob()
    };
    assert_eq!(
        refusal(&first.bytes, &mine, &on_bobs_phone),
        Some(Refusal::ForeignActor)
    );
}

#[test]
fn two_copies_of_one_phone_are_told_apart() {
    let first = shop();
    let (one, other) = (
        edited(&first.bytes, BOB, "phone", "2"),
        edited(&first.bytes, BOB, "phone", "3"),
    );
    let stored = [first.bytes, one.bytes].concat();
    assert_eq!(refusal(&stored, &other, &from_bob()), Some(Refusal::ActorFork));
}

#[test]
fn a_change_whose_ground_is_missing_is_refused() {
    let first = shop();
    let second = edited(&first.bytes, BOB, "phone", "2");
    let third = edited(&[first.bytes.clone(), second.bytes].concat(), BOB, "phone", "3");
    assert_eq!(
        refusal(&first.bytes, &third, &from_bob()),
        Some(Refusal::MissingDependency)
    );
    let unrelated = foreign(&[1; 16], 0, |tx| tx.put(automerge::ROOT, "phone", "9").unwrap());
    let by_eve = create(EVE, Stamp::at_ms(1), &Fields::new().with("name", "Eve's"));
    assert_eq!(
        refusal(&by_eve.bytes, &unrelated, &from_bob()),
        Some(Refusal::OutOfOrder)
    );
}

#[test]
fn shapes_that_books_do_not_have_are_refused() {
    let root = automerge::ROOT;
    let made = |write: fn(&mut automerge::transaction::Transaction<'_>)| foreign(&BOB.0, 0, write);
    let shapes = [
        made(|tx| drop(tx.put_object(automerge::ROOT, "list", ObjType::List).unwrap())),
        made(|tx| tx.put(automerge::ROOT, "n", ScalarValue::counter(1)).unwrap()),
        made(|tx| tx.put(automerge::ROOT, "n", ScalarValue::Uint(1)).unwrap()),
        made(|tx| tx.put(automerge::ROOT, "n", vec![1, 2, 3]).unwrap()),
        made(|tx| tx.put(automerge::ROOT, "n", f64::NAN).unwrap()),
    ];
    for change in &shapes {
        assert_eq!(refusal(&[], change, &from_bob()), Some(Refusal::ForeignShape));
    }
    let many = foreign(&BOB.0, 0, |tx| {
        (0..1_001).for_each(|i| tx.put(root.clone(), format!("k{i}"), i).unwrap());
    });
    assert_eq!(refusal(&[], &many, &from_bob()), Some(Refusal::ForeignShape));
    let short_actor = foreign(&[1; 4], 0, |tx| tx.put(root.clone(), "name", "x").unwrap());
    assert_eq!(
        refusal(&[], &short_actor, &from_bob()),
        Some(Refusal::ForeignActor)
    );
}

#[test]
fn a_field_takes_from_elsewhere_only_what_it_takes_at_home() {
    let bad = create(BOB, Stamp::at_ms(1), &Fields::new().with("name", Scalar::Int(3)));
    assert_eq!(refusal(&[], &bad, &from_bob()), Some(Refusal::BadField));
    let unknown = create(
        BOB,
        Stamp::at_ms(1),
        &Fields::new()
            .with("name", "x")
            .with("from_the_future", Scalar::Int(3)),
    );
    assert_eq!(refusal(&[], &unknown, &from_bob()), None);
}

#[test]
fn a_rep_does_not_change_what_concerns_the_company() {
    let fields = Fields::new().with("name", "allergens").with("on", "account");
    let change = create(BOB, Stamp::at_ms(1), &fields);
    let as_rep = Admission {
        kind: Kind::CustomField,
        ..from_bob()
    };
    assert_eq!(refusal(&[], &change, &as_rep), Some(Refusal::Forbidden));
    assert_eq!(
        refusal(
            &[],
            &change,
            &Admission {
                role: Role::Admin,
                ..as_rep
            }
        ),
        None
    );
}

#[test]
fn a_change_from_the_future_is_refused_by_the_server_only() {
    let change = create(
        BOB,
        Stamp::at_ms(NOW + AHEAD_MS_MAX + 1),
        &Fields::new().with("name", "x"),
    );
    assert_eq!(refusal(&[], &change, &from_bob()), Some(Refusal::ClockAhead));
    assert_eq!(
        refusal(
            &[],
            &change,
            &Admission {
                now_ms: None,
                ..from_bob()
            }
        ),
        None
    );
    let negative = foreign(&BOB.0, -1, |tx| tx.put(automerge::ROOT, "name", "x").unwrap());
    assert_eq!(refusal(&[], &negative, &from_bob()), Some(Refusal::Malformed));
}

#[test]
fn compressed_and_document_chunks_are_refused() {
    let long = create(
        BOB,
        Stamp::at_ms(1),
        &Fields::new().with("name", "x").with("remark", "ab".repeat(500)),
    );
    let mut compressed = AmChange::from_bytes(long.bytes.clone()).unwrap();
    let deflated = Change {
        hash: long.hash,
        bytes: compressed.bytes().to_vec(),
    };
    assert!(
        deflated.bytes.len() < long.bytes.len(),
        "the case needs a chunk that was deflated"
    );
    assert_eq!(refusal(&[], &deflated, &from_bob()), Some(Refusal::Malformed));
    let snapshot = Change {
        hash: long.hash,
        bytes: Document::load(&long.bytes).unwrap().snapshot(),
    };
    assert_eq!(refusal(&[], &snapshot, &from_bob()), Some(Refusal::Malformed));
}

proptest! {
    /// The gate under fire: a change with bytes changed, with and without a mended checksum, is refused or harmless, and
    /// nothing panics.
    #[test]
    fn no_mutation_gets_in_and_does_damage(
        at in any::<prop::sample::Index>(), to: u8, more in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        mend: bool,
    ) {
        let first = shop();
        let mut change = edited(&first.bytes, BOB, "phone", "2");
        let honest = change.clone();
        let length = change.bytes.len();
        change.bytes[at.index(length)] = to;
        for (at, to) in &more {
            change.bytes[at.index(length)] = *to;
        }
        if mend {
            let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&change.bytes[8..]).into();
            change.bytes[4..8].copy_from_slice(&hash[..4]);
            change.hash = ChangeHash(hash);
        }
        if let Ok(Admitted::New { document, .. }) = admit(&first.bytes, change.hash, &change.bytes, &from_bob()) {
            let stored = [first.bytes, change.bytes.clone()].concat();
            let next_time = Document::load(&stored).unwrap();
            prop_assert_eq!(next_time.heads(), vec![change.hash]);
            prop_assert_eq!(next_time.project(Kind::Account), document.project(Kind::Account));
            prop_assert!(Document::load(&document.snapshot()).is_ok());
            let mut next = document;
            let edit = next.edit(Kind::Account, EVE, Stamp::at_ms(99), &Fields::new().with("city", "Y"));
            prop_assert!(edit.is_some());
            prop_assert!(mend || change == honest, "let in with a checksum that is not its own");
        }
    }

    #[test]
    fn garbage_is_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes).into();
        prop_assert!(admit(&[], ChangeHash(hash), &bytes, &from_bob()).is_err());
        prop_assert!(admit_snapshot(&bytes).is_err());
    }

    /// The output of the gate equals what the stored bytes load as, whatever is written concurrently.
    #[test]
    fn a_record_grows_through_the_gate_to_what_its_bytes_load_as(
        edits in prop::collection::vec((any::<bool>(), any::<bool>(), prop_oneof!["name|phone|city", "tag/[a-c]"], "[a-z]{1,9}"), 1..12),
    ) {
        let anyone = Admission { author: Author::OneOf(&[BOB, EVE]), ..from_bob() };
        let (mut stored, mut seen) = (shop().bytes, [shop().bytes, shop().bytes]);
        for (n, (by_eve, hears, key, text)) in edits.iter().enumerate() {
            let (actor, at) = if *by_eve { (EVE, 1) } else { (BOB, 0) };
            if *hears {
                seen[at].clone_from(&stored);
            }
            let value = if key.starts_with("tag/") { Scalar::Bool(true) } else { Scalar::Text(text.clone()) };
            let mut doc = Document::load(&seen[at]).unwrap();
            let stamp = Stamp::at_ms(20 + i64::try_from(n).unwrap());
            let Some(change) = doc.edit(Kind::Account, actor, stamp, &Fields::new().with(key, value)) else { continue };
            let Ok(Admitted::New { document, .. }) = admit(&stored, change.hash, &change.bytes, &anyone) else {
                panic!("an honest change was refused")
            };
            stored.extend_from_slice(&change.bytes);
            seen[at].extend_from_slice(&change.bytes);
            let next_time = Document::load(&stored).unwrap();
            prop_assert_eq!(next_time.heads(), document.heads());
            prop_assert_eq!(next_time.project(Kind::Account), document.project(Kind::Account));
            // The order of changes made at once may differ in a snapshot; what it says does not.
            let folded = Document::load(&document.snapshot()).unwrap();
            prop_assert_eq!(folded.heads(), document.heads());
            prop_assert_eq!(folded.project(Kind::Account), document.project(Kind::Account));
        }
    }

    /// Judged together, a record's changes get the verdicts that each gets on its own, and make the same bytes.
    #[test]
    fn changes_judged_together_are_judged_as_one_by_one(
        edits in prop::collection::vec((any::<bool>(), any::<bool>(), prop_oneof!["name|phone|city", "tag/[a-c]"], "[a-z]{1,9}"), 1..14),
        known in 0usize..6, harm in prop::collection::vec((any::<prop::sample::Index>(), 0u8..5), 0..5),
    ) {
        let anyone = Admission { author: Author::OneOf(&[BOB, EVE]), ..from_bob() };
        let honest = branches(&edits);
        let stored: Vec<u8> = honest.iter().take(known).flat_map(|change| change.bytes.clone()).collect();
        let changes = harmed(honest, &harm);
        let (mut bytes, mut expected) = (stored.clone(), Vec::new());
        for change in &changes {
            let admitted = admit(&bytes, change.hash, &change.bytes, &anyone);
            if let Ok(Admitted::New { .. }) = admitted {
                bytes.extend_from_slice(&change.bytes);
            }
            expected.push(admitted.map(|admitted| matches!(admitted, Admitted::Known)));
        }
        let (verdicts, gate) = judge_record(stored, |gate| verdicts(gate, &changes, &anyone));
        prop_assert_eq!(verdicts, expected);
        prop_assert_eq!(gate.bytes(), &bytes);
        if bytes.is_empty() {
            return Ok(());
        }
        let (_, document) = gate.finish().unwrap();
        let loaded = Document::load(&bytes).unwrap();
        prop_assert_eq!(document.heads(), loaded.heads());
        prop_assert_eq!(document.project(Kind::Account), loaded.project(Kind::Account));
        // The order of changes made at once may differ in a snapshot; what it says does not.
        let folded = Document::load(&document.snapshot()).unwrap();
        prop_assert_eq!(folded.heads(), loaded.heads());
        prop_assert_eq!(folded.project(Kind::Account), loaded.project(Kind::Account));
    }
}

/// A record and what two people write to it, each on what they have heard of.
fn branches(edits: &[(bool, bool, String, String)]) -> Vec<Change> {
    let first = shop();
    let (mut all, mut seen) = (first.bytes.clone(), [first.bytes.clone(), first.bytes.clone()]);
    let mut changes = vec![first];
    for (n, (by_eve, hears, key, text)) in edits.iter().enumerate() {
        let (actor, at) = if *by_eve { (EVE, 1) } else { (BOB, 0) };
        if *hears {
            seen[at].clone_from(&all);
        }
        let value = if key.starts_with("tag/") {
            Scalar::Bool(text.len() % 2 == 0)
        } else {
            Scalar::Text(text.clone())
        };
        let mut doc = Document::load(&seen[at]).unwrap();
        let stamp = Stamp::at_ms(20 + i64::try_from(n).unwrap());
        let fields = Fields::new().with(key, value);
        if let Some(change) = doc.edit(Kind::Account, actor, stamp, &fields) {
            all.extend_from_slice(&change.bytes);
            seen[at].extend_from_slice(&change.bytes);
            changes.push(change);
        }
    }
    changes
}

/// The changes with some of them missing, doubled, moved, cut or with a mended lie in them.
fn harmed(mut changes: Vec<Change>, harm: &[(prop::sample::Index, u8)]) -> Vec<Change> {
    for (at, what) in harm {
        let Some(at) = (!changes.is_empty()).then(|| at.index(changes.len())) else {
            break;
        };
        match what {
            0 => drop(changes.remove(at)),
            1 => changes.insert(at, changes[at].clone()),
            2 => {
                let moved = changes.remove(at);
                changes.push(moved);
            }
            3 => drop(changes[at].bytes.pop()),
            _ => {
                let last = changes[at].bytes.len() - 1;
                changes[at].bytes[last] ^= 1;
                let hash: [u8; 32] = <sha2::Sha256 as sha2::Digest>::digest(&changes[at].bytes[8..]).into();
                changes[at].bytes[4..8].copy_from_slice(&hash[..4]);
                changes[at].hash = ChangeHash(hash);
            }
        }
    }
    changes
}

/// The verdict on each change: true if it was here already.
fn verdicts(
    gate: &mut RecordGate,
    changes: &[Change],
    admission: &Admission<'_>,
) -> Vec<Result<bool, Refusal>> {
    let judged = changes.iter().map(
        |change| match gate.check(change.hash, &change.bytes, admission)? {
            Check::Known => Ok(true),
            Check::New(checked) => gate.admit(*checked).map(|_| false),
        },
    );
    judged.collect()
}

#[test]
fn thousands_of_edits_of_one_record_are_judged_in_one_go() {
    let mut document = Document::load(&shop().bytes).unwrap();
    let mut changes = vec![shop()];
    for n in 0..2_000 {
        let fields = Fields::new().with("phone", format!("{n:06}"));
        changes.extend(document.edit(Kind::Account, BOB, Stamp::at_ms(20 + n), &fields));
    }
    let (verdicts, gate) = judge_record(Vec::new(), |gate| verdicts(gate, &changes, &from_bob()));
    assert!(verdicts.iter().all(|verdict| *verdict == Ok(false)));
    let (_, judged) = gate.finish().unwrap();
    assert_eq!(judged.snapshot(), document.snapshot());
}
