//! Vague names, and notes without an issue.

use super::Violation;
use super::source::SourceFile;

/// Module names that say nothing about the content.
const VAGUE_NAMES: &[&str] = &[
    "util", "utils", "common", "helper", "helpers", "manager", "managers", "misc", "types",
];

/// Forbidden names of modules, functions and enums in one file.
pub fn bad_names(file: &SourceFile) -> Vec<Violation> {
    let mut found = Vec::new();
    let mut stems = file.path.trim_end_matches(".rs").split('/');
    if let Some(stem) = stems.find(|stem| VAGUE_NAMES.contains(stem)) {
        found.push(file.violation(1, format!("`{stem}` names nothing: say what lives there")));
    }
    for pair in file.tokens.windows(2) {
        let (keyword, name) = (&pair[0], &pair[1]);
        let what = if keyword.is("mod") && VAGUE_NAMES.iter().any(|word| name.is(word)) {
            format!("`mod {}` names nothing: say what lives there", name.text)
        } else if keyword.is("fn") && name.is_word() && name.text.starts_with("get_") {
            format!("`fn {}`: a getter has the name of the thing", name.text)
        } else if keyword.is("enum") && name.is("Error") {
            "an enum named `Error`: name what went wrong".to_owned()
        } else {
            continue;
        };
        found.push(file.violation(name.line, what));
    }
    found
}

/// Notes without an issue, in any text file: a note must have `#` and a number on the same line.
pub fn notes_without_issue(path: &str, text: &str) -> Vec<Violation> {
    // Written in two halves, so that this file is not caught itself.
    let words = [concat!("TO", "DO"), concat!("FIX", "ME")];
    let mut found = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let loose = words
            .iter()
            .find(|word| contains_word(line, word) && !names_an_issue(line));
        if let Some(word) = loose {
            let what = format!("a `{word}` without its issue: do it, or write `{word} #123`");
            found.push(Violation {
                path: path.to_owned(),
                line: at + 1,
                what,
            });
        }
    }
    found
}

fn contains_word(line: &str, word: &str) -> bool {
    let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
    words.any(|each| each == word)
}

fn names_an_issue(line: &str) -> bool {
    let mut after_signs = line.split('#').skip(1);
    after_signs.any(|after| after.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        let file = SourceFile::read(path, text).unwrap();
        bad_names(&file).into_iter().map(|t| t.line).collect()
    }

    #[test]
    fn names_that_say_nothing_are_caught() {
        let bad =
            "mod utils;\nfn get_account() {}\nenum Error {}\nfn target() {} fn getaway() {} enum Refusal {}";
        assert_eq!(lines("core/book/src/book/mod.rs", bad), [1, 2, 3]);
        assert_eq!(lines("core/src/helpers/mod.rs", ""), [1]);
        assert_eq!(lines("core/src/types.rs", ""), [1]);
        assert_eq!(
            lines("core/model/src/visit.rs", "type Error = BadId; struct types;"),
            [0; 0]
        );
    }

    #[test]
    fn a_note_without_its_issue_is_caught_in_any_file() {
        let note = concat!("TO", "DO");
        let text = format!("-- {note}: later\n-- {note} #12: later\n-- {note}S and to-dos\n// {note} # soon");
        let found: Vec<usize> = notes_without_issue("a.sql", &text)
            .into_iter()
            .map(|t| t.line)
            .collect();
        assert_eq!(found, [1, 4]);
    }
}
