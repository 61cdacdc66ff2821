//! Fieldbook: the offline-first book of business of a field-sales rep, as one crate for an app.
//!
//! The crates below do the work; this one hands on what an app needs. Start at [`book::Book`] for what a rep does, at
//! [`model`] for the records. Whoever wants a part alone takes its crate: `fieldbook-location` (fixes, geofences, tracks),
//! `fieldbook-plan` (visit planning), `fieldbook-sales` (the sales process), `fieldbook-model` (records, documents, evidence, the wire format; all that a server
//! needs). `ARCHITECTURE.md` has the picture.

pub use fieldbook_book as book;
pub use fieldbook_book::sync;
pub use fieldbook_location as location;
pub use fieldbook_model as model;
pub use fieldbook_model::{clock, evidence, ids};
pub use fieldbook_plan as plan;
pub use fieldbook_sales as sales;

/// The guide for Rust, so that its blocks are compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../../docs/guides/rust.md")]
struct RustGuide;
