//! The gate between two stages: met, or the list of what is missing, or what this device would have to know.
//!
//! One function judges a tap, an import, an edit by a program and a check on the server, so all of them get the same answer
//! from the same facts. A criterion that is unknown here never opens a gate.

use std::collections::BTreeSet;

use fieldbook_model::{DealEnd, MoveKind, StageMoves};
use serde::Serialize;

use crate::expr::Undecided;
use crate::facts::{Fact, Facts};
use crate::pack::{Installed, Level, PackId, PackLibrary, Process, Stage};
use crate::text::Texts;

/// Why a criterion does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum UnmetBecause {
    /// A required field is empty, or says nothing.
    FieldEmpty {
        /// The field of the deal.
        field: String,
    },
    /// The condition is false.
    NotMet,
    /// The condition has no value: the reason in words.
    Error {
        /// The reason.
        text: String,
    },
    /// The condition stands on records that are not on this device.
    UnknownHere {
        /// What is to be synced.
        needs: BTreeSet<String>,
    },
}

/// A criterion that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unmet {
    /// The id of the criterion; of a required field its name.
    pub criterion: String,
    /// The stage whose criterion it is.
    pub stage: String,
    /// What to do, in several languages; empty for a required field.
    pub says: Texts,
    /// The self-check that the rep checks off (`check/NAME`) to meet it; none where something else has to happen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<String>,
    /// The reason why it does not hold.
    #[serde(flatten)]
    pub because: UnmetBecause,
}

impl Unmet {
    /// The sentence that tells the rep what to do.
    pub fn sentence(&self, language: &str) -> String {
        match &self.because {
            UnmetBecause::FieldEmpty { field } if language.starts_with("zh") => format!("填写 {field}"),
            UnmetBecause::FieldEmpty { field } => format!("fill in {field}"),
            _ => self.says.get(language).to_owned(),
        }
    }
}

/// Why no gate leads there at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(tag = "refusal", rename_all = "snake_case")]
pub enum MoveRefusal {
    /// The process has no such stage.
    #[error("the process {pack} has no stage {stage}")]
    NoSuchStage {
        /// The process.
        pack: String,
        /// The stage that was asked for.
        stage: String,
    },
    /// The deal stands there already.
    #[error("the deal is in stage {stage} already")]
    AlreadyThere {
        /// The stage.
        stage: String,
    },
    /// The process takes one stage after the other.
    #[error("stage {stage} comes after {next}: no stage is skipped")]
    Skips {
        /// The stage that was asked for.
        stage: String,
        /// The stage that comes next.
        next: String,
    },
    /// The process has no way back.
    #[error("stage {stage} lies behind, and the process has no way back")]
    NoWayBack {
        /// The stage that was asked for.
        stage: String,
    },
    /// The process of the deal is not on this device.
    #[error("the process {pack} is not on this device")]
    PackMissing {
        /// Name and version.
        pack: String,
    },
    /// The pack of this name and version is another one than the deal's moves name.
    #[error("the process {pack} on this device is another one than the deal's")]
    PackDiffers {
        /// Name and version.
        pack: String,
    },
}

/// The outcome of a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The deal may move.
    Met,
    /// Something is missing.
    Missing,
    /// Nothing is known to be missing, and something is unknown here.
    Unknown,
}

impl Outcome {
    /// The word in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Outcome::Met => "met",
            Outcome::Missing => "missing",
            Outcome::Unknown => "unknown",
        }
    }
}

/// The verdict of a gate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateVerdict {
    /// Name and version of the process that it was judged by.
    pub pack: String,
    /// The first 8 bytes of the SHA-256 of that process.
    pub sha: String,
    /// The stage that the deal is in; `None` before its first move.
    pub from: Option<String>,
    /// The stage that it is to move to.
    pub to: String,
    /// The kind of the move.
    pub kind: MoveKind,
    /// The outcome.
    pub outcome: Outcome,
    /// The criteria without which the gate stays shut and that are known not to hold.
    pub missing: Vec<Unmet>,
    /// The criteria that cannot be judged on this device.
    pub unknown: Vec<Unmet>,
    /// The criteria that do not hold and do not shut the gate.
    pub advised: Vec<Unmet>,
}

