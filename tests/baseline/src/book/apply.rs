//! Rows to the server and from it.

use rusqlite::named_params;

use super::{Book, write};
use crate::{FloorError, Row, RowText};

impl Book {
    /// Up to `limit` rows that the server does not have yet, as the body of a push.
    pub fn unsent(&self, limit: u32) -> Result<RowText, FloorError> {
        let sql = "SELECT num, id, kind, updated_ms, deleted, json FROM record WHERE dirty = 1 ORDER BY num LIMIT :limit";
        RowText::collect(
            self.db
                .prepare_cached(sql)?
                .query(named_params! { ":limit": limit })?,
        )
    }

    /// Marks `rows` as sent, those that were edited since excepted, and moves the cursor.
    pub fn mark_sent(&mut self, rows: &RowText, cursor: i64) -> Result<(), FloorError> {
        self.relaxed(|db| {
            let sql = "UPDATE record SET dirty = 0 WHERE num = :num AND updated_ms = :updated_ms";
            let mut statement = db.prepare_cached(sql)?;
            for (num, updated_ms) in &rows.sent {
                statement.execute(named_params! { ":num": num, ":updated_ms": updated_ms })?;
            }
            move_cursor(db, cursor)
        })
    }

    /// Takes over rows from the server and moves the cursor, both or neither.
    ///
    /// The later writer wins. At a tie the server's row does, so that all devices end with the same.
    pub fn apply(&mut self, rows: &[Row<'_>], cursor: i64) -> Result<(), FloorError> {
        self.relaxed(|db| {
            for row in rows {
                let state = write::State {
                    json: row.fields.get(),
                    updated_ms: row.updated_ms,
                    dirty: false,
                    deleted: row.deleted,
                };
                match write::stored(db, row.id)? {
                    None => write::insert(db, row.id, &row.kind, &state)?,
                    Some(old) if old.updated_ms <= row.updated_ms => write::update(db, &old, &state)?,
                    Some(_) => {}
                }
            }
            move_cursor(db, cursor)
        })
    }

    /// A transaction that a power cut may take back, because the server has what is in it.
    fn relaxed(
        &mut self,
        work: impl FnOnce(&rusqlite::Connection) -> Result<(), FloorError>,
    ) -> Result<(), FloorError> {
        self.db.execute_batch("PRAGMA synchronous = NORMAL")?;
        let tx = self.db.transaction()?;
        let done = work(&tx).and_then(|()| Ok(tx.commit()?));
        self.db.execute_batch("PRAGMA synchronous = FULL")?;
        done
    }
}

fn move_cursor(db: &rusqlite::Connection, cursor: i64) -> Result<(), FloorError> {
    db.prepare_cached("UPDATE sync SET cursor = :cursor")?
        .execute(named_params! { ":cursor": cursor })?;
    Ok(())
}
