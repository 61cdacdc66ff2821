//! The sync service: answers join and sync messages without network, clock or random source of its own; the caller passes
//! all three.
//!
//! [`hello`] tells the server's identity and time. [`join`] admits a device with a one-time code. [`sync`] applies the changes that a device pushes and returns the delta
//! that it lacks. Each change gets its own verdict, so a refused change blocks no other. Requests are idempotent: one that
//! is sent again has its effect once.
//!
//! HTTP is left to `http`, SQL to [`store`](crate::store).

mod anti_entropy;
mod auth;
mod deal_moves;
mod evidence;
mod hello;
mod join;
mod join_code;
mod pull;
mod push;
mod review;
mod sequence;
mod settle;
mod sync;
mod waiting;
mod web_lead;
mod wipe;

use fieldbook_model::wire::ProtocolError;

use crate::store::StoreError;

pub use auth::check_known;
pub use hello::hello;
pub use join::join;
pub(crate) use join::random_uuid;
pub use join_code::{generate_join_code, hash_join_code};
pub(crate) use sequence::SequenceAllocator;
pub(crate) use settle::{NotApplied, apply_fields};
pub use sync::{sync, sync_packed};
pub use web_lead::{TakenLead, WebLeadError, take_web_lead};

/// The reason why a request failed. A failed request changed nothing.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The request is at fault; the device receives the fault.
    #[error(transparent)]
    Protocol(#[from] ProtocolError),
    /// The store failed. The device receives [`ProtocolError::Internal`]; the log gets the cause.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ServiceError {
    /// The fault that the device receives.
    pub fn to_fault(&self) -> ProtocolError {
        match self {
            ServiceError::Protocol(fault) => *fault,
            ServiceError::Store(_) => ProtocolError::Internal,
        }
    }
}
