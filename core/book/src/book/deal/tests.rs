use std::sync::Arc;

use ed25519_dalek::SigningKey;
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{FieldFault, Why};
use fieldbook_model::{Fields, Kind, MoveKind, Record, Scalar, StageMoves, Zone};
use fieldbook_sales::gate::{MoveRefusal, Outcome};
use fieldbook_sales::pack::{Migration, Process, sign};
use fieldbook_sales::templates;

use super::*;
use crate::book::{Book, BookError, ImportOptions, OpenOptions};
use crate::import::{ImportKind, LineFault};

const NINE: i64 = 1_795_510_800_000;
const DAY_MS: i64 = 86_400_000;

struct Desk {
    _folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
    book: Book,
}

fn desk() -> Desk {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(FixedClock::at(NINE));
    let book = Book::open(OpenOptions {
        clock: clock.clone(),
        random: Arc::new(SeededRandom::new(3)),
        ..OpenOptions::new(folder.path().join("book.db"))
    });
    Desk {
        _folder: folder,
        clock,
        book: book.unwrap(),
    }
}

/// A deal of a clinic, with a contact, that has entered the solution sale.
fn started(book: &Book) -> (Record, RecordId) {
    let account = book
        .add(Kind::Account, &Fields::new().with("name", "Clinic"))
        .unwrap()
        .id;
    let contact = Fields::new()
        .with("name", "Li")
        .with("account_id", Scalar::Id(account));
    let contact = book.add(Kind::Contact, &contact).unwrap().id;
    let deal = Fields::new()
        .with("name", "Scanner")
        .with("account_id", Scalar::Id(account));
    let deal = book.add(Kind::Opportunity, &deal).unwrap();
    let request = with("source", "Fair");
    (
        book.advance(deal.id, "lead_validation", &request).unwrap(),
        contact,
    )
}

fn with(key: &str, value: &str) -> AdvanceRequest {
    AdvanceRequest {
        fields: Fields::new().with(key, value),
        ..AdvanceRequest::default()
    }
}

