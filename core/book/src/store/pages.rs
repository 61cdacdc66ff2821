//! Paged lists of records, and lists of visits and conflicts.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension, named_params};

use super::record::Head;
use super::{Store, StoreError, Write};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Kind, Record};

/// The treatment of deleted records in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Deleted {
    /// Lists the records that are not deleted.
    #[default]
    Hide,
    /// Lists the deleted records only.
    Only,
}

/// The selection and the start of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listing {
    /// Kind of the listed records.
    pub kind: Kind,
    /// Restricts the list to the records of this account.
    pub account: Option<RecordId>,
    /// Treatment of deleted records.
    pub deleted: Deleted,
    /// The list starts after this record; from the beginning if it is `None` or the record has been removed.
    pub after: Option<RecordId>,
    /// Largest number of records.
    pub limit: usize,
}

/// The end of a page: title and `rid` of its last record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    title: String,
    rid: i64,
}

fn position(connection: &Connection, after: RecordId) -> rusqlite::Result<Option<Position>> {
    let mut statement = connection.prepare_cached("SELECT title, rid FROM record WHERE id = :id")?;
    let found = statement.query_row(named_params! { ":id": after.0 }, |row| {
        Ok(Position {
            title: row.get(0)?,
            rid: row.get(1)?,
        })
    });
    found.optional()
}

/// The first bound looks superfluous beside the second: it is the one that SQLite finds in the index. Without it each page
/// walks through all pages before it.
const BY_TITLE: &str =
    "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
    FROM record r
    WHERE r.kind = :kind AND r.deleted = :deleted AND r.title COLLATE NOCASE >= :title
      AND (r.title COLLATE NOCASE, r.rid) > (:title, :rid)
    ORDER BY r.title COLLATE NOCASE, r.rid LIMIT :limit";

const OF_ACCOUNT: &str =
    "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
    FROM record r
    WHERE r.account_id = :account AND r.kind = :kind AND r.deleted = :deleted
      AND (r.title COLLATE NOCASE, r.rid) > (:title, :rid)
    ORDER BY r.title COLLATE NOCASE, r.rid LIMIT :limit";

impl Store {
    /// A page of records in order of title; visits in order of time.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn page(&self, listing: &Listing) -> Result<Vec<Record>, StoreError> {
        self.read_at_once(|connection| {
            let from = listing.after.map(|id| position(connection, id)).transpose()?.flatten();
            let from = from.unwrap_or(Position { title: String::new(), rid: -1 });
            let limit = i64::try_from(listing.limit).unwrap_or(i64::MAX);
            let deleted = listing.deleted == Deleted::Only;
            let kind = listing.kind.code();
            let heads: Vec<Head> = if let Some(account) = listing.account {
                let bound = named_params! {
                    ":account": account.0, ":kind": kind, ":deleted": deleted,
                    ":title": from.title, ":rid": from.rid, ":limit": limit,
                };
                connection.prepare_cached(OF_ACCOUNT)?.query_map(bound, Head::read)?.collect::<Result<_, _>>()?
            } else {
                let bound = named_params! {
                    ":kind": kind, ":deleted": deleted, ":title": from.title, ":rid": from.rid, ":limit": limit,
                };
                connection.prepare_cached(BY_TITLE)?.query_map(bound, Head::read)?.collect::<Result<_, _>>()?
            };
            heads.into_iter().map(|head| head.fill(connection)).collect()
        })
    }

    /// The visits in `from_ms..until_ms`, Unix milliseconds, without deleted ones, in order of time.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn visits_between(&self, from_ms: i64, until_ms: i64) -> Result<Vec<Record>, StoreError> {
        self.heads(
            "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
             FROM visit v JOIN record r ON r.rid = v.rid
             WHERE v.at_ms >= :from AND v.at_ms < :until AND r.deleted = 0 ORDER BY v.at_ms, r.rid",
            named_params! { ":from": from_ms, ":until": until_ms },
        )
    }

    /// The last `limit` visits of an account before `until_ms`, Unix milliseconds, without deleted ones, the latest first.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn latest_visits(
        &self,
        account: RecordId,
        until_ms: i64,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.heads(
            "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
             FROM record r JOIN visit v ON v.rid = r.rid
             WHERE r.account_id = :account AND r.kind = :visit AND r.deleted = 0 AND v.at_ms < :until
             ORDER BY v.at_ms DESC, r.rid DESC LIMIT :limit",
            named_params! {
                ":account": account.0, ":visit": Kind::Visit.code(), ":until": until_ms,
                ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            },
        )
    }

    /// The latest visit of each account that took place, without deleted ones and duplicates: its time in Unix milliseconds
    /// and its id.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn latest_held_visits(&self) -> Result<HashMap<RecordId, (i64, RecordId)>, StoreError> {
        self.read(|connection| {
            // SQLite takes the id of the row with the greatest time.
            let mut statement = connection.prepare_cached(
                "SELECT r.account_id, max(v.at_ms), r.id FROM visit v JOIN record r ON r.rid = v.rid
                 WHERE v.check_in IS NOT NULL AND r.deleted = 0 AND r.account_id IS NOT NULL
                   AND (v.more IS NULL OR json_extract(v.more, '$.same_as') IS NULL)
                 GROUP BY r.account_id",
            )?;
            let visits = statement.query_map([], |row| {
                Ok((RecordId(row.get(0)?), (row.get(1)?, RecordId(row.get(2)?))))
            })?;
            visits.collect()
        })
    }

    /// The country of each account that states one.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn account_countries(&self) -> Result<HashMap<RecordId, String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.id, a.country FROM account a JOIN record r ON r.rid = a.rid WHERE a.country IS NOT NULL",
            )?;
            let countries = statement.query_map([], |row| Ok((RecordId(row.get(0)?), row.get(1)?)))?;
            countries.collect()
        })
    }

    /// The visits with a check-in and no check-out.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn open_visits(&self) -> Result<Vec<Record>, StoreError> {
        self.heads(
            "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
             FROM visit v JOIN record r ON r.rid = v.rid WHERE v.is_open = 1 AND r.deleted = 0 ORDER BY v.at_ms, r.rid",
            &[],
        )
    }

    /// The records in conflict after the record `after`, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn records_in_conflict(
        &self,
        after: Option<RecordId>,
        limit: usize,
    ) -> Result<Vec<Record>, StoreError> {
        self.heads(
            "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
             FROM record r WHERE r.conflicts > 0 AND r.rid > coalesce((SELECT rid FROM record WHERE id = :after), 0)
             ORDER BY r.rid LIMIT :limit",
            named_params! { ":after": after.map(|id| id.0), ":limit": i64::try_from(limit).unwrap_or(i64::MAX) },
        )
    }

    fn heads(
        &self,
        sql: &'static str,
        bound: &[(&str, &dyn rusqlite::ToSql)],
    ) -> Result<Vec<Record>, StoreError> {
        self.read_at_once(|connection| {
            let mut statement = connection.prepare_cached(sql)?;
            let heads: Vec<Head> = statement
                .query_map(bound, Head::read)?
                .collect::<Result<_, _>>()?;
            heads.into_iter().map(|head| head.fill(connection)).collect()
        })
    }
}

