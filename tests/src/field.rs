//! Days of a rep's phone whose truth is known, made from a seed, and forgeries of honest ones.

mod chance;
mod days;
mod forged;

pub use chance::Chance;
pub use days::{Day, TrueStop, Truth, day};
pub use forged::Forgery;