fn shut(result: Result<Record, DealError>) -> Vec<String> {
    match result {
        Err(DealError::Refused(DealRefusal::Gate(verdict))) => verdict.missing_ids(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_deal_moves_when_its_gate_is_open_and_the_list_says_what_is_missing() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    assert_eq!(deal.fields.text("stage"), Some("lead_validation"));
    let plain = AdvanceRequest::default();
    assert_eq!(
        shut(desk.book.advance(deal.id, "needs_analysis", &plain)),
        ["budget_tier"]
    );
    desk.clock.advance(3 * DAY_MS);
    let deal = desk
        .book
        .advance(deal.id, "needs_analysis", &with("budget_tier", "B"))
        .unwrap();
    assert_eq!(
        (deal.fields.text("stage"), deal.fields.text("budget_tier")),
        (Some("needs_analysis"), Some("B"))
    );
    desk.clock.advance(21 * DAY_MS);
    let standing = desk.book.deal_standing(deal.id, &DealView::default()).unwrap();
    let stays: Vec<&str> = standing.path.iter().map(|stay| stay.stage.as_str()).collect();
    assert_eq!(
        (stays, standing.days_in_stage),
        (vec!["lead_validation", "needs_analysis"], Some(21))
    );
    assert!(standing.is_overdue(), "needs analysis takes 20 days");
    assert_eq!(
        standing.stage().map(|stage| stage.id.as_str()),
        Some("needs_analysis")
    );
    assert_eq!(
        standing.ahead().map(|verdict| verdict.to.as_str()),
        Some("solution_demo")
    );
    assert!(
        standing.may_force,
        "whoever keeps a book of their own answers to nobody"
    );
    let ahead: Vec<(&str, Outcome)> = standing.next.iter().map(|v| (v.to.as_str(), v.outcome)).collect();
    assert_eq!(
        ahead,
        [
            ("lead_validation", Outcome::Met),
            ("solution_demo", Outcome::Missing),
            ("lost", Outcome::Missing)
        ]
    );
}

#[test]
fn laws_7_and_9_every_door_asks_the_same_gate() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let by_edit = desk
        .book
        .set_field(deal.id, "stage", "needs_analysis")
        .unwrap_err();
    let BookError::Stage(refusal) = by_edit else {
        panic!("{by_edit:?}")
    };
    assert_eq!(refusal.to_string(), "needs_analysis is missing budget_tier");
    let file = format!("id,name,stage\n{},Scanner,Needs analysis\n", deal.id);
    let import = |text: &str| {
        let options = ImportOptions::default();
        desk.book
            .import(
                ImportKind::Opportunities,
                "deals.csv",
                &mut text.as_bytes(),
                &options,
                &mut |_| {},
            )
            .unwrap()
    };
    let report = import(&file);
    assert_eq!(
        report.refused[0].reason,
        LineFault::Stage {
            why: refusal.to_string()
        }
    );
    let taken = import(&format!(
        "id,name,stage,budget_tier\n{},Scanner,需求分析,B\n",
        deal.id
    ));
    assert_eq!((taken.updated, taken.refused.len()), (1, 0));
    let moved = desk.book.record(deal.id).unwrap();
    let moves = StageMoves::fold(&moved.fields).unwrap();
    assert_eq!(
        (moves.current().stage.as_str(), moves.current_move().kind),
        ("needs_analysis", MoveKind::Import)
    );
    assert_eq!(
        import(&format!("id,name,stage\n{},Scanner,needs_analysis\n", deal.id)).unchanged,
        1
    );
    let by_hand = desk.book.set_field(deal.id, "move/x", "{}");
    assert_eq!(
        by_hand,
        Err(FieldFault::new(
            "move/x",
            Why::Malformed {
                expected: "an arrival, departure or move as this software writes it"
            }
        )
        .into())
    );
}

#[test]
fn a_forced_move_needs_a_reason_and_stays_marked() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let mut request = AdvanceRequest {
        force: true,
        ..AdvanceRequest::default()
    };
    let silent = desk.book.advance(deal.id, "needs_analysis", &request);
    assert_eq!(silent, Err(DealRefusal::NoReason.into()));
    request.why = Some("the tender closes tomorrow".into());
    let forced = desk.book.advance(deal.id, "needs_analysis", &request).unwrap();
    let moves = StageMoves::fold(&forced.fields).unwrap();
    let made = moves.current_move();
    assert_eq!(
        (made.kind, made.missing.as_slice()),
        (MoveKind::Forced, &["budget_tier".to_owned()][..])
    );
    let standing = desk.book.deal_standing(deal.id, &DealView::default()).unwrap();
    assert_eq!(standing.no_longer_meets[0].criterion, "budget_tier");
    let plain = AdvanceRequest::default();
    let skips = desk.book.advance(deal.id, "won", &plain).unwrap_err();
    assert!(
        matches!(
            skips,
            DealError::Refused(DealRefusal::Move(MoveRefusal::Skips { .. }))
        ),
        "{skips:?}"
    );
    let placed = desk.book.advance(deal.id, "won", &request).unwrap();
    let moves = StageMoves::fold(&placed.fields).unwrap();
    assert_eq!(
        (moves.current_move().kind, moves.current().stage.as_str()),
        (MoveKind::Forced, "won")
    );
    assert!(
        moves.current_move().missing.contains(&"terms_agreed".to_owned()),
        "of every stage between"
    );
}

#[test]
fn law_65_a_source_is_written_once_and_a_file_that_says_otherwise_changes_nothing() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let second = desk.book.set_field(deal.id, "source", "Cold call");
    assert_eq!(second, Err(FieldFault::new("source", Why::WrittenOnce).into()));
    assert!(desk.book.set_field(deal.id, "source", "Fair").is_ok());
    let text = format!("id,name,source\n{},Scanner,Cold call\n", deal.id);
    let import = || {
        let options = ImportOptions::default();
        let mut file = text.as_bytes();
        let report = desk.book.import(
            ImportKind::Opportunities,
            "deals.csv",
            &mut file,
            &options,
            &mut |_| {},
        );
        report.unwrap()
    };
    assert_eq!(
        import().updated,
        1,
        "the id of the line becomes the key of the deal"
    );
    let report = import();
    assert_eq!(report.unchanged, 1, "{report:?}");
    assert_eq!(
        desk.book.record(deal.id).unwrap().fields.text("source"),
        Some("Fair")
    );
}

