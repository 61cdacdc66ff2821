//! One Rust file: its tokens, the shipped ones among them, and its functions.

use std::collections::BTreeSet;

use super::Violation;
use super::tokens::{self, Token};

/// A parsed Rust file of the workspace.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// From the workspace's root, with `/` between its parts.
    pub path: String,
    /// All tokens except comments.
    pub tokens: Vec<Token>,
    /// The same without `#[cfg(test)]` items; empty when the whole file is test code.
    pub shipped: Vec<Token>,
    /// The whole text.
    pub text: String,
}

/// A function and its length.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Function {
    /// Name of the function.
    pub name: String,
    /// The line of its `fn`.
    pub line: usize,
    /// Lines that hold code, from the `fn` to the closing brace.
    pub code_lines: usize,
}

impl SourceFile {
    /// Parses `text`, the content of the file at `path`.
    ///
    /// # Errors
    ///
    /// A [`Violation`] if the text is not Rust.
    pub fn read(path: &str, text: &str) -> Result<SourceFile, Violation> {
        let tokens = tokens::read(text).map_err(|e| Violation {
            path: path.to_owned(),
            line: e.span().start().line,
            what: format!("cannot be read as Rust: {e}"),
        })?;
        let shipped = if is_test_path(path) {
            Vec::new()
        } else {
            without_tests(&tokens)
        };
        Ok(SourceFile {
            path: path.to_owned(),
            tokens,
            shipped,
            text: text.to_owned(),
        })
    }

    /// True if the whole file is test code: it lies in a package's `tests` or `benches`, or is a module `tests`.
    pub fn is_test(&self) -> bool {
        is_test_path(&self.path)
    }

    /// Number of lines with code, without blank lines and comments. Test modules of a shipped file are not counted.
    pub fn code_lines(&self) -> usize {
        code_lines(if self.is_test() {
            &self.tokens
        } else {
            &self.shipped
        })
    }

    /// The functions with a body, test functions too.
    pub fn functions(&self) -> Vec<Function> {
        functions(&self.tokens)
    }

    /// The functions with a body that ship.
    pub fn shipped_functions(&self) -> Vec<Function> {
        functions(&self.shipped)
    }

    /// A violation in this file.
    pub fn violation(&self, line: usize, what: String) -> Violation {
        Violation {
            path: self.path.clone(),
            line,
            what,
        }
    }
}

fn is_test_path(path: &str) -> bool {
    let inside = path.strip_prefix("tests/").unwrap_or(path);
    let mut parts: Vec<&str> = inside.split('/').collect();
    let file = parts.pop().unwrap_or_default();
    file == "tests.rs" || parts.iter().any(|dir| *dir == "tests" || *dir == "benches")
}

/// Drops every item under `#[cfg(test)]`, with its other attributes.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut shipped = Vec::with_capacity(tokens.len());
    let mut at = 0;
    while at < tokens.len() {
        if starts_with(&tokens[at..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            at = past_item(tokens, at);
        } else {
            shipped.push(tokens[at].clone());
            at += 1;
        }
    }
    shipped
}

/// True if `tokens` begins with these words and signs.
pub fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.is(text))
}

/// The index after the item whose first attribute is at `at`.
fn past_item(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() && tokens[at].is("#") {
        at = tokens::past_group(tokens, at + 1);
    }
    while at < tokens.len() {
        let ends = tokens[at].is(";") || tokens[at].is("{");
        at = tokens::past_group(tokens, at);
        if ends {
            break;
        }
    }
    at
}

fn code_lines(tokens: &[Token]) -> usize {
    let lines: BTreeSet<usize> = tokens.iter().flat_map(|t| t.line..=t.last_line).collect();
    lines.len()
}

fn functions(tokens: &[Token]) -> Vec<Function> {
    let mut found = Vec::new();
    for (at, pair) in tokens.windows(2).enumerate() {
        if !(pair[0].is("fn") && pair[1].is_word()) {
            continue;
        }
        let mut end = at + 2;
        while end < tokens.len() && !tokens[end].is("{") && !tokens[end].is(";") {
            end = tokens::past_group(tokens, end);
        }
        if tokens.get(end).is_some_and(|t| t.is("{")) {
            end = tokens::past_group(tokens, end);
            found.push(Function {
                name: pair[1].text.clone(),
                line: pair[0].line,
                code_lines: code_lines(&tokens[at..end]),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "
/// Doc.
fn long<T>(of: [u8; 2]) -> fn(T) -> u8
where
    T: Copy,
{
    // comment

    inner()
}

trait Shape { fn area(&self) -> f64; }

#[cfg(test)]
#[allow(unused)]
mod tests {
    fn helper() {}
}

#[cfg(test)]
use std::fmt;
fn last() {}
";

    #[test]
    fn a_function_is_measured_in_lines_of_code_and_a_declaration_is_none() {
        let file = SourceFile::read("core/src/a.rs", SAMPLE).unwrap();
        let names: Vec<_> = file
            .functions()
            .into_iter()
            .map(|f| (f.name, f.code_lines))
            .collect();
        assert_eq!(
            names,
            [
                ("long".to_owned(), 6),
                ("helper".to_owned(), 1),
                ("last".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn test_items_are_not_shipped_and_what_follows_them_is() {
        let file = SourceFile::read("core/src/a.rs", SAMPLE).unwrap();
        let names: Vec<_> = file.shipped_functions().into_iter().map(|f| f.name).collect();
        assert_eq!(names, ["long", "last"]);
        assert_eq!(file.code_lines(), 8);
    }

    #[test]
    fn a_file_in_a_tests_folder_is_test_code_but_the_package_tests_is_not() {
        for path in [
            "core/tests/a.rs",
            "core/model/src/doc/tests.rs",
            "tests/tests/tidy.rs",
            "core/benches/a.rs",
        ] {
            assert!(is_test_path(path), "{path}");
        }
        for path in [
            "tests/src/tidy/mod.rs",
            "core/model/src/doc/mod.rs",
            "tests/baseline/src/lib.rs",
        ] {
            assert!(!is_test_path(path), "{path}");
        }
    }
}
