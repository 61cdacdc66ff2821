//! The counters and sums of territories while a transaction is open: each record that changes takes one number.

use std::collections::BTreeMap;

use fieldbook_model::ids::{RecordId, TerritoryId};

use crate::store::{Place, StoreError, Territory, Tx};

/// The territories that a transaction touches. Nothing of it lasts until it is [closed](Ledger::close).
#[derive(Debug)]
pub(crate) struct Ledger<'t, 'a> {
    tx: &'t Tx<'a>,
    open: BTreeMap<TerritoryId, Territory>,
}

impl<'t, 'a> Ledger<'t, 'a> {
    /// Opens the ledger of a transaction that may write.
    pub(crate) fn open(tx: &'t Tx<'a>) -> Ledger<'t, 'a> {
        Ledger {
            tx,
            open: BTreeMap::new(),
        }
    }

    fn territory(&mut self, id: TerritoryId) -> Result<&mut Territory, StoreError> {
        use std::collections::btree_map::Entry;
        match self.open.entry(id) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let missing = StoreError::Damaged {
                    what: "record.territory",
                };
                Ok(entry.insert(self.tx.territory(id)?.ok_or(missing)?))
            }
        }
    }

    /// A number for a record that is new in a territory.
    pub(crate) fn enter(&mut self, territory: TerritoryId, record: RecordId) -> Result<u64, StoreError> {
        let territory = self.territory(territory)?;
        let seq = territory.next_seq();
        territory.toggle(record, seq);
        Ok(seq)
    }

    /// A new number for a record that stays.
    pub(crate) fn renew(&mut self, place: &Place) -> Result<u64, StoreError> {
        self.territory(place.territory)?.toggle(place.id, place.seq);
        self.enter(place.territory, place.id)
    }

    /// Moves a record to another territory: news in both. Returns its number there.
    pub(crate) fn relocate(
        &mut self,
        place: &Place,
        to: TerritoryId,
        now_ms: i64,
    ) -> Result<u64, StoreError> {
        let from = self.territory(place.territory)?;
        from.toggle(place.id, place.seq);
        let left = from.next_seq();
        self.tx.put_departure(place.territory, place.id, left, now_ms)?;
        self.tx.remove_departure(to, place.id)?;
        let seq = self.enter(to, place.id)?;
        self.tx.relocate_record(place.number, to, seq)?;
        Ok(seq)
    }

    /// Writes the counters and sums into the transaction.
    pub(crate) fn close(self) -> Result<(), StoreError> {
        self.open
            .values()
            .try_for_each(|territory| self.tx.set_counter(territory))
    }
}
