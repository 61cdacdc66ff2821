//! Applies a parked change, or some of its fields: as an edit made now, under the name of its author.

use fieldbook_model::clock::Random;
use fieldbook_model::doc::Document;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::{ActorId, DeviceId};
use fieldbook_model::wire::{Blob, ChangeOutcome, Push};
use fieldbook_model::{Fields, Role};

use super::auth::Principal;
use super::deal_moves::Company;
use super::push::PushApplier;
use super::review::{Access, ReviewContext, StoredState};
use super::{SequenceAllocator, random_uuid};
use crate::store::{Actor, Record, StoreError, Tx, WaitingChange};

/// The reason why a parked change cannot be applied.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotApplied {
    /// The record is not here.
    #[error("the record is not here")]
    NoRecord,
    /// The record does not take these values.
    #[error("the record does not take it: {0}")]
    Refused(Refusal),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes `patch`, fields of a parked change, into its record. What stands there already is left as it is.
pub(crate) fn apply_fields(
    tx: &Tx<'_>,
    parked: &WaitingChange,
    patch: &Fields,
    now_ms: i64,
    random: &dyn Random,
) -> Result<(), NotApplied> {
    let record = tx.record(parked.record)?.ok_or(NotApplied::NoRecord)?;
    let mut document = Document::load(&record.document).map_err(|_| StoreError::Damaged {
        what: "record.document",
    })?;
    let actor = actor_for(tx, parked.device, now_ms, random)?;
    let stamp = document.latest(now_ms).next(now_ms);
    let Some(change) = document.edit(parked.kind, actor.id, stamp, patch) else {
        return Ok(());
    };
    let push = Push {
        kind: parked.kind,
        id: parked.record,
        changes: vec![Blob(change.bytes)],
        again: None,
    };
    write(tx, parked.device, actor, &push, record, now_ms)
}

/// The actor under which the office writes for the person of a device.
fn actor_for(tx: &Tx<'_>, device: DeviceId, now_ms: i64, random: &dyn Random) -> Result<Actor, StoreError> {
    match tx.office_actor(device)? {
        Some(actor) => Ok(actor),
        None => tx.bind_office_actor(ActorId(random_uuid(random)), device, now_ms),
    }
}

fn write(
    tx: &Tx<'_>,
    device: DeviceId,
    actor: Actor,
    push: &Push,
    record: Record,
    now_ms: i64,
) -> Result<(), NotApplied> {
    let company = Company::load(tx, [push.kind])?;
    let device = tx.device(device)?.ok_or(StoreError::Damaged {
        what: "parked.device",
    })?;
    let principal = Principal::load(tx, device)?;
    let context = ReviewContext {
        actors: &[actor.id],
        role: Role::Admin,
        now_ms,
        name: &principal.person.name,
        company: &company,
        restarting: false,
        answered_at_ms: i64::MIN,
        was_restored: false,
    };
    let state = StoredState {
        record: Some(record),
        access: Access::Current,
    };
    let review = context.review(push, &state)?;
    if let Some(ChangeOutcome::Refused(reason)) = review.verdicts.first() {
        return Err(NotApplied::Refused(*reason));
    }
    let mut sequence = SequenceAllocator::new(tx);
    let mut applier = PushApplier {
        tx,
        sequence: &mut sequence,
        principal: &principal,
        context: &context,
        now_ms,
    };
    if let (Some(record), Some(merged)) = (&state.record, &review.merged) {
        applier.update(push, record, &review, merged)?;
        applier.take_up_waiting(push.id)?;
    }
    Ok(sequence.flush()?)
}
