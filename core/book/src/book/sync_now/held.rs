//! Records on whose edits the server fails, held back so that the others go out.
//!
//! A server that meets a damaged value fails the whole request, for no honest device is to be blamed for it. Then half of the
//! records are sent, and half of those, until one is left: that one waits for the next sync. A server that fails on whatever
//! is sent is left alone soon.

use std::collections::HashSet;

use crate::store::Unsent;
use fieldbook_model::ids::RecordId;

/// Number of records, sent alone one after the other, on which a server fails for reasons of its own.
const FAILURES_MAX: u32 = 2;

/// The records of a sync that are held back.
#[derive(Debug, Default)]
pub(super) struct Held {
    records: HashSet<RecordId>,
    /// The most records in the next push; `None` for as many as fit.
    most: Option<usize>,
    /// The records in the last push.
    pushed: Vec<RecordId>,
    /// Number of records that were held back since the last push that was answered.
    failures: u32,
}

impl Held {
    /// Number of records that are held back.
    pub(super) fn count(&self) -> u32 {
        u32::try_from(self.records.len()).unwrap_or(u32::MAX)
    }

    /// The records that are held back.
    pub(super) fn records(&self) -> impl Iterator<Item = RecordId> {
        self.records.iter().copied()
    }

    /// The part of a batch that is to be sent now.
    pub(super) fn choose(&mut self, batch: Vec<Unsent>) -> Vec<Unsent> {
        let most = self.most.unwrap_or(usize::MAX);
        let (mut chosen, mut seen) = (HashSet::new(), Vec::new());
        for change in &batch {
            if !self.records.contains(&change.record) && chosen.len() < most && chosen.insert(change.record) {
                seen.push(change.record);
            }
        }
        self.pushed = seen;
        batch
            .into_iter()
            .filter(|change| chosen.contains(&change.record))
            .collect()
    }

    /// Notes that the last push was answered.
    pub(super) fn answered(&mut self) {
        if !self.pushed.is_empty() {
            self.failures = 0;
        }
        self.most = self
            .most
            .and_then(|most| most.checked_mul(2))
            .filter(|most| *most < 1_024);
    }

    /// Notes that the server failed on the last push; true if another one is to be tried.
    pub(super) fn failed(&mut self) -> bool {
        match self.pushed.as_slice() {
            [] => false,
            [only] => {
                self.records.insert(*only);
                self.most = Some(1);
                self.failures += 1;
                self.failures < FAILURES_MAX
            }
            several => {
                self.most = Some(several.len() / 2);
                true
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fieldbook_model::Kind;
    use fieldbook_model::ids::ChangeHash;

    fn batch(records: &[u8]) -> Vec<Unsent> {
        let change = |n: &u8| Unsent {
            record: RecordId([*n; 16]),
            kind: Kind::Account,
            hash: ChangeHash([*n; 32]),
            bytes: Vec::new(),
            made_at_ms: 0,
            sent: true,
        };
        records.iter().map(change).collect()
    }

    /// Sends all of `waiting` to a server that fails on some: those that it took, and how many requests that was.
    fn sent_to(fails_on: &[u8], waiting: &[u8]) -> (Vec<u8>, u32) {
        let (mut held, mut waiting, mut taken, mut requests) =
            (Held::default(), waiting.to_vec(), Vec::new(), 0);
        loop {
            let push = held.choose(batch(&waiting));
            requests += 1;
            if push.iter().any(|change| fails_on.contains(&change.record.0[0])) {
                if !held.failed() {
                    return (taken, requests);
                }
                continue;
            }
            held.answered();
            if push.is_empty() {
                return (taken, requests);
            }
            waiting.retain(|n| push.iter().all(|change| change.record.0[0] != *n));
            taken.extend(push.iter().map(|change| change.record.0[0]));
        }
    }

    #[test]
    fn all_but_the_record_at_fault_go_out() {
        let all: Vec<u8> = (0..100).collect();
        for bad in [0, 1, 50, 99] {
            let (mut taken, requests) = sent_to(&[bad], &all);
            taken.sort_unstable();
            let others: Vec<u8> = all.iter().copied().filter(|n| *n != bad).collect();
            assert_eq!(taken, others);
            assert!(requests < 30, "{requests}");
        }
        assert_eq!(sent_to(&[], &all).1, 2);
        assert_eq!(sent_to(&[10, 60], &all).0.len(), 98);
    }

    #[test]
    fn a_server_that_fails_on_everything_is_left_alone_soon() {
        let all: Vec<u8> = (0..200).collect();
        let (taken, requests) = sent_to(&all, &all);
        assert!(taken.is_empty() && requests < 12, "{requests}");
    }
}
