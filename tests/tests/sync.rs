//! Phones and an office, in one thread, from one seed.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;

use fieldbook_core::book::{Book, Query, SyncError};
use fieldbook_core::clock::{FixedClock, SeededRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Record, Role, Scalar};
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::{self, ProtocolError};
use fieldbook_server::admin;
use fieldbook_tests::world::{Mishap, NINE, Wire, World};
use proptest::prelude::*;

fn shop(book: &Book, name: &str) -> Record {
    book.add(Kind::Account, &Fields::new().with("name", name))
        .unwrap()
}

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

/// Everything in a book that does not depend on which phone it is.
fn contents(book: &Book) -> Vec<(RecordId, Fields, bool, u32)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for deleted in [
            fieldbook_core::book::Deleted::Hide,
            fieldbook_core::book::Deleted::Only,
        ] {
            let mut query = Query {
                deleted,
                ..Query::first(kind, 100)
            };
            loop {
                let page = book.page(&query).unwrap();
                query.after = page.records.last().map(|r| r.id);
                all.extend(
                    page.records
                        .into_iter()
                        .map(|r| (r.id, r.fields, r.deleted, r.conflicts)),
                );
                if !page.more {
                    break;
                }
            }
        }
    }
    all.sort_by_key(|(id, ..)| *id);
    all
}

#[test]
fn a_change_made_with_no_signal_reaches_another_phone() {
    let world = World::new(1);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let account = shop(&ada, "Corner shop");
    ada_wire.expect(&[Mishap::Lost]);
    assert_eq!(ada.sync_now(&ada_wire, None), Err(SyncError::NoConnection));
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    let seen = bob.record(account.id).unwrap();
    assert_eq!(seen.title(), "Corner shop");
    assert!(!ada.record(account.id).unwrap().unsent);
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(bob.history(account.id).unwrap()[0].by, "Ada");
}

#[test]
fn a_conflict_is_shown_on_both_phones_and_restored_by_one_call() {
    let world = World::new(2);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    ada.set_field(id, "phone", "111").unwrap();
    world.clock.advance(1_000);
    bob.set_field(id, "phone", "222").unwrap();
    bob.set_field(id, "city", "Ely").unwrap();
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    sync(&ada, &ada_wire);
    for book in [&ada, &bob] {
        assert_eq!(book.record(id).unwrap().fields.text("phone"), Some("222"));
        assert_eq!(book.record(id).unwrap().fields.text("city"), Some("Ely"));
        let conflicts = book.conflicts(None, 10).unwrap();
        assert_eq!(conflicts.len(), 1);
        assert_eq!(
            (conflicts[0].lost.text(), conflicts[0].lost_by.as_str()),
            (Some("111"), "Ada")
        );
    }
    let lost = ada.conflicts(None, 10).unwrap().remove(0);
    ada.restore(id, "phone", lost.change).unwrap();
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    assert_eq!(bob.record(id).unwrap().fields.text("phone"), Some("111"));
    assert!(bob.conflicts(None, 10).unwrap().is_empty());
    assert_eq!(contents(&ada), contents(&bob));
}

#[test]
fn an_answer_that_never_came_is_asked_for_again_and_nothing_is_doubled() {
    for mishap in [
        Mishap::AnswerLost,
        Mishap::AnswerCut,
        Mishap::AnswerGarbled,
        Mishap::Failed,
    ] {
        let world = World::new(3);
        let (ada, ada_wire) = world.join("Ada", Role::Rep);
        let (bob, bob_wire) = world.join("Bob", Role::Rep);
        let id = shop(&ada, "Corner shop").id;
        ada_wire.expect(&[mishap]);
        assert!(ada.sync_now(&ada_wire, None).is_err(), "{mishap:?}");
        assert!(
            ada.record(id).unwrap().unsent,
            "nothing is forgotten without its verdict"
        );
        ada.set_field(id, "phone", "1").unwrap();
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
        assert_eq!(contents(&ada), contents(&bob), "{mishap:?}");
        assert_eq!(bob.history(id).unwrap().len(), 2);
    }
}

