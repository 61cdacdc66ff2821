//! Finding records by words.

use rusqlite::{Connection, named_params};

use super::record::Head;
use super::{Origin, Store, StoreError, words};
use crate::model::schema::{FieldType, fields_of};
use crate::model::{Fields, Kind, Record};

/// How many matches are looked at to choose the best from.
const MATCHES_MAX: u32 = 400;

/// The words a record is found by: its texts, the names and values of its sets.
fn indexed(kind: Kind, fields: &Fields) -> String {
    let named = fields_of(kind).filter(|spec| matches!(spec.takes, FieldType::Text | FieldType::LongText));
    let own = named
        .filter(|spec| !matches!(spec.name, "website" | "opening_hours"))
        .filter_map(|spec| fields.text(spec.name));
    let tags = fields.members("tag/").map(|(name, _)| name);
    let phones = fields.members("phone/").map(|(number, _)| number);
    let custom = fields.members("x/").filter_map(|(_, value)| value.text());
    words::cut(own.chain(tags).chain(phones).chain(custom))
}

pub(super) fn put(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Origin<'_>,
) -> rusqlite::Result<()> {
    let now = if fields.is_true("deleted") {
        String::new()
    } else {
        indexed(kind, fields)
    };
    match before {
        Origin::New if now.is_empty() => return Ok(()),
        Origin::New => {
            let mut insert =
                connection.prepare_cached("INSERT INTO record_word (rowid, words) VALUES (:rid, :words)")?;
            insert.execute(named_params! { ":rid": rid, ":words": now })?;
            return Ok(());
        }
        Origin::Known(before)
            if fields.is_true("deleted") == before.is_true("deleted") && now == indexed(kind, before) =>
        {
            return Ok(());
        }
        Origin::Known(_) | Origin::Unknown => {}
    }
    let mut replace = connection
        .prepare_cached("INSERT OR REPLACE INTO record_word (rowid, words) VALUES (:rid, :words)")?;
    replace.execute(named_params! { ":rid": rid, ":words": now })?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, rid: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM record_word WHERE rowid = :rid")?
        .execute(named_params! { ":rid": rid })?;
    Ok(())
}

/// Accounts before their parts, a title that begins with what was typed before one that does not.
fn rank(record: &Record, typed: &str) -> (bool, u8, String) {
    let title = record.title().to_lowercase();
    (!title.starts_with(typed), record.kind.code(), title)
}

impl Store {
    /// Records, deleted ones aside, that hold all words of `typed`, each by its beginning; the best first, `limit` at most.
    /// `kind` narrows it down. A text without a word finds nothing.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn search(&self, typed: &str, kind: Option<Kind>, limit: usize) -> Result<Vec<Record>, StoreError> {
        let Some(query) = words::query(typed) else {
            return Ok(Vec::new());
        };
        let mut found = self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
                 FROM (SELECT rowid AS rid FROM record_word WHERE record_word MATCH :query LIMIT :most) w
                 JOIN record r ON r.rid = w.rid
                 WHERE r.deleted = 0 AND (:kind IS NULL OR r.kind = :kind)",
            )?;
            let bound = named_params! { ":query": query, ":most": MATCHES_MAX, ":kind": kind.map(Kind::code) };
            let heads: Vec<Head> = statement.query_map(bound, Head::read)?.collect::<Result<_, _>>()?;
            heads.into_iter().map(|head| head.fill(connection)).collect::<Result<Vec<_>, _>>()
        })?;
        let typed = typed.trim().to_lowercase();
        found.sort_by_cached_key(|record| rank(record, &typed));
        found.truncate(limit);
        Ok(found)
    }
}
