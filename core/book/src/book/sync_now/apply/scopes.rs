//! The deltas of territories: records received and removed, and the comparison of checksums (anti-entropy).

use std::collections::HashSet;

use super::Applying;
use crate::book::sync_now::SyncError;
use crate::store::ScopeState;
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::wire::{ScopeDelta, ScopeDirective, bucket};

/// True if a territory equals the server's and the delta changes nothing.
pub(super) fn is_settled(state: &ScopeState, news: &ScopeDelta) -> bool {
    let nothing = news.order == ScopeDirective::Keep
        && !news.more
        && news.records.is_empty()
        && news.gone.is_empty()
        && news.present.is_none()
        && news.audited.is_empty();
    let same = (&state.name, state.epoch, state.cursor) == (&news.name, news.epoch, news.cursor)
        && (state.settled, state.checksum) == (news.cursor, news.sum);
    nothing && same && !state.compare_buckets && !state.restart
}

impl Applying<'_, '_> {
    /// Applies the delta of one territory; `seen` are the territories assigned to this person.
    pub(super) fn apply_delta(
        &mut self,
        news: &ScopeDelta,
        seen: &HashSet<TerritoryId>,
    ) -> Result<(), SyncError> {
        if news.order == ScopeDirective::Drop {
            return self.drop_territory(news.territory);
        }
        if news.order == ScopeDirective::Restart {
            self.restart(news.territory)?;
        }
        for record in &news.records {
            self.apply_or_note(news.territory, record)?;
        }
        for id in news.erased.iter().flatten() {
            self.erase(*id)?;
        }
        for id in &news.gone {
            self.read_or_gone(*id)?;
            self.remove_departed(*id, news.territory, seen)?;
        }
        let offered = self.offered;
        if let Some(present) = &news.present {
            self.sweep(news.territory, &news.audited, present)?;
        }
        let lost = self.offered > offered;
        let state = self.state(news.territory)?;
        (state.name, state.epoch, state.cursor) = (news.name.clone(), news.epoch, news.cursor);
        if !news.more {
            self.complete(news)?;
        }
        if lost {
            self.fetch_afresh(news.territory)?;
        }
        Ok(())
    }

    /// Completes a delta whose pages have all come: offers again what a restart did not bring, and compares the checksums.
    fn complete(&mut self, news: &ScopeDelta) -> Result<(), SyncError> {
        if self.state(news.territory)?.restart {
            for (id, seq, _) in self.write.records_in_territory(news.territory)? {
                if seq == 0 {
                    self.offer_missing(id, news.territory)?;
                }
            }
        }
        let state = self.state(news.territory)?;
        (state.restart, state.settled) = (false, state.cursor);
        let compared = state.compare_buckets;
        state.compare_buckets = state.checksum != news.sum;
        let differs = state.compare_buckets;
        if !differs {
            // Nothing is missing: what could not be read is on the server no more.
            self.forget_unreadable(news.territory)?;
        }
        if differs && self.differs_by_unreadable(news.territory, news.sum)? {
            self.all_but_unreadable.insert(news.territory);
        } else if differs && compared {
            // The buckets that differed were just fetched and still differ: fetch the whole territory once.
            self.fetch_afresh(news.territory)?;
        }
        Ok(())
    }

    /// Has a territory delivered from the beginning. A cursor without a generation makes the server order a restart, which
    /// also brings this device's own changes. So it is done, too, where the server has lost a record without opening a new
    /// epoch: it may have lost changes of others whose numbers are in use again.
    fn fetch_afresh(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        let state = self.state(territory)?;
        (state.compare_buckets, state.epoch, state.cursor) = (false, 0, 1);
        self.restart(territory)
    }

    /// Restarts the delivery of a territory: its records keep their content and lose their numbers.
    fn restart(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        self.forget_unreadable(territory)?;
        self.write.forget_numbers(territory)?;
        let state = self.state(territory)?;
        (state.checksum, state.settled, state.restart) = (0, 0, true);
        Ok(())
    }

    /// Drops a territory that is no longer assigned; records with unsent edits stay until these have their verdicts.
    fn drop_territory(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        for (id, _, unsent) in self.write.records_in_territory(territory)? {
            if unsent == 0 {
                self.remove(id)?;
            }
        }
        self.forget_unreadable(territory)?;
        self.scopes.remove(&territory);
        Ok(self.write.drop_scope(territory)?)
    }

    /// Offers the records in the compared `buckets` again that are not among those `present` on the server.
    fn sweep(
        &mut self,
        territory: TerritoryId,
        buckets: &[u8],
        present: &[RecordId],
    ) -> Result<(), SyncError> {
        let known: HashSet<RecordId> = present.iter().copied().collect();
        for (id, seq, unsent) in self.write.records_in_territory(territory)? {
            if seq > 0 && unsent == 0 && buckets.contains(&bucket(id)) && !known.contains(&id) {
                self.offer_missing(id, territory)?;
            }
        }
        Ok(())
    }
}
