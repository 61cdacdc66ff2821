//! The house rules, read off the sources.
//!
//! Each rule is a plain function from a [`SourceFile`] (or a file's name or text) to the [`Violation`]es it finds, so
//! that `tests/tests/tidy.rs` can hold it against the whole house and the tests here against a small bad sample.
//! What the compiler and clippy already see (dead code, missing docs, casts) is left to them.

pub mod arrows;
pub mod banned_calls;
pub mod frozen;
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
