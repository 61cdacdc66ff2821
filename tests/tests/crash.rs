//! A few crashes; `cargo xtask crash` makes 200.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::process::{Command, Output};

fn crash(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_crash"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn what_was_acknowledged_outlives_a_kill_of_phone_or_server() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let output = crash(&["--rounds", "12", "--seed", "5", "--dir", dir]);
    let (table, complaints) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{table}{complaints}");
    for row in [
        "| rounds | 12 |",
        "| acts lost | 0 |",
        "| acts half written | 0 |",
        "| integrity failures | 0 |",
        "| unequal after the next sync | 0 |",
    ] {
        assert!(table.contains(row), "{row}:\n{table}");
    }
    let acts = table
        .lines()
        .find_map(|line| line.strip_prefix("| acts acknowledged | "))
        .and_then(|rest| rest.trim_end_matches(" |").parse::<u32>().ok());
    assert!(acts > Some(0), "{table}");
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn a_wrong_option_is_bad_usage_and_says_which() {
    let output = crash(&["--rounds", "many"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("--rounds"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(crash(&["--phone", "book.db"]).status.code(), Some(2));
    assert_eq!(crash(&["--office"]).status.code(), Some(2));
}
