//! Anti-entropy: when the checksums of a territory differ, 256 bucket checksums locate the difference, and only those
//! buckets are sent.

use fieldbook_model::wire::{ScopeDelta, bucket, digest};

use super::pull::{DeltaBuilder, full_record, index_by_id};
use crate::store::{RecordSeq, StoreError};

/// The number of buckets, one for each value of [`bucket`].
pub(super) const BUCKETS: usize = 256;

impl DeltaBuilder<'_, '_> {
    /// Repairs the buckets whose checksum at `cursor` differs from the device's: the delta gets their records in full and
    /// lists all ids in them. Buckets that exceed the budget wait for the next request, whose checksums still differ.
    pub(super) fn add_bucket_repairs(
        &mut self,
        delta: &mut ScopeDelta,
        device_checksums: &[u64],
        cursor: u64,
    ) -> Result<(), StoreError> {
        let mut buckets: Vec<Vec<RecordSeq>> = vec![Vec::new(); BUCKETS];
        for record in self.tx.record_seqs(delta.territory)? {
            buckets[usize::from(bucket(record.id))].push(record);
        }
        let mut present = Vec::new();
        let mut positions = index_by_id(delta);
        for (number, (records, theirs)) in (0..=u8::MAX).zip(buckets.iter().zip(device_checksums)) {
            if checksum_at(records, cursor) == *theirs {
                continue;
            }
            if self.is_full() {
                break;
            }
            delta.audited.push(number);
            for stored in records {
                present.push(stored.id);
                let position = positions.get(&stored.id).copied();
                if position.is_some_and(|at| delta.records[at].whole) {
                    continue;
                }
                let full = self.tx.changed_record(delta.territory, stored.id, full_record)?;
                let Some(record) = full else { continue };
                self.charge(&record);
                if let Some(at) = position {
                    delta.records[at] = record;
                } else {
                    positions.insert(stored.id, delta.records.len());
                    delta.records.push(record);
                }
            }
        }
        delta.present = Some(present);
        Ok(())
    }
}

/// The checksum of a bucket as the device could know it: records after its cursor are not counted, since the delta brings
/// them anyway.
fn checksum_at(records: &[RecordSeq], cursor: u64) -> u64 {
    let known = records.iter().filter(|record| record.seq <= cursor);
    known.fold(0, |sum, record| sum ^ digest(record.id, record.seq))
}
