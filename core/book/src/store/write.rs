//! The write transaction: records with their rows and index entries, removals, and acknowledgements by the server.

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, named_params};

use super::record::document_hash;
use super::{StoreError, Stored, places, record, row, search};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::{CheckIn, Conflict, Fields, Kind};

/// The prior state of a record, as far as the caller knows it: it saves work on unchanged parts.
#[derive(Debug, Clone, Copy)]
pub enum Prior<'a> {
    /// The record is new in this book.
    New,
    /// The record as it was read in the same transaction.
    Known(&'a Stored),
    /// Unknown: the record may be in the book.
    Unknown,
}

/// A record to be written: its document and the row derived from it.
#[derive(Debug, Clone, Copy)]
pub struct Upsert<'a> {
    /// Id of the record.
    pub id: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Territory of the record.
    pub territory: TerritoryId,
    /// Number of the record in its territory; 0 before the server has numbered it.
    pub seq: u64,
    /// Number of its changes in the outbox, those of this transaction included.
    pub unsent: u32,
    /// Document of the record.
    pub document: &'a [u8],
    /// The values that are shown, by field.
    pub fields: &'a Fields,
    /// The concurrent values that are not shown.
    pub conflicts: &'a [Conflict],
    /// The record's prior state.
    pub before: Prior<'a>,
}

/// An open write transaction. Dropping it without a commit rolls it back.
#[derive(Debug)]
pub struct Write<'c> {
    pub(super) tx: Transaction<'c>,
    changed: i64,
}

impl<'c> Write<'c> {
    /// Begins a transaction whose first change gets the number after `changed`.
    pub(super) fn begin(connection: &'c mut Connection, changed: i64) -> Result<Write<'c>, StoreError> {
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        Ok(Write { tx, changed })
    }

    /// Commits the transaction and returns the number of its last change.
    pub(super) fn commit(self) -> Result<i64, StoreError> {
        self.tx.commit()?;
        Ok(self.changed)
    }

    /// The next number in the book's own count of changes.
    fn next_change(&mut self) -> i64 {
        self.changed += 1;
        self.changed
    }

    /// Reads a record as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn stored(&self, id: RecordId) -> Result<Option<Stored>, StoreError> {
        Ok(record::stored(&self.tx, id)?)
    }

    /// The territory of a record and its number there, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn numbered(&self, id: RecordId) -> Result<Option<(TerritoryId, u64)>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT territory, seq FROM record WHERE id = :id")?;
        let found = statement.query_row(named_params! { ":id": id.0 }, |row| {
            Ok((TerritoryId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
        });
        Ok(found.optional()?)
    }

    /// The record of `kind` with this key, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn by_external_id(&self, kind: Kind, external_id: &str) -> Result<Option<RecordId>, StoreError> {
        Ok(record::by_external_id(&self.tx, kind, external_id)?)
    }

    /// Writes a record: document, row, words and places together.
    ///
    /// # Errors
    /// [`StoreError`] of the file; drop the whole transaction then.
    pub fn put(&mut self, put: &Upsert<'_>) -> Result<(), StoreError> {
        let unknown = match put.before {
            Prior::Unknown => self.stored(put.id)?,
            Prior::New | Prior::Known(_) => None,
        };
        let before = match put.before {
            Prior::Unknown => unknown.as_ref(),
            Prior::New => None,
            Prior::Known(before) => Some(before),
        };
        let changed = self.next_change();
        let tx = &self.tx;
        let rid = match before {
            None => add_record(tx, put, changed)?,
            Some(before) => update_record(tx, before, put, changed)?,
        };
        row::put(tx, rid, put.kind, put.fields, before)?;
        search::put(tx, rid, put.kind, put.fields, before)?;
        places::put(tx, rid, put.kind, put.fields, before)?;
        put_conflicts(tx, rid, put.conflicts, before)?;
        Ok(())
    }

    /// Removes a record from the file completely: bytes, row and index entries.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn remove(&mut self, id: RecordId) -> Result<(), StoreError> {
        let found: Option<(i64, u8)> = self
            .tx
            .prepare_cached("SELECT rid, kind FROM record WHERE id = :id")?
            .query_row(named_params! { ":id": id.0 }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let Some((rid, kind)) = found else { return Ok(()) };
        let changed = self.next_change();
        search::remove(&self.tx, rid)?;
        places::remove(&self.tx, rid)?;
        self.tx
            .prepare_cached("DELETE FROM record WHERE rid = :rid")?
            .execute(named_params! { ":rid": rid })?;
        self.tx
            .prepare_cached("INSERT INTO gone (changed, id, kind) VALUES (:changed, :id, :kind)")?
            .execute(named_params! { ":changed": changed, ":id": id.0, ":kind": kind })?;
        Ok(())
    }

    /// Stores the number that the server gave a record whose document already equals the server's.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn acknowledge(
        &mut self,
        id: RecordId,
        territory: TerritoryId,
        seq: u64,
        unsent: u32,
    ) -> Result<(), StoreError> {
        let changed = self.next_change();
        self.tx
            .prepare_cached(
                "UPDATE record SET territory = :territory, seq = :seq, unsent = :unsent, changed = :changed WHERE id = :id",
            )?
            .execute(named_params! {
                ":territory": territory.0,
                ":seq": i64::try_from(seq).unwrap_or(i64::MAX),
                ":unsent": unsent,
                ":changed": changed,
                ":id": id.0,
            })?;
        Ok(())
    }
}

