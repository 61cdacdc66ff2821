//! Phones, an office and a third party: what was attested on a phone is what the office knows, whatever the network does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::sync::Arc;

use fieldbook_core::book::{Book, CheckInRequest, Deleted, Query};
use fieldbook_core::clock::FixedClock;
use fieldbook_core::evidence::{Checker, Expected, Header, Summary};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::RawFix;
use fieldbook_core::model::{Body, Fields, Kind, Record, Role, Scalar, VisitState};
use fieldbook_server::admin;
use fieldbook_tests::world::{Mishap, NINE, World};
use proptest::prelude::*;

fn shop(book: &Book, name: &str) -> RecordId {
    let shop = book
        .add(Kind::Account, &Fields::new().with("name", name))
        .unwrap()
        .id;
    let site = Fields::new()
        .with("account_id", Scalar::Id(shop))
        .with("position", "52.6270000,1.2930000");
    book.add(Kind::Site, &site).unwrap();
    shop
}

fn verified(book: &Book) -> Summary {
    let mut bytes = Vec::new();
    book.export_evidence(&mut bytes).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    let mut lines = text.lines();
    let mut checker = Checker::begin(Header::read(lines.next().unwrap()).unwrap(), Expected::default());
    lines.try_for_each(|line| checker.line(line)).unwrap();
    checker.end().unwrap()
}

fn at_the_door() -> CheckInRequest {
    let fix = RawFix {
        at: "2026-11-24T09:00:00Z".into(),
        lat: 52.627,
        lon: 1.293,
        accuracy_m: 10.0,
        ..RawFix::default()
    };
    CheckInRequest {
        fixes: vec![fix],
        ..CheckInRequest::default()
    }
}

fn visits(book: &Book, deleted: Deleted) -> Vec<Record> {
    let query = Query {
        deleted,
        ..Query::first(Kind::Visit, 100)
    };
    book.page(&query).unwrap().records
}

fn sync_all(phones: &[(Book, fieldbook_tests::world::Wire)]) {
    for _ in 0..3 {
        for (book, wire) in phones {
            book.sync_now(wire, None).unwrap();
        }
    }
}

#[test]
fn one_tap_on_two_phones_of_a_rep_is_one_visit_on_all() {
    let world = World::new(11);
    let phones = [
        world.join("Ada", Role::Rep),
        world.join("Ada", Role::Rep),
        world.join("Bob", Role::Manager),
    ];
    let account = shop(&phones[0].0, "Shop");
    sync_all(&phones);
    let one = phones[0].0.check_in(account, &CheckInRequest::default()).unwrap();
    world.clock.advance(90_000);
    let other = phones[1].0.check_in(account, &CheckInRequest::default()).unwrap();
    assert_ne!(one.id, other.id);
    // The second phone checks out before the two have met.
    phones[1].0.check_out(other.id, &[], Some("ordered")).unwrap();
    sync_all(&phones);
    for (book, _) in &phones {
        let shown = visits(book, Deleted::Hide);
        assert_eq!(shown.iter().map(|v| v.id).collect::<Vec<_>>(), [one.id]);
        assert!(matches!(shown[0].body(), Body::Visit(v) if matches!(v.state, VisitState::Closed { .. })));
        let twin = &visits(book, Deleted::Only)[0];
        assert_eq!((twin.id, twin.fields.id("same_as")), (other.id, Some(one.id)));
    }
    // Both chains are whole, and a rep is not held at a door that was left.
    let chains = admin::chains(world.office()).unwrap();
    assert!(chains.len() == 2 && chains.iter().all(|chain| chain.broken.is_none()));
    assert_eq!(admin::findings(world.office()).unwrap(), []);
    world.clock.advance(3_600_000);
    phones[0].0.check_in(account, &CheckInRequest::default()).unwrap();
}

/// A visit to a new shop that is planned for noon, on both phones.
fn planned(phones: &[(Book, fieldbook_tests::world::Wire)]) -> (RecordId, RecordId) {
    let account = shop(&phones[0].0, "Shop");
    let plan = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("planned_at", Scalar::Time(NINE + 10_800_000));
    let visit = phones[0].0.add(Kind::Visit, &plan).unwrap().id;
    sync_all(phones);
    (account, visit)
}

fn conflicts(book: &Book) -> usize {
    book.conflicts(None, 100).unwrap().len()
}

#[test]
fn one_tap_on_two_phones_into_one_planned_visit_is_one_arrival_and_no_conflict() {
    let world = World::new(14);
    let phones = [world.join("Ada", Role::Rep), world.join("Ada", Role::Rep)];
    let (account, visit) = planned(&phones);
    let found = phones[0].0.check_in(account, &at_the_door()).unwrap();
    world.clock.advance(90_000);
    let other = phones[1].0.check_in(account, &CheckInRequest::default()).unwrap();
    assert_eq!((found.id, other.id), (visit, visit));
    world.clock.advance(1_200_000);
    for (book, _) in &phones {
        book.check_out(visit, &[], None).unwrap();
        world.clock.advance(30_000);
    }
    sync_all(&phones);
    let kept = phones[0].0.record(visit).unwrap();
    for (book, _) in &phones {
        assert_eq!(conflicts(book), 0);
        assert_eq!(book.record(visit).unwrap().fields, kept.fields);
    }
    let text = |field| kept.fields.text(field).unwrap().to_owned();
    assert_eq!(
        text("check_in"),
        found.fields.text("check_in").unwrap(),
        "the better verdict"
    );
    assert!(
        text("check_out").contains(&(NINE + 90_000 + 1_200_000).to_string()),
        "{}",
        text("check_out")
    );
    assert_eq!(admin::findings(world.office()).unwrap(), []);
}

