//! Reviews pushed changes: the verdict on each, and the record that results. A pure function of the stored record and the
//! push, so many records are reviewed in parallel, outside of the write transaction.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use fieldbook_model::doc::gate::{
    Admission, Author, Check, Checked, RecordGate, Refusal, hash_of, judge_record,
};
use fieldbook_model::doc::{Document, Projection, read_change};
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId, TerritoryId};
use fieldbook_model::wire::{ChangeOutcome, Push, Row};
use fieldbook_model::{Kind, Role};

use super::deal_moves::{Company, may_change_lead, may_move};
use super::evidence::Claim;
use crate::store::{Record, StoreError};

/// A document with more changes than this behind its snapshot is compacted.
const UNCOMPACTED_CHANGES_MAX: usize = 16;

/// A document that grows by more bytes than this in one push is compacted.
const UNCOMPACTED_BYTES_MAX: usize = 64 << 10;

/// The longest time after a hand-over for which edits that were made before it are taken, in milliseconds: 30 days.
const LATE_MS_MAX: i64 = 30 * 86_400_000;

/// The largest size of a document and its row together, in bytes, so that every record fits into one answer.
const RECORD_BYTES_MAX: usize = 700_000;

/// The smallest number of records that justifies another thread.
const CHUNK_MIN: usize = 16;

/// A stored document that does not load.
const DAMAGED: StoreError = StoreError::Damaged {
    what: "record.document",
};

/// The access of the pushing person to a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Access {
    /// They see the record, or it is new.
    Current,
    /// They saw it until `at_ms`, Unix milliseconds. `late` are the changes that were accepted after that.
    Former { at_ms: i64, late: BTreeSet<ChangeHash> },
    /// They never saw it.
    Never,
    /// It was erased.
    Erased,
}

/// The stored state that a review starts from.
#[derive(Debug, Clone)]
pub(super) struct StoredState {
    /// The record; `None` if it is not stored yet.
    pub(super) record: Option<Record>,
    pub(super) access: Access,
}

impl StoredState {
    /// The territory and number of the record. A review is valid for as long as they stay the same.
    pub(super) fn version(&self) -> Option<(TerritoryId, u64)> {
        let record = self.record.as_ref();
        record.map(|record| (record.header.territory, record.header.seq))
    }
}

/// Author, role and time that changes are reviewed with.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReviewContext<'a> {
    /// The actors that the device may write under.
    pub(super) actors: &'a [ActorId],
    pub(super) role: Role,
    /// The server's time in Unix milliseconds.
    pub(super) now_ms: i64,
    /// The name of the author.
    pub(super) name: &'a str,
    /// What changes to deals and leads are judged by.
    pub(super) company: &'a Company,
    /// True if the device holds more than this database, which was restored: changes may wait for others that are lost.
    pub(super) restarting: bool,
    /// The time of the last answer by which the device had sent all that it had, in Unix milliseconds.
    pub(super) answered_at_ms: i64,
    /// True if this database was restored: devices may send again what they had sent.
    pub(super) was_restored: bool,
}

/// A change by its index in the push.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChangeRef {
    pub(super) index: usize,
    pub(super) hash: ChangeHash,
}

/// A change to be stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct AcceptedChange {
    pub(super) change: ChangeRef,
    pub(super) author: ActorId,
    /// True if it was made before a hand-over and came after it.
    pub(super) late: bool,
}

/// The record after its accepted changes.
#[derive(Debug, Clone)]
pub(super) struct MergedRecord {
    pub(super) document: Vec<u8>,
    /// The row, CBOR.
    pub(super) row: Vec<u8>,
    /// The account that the record points to.
    pub(super) account: Option<RecordId>,
    /// The number of changes behind the snapshot.
    pub(super) uncompacted: u32,
}

/// The verdicts on one push, and the changes to store or park.
#[derive(Debug, Clone, Default)]
pub(super) struct Review {
    /// One for each change of the push, in its order.
    pub(super) verdicts: Vec<ChangeOutcome>,
    pub(super) accepted: Vec<AcceptedChange>,
    pub(super) parked: Vec<ChangeRef>,
    pub(super) waiting: Vec<ChangeRef>,
    /// The evidence in the accepted and parked changes, in their order.
    pub(super) claims: Vec<Claim>,
    /// The new state of the record; `None` if no change is accepted.
    pub(super) merged: Option<MergedRecord>,
}

impl Review {
    fn refused(push: &Push, refusal: Refusal) -> Review {
        Review {
            verdicts: vec![ChangeOutcome::Refused(refusal); push.changes.len()],
            ..Review::default()
        }
    }

    /// Refuses the accepted changes as too large: with them the record would not fit into an answer.
    fn refuse_accepted(mut self) -> Review {
        for accepted in self.accepted.drain(..) {
            self.verdicts[accepted.change.index] = ChangeOutcome::Refused(Refusal::TooLarge);
        }
        self
    }
}

