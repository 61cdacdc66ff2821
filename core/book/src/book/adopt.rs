//! Rows of kinds that an older version of this software did not know, derived again when the book is opened by one that
//! does.

use super::edit::load;
use crate::store::{Prior, Store, StoreError, Upsert, Write};
use fieldbook_model::Kind;
use fieldbook_model::doc::Projection;
use fieldbook_model::ids::RecordId;

/// Number of records that are derived in one transaction.
const LOT: u32 = 500;

/// Derives all of them. A book without such rows costs one look into an index for each kind.
pub(super) fn adopt_all(store: &Store) -> Result<(), StoreError> {
    for kind in Kind::ALL {
        loop {
            let ids = store.to_adopt(kind, LOT)?;
            if ids.is_empty() {
                break;
            }
            store.transaction(|write| ids.iter().try_for_each(|id| adopt(write, *id, kind)))?;
        }
    }
    Ok(())
}

/// Derives one. A document that does not load leaves the fields as they were shown.
fn adopt(write: &mut Write<'_>, id: RecordId, kind: Kind) -> Result<(), StoreError> {
    write.adopt(id, kind)?;
    let Some(stored) = write.stored(id)? else {
        return Ok(());
    };
    let Ok(document) = load(&stored.document) else {
        return Ok(());
    };
    let Projection {
        mut fields,
        conflicts,
    } = document.project(kind);
    fields.drop_cleared();
    write.put(&Upsert {
        id,
        kind,
        territory: stored.record.territory,
        seq: stored.seq,
        unsent: write.unsent_count(id)?,
        document: &stored.document.bytes,
        fields: &fields,
        conflicts: &conflicts,
        before: Prior::Known(&stored),
    })
}

#[cfg(test)]
mod tests;
