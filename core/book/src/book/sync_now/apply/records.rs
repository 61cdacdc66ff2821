//! Records of a delta: stored as they come, or merged with unsent edits.

use std::collections::HashSet;

use super::Applying;
use crate::book::sync_now::SyncError;
use crate::store::{Prior, Stored, Upsert};
use fieldbook_model::doc::Document;
use fieldbook_model::doc::gate::{self, Admission, Author, Check};
use fieldbook_model::ids::{ActorId, RecordId, TerritoryId};
use fieldbook_model::wire::{RecordNews, Row};
use fieldbook_model::{Conflict, Fields, Kind, Role};

/// The territory of a record and its number there.
pub(super) type Number = (TerritoryId, u64);

/// The new state of a record.
pub(super) struct RecordState<'a> {
    pub(super) document: &'a [u8],
    pub(super) fields: &'a Fields,
    pub(super) conflicts: &'a [Conflict],
    /// Number of its unsent changes.
    pub(super) unsent: u32,
}

impl Applying<'_, '_> {
    /// Applies the delta of one record. Without unsent edits, bytes and row are stored as they came; otherwise the delta
    /// goes through the gate and both sides are merged.
    pub(super) fn apply_record(
        &mut self,
        territory: TerritoryId,
        news: &RecordNews,
    ) -> Result<(), SyncError> {
        let mut row = Row::decode(&news.row).map_err(|_| SyncError::BadAnswer)?;
        // As in a row that is derived here: a field that was cleared is one that is not there.
        row.fields.drop_cleared();
        let chunks = gate::chunks(&news.document).map_err(|_| SyncError::BadAnswer)?;
        if !chunks.iter().all(|chunk| gate::is_intact(chunk)) {
            return Err(SyncError::BadAnswer);
        }
        let stored = self.write.stored(news.id)?;
        let number = (territory, news.seq);
        self.report.received += 1;
        if let (Some(stored), true) = (&stored, news.whole) {
            let lost = self.lost_changes(stored, &news.document)?;
            if !lost.is_empty() || self.again.contains(&news.id) {
                self.offer(stored, lost)?;
                return self.rebuild(number, stored, &news.document);
            }
        }
        let extended = match &stored {
            Some(stored) if stored.record.unsent => return self.merge(number, news, &chunks, stored),
            None if !news.whole => return self.request_comparison(territory),
            Some(stored) if !news.whole => {
                match extended(stored, &chunks) {
                    Some(extended) => Some(extended),
                    // What is here is damaged: the record is asked for as a whole.
                    None => return Err(SyncError::BadAnswer),
                }
            }
            _ => None,
        };
        let state = RecordState {
            document: extended.as_deref().unwrap_or(&news.document),
            fields: &row.fields,
            conflicts: &row.conflicts,
            unsent: 0,
        };
        self.store(number, news.id, news.kind, &state, stored.as_ref())
    }

    /// Merges the server's delta with the unsent edits of this device.
    fn merge(
        &mut self,
        number: Number,
        news: &RecordNews,
        chunks: &[&[u8]],
        stored: &Stored,
    ) -> Result<(), SyncError> {
        let unsent = self.write.unsent_of(news.id)?;
        if news.whole && Document::load(&news.document).is_err() {
            return Err(SyncError::BadAnswer);
        }
        let merged = if news.whole {
            let ours: Vec<u8> = unsent.iter().flat_map(|change| change.bytes.clone()).collect();
            Some([news.document.as_slice(), &ours].concat())
        } else {
            admitted(news, chunks, stored, self.context.actor)
        };
        let loaded = merged.and_then(|bytes| Document::load(&bytes).ok().map(|document| (bytes, document)));
        // Every unsent edit must be in what is stored; if not, the delta waits until the record comes whole.
        let again = self.again.contains(&news.id);
        let Some((bytes, document)) =
            loaded.filter(|(_, document)| again || unsent.iter().all(|change| document.has(change.hash)))
        else {
            return self.request_comparison(number.0);
        };
        let mut projection = document.project(news.kind);
        projection.fields.drop_cleared();
        let state = RecordState {
            document: &bytes,
            fields: &projection.fields,
            conflicts: &projection.conflicts,
            unsent: u32::try_from(unsent.len()).unwrap_or(u32::MAX),
        };
        self.store(number, news.id, news.kind, &state, Some(stored))
    }

    /// Requests a bucket-level checksum comparison in the next sync, because a record of this territory is missing.
    fn request_comparison(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        self.state(territory)?.compare_buckets = true;
        Ok(())
    }

    /// Stores a record under its number.
    pub(super) fn store(
        &mut self,
        number: Number,
        id: RecordId,
        kind: Kind,
        state: &RecordState<'_>,
        before: Option<&Stored>,
    ) -> Result<(), SyncError> {
        let old = before.map_or((number.0, 0), |stored| (stored.record.territory, stored.seq));
        self.renumber(id, old, number)?;
        self.write.put(&Upsert {
            id,
            kind,
            territory: number.0,
            seq: number.1,
            unsent: state.unsent,
            document: state.document,
            fields: state.fields,
            conflicts: state.conflicts,
            before: before.map_or(Prior::New, Prior::Known),
        })?;
        self.read_or_gone(id)?;
        self.clear_aside(id, state.document)
    }

    /// Removes a record that left a territory, unless it has unsent edits, which still need their verdicts, or is in
    /// another territory that this person sees, whose delta may have come first.
    pub(super) fn remove_departed(
        &mut self,
        id: RecordId,
        from: TerritoryId,
        seen: &HashSet<TerritoryId>,
    ) -> Result<(), SyncError> {
        let Some(stored) = self.write.stored(id)? else {
            return Ok(());
        };
        let record = stored.record;
        let elsewhere = record.territory != from && seen.contains(&record.territory);
        if record.unsent || elsewhere {
            Ok(())
        } else {
            self.remove(id)
        }
    }
}

/// The stored chunks, followed by those of `chunks` that are new; `None` if what is stored is damaged.
fn extended(stored: &Stored, chunks: &[&[u8]]) -> Option<Vec<u8>> {
    let stored = stored.document.sound.then_some(&stored.document.bytes)?;
    let known: HashSet<&[u8]> = gate::chunks(stored).ok()?.into_iter().collect();
    let mut bytes = stored.clone();
    for chunk in chunks.iter().filter(|chunk| !known.contains(**chunk)) {
        bytes.extend_from_slice(chunk);
    }
    Some(bytes)
}

/// The document with the server's changes, each admitted by the gate; `None` if one is refused.
fn admitted(news: &RecordNews, chunks: &[&[u8]], stored: &Stored, fresh: ActorId) -> Option<Vec<u8>> {
    let bytes = stored.document.sound.then(|| stored.document.bytes.clone())?;
    // The server has checked the author of a change; here only an actor that nobody has used yet is excluded.
    let admission = Admission {
        kind: news.kind,
        author: Author::AnyoneBut(fresh),
        role: Role::Admin,
        now_ms: None,
    };
    let (all, gate) = gate::judge_record(bytes, |gate| {
        chunks.iter().all(|chunk| {
            let checked = gate::hash_of(chunk).and_then(|hash| gate.check(hash, chunk, &admission));
            match checked {
                Ok(Check::New(checked)) => gate.admit(*checked).is_ok(),
                Ok(Check::Known) => true,
                Err(_) => false,
            }
        })
    });
    all.then(|| gate.bytes().to_vec())
}
