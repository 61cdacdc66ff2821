//! Accounts in the sales process: their tier and cadence, their health, the profile of one, and how good a record is.
//!
//! The thresholds are of one company standard, in its process pack; each figure comes with its reasons, and what nobody
//! wrote down is not known instead of guessed.

pub mod health;
pub mod profile;
pub mod quality;
pub mod tier;

pub use health::{
    AccountLife, Churn, Health, HealthGrade, HealthPart, HealthReason, HealthRules, Rhythm, churn, health,
};
pub use profile::{AccountView, Dimension, Written, profile};
pub use quality::{Implausible, Quality, ages, quality};
pub use tier::{
    AccountWorth, Cadence, CadenceSource, StandardTiers, Tier, TierBecause, TierSource, Tiered, YEAR_DAYS,
};