#[test]
fn a_phone_whose_clock_runs_ahead_is_put_right_and_loses_nothing() {
    let world = World::new(4);
    let ahead = Arc::new(FixedClock::at(NINE + 90 * 60_000));
    let code = world.code("Ada", Role::Rep);
    let (ada, wire) = (world.phone(ahead), world.wire());
    let id = shop(&ada, "Corner shop").id;
    ada.set_field(id, "phone", "1").unwrap();
    ada.join("http://office", &code, "phone", &wire).unwrap();
    let report = ada.sync_now(&wire, None).unwrap();
    assert!(report.rewritten > 0 && report.refused.is_empty(), "{report:?}");
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    sync(&bob, &bob_wire);
    let seen = bob.record(id).unwrap();
    assert_eq!(
        (seen.title(), seen.fields.text("phone")),
        ("Corner shop", Some("1"))
    );
    assert!(
        bob.history(id)
            .unwrap()
            .iter()
            .all(|edit| edit.at_ms <= NINE + 1_000)
    );
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(
        ada.status(fieldbook_core::book::Checkup::Quick).unwrap().unsent,
        0
    );
}

#[test]
fn two_copies_of_one_phone_both_keep_their_edits() {
    let world = World::new(5);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    sync(&ada, &wire);
    let original = ada.path().to_owned();
    drop(ada);
    let copy = world.folder().join("copy.db");
    for suffix in ["", "-wal"] {
        let from = format!("{}{suffix}", original.display());
        if std::fs::exists(&from).unwrap() {
            std::fs::copy(from, format!("{}{suffix}", copy.display())).unwrap();
        }
    }
    let one = Book::open(world.options("phone-0.db", world.clock.clone())).unwrap();
    let two = Book::open(world.options("copy.db", world.clock.clone())).unwrap();
    one.set_field(id, "phone", "1").unwrap();
    two.set_field(id, "city", "Ely").unwrap();
    sync(&one, &wire);
    let report = two.sync_now(&wire, None).unwrap();
    assert_eq!(report.rewritten, 1, "{report:?}");
    sync(&one, &wire);
    sync(&two, &wire);
    let seen = one.record(id).unwrap();
    assert_eq!(
        (seen.fields.text("phone"), seen.fields.text("city")),
        (Some("1"), Some("Ely"))
    );
    assert_eq!(contents(&one), contents(&two));
}

#[test]
fn what_the_server_does_not_take_is_kept_and_said() {
    let world = World::new(6);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    let field = Fields::new().with("name", "cooler").with("on", "account");
    let custom = ada.add(Kind::CustomField, &field).unwrap();
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!(
        report.refused.iter().map(|r| r.record).collect::<Vec<_>>(),
        [custom.id]
    );
    assert!(ada.record(custom.id).is_err(), "the server has no such record");
    assert!(
        !ada.record(id).unwrap().unsent,
        "one bad change blocks nothing else"
    );
    let status = ada.status(fieldbook_core::book::Checkup::Quick).unwrap();
    assert_eq!((status.unsent, status.refused), (0, 1));
}

#[test]
fn a_revoked_device_is_told_so_and_keeps_its_edits() {
    let world = World::new(7);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    let device = admin::devices(world.office()).unwrap().remove(0);
    admin::revoke_device(world.office(), device.id, NINE).unwrap();
    assert_eq!(
        ada.sync_now(&wire, None),
        Err(SyncError::Refused(ProtocolError::Revoked))
    );
    assert!(ada.record(id).unwrap().unsent);
}

#[test]
fn a_join_code_serves_one_device() {
    let world = World::new(8);
    let code = world.code("Ada", Role::Rep);
    let (one, two, wire) = (
        world.phone(world.clock.clone()),
        world.phone(world.clock.clone()),
        world.wire(),
    );
    wire.expect(&[Mishap::AnswerLost]);
    assert_eq!(
        one.join("http://office", &code, "phone", &wire).unwrap_err(),
        SyncError::TimedOut
    );
    assert!(
        one.join("http://office", &code, "phone", &wire).is_ok(),
        "the answer was lost, the code is still hers"
    );
    assert_eq!(
        two.join("http://office", &code, "phone", &wire).unwrap_err(),
        SyncError::Refused(ProtocolError::CodeUsed)
    );
    let unknown = two.join("http://office", "AAAA-BBBB", "phone", &wire);
    assert_eq!(
        unknown.unwrap_err(),
        SyncError::Refused(ProtocolError::UnknownCode)
    );
}