/// The disposition of one change that is not refused.
enum Disposition {
    /// It is stored already.
    Known(ChangeOutcome),
    /// It is kept for the record's new owner.
    Park { hash: ChangeHash, claim: Option<Claim> },
    /// It waits for changes that this database has lost.
    Wait { hash: ChangeHash },
    /// It becomes part of the record.
    Accept {
        hash: ChangeHash,
        author: ActorId,
        late: bool,
        claim: Option<Claim>,
    },
}

impl ReviewContext<'_> {
    /// Reviews all pushes, each on its stored state, on up to four threads.
    pub(super) fn review_all(
        &self,
        pushes: &[Push],
        states: &[StoredState],
    ) -> Result<Vec<Review>, StoreError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let chunk_len = pushes.len().div_ceil(cores).max(CHUNK_MIN);
        let review_chunk = |(pushes, states): (&[Push], &[StoredState])| -> Result<Vec<Review>, StoreError> {
            pushes
                .iter()
                .zip(states)
                .map(|(push, state)| self.review(push, state))
                .collect()
        };
        let mut chunks = pushes.chunks(chunk_len).zip(states.chunks(chunk_len));
        let Some(first) = chunks.next() else {
            return Ok(Vec::new());
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = chunks
                .map(|chunk| scope.spawn(move || review_chunk(chunk)))
                .collect();
            let mut reviews = review_chunk(first)?;
            for other in others {
                reviews.extend(other.join().expect("`review` catches its panics")?);
            }
            Ok(reviews)
        })
    }

    /// Reviews one push. A panic inside refuses the push, so that one bad change blocks nothing else.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if the stored document does not load: that is the server's failure, not the change's.
    pub(super) fn review(&self, push: &Push, state: &StoredState) -> Result<Review, StoreError> {
        let reviewed = catch_unwind(AssertUnwindSafe(|| self.review_or_panic(push, state)));
        reviewed.unwrap_or_else(|_| Ok(Review::refused(push, Refusal::WouldDamage)))
    }

    fn review_or_panic(&self, push: &Push, state: &StoredState) -> Result<Review, StoreError> {
        let stored = state.record.as_ref();
        if stored.is_some_and(|record| record.header.kind != push.kind) {
            return Ok(Review::refused(push, Refusal::ForeignShape));
        }
        let bytes = stored.map(|r| r.document.clone()).unwrap_or_default();
        let stored_len = bytes.len();
        let (review, gate) = judge_record(bytes, |gate| self.review_changes(push, gate, &state.access));
        let mut review = review?;
        if review.accepted.is_empty() {
            return Ok(review);
        }
        let (bytes, document) = gate.finish().map_err(|_| DAMAGED)?;
        let uncompacted = stored.map_or(0, |r| r.uncompacted as usize) + review.accepted.len();
        let grew_much = bytes.len() - stored_len > UNCOMPACTED_BYTES_MAX;
        let merged = merged_record(push.kind, &document, bytes, uncompacted, grew_much);
        if merged.document.len() + merged.row.len() > RECORD_BYTES_MAX {
            return Ok(review.refuse_accepted());
        }
        review.merged = Some(merged);
        Ok(review)
    }

    /// The verdicts on the changes of a push, and what to do with each.
    fn review_changes(
        &self,
        push: &Push,
        gate: &mut RecordGate,
        access: &Access,
    ) -> Result<Review, StoreError> {
        let mut review = Review::default();
        for (index, change) in push.changes.iter().enumerate() {
            match self.review_change(push, gate, &change.0, access) {
                Ok(Disposition::Known(verdict)) => review.verdicts.push(verdict),
                Ok(Disposition::Park { hash, claim }) => {
                    review.claims.extend(claim);
                    review.verdicts.push(ChangeOutcome::Parked);
                    review.parked.push(ChangeRef { index, hash });
                }
                Ok(Disposition::Wait { hash }) => {
                    review.verdicts.push(ChangeOutcome::Waiting);
                    review.waiting.push(ChangeRef { index, hash });
                }
                Ok(Disposition::Accept {
                    hash,
                    author,
                    late,
                    claim,
                }) => {
                    review.claims.extend(claim);
                    review.verdicts.push(if late {
                        ChangeOutcome::AcceptedLate
                    } else {
                        ChangeOutcome::Accepted
                    });
                    review.accepted.push(AcceptedChange {
                        change: ChangeRef { index, hash },
                        author,
                        late,
                    });
                }
                Err(Refusal::WouldDamage) if is_damaged(gate.bytes()) => return Err(DAMAGED),
                Err(refusal) => review.verdicts.push(ChangeOutcome::Refused(refusal)),
            }
        }
        Ok(review)
    }

    fn review_change(
        &self,
        push: &Push,
        gate: &mut RecordGate,
        change: &[u8],
        access: &Access,
    ) -> Result<Disposition, Refusal> {
        let kind = push.kind;
        let hash = hash_of(change)?;
        let admission = Admission {
            kind,
            author: Author::OneOf(self.actors),
            role: self.role,
            now_ms: Some(self.now_ms),
        };
        let checked = gate.check(hash, change, &admission);
        if let Ok(Check::New(checked)) = &checked
            && !may_move(kind, &checked.edit().fields, self.role, self.company)
        {
            return Err(Refusal::Forbidden);
        }
        if let (Kind::Lead, Ok(Check::New(checked))) = (kind, &checked)
            && !may_change_lead(
                gate.bytes(),
                &checked.edit().fields,
                (self.name, self.role),
                self.company,
                self.now_ms,
            )
        {
            return Err(Refusal::Forbidden);
        }
        match (access, checked) {
            (Access::Former { late, .. }, Ok(Check::Known)) if late.contains(&hash) => {
                Ok(Disposition::Known(ChangeOutcome::AcceptedLate))
            }
            (_, Ok(Check::Known)) => Ok(Disposition::Known(ChangeOutcome::Accepted)),
            (Access::Never, _) => Err(Refusal::Forbidden),
            (Access::Erased, _) => Err(Refusal::Erased),
            (Access::Current, Ok(Check::New(checked))) => accept(kind, gate, *checked, false),
            // It stays outside of the document, and goes through the gate again if the new owner applies it.
            (Access::Former { at_ms, .. }, Ok(Check::New(checked)))
                if checked.edit().at.ms() >= *at_ms || !self.is_credible(push, gate, &checked, *at_ms) =>
            {
                Ok(Disposition::Park {
                    hash,
                    claim: Claim::from_fields(kind, &checked.edit().fields),
                })
            }
            (Access::Former { .. }, Ok(Check::New(checked))) => accept(kind, gate, *checked, true),
            // The change it depends on is parked.
            (Access::Former { at_ms, .. }, Err(Refusal::MissingDependency))
                if read_change(change).is_some_and(|edit| edit.at.ms() >= *at_ms) =>
            {
                let claim = read_change(change).and_then(|edit| Claim::from_fields(kind, &edit.fields));
                Ok(Disposition::Park { hash, claim })
            }
            (_, Err(Refusal::MissingDependency)) if self.restarting || push.again == Some(true) => {
                Ok(Disposition::Wait { hash })
            }
            (_, Err(refusal)) => Err(refusal),
        }
    }
}

