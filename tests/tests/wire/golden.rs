//! Files and parts of files that are not to change unnoticed.

use std::path::{Path, PathBuf};

/// The variable that, set to 1, has what differs written anew.
const BLESS: &str = "FIELDBOOK_BLESS";

/// A file of the repository.
pub(crate) fn path(of: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(of)
}

/// The text of a file of the repository.
pub(crate) fn text(of: &str) -> String {
    std::fs::read_to_string(path(of))
        .unwrap_or_default()
        .replace("\r\n", "\n")
}

/// True if differences are written anew.
pub(crate) fn is_blessed() -> bool {
    std::env::var_os(BLESS).is_some_and(|value| value == "1")
}

/// The file must say `text`.
pub(crate) fn hold_file(file: &str, expected: &str) {
    if text(file) == expected {
        return;
    }
    assert!(
        is_blessed(),
        "{file} differs; if that is meant, set {BLESS}=1 and read the difference. It should say:\n{expected}"
    );
    std::fs::write(path(file), expected).unwrap();
}

/// Compares the part of `file` between `<!-- generated: NAME -->` and the next `<!-- end -->`, both on lines of their
/// own, with `expected`.
pub(crate) fn hold_part(file: &str, name: &str, expected: &str) {
    // Several tests may each bless a part of one file.
    static ALONE: std::sync::Mutex<()> = std::sync::Mutex::new(());
    let _alone = ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let whole = text(file);
    let begin = format!("<!-- generated: {name} -->\n");
    let from = whole
        .find(&begin)
        .unwrap_or_else(|| panic!("{file} has no part {name}"))
        + begin.len();
    let until = from + whole[from..].find("<!-- end -->\n").expect("a part ends");
    if &whole[from..until] == expected {
        return;
    }
    assert!(
        is_blessed(),
        "the part {name} of {file} differs; if that is meant, set {BLESS}=1. It should say:\n{expected}"
    );
    let meant = [&whole[..from], expected, &whole[until..]].concat();
    std::fs::write(path(file), meant).unwrap();
}
