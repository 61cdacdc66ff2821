//! Where a deal stands in its process.

use fieldbook_model::ids::RecordId;
use fieldbook_model::{DealEnd, Kind, MoveKind, Record, StageMoves, StageStay, Zone};
use fieldbook_sales::facts::Facts;
use fieldbook_sales::gate::{self, GateVerdict, MoveRefusal, Unmet};
use fieldbook_sales::pack::{Installed, PackId, PackLibrary, Stage};
use fieldbook_sales::templates::DEFAULT_PROCESS;

use super::refusal::DealError;
use crate::book::{Book, BookError};

/// The reading of deals.
#[derive(Debug, Clone)]
pub struct DealView {
    /// The zone of the customer, in which days are told.
    pub zone: Zone,
    /// The process that a deal without moves enters; the newest shipped or sent `solution-sale` when not given.
    pub process: Option<PackId>,
}

impl Default for DealView {
    /// Days are those of UTC, and deals enter the newest `solution-sale`.
    fn default() -> DealView {
        DealView {
            zone: Zone::UTC,
            process: None,
        }
    }
}

/// A deal in its process.
#[derive(Debug, Clone, PartialEq)]
pub struct DealStanding {
    /// The deal.
    pub deal: Record,
    /// The process, if it is on this device.
    pub process: Option<Installed>,
    /// Why the process is not at hand; a deal without it is shown and does not move.
    pub process_missing: Option<MoveRefusal>,
    /// The stays of the deal in its stages, in order; empty before its first move.
    pub path: Vec<StageStay>,
    /// Whole days in the shown stage.
    pub days_in_stage: Option<i64>,
    /// Days that the stage may take; beyond them the deal is overdue.
    pub dwell_days: Option<u16>,
    /// The fields that the shown stage requires and the deal no longer has.
    pub no_longer_meets: Vec<Unmet>,
    /// Moves made at the same time as the shown one that lost, by id with their stage. `restore` brings one back.
    pub losing: Vec<(String, String)>,
    /// The stages that can be moved to, each with the verdict of its gate.
    pub next: Vec<GateVerdict>,
    /// True if the role of this book's rep may pass a shut gate of the process, with a reason.
    pub may_force: bool,
}

impl DealStanding {
    /// The stage that the deal stands in; before its first move, the one that its plain `stage` names. `None` if the
    /// process is not at hand or has no such stage.
    pub fn stage(&self) -> Option<&Stage> {
        let process = &self.process.as_ref()?.process;
        match self.path.last() {
            Some(stay) => process.stage(&stay.stage),
            None => process.find_stage(self.deal.fields.text("stage")?),
        }
    }

    /// The gate that lies ahead of an open deal: that of the next open stage, else that of the order.
    pub fn ahead(&self) -> Option<&GateVerdict> {
        if self.stage().is_some_and(|stage| stage.end.is_some()) {
            return None;
        }
        let won = |verdict: &&GateVerdict| {
            let process = self.process.as_ref().map(|installed| &installed.process);
            let stage = process.and_then(|process| process.stage(&verdict.to));
            stage.is_some_and(|stage| stage.end == Some(DealEnd::Won))
        };
        let forward = |verdict: &&GateVerdict| matches!(verdict.kind, MoveKind::Start | MoveKind::Advance);
        let next = self.next.iter();
        next.clone().find(forward).or_else(|| next.clone().find(won))
    }

    /// True if the deal has been in its stage for longer than the process allows.
    pub fn is_overdue(&self) -> bool {
        let dwell = self.dwell_days.map(i64::from);
        self.days_in_stage
            .zip(dwell)
            .is_some_and(|(days, dwell)| days > dwell)
    }
}

/// A deal with its moves and its process.
pub(super) struct Deal {
    pub(super) record: Record,
    pub(super) moves: Option<StageMoves>,
}

