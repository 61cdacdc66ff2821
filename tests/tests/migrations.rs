//! Databases as earlier programs left them, opened by this one: nothing is lost, and the file is as one made today.
//!
//! The making of the files, and of the next one: `tests/data/books/README.md`. The content of each is a snapshot that
//! was compared with the output of the old program itself.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::path::Path;
use std::time::Duration;

use fieldbook_core::book::{Book, CheckInRequest, Checkup, OpenOptions, StoreError};
use fieldbook_core::clock::{FixedClock, SeededRandom};
use fieldbook_core::ids::TerritoryId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_server::store::{self, Store};
use fieldbook_tests::old::{self, Copied, OldFile};
use fieldbook_tests::world::World;
use rusqlite::Connection;

/// Opens a book as a phone would at a time after all old files.
fn open(path: &Path) -> Result<Book, StoreError> {
    Book::open(OpenOptions {
        clock: std::sync::Arc::new(FixedClock::at(old::LATER)),
        wait: Duration::ZERO,
        ..OpenOptions::new(path)
    })
}

fn serve(folder: &Path) -> Result<Store, store::StoreError> {
    Store::open(folder, &SeededRandom::new(1))
}

/// The schema of a book made today.
fn fresh_book() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    drop(open(&path).unwrap());
    old::schema(&path).unwrap()
}

/// The schema of a server's database made today.
fn fresh_server() -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    drop(serve(folder.path()).unwrap());
    old::schema(&folder.path().join(store::FILE_NAME)).unwrap()
}

/// The file at `path` has the schema of a fresh one.
fn alike(path: &Path, fresh: &[String], name: &str) {
    let schema = old::schema(path).unwrap();
    let more = schema.iter().filter(|line| !fresh.contains(line));
    let less = fresh.iter().filter(|line| !schema.contains(line));
    let unlike: Vec<String> = more
        .map(|line| format!("+ {line}"))
        .chain(less.map(|line| format!("- {line}")))
        .collect();
    assert!(
        unlike.is_empty(),
        "{name} is unlike a fresh file:\n{}",
        unlike.join("\n")
    );
}

