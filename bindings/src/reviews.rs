//! Reviews of records, the company's rules, and the transfer of what one person owns to another.

use std::collections::HashMap;

use fieldbook_core::book::{
    self, BookError, ReviewError, RuleEffect, RulesReport, TransferError, TransferRequest, Undecided,
};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind};
use fieldbook_core::sales::review::{Finding, ManagerState, Review, ReviewVerdict, Week};

use crate::Fieldbook;
use crate::records::{Record, records};
use crate::scalars::{Day, Labels, parse_arg, to_zone};

/// What a rule did, or would do.
#[uniffi::remote(Record)]
pub struct RuleEffect {
    /// The rule, `sales-rules@1/win_back`.
    pub rule: String,
    /// The record at which the occasion was found.
    pub at: RecordId,
    /// The name of that record.
    pub title: String,
    /// The day of the occasion.
    pub occurred_on: Day,
    /// The record that is made or changed.
    pub record: RecordId,
    /// The kind of that record.
    pub kind: Kind,
    /// `true` if the record is made, `false` if it is changed.
    pub is_new: bool,
    /// The fields that are written.
    pub fields: Fields,
}

/// An occasion whose condition has no value on this device.
#[uniffi::remote(Record)]
pub struct Undecided {
    /// The rule.
    pub rule: String,
    /// The record at which the occasion was found.
    pub at: RecordId,
    /// The reason in English: an absent value, or what is to be synced.
    pub why: String,
}

/// A run of the rules.
#[uniffi::remote(Record)]
pub struct RulesReport {
    /// What the rules did, in the order in which they did it.
    pub effects: Vec<RuleEffect>,
    /// The occasions that could not be judged. They are looked at again at each run.
    pub undecided: Vec<Undecided>,
}

/// A manager's judgement of a record.
#[uniffi::remote(Enum)]
pub enum ReviewVerdict {
    /// The values are right.
    Passed,
    /// Something is to be put right: the note says what.
    Failed,
}

/// A review of a record.
#[uniffi::remote(Record)]
pub struct Review {
    /// The time of the review, Unix milliseconds.
    pub at_ms: i64,
    /// The name of whoever reviewed.
    pub by: String,
    /// The judgement.
    pub verdict: ReviewVerdict,
    /// What was said about it.
    pub note: Option<String>,
    /// The fields that were looked at, each with a digest of its value.
    pub fields: Labels,
}

/// The standing of the manager's review of a record.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum ManagerReview {
    /// Nobody has reviewed the record.
    Open,
    /// Reviewed, and what was looked at stands so.
    Reviewed {
        /// The last review.
        review: Review,
    },
    /// Some of what was looked at has changed since.
    Reopened {
        /// The last review.
        review: Review,
        /// The fields that changed; the others are as they were reviewed.
        changed: Vec<String>,
    },
}

impl From<ManagerState> for ManagerReview {
    fn from(state: ManagerState) -> ManagerReview {
        match state {
            ManagerState::Open => ManagerReview::Open,
            ManagerState::Reviewed { review } => ManagerReview::Reviewed { review },
            ManagerState::Reopened { review, changed } => ManagerReview::Reopened {
                review,
                changed: changed.into_iter().collect(),
            },
        }
    }
}

/// What the system finds about a record.
#[uniffi::remote(Enum)]
pub enum Finding {
    /// A field that the stage of the deal requires is empty.
    FieldEmpty {
        /// The field.
        field: String,
    },
    /// The deal passed a gate that was shut, and what was missing then still is.
    ForcedGate {
        /// The criteria that were missing.
        missing: Vec<String>,
    },
    /// An open deal with a closing day that has passed.
    ClosingDayPassed,
    /// The deal was won without an amount.
    WonWithoutAmount,
    /// The deal closes before it was opened.
    ClosesBeforeOpened,
    /// The check-in of a visit lies outside the fence. One that could not be verified says nothing against the rep.
    CheckInOffSite,
    /// A visit was held and nobody wrote down what came of it.
    NoOutcome,
    /// Two people wrote a field at once and nobody chose.
    Conflicts {
        /// Values that are not shown.
        count: u32,
    },
}

/// A record with the state of its three levels of review.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct ReviewState {
    /// The record.
    pub record: Record,
    /// The criteria of its stage that the rep checks off, each with whether they are; empty for what has no stage.
    pub self_check: HashMap<String, bool>,
    /// The standing of the manager's review.
    pub manager: ManagerReview,
    /// What the system finds now.
    pub findings: Vec<Finding>,
}

impl From<book::ReviewState> for ReviewState {
    fn from(state: book::ReviewState) -> ReviewState {
        ReviewState {
            record: state.record.into(),
            self_check: state.self_check.into_iter().collect(),
            manager: state.manager.into(),
            findings: state.findings,
        }
    }
}

/// A record was not reviewed. Nothing was written.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum RecordReviewError {
    /// Managers and administrators review.
    #[error("not allowed")]
    Forbidden,
    /// A failed review says what is to be put right.
    #[error("a failed review needs a note")]
    NoNote,
    /// The book refused, or its file failed.
    #[error("{reason}")]
    Book {
        /// The reason.
        reason: BookError,
    },
}

impl From<ReviewError> for RecordReviewError {
    fn from(error: ReviewError) -> RecordReviewError {
        match error {
            ReviewError::MayNot { .. } => RecordReviewError::Forbidden,
            ReviewError::NoNote => RecordReviewError::NoNote,
            ReviewError::Book(reason) => RecordReviewError::Book { reason },
        }
    }
}

