//! Writing again what the server could not take as it was.
//!
//! A change that was refused for its form (a clock ahead, an identity used twice, ground that is missing) still is what a
//! person typed. The document is put back to where it was without the refused changes and all that build on them, and
//! what those wrote is written again as one patch each, under a fresh actor and the server's time. The same serves a
//! restored phone and a clock that ran ahead.

use super::SyncError;
use super::apply::Applying;
use crate::book::edit::{create, edit};
use crate::store::{Prior, Unsent, Upsert};
use crate::sync::session::RecordOutcomes;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::doc::{Document, read_change};
use fieldbook_model::ids::ChangeHash;
use fieldbook_model::{Fields, schema};

/// True if a change refused for `reason` may be written again in another form.
pub(super) fn may_be_rewritten(reason: Refusal) -> bool {
    matches!(
        reason,
        Refusal::ClockAhead
            | Refusal::ActorFork
            | Refusal::MissingDependency
            | Refusal::OutOfOrder
            | Refusal::ForeignActor
    )
}

impl Applying<'_, '_> {
    /// Puts the document back to what the server has of ours, and writes again what may be. Returns how many changes were.
    pub(super) fn rewrite(
        &mut self,
        outcomes: &RecordOutcomes,
        refused: &[(ChangeHash, Option<Refusal>)],
        waiting: &[Unsent],
    ) -> Result<u32, SyncError> {
        let Some(stored) = self.write.stored(outcomes.record)? else {
            return Ok(0);
        };
        let document = crate::book::edit::load(&stored.document)?;
        let unwanted: Vec<ChangeHash> = refused.iter().map(|(hash, _)| *hash).collect();
        let bytes = document.without(&unwanted);
        let left = Document::load(&bytes).ok();
        // What builds on a refused change fell with it, whether or not the server has seen it yet.
        let fallen = waiting
            .iter()
            .filter(|change| left.as_ref().is_none_or(|left| !left.has(change.hash)));
        let patches: Vec<Fields> = fallen
            .clone()
            .filter(|change| {
                let verdict = refused.iter().find(|(hash, _)| *hash == change.hash);
                verdict.is_none_or(|(_, reason)| reason.is_some_and(may_be_rewritten))
            })
            .filter_map(|change| read_change(&change.bytes).map(|edit| edit.fields))
            .collect();
        for change in fallen {
            self.write.unqueue(outcomes.record, change.hash)?;
        }
        match left {
            Some(left) => self.put_back(&stored, &bytes, &left)?,
            None => self.remove(outcomes.record)?,
        }
        self.write_again(outcomes, &patches)
    }

    /// Writes the record as it is without the refused changes.
    fn put_back(
        &mut self,
        stored: &crate::store::Stored,
        bytes: &[u8],
        left: &Document,
    ) -> Result<(), SyncError> {
        let record = &stored.record;
        let mut projection = left.project(record.kind);
        projection.fields.drop_cleared();
        let unsent = self.write.unsent_count(record.id)?;
        self.write.put(&Upsert {
            id: record.id,
            kind: record.kind,
            territory: record.territory,
            seq: stored.seq,
            unsent,
            document: bytes,
            fields: &projection.fields,
            conflicts: &projection.conflicts,
            before: Prior::Known(stored),
        })?;
        Ok(())
    }

    fn write_again(&mut self, outcomes: &RecordOutcomes, patches: &[Fields]) -> Result<u32, SyncError> {
        let mut written = 0;
        for patch in patches {
            match self.write.stored(outcomes.record)? {
                Some(stored) => drop(edit(self.write, self.context, stored, patch)?),
                // Its creation fell too: made anew, where the patch is enough to make a record of.
                None if schema::check_new(outcomes.kind, patch).is_ok() => {
                    create(self.write, self.context, outcomes.record, outcomes.kind, patch)?;
                }
                None => continue,
            }
            written += 1;
        }
        Ok(written)
    }
}