#[test]
fn law_12_an_account_that_is_not_here_is_unknown_and_never_opens_a_gate() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let account = deal.fields.id("account_id").unwrap();
    desk.book.set_field(deal.id, "budget_tier", "B").unwrap();
    desk.book.transaction(|write| write.remove(account)).unwrap();
    let verdict = desk
        .book
        .may_advance(deal.id, "needs_analysis", &DealView::default())
        .unwrap();
    assert_eq!((verdict.outcome, verdict.missing.len()), (Outcome::Unknown, 0));
    assert_eq!(verdict.unknown[0].criterion, "contact_known");
    let refused = desk
        .book
        .advance(deal.id, "needs_analysis", &AdvanceRequest::default())
        .unwrap_err();
    assert_eq!(
        refused.to_string(),
        "needs_analysis cannot be judged here: contact_known"
    );
}

fn company(version: u32, change: impl FnOnce(&mut Process)) -> String {
    let mut process = templates::all()[0].clone();
    process.version = version;
    change(&mut process);
    sign(&process.into(), &SigningKey::from_bytes(&[9; 32])).to_file()
}

#[test]
fn laws_4_and_6_a_deal_keeps_its_version_until_a_migration_that_forgets_no_stage() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let merged = |process: &mut Process| {
        process.stages.remove(0);
    };
    let forgets = company(2, |process| {
        merged(process);
        process.migrate = Some(Migration {
            from: 1,
            map: std::collections::BTreeMap::new(),
        });
    });
    desk.book.install_pack(&forgets).unwrap();
    let two = "solution-sale@2".parse().unwrap();
    let refused = desk.book.migrate_deals(&two, &Zone::UTC).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the migration to solution-sale@2 maps no stage for deals in lead_validation"
    );
    let standing = desk.book.deal_standing(deal.id, &DealView::default()).unwrap();
    assert_eq!(
        standing.process.unwrap().process.version,
        1,
        "the deal began under version 1"
    );
    let whole = company(3, |process| {
        merged(process);
        let map = [("lead_validation".to_owned(), "needs_analysis".to_owned())].into();
        process.migrate = Some(Migration { from: 1, map });
    });
    desk.book.install_pack(&whole).unwrap();
    let three = "solution-sale@3".parse().unwrap();
    let report = desk.book.migrate_deals(&three, &Zone::UTC).unwrap();
    assert_eq!(
        report,
        MigrationReport {
            migrated: 1,
            others: 0
        }
    );
    let moved = StageMoves::fold(&desk.book.record(deal.id).unwrap().fields).unwrap();
    assert_eq!(
        (moved.current().stage.as_str(), moved.current().pack.as_str()),
        ("needs_analysis", "solution-sale@3")
    );
    assert_eq!(desk.book.migrate_deals(&three, &Zone::UTC).unwrap().migrated, 0);
}

#[test]
fn a_pack_is_installed_once_and_a_forged_one_not_at_all() {
    let desk = desk();
    let file = company(2, |process| process.moves.skip = true);
    let first = desk.book.install_pack(&file).unwrap();
    assert_eq!(desk.book.install_pack(&file).unwrap().id, first.id);
    assert!(
        desk.book
            .packs()
            .unwrap()
            .latest("solution-sale")
            .unwrap()
            .process
            .moves
            .skip
    );
    for bad in [
        file.replace("\"skip\": true", "\"skip\": false"),
        file[..file.len() / 2].to_owned(),
    ] {
        let refused = desk.book.install_pack(&bad);
        assert!(
            matches!(refused, Err(PackInstallError::Refused(_))),
            "{refused:?}"
        );
    }
    let again = company(2, |_| {});
    assert_eq!(
        desk.book.install_pack(&again).unwrap_err().to_string(),
        "another pack has this name and version"
    );
}

