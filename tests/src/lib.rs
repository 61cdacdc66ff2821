//! The house's own tests: the [`bench`] that measures Fieldbook against the floor, the house rules ([`tidy`]), and a company in one thread ([`world`]).

pub mod bench;
pub mod tidy;
pub mod world;
