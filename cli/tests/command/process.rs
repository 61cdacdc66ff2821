//! Processes: closed pipes, two at once, files that are no books.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::device::{NOW, TestDevice};
use fieldbook_core::book::{Book, OpenOptions};

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let device = TestDevice::new();
    let mut rows = String::from("external_id,name,remark\n");
    for n in 0..100 {
        rows.extend([format!("{n},Shop {n},"), "long ".repeat(300), "\n".to_owned()]);
    }
    let file = device.file("shops.csv", rows);
    assert_eq!(device.json(&["import", "accounts", &file])["imported"], 100);
    for args in [
        &["list", "accounts", "--json"][..],
        &["list", "accounts"],
        &["export", "accounts"],
        &["export", "accounts", "--format", "json"],
    ] {
        let mut command = device.command(args);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut first = String::new();
        let mut reader = BufReader::with_capacity(64, child.stdout.take().unwrap());
        reader.read_line(&mut first).unwrap();
        drop(reader);
        let ended = child.wait_with_output().unwrap();
        assert!(!first.is_empty());
        assert_eq!(String::from_utf8(ended.stderr).unwrap(), "", "{args:?}");
        assert_eq!(ended.status.code(), Some(0), "{args:?}");
    }
}

#[test]
fn a_book_that_is_open_elsewhere_is_refused_after_a_wait() {
    let device = TestDevice::new();
    let _held = Book::open(OpenOptions::new(device.book())).unwrap();
    let error = device.fails(1, &["status"]);
    assert_eq!(error["code"], "in_use");
    assert_eq!(error["book"], device.book().to_str().unwrap());
}

#[test]
fn a_file_of_another_program_is_left_alone() {
    let device = TestDevice::new();
    let text = "not a book at all, but somebody's diary";
    device.file("book.db", text);
    let error = device.fails(1, &["list", "accounts"]);
    assert_eq!(error["code"], "not_a_book");
    assert_eq!(std::fs::read_to_string(device.book()).unwrap(), text);
}

#[test]
fn a_folder_that_is_not_there_is_told() {
    let device = TestDevice::new().with_book("no/such/folder/book.db");
    assert_eq!(device.fails(1, &["status"])["code"], "cannot_open");
}

#[test]
fn a_damaged_book_is_moved_aside_and_said_on_stderr() {
    let device = TestDevice::new();
    device.json(&["new", "--rep", "Ada"]);
    device.add(&["account", "name=Shop"]);
    let mut bytes = std::fs::read(device.book()).unwrap();
    let damaged = bytes.len().min(20_000);
    bytes[100..damaged].fill(0xAA);
    std::fs::write(device.book(), bytes).unwrap();
    let ran = device.run(&["status", "--json"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let warning: serde_json::Value = serde_json::from_str(&ran.err).unwrap();
    assert_eq!(warning["warning"]["code"], "recovered");
    let moved_to = warning["warning"]["moved_to"].as_str().unwrap();
    assert!(std::path::Path::new(moved_to).exists());
}

#[test]
fn without_a_book_option_the_book_is_in_the_data_folder() {
    let device = TestDevice::new();
    let home = device.book().parent().unwrap().join("home");
    let mut command = device.command(&["status", "--json", "--now", NOW]);
    command
        .env("FIELDBOOK_BOOK", "")
        .env("HOME", &home)
        .env("APPDATA", &home)
        .env("XDG_DATA_HOME", home.join("data"));
    let ran = command.output().unwrap();
    assert_eq!(ran.status.code(), Some(0));
    let status: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    let book = std::path::PathBuf::from(status["book"].as_str().unwrap());
    assert!(
        book.starts_with(&home) && book.ends_with("fieldbook/book.db") && book.exists(),
        "{book:?}"
    );
}

#[test]
fn options_of_every_command_stand_before_or_behind_it() {
    let device = TestDevice::new().with_book("unused.db");
    let book = device.book().with_file_name("named.db");
    let name = book.to_str().unwrap();
    for args in [
        ["--book", name, "--json", "status"],
        ["status", "--json", "--book", name],
    ] {
        let ran = device.command(&args).output().unwrap();
        let status: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
        assert_eq!(status["book"], name);
    }
    assert!(!device.book().exists());
}