/// The process of a deal: that of its last move, or `default` for a deal without moves.
///
/// # Errors
/// [`MoveRefusal::PackMissing`] when that process is not on this device, [`MoveRefusal::PackDiffers`] when another pack has
/// its name and version here.
pub fn process_of<'a>(
    library: &'a PackLibrary,
    moves: Option<&StageMoves>,
    default: &PackId,
) -> Result<&'a Installed, MoveRefusal> {
    let Some(moves) = moves else {
        let missing = || MoveRefusal::PackMissing {
            pack: default.to_string(),
        };
        return library.get(default).ok_or_else(missing);
    };
    let pack = &moves.current().pack;
    let found = pack.parse().ok().and_then(|id| library.get(&id));
    let found = found.ok_or_else(|| MoveRefusal::PackMissing { pack: pack.clone() })?;
    let last = moves.current_move();
    if last.pack == *pack && last.sha != found.sha {
        return Err(MoveRefusal::PackDiffers { pack: pack.clone() });
    }
    Ok(found)
}

/// Judges the move of a deal to the stage `to`.
///
/// Forward, the deal must meet the exit criteria of each stage that it leaves or passes, and have the fields that those
/// stages and the one it enters require. Lost, back and reopened, it needs only the fields of the stage that it enters.
///
/// # Errors
/// [`MoveRefusal`] where no gate leads to the stage.
pub fn judge(
    installed: &Installed,
    moves: Option<&StageMoves>,
    to: &str,
    facts: &Facts,
) -> Result<GateVerdict, MoveRefusal> {
    judge_by(installed, moves, to, facts, installed.process.moves.skip)
}

/// All that a deal still needs on its way to the stage `to`, over every stage between, whether or not stages may be
/// skipped.
///
/// # Errors
/// [`MoveRefusal`] where no way leads to the stage.
pub fn judge_way(
    installed: &Installed,
    moves: Option<&StageMoves>,
    to: &str,
    facts: &Facts,
) -> Result<GateVerdict, MoveRefusal> {
    judge_by(installed, moves, to, facts, true)
}

fn judge_by(
    installed: &Installed,
    moves: Option<&StageMoves>,
    to: &str,
    facts: &Facts,
    may_skip: bool,
) -> Result<GateVerdict, MoveRefusal> {
    let process = &installed.process;
    let target = process.stage(to).ok_or_else(|| MoveRefusal::NoSuchStage {
        pack: process.id().to_string(),
        stage: to.to_owned(),
    })?;
    let standing = moves.map(StageMoves::current);
    if standing.is_some_and(|stay| stay.stage == to) {
        return Err(MoveRefusal::AlreadyThere { stage: to.to_owned() });
    }
    // A stage that this version no longer has is left by its rank.
    let rank = standing.map(|stay| (stay.rank, stay.end.is_some()));
    let (kind, passed) = route(process, rank, target, may_skip)?;
    let mut verdict = GateVerdict {
        pack: process.id().to_string(),
        sha: installed.sha.clone(),
        from: standing.map(|stay| stay.stage.clone()),
        to: to.to_owned(),
        kind,
        outcome: Outcome::Met,
        missing: Vec::new(),
        unknown: Vec::new(),
        advised: Vec::new(),
    };
    for stage in passed {
        verdict.check_exit(stage, facts);
        if stage.id != to {
            verdict.check_required(stage, facts);
        }
    }
    verdict.check_required(target, facts);
    verdict.outcome = match (verdict.missing.is_empty(), verdict.unknown.is_empty()) {
        (false, _) => Outcome::Missing,
        (true, false) => Outcome::Unknown,
        (true, true) => Outcome::Met,
    };
    Ok(verdict)
}

