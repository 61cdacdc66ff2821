//! The change feed of the book, the conflicts of a record, and the log of syncs.

use rusqlite::named_params;

use super::{Store, StoreError, Write, record};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Conflict, Kind, Scalar};

/// Largest number of lines in the sync log.
const TRACE_MAX: i64 = 1_000;

/// One line of the sync log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceEntry {
    /// Time of the event, Unix milliseconds.
    pub at_ms: i64,
    /// Text of the event, without names and positions.
    pub event: String,
}

impl Store {
    /// The records changed after number `since`, at most `limit`, in the order of their last change, each with the number of
    /// that change. Removed records are included.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn changes_since(&self, since: u64, limit: usize) -> Result<Vec<(u64, RecordId, Kind)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT changed, id, kind FROM record WHERE changed > :since
                 UNION ALL SELECT changed, id, kind FROM gone WHERE changed > :since
                 ORDER BY 1 LIMIT :limit",
            )?;
            let bound = named_params! {
                ":since": since.cast_signed(), ":limit": i64::try_from(limit).unwrap_or(i64::MAX),
            };
            let rows = statement.query_map(bound, |row| {
                Ok((
                    row.get::<_, i64>(0)?.cast_unsigned(),
                    RecordId(row.get(1)?),
                    record::kind(row.get(2)?)?,
                ))
            })?;
            rows.collect()
        })
    }

    /// The concurrent values of a record that are not shown.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn conflicts_of(&self, id: RecordId) -> Result<Vec<Conflict>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached(
                "SELECT c.field, c.value, c.by_actor, c.at_stamp, c.change FROM conflict c JOIN record r ON r.rid = c.rid
                 WHERE r.id = :id ORDER BY c.field, c.at_stamp DESC, c.change",
            )?;
            let rows = statement.query_map(named_params! { ":id": id.0 }, |row| {
                let value = serde_json::from_str(&row.get::<_, String>(1)?).unwrap_or_default();
                Ok(Conflict {
                    field: row.get(0)?,
                    value: Scalar::from_json(&value).unwrap_or(Scalar::Cleared),
                    by: fieldbook_model::ids::ActorId(row.get(2)?),
                    at: fieldbook_model::clock::Stamp::from_packed(row.get(3)?).unwrap_or_default(),
                    change: fieldbook_model::ids::ChangeHash(row.get(4)?),
                })
            })?;
            rows.collect()
        })
    }

    /// The last `limit` lines of the sync log, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn trace(&self, limit: usize) -> Result<Vec<TraceEntry>, StoreError> {
        self.read(|connection| {
            let mut statement =
                connection.prepare_cached("SELECT at_ms, event FROM trace ORDER BY n DESC LIMIT :limit")?;
            let bound = named_params! { ":limit": i64::try_from(limit).unwrap_or(i64::MAX) };
            statement
                .query_map(bound, |row| {
                    Ok(TraceEntry {
                        at_ms: row.get(0)?,
                        event: row.get(1)?,
                    })
                })?
                .collect()
        })
    }
}

impl Write<'_> {
    /// Adds a line to the sync log and drops the oldest beyond 1,000 lines.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn trace(&mut self, at_ms: i64, event: &str) -> Result<(), StoreError> {
        let mut insert = self
            .tx
            .prepare_cached("INSERT INTO trace (at_ms, event) VALUES (:at_ms, :event)")?;
        insert.execute(named_params! { ":at_ms": at_ms, ":event": event })?;
        let mut trim = self
            .tx
            .prepare_cached("DELETE FROM trace WHERE n <= :last - :most")?;
        trim.execute(named_params! { ":last": self.tx.last_insert_rowid(), ":most": TRACE_MAX })?;
        Ok(())
    }
}
