use std::sync::Arc;

use super::*;
use crate::import::ImportKind;
use crate::store::StoreError;
use fieldbook_location::RawFix;
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::schema::{FieldFault, Why};
use fieldbook_model::{Body, Fields, Kind, Record, Scalar, VisitState, Zone};

/// Nine in the morning of 24 November 2026, UTC.
const NINE: i64 = 1_795_510_800_000;

struct TestDevice {
    folder: tempfile::TempDir,
    clock: Arc<FixedClock>,
}

impl TestDevice {
    fn new() -> TestDevice {
        TestDevice {
            folder: tempfile::tempdir().unwrap(),
            clock: Arc::new(FixedClock::at(NINE)),
        }
    }

    fn options(&self) -> OpenOptions {
        OpenOptions {
            clock: self.clock.clone(),
            random: Arc::new(SeededRandom::new(7)),
            wait: std::time::Duration::ZERO,
            ..OpenOptions::new(self.folder.path().join("book.db"))
        }
    }

    fn book(&self) -> Book {
        Book::open(self.options()).unwrap()
    }
}

fn shop(book: &Book, name: &str) -> Record {
    book.add(Kind::Account, &Fields::new().with("name", name))
        .unwrap()
}

fn door(book: &Book, account: RecordId, position: &str) -> Record {
    let fields = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("position", position)
        .with("fence", "circle:100");
    book.add(Kind::Site, &fields).unwrap()
}

fn fix(at: &str, lat: f64, lon: f64) -> RawFix {
    RawFix {
        at: at.to_owned(),
        lat,
        lon,
        accuracy_m: 10.0,
        speed_mps: None,
        bearing_deg: None,
        altitude_m: None,
        mock: None,
        monotonic_ms: None,
        boot_id: None,
        gps_at: None,
        activity: None,
        network: None,
    }
}

#[test]
fn what_was_added_is_there_after_the_book_was_closed() {
    let device = TestDevice::new();
    let id = {
        let book = device.book();
        let account = shop(&book, "Corner shop");
        book.set_field(account.id, "tier", "A").unwrap();
        account.id
    };
    let record = device.book().record(id).unwrap();
    assert_eq!(
        record.fields,
        Fields::new().with("name", "Corner shop").with("tier", "A")
    );
    assert!(record.unsent);
}

#[test]
fn a_contact_may_belong_to_an_account_that_no_server_has_seen_but_not_to_one_that_is_not_here() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let contact = Fields::new()
        .with("name", "Ada")
        .with("account_id", Scalar::Id(account.id));
    assert!(book.add(Kind::Contact, &contact).is_ok());
    let nowhere = Fields::new()
        .with("name", "Ada")
        .with("account_id", Scalar::Id(RecordId([9; 16])));
    assert_eq!(
        book.add(Kind::Contact, &nowhere),
        Err(BookError::NoSuchRecord {
            id: RecordId([9; 16])
        })
    );
}

#[test]
fn a_bad_field_is_refused_by_name_and_nothing_is_written() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let refused = book.set_field(account.id, "visit_every_days", "often");
    assert!(
        matches!(refused, Err(BookError::BadField(FieldFault { field, .. })) if field == "visit_every_days")
    );
    let cleared = book.set_field(account.id, "name", Scalar::Cleared);
    assert_eq!(
        cleared,
        Err(BookError::BadField(FieldFault::new("name", Why::Missing)))
    );
    assert_eq!(book.record(account.id).unwrap().fields, account.fields);
}

#[test]
fn an_arrival_is_not_typed_in() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let visit = Fields::new()
        .with("account_id", Scalar::Id(account.id))
        .with("deleted", Scalar::Bool(true));
    let refused = Err(BookError::BadField(FieldFault::new("deleted", Why::Unknown)));
    assert_eq!(book.add(Kind::Visit, &visit), refused);
    assert_eq!(book.set_field(account.id, "deleted", Scalar::Bool(true)), refused);
}

#[test]
fn lists_come_in_pages_by_name() {
    let device = TestDevice::new();
    let book = device.book();
    for name in ["delta", "Alpha", "charlie", "Bravo", "echo"] {
        shop(&book, name);
    }
    let mut names = Vec::new();
    let mut query = Query::first(Kind::Account, 2);
    loop {
        let page = book.page(&query).unwrap();
        names.extend(page.records.iter().map(|r| r.title().to_owned()));
        query.after = page.records.last().map(|r| r.id);
        if !page.more {
            break;
        }
    }
    assert_eq!(names, ["Alpha", "Bravo", "charlie", "delta", "echo"]);
    let too_many = book.page(&Query::first(Kind::Account, 101));
    assert_eq!(
        too_many,
        Err(BookError::BadLimit {
            asked: 101,
            most: 100
        })
    );
}

