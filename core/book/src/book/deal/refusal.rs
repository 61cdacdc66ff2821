//! Why a deal does not move.

use fieldbook_sales::gate::{GateVerdict, MoveRefusal, Outcome};

use crate::book::BookError;
use crate::store::StoreError;

/// Why a move of a deal was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DealRefusal {
    /// No gate leads there.
    #[error(transparent)]
    Move(#[from] MoveRefusal),
    /// The gate is shut: the verdict lists what is missing and what is unknown here.
    #[error("{}", shut(.0))]
    Gate(Box<GateVerdict>),
    /// The person's role may not force a gate of this process.
    #[error("{role} may not force a gate of {pack}")]
    MayNotForce {
        /// The role of the rep of this book.
        role: String,
        /// The process.
        pack: String,
    },
    /// A gate is forced with a reason that says something.
    #[error("a forced move needs a reason")]
    NoReason,
    /// A migration leaves deals in stages that it does not map.
    #[error("the migration to {pack} maps no stage for deals in {}", stages.join(", "))]
    Unmapped {
        /// The process to migrate to.
        pack: String,
        /// The stages in use that go nowhere.
        stages: Vec<String>,
    },
    /// The pack has no migration from an earlier version.
    #[error("{pack} has no migration from an earlier version")]
    NoMigration {
        /// The process to migrate to.
        pack: String,
    },
}

impl DealRefusal {
    /// The word by which programs tell refusals apart. It never changes.
    pub fn code(&self) -> &'static str {
        match self {
            DealRefusal::Move(refusal) => match refusal {
                MoveRefusal::NoSuchStage { .. } => "no_such_stage",
                MoveRefusal::AlreadyThere { .. } => "already_there",
                MoveRefusal::Skips { .. } => "skips_stage",
                MoveRefusal::NoWayBack { .. } => "no_way_back",
                MoveRefusal::PackMissing { .. } => "pack_missing",
                MoveRefusal::PackDiffers { .. } => "pack_differs",
            },
            DealRefusal::Gate(_) => "gate_shut",
            DealRefusal::MayNotForce { .. } => "may_not_force",
            DealRefusal::NoReason => "no_reason",
            DealRefusal::Unmapped { .. } => "unmapped_stages",
            DealRefusal::NoMigration { .. } => "no_migration",
        }
    }
}

fn shut(verdict: &GateVerdict) -> String {
    let ids = |unmet: &[fieldbook_sales::gate::Unmet]| {
        let ids: Vec<&str> = unmet.iter().map(|unmet| unmet.criterion.as_str()).collect();
        ids.join(", ")
    };
    match verdict.outcome {
        Outcome::Unknown => format!("{} cannot be judged here: {}", verdict.to, ids(&verdict.unknown)),
        Outcome::Met | Outcome::Missing => format!("{} is missing {}", verdict.to, ids(&verdict.missing)),
    }
}

/// Why a call about a deal was refused or failed. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum DealError {
    /// The deal does not move.
    #[error(transparent)]
    Refused(#[from] DealRefusal),
    /// The book refused, or its file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<StoreError> for DealError {
    fn from(error: StoreError) -> DealError {
        DealError::Book(error.into())
    }
}

impl From<MoveRefusal> for DealError {
    fn from(refusal: MoveRefusal) -> DealError {
        DealError::Refused(refusal.into())
    }
}
