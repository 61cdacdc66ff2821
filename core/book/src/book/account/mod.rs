//! Accounts as the company sees them: tier and cadence, health.

mod health;
mod tiers;

pub use health::{AccountHealth, WinBack};
pub use tiers::AccountTier;
pub(super) use tiers::{Tiering, own_cadence};

#[cfg(test)]
mod tests;
