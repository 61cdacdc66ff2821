use std::sync::Arc;

use super::*;
use crate::book::{CheckInRequest, OpenOptions};
use crate::import::ImportKind;
use fieldbook_model::clock::{FixedClock, SeededRandom};

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

#[test]
fn geojson_has_a_feature_for_each_place() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "one.db");
    import(&book, FILE);
    let json: serde_json::Value =
        serde_json::from_str(&export(&book, ExportKind::Accounts, ExportFormat::GeoJson)).unwrap();
    let features = json["features"].as_array().unwrap();
    assert_eq!(features.len(), 1);
    assert_eq!(
        features[0]["geometry"]["coordinates"],
        serde_json::json!([1.2927, 52.6272])
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
