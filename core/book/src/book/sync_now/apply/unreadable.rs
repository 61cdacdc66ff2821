//! Records whose document cannot be read: each stops only itself, and is asked for again.

use super::Applying;
use crate::book::sync_now::SyncError;
use crate::store::{StoreError, Unreadable};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::wire::{RecordNews, digest};

impl Applying<'_, '_> {
    /// Applies the delta of one record, or notes that it cannot be read; what the book has of the record stays as it is then.
    pub(super) fn apply_or_note(
        &mut self,
        territory: TerritoryId,
        news: &RecordNews,
    ) -> Result<(), SyncError> {
        match self.apply_record(territory, news) {
            Err(SyncError::BadAnswer) => self.note(territory, news),
            applied => applied,
        }
    }

    fn note(&mut self, territory: TerritoryId, news: &RecordNews) -> Result<(), SyncError> {
        let found = Unreadable {
            record: news.id,
            kind: news.kind,
            territory,
            seq: news.seq,
            since_ms: self.context.now_ms,
        };
        self.write.put_unreadable(&found)?;
        self.unreadable.retain(|other| other.record != news.id);
        self.unreadable.push(found);
        self.report.unreadable += 1;
        self.state(territory)?.compare_buckets = true;
        Ok(())
    }

    /// Ends the note about a record that was read, or that has left.
    pub(super) fn read_or_gone(&mut self, id: RecordId) -> Result<(), SyncError> {
        if self.unreadable.iter().any(|found| found.record == id) {
            self.unreadable.retain(|found| found.record != id);
            self.write.drop_unreadable(id)?;
        }
        Ok(())
    }

    /// Ends the notes about the records of a territory that is dropped, or delivered anew.
    pub(super) fn forget_unreadable(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        let ids: Vec<RecordId> = self
            .unreadable
            .iter()
            .filter(|found| found.territory == territory)
            .map(|found| found.record)
            .collect();
        ids.into_iter().try_for_each(|id| self.read_or_gone(id))
    }

    /// True if the checksum of a territory is that of the server but for the records that could not be read.
    pub(super) fn differs_by_unreadable(
        &mut self,
        territory: TerritoryId,
        servers: u64,
    ) -> Result<bool, StoreError> {
        let mut checksum = self.state(territory)?.checksum;
        for found in self
            .unreadable
            .iter()
            .filter(|found| found.territory == territory)
        {
            let here = self.write.numbered(found.record)?;
            if let Some((_, seq)) = here.filter(|(place, seq)| *place == territory && *seq > 0) {
                checksum ^= digest(found.record, seq);
            }
            checksum ^= digest(found.record, found.seq);
        }
        Ok(checksum == servers)
    }
}
