//! The error of check-ins and check-outs. The rules that raise it are in `check_in`, `check_out` and `check_in_context`.

use super::BookError;
use crate::store::StoreError;
use fieldbook_location::FixError;
use fieldbook_model::ids::RecordId;

/// A refused check-in or check-out. The rep's position is never a reason for refusal: the verdict records it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CheckInError {
    /// Another visit of the rep is open and must be checked out first.
    #[error("visit {visit} is still open")]
    AlreadyOpen {
        /// The open visit.
        visit: RecordId,
    },
    /// The visit is over, or was skipped.
    #[error("visit {visit} is {state}")]
    NotNow {
        /// The visit that was asked for.
        visit: RecordId,
        /// Its state: `planned`, `closed` or `skipped`.
        state: &'static str,
    },
    /// The visit or the site belongs to another account.
    #[error("record {id} belongs to another account")]
    OtherAccount {
        /// The visit or the site.
        id: RecordId,
    },
    /// A fix has a number that no phone reports.
    #[error("fix {index}: {fault}")]
    BadFix {
        /// Index of the fix in the request, from 0.
        index: usize,
        /// The rule that the fix breaks.
        fault: FixError,
    },
    /// A backdated check-in lies in the future, or more than [`MAKE_UP_DAYS`](crate::book::MAKE_UP_DAYS) ago.
    #[error(
        "a check-in can be made up for within {} days, and not ahead",
        crate::book::MAKE_UP_DAYS
    )]
    NotThen {
        /// Stated time of the check-in, Unix milliseconds.
        at_ms: i64,
    },
    /// The record or the database file failed.
    #[error(transparent)]
    Book(#[from] BookError),
}

impl From<StoreError> for CheckInError {
    fn from(error: StoreError) -> CheckInError {
        CheckInError::Book(error.into())
    }
}
