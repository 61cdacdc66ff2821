//! Duplicates: shown, and merged by one call with all that hangs on them.

#![allow(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use fieldbook_book::import::ImportKind;
use fieldbook_book::{Book, BookError, DuplicateReason, ImportOptions, ImportReport, OpenOptions, Query};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Record, Scalar};
use fieldbook_sales::review::ReviewVerdict;

struct TestBook {
    book: Book,
    _folder: tempfile::TempDir,
}

impl TestBook {
    fn new() -> TestBook {
        let folder = tempfile::tempdir().unwrap();
        let book = Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap();
        TestBook {
            book,
            _folder: folder,
        }
    }

    fn import(&self, kind: ImportKind, text: &str) -> ImportReport {
        let options = ImportOptions::default();
        self.book
            .import(kind, "list.csv", &mut text.as_bytes(), &options, &mut |_| {})
            .unwrap()
    }

    fn all(&self, kind: Kind) -> Vec<Record> {
        self.book.page(&Query::first(kind, 100)).unwrap().records
    }

    fn add(&self, kind: Kind, fields: &Fields) -> RecordId {
        self.book.add(kind, fields).unwrap().id
    }
}

fn of(account: RecordId) -> Fields {
    Fields::new().with("account_id", Scalar::Id(account))
}

#[test]
fn all_that_hangs_on_a_duplicate_moves_and_nothing_is_lost() {
    let test = TestBook::new();
    let keep = test.add(
        Kind::Account,
        &Fields::new().with("name", "Fenland").with("phone", "1"),
    );
    let drop = test.add(
        Kind::Account,
        &Fields::new()
            .with("name", "FENLAND")
            .with("phone", "2")
            .with("city", "March")
            .with("remark", "ring twice"),
    );
    let site = test.add(Kind::Site, &of(drop).with("position", "52.5000000,0.0900000"));
    let contact = test.add(Kind::Contact, &of(drop).with("name", "Jan"));
    let deal = test.add(
        Kind::Opportunity,
        &of(drop)
            .with("name", "Renewal")
            .with(&format!("role/{contact}:buyer"), Scalar::Bool(true)),
    );
    let visit = test.add(
        Kind::Visit,
        &of(drop)
            .with("site_id", Scalar::Id(site))
            .with("planned_at", Scalar::Time(1_795_510_800_000)),
    );
    let task = test.add(Kind::Task, &of(drop).with("name", "Call"));
    let note = test.add(
        Kind::Note,
        &of(drop)
            .with("text", "Mind the dog")
            .with("about_id", Scalar::Id(drop)),
    );
    let groups = test.book.duplicates(10).unwrap();
    assert_eq!((groups.len(), groups[0].reason), (1, DuplicateReason::Name));

    let done = test.book.merge(keep, drop).unwrap();
    assert_eq!((done.moved, &done.merged[..]), (6, &[drop][..]));
    let text = |field: &str| done.record.fields.text(field);
    assert_eq!(
        (text("phone"), text("city"), text("remark")),
        (Some("1"), Some("March"), Some("ring twice"))
    );
    for id in [site, contact, deal, visit, task, note] {
        let record = test.book.record(id).unwrap();
        assert_eq!(record.fields.id("account_id"), Some(keep), "{}", record.kind);
    }
    assert_eq!(test.book.record(note).unwrap().fields.id("about_id"), Some(keep));
    let dropped = test.book.record(drop).unwrap();
    assert!(dropped.deleted);
    assert_eq!(
        (dropped.fields.id("merged_into"), dropped.fields.text("phone")),
        (Some(keep), Some("2"))
    );
    assert!(test.book.duplicates(10).unwrap().is_empty());

    // A contact in a decision chain takes its place along.
    let twin = test.add(Kind::Contact, &of(keep).with("name", "Jan Nowak"));
    test.book.merge(twin, contact).unwrap();
    let deal = test.book.record(deal).unwrap();
    let roles: Vec<_> = deal
        .fields
        .members("role/")
        .map(|(role, _)| role.to_owned())
        .collect();
    assert_eq!(roles, [format!("{twin}:buyer")]);

    // Brought back, it is a record of its own.
    let back = test.book.undelete(drop).unwrap();
    assert_eq!((back.deleted, back.fields.id("merged_into")), (false, None));
}

