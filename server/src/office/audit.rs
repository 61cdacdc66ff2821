//! When the sums differ: finds by 256 bucket sums what differs, and sends only that.

use fieldbook_model::wire::{ScopeNews, bucket, digest};

use super::pull::{Puller, positions, whole};
use crate::store::{Listed, StoreError};

/// How many buckets there are.
pub(super) const BUCKETS: usize = 256;

impl Puller<'_, '_> {
    /// Settles the buckets whose sum at `cursor` differs from the device's: their records come whole, and their ids are
    /// listed. Buckets that do not fit are left for the next time, when the sums still differ.
    pub(super) fn add_audit(
        &mut self,
        news: &mut ScopeNews,
        sums: &[u64],
        cursor: u64,
    ) -> Result<(), StoreError> {
        let mut buckets: Vec<Vec<Listed>> = vec![Vec::new(); BUCKETS];
        for listed in self.tx.listed(news.territory)? {
            buckets[usize::from(bucket(listed.id))].push(listed);
        }
        let mut present = Vec::new();
        let mut at_record = positions(news);
        for (number, (records, theirs)) in (0..=u8::MAX).zip(buckets.iter().zip(sums)) {
            if sum_at(records, cursor) == *theirs {
                continue;
            }
            if self.is_full() {
                break;
            }
            news.audited.push(number);
            for listed in records {
                present.push(listed.id);
                if at_record
                    .get(&listed.id)
                    .is_some_and(|at| news.records[*at].whole)
                {
                    continue;
                }
                let Some(record) = self.tx.one_news(news.territory, listed.id, whole)? else {
                    continue;
                };
                self.spend(&record);
                if let Some(at) = at_record.get(&listed.id) {
                    news.records[*at] = record;
                } else {
                    at_record.insert(listed.id, news.records.len());
                    news.records.push(record);
                }
            }
        }
        news.present = Some(present);
        Ok(())
    }
}

/// The sum as the device could know it: what came after its cursor is told as news.
fn sum_at(records: &[Listed], cursor: u64) -> u64 {
    let known = records.iter().filter(|listed| listed.seq <= cursor);
    known.fold(0, |sum, listed| sum ^ digest(listed.id, listed.seq))
}
