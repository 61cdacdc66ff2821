//! Packs: a sales process, or rules, as data with a version.
//!
//! A process is JSON of the format `fieldbook-process/1`; [rules](crate::rule) have a format of their own. Its canonical bytes are hashed and signed; a version is never edited.
//! A deal is pinned to the version that its moves name, and comes to another one by a migration alone.

mod any;
mod check;
mod compare;
mod library;
mod signed;

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use fieldbook_model::DealEnd;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::account::{HealthRules, Tier};
use crate::canonical;
use crate::expr::Expr;
use crate::pool::PoolRules;
use crate::stats::DiagnosisRules;
use crate::text::Texts;

pub use any::AnyPack;
pub(crate) use check::{Faults, parse_format};
pub use check::{PackFault, PackFaults};
pub use compare::{PackDifference, compare, unmapped_stages};
pub use library::{Installed, InstalledRules, PackLibrary, Refused, RefusedPack, Trust};
pub use signed::{SignedPack, SignedPackError, sign};

/// The format of process packs, in their member `format`.
pub const PROCESS_FORMAT: &str = "fieldbook-process/1";
/// The largest pack, in bytes of its canonical text: a record holds it whole.
pub const PACK_BYTES_MAX: usize = 60_000;

/// Name and version of a pack: `solution-sale@3`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackId {
    /// The name.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
}

/// A text that is not `name@version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a pack is named such as solution-sale@3")]
pub struct BadPackId;

impl fmt::Display for PackId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.version)
    }
}

impl FromStr for PackId {
    type Err = BadPackId;

    fn from_str(text: &str) -> Result<PackId, BadPackId> {
        let (name, version) = text.rsplit_once('@').ok_or(BadPackId)?;
        let version: u32 = version.parse().map_err(|_| BadPackId)?;
        if version == 0 || !crate::facts::is_slug(name) {
            return Err(BadPackId);
        }
        Ok(PackId {
            name: name.to_owned(),
            version,
        })
    }
}

/// The weight of a criterion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The gate stays shut without it.
    #[default]
    Must,
    /// It is shown as missing, and the gate opens all the same.
    Should,
}

/// A criterion for leaving a stage forward.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Criterion {
    /// The id, unique in the pack.
    pub id: String,
    /// The condition, in the language of [`Expr`].
    pub test: Value,
    /// The sentence that tells the rep what to do.
    pub says: Texts,
    /// The weight of the criterion.
    #[serde(default)]
    pub level: Level,
}

/// A stage, or an end, of a process.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage {
    /// The id, by which moves and rules name it for ever.
    pub id: String,
    /// The order of the stages: each has a higher rank than the one before.
    pub rank: u16,
    /// The names that people see.
    pub titles: Texts,
    /// The end that it is; `None` for an open stage.
    #[serde(default, rename = "is", skip_serializing_if = "Option::is_none")]
    pub end: Option<DealEnd>,
    /// Days that a deal may stay; beyond them it is overdue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dwell_days: Option<u16>,
    /// Fields of the deal that must be filled in to stand here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub requires: Vec<String>,
    /// Criteria for leaving it forward.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exit: Vec<Criterion>,
    /// Names of the documents that it produces.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deliverables: Vec<String>,
    /// The milestone that a deal passes by entering it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub milestone: Option<String>,
    /// The manual of the stage: what to do, what to bring, what to ask.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook: Option<Texts>,
}

/// The rules for moves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoveRules {
    /// True if stages may be skipped; the criteria of the skipped ones count all the same.
    #[serde(default)]
    pub skip: bool,
    /// True if a deal may go back to an earlier stage.
    #[serde(default)]
    pub back: bool,
    /// The roles that may force a gate, with a reason.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub force: Vec<String>,
}

/// The thresholds of warnings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StallRules {
    /// Business days at the customer's place without an event on the customer's side, from which a deal stalls.
    pub customer_idle_days: u16,
    /// True if a dated next step in the future gives grace until its day.
    #[serde(default)]
    pub next_step_grace: bool,
    /// Days ahead that odds of a stall are given for.
    pub warn_days: u16,
    /// Odds of a stall in percent, from which a deal is warned of.
    pub warn_percent: u8,
}

/// The thresholds for deals with no chance left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ZombieRules {
    /// The quantile of the ages of won deals, in percent, beyond which an open deal has no chance left.
    pub won_cycle_percent: u8,
    /// Won deals from which that quantile counts; with fewer `default_days` does.
    pub min_wins: u16,
    /// Days, where too few deals were won.
    pub default_days: u16,
}

