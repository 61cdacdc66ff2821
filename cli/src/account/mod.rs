//! Commands about accounts in the sales process, `tier`, `health` and `profile`, and about how good records are, `quality`.

mod health;
mod profile;
mod quality;
mod tier;

pub(crate) use health::{HealthArgs, health};
pub(crate) use profile::{ProfileArgs, profile};
pub(crate) use quality::{QualityArgs, quality};
pub(crate) use tier::{TierArgs, tier};
