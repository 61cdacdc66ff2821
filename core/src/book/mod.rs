//! The book of business of one rep.

pub mod import;
