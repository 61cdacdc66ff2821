//! The profile of an account, and the quality of records.

use std::cell::RefCell;
use std::collections::HashMap;

use chrono::NaiveDate;
use fieldbook_model::ids::{ActorId, RecordId};
use fieldbook_model::{Kind, Record, StageMoves, Zone};
use fieldbook_sales::account::{AccountView, Cadence, Dimension, Quality, Written, ages, profile, quality};
use fieldbook_sales::review;
use fieldbook_sales::stats::DealLog;

use super::health::AccountHealth;
use super::tiers::cadence_of;
use crate::book::deal::{deal_log, held_at_ms};
use crate::book::{Book, BookError, edit};

/// The most records of one kind that a profile is made of.
const RECORDS_MAX: usize = 1_000;

/// The account with its profile.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountProfile {
    /// The account.
    pub account: Record,
    /// Its dimensions, always the same in the same order.
    pub dimensions: Vec<Dimension>,
}

/// A record with its quality.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordQuality {
    /// The record.
    pub record: Record,
    /// Its quality.
    pub quality: Quality,
}

/// The last writes of the fields of records, each record read once.
struct Writes<'a> {
    book: &'a Book,
    of: RefCell<HashMap<RecordId, HashMap<String, Written>>>,
    failed: RefCell<Option<BookError>>,
}

impl Writes<'_> {
    fn last(&self, id: RecordId, field: &str) -> Option<Written> {
        let mut of = self.of.borrow_mut();
        let writes = of.entry(id).or_insert_with(|| {
            self.book.last_writes(id).unwrap_or_else(|error| {
                *self.failed.borrow_mut() = Some(error);
                HashMap::new()
            })
        });
        writes.get(field).cloned()
    }
}

impl Book {
    /// The profile of an account in all its dimensions, each with its source and its age, as of today in `zone`. What nobody
    /// wrote down has no value.
    ///
    /// # Errors
    /// [`BookError`]: no such account, or of the file.
    pub fn account_profile(&self, id: RecordId, zone: &Zone) -> Result<AccountProfile, BookError> {
        let AccountHealth {
            account,
            tiered,
            health,
            churn,
            ..
        } = self.account_health(id, zone)?;
        let of = |kind| self.of_account(id, kind, RECORDS_MAX);
        let deals: Vec<(Record, DealLog)> = of(Kind::Opportunity)?
            .into_iter()
            .filter_map(|deal| {
                let moves = StageMoves::fold(&deal.fields);
                let log = deal_log(&deal, moves.as_ref(), zone)?;
                Some((deal, log))
            })
            .collect();
        let mut visits = self.store.latest_visits(id, i64::MAX, RECORDS_MAX)?;
        visits.retain(|visit| held_at_ms(visit).is_some());
        let (sites, contacts) = (of(Kind::Site)?, of(Kind::Contact)?);
        let (tasks, notes) = (of(Kind::Task)?, of(Kind::Note)?);
        let writes = Writes {
            book: self,
            of: RefCell::default(),
            failed: RefCell::default(),
        };
        let cadence: Cadence = cadence_of(&account, &tiered);
        let dimensions = profile(&AccountView {
            today: zone.date(self.now_ms()),
            zone,
            account: &account,
            sites: &sites,
            contacts: &contacts,
            deals: &deals,
            visits: &visits,
            tasks: &tasks,
            notes: &notes,
            tiered: &tiered,
            cadence,
            health: &health,
            churn: &churn,
            written: &|id, field| writes.last(id, field),
        });
        match writes.failed.into_inner() {
            Some(error) => Err(error),
            None => Ok(AccountProfile { account, dimensions }),
        }
    }

    /// The quality of a record, as of today in `zone`.
    ///
    /// # Errors
    /// [`BookError`]: no such record, or of the file.
    pub fn record_quality(&self, id: RecordId, zone: &Zone) -> Result<RecordQuality, BookError> {
        self.quality_of(self.record(id)?, zone)
    }

    /// The quality of all records of a kind, the worst first.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn record_qualities(&self, kind: Kind, zone: &Zone) -> Result<Vec<RecordQuality>, BookError> {
        let mut all = Vec::new();
        self.each_record(kind, |record| {
            all.push(self.quality_of(record.clone(), zone)?);
            Ok(())
        })?;
        all.sort_by_key(|found| found.quality.score);
        Ok(all)
    }

    fn quality_of(&self, record: Record, zone: &Zone) -> Result<RecordQuality, BookError> {
        let today = zone.date(self.now_ms());
        let stored = if ages(&record) {
            self.store.stored(record.id)?
        } else {
            None
        };
        let written_on: Option<NaiveDate> = match stored {
            Some(stored) => {
                let last_ms = edit::load(&stored.document)?.latest(self.now_ms()).ms();
                // Zero where every write is of a clock that was far ahead.
                (last_ms > 0).then(|| zone.date(last_ms))
            }
            None => None,
        };
        let findings = review::findings(&record, None, None, today);
        Ok(RecordQuality {
            quality: quality(&record, written_on, &findings, today),
            record,
        })
    }

    /// The last write of each field of a record.
    fn last_writes(&self, id: RecordId) -> Result<HashMap<String, Written>, BookError> {
        let mut writes = HashMap::new();
        // The oldest first, so that the last write of a field stays.
        for entry in self.history(id)? {
            for key in entry.fields.0.into_keys() {
                let written = Written {
                    at_ms: entry.at_ms,
                    // An author without a name is told by the id of the install, which says nothing to people.
                    by: Some(&entry.by)
                        .filter(|by| by.parse::<ActorId>().is_err())
                        .cloned(),
                };
                writes.insert(key, written);
            }
        }
        Ok(writes)
    }
}
