//! The sales process of a company, as pure functions over plain types: no clock, no store, no network.
//!
//! The phone's book and the server build the same facts from their own tables and call the same functions, so both give the
//! same answer. Days are calendar days of a zone that the caller has chosen; instants are Unix milliseconds.

pub mod account;
pub mod canonical;
pub mod expr;
pub mod facts;
pub mod gate;
pub mod pack;
pub mod pool;
pub mod review;
pub mod rule;
pub mod stats;
pub mod templates;
mod text;
pub mod warnings;

pub use text::Texts;
