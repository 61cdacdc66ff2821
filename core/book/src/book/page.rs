//! Lists of records, page by page.

use super::{Book, BookError, PAGE_MAX};
use crate::store::{Deleted, Listing};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, Record};

/// The selection and the start of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// Records of this kind.
    pub kind: Kind,
    /// Only those of this account.
    pub account: Option<RecordId>,
    /// Deleted ones or the others.
    pub deleted: Deleted,
    /// From behind this record: the last one of the page before.
    pub after: Option<RecordId>,
    /// Largest number of records, 1 to [`PAGE_MAX`].
    pub limit: u32,
}

impl Query {
    /// The first `limit` records of a kind.
    pub fn first(kind: Kind, limit: u32) -> Query {
        Query {
            kind,
            account: None,
            deleted: Deleted::Hide,
            after: None,
            limit,
        }
    }
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    /// The records, by name; visits by time.
    pub records: Vec<Record>,
    /// True if more follow the last of them.
    pub more: bool,
}

/// Records read at once.
const BATCH: usize = 500;

impl Book {
    /// Works on every record of a kind that is not deleted, in the order of lists.
    pub(super) fn each_record(
        &self,
        kind: Kind,
        mut work: impl FnMut(&Record) -> Result<(), BookError>,
    ) -> Result<(), BookError> {
        let mut after = None;
        loop {
            let records = self.store.page(&Listing {
                kind,
                account: None,
                deleted: Deleted::Hide,
                after,
                limit: BATCH,
            })?;
            let Some(last) = records.last() else { return Ok(()) };
            after = Some(last.id);
            records.iter().try_for_each(&mut work)?;
        }
    }

    /// A page of records.
    ///
    /// # Errors
    /// [`BookError::BadLimit`].
    pub fn page(&self, query: &Query) -> Result<Page, BookError> {
        let limit = page_limit(query.limit)?;
        let listing = Listing {
            kind: query.kind,
            account: query.account,
            deleted: query.deleted,
            after: query.after,
            limit: limit + 1,
        };
        let mut records = self.store.page(&listing)?;
        let more = records.len() > limit;
        records.truncate(limit);
        Ok(Page { records, more })
    }

    /// The records of one kind at an account, at most `limit`, in the order of lists.
    pub(super) fn of_account(
        &self,
        account: RecordId,
        kind: Kind,
        limit: usize,
    ) -> Result<Vec<Record>, BookError> {
        Ok(self.store.page(&Listing {
            kind,
            account: Some(account),
            deleted: Deleted::Hide,
            after: None,
            limit,
        })?)
    }

    /// The sites of an account, by name.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn sites_of(&self, account: RecordId) -> Result<Vec<Record>, BookError> {
        let query = Query {
            account: Some(account),
            ..Query::first(Kind::Site, PAGE_MAX)
        };
        Ok(self.page(&query)?.records)
    }
}

/// Checks how many records a caller asks for.
pub(super) fn page_limit(asked: u32) -> Result<usize, BookError> {
    let bad = BookError::BadLimit {
        asked,
        most: PAGE_MAX,
    };
    if asked == 0 || asked > PAGE_MAX {
        Err(bad)
    } else {
        usize::try_from(asked).map_err(|_| bad)
    }
}
