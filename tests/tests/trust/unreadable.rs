//! One bad document stops only itself: it is asked for again, and the status says so.

use fieldbook_core::book::{Book, BookError, StoreError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Role;
use fieldbook_tests::faults::Garbling;
use fieldbook_tests::world::World;

use crate::company::{contents, quick, shop};

#[test]
fn a_document_that_arrives_broken_stops_only_itself_and_is_asked_for_again() {
    let world = World::new(75);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let ids: Vec<RecordId> = (0..20).map(|n| shop(&ada, &format!("Shop {n}")).id).collect();
    ada.sync_now(&ada_wire, None).unwrap();
    let garbling = Garbling::new(bob_wire, ids[7]);
    let report = bob.sync_now(&garbling, None).unwrap();
    assert_eq!((report.unreadable, quick(&bob).unreadable), (1, 1));
    assert!(bob.record(ids[7]).is_err());
    assert!(
        ids.iter()
            .filter(|id| **id != ids[7])
            .all(|id| bob.record(*id).is_ok())
    );

    // What comes later arrives, what is made here goes out, and the rest is not fetched over and over.
    ada.set_field(ids[3], "phone", "3").unwrap();
    ada.set_field(ids[7], "phone", "7").unwrap();
    ada.sync_now(&ada_wire, None).unwrap();
    bob.set_field(ids[4], "phone", "4").unwrap();
    for _ in 0..3 {
        let report = bob.sync_now(&garbling, None).unwrap();
        assert_eq!((report.unreadable, report.unsent), (1, 0));
        assert!(report.requests <= 2 && report.received < 10, "{report:?}");
    }
    assert_eq!(bob.record(ids[3]).unwrap().fields.text("phone"), Some("3"));

    garbling.set(false);
    bob.sync_now(&garbling, None).unwrap();
    ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!((quick(&bob).unreadable, contents(&bob)), (0, contents(&ada)));
    let report = bob.sync_now(&garbling, None).unwrap();
    assert_eq!((report.requests, report.received), (1, 0), "all is settled");
}

/// Writes another document into the row of a record.
fn damage(world: &World, file: &str, id: RecordId) {
    let connection = rusqlite::Connection::open(world.folder().join(file)).unwrap();
    let changed = connection.execute("UPDATE record SET document = x'00ff' WHERE id = ?1", [id.0]);
    assert_eq!(changed.unwrap(), 1);
}

#[test]
fn a_document_that_is_damaged_here_comes_back_from_the_office() {
    for edited_first in [true, false] {
        let world = World::new(76);
        let (ada, ada_wire) = world.join("Ada", Role::Rep);
        let (bob, bob_wire) = world.join("Bob", Role::Rep);
        let (one, other) = (shop(&ada, "One").id, shop(&ada, "Other").id);
        ada.sync_now(&ada_wire, None).unwrap();
        bob.sync_now(&bob_wire, None).unwrap();
        drop(bob);
        damage(&world, "phone-1.db", one);
        let bob = Book::open(world.options("phone-1.db", world.clock.clone())).unwrap();
        if edited_first {
            let told = bob.set_field(one, "phone", "1").unwrap_err();
            assert_eq!(told, BookError::Store(StoreError::Damaged));
            assert_eq!(quick(&bob).unreadable, 1);
        } else {
            ada.set_field(one, "tier", "A").unwrap();
        }
        ada.set_field(other, "tier", "B").unwrap();
        ada.sync_now(&ada_wire, None).unwrap();
        bob.sync_now(&bob_wire, None).unwrap();
        bob.sync_now(&bob_wire, None).unwrap();
        assert_eq!(quick(&bob).unreadable, 0);
        bob.set_field(one, "phone", "1").unwrap();
        assert_eq!(bob.sync_now(&bob_wire, None).unwrap().unsent, 0);
        ada.sync_now(&ada_wire, None).unwrap();
        assert_eq!(contents(&ada), contents(&bob));
    }
}

/// Exchanges the document of a record in the server's database; the one that was there.
fn exchange(world: &World, id: RecordId, document: &[u8]) -> Vec<u8> {
    let connection = rusqlite::Connection::open(world.server_file()).unwrap();
    let old = connection
        .query_row("SELECT document FROM record WHERE id = ?1", [id.0], |row| {
            row.get(0)
        })
        .unwrap();
    let changed = connection.execute("UPDATE record SET document = ?2 WHERE id = ?1", (id.0, document));
    assert_eq!(changed.unwrap(), 1);
    old
}

#[test]
fn a_record_on_which_the_server_fails_holds_back_only_its_own_edits() {
    let world = World::new(66);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let ids: Vec<RecordId> = (0..12).map(|n| shop(&ada, &format!("Shop {n}")).id).collect();
    ada.sync_now(&ada_wire, None).unwrap();
    bob.sync_now(&bob_wire, None).unwrap();
    let sound = exchange(&world, ids[5], b"a page that went bad");
    for id in &ids {
        bob.set_field(*id, "phone", "1").unwrap();
    }
    let report = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(
        (report.held_back, report.unsent, report.refused.len()),
        (1, 1, 0),
        "{report:?}"
    );
    ada.sync_now(&ada_wire, None).unwrap();
    for id in ids.iter().filter(|id| **id != ids[5]) {
        assert_eq!(ada.record(*id).unwrap().fields.text("phone"), Some("1"));
    }
    exchange(&world, ids[5], &sound);
    let report = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((report.held_back, report.unsent), (0, 0));
    ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
}
