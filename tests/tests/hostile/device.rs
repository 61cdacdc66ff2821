//! Devices that are full, files that may not be written, and files that are somebody else's.

use std::path::Path;
use std::process::Command;

use fieldbook_book::store::StoreError;
use fieldbook_core::book::{Book, BookError, OpenOptions, PAGE_MAX, Query};
use fieldbook_core::model::Kind;
use rusqlite::Connection;

use crate::test_device::{Ran, TestDevice, fieldbook};

/// The command under a limit on the size of files: what `ulimit -f` counts is blocks of 512 bytes.
fn limited(device: &TestDevice, kib: usize, args: &[&str]) -> Ran {
    let mut shell = Command::new("sh");
    // Without the trap the signal of the limit ends the process before the write can say why.
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" \"$@\"", kib * 2);
    shell.args(["-c", &script]).arg(fieldbook());
    Ran::of(&mut device.dressed(shell, args))
}

fn shops(n: usize) -> String {
    let rows = (0..n).map(|n| format!("{n},Shop {n},Norwich,52.6,1.29\n"));
    std::iter::once("external_id,name,city,latitude,longitude\n".to_owned())
        .chain(rows)
        .collect()
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_device_an_import_is_refused_whole_and_goes_on_once_there_is_room() {
    let device = TestDevice::new();
    device.shop("made before");
    let file = device.file("shops.csv", shops(1_500));
    let ran = limited(&device, 600, &["import", "accounts", &file]);
    assert_eq!(ran.told(), (1, "disk_full"), "{ran:?}");
    device.assert_sound();
    assert_eq!(device.accounts(), 1, "all or nothing");
    let report = device.done(&["import", "accounts", &file]);
    assert_eq!(report["imported"], 1_500);
    device.assert_sound();
}

#[cfg(target_os = "linux")]
#[test]
fn on_a_full_device_each_act_is_done_or_says_that_it_is_not() {
    let device = TestDevice::new();
    device.shop("made before");
    let mut done = 1;
    let bytes = usize::try_from(device.book().metadata().unwrap().len()).unwrap();
    let mut full = 0;
    for n in 0..30 {
        let remark = format!("remark={}", "long ".repeat(1_900));
        let args = ["add", "account", &format!("name=Shop {n}"), &remark];
        let ran = limited(&device, bytes / 1_024 + 64, &args);
        match ran.told() {
            (0, "") => done += 1,
            (1, "disk_full") => full += 1,
            other => panic!("{other:?}: {ran:?}"),
        }
    }
    assert!(full > 0, "the limit was never met");
    assert_eq!(device.accounts(), done);
    device.assert_sound();
    device.shop("room again");
    assert_eq!(device.accounts(), done + 1);
}

/// True if this process may write where it has no right to, as root may.
fn is_mighty(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join("mighty");
    std::fs::write(&path, "x").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o444)).unwrap();
    std::fs::OpenOptions::new().write(true).open(&path).is_ok()
}

/// The command as somebody who has no rights here, if that can be done.
fn powerless(device: &TestDevice, args: &[&str]) -> Option<Ran> {
    if !is_mighty(device.book().parent().unwrap()) {
        return Some(device.run(args));
    }
    let drop = ["--reuid=65534", "--regid=65534", "--clear-groups"];
    // The command itself may lie where nobody but root can go: everybody can read a copy in the device's folder.
    let copy = device.path("fieldbook");
    if !copy.exists() {
        std::fs::copy(fieldbook(), &copy).unwrap();
    }
    let can = Command::new("setpriv")
        .args(drop)
        .arg(&copy)
        .arg("--version")
        .output();
    if !can.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no setpriv here, and root may write everything");
        return None;
    }
    let mut command = Command::new("setpriv");
    command.args(drop).arg(&copy);
    Some(Ran::of(&mut device.dressed(command, args)))
}

