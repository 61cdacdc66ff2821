//! The paths that a file uses: the leaves of `use` trees and `a::b::c` in code, with `super` resolved.

use super::source::SourceFile;
use super::tokens::{Token, past_group};

/// A path from the crate's root. Renames by `use` are not followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathUse {
    /// Its parts. One that started with `crate`, `self` or `super` starts with `crate` here.
    pub parts: Vec<String>,
    /// The line of its first part.
    pub line: usize,
}

/// The paths with two parts or more, and the one-part `use`s, in `tokens` of `file`.
pub fn path_uses(file: &SourceFile, tokens: &[Token]) -> Vec<PathUse> {
    let mut reader = Reader {
        tokens,
        module: module_of(&file.path),
        found: Vec::new(),
    };
    reader.block(0, tokens.len());
    reader.found
}

/// The module path of a file: `core/model/src/doc/gate.rs` is `doc::gate`, a crate's root is empty.
pub fn module_of(path: &str) -> Vec<String> {
    let inside = path.split_once("src/").map_or(path, |(_, inside)| inside);
    let mut parts: Vec<String> = inside
        .trim_end_matches(".rs")
        .split('/')
        .map(str::to_owned)
        .collect();
    if parts.last().is_some_and(|last| last == "mod")
        || (parts.len() == 1 && (parts[0] == "lib" || parts[0] == "main"))
    {
        parts.pop();
    }
    parts
}

struct Reader<'a> {
    tokens: &'a [Token],
    module: Vec<String>,
    found: Vec<PathUse>,
}

impl Reader<'_> {
    fn is(&self, at: usize, text: &str) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is(text))
    }

    fn is_word(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(Token::is_word)
    }

    fn block(&mut self, mut at: usize, end: usize) {
        while at < end {
            if self.is(at, "mod") && self.is_word(at + 1) && self.is(at + 2, "{") {
                let past = past_group(self.tokens, at + 2);
                self.module.push(self.tokens[at + 1].text.clone());
                self.block(at + 3, past - 1);
                self.module.pop();
                at = past;
            } else if self.is(at, "use")
                && (self.is_word(at + 1) || self.is(at + 1, "::") || self.is(at + 1, "{"))
            {
                at = self.use_tree(at + 1, &[]);
            } else if self.is_word(at) {
                at = self.path(at);
            } else {
                at += 1;
            }
        }
    }

    /// Reads a path in code from its first word, and returns the index after it.
    fn path(&mut self, at: usize) -> usize {
        let mut parts = vec![self.tokens[at].text.clone()];
        let mut next = at + 1;
        while self.is(next, "::") && self.is_word(next + 1) {
            parts.push(self.tokens[next + 1].text.clone());
            next += 2;
        }
        if parts.len() > 1 {
            self.push(&parts, self.tokens[at].line);
        }
        next
    }

    /// Reads a `use` tree up to its `,`, `}` or `;`. Each leaf becomes one path.
    fn use_tree(&mut self, mut at: usize, before: &[String]) -> usize {
        let line = self.tokens.get(at).map_or(0, |t| t.line);
        let mut parts = before.to_vec();
        while at < self.tokens.len() {
            if self.is(at, "{") {
                let past = past_group(self.tokens, at);
                at += 1;
                while at + 1 < past {
                    at = self.use_tree(at, &parts);
                    if self.is(at, ",") {
                        at += 1;
                    }
                }
                return past;
            }
            if self.is(at, "as") {
                at += 2;
            } else if self.is(at, ",") || self.is(at, "}") || self.is(at, ";") {
                break;
            } else {
                if !self.is(at, "::") {
                    parts.push(self.tokens[at].text.clone());
                }
                at += 1;
            }
        }
        self.push(&parts, line);
        at
    }

    fn push(&mut self, parts: &[String], line: usize) {
        let parts = self.rooted(parts);
        self.found.push(PathUse { parts, line });
    }

    fn rooted(&self, parts: &[String]) -> Vec<String> {
        let mut module = self.module.clone();
        let mut rest = parts;
        match rest.first().map(String::as_str) {
            Some("self" | "super") => {}
            _ => return parts.to_vec(),
        }
        while let Some((first, after)) = rest.split_first() {
            match first.as_str() {
                "self" => {}
                "super" => drop(module.pop()),
                _ => break,
            }
            rest = after;
        }
        let mut whole = vec!["crate".to_owned()];
        whole.append(&mut module);
        whole.extend_from_slice(rest);
        whole
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uses_in(path: &str, text: &str) -> Vec<String> {
        let file = SourceFile::read(path, text).unwrap();
        path_uses(&file, &file.tokens)
            .into_iter()
            .map(|p| p.parts.join("::"))
            .collect()
    }

    #[test]
    fn a_use_tree_is_spread_out_and_a_rename_ignored() {
        let text = "pub use crate::{doc::{self, gate as g}, ids::*}; use rusqlite; use ::std::fmt;";
        assert_eq!(
            uses_in("core/book/src/book/mod.rs", text),
            [
                "crate::doc::self",
                "crate::doc::gate",
                "crate::ids::*",
                "rusqlite",
                "std::fmt"
            ]
        );
    }

    #[test]
    fn super_and_self_are_resolved_through_files_and_inline_modules() {
        let text = "use super::super::book; mod inner { use super::x; fn f() { super::super::y::z() } } use self::a;";
        assert_eq!(
            uses_in("core/book/src/store/rows.rs", text),
            [
                "crate::book",
                "crate::store::rows::x",
                "crate::store::y::z",
                "crate::store::rows::a"
            ]
        );
    }

    #[test]
    fn paths_in_code_attributes_and_macros_are_seen() {
        let text = "#[derive(uniffi::Record)] struct A; fn f() -> impl Fn() + use<'_> { vec![crate::store::X::<u8>::new()] }";
        assert_eq!(
            uses_in("cli/src/main.rs", text),
            ["uniffi::Record", "crate::store::X"]
        );
    }

    #[test]
    fn a_file_knows_which_module_it_is() {
        assert_eq!(module_of("core/src/lib.rs"), [""; 0]);
        assert_eq!(module_of("core/model/src/doc/mod.rs"), ["doc"]);
        assert_eq!(module_of("core/model/src/doc/gate.rs"), ["doc", "gate"]);
    }
}
