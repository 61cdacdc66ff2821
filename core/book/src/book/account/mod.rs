//! Accounts as the company sees them: tier and cadence, health, profile; and how good records are.

mod health;
mod profile;
mod tiers;

pub use health::{AccountHealth, WinBack};
pub use profile::{AccountProfile, RecordQuality};
pub use tiers::AccountTier;
pub(super) use tiers::{Tiering, own_cadence};

#[cfg(test)]
mod tests;
