//! Writes: additions and edits.

use rusqlite::{Connection, OptionalExtension, named_params};
use serde_json::Value;
use uuid::Uuid;

use super::read::to_e7;
use super::{Book, Fields};
use crate::FloorError;
use crate::fields::Indexed;

/// A record's state, ready to be stored.
pub(super) struct State<'a> {
    pub(super) json: &'a str,
    pub(super) updated_ms: i64,
    pub(super) dirty: bool,
    pub(super) deleted: bool,
}

impl Book {
    /// Adds one record; its UUID is taken out of the field `id`. On the disk when the call returns.
    ///
    /// # Errors
    ///
    /// [`FloorError::NoId`] without an id; [`FloorError::Sqlite`] also when the id is taken.
    pub fn add(&mut self, kind: &str, fields: Fields, now_ms: i64) -> Result<Uuid, FloorError> {
        let tx = self.db.transaction()?;
        let id = insert_new(&tx, kind, fields, now_ms)?;
        tx.commit()?;
        Ok(id)
    }

    /// Adds all records in one transaction, or none. On the disk when the call returns.
    ///
    /// # Errors
    ///
    /// Those of [`Book::add`].
    pub fn import(
        &mut self,
        kind: &str,
        records: impl IntoIterator<Item = Fields>,
        now_ms: i64,
    ) -> Result<usize, FloorError> {
        let tx = self.db.transaction()?;
        let mut count = 0;
        for fields in records {
            insert_new(&tx, kind, fields, now_ms)?;
            count += 1;
        }
        tx.commit()?;
        Ok(count)
    }

    /// Sets one field, or takes it away with [`Value::Null`]. On the disk when the call returns.
    pub fn set(&mut self, id: Uuid, field: &str, value: Value, now_ms: i64) -> Result<(), FloorError> {
        self.edit(id, now_ms, |fields| {
            if value.is_null() {
                fields.shift_remove(field);
            } else {
                fields.insert(field.to_owned(), value);
            }
            false
        })
    }

    /// Deletes a record; a mark stays, for the others. On the disk when the call returns.
    pub fn delete(&mut self, id: Uuid, now_ms: i64) -> Result<(), FloorError> {
        self.edit(id, now_ms, |_| true)
    }

    /// Reads, changes and writes a record; `change` tells whether it is deleted now.
    fn edit(
        &mut self,
        id: Uuid,
        now_ms: i64,
        change: impl FnOnce(&mut Fields) -> bool,
    ) -> Result<(), FloorError> {
        let old = stored(&self.db, id)?
            .filter(|old| !old.deleted)
            .ok_or(FloorError::NoRecord(id))?;
        let mut fields: Fields = serde_json::from_str(&old.json)?;
        let deleted = change(&mut fields);
        let json = serde_json::to_string(&fields)?;
        let updated_ms = now_ms.max(old.updated_ms + 1);
        let tx = self.db.transaction()?;
        update(
            &tx,
            &old,
            &State {
                json: &json,
                updated_ms,
                dirty: true,
                deleted,
            },
        )?;
        tx.commit()?;
        Ok(())
    }
}

/// A record's state as it was found.
pub(super) struct Stored {
    num: i64,
    pub(super) updated_ms: i64,
    deleted: bool,
    json: String,
}

/// Looks for a record, deleted or not.
pub(super) fn stored(db: &Connection, id: Uuid) -> Result<Option<Stored>, FloorError> {
    let sql = "SELECT num, updated_ms, deleted, json FROM record WHERE id = :id";
    let read = |row: &rusqlite::Row<'_>| {
        Ok(Stored {
            num: row.get(0)?,
            updated_ms: row.get(1)?,
            deleted: row.get(2)?,
            json: row.get(3)?,
        })
    };
    Ok(db
        .prepare_cached(sql)?
        .query_row(named_params! { ":id": id.as_bytes() }, read)
        .optional()?)
}

fn insert_new(db: &Connection, kind: &str, mut fields: Fields, now_ms: i64) -> Result<Uuid, FloorError> {
    let id = fields.shift_remove("id").ok_or(FloorError::NoId)?;
    let id = id
        .as_str()
        .and_then(|text| Uuid::try_parse(text).ok())
        .ok_or(FloorError::NoId)?;
    let json = serde_json::to_string(&fields)?;
    insert(
        db,
        id,
        kind,
        &State {
            json: &json,
            updated_ms: now_ms,
            dirty: true,
            deleted: false,
        },
    )?;
    Ok(id)
}

