//! Import of the sample files in `tests/data/import`, which are always present.

#![allow(clippy::unwrap_used, reason = "the whole file is a test")]

use std::path::PathBuf;
use std::sync::Arc;

use fieldbook_book::import::ImportKind;
use fieldbook_book::{Book, OpenOptions};
use fieldbook_location::track::{StopRules, Track, read};
use fieldbook_model::Kind;
use fieldbook_model::clock::{FixedClock, SeededRandom};

fn sample(name: &str) -> Vec<u8> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/import");
    std::fs::read(folder.join(name)).unwrap()
}

#[test]
fn a_crm_export_is_imported_except_for_its_bad_lines() {
    let folder = tempfile::tempdir().unwrap();
    let book = Book::open(OpenOptions {
        clock: Arc::new(FixedClock::at(1_795_510_800_000)),
        random: Arc::new(SeededRandom::new(5)),
        ..OpenOptions::new(folder.path().join("book.db"))
    })
    .unwrap();
    let file = sample("accounts.csv");
    let import = || {
        book.import(
            ImportKind::Accounts,
            "accounts.csv",
            &mut file.as_slice(),
            &fieldbook_book::ImportOptions::default(),
            &mut |_| {},
        )
        .unwrap()
    };

    let first = import();
    let refused: Vec<String> = first.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        refused,
        [
            "line 14: position: lat must be a number from -90 to 90",
            "line 33: name: is required",
            "line 44: 10 cells, the header has 8",
            "line 54: external_id: the same as on line 5",
        ]
    );
    assert_eq!((first.imported, first.updated, first.unchanged), (55, 0, 0));
    assert_eq!(first.unmatched, Vec::<String>::new());

    let found = book.search("Brackwell Bakery 5", Some(Kind::Account), 1).unwrap();
    let fields = &found[0].fields;
    assert_eq!(fields.text("external_id"), Some("C-005"));
    assert_eq!(fields.text("street"), Some("5 Mill Lane"));
    assert_eq!(fields.text("remark"), Some("Ring twice.\nAsk for \"Sam\"."));
    let sites = book.search("5 Mill Lane", Some(Kind::Site), 100).unwrap();
    let positions: Vec<_> = sites
        .iter()
        .filter_map(|site| site.fields.text("position"))
        .collect();
    assert!(positions.contains(&"52.6065000,1.2605000"), "{positions:?}");

    let second = import();
    assert_eq!((second.imported, second.updated, second.unchanged), (0, 0, 55));
}

#[test]
fn a_gpx_track_is_read_whole_and_its_stop_is_found() {
    let file = read(sample("day.gpx").as_slice()).unwrap();
    assert_eq!((file.fixes.len(), file.refused.len()), (80, 0));
    assert_eq!(file.fixes[0].at_ms(), 1_795_507_200_000);
    let track = Track::from_fixes(&file.fixes, &StopRules::default());
    assert_eq!(track.stops.len(), 1);
}
