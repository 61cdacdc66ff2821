//! Duplicates that were merged, and what hangs on a record.

use rusqlite::{Connection, OptionalExtension, named_params};

use super::{Store, StoreError, Write, record};
use fieldbook_model::Kind;
use fieldbook_model::ids::RecordId;

/// A live account as lists know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccount {
    /// Its id.
    pub id: RecordId,
    /// Its name.
    pub name: String,
    /// Its key in the system it was imported from.
    pub external_id: Option<String>,
}

impl Store {
    /// All accounts that are not deleted, in the order in which they came into the book.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn listed_accounts(&self) -> Result<Vec<ListedAccount>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, title, external_id FROM record WHERE kind = 1 AND deleted = 0 ORDER BY rid",
            )?;
            let accounts = statement.query_map([], |row| {
                Ok(ListedAccount {
                    id: RecordId(row.get(0)?),
                    name: row.get(1)?,
                    external_id: row.get(2)?,
                })
            })?;
            accounts.collect()
        })
    }

    /// The records of `kind` that share an external id and an account with another, neither deleted: lists of two or more.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn keyed_twice(&self, kind: Kind) -> Result<Vec<Vec<RecordId>>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT id, external_id, account_id FROM record r
                 WHERE kind = :kind AND deleted = 0 AND external_id IS NOT NULL AND EXISTS (
                   SELECT 1 FROM record o WHERE o.kind = r.kind AND o.external_id = r.external_id AND o.deleted = 0
                   AND o.account_id IS r.account_id AND o.rid <> r.rid)
                 ORDER BY external_id, account_id, id",
            )?;
            let mut rows = statement.query(named_params! { ":kind": kind.code() })?;
            let (mut groups, mut shared) = (Vec::<Vec<RecordId>>::new(), None);
            while let Some(row) = rows.next()? {
                let place: (String, Option<[u8; 16]>) = (row.get(1)?, row.get(2)?);
                if shared.as_ref() != Some(&place) {
                    groups.push(Vec::new());
                    shared = Some(place);
                }
                let id = RecordId(row.get(0)?);
                groups.last_mut().expect("pushed before the first").push(id);
            }
            Ok(groups)
        })
    }

    /// The records that were merged into others, each with the other.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn merged_away(&self) -> Result<Vec<(RecordId, RecordId)>, StoreError> {
        self.read(|connection| {
            let mut all = Vec::new();
            for (kind, sql) in MERGED {
                let mut statement = connection.prepare_cached(sql)?;
                let rows = statement.query_map(named_params! { ":kind": kind.code() }, |row| {
                    Ok((RecordId(row.get(0)?), row.get::<_, Option<String>>(1)?))
                })?;
                for row in rows {
                    let (id, into) = row?;
                    all.extend(into.and_then(|into| into.parse().ok()).map(|into| (id, into)));
                }
            }
            Ok(all)
        })
    }
}

impl Store {
    /// True if a record, not deleted, belongs to one of these merged records or points to it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn has_hanging(&self, merged: impl Iterator<Item = RecordId>) -> Result<bool, StoreError> {
        self.read_at_once(|connection| {
            for id in merged {
                let kind = record::record(connection, id)?.map_or(Kind::Account, |record| record.kind);
                if !hanging_on(connection, id, kind)?.is_empty() {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }
}

macro_rules! merged_of {
    ($table:literal) => {
        concat!(
            "SELECT r.id, json_extract(t.more, '$.merged_into.id') FROM record r JOIN ",
            $table,
            " t ON t.rid = r.rid WHERE r.kind = :kind AND r.deleted = 1 AND t.more IS NOT NULL \
             AND json_extract(t.more, '$.merged_into') IS NOT NULL"
        )
    };
}

/// The kinds that are merged, each with the statement that finds those of it.
const MERGED: [(Kind, &str); 5] = [
    (Kind::Account, merged_of!("account")),
    (Kind::Site, merged_of!("site")),
    (Kind::Contact, merged_of!("contact")),
    (Kind::Opportunity, merged_of!("opportunity")),
    (Kind::Visit, merged_of!("visit")),
];

/// The records that point to another in each of the ways that there are.
const POINTING: [&str; 4] = [
    "SELECT id FROM record WHERE account_id = :id AND deleted = 0",
    "SELECT r.id FROM visit v JOIN record r ON r.rid = v.rid WHERE v.site_id = :id AND r.deleted = 0",
    "SELECT r.id FROM note n JOIN record r ON r.rid = n.rid WHERE n.about_id = :id AND r.deleted = 0",
    "SELECT r.id FROM task t JOIN record r ON r.rid = t.rid
     WHERE json_extract(t.more, '$.about_id.id') = :text AND r.deleted = 0",
];

/// The deals in whose decision chain a contact is.
const DECIDED_BY: &str = "SELECT r.id FROM opportunity o JOIN record r ON r.rid = o.rid
     WHERE r.deleted = 0 AND instr(o.more, :role) > 0";

impl Write<'_> {
    /// True if the record is here and deleted.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn is_deleted(&self, id: RecordId) -> Result<bool, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT deleted FROM record WHERE id = :id")?;
        let found = statement.query_row(named_params! { ":id": id.0 }, |row| row.get(0));
        Ok(found.optional()?.unwrap_or(false))
    }

    /// The records, not deleted, that belong to `id` or point to it, each once: sites, contacts, deals, visits, tasks and
    /// notes of an account, visits at a site, notes and tasks about a record, deals that a contact decides.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn hanging_on(&self, id: RecordId, kind: Kind) -> Result<Vec<RecordId>, StoreError> {
        Ok(hanging_on(&self.tx, id, kind)?)
    }
}

fn hanging_on(connection: &Connection, id: RecordId, kind: Kind) -> rusqlite::Result<Vec<RecordId>> {
    let mut found = Vec::new();
    let text = id.to_string();
    for (at, sql) in POINTING.into_iter().enumerate() {
        let mut statement = connection.prepare_cached(sql)?;
        let record = |row: &rusqlite::Row<'_>| row.get(0).map(RecordId);
        let rows = if at == 3 {
            statement.query_map(named_params! { ":text": text }, record)?
        } else {
            statement.query_map(named_params! { ":id": id.0 }, record)?
        };
        found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    if kind == Kind::Contact {
        let mut statement = connection.prepare_cached(DECIDED_BY)?;
        let role = format!("role/{text}:");
        let rows = statement.query_map(named_params! { ":role": role }, |row| row.get(0).map(RecordId))?;
        found.extend(rows.collect::<Result<Vec<_>, _>>()?);
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|id| seen.insert(*id));
    Ok(found)
}