/// A record that goes to the heir.
#[derive(Debug, Clone, PartialEq, uniffi::Record)]
pub struct Transferred {
    /// The record as it stood before.
    pub record: Record,
    /// The fields that name the heir from then on.
    pub fields: Vec<String>,
}

impl From<book::Transferred> for Transferred {
    fn from(handed: book::Transferred) -> Transferred {
        Transferred {
            record: handed.record.into(),
            fields: handed.fields,
        }
    }
}

/// Nothing was transferred.
#[derive(Debug, Clone, PartialEq, thiserror::Error, uniffi::Error)]
pub enum OwnerTransferError {
    /// A rep hands over what is his own; managers and administrators that of others.
    #[error("not allowed")]
    Forbidden,
    /// The same person, or a name that says nothing.
    #[error("a transfer names two people")]
    BadPerson,
    /// The book refused, or its file failed.
    #[error("{reason}")]
    Book {
        /// The reason.
        reason: BookError,
    },
}

impl From<TransferError> for OwnerTransferError {
    fn from(error: TransferError) -> OwnerTransferError {
        match error {
            TransferError::MayNot { .. } => OwnerTransferError::Forbidden,
            TransferError::BadPerson => OwnerTransferError::BadPerson,
            TransferError::Book(reason) => OwnerTransferError::Book { reason },
        }
    }
}

#[uniffi::export]
impl Fieldbook {
    /// Does what the company's rules ask for and is not done yet. Apps call it when they are opened and after a sync: an
    /// occasion is served once, however many devices find it.
    pub fn run_rules(&self) -> Result<RulesReport, BookError> {
        self.book.run_rules()
    }

    /// What the company's rules would do now. Nothing is written.
    pub fn preview_rules(&self) -> Result<RulesReport, BookError> {
        self.book.preview_rules(None)
    }

    /// The open tasks with a reminder at or before `until_ms`, Unix milliseconds, the earliest first. An app hands them to
    /// the alarms of its platform.
    pub fn reminders(&self, until_ms: i64) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.reminders(until_ms)?))
    }

    /// The three levels of review of a record: the rep's self-check, the manager's review, what the system finds. Days are
    /// those of the IANA zone `zone`, or of UTC.
    #[uniffi::method(default(zone = None))]
    pub fn review_state(&self, id: RecordId, zone: Option<String>) -> Result<ReviewState, BookError> {
        Ok(self.book.review_state(id, &to_zone(zone.as_deref(), 0)?)?.into())
    }

    /// The deals and visits of a week's sample, `2026-W48`, that are not reviewed as they stand. `percent` of the records are
    /// drawn; whoever draws a week gets the same ones.
    ///
    /// Fails with `BadRequest` for a text that is no week.
    #[uniffi::method(default(percent = 20, zone = None))]
    pub fn review_queue(
        &self,
        week: &str,
        percent: u8,
        zone: Option<String>,
    ) -> Result<Vec<ReviewState>, BookError> {
        let week: Week = parse_arg(week, "a week is written 2026-W48")?;
        let queue = self
            .book
            .review_queue(week, percent, &to_zone(zone.as_deref(), 0)?)?;
        Ok(queue.into_iter().map(ReviewState::from).collect())
    }

    /// Writes a manager's review of a record as it stands: an edit of a field reopens it for that field.
    ///
    /// Fails with `Forbidden` in a rep's book, and with `NoNote` for a failed review without a note.
    #[uniffi::method(default(note = None))]
    pub fn review_record(
        &self,
        id: &str,
        verdict: ReviewVerdict,
        note: Option<String>,
    ) -> Result<Record, RecordReviewError> {
        let id = record_id(id).map_err(|reason| RecordReviewError::Book { reason })?;
        Ok(self.book.review(id, verdict, note.as_deref())?.into())
    }

    /// What a transfer from one person to another would hand over: of one account, or everything. Nothing is written.
    #[uniffi::method(default(account = None))]
    pub fn preview_transfer(
        &self,
        from_person: &str,
        to_person: &str,
        account: Option<String>,
    ) -> Result<Vec<Transferred>, OwnerTransferError> {
        let handed = self
            .book
            .preview_transfer(&request(from_person, to_person, account)?)?;
        Ok(handed.into_iter().map(Transferred::from).collect())
    }

    /// Hands over what one person owns to another, as one act: accounts, open deals, open tasks and planned visits.
    ///
    /// Fails with `Forbidden` if a rep hands over what is another's.
    #[uniffi::method(default(account = None))]
    pub fn transfer(
        &self,
        from_person: &str,
        to_person: &str,
        account: Option<String>,
    ) -> Result<Vec<Transferred>, OwnerTransferError> {
        let handed = self.book.transfer(&request(from_person, to_person, account)?)?;
        Ok(handed.into_iter().map(Transferred::from).collect())
    }
}

fn record_id(text: &str) -> Result<RecordId, BookError> {
    parse_arg(text, crate::scalars::RECORD_ID_FORM)
}

fn request(from: &str, to: &str, account: Option<String>) -> Result<TransferRequest, OwnerTransferError> {
    let account = account.as_deref().map(record_id).transpose();
    Ok(TransferRequest {
        from: from.to_owned(),
        to: to.to_owned(),
        account: account.map_err(|reason| OwnerTransferError::Book { reason })?,
    })
}
