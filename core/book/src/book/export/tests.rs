use std::sync::Arc;

use super::*;
use crate::book::{CheckInRequest, OpenOptions};
use crate::import::ImportKind;
use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::{Fields, Scalar};

const FILE: &str = "external_id,name,tier,city,lat,lon,fence_m,opening_hours,tags,visit_every_days\r\n\
    a1,\"Smith, Sons\",A,Norwich,52.6272000,1.2927000,80,Mo-Fr 09:00-17:00,vip;new,14\r\n\
    a2,Zürich \"Bar\",,,,,,,,\r\n";

fn book(folder: &tempfile::TempDir, name: &str) -> Book {
    let options = OpenOptions {
        clock: Arc::new(FixedClock::at(1_795_510_800_000)),
        random: Arc::new(SeededRandom::new(3)),
        ..OpenOptions::new(folder.path().join(name))
    };
    Book::open(options).unwrap()
}

fn import(book: &Book, file: &str) -> crate::book::ImportReport {
    book.import(
        ImportKind::Accounts,
        "a.csv",
        &mut file.as_bytes(),
        &crate::book::ImportOptions::default(),
        &mut |_| {},
    )
    .unwrap()
}

fn export(book: &Book, what: ExportKind, format: ExportFormat) -> String {
    let mut out = Vec::new();
    book.export(what, format, &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn what_is_exported_imports_again_as_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let first = book(&folder, "one.db");
    let report = import(&first, FILE);
    assert_eq!((report.imported, report.refused.as_slice()), (2, &[][..]));
    let csv = export(&first, ExportKind::Accounts, ExportFormat::Csv);
    let again = import(&first, &csv);
    assert_eq!(
        (again.unchanged, again.updated, again.imported),
        (2, 0, 0),
        "{again:?}"
    );
    let second = book(&folder, "two.db");
    import(&second, &csv);
    let without_ids = |csv: &str| {
        csv.lines()
            .map(|l| l.rsplit_once(',').unwrap().0.to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        without_ids(&export(&second, ExportKind::Accounts, ExportFormat::Csv)),
        without_ids(&csv)
    );
}

fn features(book: &Book, what: ExportKind) -> Vec<serde_json::Value> {
    let json: serde_json::Value = serde_json::from_str(&export(book, what, ExportFormat::GeoJson)).unwrap();
    json["features"].as_array().unwrap().clone()
}

#[test]
fn geojson_has_a_feature_for_each_account_and_no_geometry_where_there_is_no_place() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "one.db");
    import(&book, FILE);
    let features = features(&book, ExportKind::Accounts);
    let (placed, unlocated): (Vec<_>, Vec<_>) = features
        .iter()
        .partition(|feature| feature["geometry"].is_object());
    assert_eq!((placed.len(), unlocated.len()), (1, 1));
    assert_eq!(
        placed[0]["geometry"]["coordinates"],
        serde_json::json!([1.2927, 52.6272])
    );
    assert_eq!(unlocated[0].get("geometry"), Some(&serde_json::Value::Null));
    assert_eq!(unlocated[0]["properties"]["name"], "Z\u{fc}rich \"Bar\"");
}

#[test]
fn a_planned_visit_is_a_feature_at_the_only_site_of_its_account_or_without_geometry() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "one.db");
    import(&book, FILE);
    for name in ["smith", "zurich"] {
        let account = book.search(name, None, 1).unwrap().remove(0);
        let visit = Fields::new()
            .with("account_id", Scalar::Id(account.id))
            .with("planned_at", Scalar::Time(1_795_600_000_000));
        book.add(Kind::Visit, &visit).unwrap();
    }
    let geometry_of = |book: &Book| -> Vec<bool> {
        let features = features(book, ExportKind::Visits);
        let mut placed: Vec<bool> = features
            .iter()
            .map(|feature| feature["geometry"].is_object())
            .collect();
        placed.sort_unstable();
        placed
    };
    assert_eq!(geometry_of(&book), [false, true]);
    let smith = book.search("smith", None, 1).unwrap().remove(0);
    let second = Fields::new()
        .with("account_id", Scalar::Id(smith.id))
        .with("position", "52.6,1.3");
    book.add(Kind::Site, &second).unwrap();
    assert_eq!(
        geometry_of(&book),
        [false, false],
        "nobody knows which of two sites"
    );
}

#[test]
fn a_visit_is_an_event_with_its_text_escaped_and_folded() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "one.db");
    import(&book, FILE);
    let account = book.search("smith", None, 1).unwrap().remove(0);
    book.check_in(account.id, &CheckInRequest::default()).unwrap();
    let ics = export(&book, ExportKind::Visits, ExportFormat::Ics);
    assert!(ics.contains("SUMMARY:Smith\\, Sons\r\n"), "{ics}");
    assert!(ics.lines().all(|line| line.len() <= 75));
    assert!(
        book.export(ExportKind::Accounts, ExportFormat::Ics, &mut Vec::new())
            .is_err()
    );
}

#[test]
fn a_newer_version_of_an_event_has_a_later_stamp_and_a_higher_number() {
    let folder = tempfile::tempdir().unwrap();
    let book = |now_ms| {
        Book::open(OpenOptions {
            clock: Arc::new(FixedClock::at(now_ms)),
            ..OpenOptions::new(folder.path().join("one.db"))
        })
        .unwrap()
    };
    let monday = book(1_795_510_800_000);
    import(&monday, FILE);
    let account = monday.search("smith", None, 1).unwrap().remove(0);
    let visit = Fields::new()
        .with("account_id", Scalar::Id(account.id))
        .with("planned_at", Scalar::Time(1_796_641_200_000))
        .with("purpose", "ring\u{7} the bell");
    let visit = monday.add(Kind::Visit, &visit).unwrap();
    let first = export(&monday, ExportKind::Visits, ExportFormat::Ics);
    assert!(
        first.contains("DTSTAMP:20261124T090000Z\r\nSEQUENCE:0\r\n"),
        "{first}"
    );
    assert!(first.contains("DESCRIPTION:ring  the bell\r\n"), "{first}");
    drop(monday);
    let tuesday = book(1_795_597_200_000);
    let earlier = Fields::new().with("planned_at", Scalar::Time(1_796_374_800_000));
    tuesday.set(visit.id, &earlier).unwrap();
    let second = export(&tuesday, ExportKind::Visits, ExportFormat::Ics);
    assert!(
        second.contains("DTSTAMP:20261125T090000Z\r\nSEQUENCE:1\r\n"),
        "{second}"
    );
    assert!(
        second.contains("DTSTART:20261204T090000Z\r\nDTEND:20261204T093000Z\r\n"),
        "{second}"
    );
}

#[test]
fn an_event_without_duration_has_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "one.db");
    import(&book, FILE);
    let account = book.search("smith", None, 1).unwrap().remove(0);
    let visit = book.check_in(account.id, &CheckInRequest::default()).unwrap();
    book.check_out(visit.id, &[], None).unwrap();
    let ics = export(&book, ExportKind::Visits, ExportFormat::Ics);
    assert!(ics.contains("DTSTART:20261124T090000Z\r\nSUMMARY"), "{ics}");
}