/// The kind of the move, and the stages whose exit criteria count: those that the deal stands in or passes.
fn route<'a>(
    process: &'a Process,
    standing: Option<(u16, bool)>,
    target: &Stage,
    may_skip: bool,
) -> Result<(MoveKind, Vec<&'a Stage>), MoveRefusal> {
    let is_won = target.end == Some(DealEnd::Won);
    let reached = |stage: &&Stage, from: u16| stage.rank >= from && (is_won || stage.rank < target.rank);
    let (kind, passed) = match standing {
        Some((_, true)) if target.end.is_none() => return Ok((MoveKind::Reopen, Vec::new())),
        _ if target.end == Some(DealEnd::Lost) => return Ok((MoveKind::Close, Vec::new())),
        Some((rank, false)) if !is_won && target.rank < rank => {
            let back = process.moves.back.then(|| (MoveKind::Back, Vec::new()));
            return back.ok_or_else(|| MoveRefusal::NoWayBack {
                stage: target.id.clone(),
            });
        }
        Some((rank, _)) => {
            let passed: Vec<&Stage> = process.stages.iter().filter(|s| reached(s, rank)).collect();
            (
                if is_won {
                    MoveKind::Close
                } else {
                    MoveKind::Advance
                },
                passed,
            )
        }
        None => {
            let passed = process.stages.iter().filter(|s| reached(s, 0)).collect();
            (MoveKind::Start, passed)
        }
    };
    // The stage that the deal stands in is left, not skipped; a deal without moves stands before the first.
    let skipped = passed
        .iter()
        .find(|stage| standing.is_none_or(|(rank, _)| stage.rank > rank));
    if let (Some(next), false) = (skipped, may_skip) {
        return Err(MoveRefusal::Skips {
            stage: target.id.clone(),
            next: next.id.clone(),
        });
    }
    Ok((kind, passed))
}

impl GateVerdict {
    /// The ids of what is missing.
    pub fn missing_ids(&self) -> Vec<String> {
        self.missing.iter().map(|unmet| unmet.criterion.clone()).collect()
    }

    fn check_exit(&mut self, stage: &Stage, facts: &Facts) {
        for criterion in &stage.exit {
            let because = match criterion.expr().is_true(facts) {
                Ok(true) => continue,
                Ok(false) => UnmetBecause::NotMet,
                Err(Undecided::Error(text)) => UnmetBecause::Error { text },
                Err(Undecided::Unknown(needs)) => UnmetBecause::UnknownHere { needs },
            };
            self.put(
                criterion.level,
                Unmet {
                    criterion: criterion.id.clone(),
                    stage: stage.id.clone(),
                    says: criterion.says.clone(),
                    check: criterion.expr().self_check().map(str::to_owned),
                    because,
                },
            );
        }
    }

    fn check_required(&mut self, stage: &Stage, facts: &Facts) {
        for unmet in unfilled(stage, facts) {
            // A stage on the way may require the same field.
            if self
                .missing
                .iter()
                .all(|other| other.criterion != unmet.criterion)
            {
                self.put(Level::Must, unmet);
            }
        }
    }

    fn put(&mut self, level: Level, unmet: Unmet) {
        match (level, &unmet.because) {
            (Level::Should, _) => self.advised.push(unmet),
            (Level::Must, UnmetBecause::UnknownHere { .. }) => self.unknown.push(unmet),
            (Level::Must, _) => self.missing.push(unmet),
        }
    }
}

/// The fields that a stage requires and the deal does not have: of the stage that a deal stands in, what it no longer
/// meets. The deal stays where it is; a gate is a fact of its moment.
pub fn unfilled(stage: &Stage, facts: &Facts) -> Vec<Unmet> {
    let empty = stage.requires.iter().filter(|field| {
        let name = field.replacen("x/", "x.", 1);
        facts.get(&format!("deal.{name}")) == Fact::Absent
    });
    empty
        .map(|field| Unmet {
            criterion: field.clone(),
            stage: stage.id.clone(),
            says: Texts::default(),
            check: None,
            because: UnmetBecause::FieldEmpty { field: field.clone() },
        })
        .collect()
}

#[cfg(test)]
mod tests;
