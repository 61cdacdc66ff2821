//! Rewriting of changes that the server refused for their form.
//!
//! Such a refusal (a clock ahead, an actor used twice, a missing dependency) does not concern the edit itself. The document is
//! rolled back to the state without the refused changes and their dependents, and each of them is written again as one patch
//! under a fresh actor and the time at which it was made, by the server's clock. A restored phone and a clock that ran ahead recover in this way.

use std::collections::HashMap;

use super::SyncError;
use super::apply::Applying;
use crate::book::edit::{WriteContext, create, edit_all};
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
    /// Rolls the document back to its state without the refused changes, and rewrites those that may be. Returns the number of
    /// changes rewritten.
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
        // Dependents of a refused change fall with it, even if the server has not seen them yet.
        let fallen = waiting
            .iter()
            .filter(|change| left.as_ref().is_none_or(|left| !left.has(change.hash)));
        let reasons: HashMap<ChangeHash, Option<Refusal>> = refused.iter().copied().collect();
        let times = self.write.times_of(waiting.iter().map(|change| change.hash))?;
        let again = |change: &Unsent| {
            let time = times.get(&change.hash);
            let context = WriteContext {
                now_ms: self.present.time_of_unsent(change, time),
                reading: time.map(|time| time.reading),
                ..self.context
            };
            read_change(&change.bytes).map(|edit| (edit.fields, context))
        };
        let patches: Vec<(Fields, WriteContext)> = fallen
            .clone()
            .filter(|change| {
                let verdict = reasons.get(&change.hash);
                verdict.is_none_or(|reason| reason.is_some_and(may_be_rewritten))
            })
            .filter_map(again)
            .collect();
        let fallen = fallen.map(|change| change.hash).collect();
        self.write.unqueue(outcomes.record, &fallen)?;
        match left {
            Some(left) => self.put_back(&stored, &bytes, &left)?,
            None => self.remove(outcomes.record)?,
        }
        self.write_again(outcomes, &patches)
    }

    /// Stores the record without the refused changes.
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

    fn write_again(
        &mut self,
        outcomes: &RecordOutcomes,
        patches: &[(Fields, WriteContext)],
    ) -> Result<u32, SyncError> {
        let mut written = 0;
        for (at, (patch, context)) in patches.iter().enumerate() {
            match self.write.stored(outcomes.record)? {
                Some(stored) => {
                    let rest = &patches[at..];
                    edit_all(self.write, &stored, rest)?;
                    return Ok(written + u32::try_from(rest.len()).unwrap_or(u32::MAX));
                }
                // The record's creation was refused, too: create it again if the patch suffices for a new record.
                None if schema::check_new(outcomes.kind, patch).is_ok() => {
                    create(self.write, *context, outcomes.record, outcomes.kind, patch)?;
                    written += 1;
                }
                None => {}
            }
        }
        Ok(written)
    }
}
