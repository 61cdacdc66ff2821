//! The book that a field rep carries: one SQLite file, its edits, its sync, its plans.
//!
//! Start at [`Book`]: one method for each thing a rep does. [`store`] is the file, [`sync`] the conversation with a server,
//! [`import`] and [`export`] the files of other programs.

mod book;
pub mod export;
pub mod import;
pub mod store;
pub mod sync;

pub use book::*;
