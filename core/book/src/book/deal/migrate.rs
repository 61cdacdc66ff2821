//! The migration of deals to another version of their process.

use std::collections::BTreeMap;

use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, MoveKind, StageMove, StageMoves, Zone};
use fieldbook_sales::gate::MoveRefusal;
use fieldbook_sales::pack::{Installed, PackId, unmapped_stages};

use super::refusal::{DealError, DealRefusal};
use crate::book::{Book, BookError};

/// The outcome of a migration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MigrationReport {
    /// Deals that were moved to the new version.
    pub migrated: u32,
    /// Open deals of other processes and versions, which stay as they are.
    pub others: u32,
}

impl Book {
    /// Calls `work` with every deal that is not deleted, as its record and its moves.
    pub(in crate::book) fn each_deal(
        &self,
        mut work: impl FnMut(fieldbook_model::Record, Option<StageMoves>) -> Result<(), BookError>,
    ) -> Result<(), BookError> {
        self.each_record(Kind::Opportunity, |record| {
            work(record.clone(), StageMoves::fold(&record.fields))
        })
    }

    /// Moves every open deal of the version that `to` migrates from to `to`, each by a move of its own. It is refused as a
    /// whole unless every stage in use is mapped or kept.
    ///
    /// # Errors
    /// [`DealError::Refused`] with [`DealRefusal::Unmapped`] or [`DealRefusal::NoMigration`], or when a version is not on
    /// this device.
    pub fn migrate_deals(&self, to: &PackId, zone: &Zone) -> Result<MigrationReport, DealError> {
        let library = self.packs()?;
        let find = |id: &PackId| -> Result<&Installed, MoveRefusal> {
            let missing = || MoveRefusal::PackMissing { pack: id.to_string() };
            library.get(id).ok_or_else(missing)
        };
        let new = find(to)?;
        let Some(migration) = &new.process.migrate else {
            return Err(DealRefusal::NoMigration { pack: to.to_string() }.into());
        };
        let from = PackId {
            name: to.name.clone(),
            version: migration.from,
        };
        let old = find(&from)?;
        let (mut ids, mut stages, mut report) = (Vec::new(), Vec::new(), MigrationReport::default());
        self.each_deal(|record, moves| {
            let open = moves.filter(|moves| moves.current().end.is_none());
            match open {
                Some(moves) if moves.current().pack == from.to_string() => {
                    stages.push(moves.current().stage.clone());
                    ids.push(record.id);
                }
                Some(moves) if moves.current().pack != to.to_string() => report.others += 1,
                _ => {}
            }
            Ok(())
        })?;
        let left = unmapped_stages(&old.process, &new.process, stages.iter().map(String::as_str));
        if !left.is_empty() {
            return Err(DealRefusal::Unmapped {
                pack: to.to_string(),
                stages: left,
            }
            .into());
        }
        // The whole map travels with each move: concurrent moves of the old version are read by it.
        let map: BTreeMap<String, String> = old
            .process
            .all_stages()
            .filter_map(|stage| {
                Some((
                    stage.id.clone(),
                    new.process.migrated_stage(&stage.id)?.id.clone(),
                ))
            })
            .collect();
        for id in ids {
            report.migrated += u32::from(self.migrate_deal(id, &from, new, &map, zone)?);
        }
        Ok(report)
    }

    /// Migrates one deal, unless it has meanwhile moved on.
    fn migrate_deal(
        &self,
        id: RecordId,
        from: &PackId,
        new: &Installed,
        map: &BTreeMap<String, String>,
        zone: &Zone,
    ) -> Result<bool, BookError> {
        loop {
            let deal = self.deal(id)?;
            let still = deal
                .moves
                .as_ref()
                .filter(|moves| moves.current().pack == from.to_string() && moves.current().end.is_none());
            let Some(moves) = still else { return Ok(false) };
            let stay = moves.current();
            let stage = map.get(&stay.stage).and_then(|to| new.process.stage(to));
            let Some(stage) = stage else { return Ok(false) };
            let now_ms = self.now_ms();
            let made = StageMove {
                at_ms: now_ms,
                on: Some(zone.date(now_ms).to_string()),
                kind: MoveKind::Migrate,
                from: Some(stay.stage.clone()),
                to: stage.id.clone(),
                rank: stage.rank,
                end: stage.end,
                pack: new.process.id().to_string(),
                sha: new.sha.clone(),
                prev: moves.heads.clone(),
                missing: Vec::new(),
                unknown: Vec::new(),
                why: None,
                map: map.clone(),
            };
            if self.write_move(&deal, &self.move_patch(&made))?.is_some() {
                return Ok(true);
            }
        }
    }
}
