//! People who leave: nothing of theirs syncs afterwards, and nothing that they wrote is lost.

use fieldbook_core::book::{Http, SyncError};
use fieldbook_core::clock::{Clock, SystemClock};
use fieldbook_core::model::Role;
use fieldbook_model::wire::ProtocolError;
use fieldbook_server::admin::{self, AdminError, Removal};
use fieldbook_tests::world::{NINE, World};

use crate::company::{Company, contents, shop};

const REVOKED: SyncError = SyncError::Refused(ProtocolError::Revoked);

#[test]
fn a_person_who_is_disabled_has_no_device_and_no_code_and_may_come_back() {
    let world = World::new(71);
    let (office, random) = (world.office(), world.random.as_ref());
    let (ada, wire) = world.join("Ada", Role::Rep);
    let (second, second_wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    let code = world.code("Ada", Role::Rep);
    admin::disable_user(office, "Ada", NINE).unwrap();
    ada.set_field(id, "phone", "1").unwrap();
    assert_eq!(ada.sync_now(&wire, None), Err(REVOKED));
    assert_eq!(second.sync_now(&second_wire, None), Err(REVOKED));
    let joined = ada.join("http://office", &code, "phone", &wire);
    assert_eq!(joined.unwrap_err(), REVOKED);
    assert!(matches!(
        admin::issue_code(office, "Ada", NINE, random),
        Err(AdminError::UserDisabled { .. })
    ));
    let listed = admin::users(office).unwrap().remove(0);
    assert_eq!((listed.active_devices, listed.disabled_at_ms), (0, Some(NINE)));
    assert_eq!(listed.user.territories, ["North"]);
    admin::enable_user(office, "Ada").unwrap();
    assert_eq!(
        ada.sync_now(&wire, None),
        Err(REVOKED),
        "a device comes back with a code, not by itself"
    );
    let code = admin::issue_code(office, "Ada", NINE, random).unwrap().text;
    ada.join("http://office", &code, "phone", &wire).unwrap();
    assert_eq!(ada.sync_now(&wire, None).unwrap().accepted, 1);
}

#[test]
fn who_has_written_is_never_deleted_and_loses_the_last_territory() {
    let world = World::new(72);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    world.code("Cai", Role::Rep);
    let office = world.office();
    assert_eq!(admin::remove_user(office, "Cai", NINE).unwrap(), Removal::Deleted);
    assert_eq!(
        admin::remove_user(office, "Ada", NINE).unwrap(),
        Removal::Disabled
    );
    assert!(matches!(
        admin::remove_user(office, "Cai", NINE),
        Err(AdminError::NoUser { .. })
    ));
    let users = admin::users(office).unwrap();
    let held: Vec<_> = users
        .iter()
        .map(|listed| (listed.user.name.as_str(), listed.user.territories.len()))
        .collect();
    assert_eq!(held, [("Ada", 0), ("Bob", 1)]);
    assert_eq!(ada.sync_now(&wire, None), Err(REVOKED));
    bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(
        bob.history(id).unwrap()[0].by,
        "Ada",
        "the name stays with what she wrote"
    );
}

#[test]
fn over_a_socket_a_code_that_was_taken_back_lets_nobody_in_and_a_leaver_is_out() {
    let company = Company::new();
    let (http, store, ada) = (Http::default(), company.server.store(), company.join("Ada"));
    shop(&ada, "Corner shop");
    ada.sync_now(&http, None).unwrap();
    let code = company.code("Bob");
    let now_ms = SystemClock.now_ms();
    let open = admin::open_codes(store, now_ms).unwrap();
    assert_eq!(
        (open.len(), open[0].user.as_str()),
        (1, "Bob"),
        "a used code is not open"
    );
    admin::cancel_code(store, &open[0].id, now_ms).unwrap();
    assert!(admin::open_codes(store, now_ms).unwrap().is_empty());
    assert!(matches!(
        admin::cancel_code(store, &open[0].id, now_ms),
        Err(AdminError::NoCode { .. })
    ));
    let refused = company
        .open("bob")
        .join(company.server.url(), &code, "phone", &http);
    assert_eq!(
        refused.unwrap_err(),
        SyncError::Refused(ProtocolError::CodeExpired)
    );
    let bob = company.join("Bob");
    bob.sync_now(&http, None).unwrap();
    admin::disable_user(store, "Ada", SystemClock.now_ms()).unwrap();
    assert_eq!(ada.sync_now(&http, None), Err(REVOKED));
    assert_eq!(
        contents(&ada),
        contents(&bob),
        "the book of a leaver stays as it was"
    );
}
