//! Commands about accounts in the sales process: `tier`, `health`.

mod health;
mod tier;

pub(crate) use health::{HealthArgs, health};
pub(crate) use tier::{TierArgs, tier};