impl Write<'_> {
    /// The accounts that are not deleted, each with its name.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn account_names(&self) -> Result<Vec<(RecordId, String)>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT id, title FROM record WHERE kind = 1 AND deleted = 0")?;
        let named = |row: &rusqlite::Row<'_>| Ok((RecordId(row.get(0)?), row.get(1)?));
        Ok(statement.query_map([], named)?.collect::<Result<_, _>>()?)
    }

    /// The records of that kind, not deleted, that belong to `account` or to none, oldest first: those of that title, or all
    /// of the account's.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn of_account(
        &self,
        kind: Kind,
        account: Option<RecordId>,
        title: Option<&str>,
    ) -> Result<Vec<RecordId>, StoreError> {
        let (kind, account) = (kind.code(), account.map(|id| id.0));
        let id = |row: &rusqlite::Row<'_>| row.get(0).map(RecordId);
        let found: Result<Vec<RecordId>, _> = match title {
            Some(title) => self
                .tx
                .prepare_cached(
                    "SELECT id FROM record WHERE kind = :kind AND deleted = 0 AND title = :title COLLATE NOCASE
                     AND account_id IS :account ORDER BY rid",
                )?
                .query_map(
                    named_params! { ":kind": kind, ":title": title, ":account": account },
                    id,
                )?
                .collect(),
            None => self
                .tx
                .prepare_cached(
                    "SELECT id FROM record WHERE account_id = :account AND kind = :kind AND deleted = 0 ORDER BY rid",
                )?
                .query_map(named_params! { ":kind": kind, ":account": account }, id)?
                .collect(),
        };
        Ok(found?)
    }

    /// The site of an account; `None` if it has several or no sites.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn only_site_of(&self, account: RecordId) -> Result<Option<RecordId>, StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT id FROM record WHERE account_id = :account AND kind = 2 AND deleted = 0 LIMIT 2",
        )?;
        only(statement.query_map(named_params! { ":account": account.0 }, |row| row.get(0))?)
    }
}

/// The id in the rows if there is exactly one.
fn only(rows: impl Iterator<Item = rusqlite::Result<[u8; 16]>>) -> Result<Option<RecordId>, StoreError> {
    let found = rows.collect::<Result<Vec<_>, _>>()?;
    Ok(if let [id] = found.as_slice() {
        Some(RecordId(*id))
    } else {
        None
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::migrate;

    #[test]
    fn a_page_deep_in_a_list_begins_at_its_place_in_the_index() {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::migrate(&mut connection).unwrap();
        let bound = named_params! { ":kind": 1, ":deleted": 0, ":title": "m", ":rid": 7, ":limit": 100 };
        let mut plan = connection
            .prepare(&format!("EXPLAIN QUERY PLAN {BY_TITLE}"))
            .unwrap();
        let steps = plan.query_map(bound, |row| row.get::<_, String>(3)).unwrap();
        let steps: Vec<String> = steps.map(Result::unwrap).collect();
        let wanted = "SEARCH r USING INDEX record_by_title (kind=? AND deleted=? AND title>?)";
        assert_eq!(
            steps,
            [wanted],
            "each page would walk through all pages before it"
        );
    }
}