#[test]
fn what_cannot_be_merged_is_refused_and_changes_nothing() {
    let test = TestBook::new();
    let account = test.add(Kind::Account, &Fields::new().with("name", "Fenland"));
    let other = test.add(Kind::Account, &Fields::new().with("name", "Ouse"));
    let contact = test.add(Kind::Contact, &Fields::new().with("name", "Jan"));
    let site = |account| of(account).with("position", "52.5000000,0.0900000");
    let (one, two) = (
        test.add(Kind::Site, &site(account)),
        test.add(Kind::Site, &site(other)),
    );
    let note = test.add(Kind::Note, &Fields::new().with("text", "a"));
    let merge = |keep, drop| test.book.merge(keep, drop).unwrap_err();
    assert!(matches!(merge(account, contact), BookError::WrongKind { .. }));
    assert!(matches!(merge(one, two), BookError::BadField(_)));
    assert!(matches!(merge(note, note), BookError::BadField(_)));
    assert!(matches!(
        merge(account, RecordId([9; 16])),
        BookError::NoSuchRecord { .. }
    ));
    test.book.delete(other).unwrap();
    assert_eq!(merge(account, other), BookError::Deleted { id: other });
    assert_eq!(test.book.merge(account, account).unwrap().merged, []);
    assert!(!test.book.record(account).unwrap().deleted);
}

#[test]
fn a_list_without_keys_and_the_crm_file_after_it_are_one() {
    let test = TestBook::new();
    test.import(
        ImportKind::Accounts,
        "name,city,lat,lon\nFenland,March,52.5,0.09\nOuse,Ely,52.4,0.26\n",
    );
    test.import(
        ImportKind::Contacts,
        "name,account,email\nJan,Fenland,jan@fen.example\n",
    );
    let crm =
        "Account ID,Account Name,City,Latitude,Longitude\nE-1,FENLAND,March,52.5,0.09\nE-2,Wissey,Ely,,\n";
    let report = test.import(ImportKind::Accounts, crm);
    assert_eq!(
        (report.imported, report.updated, report.keyed, report.namesakes),
        (1, 1, 1, 0)
    );
    let people = "Contact ID,Last Name,Email,Account ID\nC-1,Jan,jan@fen.example,E-1\n";
    let report = test.import(ImportKind::Contacts, people);
    assert_eq!((report.imported, report.updated, report.keyed), (0, 1, 1));
    assert_eq!(
        (test.all(Kind::Account).len(), test.all(Kind::Site).len()),
        (3, 2)
    );
    let again = test.import(ImportKind::Accounts, crm);
    assert_eq!(
        (again.imported, again.updated, again.unchanged, again.keyed),
        (0, 0, 2, 0)
    );
    // A branch elsewhere is another account, and that it has a namesake is in the report.
    let branch = test.import(ImportKind::Accounts, "external_id,name,city\nE-9,Fenland,Wells\n");
    assert_eq!((branch.imported, branch.keyed, branch.namesakes), (1, 0, 1));
    assert!(test.book.duplicates(10).unwrap().is_empty());
    // What could be several is refused, not doubled.
    test.import(ImportKind::Accounts, "name,city\nTwin,Ely\n");
    test.import(ImportKind::Accounts, "name,city\nTwin,March\n");
    let unclear = test.import(ImportKind::Accounts, "external_id,name\nE-7,Twin\n");
    assert_eq!((unclear.imported, unclear.refused.len()), (0, 1));
}

#[test]
fn a_file_finds_the_record_that_a_duplicate_was_merged_into() {
    let test = TestBook::new();
    let list = "external_id,name,city\nE-1,Fenland,March\nX-1,Fenland Dairy,March\n";
    test.import(ImportKind::Accounts, list);
    let id = |key: &str| {
        let all = test.all(Kind::Account);
        let found = all
            .iter()
            .find(|record| record.fields.text("external_id") == Some(key));
        found.unwrap().id
    };
    let (keep, drop) = (id("E-1"), id("X-1"));
    test.book.merge(keep, drop).unwrap();
    let again = test.import(
        ImportKind::Accounts,
        "external_id,name,tier\nX-1,Fenland,A\nE-1,Fenland,A\n",
    );
    assert_eq!((again.imported, again.updated, again.unchanged), (0, 1, 1));
    let contacts = test.import(ImportKind::Contacts, "name,Account ID\nJan,X-1\n");
    assert_eq!(contacts.imported, 1);
    assert_eq!(test.all(Kind::Contact)[0].fields.id("account_id"), Some(keep));
    let kept = test.book.record(keep).unwrap();
    assert_eq!(kept.fields.text("external_id"), Some("E-1"));
}

#[test]
fn a_review_of_the_duplicate_says_nothing_of_the_record_that_stays() {
    let test = TestBook::new();
    let keep = test.add(Kind::Account, &Fields::new().with("name", "Fenland"));
    let drop = test.add(Kind::Account, &Fields::new().with("name", "Fenland"));
    test.book.review(drop, ReviewVerdict::Passed, None).unwrap();
    test.book.merge(keep, drop).unwrap();
    let reviews = |id| test.book.record(id).unwrap().fields.members("review/").count();
    assert_eq!((reviews(keep), reviews(drop)), (0, 1));
}
