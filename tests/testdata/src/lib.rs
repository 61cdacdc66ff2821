//! Real data for tests and benches, where this machine has it.
//!
//! The data are not part of the repository. They are looked for in the folder that the environment variable
//! `FIELDBOOK_DATA` names, else in `shared/data` beside the checkout. A test whose data are absent says that it is
//! skipped; with `CI=true` it fails instead, because a test that cannot fail on any machine is no test. A machine that is
//! meant to have no data says so with `FIELDBOOK_DATA=none`, and then nothing fails for want of them.

#![allow(
    clippy::panic,
    clippy::print_stdout,
    reason = "all of it is called by tests: one that is skipped says so, one without its data fails"
)]

use std::path::{Path, PathBuf};

/// The value of `FIELDBOOK_DATA` on a machine that is meant to have no data.
const NONE: &str = "none";

/// The folder that holds the data, whether it exists or not.
pub fn root() -> PathBuf {
    let beside = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data");
    std::env::var_os("FIELDBOOK_DATA").map_or_else(|| PathBuf::from(beside), PathBuf::from)
}

/// The folder or file at `path` below [`root`]; `None` when it is absent, and then the test is skipped aloud.
///
/// # Panics
/// When it is absent, `CI` is set to anything but `false` or `0`, and `FIELDBOOK_DATA` is not `none`.
pub fn find(path: &str) -> Option<PathBuf> {
    let found = root().join(path);
    if found.exists() {
        return Some(found);
    }
    absent(&found, is_ci() && root() != Path::new(NONE));
    None
}

/// The text of the file at `path` below [`root`]; `None` as for [`find`].
///
/// # Panics
/// As [`find`], and when the file is there and cannot be read as UTF-8.
pub fn text(path: &str) -> Option<String> {
    find(path).map(|file| read(&file))
}

/// Says that a test is skipped for want of `what`, such as `python3`.
///
/// # Panics
/// Under CI, where nothing is skipped.
pub fn skip(what: &str) {
    assert!(!is_ci(), "no {what}: under CI nothing is skipped");
    println!("skipped: no {what} here");
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

fn absent(wanted: &Path, is_failure: bool) {
    let what = format!("no test data at {} (set FIELDBOOK_DATA)", wanted.display());
    assert!(
        !is_failure,
        "{what}: under CI nothing is skipped, unless FIELDBOOK_DATA is `{NONE}`"
    );
    println!("skipped: {what}");
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|ci| !matches!(ci.as_str(), "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_data_are_skipped_and_under_ci_a_failure() {
        absent(Path::new("no/such/file"), false);
        let failed = std::panic::catch_unwind(|| absent(Path::new("no/such/file"), true));
        assert!(failed.is_err());
    }
}