/// The way from one version to the next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The version that it comes from.
    pub from: u32,
    /// Each stage of that version with the stage that it becomes. Stages that keep their id need no entry.
    pub map: BTreeMap<String, String>,
}

/// A sales process of one version. [`Process::parse`] makes only sound ones.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Process {
    /// [`PROCESS_FORMAT`].
    pub format: String,
    /// The name, which all versions share.
    pub name: String,
    /// The version, from 1.
    pub version: u32,
    /// The names that people see.
    pub titles: Texts,
    /// The open stages, in order of rank.
    pub stages: Vec<Stage>,
    /// The ends: at least one that is won and one that is lost.
    pub ends: Vec<Stage>,
    /// The rules for moves.
    pub moves: MoveRules,
    /// Roles of the decision chain that a deal of this process needs covered.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
    /// Roles of our side that work on a deal: account manager, solution expert, delivery manager.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<String>,
    /// The thresholds of warnings.
    pub stall: StallRules,
    /// The thresholds for deals with no chance left.
    pub zombie: ZombieRules,
    /// The company's tiers of accounts, the best first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tiers: Vec<Tier>,
    /// The weights and thresholds of the health of accounts; the usual ones where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthRules>,
    /// The thresholds of the diagnosis; the usual ones where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<DiagnosisRules>,
    /// The timers of the pool of leads; the usual ones where it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pool: Option<PoolRules>,
    /// The way from the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub migrate: Option<Migration>,
    /// The key, in hexadecimal, that signs the versions after this one, where it is another than this version's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_key: Option<String>,
}

impl Process {
    /// Reads a pack and checks all of it.
    ///
    /// # Errors
    /// [`PackFaults`]: every fault that was found, each with the place where it stands.
    pub fn parse(text: &str) -> Result<Process, PackFaults> {
        check::parse(text)
    }

    /// Name and version.
    pub fn id(&self) -> PackId {
        PackId {
            name: self.name.clone(),
            version: self.version,
        }
    }

    /// The canonical text, which is hashed and signed.
    pub fn to_text(&self) -> String {
        canonical::pack_text(self)
    }

    /// The first 8 bytes of the SHA-256 of the canonical text, as 16 hexadecimal digits: what a move names.
    pub fn sha(&self) -> String {
        canonical::short_hash(&self.to_text())
    }

    /// A stage or an end, by id.
    pub fn stage(&self, id: &str) -> Option<&Stage> {
        self.all_stages().find(|stage| stage.id == id)
    }

    /// The stage that people mean by a text: its id, a title of it in any language, or for the ends a usual word such as
    /// `Closed Won`.
    pub fn find_stage(&self, text: &str) -> Option<&Stage> {
        let folded = |text: &str| text.trim().to_lowercase();
        let wanted = folded(text);
        let titled = |stage: &&Stage| stage.titles.0.values().any(|title| folded(title) == wanted);
        let end = DealEnd::from_stage(text);
        self.stage(text)
            .or_else(|| self.all_stages().find(titled))
            .or_else(|| self.ends.iter().find(|stage| end.is_some() && stage.end == end))
    }

    /// The stage that a stage of an earlier version becomes: the one it is mapped to, else the one that kept its id; `None`
    /// for a version without a migration, and for a stage that is left nowhere to go.
    pub fn migrated_stage(&self, old: &str) -> Option<&Stage> {
        let map = &self.migrate.as_ref()?.map;
        self.stage(map.get(old).map_or(old, String::as_str))
    }

    /// The open stages, then the ends.
    pub fn all_stages(&self) -> impl Iterator<Item = &Stage> {
        self.stages.iter().chain(&self.ends)
    }

    /// The stage in which a deal begins.
    pub fn first_stage(&self) -> &Stage {
        &self.stages[0]
    }
}

impl Criterion {
    /// The condition, read.
    ///
    /// # Panics
    /// Never for the criterion of a pack that [`Process::parse`] made.
    pub fn expr(&self) -> Expr {
        Expr::parse(&self.test).expect("the pack was checked when it was read")
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of hexadecimal digits; `None` for a text of another length or form.
pub fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks(2)) {
        let digit = |c: u8| char::from(c).to_digit(16).and_then(|d| u8::try_from(d).ok());
        *byte = digit(pair[0])? * 16 + digit(pair[1])?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
