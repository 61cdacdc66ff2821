//! A server that was restored from a backup: what it has lost comes back from the phones, nothing stays stuck, and in the
//! end all hold the same.

use std::collections::BTreeSet;

use fieldbook_core::book::{Book, Http, WhyKept};
use fieldbook_core::clock::{Clock, SeededRandom, SystemClock, SystemRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_server::store::{BackupError, restore};
use fieldbook_server::{Server, admin};
use fieldbook_tests::world::{Wire, World};
use proptest::prelude::*;

use crate::company::{Company, contents, quick, shop};

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

fn restored(world: &World, backup: &std::path::Path) {
    world.put_back(backup);
    admin::restored(world.office(), world.clock.now_ms(), world.random.as_ref()).unwrap();
}

#[test]
fn edits_that_stand_on_each_other_come_back_in_whatever_order_their_authors_sync() {
    for ada_first in [true, false] {
        let world = World::new(51);
        let (ada, ada_wire) = world.join("Ada", Role::Rep);
        let (bob, bob_wire) = world.join("Bob", Role::Rep);
        let id = shop(&ada, "Corner shop").id;
        for (book, wire) in [(&ada, &ada_wire), (&bob, &bob_wire)] {
            sync(book, wire);
        }
        let backup = world.back_up("night");
        for n in 0..6 {
            world.clock.advance(1_000);
            let (book, wire) = [(&ada, &ada_wire), (&bob, &bob_wire)][n % 2];
            sync(book, wire);
            book.set_field(id, "phone", format!("{n}")).unwrap();
            book.set_field(id, "remark", format!("call {n}")).unwrap();
            sync(book, wire);
        }
        // One edit on top of all of them is not sent yet.
        bob.set_field(id, "city", "Ely").unwrap();
        let before = bob.record(id).unwrap().fields;
        restored(&world, &backup);
        let mut order = [(&ada, &ada_wire), (&bob, &bob_wire)];
        if !ada_first {
            order.reverse();
        }
        for (book, wire) in order.into_iter().chain(order) {
            sync(book, wire);
        }
        for book in [&ada, &bob] {
            let status = quick(book);
            assert_eq!((status.unsent, status.refused, status.aside), (0, 0, 0));
            let record = book.record(id).unwrap();
            assert_eq!(
                (&record.fields, record.conflicts),
                (&before, 0),
                "as it was, no conflict"
            );
            assert_eq!(book.history(id).unwrap().len(), 14, "each edit once");
            let names: BTreeSet<String> = book
                .history(id)
                .unwrap()
                .into_iter()
                .map(|edit| edit.by)
                .collect();
            assert_eq!(names, ["Ada".to_owned(), "Bob".to_owned()].into());
        }
        assert_eq!(contents(&ada), contents(&bob));
        ada.set_field(id, "tier", "A").unwrap();
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
        assert_eq!(contents(&ada), contents(&bob), "and edits go on");
    }
}

#[test]
fn a_record_that_the_office_lost_is_made_again_by_its_author_and_kept_aside_by_others() {
    let world = World::new(52);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let backup = world.back_up("night");
    let id = shop(&ada, "New shop").id;
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    bob.set_field(id, "phone", "1").unwrap();
    sync(&bob, &bob_wire);
    sync(&ada, &ada_wire);
    restored(&world, &backup);
    let report = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((report.waiting, report.refused.len()), (1, 0), "{report:?}");
    let kept = bob.refused(10).unwrap();
    let whys: Vec<_> = kept.iter().map(|edit| (edit.why, edit.by.as_str())).collect();
    assert!(
        whys.contains(&(WhyKept::Held, "Ada")) && whys.contains(&(WhyKept::Waiting, "Bob")),
        "{whys:?}"
    );
    assert_eq!((quick(&bob).unsent, quick(&bob).aside), (0, 2));
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    sync(&ada, &ada_wire);
    assert_eq!(bob.record(id).unwrap().fields.text("phone"), Some("1"));
    assert!(bob.refused(10).unwrap().is_empty());
    assert_eq!(contents(&ada), contents(&bob));
}

#[test]
fn after_a_restore_nobody_tells_of_phones_send_again_as_well() {
    let world = World::new(53);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    let backup = world.back_up("night");
    ada.set_field(id, "phone", "1").unwrap();
    let note = ada
        .add(
            Kind::Note,
            &Fields::new()
                .with("text", "met")
                .with("account_id", Scalar::Id(id)),
        )
        .unwrap();
    sync(&ada, &ada_wire);
    world.put_back(&backup);
    // Bob's numbers take the place of those that Ada was given.
    for n in 0..4 {
        shop(&bob, &format!("Shop {n}"));
    }
    bob.set_field(id, "city", "Ely").unwrap();
    sync(&bob, &bob_wire);
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
    }
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(bob.record(id).unwrap().fields.text("phone"), Some("1"));
    assert_eq!(bob.record(note.id).unwrap().fields.text("text"), Some("met"));
    assert_eq!((quick(&ada).unsent, quick(&ada).refused), (0, 0));
}

