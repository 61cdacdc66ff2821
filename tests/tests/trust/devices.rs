//! A phone that is lost is wiped by order, and a key that may have been copied is changed.

use std::path::Path;

use fieldbook_core::book::{Book, BookError, CheckInRequest, Checkup, StoreError, SyncError};
use fieldbook_core::clock::Clock as _;
use fieldbook_core::ids::DeviceId;
use fieldbook_core::model::Role;
use fieldbook_model::wire::ProtocolError;
use fieldbook_server::admin;
use fieldbook_tests::world::{Mishap, Wire, World};

use crate::company::{contents, shop};

/// The device of a book.
fn device(book: &Book) -> DeviceId {
    book.status(Checkup::Quick).unwrap().device.unwrap()
}

fn order(world: &World, id: DeviceId) {
    admin::order_wipe(world.office(), id, world.clock.now_ms()).unwrap();
}

/// The administrator's view of a device.
fn listed(world: &World, id: DeviceId) -> admin::Device {
    let all = admin::devices(world.office()).unwrap();
    all.into_iter().find(|device| device.id == id).unwrap()
}

/// The files whose names begin with that of a book: itself, its log, its lock, copies.
fn traces(book: &Path) -> Vec<String> {
    let name = book.file_name().unwrap().to_str().unwrap();
    let entries = std::fs::read_dir(book.parent().unwrap()).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|file| file.starts_with(name)).collect()
}

fn wiped(book: &Book, wire: &Wire) {
    assert_eq!(book.sync_now(wire, None), Err(SyncError::Wiped));
}

#[test]
fn a_lost_phone_sends_what_it_has_and_leaves_no_byte_while_the_app_has_it_open() {
    let world = World::new(140);
    let ((ada, wire), (bob, bob_wire)) = (world.join("Ada", Role::Rep), world.join("Bob", Role::Rep));
    shop(&ada, "Quillfeather Grocers");
    ada.sync_now(&wire, None).unwrap();
    let kept = format!("{}.damaged-1", ada.path().display());
    std::fs::write(&kept, "Quillfeather").unwrap();
    let id = device(&ada);
    order(&world, id);
    let unsent = shop(&ada, "Quillfeather Annex").id;
    let news = shop(&bob, "Not for a lost phone").id;
    bob.sync_now(&bob_wire, None).unwrap();
    wiped(&ada, &wire);
    assert_eq!(traces(ada.path()), Vec::<String>::new());
    let gone = BookError::Store(StoreError::Wiped);
    assert_eq!(ada.record(news).unwrap_err(), gone);
    assert_eq!(ada.set_field(unsent, "phone", "1").unwrap_err(), gone);
    wiped(&ada, &wire);
    let path = ada.path().to_owned();
    drop(ada);
    assert_eq!(traces(&path), Vec::<String>::new(), "closing writes nothing");
    bob.sync_now(&bob_wire, None).unwrap();
    assert!(bob.record(unsent).is_ok());
    let device = listed(&world, id);
    assert!(
        device.revoked_at_ms.is_some() && device.wiped_at_ms.is_some(),
        "{device:?}"
    );
    let log = admin::audit_log(world.office(), 0, 100).unwrap().join("\n");
    assert!(
        log.contains("wipe_ordered") && log.contains("device_wiped"),
        "{log}"
    );
}

#[test]
fn a_wipe_waits_until_what_may_be_sent_is_sent_and_its_last_word_may_be_lost() {
    let world = World::new(141);
    let ((ada, wire), (bob, bob_wire)) = (world.join("Ada", Role::Rep), world.join("Bob", Role::Rep));
    let id = device(&ada);
    order(&world, id);
    let unsent = shop(&ada, "Corner shop").id;
    for mishap in [Mishap::Lost, Mishap::AnswerLost, Mishap::AnswerGarbled] {
        wire.expect(&[mishap]);
        let failed = ada.sync_now(&wire, None).unwrap_err();
        assert_ne!(failed, SyncError::Wiped, "{mishap:?}");
        assert!(ada.record(unsent).is_ok());
    }
    wire.expect(&[Mishap::None, Mishap::AnswerLost]);
    wiped(&ada, &wire);
    assert!(
        listed(&world, id).wiped_at_ms.is_some(),
        "it arrived, and only its answer was lost"
    );
    bob.sync_now(&bob_wire, None).unwrap();
    assert!(bob.record(unsent).is_ok());

    let (cem, cem_wire) = world.join("Cem", Role::Rep);
    let id = device(&cem);
    order(&world, id);
    cem_wire.expect(&[Mishap::None, Mishap::Lost]);
    wiped(&cem, &cem_wire);
    let device = listed(&world, id);
    assert!(device.wiped_at_ms.is_none() && device.wipe_ordered_at_ms.is_some());
}

