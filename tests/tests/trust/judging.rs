//! Hundreds of edits of one record in one push: each is judged as it would be on its own.

use std::sync::Arc;

use fieldbook_core::book::Http;
use fieldbook_core::clock::FixedClock;
use fieldbook_core::model::Role;
use fieldbook_tests::world::{NINE, World};

use crate::company::{Company, contents, quick, shop};

#[test]
fn two_phones_that_edited_one_record_hundreds_of_times_hold_the_same() {
    let world = World::new(31);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    ada.sync_now(&ada_wire, None).unwrap();
    bob.sync_now(&bob_wire, None).unwrap();
    for n in 0..150 {
        world.clock.advance(1_000);
        ada.set_field(id, ["phone", "city"][n % 2], format!("a{n}"))
            .unwrap();
        bob.set_field(id, ["phone", "tier"][n % 2], format!("b{n}"))
            .unwrap();
    }
    let sent = ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!((sent.accepted, sent.rewritten), (150, 0));
    // Bob's changes stand beside Ada's: the server judges them at a state that is not its latest.
    let sent = bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!((sent.accepted, sent.rewritten, sent.refused.len()), (150, 0, 0));
    ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(ada.history(id).unwrap().len(), 301);
    assert_eq!(bob.record(id).unwrap().fields.text("tier"), Some("b149"));
}

#[test]
fn hundreds_of_edits_by_a_clock_that_runs_ahead_are_all_written_again() {
    let world = World::new(32);
    let ahead = Arc::new(FixedClock::at(NINE + 90 * 60_000));
    let code = world.code("Ada", Role::Rep);
    let (ada, wire) = (world.phone(ahead), world.wire());
    let id = shop(&ada, "Corner shop").id;
    for n in 0..200 {
        ada.set_field(id, "phone", format!("{n}")).unwrap();
    }
    ada.join("http://office", &code, "phone", &wire).unwrap();
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!((report.rewritten, report.refused.len()), (201, 0), "{report:?}");
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(
        bob.history(id).unwrap().len(),
        201,
        "each edit is a change of its own"
    );
    assert_eq!(quick(&ada).unsent, 0);
}

#[test]
fn a_push_of_hundreds_of_edits_over_a_socket_is_accepted_whole() {
    let company = Company::new();
    let (ada, bob) = (company.join("Ada"), company.join("Bob"));
    let id = shop(&ada, "Corner shop").id;
    for n in 0..300 {
        ada.set_field(id, "phone", format!("{n:06}")).unwrap();
    }
    let report = ada.sync_now(&Http::default(), None).unwrap();
    assert_eq!((report.sent, report.accepted, report.requests), (301, 301, 1));
    bob.sync_now(&Http::default(), None).unwrap();
    assert_eq!(bob.record(id).unwrap().fields.text("phone"), Some("000299"));
    assert_eq!(bob.history(id).unwrap().len(), 301);
}