#[test]
fn a_territory_that_is_handed_over_leaves_one_phone_and_reaches_another() {
    let world = World::new(9);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    let contact = ada
        .add(
            Kind::Contact,
            &Fields::new()
                .with("name", "Eve")
                .with("account_id", Scalar::Id(id)),
        )
        .unwrap();
    let stays = shop(&ada, "Other shop").id;
    sync(&ada, &wire);
    admin::hand_over(world.office(), &[id], "South", NINE + 1).unwrap();
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!(report.gone, 2);
    assert!(ada.record(id).is_err() && ada.record(contact.id).is_err() && ada.record(stays).is_ok());
}

#[test]
fn a_manager_keeps_what_moves_between_two_of_her_territories() {
    let world = World::new(10);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    admin::add_user(
        world.office(),
        "Mia",
        Role::Manager,
        &["North", "South"],
        world.random.as_ref(),
    )
    .unwrap();
    let code = admin::issue_code(world.office(), "Mia", NINE, world.random.as_ref())
        .unwrap()
        .text;
    let (mia, wire) = (world.phone(world.clock.clone()), world.wire());
    mia.join("http://office", &code, "desk", &wire).unwrap();
    let id = shop(&mia, "Corner shop").id;
    sync(&mia, &wire);
    for to in ["South", "North", "South"] {
        admin::hand_over(world.office(), &[id], to, NINE + 1).unwrap();
        sync(&mia, &wire);
        assert_eq!(
            mia.record(id).unwrap().title(),
            "Corner shop",
            "after the move to {to}"
        );
        assert_eq!(
            mia.sync_now(&wire, None).unwrap().received,
            0,
            "nothing is left to mend"
        );
    }
}

#[test]
fn who_sees_both_territories_of_a_hand_over_keeps_what_was_handed_over() {
    let world = World::new(10);
    let office = world.office();
    admin::add_territory(office, "South", world.random.as_ref()).unwrap();
    let (max, wire) = world.join("Max", Role::Manager);
    admin::move_user(office, "Max", &["North", "South"], NINE).unwrap();
    let id = shop(&max, "Corner shop").id;
    sync(&max, &wire);
    // There and back, so that in one of the two answers the territory that it came to is told first.
    for to in ["South", "North"] {
        admin::hand_over(office, &[id], to, NINE + 1).unwrap();
        let report = max.sync_now(&wire, None).unwrap();
        assert!(max.record(id).is_ok());
        assert_eq!((report.requests, report.received), (1, 1), "to {to}");
    }
}

/// A wire whose first answers tell sums that are not so.
struct Crooked(Wire, std::sync::atomic::AtomicI32);

impl Transport for Crooked {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let mut reply = self.0.post(post)?;
        // A question for the time is not a sync.
        if post.url.ends_with("/v1/sync") && self.1.fetch_sub(1, std::sync::atomic::Ordering::SeqCst) > 0 {
            let mut told: wire::SyncResponse = wire::unpack(&reply.body).expect("a good answer");
            told.scopes.iter_mut().for_each(|news| news.sum ^= 1);
            reply.body = wire::pack(&told);
        }
        Ok(reply)
    }
}

#[test]
fn an_edit_made_before_a_hand_over_counts_and_one_made_after_is_kept_for_the_new_owner() {
    let world = World::new(11);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, wire) = world.join("Ada", Role::Rep);
    let (early, late) = (shop(&ada, "Corner shop").id, shop(&ada, "Other shop").id);
    sync(&ada, &wire);
    ada.set_field(early, "phone", "1").unwrap();
    world.clock.advance(60_000);
    admin::hand_over(world.office(), &[early, late], "South", NINE + 30_000).unwrap();
    ada.set_field(late, "phone", "2").unwrap();
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!(
        (report.accepted_late, report.refused.len(), report.gone),
        (1, 1, 2),
        "{report:?}"
    );
    assert!(ada.record(early).is_err() && ada.record(late).is_err());
    let status = ada.status(fieldbook_core::book::Checkup::Quick).unwrap();
    assert_eq!((status.unsent, status.refused), (0, 1), "the parked edit is kept");
}

#[test]
fn a_territory_fetched_afresh_brings_what_one_wrote_oneself() {
    let world = World::new(11);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    // The sums differ, an audit finds nothing, and still they differ: so all is fetched.
    let report = ada.sync_now(&Crooked(wire, 2.into()), None).unwrap();
    assert_eq!((report.requests, report.received, report.gone), (3, 1, 0));
    assert!(ada.record(id).is_ok());
}

