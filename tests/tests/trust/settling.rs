//! Deletions that meet later edits, records made before a move, and what was forgotten for good.

use std::path::Path;

use fieldbook_core::book::{Book, Privacy};
use fieldbook_core::location::track::TrackFix;
use fieldbook_core::model::{Fields, Kind, PrivacyRules, RecordingMode, Role, Scalar, Zone};
use fieldbook_server::admin;
use fieldbook_tests::world::{NINE, Wire, World};

use crate::company::{contents, quick, shop};

const HOUR_MS: i64 = 3_600_000;

fn sync(book: &Book, wire: &Wire) {
    book.sync_now(wire, None).unwrap();
}

#[test]
fn a_deletion_that_meets_a_later_edit_is_shown_to_both_and_settled_by_either() {
    for brought_back in [true, false] {
        let world = World::new(61);
        let (ada, ada_wire) = world.join("Ada", Role::Rep);
        let (bob, bob_wire) = world.join("Bob", Role::Rep);
        let ids = [shop(&ada, "One").id, shop(&ada, "Two").id];
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
        world.clock.advance(1_000);
        // Bob's edit of the second shop is earlier than the deletion: nothing to tell.
        bob.set_field(ids[1], "phone", "2").unwrap();
        world.clock.advance(1_000);
        for id in ids {
            ada.delete(id).unwrap();
        }
        world.clock.advance(1_000);
        bob.set_field(ids[0], "phone", "1").unwrap();
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
        sync(&ada, &ada_wire);
        assert_eq!(contents(&ada), contents(&bob));
        for book in [&ada, &bob] {
            let told = book.conflicts(None, 10).unwrap();
            assert_eq!(told.len(), 1, "{told:?}");
            assert_eq!((told[0].record, told[0].field.as_str()), (ids[0], "deleted"));
            assert_eq!(
                (&told[0].shown, &told[0].lost),
                (&Scalar::Bool(true), &Scalar::Cleared)
            );
            assert_eq!(
                (told[0].lost_by.as_str(), told[0].lost_at_ms),
                ("Bob", NINE + 3_000)
            );
        }
        if brought_back {
            let told = ada.conflicts(None, 10).unwrap().remove(0);
            ada.restore(ids[0], "deleted", told.change).unwrap();
        } else {
            ada.delete(ids[0]).unwrap();
        }
        sync(&ada, &ada_wire);
        sync(&bob, &bob_wire);
        for book in [&ada, &bob] {
            let record = book.record(ids[0]).unwrap();
            assert_eq!((record.deleted, record.conflicts), (!brought_back, 0));
            assert_eq!(record.fields.text("phone"), Some("1"));
        }
    }
}

#[test]
fn a_record_without_an_account_that_was_made_before_its_author_moved_belongs_where_it_was_made() {
    let world = World::new(62);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    sync(&ada, &ada_wire);
    world.clock.advance(HOUR_MS);
    let note = |text: &str| ada.add(Kind::Note, &Fields::new().with("text", text)).unwrap().id;
    let before = note("made in the north");
    world.clock.advance(HOUR_MS);
    admin::move_user(world.office(), "Ada", &["South"], NINE + 2 * HOUR_MS).unwrap();
    world.clock.advance(HOUR_MS);
    let after = note("made in the south");
    let report = ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!(
        (report.accepted, report.accepted_late, report.unsent),
        (1, 1, 0),
        "{report:?}"
    );
    sync(&ben, &ben_wire);
    assert!(ben.record(before).is_ok() && ben.record(after).is_err());
    assert!(ada.record(after).is_ok() && ada.record(before).is_err());
}

#[test]
fn a_record_of_an_account_that_was_handed_over_since_goes_with_the_account() {
    let world = World::new(63);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join_in("Ben", Role::Rep, &["South"]);
    let account = shop(&ada, "Corner shop").id;
    sync(&ada, &ada_wire);
    world.clock.advance(HOUR_MS);
    let fields = Fields::new()
        .with("text", "made before")
        .with("account_id", Scalar::Id(account));
    let note = ada.add(Kind::Note, &fields).unwrap().id;
    world.clock.advance(HOUR_MS);
    admin::hand_over(world.office(), &[account], "South", NINE + 2 * HOUR_MS).unwrap();
    world.clock.advance(HOUR_MS);
    let report = ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!(
        (report.accepted_late, report.refused.len(), report.unsent),
        (1, 0, 0)
    );
    sync(&ben, &ben_wire);
    assert!(ben.record(note).is_ok() && ada.record(note).is_err());
}

/// True if the bytes are in the file of a book or its log.
fn is_in_files(path: &Path, wanted: &[u8]) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    let files = [path.to_owned(), log.into()];
    let mut read = files.iter().filter_map(|file| std::fs::read(file).ok());
    read.any(|bytes| bytes.windows(wanted.len()).any(|part| part == wanted))
}

#[test]
fn a_dropped_edit_leaves_no_byte_in_the_files_of_an_open_book() {
    const WORDS: &str = "Xylophones for the Zanzibar branch";
    let world = World::new(64);
    admin::add_territory(world.office(), "South", world.random.as_ref()).unwrap();
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    sync(&ada, &wire);
    world.clock.advance(HOUR_MS);
    admin::hand_over(world.office(), &[id], "South", NINE + HOUR_MS / 2).unwrap();
    ada.set_field(id, "phone", WORDS).unwrap();
    sync(&ada, &wire);
    assert!(is_in_files(ada.path(), WORDS.as_bytes()));
    let kept = ada.refused(10).unwrap().remove(0);
    ada.drop_edit(kept.change).unwrap();
    assert!(!is_in_files(ada.path(), WORDS.as_bytes()));
    assert_eq!((quick(&ada).refused, quick(&ada).unsent), (0, 0));
}

#[test]
fn a_forgotten_track_leaves_no_fix_in_the_files_of_an_open_book() {
    let world = World::new(65);
    let (ada, _) = world.join("Ada", Role::Rep);
    let rules = PrivacyRules::default();
    let privacy = Privacy {
        rules: &rules,
        mode: RecordingMode::Business,
        zone: Zone::UTC,
    };
    let fix = TrackFix::new(NINE, "52.6300000,1.3000000".parse().unwrap()).with_accuracy(8.0);
    ada.record_fix(&fix, &privacy).unwrap();
    let body: Vec<u8> = rusqlite::Connection::open(ada.path())
        .unwrap()
        .query_row("SELECT body FROM track_fix", [], |row| row.get(0))
        .unwrap();
    assert!(is_in_files(ada.path(), &body));
    assert_eq!(ada.forget_track(i64::MIN, i64::MAX).unwrap(), 1);
    assert!(!is_in_files(ada.path(), &body));
}
