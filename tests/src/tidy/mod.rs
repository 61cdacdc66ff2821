//! The house rules, checked on the sources.
//!
//! Each rule is a function from a [`SourceFile`] (or a file's name or text) to a list of [`Violation`]s. The test
//! `tests/tests/tidy.rs` applies it to the whole workspace, the tests here to a small bad sample.
//! Rules that the compiler and clippy check (dead code, missing docs, casts) are left to them.

pub mod banned_calls;
pub mod frozen;
pub mod layers;
pub mod lints;
pub mod migrations;
pub mod names;
pub mod paths;
pub mod sizes;
pub mod source;
pub mod tokens;
pub mod workspace;

pub use source::SourceFile;
pub use workspace::Workspace;

/// A place where a house rule is broken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The file, from the workspace's root, with `/` between its parts.
    pub path: String,
    /// The line, counted from 1.
    pub line: usize,
    /// The defect, and the remedy.
    pub what: String,
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.path, self.line, self.what)
    }
}
