//! Deals that several phones move without a signal.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_core::book::{AdvanceRequest, Book, DealView};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_core::sales::pack::sign;
use fieldbook_core::sales::templates;
use fieldbook_tests::world::{Wire, World};

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

fn stage(book: &Book, deal: RecordId) -> String {
    book.record(deal)
        .unwrap()
        .fields
        .text("stage")
        .unwrap()
        .to_owned()
}

fn saying(fields: Fields) -> AdvanceRequest {
    AdvanceRequest {
        fields,
        ..AdvanceRequest::default()
    }
}

/// A deal that both phones know, ready for the needs analysis.
fn shared(world: &World, ada: (&Book, &Wire), ben: (&Book, &Wire)) -> RecordId {
    let account = ada
        .0
        .add(Kind::Account, &Fields::new().with("name", "Clinic"))
        .unwrap()
        .id;
    let contact = Fields::new()
        .with("name", "Li")
        .with("account_id", Scalar::Id(account));
    ada.0.add(Kind::Contact, &contact).unwrap();
    let deal = Fields::new()
        .with("name", "Scanner")
        .with("account_id", Scalar::Id(account));
    let deal = ada.0.add(Kind::Opportunity, &deal).unwrap().id;
    ada.0
        .advance(
            deal,
            "lead_validation",
            &saying(Fields::new().with("source", "Fair")),
        )
        .unwrap();
    sync(ada.0, ada.1);
    sync(ben.0, ben.1);
    world.clock.advance(60_000);
    deal
}

#[test]
fn law_1_two_moves_without_a_signal_are_both_kept_and_the_losing_one_is_brought_back_by_one_call() {
    let world = World::new(41);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let deal = shared(&world, (&ada, &ada_wire), (&ben, &ben_wire));
    ada.advance(
        deal,
        "needs_analysis",
        &saying(Fields::new().with("budget_tier", "B")),
    )
    .unwrap();
    world.clock.advance(60_000);
    ben.advance(
        deal,
        "lost",
        &saying(Fields::new().with("lost_reason", "no budget")),
    )
    .unwrap();
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    for book in [&ada, &ben] {
        assert_eq!(stage(book, deal), "lost");
        let conflicts = book.conflicts(None, 10).unwrap();
        let [lost] = conflicts.as_slice() else {
            panic!("{conflicts:?}")
        };
        assert_eq!(
            (lost.field.as_str(), lost.lost.text(), lost.lost_by.as_str()),
            ("stage", Some("needs_analysis"), "Ada")
        );
    }
    let lost = ben.conflicts(None, 10).unwrap().remove(0);
    ben.restore(deal, "stage", lost.change).unwrap();
    sync(&ben, &ben_wire);
    sync(&ada, &ada_wire);
    for book in [&ada, &ben] {
        assert_eq!(
            (
                stage(book, deal).as_str(),
                book.conflicts(None, 10).unwrap().len()
            ),
            ("needs_analysis", 0)
        );
        let standing = book.deal_standing(deal, &DealView::default()).unwrap();
        let path: Vec<&str> = standing.path.iter().map(|stay| stay.stage.as_str()).collect();
        assert_eq!(
            path,
            ["lead_validation", "needs_analysis"],
            "the move that lost is no stay"
        );
    }
}

#[test]
fn law_2_one_stage_entered_on_two_phones_is_no_conflict_and_one_stay() {
    let world = World::new(42);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let deal = shared(&world, (&ada, &ada_wire), (&ben, &ben_wire));
    for book in [&ada, &ben] {
        book.advance(
            deal,
            "needs_analysis",
            &saying(Fields::new().with("budget_tier", "B")),
        )
        .unwrap();
        world.clock.advance(60_000);
    }
    for _ in 0..2 {
        sync(&ada, &ada_wire);
        sync(&ben, &ben_wire);
    }
    let standings = [&ada, &ben].map(|book| book.deal_standing(deal, &DealView::default()).unwrap());
    assert_eq!((standings[0].path.len(), standings[0].losing.len()), (2, 0));
    assert_eq!(standings[0].path, standings[1].path);
    assert_eq!(ada.conflicts(None, 10).unwrap(), []);
}

#[test]
fn laws_5_and_74_the_office_sends_a_pack_to_all_and_a_deal_waits_for_its_own() {
    let world = World::new(43);
    let (boss, boss_wire) = world.join("Eve", Role::Manager);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let mut process = templates::all()[1].clone();
    "house-sale".clone_into(&mut process.name);
    let file = sign(
        &process.clone().into(),
        &ed25519_dalek::SigningKey::from_bytes(&[5; 32]),
    )
    .to_file();
    assert_eq!(
        ada.install_pack(&file).unwrap_err().to_string(),
        "a rep does not send out packs"
    );
    boss.install_pack(&file).unwrap();
    sync(&boss, &boss_wire);
    sync(&ada, &ada_wire);
    let id = process.id();
    assert!(ada.packs().unwrap().get(&id).is_some());
    let account = ada
        .add(Kind::Account, &Fields::new().with("name", "Outlet"))
        .unwrap()
        .id;
    let deal = Fields::new()
        .with("name", "Listing")
        .with("account_id", Scalar::Id(account));
    let deal = ada.add(Kind::Opportunity, &deal).unwrap().id;
    let request = AdvanceRequest {
        view: DealView {
            process: Some(id),
            ..DealView::default()
        },
        ..AdvanceRequest::default()
    };
    ada.advance(deal, "outlet_check", &request).unwrap();
    let standing = ada.deal_standing(deal, &DealView::default()).unwrap();
    assert_eq!(standing.process.unwrap().process.name, "house-sale");
}
