//! How two books come to hold the same.
//!
//! [`wire`] is what crosses the network, [`session`] one conversation as a pure state machine, [`http`] the only file that
//! opens a socket. Nothing here reads a clock, a disk or a random number: the caller hands them in.

#[cfg(feature = "http")]
pub mod http;
pub mod session;
mod transport;

pub use fieldbook_model::wire;
pub use transport::{Post, Reply, Transport, TransportError};