#[test]
fn two_taps_of_an_hour_apart_into_one_planned_visit_stay_a_conflict_for_people() {
    let world = World::new(15);
    let phones = [world.join("Ada", Role::Rep), world.join("Ada", Role::Rep)];
    let (account, _) = planned(&phones);
    phones[0].0.check_in(account, &at_the_door()).unwrap();
    world.clock.advance(3_600_000);
    phones[1].0.check_in(account, &CheckInRequest::default()).unwrap();
    sync_all(&phones);
    assert_eq!(conflicts(&phones[0].0), 1);
}

#[test]
fn two_visits_to_one_customer_are_two() {
    let world = World::new(12);
    let phones = [world.join("Ada", Role::Rep), world.join("Ada", Role::Rep)];
    let account = shop(&phones[0].0, "Shop");
    sync_all(&phones);
    for (book, _) in &phones {
        let visit = book.check_in(account, &CheckInRequest::default()).unwrap();
        world.clock.advance(660_000);
        book.check_out(visit.id, &[], None).unwrap();
    }
    sync_all(&phones);
    assert_eq!(visits(&phones[0].0, Deleted::Hide).len(), 2);
}

#[test]
fn a_rep_found_at_two_doors_left_the_first_when_arriving_at_the_second() {
    let world = World::new(13);
    let phones = [world.join("Ada", Role::Rep), world.join("Ada", Role::Rep)];
    let (one, other) = (shop(&phones[0].0, "One"), shop(&phones[0].0, "Other"));
    sync_all(&phones);
    let first = phones[0].0.check_in(one, &CheckInRequest::default()).unwrap();
    world.clock.advance(1_800_000);
    phones[1].0.check_in(other, &CheckInRequest::default()).unwrap();
    sync_all(&phones);
    let closed = phones[0].0.close_forgotten(None).unwrap();
    assert_eq!(closed.iter().map(|v| v.id).collect::<Vec<_>>(), [first.id]);
    let text = closed[0].fields.text("check_out").unwrap();
    assert!(
        text.contains("\"closed_by\":\"next_check_in\"") && text.contains(&(NINE + 1_800_000).to_string())
    );
}

#[test]
fn a_phone_with_a_wrong_clock_is_corrected_by_the_office_in_its_evidence() {
    let world = World::new(14);
    let code = world.code("Ada", Role::Rep);
    let clock = Arc::new(FixedClock::at(NINE - 5 * 3_600_000));
    let (book, wire) = (world.phone(clock.clone()), world.wire());
    book.join("http://office", &code, "phone", &wire).unwrap();
    let account = shop(&book, "Shop");
    clock.advance(60_000);
    let visit = book.check_in(account, &CheckInRequest::default()).unwrap();
    let Body::Visit(visit) = visit.body() else {
        panic!()
    };
    let VisitState::Open { check_in } = visit.state else {
        panic!()
    };
    let moment = check_in.moment.unwrap();
    // No clock that nobody can set here, so no bound; but the server's correction of the wall clock, and a flag.
    assert_eq!(
        (moment.within_ms, moment.by),
        (None, fieldbook_core::evidence::TimeSource::Server)
    );
    assert!((moment.at_ms - NINE - 60_000).abs() < 5_000, "{moment:?}");
    assert_eq!(moment.flags.len(), 1);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_network_does_the_office_knows_the_chain_as_the_phone_has_it(
        seed in any::<u64>(), mishaps in prop::collection::vec(0usize..6, 0..8), days in 1usize..4,
    ) {
        let world = World::new(seed);
        let (book, wire) = world.join("Ada", Role::Rep);
        let account = shop(&book, "Shop");
        for _ in 0..days {
            let visit = book.check_in(account, &at_the_door()).unwrap();
            let kinds = [Mishap::None, Mishap::Lost, Mishap::AnswerLost, Mishap::AnswerCut, Mishap::AnswerGarbled, Mishap::Failed];
            wire.expect(&mishaps.iter().map(|m| kinds[*m]).collect::<Vec<_>>());
            let _ = book.sync_now(&wire, None);
            world.clock.advance(660_000);
            book.check_out(visit.id, &[], None).unwrap();
        }
        wire.expect(&[]);
        book.sync_now(&wire, None).unwrap();
        let (phone, office) = (verified(&book), admin::chains(world.office()).unwrap().remove(0));
        prop_assert_eq!((phone.links, phone.head), (office.links, office.head));
        prop_assert_eq!(office.broken, None);
        prop_assert_eq!(admin::findings(world.office()).unwrap(), []);
    }
}
