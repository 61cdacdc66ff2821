//! Histories are kept for a while one by one, and tombstones too; a device that was away longer holds the same in the end.

use fieldbook_core::book::CheckInRequest;
use fieldbook_core::model::Role;
use fieldbook_server::admin;
use fieldbook_tests::world::World;

use crate::company::{contents, quick, shop};

const DAY_MS: i64 = 86_400_000;

#[test]
fn a_device_that_was_away_while_changes_were_compacted_gets_the_whole_records() {
    let world = World::new(77);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&ada_wire, None).unwrap();
    bob.sync_now(&bob_wire, None).unwrap();
    for n in 0..5 {
        ada.set_field(id, "phone", format!("{n}")).unwrap();
        ada.sync_now(&ada_wire, None).unwrap();
    }
    bob.set_field(id, "city", "Ely").unwrap();
    world.clock.advance(80 * DAY_MS);
    let now_ms = fieldbook_core::clock::Clock::now_ms(world.clock.as_ref());
    assert_eq!(
        admin::compact(world.office(), now_ms).unwrap(),
        admin::Compacted::default()
    );
    world.clock.advance(20 * DAY_MS);
    let compacted = admin::compact(world.office(), now_ms + 20 * DAY_MS).unwrap();
    assert_eq!((compacted.changes, compacted.departures), (5, 0));
    let report = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((report.refused.len(), report.unsent), (0, 0));
    ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(bob.history(id).unwrap().len(), 7, "the record holds its history");
    assert_eq!(admin::verify_audit(world.office(), None).unwrap().broken, None);
}

#[test]
fn a_device_that_was_away_while_tombstones_were_removed_begins_the_territory_anew() {
    let world = World::new(78);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let ids: Vec<_> = (0..4).map(|n| shop(&ada, &format!("Shop {n}")).id).collect();
    ada.sync_now(&ada_wire, None).unwrap();
    bob.sync_now(&bob_wire, None).unwrap();
    bob.set_field(ids[0], "phone", "made before all that").unwrap();
    admin::hand_over(
        world.office(),
        &ids[3..],
        "South",
        fieldbook_tests::world::NINE + 1_000,
    )
    .unwrap();
    ada.sync_now(&ada_wire, None).unwrap();
    world.clock.advance(200 * DAY_MS);
    let now_ms = fieldbook_core::clock::Clock::now_ms(world.clock.as_ref());
    assert_eq!(admin::compact(world.office(), now_ms).unwrap().departures, 1);
    let report = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((report.refused.len(), report.unsent), (0, 0), "{report:?}");
    assert!(bob.record(ids[3]).is_err(), "it left while the phone was away");
    let later = ada.sync_now(&ada_wire, None).unwrap();
    assert!(
        later.gone == 0 && later.requests <= 2,
        "one that has heard of it begins nothing anew: {later:?}"
    );
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(
        ada.record(ids[0]).unwrap().fields.text("phone"),
        Some("made before all that")
    );
    let quiet = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((quiet.requests, quiet.received), (1, 0), "all is settled");
}

/// What a phone makes of duplicates during a sync is sent by the same sync.
#[test]
fn the_edits_that_a_sync_makes_of_duplicates_are_sent_by_it() {
    let world = World::new(79);
    let phones = [world.join("Ada", Role::Rep), world.join("Ada", Role::Rep)];
    let account = shop(&phones[0].0, "Shop").id;
    for (book, wire) in &phones {
        book.sync_now(wire, None).unwrap();
    }
    phones[0].0.check_in(account, &CheckInRequest::default()).unwrap();
    world.clock.advance(90_000);
    phones[1].0.check_in(account, &CheckInRequest::default()).unwrap();
    assert_eq!(phones[0].0.sync_now(&phones[0].1, None).unwrap().unsent, 0);
    let report = phones[1].0.sync_now(&phones[1].1, None).unwrap();
    assert_eq!((report.unsent, quick(&phones[1].0).unsent), (0, 0), "{report:?}");
    phones[0].0.sync_now(&phones[0].1, None).unwrap();
    assert_eq!(contents(&phones[0].0), contents(&phones[1].0));
}

/// A device that has named all the actors of a day is told to come later, and later it may.
#[test]
fn a_device_that_named_too_many_actors_may_go_on_the_next_day() {
    let world = World::new(80);
    let (ada, wire) = world.join("Ada", Role::Rep);
    drop(ada);
    let file = world.folder().join("phone-0.db");
    let sync_as_another = || {
        let renew = "UPDATE setting SET value = randomblob(16) WHERE name = 'actor'";
        rusqlite::Connection::open(&file)
            .unwrap()
            .execute(renew, [])
            .unwrap();
        let options = world.options("phone-0.db", world.clock.clone());
        let book = fieldbook_core::book::Book::open(options).unwrap();
        book.sync_now(&wire, None).is_ok()
    };
    assert!((0..300).any(|_| !sync_as_another()));
    assert!(!sync_as_another());
    world.clock.advance(DAY_MS + 1);
    assert!(sync_as_another());
}
