//! Devices that are to be wiped: they may send what they hold, get nothing, and report when it is done.

use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::TerritoryId;
use fieldbook_model::wire::{ChangeOutcome, DeviceNotice, RecordVerdict, SyncRequest, SyncResponse};
use serde_json::json;

use super::auth::Principal;
use crate::admin::audit;
use crate::store::{Device, Store, StoreError};

/// The answer to a device that is to be wiped and that asks for news, or that may send nothing any more; `None` if the
/// request is to be answered like any other.
pub(super) fn last_answer(
    store: &Store,
    principal: &Principal,
    request: &SyncRequest,
    now_ms: i64,
) -> Result<Option<SyncResponse>, StoreError> {
    let device = &principal.device;
    if !device.is_to_be_wiped() {
        return Ok(None);
    }
    if request.notice == Some(DeviceNotice::Wiped) {
        note_wiped(store, device, now_ms)?;
    } else if device.revoked_at_ms.is_none() && !request.push.is_empty() {
        return Ok(None);
    }
    let refused = |count| vec![ChangeOutcome::Refused(Refusal::Forbidden); count];
    let verdicts = request.push.iter().map(|push| RecordVerdict {
        seq: 0,
        territory: TerritoryId::UNJOINED,
        changes: refused(push.changes.len()),
    });
    Ok(Some(SyncResponse {
        verdicts: verdicts.collect(),
        ..without_news(principal, request, now_ms)
    }))
}

/// An answer that brings nothing but the order.
pub(super) fn without_news(principal: &Principal, request: &SyncRequest, now_ms: i64) -> SyncResponse {
    SyncResponse {
        now_ms,
        verdicts: Vec::new(),
        scopes: Vec::new(),
        people: Vec::new(),
        people_cursor: request.people_cursor,
        role: principal.person.role,
        home: principal.person.home,
        answers: [0; 8],
        settled: None,
        wipe: Some(true),
    }
}

/// Revokes a device that has reported its end.
fn note_wiped(store: &Store, device: &Device, now_ms: i64) -> Result<(), StoreError> {
    let tx = store.write()?;
    tx.note_wiped(device.id, now_ms)?;
    tx.void_codes(device.person, now_ms)?;
    let details = json!({ "device": device.id.to_string() });
    audit::note(&tx, now_ms, "device_wiped", details)?;
    tx.commit()
}