impl ReviewContext<'_> {
    /// True if an edit may have been made when it says, before its author lost the record: not dated before what it stands on,
    /// nor before the last answer by which the device had sent all that it had; and not come too late. An honest edit that was
    /// made in the moment of that answer may fail this: it waits, and is not lost.
    fn is_credible(
        &self,
        push: &Push,
        gate: &mut RecordGate,
        checked: &Checked<'_>,
        lost_at_ms: i64,
    ) -> bool {
        let at = checked.edit().at;
        let sent_again = self.was_restored && push.again == Some(true);
        at > gate.stands_on(checked)
            && (sent_again || at.ms() >= self.answered_at_ms)
            && self.now_ms.saturating_sub(lost_at_ms) <= LATE_MS_MAX
    }
}

/// Lets a checked change into the record.
fn accept(
    kind: Kind,
    gate: &mut RecordGate,
    checked: Checked<'_>,
    late: bool,
) -> Result<Disposition, Refusal> {
    let edit = gate.admit(checked)?;
    Ok(Disposition::Accept {
        hash: edit.change,
        author: edit.by,
        late,
        claim: Claim::from_fields(kind, &edit.fields),
    })
}

/// True if stored bytes do not load. Called only after a refusal, because it loads the document again.
fn is_damaged(stored: &[u8]) -> bool {
    !stored.is_empty() && Document::load(stored).is_err()
}

fn merged_record(
    kind: Kind,
    document: &Document,
    bytes: Vec<u8>,
    uncompacted: usize,
    grew_much: bool,
) -> MergedRecord {
    let projection = document.project(kind);
    let compacted = if uncompacted > UNCOMPACTED_CHANGES_MAX || grew_much {
        compact(kind, document, &projection)
    } else {
        None
    };
    let account = projection
        .fields
        .id("account_id")
        .filter(|_| kind != Kind::Account);
    let row = Row::from(projection).encode();
    match compacted {
        Some(snapshot) => MergedRecord {
            document: snapshot,
            row,
            account,
            uncompacted: 0,
        },
        None => MergedRecord {
            document: bytes,
            row,
            account,
            uncompacted: u32::try_from(uncompacted).unwrap_or(u32::MAX),
        },
    }
}

/// The document as one snapshot, or `None` if the snapshot does not load as the same document; then the changes are kept
/// as they are.
fn compact(kind: Kind, document: &Document, projection: &Projection) -> Option<Vec<u8>> {
    let snapshot = document.snapshot();
    let reloaded = Document::load(&snapshot).ok()?;
    (reloaded.heads() == document.heads() && reloaded.project(kind) == *projection).then_some(snapshot)
}
