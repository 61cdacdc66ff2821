//! What tests and benches share: the [`bench`] that measures Fieldbook against the floor.

pub mod bench;
