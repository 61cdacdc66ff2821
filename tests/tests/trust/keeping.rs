//! Edits that the server did not take: read, taken up again, dropped.

use fieldbook_core::book::{BookError, Refusal, WhyKept};
use fieldbook_core::model::Role;
use fieldbook_server::admin;
use fieldbook_tests::world::{NINE, World};

use crate::company::{quick, shop};

#[test]
fn a_parked_edit_is_read_taken_up_by_who_may_and_dropped_for_good() {
    let world = World::new(81);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, wire) = world.join("Ada", Role::Rep);
    let ids = [shop(&ada, "One").id, shop(&ada, "Two").id];
    ada.sync_now(&wire, None).unwrap();
    world.clock.advance(60_000);
    admin::hand_over(world.office(), &ids, "South", NINE + 30_000).unwrap();
    for id in ids {
        ada.set_field(id, "phone", "1").unwrap();
    }
    ada.sync_now(&wire, None).unwrap();
    let kept = ada.refused(10).unwrap();
    assert_eq!(kept.len(), 2);
    assert!(
        kept.iter()
            .all(|edit| edit.why == WhyKept::Parked && edit.by == "Ada")
    );
    assert_eq!(kept[0].fields.text("phone"), Some("1"));
    assert!(
        matches!(ada.take_up(kept[0].change), Err(BookError::NoSuchRecord { .. })),
        "the record is another's now"
    );
    let other = kept.iter().find(|edit| edit.record == ids[1]).unwrap().change;
    let first = kept.iter().find(|edit| edit.record == ids[0]).unwrap().change;
    admin::hand_over(world.office(), &ids[..1], "North", NINE + 60_000).unwrap();
    ada.sync_now(&wire, None).unwrap();
    let record = ada.take_up(first).unwrap();
    assert_eq!((record.fields.text("phone"), record.unsent), (Some("1"), true));
    ada.drop_edit(other).unwrap();
    assert!(matches!(
        ada.drop_edit(other),
        Err(BookError::NoSuchChange { .. })
    ));
    assert_eq!(ada.sync_now(&wire, None).unwrap().accepted, 1);
    assert_eq!((quick(&ada).refused, quick(&ada).unsent), (0, 0));
}

#[test]
fn a_refusal_is_listed_with_its_reason() {
    let world = World::new(82);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let field = fieldbook_core::model::Fields::new()
        .with("name", "cooler")
        .with("on", "account")
        .with("type", "text");
    ada.add(fieldbook_core::model::Kind::CustomField, &field).unwrap();
    ada.sync_now(&wire, None).unwrap();
    let kept = ada.refused(10).unwrap();
    assert_eq!(kept[0].why, WhyKept::Refused(Refusal::Forbidden));
    assert_eq!(kept[0].fields.text("name"), Some("cooler"));
}
