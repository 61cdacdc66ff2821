//! The house's own tests.

pub mod tidy;
