//! Handing accounts over to another territory, with all that belongs to them.

use fieldbook_model::Kind;
use fieldbook_model::ids::{RecordId, TerritoryId};

use super::{AdminError, territory};
use crate::office::Ledger;
use crate::store::Store;

/// What a hand-over moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The territory that they are in now.
    pub to: TerritoryId,
    /// How many accounts changed hands; those that were there already are not counted.
    pub accounts: usize,
    /// How many records moved: the accounts, and their sites, contacts, opportunities, visits, tasks and notes.
    pub records: usize,
}

/// Hands accounts over to the territory of that name, all or none. Who had them before drops them at the next sync; what
/// they changed before `now_ms` is still taken, what they change after it is parked.
///
/// # Errors
/// [`AdminError::NoAccount`], [`AdminError::NoTerritory`], [`AdminError::ToCompany`], or the store's.
pub fn hand_over(
    store: &Store,
    accounts: &[RecordId],
    to: &str,
    now_ms: i64,
) -> Result<HandOver, AdminError> {
    let tx = store.write()?;
    let to = territory(&tx, to)?.id;
    if to == TerritoryId::COMPANY {
        return Err(AdminError::ToCompany);
    }
    let mut ledger = Ledger::open(&tx);
    let mut done = HandOver {
        to,
        accounts: 0,
        records: 0,
    };
    for id in accounts {
        let account = tx.place(*id)?.filter(|place| place.kind == Kind::Account);
        let account = account.ok_or(AdminError::NoAccount { id: *id })?;
        done.accounts += usize::from(account.territory != to);
        let followers = tx.followers(*id)?;
        for place in std::iter::once(account).chain(followers) {
            if place.territory != to {
                ledger.relocate(&place, to, now_ms)?;
                done.records += 1;
            }
        }
    }
    ledger.close()?;
    tx.commit()?;
    Ok(done)
}
