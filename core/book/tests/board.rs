//! The board of a process: a deal stands at one stage, one person answers for it, and what nobody answers for is shown.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::path::Path;
use std::sync::Arc;

use fieldbook_book::{AdvanceRequest, Book, DealView, OpenOptions};
use fieldbook_model::clock::FixedClock;
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Scalar};

/// 24 November 2026, nine in the morning, UTC.
const NINE: i64 = 1_795_510_800_000;

fn deal(book: &Book, name: &str, fields: Fields) -> RecordId {
    let deal = book
        .add(Kind::Opportunity, &fields.with("name", name))
        .unwrap()
        .id;
    let request = AdvanceRequest {
        fields: Fields::new().with("source", "Fair"),
        ..AdvanceRequest::default()
    };
    book.advance(deal, "lead_validation", &request).unwrap();
    deal
}

fn task(book: &Book, name: &str, about: Option<RecordId>, fields: Fields) {
    let mut fields = fields.with("name", name);
    fields.set_some("about_id", about.map(Scalar::Id));
    book.add(Kind::Task, &fields).unwrap();
}

/// A book with two open deals, Scanner and Freezer, one that was lost, one in no process, and tasks about them.
fn filled(folder: &Path) -> (Book, RecordId) {
    let book = Book::open(OpenOptions {
        clock: Arc::new(FixedClock::at(NINE)),
        ..OpenOptions::new(folder.join("book.db"))
    })
    .unwrap();
    let owned = Fields::new()
        .with("owner", "Ada")
        .with("team/account_manager", "Ada")
        .with("next_step", "send the offer")
        .with("next_step_on", "2026-12-01");
    let scanner = deal(&book, "Scanner", owned);
    let freezer = deal(&book, "Freezer", Fields::new());
    let lost = deal(&book, "Oven", Fields::new());
    let why = AdvanceRequest {
        fields: Fields::new().with("lost_reason", "price"),
        ..AdvanceRequest::default()
    };
    book.advance(lost, "lost", &why).unwrap();
    // In no process: it stands on no board.
    book.add(Kind::Opportunity, &Fields::new().with("name", "Kettle"))
        .unwrap();
    let due = |day: &str| Fields::new().with("due_on", day);
    task(
        &book,
        "Call",
        Some(scanner),
        due("2026-11-23").with("owner", "Ben"),
    );
    task(&book, "Draw the plan", Some(scanner), Fields::new());
    task(&book, "Measure", Some(scanner), due("2026-11-24"));
    task(&book, "Order samples", None, due("2026-11-30"));
    task(&book, "Ask why", Some(lost), Fields::new());
    task(
        &book,
        "Done",
        Some(freezer),
        Fields::new().with("done_at", Scalar::Time(NINE)),
    );
    (book, freezer)
}

#[test]
fn each_open_deal_stands_at_one_stage_with_its_people_and_its_tasks() {
    let folder = tempfile::tempdir().unwrap();
    let (book, freezer) = filled(folder.path());
    let board = book.board(&DealView::default()).unwrap();
    let stages: Vec<(&str, usize)> = board
        .columns
        .iter()
        .map(|column| (column.stage.as_str(), column.deals.len()))
        .collect();
    let expected = [
        ("lead_validation", 2),
        ("needs_analysis", 0),
        ("solution_demo", 0),
        ("negotiation", 0),
    ];
    assert_eq!(stages, expected);
    let [of_freezer, of_scanner] = &board.columns[0].deals[..] else {
        panic!("{:?}", board.columns[0]);
    };
    assert_eq!((of_freezer.deal, of_freezer.owner.as_deref()), (freezer, None));
    assert!(of_freezer.tasks.is_empty() && of_freezer.team.is_empty());
    assert_eq!(of_scanner.owner.as_deref(), Some("Ada"));
    assert_eq!(
        of_scanner.team,
        [("account_manager".to_owned(), "Ada".to_owned())]
    );
    assert_eq!(of_scanner.vacant.len() + 1, of_freezer.vacant.len());
    assert_eq!(
        of_scanner.next_step.1.map(|day| day.to_string()).as_deref(),
        Some("2026-12-01")
    );
    let tasks: Vec<(&str, Option<&str>, bool)> = of_scanner
        .tasks
        .iter()
        .map(|task| (task.name.as_str(), task.owner.as_deref(), task.is_overdue))
        .collect();
    let expected = [
        ("Call", Some("Ben"), true),
        ("Measure", None, false),
        ("Draw the plan", None, false),
    ];
    assert_eq!(tasks, expected);
    let others: Vec<&str> = board.other_tasks.iter().map(|task| task.name.as_str()).collect();
    assert_eq!(others, ["Order samples", "Ask why"]);
    let unknown = DealView {
        process: "no-such@1".parse().ok(),
        ..DealView::default()
    };
    assert!(book.board(&unknown).is_err());
}
