//! The house's own tests: the [`bench`] that measures Fieldbook against the floor, and the house rules ([`tidy`]).

pub mod bench;
pub mod tidy;