#[cfg(unix)]
#[test]
fn a_book_that_may_not_be_written_is_said_to_be_read_only_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt;
    let device = TestDevice::new();
    device.shop("made before");
    let allow = |path: &Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let (book, lock) = (device.book(), device.path("book.db-lock"));
    let before = std::fs::read(&book).unwrap();
    // Once the file, once the lock, once the folder; each time the rest may be written by all.
    for (what, file, lock_file, folder) in [
        ("the file", 0o444, 0o666, 0o777),
        ("the lock", 0o666, 0o444, 0o777),
        ("all of it", 0o444, 0o444, 0o555),
    ] {
        allow(&book, file);
        allow(&lock, lock_file);
        allow(book.parent().unwrap(), folder);
        let Some(ran) = powerless(&device, &["add", "account", "name=x"]) else {
            break;
        };
        assert_eq!(ran.told(), (1, "read_only"), "{what}: {ran:?}");
        allow(book.parent().unwrap(), 0o755);
        assert_eq!(std::fs::read(&book).unwrap(), before, "{what}");
    }
    allow(book.parent().unwrap(), 0o755);
    allow(&book, 0o644);
    allow(&lock, 0o644);
    assert_eq!(device.accounts(), 1);
}

#[test]
fn a_book_that_is_open_is_opened_by_nobody_else() {
    let device = TestDevice::new();
    let book = device.open();
    let ran = device.run(&["add", "account", "name=x"]);
    assert_eq!(ran.told(), (1, "in_use"));
    let second = Book::open(OpenOptions {
        wait: std::time::Duration::ZERO,
        ..OpenOptions::new(device.book())
    });
    assert_eq!(second.err(), Some(StoreError::InUse));
    let none = book.page(&Query::first(Kind::Account, PAGE_MAX)).unwrap();
    assert_eq!(none.records.len(), 0);
    assert!(matches!(
        book.page(&Query::first(Kind::Account, PAGE_MAX + 1)),
        Err(BookError::BadLimit { .. })
    ));
    drop(book);
    device.shop("after");
}

#[test]
fn a_file_that_is_no_book_of_ours_is_refused_untouched() {
    for (what, code, make) in [
        ("another program's database", "not_a_book", foreign as fn(&Path)),
        ("a database with another program's mark", "not_a_book", marked),
        ("a book of a newer version", "newer", newer),
        ("a text", "not_a_book", text),
        ("a picture cut short", "not_a_book", picture),
    ] {
        let device = TestDevice::new();
        make(&device.book());
        let before = std::fs::read(device.book()).unwrap();
        for args in [&["status"][..], &["add", "account", "name=x"], &["sync"]] {
            let ran = device.run(args);
            assert_eq!(ran.told(), (1, code), "{what} {args:?}: {ran:?}");
        }
        assert_eq!(std::fs::read(device.book()).unwrap(), before, "{what}");
        assert!(
            !device.path("book.db-lock").exists(),
            "{what}: no lock was laid beside it"
        );
        // SQLite lays an empty log beside a database in that mode when it only reads it.
        let log = std::fs::metadata(device.path("book.db-wal"));
        assert_eq!(log.map_or(0, |log| log.len()), 0, "{what}");
    }
}

fn foreign(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch("CREATE TABLE diary (day TEXT); INSERT INTO diary VALUES ('Monday')")
        .unwrap();
}

fn marked(path: &Path) {
    let connection = Connection::open(path).unwrap();
    connection
        .pragma_update(None, "application_id", 0x4D50_4258)
        .unwrap();
    connection.execute_batch("CREATE TABLE record (id)").unwrap();
}

fn newer(path: &Path) {
    drop(Book::open(OpenOptions::new(path)).unwrap());
    let connection = Connection::open(path).unwrap();
    connection.pragma_update(None, "user_version", 9_999).unwrap();
    drop(connection);
    std::fs::remove_file(path.with_file_name("book.db-lock")).unwrap();
}

fn text(path: &Path) {
    std::fs::write(path, "not a book at all, but somebody's diary").unwrap();
}

fn picture(path: &Path) {
    std::fs::write(path, b"\x89PNG\r\n\x1a\n\x00\x00").unwrap();
}
