//! The verdict on the changes of one record: a pure function of what is stored and what came, so that many records are
//! judged at once, beside the transaction.

use std::panic::{AssertUnwindSafe, catch_unwind};

use fieldbook_model::doc::gate::{Admission, Admitted, Author, Refusal, admit, hash_of};
use fieldbook_model::doc::{Document, read_change};
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId, TerritoryId};
use fieldbook_model::wire::{Push, Row, Verdict};
use fieldbook_model::{Kind, Role};

use super::evidence::Claim;
use crate::store::{Record, StoreError};

/// After how many changes behind its snapshot a document is folded.
const UNFOLDED_MAX: usize = 16;

/// After how many bytes behind its snapshot a document is folded.
const UNFOLDED_BYTES_MAX: usize = 64 << 10;

/// The most that a document and its row may weigh together: one record always fits one answer.
const RECORD_BYTES_MAX: usize = 700_000;

/// Below this many records another thread costs more than it saves.
const PARALLEL_FROM: usize = 16;

/// How a record stands to the person who wrote to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// They see it.
    Theirs,
    /// They saw it until `at_ms`; `late` are the changes that were taken since.
    Lost { at_ms: i64, late: Vec<ChangeHash> },
    /// It is none of theirs.
    Never,
}

/// What a verdict is built on.
#[derive(Debug, Clone)]
pub(super) struct Base {
    /// The record as stored, if it is.
    pub(super) record: Option<Record>,
    pub(super) standing: Standing,
}

impl Base {
    /// What must still be so when the verdict is carried out.
    pub(super) fn version(&self) -> Option<(TerritoryId, u64)> {
        self.record.as_ref().map(|r| (r.place.territory, r.place.seq))
    }
}

/// Whose changes are judged, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) actors: &'a [ActorId],
    pub(super) role: Role,
    pub(super) now_ms: i64,
}

/// A change with its place in the push.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sorted {
    pub(super) at: usize,
    pub(super) hash: ChangeHash,
}

/// A change to be taken.
#[derive(Debug, Clone, Copy)]
pub(super) struct Taken {
    pub(super) change: Sorted,
    pub(super) by: ActorId,
    pub(super) late: bool,
}

/// What the record becomes.
#[derive(Debug, Clone)]
pub(super) struct Outcome {
    pub(super) document: Vec<u8>,
    pub(super) row: Vec<u8>,
    /// The account that the record points to.
    pub(super) account: Option<RecordId>,
    /// How many changes stand behind the snapshot.
    pub(super) unfolded: u32,
}

/// The verdicts on one push, and what to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    pub(super) verdicts: Vec<Verdict>,
    pub(super) taken: Vec<Taken>,
    pub(super) parked: Vec<Sorted>,
    /// What the taken and parked changes claim of visits, in their order.
    pub(super) claims: Vec<Claim>,
    /// `None` when nothing is taken.
    pub(super) outcome: Option<Outcome>,
}

impl Judged {
    fn refused(push: &Push, refusal: Refusal) -> Judged {
        Judged {
            verdicts: vec![Verdict::Refused(refusal); push.changes.len()],
            ..Judged::default()
        }
    }
}

