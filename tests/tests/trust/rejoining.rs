//! A device that was revoked, or that its server does not know, joins again; a server that has another address.

use fieldbook_core::book::{Http, SyncError};
use fieldbook_core::clock::{Clock, SystemClock};
use fieldbook_core::model::Role;
use fieldbook_model::wire::ProtocolError;
use fieldbook_server::{Server, admin};
use fieldbook_tests::world::{NINE, World};

use crate::company::{Company, contents, quick, shop};

const REVOKED: SyncError = SyncError::Refused(ProtocolError::Revoked);

#[test]
fn a_revoked_phone_joins_again_with_a_new_code_and_sends_what_it_had_not() {
    let world = World::new(41);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    shop(&ada, "sent before");
    ada.sync_now(&wire, None).unwrap();
    let early = world.code("Ada", Role::Rep);
    let device = quick(&ada).device.unwrap();
    admin::revoke_device(world.office(), device, NINE).unwrap();
    shop(&ada, "typed after");
    assert_eq!(ada.sync_now(&wire, None), Err(REVOKED));
    assert_eq!(
        ada.join("http://office", &early, "phone", &wire).unwrap_err(),
        SyncError::Refused(ProtocolError::CodeExpired),
        "a code that was issued before the revocation is void"
    );
    let code = world.code("Ada", Role::Rep);
    let joined = ada.join("http://office", &code, "phone", &wire).unwrap();
    assert_eq!(joined.device, device, "the same phone of the same person");
    assert_eq!(ada.sync_now(&wire, None).unwrap().accepted, 1);
    bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(
        ada.join("http://office", &world.code("Ada", Role::Rep), "phone", &wire)
            .unwrap_err(),
        SyncError::AlreadyJoined,
        "a phone whose requests are taken has no need of a code"
    );
}

#[test]
fn a_phone_that_another_person_takes_over_keeps_what_was_not_sent() {
    let world = World::new(42);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&wire, None).unwrap();
    ada.set_field(id, "phone", "1").unwrap();
    admin::revoke_device(world.office(), quick(&ada).device.unwrap(), NINE).unwrap();
    let code = world.code("Bob", Role::Rep);
    let joined = ada.join("http://office", &code, "phone", &wire).unwrap();
    assert_eq!(joined.user_name, "Bob");
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!((report.rewritten, report.refused.len()), (1, 0), "{report:?}");
    let (cai, cai_wire) = world.join("Cai", Role::Rep);
    cai.sync_now(&cai_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&cai));
    assert_eq!(cai.history(id).unwrap().pop().unwrap().by, "Bob");
}

#[test]
fn over_a_socket_a_revoked_phone_comes_back_and_a_moved_server_is_found() {
    let company = Company::new();
    let (http, ada, bob) = (Http::default(), company.join("Ada"), company.join("Bob"));
    let (store, device) = (company.server.store(), quick(&ada).device.unwrap());
    admin::revoke_device(store, device, SystemClock.now_ms()).unwrap();
    shop(&ada, "typed after");
    assert_eq!(ada.sync_now(&http, None), Err(REVOKED));
    let url = company.server.url().to_owned();
    ada.join(&url, &company.code("Ada"), "phone", &http).unwrap();
    ada.sync_now(&http, None).unwrap();

    let stranger = Company::new();
    assert_eq!(
        ada.move_server(stranger.server.url(), &http).unwrap_err(),
        SyncError::Refused(ProtocolError::UnknownDevice)
    );
    assert_eq!(quick(&ada).server_url.as_deref(), Some(url.as_str()));
    let Company { folder, server } = company;
    server.stop().unwrap();
    let moved = Server::start(&folder.path().join("office"), "127.0.0.1:0".parse().unwrap()).unwrap();
    assert_ne!(moved.url(), url);
    ada.move_server(moved.url(), &http).unwrap();
    assert_eq!(ada.sync_now(&http, None).unwrap().sent, 0);
    // Bob was told the new address with a code for it; his book is known there.
    bob.join(&format!("{}/", moved.url()), "AAAA-BBBB", "phone", &http)
        .unwrap();
    bob.sync_now(&http, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
}
