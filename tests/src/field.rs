//! What is known about tracks beforehand: days made from a seed, with their truth; forgeries of honest tracks; the shared
//! data, where this machine has it; and how an answer is scored.

mod chance;
pub mod data;
mod days;
mod forged;
pub mod score;

pub use chance::Chance;
pub use days::{Day, TrueStop, Truth, day};
pub use forged::Forgery;
