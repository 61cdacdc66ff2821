//! Allocates sequence numbers within a transaction and keeps the territories' checksums: each change of a record takes the
//! next number of its territory.

use std::collections::BTreeMap;

use fieldbook_model::ids::{RecordId, TerritoryId};

use crate::store::{RecordHeader, StoreError, Territory, Tx};

/// The sequence counters and checksums of the territories that a transaction touches. They reach the database only through
/// [`flush`](SequenceAllocator::flush).
#[derive(Debug)]
pub(crate) struct SequenceAllocator<'t, 'a> {
    tx: &'t Tx<'a>,
    territories: BTreeMap<TerritoryId, Territory>,
}

impl<'t, 'a> SequenceAllocator<'t, 'a> {
    /// An allocator for a transaction that may write.
    pub(crate) fn new(tx: &'t Tx<'a>) -> SequenceAllocator<'t, 'a> {
        SequenceAllocator {
            tx,
            territories: BTreeMap::new(),
        }
    }

    fn territory(&mut self, id: TerritoryId) -> Result<&mut Territory, StoreError> {
        use std::collections::btree_map::Entry;
        match self.territories.entry(id) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let missing = StoreError::Damaged {
                    what: "record.territory",
                };
                Ok(entry.insert(self.tx.territory(id)?.ok_or(missing)?))
            }
        }
    }

    /// Allocates the number of a record that is new in a territory.
    pub(crate) fn insert(&mut self, territory: TerritoryId, record: RecordId) -> Result<u64, StoreError> {
        let territory = self.territory(territory)?;
        let seq = territory.next_seq();
        territory.toggle_checksum(record, seq);
        Ok(seq)
    }

    /// Allocates a new number for a record that stays in its territory.
    pub(crate) fn advance(&mut self, record: &RecordHeader) -> Result<u64, StoreError> {
        self.territory(record.territory)?
            .toggle_checksum(record.id, record.seq);
        self.insert(record.territory, record.id)
    }

    /// Moves a record to another territory, leaves a departure in the old one, and returns the record's number in the new
    /// one. Both territories take a number.
    pub(crate) fn relocate(
        &mut self,
        record: &RecordHeader,
        to: TerritoryId,
        now_ms: i64,
    ) -> Result<u64, StoreError> {
        let from = self.territory(record.territory)?;
        from.toggle_checksum(record.id, record.seq);
        let departure_seq = from.next_seq();
        self.tx
            .put_departure(record.territory, record.id, departure_seq, now_ms)?;
        self.tx.remove_departure(to, record.id)?;
        let seq = self.insert(to, record.id)?;
        self.tx.relocate_record(record.number, to, seq)?;
        self.tx.note_authors(to, record.number)?;
        Ok(seq)
    }

    /// Takes a record out of its territory for good, and leaves a departure.
    pub(crate) fn remove(&mut self, record: &RecordHeader, now_ms: i64) -> Result<(), StoreError> {
        let from = self.territory(record.territory)?;
        from.toggle_checksum(record.id, record.seq);
        let seq = from.next_seq();
        self.tx.put_departure(record.territory, record.id, seq, now_ms)
    }

    /// Writes the counters and checksums into the transaction.
    pub(crate) fn flush(self) -> Result<(), StoreError> {
        self.territories
            .values()
            .try_for_each(|territory| self.tx.put_counter(territory))
    }
}
