//! Hands accounts over to another territory, with all records that belong to them.

use fieldbook_model::Kind;
use fieldbook_model::ids::{RecordId, TerritoryId};

use serde_json::json;

use super::{AdminError, audit, find_territory};
use crate::service::SequenceAllocator;
use crate::store::Store;

/// The result of a hand-over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The territory that the accounts are in now.
    pub to: TerritoryId,
    /// The number of accounts that moved, without those that were in the territory already.
    pub accounts: usize,
    /// The number of records that moved: accounts, sites, contacts, opportunities, visits, tasks and notes.
    pub records: usize,
}

/// Hands accounts over to the named territory, all or none. Devices of the former territory drop them at the next sync.
/// Changes that those devices made before `now_ms` are still accepted; later ones are parked.
///
/// # Errors
/// [`AdminError::NoAccount`], [`AdminError::NoTerritory`], [`AdminError::ToCompany`], or [`AdminError::Store`].
pub fn hand_over(
    store: &Store,
    accounts: &[RecordId],
    to: &str,
    now_ms: i64,
) -> Result<HandOver, AdminError> {
    let tx = store.write()?;
    let to = find_territory(&tx, to)?.id;
    if to == TerritoryId::COMPANY {
        return Err(AdminError::ToCompany);
    }
    let mut sequence = SequenceAllocator::new(&tx);
    let mut done = HandOver {
        to,
        accounts: 0,
        records: 0,
    };
    for id in accounts {
        let account = tx
            .record_header(*id)?
            .filter(|record| record.kind == Kind::Account);
        let account = account.ok_or(AdminError::NoAccount { id: *id })?;
        done.accounts += usize::from(account.territory != to);
        let followers = tx.followers(*id)?;
        for record in std::iter::once(account).chain(followers) {
            if record.territory != to {
                sequence.relocate(&record, to, now_ms)?;
                done.records += 1;
            }
        }
    }
    sequence.flush()?;
    let ids: Vec<String> = accounts.iter().map(ToString::to_string).collect();
    audit::note(
        &tx,
        now_ms,
        "handed_over",
        json!({ "accounts": ids, "to": done.to.to_string() }),
    )?;
    tx.commit()?;
    Ok(done)
}
