//! Compaction: what is kept for a while only goes, in small transactions between which devices are served.

use serde_json::json;

use super::{AdminError, audit};
use crate::store::{Store, StoreError};

/// The time for which changes are kept one by one, in milliseconds: 90 days. A device that was away longer gets the whole
/// records instead of what changed in them.
pub const CHANGES_KEPT_MS: i64 = 90 * 86_400_000;

/// The time for which it is kept that a record left a territory, in milliseconds: 180 days. A device that was away longer gets
/// the territory anew.
pub const DEPARTURES_KEPT_MS: i64 = 180 * 86_400_000;

/// The most changes or departures in one transaction.
const LOT: u32 = 500;

/// The result of a compaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// The number of changes of which no single copy is kept any more; their records hold them.
    pub changes: usize,
    /// The number of tombstones that were removed.
    pub departures: usize,
}

/// Compacts the database by what is too old at `now_ms`, Unix milliseconds, and notes it in the audit log.
///
/// # Errors
/// [`AdminError::Store`]; what was compacted before stays so.
pub fn compact(store: &Store, now_ms: i64) -> Result<Compacted, AdminError> {
    let compacted = compact_while(store, now_ms, &|| true)?;
    let tx = store.write()?;
    let figures = json!({ "changes": compacted.changes, "departures": compacted.departures });
    audit::note(&tx, now_ms, "compacted", figures)?;
    tx.commit()?;
    Ok(compacted)
}

/// Compacts the database for as long as `may_go_on` says so.
pub(crate) fn compact_while(
    store: &Store,
    now_ms: i64,
    may_go_on: &dyn Fn() -> bool,
) -> Result<Compacted, StoreError> {
    let changes_ms = now_ms.saturating_sub(CHANGES_KEPT_MS);
    let departures_ms = now_ms.saturating_sub(DEPARTURES_KEPT_MS);
    let mut compacted = Compacted::default();
    while may_go_on() && store.read()?.has_old(changes_ms, departures_ms)? {
        let tx = store.write()?;
        compacted.changes += tx.compact_changes(changes_ms, LOT)?;
        compacted.departures += tx.compact_departures(departures_ms, LOT)?;
        tx.commit()?;
    }
    Ok(compacted)
}