/// The process that deals without moves enter.
pub(super) fn default_process(library: &PackLibrary, view: &DealView) -> PackId {
    let latest = || {
        let latest = library.latest(DEFAULT_PROCESS);
        latest.expect("the default process is shipped").process.id()
    };
    view.process.clone().unwrap_or_else(latest)
}

impl Book {
    /// A deal that is not deleted.
    pub(super) fn deal(&self, id: RecordId) -> Result<Deal, BookError> {
        let record = self.live_record(id, Kind::Opportunity)?;
        let moves = StageMoves::fold(&record.fields);
        Ok(Deal { record, moves })
    }

    /// Where a deal stands: its stage, how long, what it no longer meets, moves that lost, and each gate ahead.
    ///
    /// # Errors
    /// [`BookError`]: no such record, another kind, deleted.
    pub fn deal_standing(&self, id: RecordId, view: &DealView) -> Result<DealStanding, BookError> {
        let Deal { record, moves } = self.deal(id)?;
        let library = self.packs()?;
        let default = default_process(&library, view);
        let facts = self.deal_facts(&record.fields, moves.as_ref(), &view.zone)?;
        let found = gate::process_of(&library, moves.as_ref(), &default);
        let mut standing = DealStanding {
            process: found.as_ref().ok().map(|installed| (*installed).clone()),
            process_missing: found.as_ref().err().cloned(),
            path: moves.as_ref().map(|moves| moves.path.clone()).unwrap_or_default(),
            days_in_stage: None,
            dwell_days: None,
            no_longer_meets: Vec::new(),
            losing: Vec::new(),
            next: Vec::new(),
            may_force: found.as_ref().is_ok_and(|installed| self.may_force(installed)),
            deal: record,
        };
        if let Some(moves) = &moves {
            let stay = moves.current();
            standing.days_in_stage = Some((facts.today - view.zone.date(stay.from_ms)).num_days().max(0));
            let losing = moves.losing.iter();
            standing.losing = losing
                .map(|id| (id.clone(), moves.moves[id].to.clone()))
                .collect();
            let stage = found
                .as_ref()
                .ok()
                .and_then(|installed| installed.process.stage(&stay.stage));
            if let Some(stage) = stage {
                standing.dwell_days = stage.dwell_days;
                standing.no_longer_meets = gate::unfilled(stage, &facts);
            }
        }
        if let Ok(installed) = found {
            let stages = installed.process.all_stages();
            let verdicts =
                stages.filter_map(|stage| gate::judge(installed, moves.as_ref(), &stage.id, &facts).ok());
            standing.next = verdicts.collect();
        }
        Ok(standing)
    }

    /// All that a deal still needs on its way to the stage `to`, over every stage between.
    ///
    /// # Errors
    /// As [`may_advance`](Book::may_advance), but no stage between is in the way.
    pub fn needs_until(&self, id: RecordId, to: &str, view: &DealView) -> Result<GateVerdict, DealError> {
        self.judge_deal(id, to, view, gate::judge_way)
    }

    /// The verdict of the gate between a deal and the stage `to`: met, or what is missing, or what is unknown here.
    ///
    /// # Errors
    /// [`DealError`]: no gate leads there, or the process is not on this device.
    pub fn may_advance(&self, id: RecordId, to: &str, view: &DealView) -> Result<GateVerdict, DealError> {
        self.judge_deal(id, to, view, gate::judge)
    }

    fn judge_deal(
        &self,
        id: RecordId,
        to: &str,
        view: &DealView,
        judge: impl Fn(&Installed, Option<&StageMoves>, &str, &Facts) -> Result<GateVerdict, MoveRefusal>,
    ) -> Result<GateVerdict, DealError> {
        let Deal { record, moves } = self.deal(id)?;
        let library = self.packs()?;
        let installed = gate::process_of(&library, moves.as_ref(), &default_process(&library, view))?;
        let facts = self.deal_facts(&record.fields, moves.as_ref(), &view.zone)?;
        Ok(judge(installed, moves.as_ref(), to, &facts)?)
    }
}