impl Bench<'_> {
    /// Judges all pushes, each on its base, on as many threads as there are cores.
    pub(super) fn judge_all(&self, pushes: &[Push], bases: &[Base]) -> Result<Vec<Judged>, StoreError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from).min(4);
        let lot = pushes.len().div_ceil(cores).max(PARALLEL_FROM);
        let judge_lot = |(pushes, bases): (&[Push], &[Base])| -> Result<Vec<Judged>, StoreError> {
            pushes
                .iter()
                .zip(bases)
                .map(|(push, base)| self.judge(push, base))
                .collect()
        };
        let mut lots = pushes.chunks(lot).zip(bases.chunks(lot));
        let Some(first) = lots.next() else {
            return Ok(Vec::new());
        };
        std::thread::scope(|scope| {
            let others: Vec<_> = lots.map(|lot| scope.spawn(move || judge_lot(lot))).collect();
            let mut judged = judge_lot(first)?;
            for other in others {
                judged.extend(other.join().expect("a panic inside a verdict is caught there")?);
            }
            Ok(judged)
        })
    }

    /// Judges one push. What panics is refused: one bad change blocks nothing else. A stored document that does not load
    /// is the server's own trouble, and no verdict on the change.
    pub(super) fn judge(&self, push: &Push, base: &Base) -> Result<Judged, StoreError> {
        let judged = catch_unwind(AssertUnwindSafe(|| self.judge_or_panic(push, base)));
        judged.unwrap_or_else(|_| Ok(Judged::refused(push, Refusal::WouldDamage)))
    }

    fn judge_or_panic(&self, push: &Push, base: &Base) -> Result<Judged, StoreError> {
        let stored = base.record.as_ref();
        if stored.is_some_and(|record| record.place.kind != push.kind) {
            return Ok(Judged::refused(push, Refusal::ForeignShape));
        }
        let mut document = stored.map(|r| r.document.clone()).unwrap_or_default();
        let stored_len = document.len();
        let (mut judged, mut loaded) = (Judged::default(), None);
        for (at, change) in push.changes.iter().enumerate() {
            match self.judge_one(push.kind, &document, &change.0, &base.standing) {
                Ok(Fate::Known(verdict)) => judged.verdicts.push(verdict),
                Ok(Fate::Park { hash, claim }) => {
                    judged.claims.extend(claim);
                    judged.verdicts.push(Verdict::Parked);
                    judged.parked.push(Sorted { at, hash });
                }
                Ok(Fate::Take {
                    hash,
                    by,
                    late,
                    with,
                    claim,
                }) => {
                    judged.claims.extend(claim);
                    judged.verdicts.push(if late {
                        Verdict::AcceptedLate
                    } else {
                        Verdict::Accepted
                    });
                    let change_at = Sorted { at, hash };
                    judged.taken.push(Taken {
                        change: change_at,
                        by,
                        late,
                    });
                    document.extend_from_slice(&change.0);
                    loaded = Some(with);
                }
                Err(Refusal::WouldDamage) if !document.is_empty() && Document::load(&document).is_err() => {
                    return Err(StoreError::Damaged {
                        what: "record.document",
                    });
                }
                Err(refusal) => judged.verdicts.push(Verdict::Refused(refusal)),
            }
        }
        if let Some(loaded) = loaded {
            let unfolded = stored.map_or(0, |r| r.unfolded as usize) + judged.taken.len();
            let long = document.len() - stored_len > UNFOLDED_BYTES_MAX;
            let outcome = outcome(push.kind, &loaded, document, unfolded, long);
            if outcome.document.len() + outcome.row.len() > RECORD_BYTES_MAX {
                return Ok(judged.without_taken());
            }
            judged.outcome = Some(outcome);
        }
        Ok(judged)
    }

    fn judge_one(
        &self,
        kind: Kind,
        stored: &[u8],
        change: &[u8],
        standing: &Standing,
    ) -> Result<Fate, Refusal> {
        let hash = hash_of(change)?;
        let admission = Admission {
            kind,
            author: Author::OneOf(self.actors),
            role: self.role,
            now_ms: Some(self.now_ms),
        };
        let admitted = admit(stored, hash, change, &admission);
        let late = match (standing, &admitted) {
            (Standing::Lost { late, .. }, Ok(Admitted::Known)) if late.contains(&hash) => {
                return Ok(Fate::Known(Verdict::AcceptedLate));
            }
            (_, Ok(Admitted::Known)) => return Ok(Fate::Known(Verdict::Accepted)),
            (Standing::Never, _) => return Err(Refusal::Forbidden),
            (Standing::Theirs, _) => false,
            (Standing::Lost { at_ms, .. }, Ok(Admitted::New { edit, .. })) if edit.at.ms() >= *at_ms => {
                return Ok(Fate::Park {
                    hash,
                    claim: Claim::of(kind, &edit.fields),
                });
            }
            // It builds on one that is parked.
            (Standing::Lost { at_ms, .. }, Err(Refusal::MissingDependency))
                if read_change(change).is_some_and(|edit| edit.at.ms() >= *at_ms) =>
            {
                let claim = read_change(change).and_then(|edit| Claim::of(kind, &edit.fields));
                return Ok(Fate::Park { hash, claim });
            }
            (Standing::Lost { .. }, _) => true,
        };
        match admitted? {
            Admitted::New { document, edit } => Ok(Fate::Take {
                hash,
                by: edit.by,
                late,
                with: document,
                claim: Claim::of(kind, &edit.fields),
            }),
            Admitted::Known => Ok(Fate::Known(Verdict::Accepted)),
        }
    }
}

impl Judged {
    /// The record would not fit an answer any more: nothing of it is taken.
    fn without_taken(mut self) -> Judged {
        for taken in self.taken.drain(..) {
            self.verdicts[taken.change.at] = Verdict::Refused(Refusal::TooLarge);
        }
        self
    }
}

/// What is to become of one change that is not refused.
enum Fate {
    Known(Verdict),
    Park {
        hash: ChangeHash,
        claim: Option<Claim>,
    },
    Take {
        hash: ChangeHash,
        by: ActorId,
        late: bool,
        with: Box<Document>,
        claim: Option<Claim>,
    },
}

fn outcome(kind: Kind, loaded: &Document, document: Vec<u8>, unfolded: usize, long: bool) -> Outcome {
    let projection = loaded.project(kind);
    let folded = if unfolded > UNFOLDED_MAX || long {
        fold(kind, loaded, &projection)
    } else {
        None
    };
    let account = projection
        .fields
        .id("account_id")
        .filter(|_| kind != Kind::Account);
    let row = Row::from(projection).encode();
    match folded {
        Some(document) => Outcome {
            document,
            row,
            account,
            unfolded: 0,
        },
        None => Outcome {
            document,
            row,
            account,
            unfolded: u32::try_from(unfolded).unwrap_or(u32::MAX),
        },
    }
}

/// The document as one snapshot, if that loads as the same document again.
fn fold(kind: Kind, loaded: &Document, shown: &fieldbook_model::doc::Projection) -> Option<Vec<u8>> {
    let snapshot = loaded.snapshot();
    let again = Document::load(&snapshot).ok()?;
    (again.heads() == loaded.heads() && again.project(kind) == *shown).then_some(snapshot)
}
