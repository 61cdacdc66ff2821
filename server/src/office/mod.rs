//! What the server does with a message, without a network, a clock or chance of its own: all three are arguments.
//!
//! [`join`] lets a device in, [`sync`] takes its changes and gives it the news. Each change gets its own verdict, each
//! record its own fate; sent again, a request has the same effect once.

mod audit;
mod caller;
mod code;
mod evidence;
mod join;
mod judge;
mod ledger;
mod pull;
mod push;
mod sync;

use fieldbook_model::wire::Fault;

use crate::store::StoreError;

pub use code::{hash_of_code, new_code};
pub use join::join;
pub(crate) use join::uuid;
pub(crate) use ledger::Ledger;
pub use sync::{answer, sync};

/// Why a message was not answered. Nothing was taken.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The device is told.
    #[error(transparent)]
    Fault(#[from] Fault),
    /// The store failed: the device hears [`Fault::Internal`], the log hears this.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Failure {
    /// What the device is told.
    pub fn fault(&self) -> Fault {
        match self {
            Failure::Fault(fault) => *fault,
            Failure::Store(_) => Fault::Internal,
        }
    }
}
