//! The names of kinds in sentences.

use fieldbook_core::model::Kind;

/// The names of all kinds as `word` spells each: `account, site or contact`.
pub(crate) fn one_of(word: impl Fn(&str) -> String) -> String {
    let [others @ .., last] = &Kind::ALL.map(|kind| word(kind.name()));
    format!("{} or {last}", others.join(", "))
}

/// The word for many: `accounts`, `opportunities`.
pub(crate) fn plural(word: &str) -> String {
    match word.strip_suffix('y') {
        Some(stem) => format!("{stem}ies"),
        None => format!("{word}s"),
    }
}
