//! The server that keeps many fieldbooks in step. It needs no other service, and anyone can run it.
//!
//! [`store`] is the one room that speaks SQL; [`office`] answers messages without a network, a clock or chance of its own;
//! [`admin`] is what an administrator does; [`Running`] puts the office behind HTTP. The rules on records are those of
//! `fieldbook_model`, the same that every phone applies.

pub mod admin;
mod http;
mod log;
pub mod office;
mod running;
pub mod store;

pub use log::Log;
pub use running::{Config, Ending, Running, ServeError};