/// Stores a record that was not here before.
pub(super) fn insert(db: &Connection, id: Uuid, kind: &str, state: &State<'_>) -> Result<(), FloorError> {
    let indexed = Indexed::read(state.json)?;
    let sql = "INSERT INTO record (id, kind, name, json, updated_ms, dirty, deleted)
         VALUES (:id, :kind, :name, :json, :updated_ms, :dirty, :deleted)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":id": id.as_bytes(), ":kind": kind, ":name": indexed.name, ":json": state.json,
        ":updated_ms": state.updated_ms, ":dirty": state.dirty, ":deleted": state.deleted,
    })?;
    if !state.deleted {
        let num = db.last_insert_rowid();
        insert_text(db, num, &indexed)?;
        insert_place(db, num, &indexed)?;
    }
    Ok(())
}

/// Stores a newer state of a record, and mends only those indexes that see a difference.
pub(super) fn update(db: &Connection, old: &Stored, state: &State<'_>) -> Result<(), FloorError> {
    let (before, after) = (Indexed::read(&old.json)?, Indexed::read(state.json)?);
    let came_or_went = old.deleted != state.deleted;
    update_row(db, old, (before.name != after.name).then_some(&after.name), state)?;
    if came_or_went || !before.same_text(&after) {
        if !old.deleted {
            let sql = "DELETE FROM record_text WHERE rowid = :num";
            db.prepare_cached(sql)?
                .execute(named_params! { ":num": old.num })?;
        }
        if !state.deleted {
            insert_text(db, old.num, &after)?;
        }
    }
    if came_or_went || before.place() != after.place() {
        let sql = "DELETE FROM record_place WHERE num = :num";
        db.prepare_cached(sql)?
            .execute(named_params! { ":num": old.num })?;
        if !state.deleted {
            insert_place(db, old.num, &after)?;
        }
    }
    Ok(())
}

/// Writes the row. What the index of names holds is left alone unless it is another.
fn update_row(
    db: &Connection,
    old: &Stored,
    name: Option<&str>,
    state: &State<'_>,
) -> Result<(), FloorError> {
    let sql = "UPDATE record SET json = :json, updated_ms = :updated_ms, dirty = :dirty WHERE num = :num";
    db.prepare_cached(sql)?.execute(named_params! {
        ":num": old.num, ":json": state.json, ":updated_ms": state.updated_ms, ":dirty": state.dirty,
    })?;
    if let Some(name) = name {
        let sql = "UPDATE record SET name = :name WHERE num = :num";
        db.prepare_cached(sql)?
            .execute(named_params! { ":num": old.num, ":name": name })?;
    }
    if old.deleted != state.deleted {
        let sql = "UPDATE record SET deleted = :deleted WHERE num = :num";
        db.prepare_cached(sql)?
            .execute(named_params! { ":num": old.num, ":deleted": state.deleted })?;
    }
    Ok(())
}

fn insert_text(db: &Connection, num: i64, indexed: &Indexed<'_>) -> Result<(), FloorError> {
    let sql = "INSERT INTO record_text (rowid, name, address, notes) VALUES (:num, :name, :address, :notes)";
    db.prepare_cached(sql)?.execute(named_params! {
        ":num": num, ":name": indexed.name, ":address": indexed.address(), ":notes": indexed.notes,
    })?;
    Ok(())
}

fn insert_place(db: &Connection, num: i64, indexed: &Indexed<'_>) -> Result<(), FloorError> {
    let Some((lat, lon)) = indexed.place() else {
        return Ok(());
    };
    let sql = "INSERT INTO record_place (num, lat_min_e7, lat_max_e7, lon_min_e7, lon_max_e7)
         VALUES (:num, :lat_e7, :lat_e7, :lon_e7, :lon_e7)";
    db.prepare_cached(sql)?
        .execute(named_params! { ":num": num, ":lat_e7": to_e7(lat), ":lon_e7": to_e7(lon) })?;
    Ok(())
}
