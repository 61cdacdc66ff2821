//! The bench measures what it says it measures. Nothing here looks at how long anything took.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::process::{Command, Output};

fn bench(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_bench"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

/// The table of a quick bench.
fn quick(arguments: &[&str]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = bench(&[&["--quick", "--dir", folder.path().to_str().unwrap()], arguments].concat());
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
    text(&output.stdout).to_owned()
}

/// Number of quantities in the row that begins with `title`.
fn filled(table: &str, title: &str) -> usize {
    let row = table
        .lines()
        .find(|line| line.starts_with(&format!("| {title}")))
        .unwrap_or_default();
    row.split('|')
        .skip(2)
        .filter(|cell| !cell.trim().is_empty())
        .count()
}

#[test]
fn a_bench_of_everything_has_every_row_with_what_belongs_into_it() {
    let table = quick(&["--large"]);
    let timed = [
        "one durable edit",
        "cold start",
        "search",
        "near",
        "flat start: 100 ",
        "flat start: 2,000 ",
    ];
    let synced = [
        "first sync of 500",
        "first sync of 1,500",
        "push 50 edits",
        "pull them",
        "nothing new",
    ];
    assert!(filled(&table, "create 500") >= 2, "{table}");
    for title in timed {
        assert!(filled(&table, title) >= 1, "{title}:\n{table}");
    }
    for title in synced {
        assert!(filled(&table, title) >= 2, "{title}:\n{table}");
    }
    assert!(
        table.starts_with("Machine: ") && table.contains("Command: `bench --quick "),
        "{table}"
    );
}

#[test]
fn only_the_rows_asked_for_are_made() {
    let table = quick(&["--rows", "nothing,create"]);
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .collect();
    assert_eq!(rows.len(), 2, "{table}");
    assert!(
        rows[0].contains("create") && rows[1].contains("nothing new"),
        "{table}"
    );
}

#[test]
fn a_wrong_option_is_bad_usage_and_says_which() {
    let output = bench(&["--rows", "everything"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        text(&output.stderr).contains("everything"),
        "{}",
        text(&output.stderr)
    );
    assert_eq!(bench(&["--child", "baseline"]).status.code(), Some(2));
}