#[test]
fn search_finds_beginnings_accents_and_chinese() {
    let device = TestDevice::new();
    let book = device.book();
    for name in ["Café Zürich", "北京烤鸭店", "Zur Post"] {
        shop(&book, name);
    }
    let found = |text: &str| {
        book.search(text, None, 10)
            .unwrap()
            .iter()
            .map(|r| r.title().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found("zur"), ["Zur Post", "Café Zürich"]);
    assert_eq!(found("cafe zu"), ["Café Zürich"]);
    assert_eq!(found("烤鸭"), ["北京烤鸭店"]);
    assert_eq!(found("店"), ["北京烤鸭店"]);
    assert!(found("鸭烤").is_empty());
    assert!(found("\"").is_empty());
}

#[test]
fn a_book_that_was_searched_and_then_written_to_is_still_found_sound() {
    let device = TestDevice::new();
    let book = device.book();
    for n in 0..40 {
        shop(&book, &format!("Shop {n}"));
        if n == 10 {
            assert_eq!(book.search("shop", None, 100).unwrap().len(), 11);
        }
    }
    assert_eq!(book.status(Checkup::Thorough).unwrap().sound, Some(true));
}

#[test]
fn a_deleted_record_leaves_lists_and_search_and_comes_back() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    assert!(book.delete(account.id).unwrap().deleted);
    assert!(
        book.page(&Query::first(Kind::Account, 10))
            .unwrap()
            .records
            .is_empty()
    );
    assert!(book.search("corner", None, 10).unwrap().is_empty());
    assert_eq!(
        book.set_field(account.id, "tier", "A"),
        Err(BookError::Deleted { id: account.id })
    );
    assert!(!book.undelete(account.id).unwrap().deleted);
    assert_eq!(book.search("corner", None, 10).unwrap().len(), 1);
    assert_eq!(book.record(account.id).unwrap().title(), "Corner shop");
}

#[test]
fn near_finds_sites_across_the_180th_meridian() {
    let device = TestDevice::new();
    let book = device.book();
    let fiji = shop(&book, "Taveuni Stores");
    door(&book, fiji.id, "-16.8000000,179.9990000");
    door(&book, fiji.id, "-16.8000000,-179.9990000");
    let found = book
        .near(
            "-16.8,-179.9995".parse().unwrap(),
            fieldbook_location::Meters(400.0),
            10,
        )
        .unwrap();
    assert_eq!(found.len(), 2);
    assert!(found[0].distance < found[1].distance);
}

#[test]
fn a_check_in_at_the_door_is_verified_and_the_second_tap_is_the_same() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    door(&book, account.id, "52.6270000,1.2930000");
    let request = CheckInRequest {
        fixes: vec![fix("2026-11-24T09:00:00Z", 52.627, 1.293)],
        ..CheckInRequest::default()
    };
    let visit = book.check_in(account.id, &request).unwrap();
    let Body::Visit(first) = visit.body() else {
        panic!("not a visit")
    };
    let VisitState::Open { check_in } = first.state else {
        panic!("not open")
    };
    assert_eq!(check_in.assessment.verdict, fieldbook_location::Verdict::Verified);
    device.clock.advance(5_000);
    assert_eq!(book.check_in(account.id, &request).unwrap().id, visit.id);
    let other = shop(&book, "Other shop");
    let refused = book.check_in(other.id, &CheckInRequest::default());
    assert_eq!(refused, Err(CheckInError::AlreadyOpen { visit: visit.id }));
    let closed = book.check_out(visit.id, &[], Some("ordered")).unwrap();
    assert!(matches!(closed.body(), Body::Visit(v) if matches!(v.state, VisitState::Closed { .. })));
    assert_eq!(book.check_out(visit.id, &[], None).unwrap(), closed);
    let day = book.day("2026-11-24".parse().unwrap(), &Zone::UTC).unwrap();
    assert_eq!(day.len(), 1);
}

#[test]
fn a_check_in_without_a_fix_is_saved_and_upgraded_when_one_comes() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Basement bar");
    door(&book, account.id, "52.6270000,1.2930000");
    let visit = book.check_in(account.id, &CheckInRequest::default()).unwrap();
    let verdict = |record: &Record| match record.body() {
        Body::Visit(v) => match v.state {
            VisitState::Open { check_in } => check_in.assessment.verdict.to_string(),
            _ => panic!("not open"),
        },
        _ => panic!("not a visit"),
    };
    assert_eq!(verdict(&visit), "unverifiable");
    device.clock.advance(60_000);
    let request = CheckInRequest {
        fixes: vec![fix("2026-11-24T09:01:00Z", 52.627, 1.293)],
        ..CheckInRequest::default()
    };
    let upgraded = book.check_in(account.id, &request).unwrap();
    assert_eq!((upgraded.id, verdict(&upgraded).as_str()), (visit.id, "verified"));
}

