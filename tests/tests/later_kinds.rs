//! A kind of record that this version does not know travels through old phones and old servers and comes back untouched.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_core::book::{Book, Checkup, OpenOptions, Query};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Body, Fields, Kind, Role, Scalar};
use fieldbook_core::sync::http::Http;
use fieldbook_server::{Server, admin};
use fieldbook_tests::later::{LATER_KIND, kept, make_later};
use fieldbook_tests::world::{Wire, World};

fn sync(book: &Book, wire: &Wire) {
    let report = book.sync_now(wire, None).unwrap();
    assert!(report.refused.is_empty(), "{report:?}");
}

/// Closes a phone of this world and opens it again.
fn restarted(world: &World, book: Book) -> Book {
    let name = book.path().file_name().unwrap().to_owned();
    drop(book);
    Book::open(world.options(name.to_str().unwrap(), world.clock.clone())).unwrap()
}

/// A phone that a later version ran on, with one record of its new kind, and the record.
fn with_later_record(world: &World, book: Book, fields: &Fields) -> (Book, RecordId) {
    let note = book.add(Kind::Note, fields).unwrap().id;
    let path = book.path().to_owned();
    let closed = restarted(world, book);
    drop(closed);
    make_later(&path, note).unwrap();
    let name = path.file_name().unwrap().to_str().unwrap();
    let book = Book::open(world.options(name, world.clock.clone())).unwrap();
    (book, note)
}

fn text() -> Fields {
    Fields::new().with("text", "3 kg, blue").with("remark", "heavy")
}

#[test]
fn a_record_of_an_unknown_kind_comes_back_byte_for_byte() {
    let world = World::new(41);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ada, id) = with_later_record(&world, ada, &text());
    let written = kept(ada.path(), id).unwrap();
    assert_eq!(written.0, LATER_KIND);
    sync(&ada, &ada_wire);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    sync(&bob, &bob_wire);
    let bob = restarted(&world, bob);
    sync(&bob, &bob_wire);
    let (cid, cid_wire) = world.join("Cid", Role::Rep);
    sync(&cid, &cid_wire);
    for book in [&ada, &bob, &cid] {
        assert_eq!(kept(book.path(), id).unwrap(), written);
        let record = book.record(id).unwrap();
        assert_eq!(record.kind.name(), "kind_200");
        let Body::Other(body) = record.body() else {
            panic!("{record:?}")
        };
        assert_eq!(body.fields, text());
        assert_eq!(Body::Other(body).into_fields(), text());
        assert!(!record.unsent);
        for kind in Kind::ALL {
            assert!(
                book.page(&Query::first(kind, 10)).unwrap().records.is_empty(),
                "{kind}"
            );
        }
        let counted = book.status(Checkup::Quick).unwrap().records;
        assert_eq!(counted.last(), Some(&(record.kind, 1)));
        assert_eq!(book.history(id).unwrap().len(), 1);
    }
}

#[test]
fn a_conflict_on_a_field_of_an_unknown_kind_is_shown_and_settled() {
    let world = World::new(42);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ada, id) = with_later_record(&world, ada, &text());
    sync(&ada, &ada_wire);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    sync(&bob, &bob_wire);
    ada.set_field(id, "text", "4 kg").unwrap();
    world.clock.advance(1_000);
    bob.set(
        id,
        &Fields::new()
            .with("text", "5 kg")
            .with("price", Scalar::Real(2.5)),
    )
    .unwrap();
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    sync(&ada, &ada_wire);
    for book in [&ada, &bob] {
        let fields = book.record(id).unwrap().fields;
        assert_eq!(fields.text("text"), Some("5 kg"));
        assert_eq!(fields.value("price"), Some(&Scalar::Real(2.5)));
        let [lost] = &book.conflicts(None, 10).unwrap()[..] else {
            panic!("one value lost")
        };
        assert_eq!((lost.kind.code(), lost.lost.text()), (LATER_KIND, Some("4 kg")));
    }
    let lost = ada.conflicts(None, 10).unwrap().remove(0);
    ada.restore(id, "text", lost.change).unwrap();
    ada.delete(id).unwrap();
    sync(&ada, &ada_wire);
    sync(&bob, &bob_wire);
    let seen = bob.record(id).unwrap();
    assert_eq!(
        (seen.fields.text("text"), seen.deleted, seen.conflicts),
        (Some("4 kg"), true, 0)
    );
    assert!(!bob.undelete(id).unwrap().deleted);
}

#[test]
fn a_record_of_an_unknown_kind_is_handed_over_with_its_account() {
    let world = World::new(43);
    admin::add_territory(world.office(), "South", &SystemRandom).unwrap();
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (sue, sue_wire) = world.join_in("Sue", Role::Rep, &["South"]);
    let shop = ada
        .add(Kind::Account, &Fields::new().with("name", "Shop"))
        .unwrap()
        .id;
    let (ada, id) = with_later_record(&world, ada, &text().with("account_id", Scalar::Id(shop)));
    sync(&ada, &ada_wire);
    sync(&sue, &sue_wire);
    assert!(sue.record(id).is_err());
    let now_ms = world.clock.now_ms();
    let moved = admin::hand_over(world.office(), &[shop], "South", now_ms).unwrap();
    assert_eq!((moved.accounts, moved.records), (1, 2));
    sync(&ada, &ada_wire);
    sync(&sue, &sue_wire);
    assert!(ada.record(id).is_err());
    assert_eq!(sue.record(id).unwrap().fields.id("account_id"), Some(shop));
    assert_eq!(kept(sue.path(), id).unwrap().0, LATER_KIND);
}

#[test]
fn an_unknown_kind_travels_over_real_sockets() {
    let folder = tempfile::tempdir().unwrap();
    let office = folder.path().join("office");
    std::fs::create_dir(&office).unwrap();
    let server = Server::start(&office, "127.0.0.1:0".parse().unwrap()).unwrap();
    admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
    let phone = |name: &str| {
        let path = folder.path().join(name);
        let book = Book::open(OpenOptions::new(&path)).unwrap();
        admin::add_user(server.store(), name, Role::Rep, &["North"], &SystemRandom).unwrap();
        let code = admin::issue_code(server.store(), name, SystemClock.now_ms(), &SystemRandom).unwrap();
        book.join(server.url(), &code.text, "phone", &Http::default())
            .unwrap();
        (book, path)
    };
    let (ada, ada_path) = phone("Ada");
    let id = ada.add(Kind::Note, &text()).unwrap().id;
    drop(ada);
    make_later(&ada_path, id).unwrap();
    let ada = Book::open(OpenOptions::new(&ada_path)).unwrap();
    ada.sync_now(&Http::default(), None).unwrap();
    let written = kept(&ada_path, id).unwrap();
    let (bob, bob_path) = phone("Bob");
    bob.sync_now(&Http::default(), None).unwrap();
    assert_eq!(kept(&bob_path, id).unwrap(), written);
    bob.set_field(id, "text", "4 kg").unwrap();
    bob.sync_now(&Http::default(), None).unwrap();
    ada.sync_now(&Http::default(), None).unwrap();
    assert_eq!(ada.record(id).unwrap().fields.text("text"), Some("4 kg"));
    assert_eq!(kept(&ada_path, id).unwrap(), kept(&bob_path, id).unwrap());
}
