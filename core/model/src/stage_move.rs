//! The moves of a deal from stage to stage, and the stage that they add up to.
//!
//! A deal in a sales process has no stage of its own: it has moves, each a member of the set `move/` that is written once and
//! names the moves it was made on top of. Two phones that move one deal offline keep both moves. [`StageMoves::fold`] derives
//! stage, path and losing moves from the set alone, so every copy of the record gives the same answer in whatever order the
//! moves arrive, and without the process that they were judged by.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{Fields, stage_rank};
use fieldbook_location::Word;

/// The prefix of the set of moves; the id of the move follows, a `UUIDv7`.
pub const MOVE_PREFIX: &str = "move/";

/// The kind of a move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveKind {
    /// The deal enters a process.
    Start,
    /// Forward, through the gates between.
    Advance,
    /// To an earlier stage.
    Back,
    /// Won or lost.
    Close,
    /// Open again after an end: a new episode.
    Reopen,
    /// To the stage of another version of the process that the old one is mapped to.
    Migrate,
    /// As an imported file says.
    Import,
    /// Past a gate that was not met, by somebody who may, with a reason. It stays marked.
    Forced,
    /// A losing move made the shown one again, or the shown one confirmed.
    Settle,
    /// A kind of a later version.
    #[serde(untagged)]
    Other(Word),
}

impl MoveKind {
    /// The word in the JSON of a move.
    pub fn name(&self) -> &str {
        match self {
            MoveKind::Start => "start",
            MoveKind::Advance => "advance",
            MoveKind::Back => "back",
            MoveKind::Close => "close",
            MoveKind::Reopen => "reopen",
            MoveKind::Migrate => "migrate",
            MoveKind::Import => "import",
            MoveKind::Forced => "forced",
            MoveKind::Settle => "settle",
            MoveKind::Other(word) => word.as_str(),
        }
    }
}

/// The way in which a deal ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DealEnd {
    /// Without an order.
    Lost,
    /// With an order.
    Won,
}

impl DealEnd {
    /// The end that a usual word for a stage names, such as `Closed Won`; `None` for an open stage.
    pub fn from_stage(stage: &str) -> Option<DealEnd> {
        match stage_rank(stage) {
            Some(90) => Some(DealEnd::Won),
            Some(80) => Some(DealEnd::Lost),
            _ => None,
        }
    }

    /// The end of a deal: that of its shown stage, or of a deal without moves the one that its plain `stage` names; `None`
    /// for an open deal.
    pub fn of_deal(deal: &Fields, moves: Option<&StageMoves>) -> Option<DealEnd> {
        match moves {
            Some(moves) => moves.current().end,
            None => deal.text("stage").and_then(DealEnd::from_stage),
        }
    }

    /// The word in the JSON of a move.
    pub fn name(self) -> &'static str {
        match self {
            DealEnd::Lost => "lost",
            DealEnd::Won => "won",
        }
    }
}

/// One move of a deal, as the member `move/ID` of its set holds it. It is never changed and never removed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StageMove {
    /// Time of the act, Unix milliseconds.
    pub at_ms: i64,
    /// The day of the act at the customer's place, `2026-11-24`, by which criteria were judged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// The kind of move.
    pub kind: MoveKind,
    /// The id of the stage that the author saw; `None` for the first move.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// The id of the stage that the deal is in by this move.
    pub to: String,
    /// The rank of that stage in its process: the further one has the higher rank.
    pub rank: u16,
    /// The end that the stage is, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<DealEnd>,
    /// Name and version of the process, `solution-sale@1`.
    pub pack: String,
    /// The first 8 bytes of the SHA-256 of the process, as 16 hexadecimal digits.
    pub sha: String,
    /// The moves that it was made on top of: the one that was shown first, then those that it settles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prev: Vec<String>,
    /// The criteria that were not met when the move was made: of a forced move, and of an imported one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// The criteria that could not be judged on the device.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// The reason that the author gave.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Of a migration: each stage of the old version with the stage that it becomes, by which concurrent moves of the old
    /// version are read.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub map: BTreeMap<String, String>,
}

impl FromStr for StageMove {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<StageMove, serde_json::Error> {
        if !text.trim_start().starts_with('{') {
            return Err(serde::de::Error::custom("not a JSON object"));
        }
        serde_json::from_str(text)
    }
}

impl StageMove {
    /// The compact JSON that the record holds.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("numbers, texts and lists always have a JSON form")
    }
}

/// A stay of a deal in one stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageStay {
    /// The id of the stage.
    pub stage: String,
    /// The rank of the stage.
    pub rank: u16,
    /// The end that the stage is, if it is one.
    pub end: Option<DealEnd>,
    /// The process by which the deal stood there, `solution-sale@1`.
    pub pack: String,
    /// The id of the last move that led here or confirmed it.
    pub by_move: String,
    /// Start, Unix milliseconds. A move that says it came before the one it follows begins when that one began.
    pub from_ms: i64,
    /// End, Unix milliseconds; `None` while the deal stands there.
    pub until_ms: Option<i64>,
}

impl StageStay {
    /// True if the stay is in the process `name`, whatever version of it.
    pub fn is_in_process(&self, name: &str) -> bool {
        let pack = self.pack.rsplit_once('@');
        pack.is_some_and(|(of, _)| of == name)
    }
}

/// The moves of one deal, folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageMoves {
    /// All moves that can be read, by id.
    pub moves: BTreeMap<String, StageMove>,
    /// The stays on the way to the shown stage, in order; the last one is the shown stage. Never empty.
    pub path: Vec<StageStay>,
    /// The moves that no other move follows, the shown one first: what the next move is made on top of.
    pub heads: Vec<String>,
    /// The heads that lead to another stage than the shown one: moves that lost, to be shown and restorable.
    pub losing: Vec<String>,
}