#[test]
fn a_planned_visit_of_today_is_the_one_that_opens() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let plan = Fields::new()
        .with("account_id", Scalar::Id(account.id))
        .with("planned_at", Scalar::Time(NINE + 3_600_000));
    let planned = book.add(Kind::Visit, &plan).unwrap();
    assert_eq!(
        book.check_in(account.id, &CheckInRequest::default()).unwrap().id,
        planned.id
    );
}

#[test]
fn an_older_value_is_restored_from_history() {
    let device = TestDevice::new();
    let book = device.book();
    book.name_rep("Ada").unwrap();
    let account = shop(&book, "Corner shop");
    device.clock.advance(1_000);
    book.set_field(account.id, "name", "Corner store").unwrap();
    let history = book.history(account.id).unwrap();
    assert_eq!(
        history
            .iter()
            .map(|e| (e.by.as_str(), e.at_ms))
            .collect::<Vec<_>>(),
        [("Ada", NINE), ("Ada", NINE + 1_000)]
    );
    let back = book.restore(account.id, "name", history[0].change).unwrap();
    assert_eq!(back.title(), "Corner shop");
    let change = history[1].change;
    assert_eq!(
        book.restore(account.id, "tier", change),
        Err(BookError::NoSuchChange { change })
    );
}

#[test]
fn a_custom_field_takes_what_the_company_declared() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let unknown = book.set_field(account.id, "x/cooler", "large");
    assert_eq!(
        unknown,
        Err(BookError::BadField(FieldFault::new("x/cooler", Why::Unknown)))
    );
    let field = Fields::new()
        .with("name", "cooler")
        .with("on", "account")
        .with("choice/large", Scalar::Bool(true));
    book.add(Kind::CustomField, &field).unwrap();
    assert!(book.set_field(account.id, "x/cooler", "large").is_ok());
    assert!(book.set_field(account.id, "x/cooler", "huge").is_err());
    assert!(book.set_field(account.id, "x/cooler", Scalar::Int(3)).is_err());
}

#[test]
fn a_feed_waits_for_changes_and_ends_when_stopped() {
    let device = TestDevice::new();
    let book = Arc::new(device.book());
    let feed = Arc::new(Feed::new(book.clone(), 0));
    let account = shop(&book, "Corner shop");
    let changes = feed.next().unwrap().unwrap();
    assert_eq!(
        changes.entries.iter().map(|e| e.record).collect::<Vec<_>>(),
        [account.id]
    );
    let waiting = std::thread::spawn({
        let feed = feed.clone();
        move || feed.next().unwrap()
    });
    feed.stop();
    assert_eq!(waiting.join().unwrap(), None);
    assert_eq!(feed.next().unwrap(), None, "a stop is for good");
}

#[test]
fn a_book_opens_once_at_a_time() {
    let device = TestDevice::new();
    let book = device.book();
    assert_eq!(Book::open(device.options()).unwrap_err(), StoreError::InUse);
    drop(book);
    assert!(Book::open(device.options()).is_ok());
}

#[test]
fn another_programs_file_is_refused_untouched() {
    let device = TestDevice::new();
    let path = device.folder.path().join("book.db");
    let other = rusqlite::Connection::open(&path).unwrap();
    other
        .execute_batch("CREATE TABLE t (x); INSERT INTO t VALUES (1);")
        .unwrap();
    drop(other);
    let before = std::fs::read(&path).unwrap();
    assert_eq!(Book::open(device.options()).unwrap_err(), StoreError::NotABook);
    assert_eq!(std::fs::read(&path).unwrap(), before);
    std::fs::write(&path, "a letter to my aunt, long enough to be a header").unwrap();
    assert_eq!(Book::open(device.options()).unwrap_err(), StoreError::NotABook);
    assert_eq!(
        std::fs::read_dir(device.folder.path()).unwrap().count(),
        1,
        "nothing was laid beside it"
    );
}

