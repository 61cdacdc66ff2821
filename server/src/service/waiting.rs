//! Changes that waited for others: taken up once those are in the record again.

use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::{ActorId, DeviceId, RecordId};
use fieldbook_model::wire::{Blob, ChangeOutcome, Push};

use super::auth::Principal;
use super::deal_moves::Company;
use super::evidence;
use super::push::{PushApplier, load_state};
use super::review::ReviewContext;
use crate::store::{ParkedChange, StoreError, WaitingChange, WaitsFor};

impl PushApplier<'_, '_, '_> {
    /// Takes up the changes of a record that wait, each device's with the rights of its person, as long as that brings the
    /// record on.
    pub(super) fn take_up_waiting(&mut self, record: RecordId) -> Result<(), StoreError> {
        loop {
            let waiting = self.tx.waiting_of(record)?;
            let mut moved = false;
            for group in waiting.chunk_by(|one, other| one.device == other.device) {
                moved |= self.take_up(record, group)?;
            }
            if !moved {
                return Ok(());
            }
        }
    }

    /// Takes up the waiting changes of one device. True if the record has changed.
    fn take_up(&mut self, record: RecordId, waiting: &[WaitingChange]) -> Result<bool, StoreError> {
        let Some(first) = waiting.first() else {
            return Ok(false);
        };
        let principal = self.sender(first.device)?;
        let actors: Vec<ActorId> = principal.actors.iter().map(|actor| actor.id).collect();
        let company = Company::load(self.tx, [first.kind])?;
        let context = ReviewContext {
            actors: &actors,
            role: principal.person.role,
            now_ms: self.now_ms,
            name: &principal.person.name,
            company: &company,
            restarting: true,
            answered_at_ms: i64::MIN,
            was_restored: true,
        };
        let push = Push {
            kind: first.kind,
            id: record,
            changes: waiting.iter().map(|change| Blob(change.bytes.clone())).collect(),
            again: Some(true),
        };
        let state = load_state(self.tx, &principal, record)?;
        let review = context.review(&push, &state)?;
        let mut applier = PushApplier {
            tx: self.tx,
            sequence: &mut *self.sequence,
            principal: &principal,
            context: &context,
            now_ms: self.now_ms,
        };
        for (change, verdict) in waiting.iter().zip(&review.verdicts) {
            applier.settle(record, change, *verdict)?;
        }
        applier.park(&push, &review)?;
        let (Some(stored), Some(merged)) = (&state.record, &review.merged) else {
            return Ok(false);
        };
        applier.update(&push, stored, &review, merged)?;
        self.tx.send_whole(stored.header.number)?;
        let claims: Vec<_> = review.claims.into_iter().map(|claim| (record, claim)).collect();
        evidence::record_claims(self.tx, &principal.device, &claims, self.now_ms)?;
        Ok(true)
    }

    /// Ends the waiting of a change that has another verdict now. One that is refused after all is parked: its author was
    /// told that it is kept.
    fn settle(
        &self,
        record: RecordId,
        change: &WaitingChange,
        verdict: ChangeOutcome,
    ) -> Result<(), StoreError> {
        match verdict {
            // A parked one is parked with the others of its push.
            ChangeOutcome::Waiting
            | ChangeOutcome::Parked
            | ChangeOutcome::Refused(Refusal::MissingDependency) => Ok(()),
            ChangeOutcome::Refused(_) => self.tx.park(&ParkedChange {
                hash: change.hash,
                record,
                kind: change.kind,
                device: change.device,
                received_at_ms: self.now_ms,
                why: WaitsFor::Decision,
                bytes: &change.bytes,
            }),
            ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate => self.tx.unpark(change.hash),
        }
    }

    fn sender(&self, device: DeviceId) -> Result<Principal, StoreError> {
        let damaged = StoreError::Damaged {
            what: "waiting.device",
        };
        let device = self.tx.device(device)?.ok_or(damaged)?;
        Principal::load(self.tx, device)
    }
}
