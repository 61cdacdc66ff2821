//! The server's verdicts on pushed changes: answered changes leave the outbox, refused ones are rewritten or stored in `refused`.

use std::collections::{HashMap, HashSet};

use super::Applying;
use crate::book::sync_now::{RefusedEdit, SyncError};
use crate::store::{Aside, Refused, Unsent};
use crate::sync::session::RecordOutcomes;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::ChangeHash;
use fieldbook_model::wire::{ChangeOutcome, ScopeDirective, SyncResponse};

impl Applying<'_, '_> {
    /// Applies the verdicts on one record: changes that have one leave the outbox.
    pub(super) fn apply_verdicts(&mut self, outcomes: &RecordOutcomes) -> Result<(), SyncError> {
        let erased = ChangeOutcome::Refused(Refusal::Erased);
        if outcomes.changes.iter().any(|(_, verdict)| *verdict == erased) {
            return self.erase(outcomes.record);
        }
        self.keep_waiting(outcomes)?;
        let mut refused = Vec::new();
        for (hash, verdict) in &outcomes.changes {
            if matches!(verdict, ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate) {
                self.write.note_accepted(*hash, self.present.server_ms)?;
            }
            match verdict {
                ChangeOutcome::Accepted => self.report.accepted += 1,
                ChangeOutcome::AcceptedLate => self.report.accepted_late += 1,
                ChangeOutcome::Waiting => {}
                ChangeOutcome::Parked => refused.push((*hash, None)),
                ChangeOutcome::Refused(reason) => refused.push((*hash, Some(*reason))),
            }
        }
        if !refused.is_empty() {
            self.keep_or_rewrite(outcomes, &refused)?;
        }
        let answered = outcomes.changes.iter().map(|(hash, _)| *hash).collect();
        self.write.unqueue(outcomes.record, &answered)?;
        let unsent = self.write.unsent_count(outcomes.record)?;
        if unsent == 0 {
            self.again.remove(&outcomes.record);
        }
        if outcomes.seq > 0
            && let Some(numbered) = self.write.numbered(outcomes.record)?
        {
            self.renumber(outcomes.record, numbered, (outcomes.territory, outcomes.seq))?;
            self.write
                .acknowledge(outcomes.record, outcomes.territory, outcomes.seq, unsent)?;
        }
        Ok(())
    }

    /// Keeps aside the changes that wait on the server for others which it has lost. Their numbers are in use, although they
    /// are going to leave the record, so further edits take another actor.
    fn keep_waiting(&mut self, outcomes: &RecordOutcomes) -> Result<(), SyncError> {
        let waits = |(hash, verdict): &(ChangeHash, ChangeOutcome)| {
            (*verdict == ChangeOutcome::Waiting).then_some(*hash)
        };
        let waiting: HashSet<ChangeHash> = outcomes.changes.iter().filter_map(waits).collect();
        if waiting.is_empty() {
            return Ok(());
        }
        self.renew_actor = true;
        for change in self.write.unsent_of(outcomes.record)? {
            if waiting.contains(&change.hash) {
                self.report.waiting += 1;
                self.write.keep_refused(&Refused {
                    change,
                    reason: Aside::Waiting.code(),
                })?;
            }
        }
        Ok(self.write.unqueue(outcomes.record, &waiting)?)
    }

    /// Rewrites the changes that were refused for their form, and stores the other refused and the parked ones in `refused`.
    fn keep_or_rewrite(
        &mut self,
        outcomes: &RecordOutcomes,
        refused: &[(ChangeHash, Option<Refusal>)],
    ) -> Result<(), SyncError> {
        let waiting = self.write.unsent_of(outcomes.record)?;
        let by_hash: HashMap<ChangeHash, &Unsent> =
            waiting.iter().map(|change| (change.hash, change)).collect();
        let rewritten = self.rewrite(outcomes, refused, &waiting)?;
        self.report.rewritten += rewritten;
        let is_kept = |reason: Option<Refusal>| {
            reason.is_none_or(|reason| !crate::book::sync_now::rewrite::may_be_rewritten(reason))
        };
        for (hash, reason) in refused.iter().filter(|(_, reason)| is_kept(*reason)) {
            let Some(change) = by_hash.get(hash) else {
                continue;
            };
            let change = Unsent {
                made_at_ms: self.context.now_ms,
                ..(*change).clone()
            };
            self.write.keep_refused(&Refused {
                change,
                reason: reason.map_or(0, Refusal::code),
            })?;
            self.report.refused.push(RefusedEdit {
                record: outcomes.record,
                kind: outcomes.kind,
                reason: *reason,
            });
        }
        Ok(())
    }

    /// Removes a record with verdicts from a territory that is not assigned to this person: no delta of it will come.
    pub(super) fn remove_if_foreign(
        &mut self,
        outcomes: &RecordOutcomes,
        response: &SyncResponse,
    ) -> Result<(), SyncError> {
        let Some(stored) = self.write.stored(outcomes.record)? else {
            return Ok(());
        };
        let territory = stored.record.territory;
        let is_assigned = response
            .scopes
            .iter()
            .any(|scope| scope.territory == territory && scope.order != ScopeDirective::Drop);
        if stored.record.unsent || is_assigned {
            Ok(())
        } else {
            self.remove(outcomes.record)
        }
    }
}
