//! Changes that the server once accepted and has lost, as after a restore from a backup.
//!
//! They show in a record that comes whole and lacks them, or that does not come at all. The device's own are sent again.
//! Those of others are theirs to send: they leave the record and are kept aside, until a delivery brings them back.

use std::collections::HashSet;

use super::Applying;
use super::records::{Number, RecordState};
use crate::book::sync_now::SyncError;
use crate::store::{Aside, Refused, Stored, Unsent};
use fieldbook_model::doc::{Document, WrittenChange};
use fieldbook_model::ids::{ChangeHash, RecordId, TerritoryId};

impl Applying<'_, '_> {
    /// The changes of a stored record that the server's document lacks although the server has answered them, in an order
    /// in which each comes after those it stands on. Empty if either document cannot be read.
    pub(super) fn lost_changes(
        &mut self,
        stored: &Stored,
        theirs: &[u8],
    ) -> Result<Vec<WrittenChange>, SyncError> {
        let document = &stored.document;
        if !document.sound || document.bytes == theirs {
            return Ok(Vec::new());
        }
        let Ok(ours) = Document::load(&document.bytes) else {
            return Ok(Vec::new());
        };
        let theirs = if theirs.is_empty() {
            None
        } else {
            match Document::load(theirs) {
                Ok(loaded) => Some(loaded),
                Err(_) => return Ok(Vec::new()),
            }
        };
        let id = stored.record.id;
        let unsent = self.write.unsent_of(id)?.into_iter().map(|change| change.hash);
        let waiting = self.write.aside_of(id, Aside::Waiting)?;
        let unanswered: HashSet<ChangeHash> = unsent.chain(waiting).collect();
        let mut lost = ours.changes_beyond(theirs.as_ref());
        lost.retain(|written| !unanswered.contains(&written.change.hash));
        Ok(lost)
    }

    /// Offers a record again that the server does not have; without any lost change it is removed if nothing is unsent.
    pub(super) fn offer_missing(&mut self, id: RecordId, territory: TerritoryId) -> Result<(), SyncError> {
        let Some(stored) = self.write.stored(id)? else {
            return Ok(());
        };
        let lost = self.lost_changes(&stored, &[])?;
        if !lost.is_empty() {
            self.offer(&stored, lost)?;
            return self.rebuild((territory, 0), &stored, &[]);
        }
        if self.write.unsent_count(id)? == 0 {
            self.remove(id)?;
        }
        Ok(())
    }

    /// Queues the device's own of the lost changes, and keeps those of others aside.
    pub(super) fn offer(&mut self, stored: &Stored, lost: Vec<WrittenChange>) -> Result<(), SyncError> {
        let (id, kind) = (stored.record.id, stored.record.kind);
        self.again.insert(id);
        for written in lost {
            let change = Unsent {
                record: id,
                kind,
                hash: written.change.hash,
                bytes: written.change.bytes,
                made_at_ms: written.at.ms(),
                sent: true,
            };
            if self.own.contains(&written.by) {
                self.write.queue(&change)?;
                self.offered += 1;
            } else {
                self.write.keep_refused(&Refused {
                    change,
                    reason: Aside::Held.code(),
                })?;
            }
        }
        Ok(())
    }

    /// Stores a record as the server's document with the unsent changes that fit behind it. Those that stand on a lost
    /// change of somebody else are sent without being in the record, and further edits take another actor, because their
    /// numbers are in use.
    pub(super) fn rebuild(
        &mut self,
        number: Number,
        stored: &Stored,
        theirs: &[u8],
    ) -> Result<(), SyncError> {
        let (id, kind) = (stored.record.id, stored.record.kind);
        let unsent = self.write.unsent_of(id)?;
        let all: Vec<u8> = unsent
            .iter()
            .flat_map(|change| change.bytes.iter().copied())
            .collect();
        let Ok(fitting) = Document::load(&[theirs, &all].concat()) else {
            // Nothing of it stands without what others wrote.
            self.renew_actor = true;
            return self.remove(id);
        };
        let known = Document::load(theirs).ok();
        let mut bytes = theirs.to_vec();
        for change in &unsent {
            if !fitting.has(change.hash) {
                self.renew_actor = true;
            } else if known.as_ref().is_none_or(|known| !known.has(change.hash)) {
                bytes.extend_from_slice(&change.bytes);
            }
        }
        let document = Document::load(&bytes).map_err(|_| SyncError::BadAnswer)?;
        let mut projection = document.project(kind);
        projection.fields.drop_cleared();
        let state = RecordState {
            document: &bytes,
            fields: &projection.fields,
            conflicts: &projection.conflicts,
            unsent: u32::try_from(unsent.len()).unwrap_or(u32::MAX),
        };
        self.store(number, id, kind, &state, Some(stored))
    }

    /// Ends the keeping aside of changes that are in the record again.
    pub(super) fn clear_aside(&mut self, id: RecordId, document: &[u8]) -> Result<(), SyncError> {
        let mut aside = self.write.aside_of(id, Aside::Held)?;
        aside.extend(self.write.aside_of(id, Aside::Waiting)?);
        if aside.is_empty() {
            return Ok(());
        }
        if let Ok(document) = Document::load(document) {
            for hash in aside.into_iter().filter(|hash| document.has(*hash)) {
                self.write.drop_refused(hash)?;
            }
        }
        Ok(())
    }
}
