//! Reviews and transfers through several phones and the office.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use fieldbook_core::book::{Book, ReviewError, TransferError, TransferRequest};
use fieldbook_core::clock::Clock;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar, Zone};
use fieldbook_core::sales::review::{ManagerState, ReviewVerdict, Week};
use fieldbook_tests::world::{Wire, World};

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

fn deal(book: &Book, name: &str, owner: &str) -> RecordId {
    let account = Fields::new().with("name", name).with("owner", owner);
    let account = book.add(Kind::Account, &account).unwrap().id;
    let deal = Fields::new()
        .with("name", name)
        .with("owner", owner)
        .with("amount", "5000 EUR")
        .with("account_id", Scalar::Id(account));
    book.add(Kind::Opportunity, &deal).unwrap().id
}

fn queue(book: &Book, percent: u8) -> Vec<RecordId> {
    let week: Week = "2026-W48".parse().unwrap();
    let queue = book.review_queue(week, percent, &Zone::UTC).unwrap();
    queue.into_iter().map(|state| state.record.id).collect()
}

#[test]
fn law_73_a_review_reaches_the_rep_and_an_edit_reopens_it() {
    let world = World::new(73);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (eve, eve_wire) = world.join("Eve", Role::Manager);
    let deal = deal(&ada, "Scanner", "Ada");
    sync(&ada, &ada_wire);
    sync(&eve, &eve_wire);
    assert_eq!(queue(&eve, 100), [deal]);
    assert!(matches!(
        ada.review(deal, ReviewVerdict::Passed, None),
        Err(ReviewError::MayNot { role: Role::Rep })
    ));
    assert_eq!(
        eve.review(deal, ReviewVerdict::Failed, Some(" - ")).unwrap_err(),
        ReviewError::NoNote
    );
    // By hand no door writes one.
    let review = Fields::new().with("review/019ab0f2-7c1e-7000-8000-000000000001", "{}");
    assert!(eve.set(deal, &review).is_err());
    eve.review(deal, ReviewVerdict::Passed, None).unwrap();
    assert_eq!(queue(&eve, 100), []);
    sync(&eve, &eve_wire);
    sync(&ada, &ada_wire);
    let state = |book: &Book| book.review_state(deal, &Zone::UTC).unwrap().manager;
    assert!(matches!(state(&ada), ManagerState::Reviewed { review } if review.by == "Eve"));
    ada.set_field(deal, "amount", "7000 EUR").unwrap();
    sync(&ada, &ada_wire);
    sync(&eve, &eve_wire);
    let ManagerState::Reopened { changed, .. } = state(&eve) else {
        unreachable!("the amount changed")
    };
    assert_eq!(changed.into_iter().collect::<Vec<_>>(), ["amount"]);
    assert_eq!(queue(&eve, 100), [deal]);
}

#[test]
fn law_72_a_transfer_moves_what_is_open_and_leaves_history_and_sample() {
    let world = World::new(72);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (eve, eve_wire) = world.join("Eve", Role::Manager);
    let open = deal(&ada, "Scanner", "Ada");
    let won = deal(&ada, "Printer", "Ada");
    ada.set_field(won, "stage", "Closed Won").unwrap();
    ada.set(open, &Fields::new().with("team/solution_expert", "Ada"))
        .unwrap();
    let account = ada.record(open).unwrap().fields.id("account_id").unwrap();
    let task = |name: &str| {
        let task = Fields::new()
            .with("name", name)
            .with("owner", "Ada")
            .with("account_id", Scalar::Id(account));
        ada.add(Kind::Task, &task).unwrap().id
    };
    let (call, done) = (task("Call"), task("Done"));
    ada.set_field(done, "done_at", Scalar::Time(world.clock.now_ms()))
        .unwrap();
    sync(&ada, &ada_wire);
    sync(&eve, &eve_wire);
    let sample = queue(&eve, 50);

    let request = TransferRequest {
        from: "Ada".to_owned(),
        to: "Ben".to_owned(),
        account: None,
    };
    let swapped = TransferRequest {
        from: "Eve".to_owned(),
        ..request.clone()
    };
    assert!(matches!(
        ada.transfer(&swapped),
        Err(TransferError::MayNot { .. })
    ));
    let planned = eve.preview_transfer(&request).unwrap();
    let handed = eve.transfer(&request).unwrap();
    assert_eq!(planned, handed);
    assert_eq!(handed.len(), 4, "two accounts, one deal, one task");
    assert_eq!(eve.preview_transfer(&request).unwrap(), []);
    sync(&eve, &eve_wire);
    sync(&ada, &ada_wire);
    let owner = |id: RecordId| ada.record(id).unwrap().fields.text("owner").map(str::to_owned);
    assert_eq!(owner(open).as_deref(), Some("Ben"));
    assert_eq!(
        ada.record(open).unwrap().fields.text("team/solution_expert"),
        Some("Ben")
    );
    assert_eq!(owner(call).as_deref(), Some("Ben"));
    assert_eq!(
        (owner(won).as_deref(), owner(done).as_deref()),
        (Some("Ada"), Some("Ada"))
    );
    assert_eq!(queue(&eve, 50), sample);
}