/// Two books hold the same; says only where they do not.
fn assert_same(one: &Book, other: &Book, seed: u64) {
    let (one, other) = (contents(one), contents(other));
    assert_eq!(one.len(), other.len(), "seed {seed}");
    let differ: Vec<_> = one.iter().zip(&other).filter(|(a, b)| a != b).collect();
    assert!(differ.is_empty(), "seed {seed}: {differ:#?}");
}

/// A small step that a phone takes with no signal, or a sync.
fn step(world: &World, random: &SeededRandom, book: &Book, wire: &Wire, known: &mut Vec<RecordId>) {
    world.clock.advance(i64::try_from(random.below(5_000)).unwrap());
    let pick = |random: &SeededRandom, known: &[RecordId]| known[random.below(known.len())];
    let word = |random: &SeededRandom| format!("w{}", random.below(1_000));
    match random.below(20) {
        0 => known.push(shop(book, &word(random)).id),
        1 => {
            let about = Scalar::Id(pick(random, known));
            let fields = Fields::new().with("name", word(random)).with("account_id", about);
            // The account may not have reached this phone, or may be deleted.
            let _ = book.add(Kind::Contact, &fields);
        }
        2 => drop(book.delete(pick(random, known))),
        3 => drop(book.undelete(pick(random, known))),
        4 => {
            let mishaps = [
                Mishap::None,
                Mishap::Lost,
                Mishap::AnswerLost,
                Mishap::AnswerCut,
                Mishap::Failed,
            ];
            wire.expect(&[mishaps[random.below(mishaps.len())]]);
            let _ = book.sync_now(wire, None);
            wire.expect(&[]);
        }
        5 => drop(book.set_field(pick(random, known), "remark", word(random))),
        6 => drop(book.set_field(pick(random, known), "tag/vip", Scalar::Bool(random.below(2) == 0))),
        7 => drop(book.set_field(pick(random, known), "tier", Scalar::Cleared)),
        n => {
            let field = ["name", "phone", "tier", "city"][n % 4];
            drop(book.set_field(pick(random, known), field, word(random)));
        }
    }
}

/// Two phones take `steps` random steps each, with and without a signal; in the end both and a new one hold the same, and
/// every value that lost can be brought back.
fn two_phones_in_the_end_hold_the_same(seed: u64, steps: usize) {
    let world = World::new(seed);
    let random = SeededRandom::new(seed ^ 0xfeed);
    let phones = [world.join("Ada", Role::Rep), world.join("Bob", Role::Rep)];
    let mut known = vec![shop(&phones[0].0, "first").id];
    sync(&phones[0].0, &phones[0].1);
    sync(&phones[1].0, &phones[1].1);
    for _ in 0..steps {
        let (book, wire) = &phones[random.below(2)];
        step(&world, &random, book, wire, &mut known);
    }
    for _ in 0..2 {
        for (book, wire) in &phones {
            sync(book, wire);
        }
    }
    let (late, late_wire) = world.join("Late", Role::Rep);
    sync(&late, &late_wire);
    let [(ada, ada_wire), (bob, bob_wire)] = &phones;
    assert_same(ada, bob, seed);
    assert_same(ada, &late, seed);
    for book in [ada, bob] {
        let status = book.status(fieldbook_core::book::Checkup::Thorough).unwrap();
        assert_eq!(
            (status.unsent, status.refused, status.sound),
            (0, 0, Some(true)),
            "seed {seed}"
        );
    }
    let mut after = None;
    loop {
        let conflicts = ada.conflicts(after, 100).unwrap();
        let Some(last) = conflicts.last() else { break };
        after = Some(last.record);
        for lost in conflicts {
            // One restore settles the field, so its other losers are restored from history instead.
            let restored = ada.restore(lost.record, &lost.field, lost.change).unwrap();
            let shown = restored
                .fields
                .0
                .get(&lost.field)
                .cloned()
                .unwrap_or(Scalar::Cleared);
            let expected = lost.lost.clone();
            assert_eq!(shown, expected, "seed {seed}: {lost:?}");
        }
    }
    sync(ada, ada_wire);
    sync(bob, bob_wire);
    assert_same(ada, bob, seed);
}

#[test]
fn two_phones_editing_offline_for_a_thousand_steps_hold_the_same() {
    two_phones_in_the_end_hold_the_same(2026, 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn two_phones_hold_the_same_whatever_the_seed(seed: u64) {
        two_phones_in_the_end_hold_the_same(seed, 150);
    }
}