impl StageMoves {
    /// The moves of a deal and what they add up to; `None` for a deal without a move that can be read.
    ///
    /// A move comes after those that it names. Of several last ones the shown one is won before lost, lost before open, then
    /// the further stage, then the later time; of several to the same stage the earliest, so that a stage that two people
    /// entered at once is entered once.
    pub fn fold(fields: &Fields) -> Option<StageMoves> {
        let moves: BTreeMap<String, StageMove> = fields
            .members(MOVE_PREFIX)
            .filter_map(|(id, value)| Some((id.to_owned(), value.text()?.parse().ok()?)))
            .collect();
        let followed: BTreeSet<&str> = moves
            .iter()
            .flat_map(|(id, made)| made.prev.iter().map(move |prev| (id, prev)))
            .filter(|(id, prev)| *id != *prev)
            .map(|(_, prev)| prev.as_str())
            .collect();
        let mut heads: Vec<&str> = moves
            .keys()
            .map(String::as_str)
            .filter(|id| !followed.contains(id))
            .collect();
        if heads.is_empty() {
            // Only a forger makes a ring; the latest of it stands for all.
            heads.extend(
                moves
                    .iter()
                    .max_by_key(|(id, made)| (made.at_ms, *id))
                    .map(|(id, _)| id.as_str()),
            );
        }
        let reading = Reading::new(&moves, &heads);
        reading.sort(&mut heads);
        let shown = *heads.first()?;
        let stage = reading.stage_of(shown).0;
        let losing = heads
            .iter()
            .filter(|head| reading.stage_of(head).0 != stage)
            .map(|head| (*head).to_owned())
            .collect();
        let path = reading.path(shown);
        let heads = heads.into_iter().map(str::to_owned).collect();
        Some(StageMoves {
            moves,
            path,
            heads,
            losing,
        })
    }

    /// The shown stay: where the deal stands.
    pub fn current(&self) -> &StageStay {
        self.path.last().expect("a path has the shown stage")
    }

    /// True if the deal is in the process `name`, whatever version of it.
    pub fn is_in_process(&self, name: &str) -> bool {
        self.current().is_in_process(name)
    }

    /// The move that the shown stay stands on.
    pub fn current_move(&self) -> &StageMove {
        &self.moves[&self.current().by_move]
    }
}

/// The moves as they are read where some of the last ones are of a version that another has migrated from.
struct Reading<'a> {
    moves: &'a BTreeMap<String, StageMove>,
    /// The migration among the heads whose map applies to the moves of the other version.
    migration: Option<&'a StageMove>,
}

impl<'a> Reading<'a> {
    fn new(moves: &'a BTreeMap<String, StageMove>, heads: &[&str]) -> Reading<'a> {
        let migration = heads
            .iter()
            .filter_map(|head| moves.get(*head))
            .filter(|made| made.kind == MoveKind::Migrate)
            .max_by_key(|made| (pack_version(&made.pack), made.at_ms));
        Reading { moves, migration }
    }

    /// The stage and process of a move: those written in it, or what a concurrent migration makes of them.
    fn stage_of(&self, id: &str) -> (&'a str, &'a str) {
        let made = &self.moves[id];
        match self.migration {
            Some(migration) if migration.pack != made.pack => {
                let mapped = migration.map.get(&made.to);
                mapped.map_or((made.to.as_str(), made.pack.as_str()), |to| (to, &migration.pack))
            }
            _ => (made.to.as_str(), made.pack.as_str()),
        }
    }

    /// Sorts heads, the shown one first.
    fn sort(&self, heads: &mut [&str]) {
        let mut latest: BTreeMap<&str, i64> = BTreeMap::new();
        for head in heads.iter() {
            let at = latest.entry(self.stage_of(head).0).or_insert(i64::MIN);
            *at = (*at).max(self.moves[*head].at_ms);
        }
        heads.sort_by_key(|head| {
            let made = &self.moves[*head];
            let stage = self.stage_of(head).0;
            let standing = (made.end, made.rank, latest[stage]);
            (
                Reverse((standing, stage.to_owned())),
                made.at_ms,
                (*head).to_owned(),
            )
        });
    }

    /// The stays on the way to `last`, each move's first predecessor before it.
    fn path(&self, last: &str) -> Vec<StageStay> {
        let mut chain = vec![last];
        let mut seen: BTreeSet<&str> = BTreeSet::from([last]);
        while let Some(prev) = self.moves[chain[chain.len() - 1]]
            .prev
            .first()
            .filter(|prev| self.moves.contains_key(*prev))
        {
            if !seen.insert(prev) {
                break;
            }
            chain.push(prev);
        }
        let mut path: Vec<StageStay> = Vec::new();
        for id in chain.into_iter().rev() {
            let made = &self.moves[id];
            let (stage, pack) = if id == last {
                self.stage_of(id)
            } else {
                (made.to.as_str(), made.pack.as_str())
            };
            let from_ms = path
                .last()
                .map_or(made.at_ms, |before| before.from_ms.max(made.at_ms));
            if let Some(before) = path.last_mut() {
                if before.stage == stage {
                    pack.clone_into(&mut before.pack);
                    id.clone_into(&mut before.by_move);
                    continue;
                }
                before.until_ms = Some(from_ms);
            }
            path.push(StageStay {
                stage: stage.to_owned(),
                rank: made.rank,
                end: made.end,
                pack: pack.to_owned(),
                by_move: id.to_owned(),
                from_ms,
                until_ms: None,
            });
        }
        path
    }
}

/// The version of `name@version`; 0 for a text of another form.
fn pack_version(pack: &str) -> u32 {
    pack.rsplit_once('@')
        .and_then(|(_, version)| version.parse().ok())
        .unwrap_or(0)
}
