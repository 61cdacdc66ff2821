//! Leads that several reps claim without a signal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_core::book::{Book, LeadError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_core::sales::pool::Holding;
use fieldbook_tests::world::{Wire, World};

const DAY_MS: i64 = 86_400_000;

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

fn lead() -> Fields {
    Fields::new()
        .with("name", "Li Wei")
        .with("company", "Harbour Clinic")
        .with("email", "li@harbour.example")
        .with("source", "Trade fair")
}

fn holder(book: &Book, lead: RecordId) -> Option<String> {
    let standing = book.lead_standing(lead).unwrap();
    standing.holding.holder().map(str::to_owned)
}

#[test]
fn law_63_the_claim_that_arrives_first_is_granted_and_the_notes_of_the_other_stay() {
    let world = World::new(63);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let lead = ada.capture_lead(&lead()).unwrap().lead.id;
    sync(&ada, &ada_wire);
    sync(&ben, &ben_wire);
    // Both without a signal: Ada earlier, but Ben is the first to meet one.
    let claimed = ada.claim_lead(lead).unwrap();
    assert!(claimed.pending && claimed.is_own);
    let note = Fields::new()
        .with("text", "met her at the fair")
        .with("about_id", Scalar::Id(lead));
    let note = ada.add(Kind::Note, &note).unwrap().id;
    ada.touch_lead(lead, "call", Some("no answer")).unwrap();
    world.clock.advance(3_600_000);
    assert!(ben.claim_lead(lead).unwrap().pending);
    sync(&ben, &ben_wire);
    assert!(!ben.lead_standing(lead).unwrap().pending);
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    for book in [&ada, &ben] {
        assert_eq!(holder(book, lead).as_deref(), Some("Ben"));
        let note = book.record(note).unwrap();
        assert_eq!(note.fields.text("text"), Some("met her at the fair"));
        assert_eq!(book.lead_standing(lead).unwrap().touches.len(), 1);
    }
    let refused = ada.claim_lead(lead).unwrap_err();
    assert!(
        refused.to_string().starts_with("Ben holds the lead until "),
        "{refused}"
    );
    assert!(matches!(
        ada.return_lead(lead, None),
        Err(LeadError::NotHeld { .. })
    ));
    // What the office refused is not lost: it can be read.
    assert_eq!(ada.refused(10).unwrap().len(), 1);
    ben.return_lead(lead, Some("not my trade")).unwrap();
    sync(&ben, &ben_wire);
    sync(&ada, &ada_wire);
    assert!(ada.claim_lead(lead).unwrap().is_own);
}

#[test]
fn law_64_a_lead_whose_time_is_over_is_free_for_others_after_the_grace() {
    let world = World::new(64);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let lead = ada.capture_lead(&lead()).unwrap().lead.id;
    ada.claim_lead(lead).unwrap();
    sync(&ada, &ada_wire);
    world.clock.advance(11 * DAY_MS);
    sync(&ben, &ben_wire);
    let due = ben.lead_standing(lead).unwrap().holding;
    assert!(matches!(due, Holding::Due { .. }), "{due:?}");
    assert!(ben.claim_lead(lead).is_err());
    world.clock.advance(2 * DAY_MS);
    assert_eq!(holder(&ben, lead), None);
    assert!(ben.claim_lead(lead).unwrap().is_own);
    sync(&ben, &ben_wire);
    sync(&ada, &ada_wire);
    assert_eq!(holder(&ada, lead).as_deref(), Some("Ben"));
}

#[test]
fn law_65_a_lead_that_comes_again_keeps_its_source_and_converts_once() {
    let world = World::new(65);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let first = ada.capture_lead(&lead()).unwrap();
    let again = Fields::new()
        .with("name", "Wei Li")
        .with("email", "LI@harbour.example")
        .with("phone", "+86 21 5555 0100")
        .with("source", "Web form");
    let second = ada.capture_lead(&again).unwrap();
    let id = first.lead.id;
    assert_eq!((second.lead.id, second.is_new), (id, false));
    let fields = &second.lead.fields;
    assert_eq!(
        (fields.text("source"), fields.text("name")),
        (Some("Trade fair"), Some("Li Wei"))
    );
    let touches = ada.lead_standing(id).unwrap().touches;
    let touch = (touches[0].kind.as_str(), touches[0].text.as_deref());
    assert_eq!(touch, ("source", Some("Web form")));
    sync(&ada, &ada_wire);
    sync(&ben, &ben_wire);
    let made = [&ada, &ben].map(|book| book.convert_lead(id, Some("Scanner")).unwrap());
    assert_eq!(made[0].account.id, made[1].account.id);
    let deal = made[0].deal.as_ref().unwrap();
    assert_eq!(deal.fields.text("source"), Some("Trade fair"));
    let contact = made[0].contact.as_ref().unwrap();
    assert_eq!(contact.fields.text("phone"), Some("+86 21 5555 0100"));
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    for book in [&ada, &ben] {
        assert_eq!(book.lead_standing(id).unwrap().holding, Holding::Converted);
        assert_eq!(book.record(deal.id).unwrap().title(), "Scanner");
        assert_eq!(book.leads().unwrap(), []);
    }
}
