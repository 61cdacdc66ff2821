//! Visits, contacts and tasks of accounts, read for all of them in one statement each: figures of a whole book look at every account.

use std::collections::HashMap;

use rusqlite::named_params;

use super::{Store, StoreError};
use fieldbook_model::Kind;
use fieldbook_model::ids::RecordId;

/// The contacts of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ContactCounts {
    /// All of them.
    pub all: u32,
    /// Those with a telephone number or an email address.
    pub reachable: u32,
}

/// The tasks of one account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TaskCounts {
    /// Those that are not done.
    pub open: u32,
    /// Those that are not done and were due before the day that was asked for.
    pub overdue: u32,
    /// Those that are done.
    pub done: u32,
}

impl Store {
    /// The visits of each account that took place, without deleted ones and duplicates, in order of time: Unix milliseconds
    /// and id.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn held_visits(&self) -> Result<HashMap<RecordId, Vec<(i64, RecordId)>>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.account_id, v.at_ms, r.id FROM visit v JOIN record r ON r.rid = v.rid
                 WHERE v.check_in IS NOT NULL AND r.deleted = 0 AND r.account_id IS NOT NULL
                   AND (v.more IS NULL OR json_extract(v.more, '$.same_as') IS NULL)
                 ORDER BY v.at_ms, r.rid",
            )?;
            let mut visits: HashMap<RecordId, Vec<(i64, RecordId)>> = HashMap::new();
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                let of = visits.entry(RecordId(row.get(0)?)).or_default();
                of.push((row.get(1)?, RecordId(row.get(2)?)));
            }
            Ok(visits)
        })
    }

    /// The contacts of each account that has some, without deleted ones.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn contact_counts(&self) -> Result<HashMap<RecordId, ContactCounts>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.account_id, count(*), sum(c.phone IS NOT NULL OR c.email IS NOT NULL)
                 FROM contact c JOIN record r ON r.rid = c.rid
                 WHERE r.deleted = 0 AND r.account_id IS NOT NULL GROUP BY r.account_id",
            )?;
            let counts = statement.query_map([], |row| {
                let counts = ContactCounts {
                    all: row.get(1)?,
                    reachable: row.get(2)?,
                };
                Ok((RecordId(row.get(0)?), counts))
            })?;
            counts.collect()
        })
    }

    /// The tasks of each account that has some, without deleted ones and win-back tasks; overdue are those due before the day `today`,
    /// `2026-11-24`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn task_counts(&self, today: &str) -> Result<HashMap<RecordId, TaskCounts>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                r#"SELECT r.account_id, sum(t.done_at IS NULL),
                        sum(t.done_at IS NULL AND t.due_on IS NOT NULL AND t.due_on < :today), sum(t.done_at IS NOT NULL)
                 FROM task t JOIN record r ON r.rid = t.rid
                 WHERE r.kind = :task AND r.deleted = 0 AND r.account_id IS NOT NULL
                   AND (t.more IS NULL OR json_extract(t.more, '$."rule/made"') IS NOT 'health/win_back')
                 GROUP BY r.account_id"#,
            )?;
            let bound = named_params! { ":today": today, ":task": Kind::Task.code() };
            let counts = statement.query_map(bound, |row| {
                let counts = TaskCounts {
                    open: row.get(1)?,
                    overdue: row.get(2)?,
                    done: row.get(3)?,
                };
                Ok((RecordId(row.get(0)?), counts))
            })?;
            counts.collect()
        })
    }
}