#[test]
fn a_newer_file_is_refused_untouched() {
    let device = TestDevice::new();
    drop(device.book());
    let path = device.folder.path().join("book.db");
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch("PRAGMA journal_mode = DELETE; PRAGMA user_version = 99;")
        .unwrap();
    drop(file);
    let before = std::fs::read(&path).unwrap();
    let refused = Book::open(device.options()).unwrap_err();
    assert!(
        matches!(refused, StoreError::Newer { found: 99, .. }),
        "{refused}"
    );
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_damaged_file_is_moved_aside_and_the_unsent_edits_are_saved() {
    let device = TestDevice::new();
    let accounts: Vec<RecordId> = {
        let book = device.book();
        (0..200).map(|n| shop(&book, &format!("Shop {n}")).id).collect()
    };
    let path = device.folder.path().join("book.db");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[..100].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    let book = device.book();
    let recovery = book.recovery().unwrap();
    assert_eq!(
        std::fs::read(&recovery.moved_to).unwrap(),
        bytes,
        "the damaged file is kept as it was"
    );
    drop(book);

    // A page in the middle: whatever lies elsewhere is read from both ends.
    let device = TestDevice::new();
    let accounts_of = |book: &Book| {
        (0..200)
            .map(|n| shop(book, &format!("Shop {n}")).id)
            .collect::<Vec<_>>()
    };
    let ids = accounts_of(&device.book());
    let path = device.folder.path().join("book.db");
    let mut bytes = std::fs::read(&path).unwrap();
    let page = bytes.len() / 4096 / 2 * 4096;
    bytes[page..page + 4096].fill(0xff);
    std::fs::write(&path, &bytes).unwrap();
    crate::store::tests_support::mark_damaged(&path);
    let book = device.book();
    let kept = ids.iter().filter(|id| book.record(**id).is_ok()).count();
    assert!(kept > 150, "only {kept} of 200 records were saved");
    assert_eq!(accounts.len(), 200);
}

/// A visit of a later version: open, with an arrival that this one cannot read.
fn opened_by_a_later_version(book: &Book, account: RecordId) -> Record {
    let text = r#"{"at_ms":1795510800000,"assessment":"by a drone","v":7}"#;
    let fields = Fields::new()
        .with("account_id", Scalar::Id(account))
        .with("planned_at", Scalar::Time(NINE))
        .with("check_in", text);
    let (context, id) = (book.write_context(), book.new_id());
    book.transaction(|write| super::edit::create(write, context, id, Kind::Visit, &fields))
        .unwrap();
    book.record(id).unwrap()
}

#[test]
fn a_visit_that_a_later_version_opened_is_never_taken_for_planned() {
    let device = TestDevice::new();
    let book = device.book();
    let account = shop(&book, "Corner shop");
    let visit = opened_by_a_later_version(&book, account.id);
    let state = |record: &Record| match record.body() {
        Body::Visit(visit) => visit.state,
        _ => panic!("not a visit"),
    };
    assert!(matches!(state(&visit), VisitState::Unreadable { .. }));
    // It is open: another customer's door waits for the check-out.
    let other = shop(&book, "Other shop");
    let refused = book.check_in(other.id, &CheckInRequest::default());
    assert_eq!(refused, Err(CheckInError::AlreadyOpen { visit: visit.id }));
    // The same door again is the same visit, and nothing is written over it.
    let again = book.check_in(account.id, &CheckInRequest::default()).unwrap();
    assert_eq!((again.id, again.fields), (visit.id, visit.fields.clone()));
    let skipped = book.skip_visit(visit.id, "rain");
    assert!(matches!(
        skipped,
        Err(CheckInError::NotNow {
            state: "unreadable",
            ..
        })
    ));
    let closed = book.check_out(visit.id, &[], Some("ordered")).unwrap();
    assert_eq!(closed.fields.text("check_in"), visit.fields.text("check_in"));
    let VisitState::Unreadable { check_out, .. } = state(&closed) else {
        panic!("the arrival is still unreadable")
    };
    assert!(check_out.is_some());
    assert!(book.check_in(other.id, &CheckInRequest::default()).is_ok());
}

#[test]
fn a_file_that_fails_is_never_taken_for_an_account_that_is_not_there() {
    let device = TestDevice::new();
    let book = device.book();
    shop(&book, "Corner shop");
    let import = |kind, file: &str| {
        let input = &mut file.as_bytes();
        book.import(kind, "file.csv", input, &ImportOptions::default(), &mut |_| {})
    };
    let contacts = "name,account\nAda,Corner shop\n";
    assert_eq!(import(ImportKind::Contacts, contacts).unwrap().imported, 1);
    // The disk answers no question about records any more.
    let broken = rusqlite::Connection::open(device.folder.path().join("book.db")).unwrap();
    broken
        .execute_batch("ALTER TABLE record RENAME COLUMN title TO heading")
        .unwrap();
    let failed = import(ImportKind::Contacts, "name,account\nBob,Corner shop\n");
    assert!(
        matches!(failed, Err(ImportFault::Book(BookError::Store(_)))),
        "{failed:?}"
    );
}
