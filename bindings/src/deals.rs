//! Deals in the company's sales process: where they stand, their gates and moves, and the packs of processes.

use fieldbook_core::book::{self, AdvanceRequest, DealError, DealRefusal, DealView, PackInstallError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{DealEnd, Extra, Fields, Pack, StageStay};
use fieldbook_core::sales::gate::{self, Outcome, UnmetBecause};
use fieldbook_core::sales::pack::{Installed, PackId, Stage, Trust};

use crate::Fieldbook;
use crate::records::Record;
use crate::scalars::{Labels, to_zone};
use fieldbook_core::book::BookError;

/// The outcome of a gate.
#[uniffi::remote(Enum)]
pub enum Outcome {
    /// The deal may move.
    Met,
    /// Something is missing.
    Missing,
    /// Nothing is known to be missing, and something is not known on this device.
    Unknown,
}

/// The way in which a deal ended.
#[uniffi::remote(Enum)]
pub enum DealEnd {
    /// Without an order.
    Lost,
    /// With an order.
    Won,
}

/// The reason why a criterion does not hold.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum UnmetReason {
    /// A required field is empty, or says nothing.
    FieldEmpty {
        /// The name of the field.
        field: String,
    },
    /// The condition is false.
    NotMet,
    /// The condition has no value.
    NoValue {
        /// The reason in English.
        text: String,
    },
    /// The condition stands on records that are not on this device.
    UnknownHere {
        /// The records to sync.
        needs: Vec<String>,
    },
}

/// A criterion that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct UnmetCriterion {
    /// The id of the criterion; of a required field its name.
    pub criterion: String,
    /// The stage whose criterion it is.
    pub stage: String,
    /// What to do, by language; empty for a required field.
    pub says: Labels,
    /// The self-check of the rep that meets it: `check/` with this name is to be `true`; null where something else has
    /// to happen.
    pub check: Option<String>,
    /// The reason.
    pub because: UnmetReason,
}

impl From<gate::Unmet> for UnmetCriterion {
    fn from(unmet: gate::Unmet) -> UnmetCriterion {
        UnmetCriterion {
            criterion: unmet.criterion,
            stage: unmet.stage,
            says: unmet.says.0,
            check: unmet.check,
            because: match unmet.because {
                UnmetBecause::FieldEmpty { field } => UnmetReason::FieldEmpty { field },
                UnmetBecause::NotMet => UnmetReason::NotMet,
                UnmetBecause::Error { text } => UnmetReason::NoValue { text },
                UnmetBecause::UnknownHere { needs } => UnmetReason::UnknownHere {
                    needs: needs.into_iter().collect(),
                },
            },
        }
    }
}

/// The verdict of the gate between a deal and a stage.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct GateVerdict {
    /// The process that it was judged by, `solution-sale@1`.
    pub pack: String,
    /// The stage of the deal; null before its first move.
    pub from_stage: Option<String>,
    /// The stage to move to.
    pub to_stage: String,
    /// The kind of move: `start`, `advance`, `back`, `close`, `reopen`.
    pub kind: String,
    /// The outcome.
    pub outcome: Outcome,
    /// The criteria that keep the gate shut.
    pub missing: Vec<UnmetCriterion>,
    /// The criteria that cannot be judged on this device.
    pub unknown: Vec<UnmetCriterion>,
    /// The criteria that do not hold and do not keep the gate shut.
    pub advised: Vec<UnmetCriterion>,
}

impl From<gate::GateVerdict> for GateVerdict {
    fn from(verdict: gate::GateVerdict) -> GateVerdict {
        let list = |unmet: Vec<gate::Unmet>| unmet.into_iter().map(UnmetCriterion::from).collect();
        GateVerdict {
            pack: verdict.pack,
            from_stage: verdict.from,
            to_stage: verdict.to,
            kind: verdict.kind.name().to_owned(),
            outcome: verdict.outcome,
            missing: list(verdict.missing),
            unknown: list(verdict.unknown),
            advised: list(verdict.advised),
        }
    }
}

/// The reason why a deal does not move.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DealRefusalReason {
    /// A stable word: `gate_shut`, `no_such_stage`, `already_there`, `skips_stage`, `no_way_back`, `pack_missing`,
    /// `pack_differs`, `may_not_force`, `no_reason`, `unmapped_stages`, `no_migration`.
    pub code: String,
    /// The reason in English.
    pub text: String,
    /// The verdict of a gate that is shut.
    pub verdict: Option<GateVerdict>,
}

uniffi::custom_type!(DealRefusal, DealRefusalReason, {
    remote,
    lower: |refusal| DealRefusalReason {
        code: refusal.code().to_owned(),
        text: refusal.to_string(),
        verdict: match refusal {
            DealRefusal::Gate(verdict) => Some((*verdict).into()),
            _ => None,
        },
    },
    // The core makes refusals, and takes none.
    try_lift: |_reason| Ok(DealRefusal::NoReason),
});

