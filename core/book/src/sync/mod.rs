//! Synchronisation of a book with the server.
//!
//! [`session`] is the sync session as a pure state machine, in the messages of [`wire`](fieldbook_model::wire). [`http`] is
//! the only file that opens a socket. Nothing else here reads a clock, a disk or a random number: the caller passes them in.

#[cfg(feature = "http")]
pub mod http;
pub mod session;
#[cfg(feature = "http")]
mod tls;
mod transport;

pub use transport::{Post, Reply, Transport, TransportError};
