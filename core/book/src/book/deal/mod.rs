//! Deals in the company's sales process: where they stand, which gate is open, and the moves between stages.

mod advance;
mod attainment;
mod board;
mod diagnosis;
mod facts;
mod figures;
mod logs;
mod migrate;
mod packs;
mod refusal;
mod standing;
mod warnings;

pub use advance::AdvanceRequest;
pub(super) use advance::{is_last_move, move_in, moves_stage};
pub use attainment::QuotaAttainment;
pub use board::{Board, BoardColumn, BoardDeal, BoardTask};
pub use diagnosis::BookDiagnosis;
pub(super) use facts::held_at_ms;
pub use figures::{BookFunnel, FUNNEL_HORIZON_DAYS, ForecastFault};
pub(super) use logs::{LoggedDeal, deal_log};
pub use migrate::MigrationReport;
pub use packs::PackInstallError;
pub(super) use packs::RememberedPacks;
pub use refusal::{DealError, DealRefusal};
pub use standing::{DealStanding, DealView};
pub use warnings::DealWarning;

#[cfg(test)]
mod tests;