/// A signed pack of rules that the company sends out. `packs` says which of them count.
#[uniffi::remote(Record)]
pub struct Pack {
    /// The name that all versions share, such as `solution-sale`.
    pub name: String,
    /// The version, from 1.
    pub version: Option<i64>,
    /// The canonical text that is signed.
    pub body: Option<String>,
    /// The public key that signed it, in hexadecimal digits.
    pub key: Option<String>,
    /// The signature of the body, in hexadecimal digits.
    pub signature: Option<String>,
    /// The pack's key in the system it was imported from.
    pub external_id: Option<String>,
    /// Labels and remark.
    pub extra: Extra,
}

/// A stage of a process.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProcessStage {
    /// The id of the stage.
    pub id: String,
    /// The titles by language.
    pub titles: Labels,
    /// The end that the stage is; null for an open stage.
    pub end: Option<DealEnd>,
    /// The days that a deal may stay; null for any number.
    pub dwell_days: Option<u16>,
    /// The manual of the stage by language.
    pub playbook: Labels,
}

/// A process on this device.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct ProcessPack {
    /// Name and version, `solution-sale@1`.
    pub id: String,
    /// The titles by language.
    pub titles: Labels,
    /// The open stages in order, then the ends.
    pub stages: Vec<ProcessStage>,
    /// Roles of the decision chain that a deal needs covered.
    pub chain: Vec<String>,
    /// Roles of our own team on a deal.
    pub team: Vec<String>,
    /// `true` if the company signed it, `false` for one of the shipped templates.
    pub signed: bool,
}

impl From<&Stage> for ProcessStage {
    fn from(stage: &Stage) -> ProcessStage {
        ProcessStage {
            id: stage.id.clone(),
            titles: stage.titles.0.clone(),
            end: stage.end,
            dwell_days: stage.dwell_days,
            playbook: stage.playbook.clone().unwrap_or_default().0,
        }
    }
}

impl From<&Installed> for ProcessPack {
    fn from(installed: &Installed) -> ProcessPack {
        let process = &installed.process;
        let stages = process.all_stages().map(ProcessStage::from);
        ProcessPack {
            id: process.id().to_string(),
            titles: process.titles.0.clone(),
            stages: stages.collect(),
            chain: process.chain.clone(),
            team: process.team.clone(),
            signed: installed.trust == Trust::Signed,
        }
    }
}

/// A stay of a deal in one stage.
#[uniffi::remote(Record)]
pub struct StageStay {
    /// The id of the stage.
    pub stage: String,
    /// The rank of the stage in its process.
    pub rank: u16,
    /// The end that the stage is; null for an open stage.
    pub end: Option<DealEnd>,
    /// The process, `solution-sale@1`.
    pub pack: String,
    /// The id of the last move that led here or confirmed it.
    pub by_move: String,
    /// The start, Unix milliseconds.
    pub from_ms: i64,
    /// The end, Unix milliseconds; null while the deal stands there.
    pub until_ms: Option<i64>,
}

/// A move that lost against another made at the same time.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct LosingMove {
    /// The id of the move, for `settle_moves`.
    pub move_id: String,
    /// The stage that it led to.
    pub stage: String,
}

/// The standing of a deal in its process.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct DealStanding {
    /// The deal.
    pub deal: Record,
    /// The process; null if it is not on this device, and then the deal does not move.
    pub process: Option<ProcessPack>,
    /// The stage that the deal stands in; before its first move, the one that its plain `stage` names. Null if the
    /// process is not on this device or has no such stage.
    pub stage: Option<ProcessStage>,
    /// The stays in stages, in order; empty before the first move.
    pub path: Vec<StageStay>,
    /// Whole days in the shown stage; null before the first move.
    pub days_in_stage: Option<i64>,
    /// `true` if the deal has been in its stage for longer than the process allows.
    pub overdue: bool,
    /// Required fields of the shown stage that the deal no longer has.
    pub no_longer_meets: Vec<UnmetCriterion>,
    /// Moves that lost.
    pub losing: Vec<LosingMove>,
    /// The stages that can be moved to, with the verdicts of their gates.
    pub next: Vec<GateVerdict>,
    /// The gate ahead of an open deal: that of the next open stage, else that of the order; null at an end.
    pub ahead: Option<GateVerdict>,
    /// `true` if the role of this book's rep may pass a shut gate of the process, with a reason.
    pub may_force: bool,
}

