//! The full-text index of records (FTS5) and the search by words.

use rusqlite::{Connection, OptionalExtension, Row, named_params};

use super::{Store, StoreError, Stored, Write, record, words};
use fieldbook_model::schema::{Searched, fields_of};
use fieldbook_model::{Fields, Kind, Record};

/// Number of matches from which the best are chosen.
const MATCHES_MAX: u32 = 400;

/// The searched texts of a record, as the list of fields declares them: texts, and names and values of sets. Deleted records
/// and records of unknown kinds have none.
fn texts(kind: Kind, fields: &Fields) -> impl Iterator<Item = &str> {
    let shown = !fields.is_true("deleted") && !matches!(kind, Kind::Other(_));
    let searched = fields_of(kind).filter(move |spec| shown && spec.searched != Searched::No);
    searched.flat_map(move |spec| {
        let value = (!spec.is_set()).then(|| fields.text(spec.name)).flatten();
        let members = spec
            .is_set()
            .then(|| fields.members(spec.name))
            .into_iter()
            .flatten();
        let members = members.filter_map(move |(name, value)| match spec.searched {
            Searched::Names => Some(name),
            _ => value.text(),
        });
        value.into_iter().chain(members)
    })
}

pub(super) fn put(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Option<&Stored>,
) -> rusqlite::Result<()> {
    let sql = match before {
        Some(before) if texts(kind, fields).eq(texts(kind, &before.record.fields)) => return Ok(()),
        Some(_) => "INSERT OR REPLACE INTO record_word (rowid, words) VALUES (:rid, :words)",
        None => "INSERT INTO record_word (rowid, words) VALUES (:rid, :words)",
    };
    let words = words::cut(texts(kind, fields));
    if words.is_empty() && before.is_none() {
        return Ok(());
    }
    connection
        .prepare_cached(sql)?
        .execute(named_params! { ":rid": rid, ":words": words })?;
    Ok(())
}

pub(super) fn remove(connection: &Connection, rid: i64) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM record_word WHERE rowid = :rid")?
        .execute(named_params! { ":rid": rid })?;
    Ok(())
}

/// A match, ordered: accounts before their parts, a title that begins with what was typed before one that does not.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Match {
    begins_otherwise: bool,
    kind: u8,
    title: String,
    rid: i64,
}

impl Match {
    fn read(row: &Row<'_>, typed: &str) -> rusqlite::Result<Match> {
        let title = row.get_ref(2)?.as_str()?.to_lowercase();
        Ok(Match {
            begins_otherwise: !title.starts_with(typed),
            kind: row.get(1)?,
            rid: row.get(0)?,
            title,
        })
    }
}

/// The setting that holds the version of the rules by which the words of the book were cut.
const WORDS_SETTING: &str = "words_version";

impl Store {
    /// Rebuilds the index if it was built by another version of the rules.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn update_words(&self) -> Result<(), StoreError> {
        let known = self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT value FROM setting WHERE name = :name")?;
            let value = statement.query_row(named_params! { ":name": WORDS_SETTING }, |row| {
                row.get::<_, Vec<u8>>(0)
            });
            value.optional()
        })?;
        if known.as_deref() == Some(&[words::VERSION]) {
            return Ok(());
        }
        self.transaction(|write| {
            write.cut_words()?;
            write.put_setting(WORDS_SETTING, &[words::VERSION])
        })
    }
}

impl Write<'_> {
    /// The records of a kind, without deleted ones, that have all words of `text` somewhere, whole, or the telephone number
    /// that it is in any of its forms.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn search_whole(&self, text: &str, kind: Kind) -> Result<Vec<Record>, StoreError> {
        let Some(query) = words::query_whole(text) else {
            return Ok(Vec::new());
        };
        let bound = named_params! { ":query": query, ":most": MATCHES_MAX, ":kind": Some(kind.code()) };
        let mut statement = self.tx.prepare_cached(MATCHES)?;
        let rids: Vec<i64> = statement
            .query_map(bound, |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        rids.into_iter()
            .map(|rid| Ok(record::at(&self.tx, rid)?))
            .collect()
    }

    /// Indexes all records again.
    fn cut_words(&mut self) -> Result<(), StoreError> {
        self.tx
            .execute("INSERT INTO record_word (record_word) VALUES ('delete-all')", [])?;
        let rids: Vec<i64> = {
            let mut statement = self
                .tx
                .prepare("SELECT rid FROM record WHERE deleted = 0 ORDER BY rid")?;
            statement
                .query_map([], |row| row.get(0))?
                .collect::<Result<_, _>>()?
        };
        for rid in rids {
            let record = record::at(&self.tx, rid)?;
            put(&self.tx, rid, record.kind, &record.fields, None)?;
        }
        Ok(())
    }
}

const MATCHES: &str = "SELECT r.rid, r.kind, r.title
    FROM (SELECT rowid AS rid FROM record_word WHERE record_word MATCH :query LIMIT :most) w JOIN record r ON r.rid = w.rid
    WHERE r.deleted = 0 AND (:kind IS NULL OR r.kind = :kind)";

impl Store {
    /// The records, without deleted ones, that contain all words of `typed` as prefixes, the best match first, at most `limit`.
    /// `kind` restricts the search. A text without a word finds nothing.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn search(&self, typed: &str, kind: Option<Kind>, limit: usize) -> Result<Vec<Record>, StoreError> {
        let Some(query) = words::query(typed) else {
            return Ok(Vec::new());
        };
        let typed = typed.trim().to_lowercase();
        self.read_at_once(|connection| {
            let bound =
                named_params! { ":query": query, ":most": MATCHES_MAX, ":kind": kind.map(Kind::code) };
            let mut statement = connection.prepare_cached(MATCHES)?;
            let matches = statement.query_map(bound, |row| Match::read(row, &typed))?;
            let mut matches: Vec<Match> = matches.collect::<Result<_, _>>()?;
            matches.sort_unstable();
            matches.truncate(limit);
            matches
                .iter()
                .map(|found| record::at(connection, found.rid))
                .collect()
        })
    }
}
