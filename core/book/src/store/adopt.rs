//! Migration of records whose row was written by a version that did not know their kind.

use rusqlite::named_params;

use super::{Store, StoreError, Write, places, record, row, search, write};
use fieldbook_model::Kind;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::has_own_table;

impl Store {
    /// The next `limit` records of `kind` whose row an older version wrote without knowing the kind, or whose row is in
    /// `other_record` although the kind now has its own table.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn to_adopt(&self, kind: Kind, limit: u32) -> Result<Vec<RecordId>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT r.id FROM other_record o JOIN record r USING (rid) WHERE o.kind = :kind AND o.known <= :most LIMIT :limit",
            )?;
            let bound =
                named_params! { ":kind": kind.code(), ":most": has_own_table(kind), ":limit": limit };
            let ids = statement.query_map(bound, |row| Ok(RecordId(row.get(0)?)))?;
            ids.collect()
        })
    }
}

impl Write<'_> {
    /// Moves the row of a record from `other_record` to the table of its kind, with the title, words and places that the
    /// kind defines. The fields are those that were shown; the caller derives them again from the document.
    ///
    /// # Errors
    /// [`StoreError`] of the file; drop the whole transaction then.
    pub fn adopt(&mut self, id: RecordId, kind: Kind) -> Result<(), StoreError> {
        let tx = &self.tx;
        let rid: i64 = tx
            .prepare_cached("SELECT rid FROM record WHERE id = :id")?
            .query_row(named_params! { ":id": id.0 }, |row| row.get(0))?;
        let own = row::other(tx, rid, kind)?;
        tx.prepare_cached("DELETE FROM other_record WHERE rid = :rid")?
            .execute(named_params! { ":rid": rid })?;
        row::put(tx, rid, kind, &own, None)?;
        let fields = record::at(tx, rid)?.fields;
        search::remove(tx, rid)?;
        search::put(tx, rid, kind, &fields, None)?;
        places::remove(tx, rid)?;
        places::put(tx, rid, kind, &fields, None)?;
        tx.prepare_cached("UPDATE record SET title = :title WHERE rid = :rid")?
            .execute(named_params! { ":rid": rid, ":title": write::title(kind, &fields) })?;
        Ok(())
    }
}
