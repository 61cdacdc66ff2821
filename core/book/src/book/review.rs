//! Reviews of records: the sample of a week, the state of the three levels, and a manager's review.

use std::collections::BTreeMap;

use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Kind, Record, Role, StageMoves, Zone};
use fieldbook_sales::facts::is_filled;
use fieldbook_sales::pack::{Installed, PackId, PackLibrary};
use fieldbook_sales::review::{
    self, Finding, ManagerState, REVIEW_PREFIX, Review, ReviewVerdict, Week, reviewed_fields,
};

use super::{Book, BookError, edit};

/// Why a record was not reviewed.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ReviewError {
    /// Managers and administrators review.
    #[error("a {role} does not review")]
    MayNot {
        /// The role of the person of this book.
        role: Role,
    },
    /// A failed review says what is to be put right.
    #[error("a failed review needs a note")]
    NoNote,
    /// The book refused, or its file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

/// A record with the state of its three levels of review.
#[derive(Debug, Clone, PartialEq)]
pub struct ReviewState {
    /// The record.
    pub record: Record,
    /// The criteria of its stage that the rep checks off, each with whether they are; empty for what has no stage.
    pub self_check: BTreeMap<String, bool>,
    /// The standing of the manager's review.
    pub manager: ManagerState,
    /// What the system finds now.
    pub findings: Vec<Finding>,
}

impl Book {
    /// The three levels of review of a record, as of today in `zone`.
    ///
    /// # Errors
    /// [`BookError`]: no such record, or of the file.
    pub fn review_state(&self, id: RecordId, zone: &Zone) -> Result<ReviewState, BookError> {
        let record = self.record(id)?;
        let library = self.packs()?;
        self.review_state_of(record, &library, zone)
    }

    /// The deals and visits of a week's sample that are not reviewed as they stand, deals first, in the order of lists.
    ///
    /// The sample follows from record and week alone: whoever draws it gets the same one, of the records that are in the
    /// book. `percent` of them are drawn. A visit is drawn in the week in which it was held, a deal in every week.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn review_queue(&self, week: Week, percent: u8, zone: &Zone) -> Result<Vec<ReviewState>, BookError> {
        let library = self.packs()?;
        let mut queue = Vec::new();
        for kind in [Kind::Opportunity, Kind::Visit] {
            self.each_record(kind, |record| {
                let is_of_week = match kind {
                    Kind::Visit => super::deal::held_at_ms(record)
                        .is_some_and(|at_ms| Week::of_day(zone.date(at_ms)) == week),
                    _ => true,
                };
                if is_of_week && review::is_sampled(record.id, week, percent) {
                    let state = self.review_state_of(record.clone(), &library, zone)?;
                    if !matches!(state.manager, ManagerState::Reviewed { .. }) {
                        queue.push(state);
                    }
                }
                Ok(())
            })?;
        }
        Ok(queue)
    }

    /// Writes a manager's review of a record as it stands: an edit of a field reopens it for that field.
    ///
    /// # Errors
    /// [`ReviewError`]: a rep's book; a failed review without a note; no such record.
    pub fn review(
        &self,
        id: RecordId,
        verdict: ReviewVerdict,
        note: Option<&str>,
    ) -> Result<Record, ReviewError> {
        let role = self.identity().role();
        if role < Role::Manager {
            return Err(ReviewError::MayNot { role });
        }
        let note = note.filter(|note| is_filled(note));
        if verdict == ReviewVerdict::Failed && note.is_none() {
            return Err(ReviewError::NoNote);
        }
        let key = format!("{REVIEW_PREFIX}{}", self.new_id());
        let context = self.write_context();
        let (by, now_ms) = (self.identity().rep.clone().unwrap_or_default(), self.now_ms());
        let written = self.transaction(|write| {
            let stored = write.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
            let review = Review {
                at_ms: review::next_review_ms(&stored.record.fields, now_ms),
                by,
                verdict,
                note: note.map(str::to_owned),
                fields: reviewed_fields(stored.record.kind, &stored.record.fields),
            };
            let patch = Fields::new().with(&key, review.to_text());
            edit::edit(write, context, stored, &patch)
        });
        Ok(written?)
    }

    fn review_state_of(
        &self,
        record: Record,
        library: &PackLibrary,
        zone: &Zone,
    ) -> Result<ReviewState, BookError> {
        let moves = match record.kind {
            Kind::Opportunity => StageMoves::fold(&record.fields),
            _ => None,
        };
        let installed = moves.as_ref().and_then(|moves| installed_of(library, moves));
        let mut self_check = BTreeMap::new();
        let mut facts = None;
        if let (Some(moves), Some(installed)) = (&moves, installed) {
            let known = self.deal_facts(&record.fields, Some(moves), zone)?;
            if let Some(stage) = installed.process.stage(&moves.current().stage) {
                self_check = review::self_check(stage, &known);
            }
            facts = Some(known);
        }
        let process = installed.map(|installed| &installed.process);
        let today = zone.date(self.now_ms());
        Ok(ReviewState {
            self_check,
            manager: review::manager_state(record.kind, &record.fields),
            findings: review::findings(&record, process, facts.as_ref(), today),
            record,
        })
    }
}

fn installed_of<'a>(library: &'a PackLibrary, moves: &StageMoves) -> Option<&'a Installed> {
    let id: PackId = moves.current().pack.parse().ok()?;
    library.get(&id)
}
