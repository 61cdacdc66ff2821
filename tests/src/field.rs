//! Tracks with known truth: days made from a seed; forgeries of honest tracks; the shared data, where this machine has
//! it; and the score of an answer.

pub mod data;
mod days;
mod forged;
mod rng;
pub mod score;

pub use days::{Day, TrueStop, Truth, day, kiosk_day};
pub use forged::Forgery;
pub use rng::Rng;