impl From<book::DealStanding> for DealStanding {
    fn from(standing: book::DealStanding) -> DealStanding {
        DealStanding {
            overdue: standing.is_overdue(),
            stage: standing.stage().map(ProcessStage::from),
            ahead: standing.ahead().cloned().map(GateVerdict::from),
            may_force: standing.may_force,
            deal: standing.deal.into(),
            process: standing.process.as_ref().map(ProcessPack::from),
            path: standing.path,
            days_in_stage: standing.days_in_stage,
            no_longer_meets: standing
                .no_longer_meets
                .into_iter()
                .map(UnmetCriterion::from)
                .collect(),
            losing: standing
                .losing
                .into_iter()
                .map(|(move_id, stage)| LosingMove { move_id, stage })
                .collect(),
            next: standing.next.into_iter().map(GateVerdict::from).collect(),
        }
    }
}

/// A signed pack was not installed.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum PackError {
    /// The pack is forged, cut off, unsound, of another key, or of a version that does not rise.
    #[error("{reason}")]
    Refused {
        /// The reason in English.
        reason: String,
    },
    /// A rep does not send out packs.
    #[error("not allowed")]
    Forbidden,
    /// The book refused the record, or its file failed.
    #[error("{reason}")]
    Book {
        /// The reason.
        reason: BookError,
    },
}

impl From<PackInstallError> for PackError {
    fn from(error: PackInstallError) -> PackError {
        match error {
            PackInstallError::Refused(refused) => PackError::Refused {
                reason: refused.to_string(),
            },
            PackInstallError::MayNot { .. } => PackError::Forbidden,
            PackInstallError::Book(reason) => PackError::Book { reason },
        }
    }
}

/// The reading of deals: the customer's zone, and the process that deals without moves enter.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct DealOptions {
    /// An IANA zone such as `Europe/Berlin`; null for UTC.
    #[uniffi(default = None)]
    pub zone: Option<String>,
    /// Name and version of a process, `solution-sale@1`; null for the newest `solution-sale`.
    #[uniffi(default = None)]
    pub process: Option<String>,
}

pub(crate) fn view(options: &DealOptions) -> Result<DealView, BookError> {
    let pack = |text: &String| -> Result<PackId, BookError> {
        text.parse().map_err(|_| BookError::BadRequest {
            what: "a process such as solution-sale@1",
        })
    };
    Ok(DealView {
        zone: to_zone(options.zone.as_deref(), 0)?,
        process: options.process.as_ref().map(pack).transpose()?,
    })
}

#[uniffi::export]
impl Fieldbook {
    /// The standing of a deal: its stage, for how long, what it no longer meets, moves that lost, and each gate ahead.
    ///
    /// Fails with `NoSuchRecord`, `WrongKind` or `Deleted`.
    pub fn deal_standing(&self, id: RecordId, options: DealOptions) -> Result<DealStanding, BookError> {
        Ok(self.book.deal_standing(id, &view(&options)?)?.into())
    }

    /// The verdict of the gate between a deal and a stage. Fails with `Refused` if no gate leads there.
    pub fn may_advance(
        &self,
        id: RecordId,
        stage: &str,
        options: DealOptions,
    ) -> Result<GateVerdict, DealError> {
        Ok(self.book.may_advance(id, stage, &view(&options)?)?.into())
    }

    /// All that a deal still needs until a stage, over every stage between.
    pub fn needs_until(
        &self,
        id: RecordId,
        stage: &str,
        options: DealOptions,
    ) -> Result<GateVerdict, DealError> {
        Ok(self.book.needs_until(id, stage, &view(&options)?)?.into())
    }

    /// Moves a deal to a stage if its gate is open; `fields` are written with the move and count for the gate. With
    /// `force`, a role that the process names passes a shut gate, and `why` is required; the move stays marked.
    ///
    /// Fails with `Refused` and the verdict if the gate is shut.
    #[uniffi::method(default(why = None, force = false, fields))]
    pub fn advance_deal(
        &self,
        id: RecordId,
        stage: &str,
        options: DealOptions,
        why: Option<String>,
        force: bool,
        fields: Fields,
    ) -> Result<Record, DealError> {
        let request = AdvanceRequest {
            view: view(&options)?,
            fields,
            why,
            force,
        };
        Ok(self.book.advance(id, stage, &request)?.into())
    }

    /// Shows a move that lost again, or confirms the shown one; the other last moves are settled by it.
    pub fn settle_moves(&self, id: RecordId, move_id: &str) -> Result<Record, BookError> {
        Ok(self.book.settle_moves(id, move_id)?.into())
    }

    /// The processes on this device, the shipped ones among them.
    pub fn packs(&self) -> Result<Vec<ProcessPack>, BookError> {
        Ok(self.book.packs()?.iter().map(ProcessPack::from).collect())
    }

    /// Takes the text of a signed pack into the book; the next sync sends it to everybody.
    pub fn install_pack(&self, text: &str) -> Result<Record, PackError> {
        Ok(self.book.install_pack(text)?.into())
    }
}