/// The names of all files in a folder.
fn listed(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A path beside a database's.
fn beside(path: &Path, suffix: &str) -> std::path::PathBuf {
    format!("{}{suffix}", path.display()).into()
}

#[test]
fn each_old_file_is_of_the_version_that_its_name_says_and_nothing_lies_beside_it() {
    for file in old::books().into_iter().chain(old::servers()) {
        assert_eq!(
            old::version(&file.copy().path).unwrap(),
            file.version,
            "{}",
            file.name
        );
    }
    for folder in ["books", "servers"] {
        let all = listed(&Path::new(env!("CARGO_MANIFEST_DIR")).join("data").join(folder));
        let strays: Vec<_> = all
            .iter()
            .filter(|name| name.ends_with("-wal") || name.ends_with("-shm"))
            .collect();
        assert!(strays.is_empty(), "{strays:?} beside the old {folder}");
    }
}

#[test]
fn a_migrated_book_has_the_schema_of_a_fresh_one() {
    let fresh = fresh_book();
    for file in old::books() {
        let copy = file.copy();
        let book = open(&copy.path).unwrap();
        assert_eq!(book.recovery(), None, "{} was taken for damaged", file.name);
        drop(book);
        alike(&copy.path, &fresh, &file.name);
        assert_eq!(old::book_defects(&copy.path).unwrap(), [""; 0], "{}", file.name);
    }
}

#[test]
fn a_migrated_server_has_the_schema_of_a_fresh_one() {
    let fresh = fresh_server();
    for file in old::servers() {
        let copy = file.copy();
        drop(serve(copy.folder()).unwrap());
        alike(&copy.path, &fresh, &file.name);
        assert_eq!(old::server_defects(&copy.path).unwrap(), [""; 0], "{}", file.name);
    }
}

#[test]
fn a_migrated_book_shows_all_that_the_old_program_showed() {
    for file in old::books() {
        let copy = file.copy();
        let book = open(&copy.path).unwrap();
        let shown = old::book_state(&book, &copy.path).unwrap();
        insta::assert_snapshot!(format!("book-{}", file.name), shown);
    }
}

#[test]
fn a_migrated_server_shows_all_that_the_old_program_showed() {
    for file in old::servers() {
        let world = World::continued(&file.path, 3, old::LATER);
        let company = TerritoryId::COMPANY;
        let all = world.office().read().unwrap().territories().unwrap();
        let sales: Vec<_> = all
            .into_iter()
            .filter(|one| one.id != company)
            .map(|one| one.name)
            .collect();
        let (phone, wire) = world.join_in("Zoe", Role::Manager, &names(&sales));
        phone.sync_now(&wire, None).unwrap();
        let shown = old::server_state(world.office(), &phone).unwrap();
        insta::assert_snapshot!(format!("server-{}", file.name), shown);
    }
}

#[test]
fn a_migrated_book_is_edited_and_synced() {
    for file in old::books() {
        edit_and_sync(&file);
    }
}

fn edit_and_sync(file: &OldFile) {
    let name = &file.name;
    let server = old::server_of(file);
    let world = match &server {
        Some(server) => World::continued(&server.path, 5, old::LATER),
        None => World::new(5),
    };
    world.clock.set(old::LATER);
    let path = world.folder().join("old.db");
    std::fs::copy(&file.path, &path).unwrap();
    let book = Book::open(world.options("old.db", world.clock.clone())).unwrap();
    let wire = world.wire();
    if server.is_none() {
        let code = world.code(&rep_of(&book), Role::Rep);
        book.join("http://office", &code, "phone", &wire).unwrap();
    }
    let territories = if server.is_some() {
        ["North", "South"]
            .map(|side| format!("{} {side}", rep_of(&book)))
            .to_vec()
    } else {
        vec!["North".to_owned()]
    };

    write_a_little(&book);
    book.sync_now(&wire, None).unwrap();
    for lost in book.conflicts(None, 100).unwrap() {
        book.restore(lost.record, &lost.field, lost.change).unwrap();
    }
    book.sync_now(&wire, None).unwrap();

    let status = book.status(Checkup::Thorough).unwrap();
    assert_eq!((status.unsent, status.conflicts), (0, 0), "{name}");
    let held: Vec<_> = status.territories.into_iter().map(|(_, name)| name).collect();
    let all = territories.iter().all(|territory| held.contains(territory));
    assert!(all, "{name}: {held:?}");
    assert!(book.export_evidence(&mut Vec::new()).unwrap() > 0, "{name}");
    let (other, other_wire) = world.join_in("Zoe", Role::Manager, &names(&territories));
    other.sync_now(&other_wire, None).unwrap();
    let differing = old::differing(&book, &other).unwrap();
    assert_eq!(differing, 0, "{name}: a new phone shows something else");
    assert_eq!(
        old::server_defects(&world.server_file()).unwrap(),
        [""; 0],
        "{name}"
    );
    drop(book);
    assert_eq!(old::book_defects(&path).unwrap(), [""; 0], "{name}");
}

fn names(owned: &[String]) -> Vec<&str> {
    owned.iter().map(String::as_str).collect()
}

fn rep_of(book: &Book) -> String {
    book.status(Checkup::Quick).unwrap().rep.unwrap()
}

/// A new value, a new record, and a visit with its evidence.
fn write_a_little(book: &Book) {
    let found = book.search("happiness", Some(Kind::Account), 1).unwrap();
    let shop = found[0].id;
    book.set_field(shop, "phone", "+44 1603 555 0000").unwrap();
    let note = Fields::new()
        .with("account_id", Scalar::Id(shop))
        .with("text", "新的一天");
    book.add(Kind::Note, &note).unwrap();
    let visit = book.check_in(shop, &CheckInRequest::default()).unwrap();
    book.check_out(visit.id, &[], Some("As ever")).unwrap();
}

/// The states of the file at each point at which a process that opens it may die: a copy for each, to be opened.
///
/// `opened` is the copy that was migrated and is still open, so that what was written stands in the log beside it.
fn deaths(file: &OldFile, opened: &Path) -> Vec<(String, Copied)> {
    let untouched = std::fs::read(&file.path).unwrap() == std::fs::read(opened).unwrap();
    assert!(
        untouched,
        "{}: all that a migration writes is in the log until the end",
        file.name
    );
    let logs = old::cut_logs(&beside(opened, "-wal")).unwrap();
    let dead = logs.into_iter().map(|log| {
        let copy = file.copy();
        std::fs::write(beside(&copy.path, "-wal"), &log).unwrap();
        (format!("{} after {} bytes of log", file.name, log.len()), copy)
    });
    dead.collect()
}

/// The versions that the files of dead processes have.
fn versions(dead: &[(String, Copied)]) -> Vec<i64> {
    let mut versions: Vec<i64> = dead
        .iter()
        .map(|(_, copy)| {
            let look = tempfile::tempdir().unwrap();
            let path = look.path().join("look.db");
            std::fs::copy(&copy.path, &path).unwrap();
            std::fs::copy(beside(&copy.path, "-wal"), beside(&path, "-wal")).unwrap();
            old::version(&path).unwrap()
        })
        .collect();
    versions.dedup();
    versions
}

#[test]
fn a_book_whose_migration_was_killed_opens_the_next_time() {
    let fresh = fresh_book();
    let newest = newest(&fresh);
    for file in old::books().into_iter().filter(|file| file.version < newest) {
        let copy = file.copy();
        let book = open(&copy.path).unwrap();
        let dead = deaths(&file, &copy.path);
        drop(book);
        let each: Vec<i64> = (file.version..=newest).collect();
        assert_eq!(
            versions(&dead),
            each,
            "{}: a script is one transaction",
            file.name
        );
        for (at, copy) in dead {
            drop(open(&copy.path).unwrap());
            alike(&copy.path, &fresh, &at);
            assert_eq!(old::sqlite_defects(&copy.path).unwrap(), [""; 0], "{at}");
        }
    }
}

#[test]
fn a_server_whose_migration_was_killed_opens_the_next_time() {
    let fresh = fresh_server();
    let newest = newest(&fresh);
    for file in old::servers().into_iter().filter(|file| file.version < newest) {
        let copy = file.copy();
        let server = serve(copy.folder()).unwrap();
        let dead = deaths(&file, &copy.path);
        drop(server);
        assert_eq!(
            versions(&dead),
            [file.version, newest],
            "{}: all scripts are one transaction",
            file.name
        );
        for (at, copy) in dead {
            drop(serve(copy.folder()).unwrap());
            alike(&copy.path, &fresh, &at);
            assert_eq!(old::sqlite_defects(&copy.path).unwrap(), [""; 0], "{at}");
        }
    }
}

/// The version that a fresh file has.
fn newest(fresh: &[String]) -> i64 {
    let mut versions = fresh.iter().filter_map(|line| line.strip_prefix("user_version "));
    versions.next_back().unwrap().parse().unwrap()
}

fn run(path: &Path, sql: &str) {
    Connection::open(path).unwrap().execute_batch(sql).unwrap();
}

#[test]
fn a_script_that_fails_half_way_leaves_nothing_and_runs_when_it_can() {
    let file = old::books().into_iter().find(|file| file.version == 2).unwrap();
    let copy = file.copy();
    // The third script makes two tables; the second of them cannot be made.
    run(&copy.path, "CREATE TABLE track_block (n)");
    assert!(matches!(open(&copy.path), Err(StoreError::Bug { .. })));
    let schema = old::schema(&copy.path).unwrap();
    assert!(
        !schema.iter().any(|line| line.contains("track_fix")),
        "half a script was kept"
    );
    assert_eq!(old::version(&copy.path).unwrap(), 2);
    run(&copy.path, "DROP TABLE track_block");
    drop(open(&copy.path).unwrap());
    alike(&copy.path, &fresh_book(), &file.name);
}

#[test]
fn a_script_of_the_server_that_fails_half_way_leaves_nothing_and_runs_when_it_can() {
    let file = old::servers().into_iter().find(|file| file.version == 1).unwrap();
    let copy = file.copy();
    run(&copy.path, "CREATE TABLE evidence_finding (n)");
    assert!(matches!(serve(copy.folder()), Err(store::StoreError::Failed(_))));
    let schema = old::schema(&copy.path).unwrap();
    assert!(
        !schema.iter().any(|line| line.contains("evidence_link")),
        "half a script was kept"
    );
    assert_eq!(old::version(&copy.path).unwrap(), 1);
    run(&copy.path, "DROP TABLE evidence_finding");
    drop(serve(copy.folder()).unwrap());
    alike(&copy.path, &fresh_server(), &file.name);
}

/// Every file of a folder with its bytes.
fn bytes(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = listed(folder).into_iter();
    names
        .map(|name| {
            let bytes = std::fs::read(folder.join(&name)).unwrap();
            (name, bytes)
        })
        .collect()
}

#[test]
fn a_newer_book_is_refused_and_nothing_is_written_to_it_or_beside_it() {
    let known = newest(&fresh_book());
    for file in old::books() {
        let copy = file.copy();
        run(&copy.path, &format!("PRAGMA user_version = {}", known + 1));
        let before = bytes(copy.folder());
        let refused = open(&copy.path).map(|_| ());
        assert_eq!(
            refused,
            Err(StoreError::Newer {
                found: known + 1,
                known
            }),
            "{}",
            file.name
        );
        assert!(
            before == bytes(copy.folder()),
            "{}: {:?}",
            file.name,
            listed(copy.folder())
        );
    }
}

#[test]
fn a_newer_server_is_refused_and_nothing_is_written_to_it_or_beside_it() {
    let latest = newest(&fresh_server());
    for file in old::servers() {
        let copy = file.copy();
        run(&copy.path, &format!("PRAGMA user_version = {}", latest + 1));
        let before = bytes(copy.folder());
        let refused = serve(copy.folder());
        let is_newer = matches!(refused, Err(store::StoreError::Newer { found, known }) if (found, known) == (latest + 1, latest));
        assert!(is_newer, "{}: {refused:?}", file.name);
        assert!(
            before == bytes(copy.folder()),
            "{}: {:?}",
            file.name,
            listed(copy.folder())
        );
    }
}

/// The newer program died: what it wrote last, its version too, stands in the log beside the file.
fn dies_as_newer(path: &Path, version: i64) {
    let copy = path.with_extension("live");
    std::fs::copy(path, &copy).unwrap();
    let newer = Connection::open(&copy).unwrap();
    newer.pragma_update(None, "user_version", version).unwrap();
    std::fs::copy(beside(&copy, "-wal"), beside(path, "-wal")).unwrap();
    drop(newer);
    std::fs::remove_file(copy).unwrap();
}

#[test]
fn a_newer_book_with_its_last_writing_in_the_log_is_refused_and_keeps_both() {
    let known = newest(&fresh_book());
    let copy = old::books().pop().unwrap().copy();
    dies_as_newer(&copy.path, known + 1);
    let file_and_log =
        || [copy.path.clone(), beside(&copy.path, "-wal")].map(|path| std::fs::read(path).ok());
    let before = file_and_log();
    let refused = open(&copy.path).map(|_| ());
    assert_eq!(
        refused,
        Err(StoreError::Newer {
            found: known + 1,
            known
        })
    );
    assert!(before == file_and_log(), "{:?}", listed(copy.folder()));
}

#[test]
fn a_newer_server_with_its_last_writing_in_the_log_is_refused_and_keeps_both() {
    let latest = newest(&fresh_server());
    let copy = old::servers().pop().unwrap().copy();
    dies_as_newer(&copy.path, latest + 1);
    let file_and_log =
        || [copy.path.clone(), beside(&copy.path, "-wal")].map(|path| std::fs::read(path).ok());
    let before = file_and_log();
    assert!(matches!(
        serve(copy.folder()),
        Err(store::StoreError::Newer { .. })
    ));
    assert!(before == file_and_log(), "{:?}", listed(copy.folder()));
}