/// One step of a day: an edit, a new record or a sync.
fn step(world: &World, random: &SeededRandom, phones: &[(Book, Wire)], known: &mut Vec<RecordId>) {
    world.clock.advance(i64::try_from(random.below(60_000)).unwrap());
    let (book, wire) = &phones[random.below(phones.len())];
    let id = known[random.below(known.len())];
    let word = format!("w{}", random.below(10_000));
    match random.below(12) {
        0..=2 => drop(book.sync_now(wire, None)),
        3 => known.push(shop(book, &word).id),
        4 => {
            let note = Fields::new()
                .with("text", word)
                .with("account_id", Scalar::Id(id));
            // The account may not have reached this phone yet.
            let _ = book.add(Kind::Note, &note);
        }
        n => drop(book.set_field(id, ["phone", "city", "tier", "remark"][n % 4], word)),
    }
}

/// Five phones and a random day around a restore.
fn a_day_with_a_restore(seed: u64) {
    let world = World::new(seed);
    let random = SeededRandom::new(seed ^ 0xbac0);
    let phones: Vec<(Book, Wire)> = ["Ada", "Bob", "Cai", "Dan", "Eve"]
        .map(|name| world.join(name, Role::Rep))
        .into();
    let mut known = vec![shop(&phones[0].0, "first").id];
    for _ in 0..30 {
        step(&world, &random, &phones, &mut known);
    }
    let backup = world.back_up("night");
    for _ in 0..100 {
        step(&world, &random, &phones, &mut known);
    }
    let records: BTreeSet<RecordId> = phones
        .iter()
        .flat_map(|(book, _)| contents(book))
        .map(|(id, ..)| id)
        .collect();
    restored(&world, &backup);
    for _ in 0..30 {
        step(&world, &random, &phones, &mut known);
    }
    for _ in 0..3 {
        for (book, wire) in &phones {
            book.sync_now(wire, None).unwrap();
        }
    }
    let (late, late_wire) = world.join("Late", Role::Rep);
    sync(&late, &late_wire);
    let all = contents(&late);
    let found: BTreeSet<RecordId> = all.iter().map(|(id, ..)| *id).collect();
    assert!(
        found.is_superset(&records),
        "seed {seed}: lost {:?}",
        records.difference(&found)
    );
    for (book, _) in &phones {
        let status = quick(book);
        let stuck = (status.unsent, status.refused, status.aside);
        assert_eq!(stuck, (0, 0, 0), "seed {seed}: {:?}", book.refused(5));
        let held = contents(book);
        let differ = all.iter().zip(&held).find(|(one, other)| one != other);
        assert_eq!((all.len(), differ), (held.len(), None), "seed {seed}");
    }
}

#[test]
fn a_random_day_of_five_phones_survives_a_restore() {
    // In the last one an edit waits whose author goes on with the record.
    (1..=12).chain([49]).for_each(a_day_with_a_restore);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_random_day_survives_a_restore_whatever_the_seed(seed: u64) {
        a_day_with_a_restore(seed);
    }
}

#[test]
fn over_a_socket_a_backup_made_at_work_is_restored_and_nothing_is_lost() {
    let company = Company::new();
    let (http, ada, bob) = (Http::default(), company.join("Ada"), company.join("Bob"));
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&http, None).unwrap();
    bob.sync_now(&http, None).unwrap();
    let backup = company.folder.path().join("night.backup");
    assert_eq!(company.server.store().backup_to(&backup).unwrap().records, 1);
    assert!(matches!(
        company.server.store().backup_to(&backup),
        Err(BackupError::Exists { .. })
    ));
    bob.set_field(id, "phone", "1").unwrap();
    bob.sync_now(&http, None).unwrap();
    ada.sync_now(&http, None).unwrap();
    ada.set_field(id, "phone", "2").unwrap();
    ada.sync_now(&http, None).unwrap();
    let address = company
        .server
        .url()
        .trim_start_matches("http://")
        .parse()
        .unwrap();
    let office = company.folder.path().join("office");
    assert!(
        matches!(
            restore(&office, &backup, &SystemRandom),
            Err(BackupError::InUse { .. })
        ),
        "a running server's database stays"
    );
    company.server.stop().unwrap();
    let aside = restore(&office, &backup, &SystemRandom).unwrap().unwrap();
    assert!(aside.exists(), "the database that was there is kept");
    let server = Server::start(&office, address).unwrap();
    admin::restored(server.store(), SystemClock.now_ms(), &SystemRandom).unwrap();
    for book in [&ada, &bob, &ada, &bob] {
        book.sync_now(&http, None).unwrap();
    }
    assert_eq!(bob.record(id).unwrap().fields.text("phone"), Some("2"));
    assert_eq!(bob.history(id).unwrap().len(), 3);
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!((quick(&ada).unsent, quick(&ada).aside), (0, 0));
}

#[test]
fn what_is_no_sound_backup_is_not_restored() {
    let company = Company::new();
    let backup = company.folder.path().join("night.backup");
    company.server.store().backup_to(&backup).unwrap();
    let mut bytes = std::fs::read(&backup).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle..middle + 4_096].fill(0xff);
    std::fs::write(&backup, bytes).unwrap();
    let office = company.folder.path().join("other");
    assert!(restore(&office, &backup, &SystemRandom).is_err());
    std::fs::write(&backup, "no database").unwrap();
    assert!(restore(&office, &backup, &SystemRandom).is_err());
    assert!(!office.join("fieldbook.db").exists());
}