/// Moves a deal of the solution sale to a stage past every gate.
fn force(book: &Book, deal: RecordId, stage: &str) {
    let request = AdvanceRequest {
        force: true,
        why: Some("test".into()),
        ..AdvanceRequest::default()
    };
    book.advance(deal, stage, &request).unwrap();
}

#[test]
fn laws_22_and_23_a_deal_is_warned_of_by_what_the_customer_does_not_by_what_we_write() {
    let desk = desk();
    let (deal, _) = started(&desk.book);
    let warned = || {
        let warnings = desk.book.deal_warnings(&DealView::default()).unwrap();
        warnings.first().map_or_else(Vec::new, |deal| {
            deal.warnings
                .iter()
                .map(fieldbook_sales::warnings::Warning::kind)
                .collect::<Vec<_>>()
        })
    };
    assert_eq!(warned(), ["uncovered"]);
    desk.clock.advance(20 * DAY_MS);
    desk.book
        .set_field(deal.id, "remark", "called them again")
        .unwrap();
    assert_eq!(
        warned(),
        ["idle", "overdue", "uncovered"],
        "a note is no event of the customer's"
    );
    let account = deal.fields.id("account_id").unwrap();
    desk.book
        .check_in(account, &crate::book::CheckInRequest::default())
        .unwrap();
    assert_eq!(warned(), ["overdue", "uncovered"]);
}

#[test]
fn laws_14_to_17_and_36_a_funnel_counts_the_stays_of_the_moves_and_says_whose_deals_they_are() {
    let desk = desk();
    let (first, _) = started(&desk.book);
    let (second, _) = started(&desk.book);
    desk.book
        .add(
            Kind::Opportunity,
            &Fields::new().with("name", "Imported").with("stage", "Closed Won"),
        )
        .unwrap();
    desk.clock.advance(2 * DAY_MS);
    force(&desk.book, first.id, "needs_analysis");
    desk.clock.advance(3 * DAY_MS);
    force(&desk.book, first.id, "lead_validation");
    desk.clock.advance(DAY_MS);
    force(&desk.book, first.id, "needs_analysis");
    force(&desk.book, second.id, "lost");
    let funnel = desk.book.funnel(&DealView::default()).unwrap();
    assert_eq!(
        (funnel.funnel.heading().as_str(), funnel.others),
        ("own book, 2 deals", 1)
    );
    let stage = &funnel.funnel.stages[0];
    assert_eq!((stage.entries, stage.standing), (3, 0), "it came back once");
    assert_eq!(
        (
            stage.conversion.reached,
            stage.conversion.passed,
            stage.conversion.lost
        ),
        (2, 1, 1)
    );
    assert_eq!((stage.dwell.n, stage.dwell_total.n), (3, 2));
    let logs = desk.book.deal_logs(&Zone::UTC).unwrap();
    assert!(logs.iter().all(|log| log.check().is_ok()));
}

#[test]
fn an_imported_deal_stands_where_its_plain_stage_says_and_ahead_of_it_lies_the_way_in() {
    let desk = desk();
    let standing = |stage: &str| {
        let fields = Fields::new().with("name", "Ice boxes").with("stage", stage);
        let deal = desk.book.add(Kind::Opportunity, &fields).unwrap();
        let standing = desk.book.deal_standing(deal.id, &DealView::default()).unwrap();
        let stage = standing.stage().map(|stage| stage.id.clone());
        (stage, standing.ahead().map(|verdict| verdict.to.clone()))
    };
    let way_in = || Some("lead_validation".to_owned());
    assert_eq!(
        standing("solution demo"),
        (Some("solution_demo".into()), way_in())
    );
    assert_eq!(standing("Closed Won"), (Some("won".into()), None));
    assert_eq!(standing("haggling"), (None, way_in()));
}