#[test]
fn a_revoked_phone_is_wiped_without_sending_anything() {
    let world = World::new(142);
    let ((ada, wire), (bob, bob_wire)) = (world.join("Ada", Role::Rep), world.join("Bob", Role::Rep));
    let id = device(&ada);
    admin::revoke_device(world.office(), id, world.clock.now_ms()).unwrap();
    let unsent = shop(&ada, "Written by a stranger").id;
    assert_eq!(
        ada.sync_now(&wire, None),
        Err(SyncError::Refused(ProtocolError::Revoked))
    );
    order(&world, id);
    wiped(&ada, &wire);
    bob.sync_now(&bob_wire, None).unwrap();
    assert!(bob.record(unsent).is_err());
}

#[test]
fn an_order_that_is_taken_back_in_time_changes_nothing() {
    let world = World::new(143);
    let ((ada, wire), (bob, bob_wire)) = (world.join("Ada", Role::Rep), world.join("Bob", Role::Rep));
    shop(&bob, "Corner shop");
    bob.sync_now(&bob_wire, None).unwrap();
    let id = device(&ada);
    order(&world, id);
    admin::cancel_wipe(world.office(), id, world.clock.now_ms()).unwrap();
    ada.sync_now(&wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
}

#[test]
fn a_key_is_changed_whatever_is_lost_on_the_way_and_the_old_one_is_worth_nothing() {
    let unknown = Err(SyncError::Refused(ProtocolError::UnknownDevice));
    for (n, mishaps) in [
        vec![Mishap::None],
        vec![Mishap::Lost],
        vec![Mishap::AnswerLost],
        vec![Mishap::AnswerLost, Mishap::Lost, Mishap::AnswerLost],
        vec![Mishap::AnswerCut, Mishap::Failed],
    ]
    .into_iter()
    .enumerate()
    {
        let world = World::new(150 + n as u64);
        let (ada, wire) = world.join("Ada", Role::Rep);
        shop(&ada, "Corner shop");
        ada.sync_now(&wire, None).unwrap();
        let path = ada.path().to_owned();
        drop(ada);
        let copy = world.folder().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        let open = |name: &str| Book::open(world.options(name, world.clock.clone())).unwrap();
        let ada = open(path.file_name().unwrap().to_str().unwrap());
        for mishap in &mishaps {
            wire.expect(&[*mishap]);
            let _ = ada.rotate_key(&wire);
        }
        wire.expect(&[]);
        let id = shop(&ada, "Made meanwhile").id;
        ada.sync_now(&wire, None).unwrap();
        ada.rotate_key(&wire).unwrap();
        // Closed and opened, it still signs by the new key.
        drop(ada);
        let ada = open(path.file_name().unwrap().to_str().unwrap());
        ada.set_field(id, "phone", "1").unwrap();
        ada.sync_now(&wire, None).unwrap();
        assert!(!ada.record(id).unwrap().unsent, "{mishaps:?}");
        assert_eq!(open("copy.db").sync_now(&wire, None), unknown, "{mishaps:?}");
        let devices = admin::devices(world.office()).unwrap();
        assert_eq!(devices.len(), 1, "it is one device all the time");
    }
}

#[test]
fn a_chain_of_evidence_goes_on_under_its_first_key_and_a_phone_with_a_changed_key_joins_again() {
    let world = World::new(160);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let account = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    ada.rotate_key(&wire).unwrap();
    let visit = ada.check_in(account, &CheckInRequest::default()).unwrap();
    ada.sync_now(&wire, None).unwrap();
    let chains = admin::chains(world.office()).unwrap();
    assert_eq!((chains[0].links, chains[0].broken.as_ref()), (1, None));
    let id = device(&ada);
    admin::revoke_device(world.office(), id, world.clock.now_ms()).unwrap();
    world.clock.advance(1_000);
    let code = world.code("Ada", Role::Rep);
    ada.join("http://office", &code, "phone", &wire).unwrap();
    assert_eq!(device(&ada), id, "it is the same device");
    ada.check_out(visit.id, &[], None).unwrap();
    ada.sync_now(&wire, None).unwrap();
    let chains = admin::chains(world.office()).unwrap();
    assert_eq!((chains[0].links, chains[0].broken.as_ref()), (2, None));
}