// No statement here may need its own savepoint, as upserts, `REPLACE` and `RETURNING` do: FTS5 flushes its pending index at
// each savepoint, which makes a transaction of many records ten times slower.

fn add_record(connection: &Connection, put: &Upsert<'_>, changed: i64) -> rusqlite::Result<i64> {
    connection.prepare_cached(ADD_RECORD)?.execute(named_params! {
        ":id": put.id.0,
        ":kind": put.kind.code(),
        ":territory": put.territory.0,
        ":account_id": put.fields.id("account_id").map(|id| id.0),
        ":external_id": put.fields.text("external_id"),
        ":title": title(put.kind, put.fields),
        ":seq": i64::try_from(put.seq).unwrap_or(i64::MAX),
        ":changed": changed,
        ":unsent": put.unsent,
        ":conflicts": u32::try_from(put.conflicts.len()).unwrap_or(u32::MAX),
        ":deleted": put.fields.is_true("deleted"),
        ":document": put.document,
        ":document_hash": document_hash(put.document),
    })?;
    Ok(connection.last_insert_rowid())
}

/// Writes the document and its counters; columns used by lists and by the territory's index only if they differ.
fn update_record(
    connection: &Connection,
    before: &Stored,
    put: &Upsert<'_>,
    changed: i64,
) -> rusqlite::Result<i64> {
    connection.prepare_cached(UPDATE_BYTES)?.execute(named_params! {
        ":rid": before.rid,
        ":changed": changed,
        ":unsent": put.unsent,
        ":conflicts": u32::try_from(put.conflicts.len()).unwrap_or(u32::MAX),
        ":document": put.document,
        ":document_hash": document_hash(put.document),
    })?;
    if (before.record.territory, before.seq) != (put.territory, put.seq) {
        connection.prepare_cached(UPDATE_PLACE)?.execute(named_params! {
            ":rid": before.rid,
            ":territory": put.territory.0,
            ":seq": i64::try_from(put.seq).unwrap_or(i64::MAX),
        })?;
    }
    if !same_in_lists(before, put) {
        connection.prepare_cached(UPDATE_LISTED)?.execute(named_params! {
            ":rid": before.rid,
            ":account_id": put.fields.id("account_id").map(|id| id.0),
            ":external_id": put.fields.text("external_id"),
            ":title": title(put.kind, put.fields),
            ":deleted": put.fields.is_true("deleted"),
        })?;
    }
    Ok(before.rid)
}

/// True if the values used by lists are unchanged.
fn same_in_lists(before: &Stored, put: &Upsert<'_>) -> bool {
    let (was, is) = (&before.record.fields, put.fields);
    title(put.kind, was) == title(put.kind, is)
        && ["account_id", "external_id", "deleted"]
            .iter()
            .all(|key| was.value(key) == is.value(key))
}

const ADD_RECORD: &str =
    "INSERT INTO record (id, kind, territory, account_id, external_id, title, seq, changed, unsent,
                                              conflicts, deleted, document, document_hash)
    VALUES (:id, :kind, :territory, :account_id, :external_id, :title, :seq, :changed, :unsent,
            :conflicts, :deleted, :document, :document_hash)";

const UPDATE_BYTES: &str =
    "UPDATE record SET changed = :changed, unsent = :unsent, conflicts = :conflicts, document = :document,
                                   document_hash = :document_hash
    WHERE rid = :rid";

const UPDATE_PLACE: &str = "UPDATE record SET territory = :territory, seq = :seq WHERE rid = :rid";

const UPDATE_LISTED: &str = "UPDATE record SET account_id = :account_id, external_id = :external_id, title = :title, deleted = :deleted
    WHERE rid = :rid";

/// The number of the last change of this book.
pub(super) fn latest_change(connection: &Connection) -> rusqlite::Result<i64> {
    let sql = "SELECT max(coalesce((SELECT max(changed) FROM record), 0), coalesce((SELECT max(changed) FROM gone), 0))";
    connection.prepare_cached(sql)?.query_row([], |row| row.get(0))
}

/// The sort key of lists: the name, or the time of a visit.
pub(super) fn title(kind: Kind, fields: &Fields) -> String {
    match kind {
        Kind::Visit => {
            let at_ms = fields.text("check_in").and_then(CheckIn::at_ms_of);
            format!("{:016}", at_ms.or_else(|| fields.time("planned_at")).unwrap_or(0))
        }
        Kind::Note => fields.text("text").unwrap_or_default().chars().take(80).collect(),
        _ => fields.text("name").unwrap_or_default().to_owned(),
    }
}

fn put_conflicts(
    connection: &Connection,
    rid: i64,
    conflicts: &[Conflict],
    before: Option<&Stored>,
) -> rusqlite::Result<()> {
    if before.is_some_and(|before| before.record.conflicts > 0) {
        connection
            .prepare_cached("DELETE FROM conflict WHERE rid = :rid")?
            .execute(named_params! { ":rid": rid })?;
    }
    for lost in conflicts {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO conflict (rid, field, change, value, by_actor, at_stamp)
                 VALUES (:rid, :field, :change, :value, :by_actor, :at_stamp)",
            )?
            .execute(named_params! {
                ":rid": rid,
                ":field": lost.field,
                ":change": lost.change.0,
                ":value": lost.value.to_json().to_string(),
                ":by_actor": lost.by.0,
                ":at_stamp": lost.at.packed(),
            })?;
    }
    Ok(())
}
