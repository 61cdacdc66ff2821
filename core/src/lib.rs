//! Fieldbook: the offline-first book of business of a field-sales rep.
//!
//! One core for the phone, the terminal and the server. Start at [`book::Book`] for what a rep does,
//! at [`model`] for the nouns, at [`sync::wire`] for what crosses the network. `ARCHITECTURE.md` has the picture.

pub mod book;
pub mod store;
pub mod sync;

pub use fieldbook_location as location;
pub use fieldbook_model as model;
pub use fieldbook_model::{clock, doc, evidence, ids};
pub use fieldbook_plan as plan;
