//! The sync state of each territory in this book, and the names of authors.

use rusqlite::{OptionalExtension, Row, named_params};

use super::{Store, StoreError, Write};
use fieldbook_model::ids::{ActorId, RecordId, TerritoryId};

/// The sync state of one territory in this book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopeState {
    /// Id of the territory.
    pub territory: TerritoryId,
    /// Name of the territory.
    pub name: String,
    /// The server's generation that the cursor belongs to.
    pub epoch: u64,
    /// The number up to which deltas have been delivered.
    pub cursor: u64,
    /// The number up to which no record is missing (complete-through): the cursor once no more pages were to come.
    pub settled: u64,
    /// The checksum of the territory in this book: exclusive or of the digests of its numbered records.
    pub checksum: u64,
    /// True if the next request sends the checksum of each bucket, because a record is missing or the checksums differed
    /// (anti-entropy).
    pub compare_buckets: bool,
    /// True while the territory is delivered from the beginning: records that were not delivered are removed at the end.
    pub restart: bool,
}

impl ScopeState {
    /// A territory of which nothing has been delivered.
    pub fn new(territory: TerritoryId) -> ScopeState {
        ScopeState {
            territory,
            name: String::new(),
            epoch: 0,
            cursor: 0,
            settled: 0,
            checksum: 0,
            compare_buckets: false,
            restart: false,
        }
    }
}

fn scope(row: &Row<'_>) -> rusqlite::Result<ScopeState> {
    Ok(ScopeState {
        territory: TerritoryId(row.get(0)?),
        name: row.get(1)?,
        epoch: row.get::<_, i64>(2)?.cast_unsigned(),
        cursor: row.get::<_, i64>(3)?.cast_unsigned(),
        settled: row.get::<_, i64>(4)?.cast_unsigned(),
        checksum: row.get::<_, i64>(5)?.cast_unsigned(),
        compare_buckets: row.get(6)?,
        restart: row.get(7)?,
    })
}

const SCOPES: &str =
    "SELECT territory, name, epoch, cursor, settled, checksum, audit, restart FROM scope ORDER BY territory";

impl Store {
    /// All territories of this book.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn scopes(&self) -> Result<Vec<ScopeState>, StoreError> {
        self.read(|connection| connection.prepare_cached(SCOPES)?.query_map([], scope)?.collect())
    }

    /// Id and number of each record of a territory that the server has numbered.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn numbered(&self, territory: TerritoryId) -> Result<Vec<(RecordId, u64)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT id, seq FROM record WHERE territory = :territory AND seq > 0")?;
            let rows = statement.query_map(named_params! { ":territory": territory.0 }, |row| {
                Ok((RecordId(row.get(0)?), row.get::<_, i64>(1)?.cast_unsigned()))
            })?;
            rows.collect()
        })
    }

    /// The name of the person behind an actor; `None` if the server has not sent it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn person(&self, actor: ActorId) -> Result<Option<String>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare_cached("SELECT name FROM person WHERE actor = :actor")?;
            statement
                .query_row(named_params! { ":actor": actor.0 }, |row| row.get(0))
                .optional()
        })
    }
}

impl Write<'_> {
    /// One territory of this book, as this transaction sees it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn scope(&self, territory: TerritoryId) -> Result<Option<ScopeState>, StoreError> {
        let mut statement = self.tx.prepare_cached(
            "SELECT territory, name, epoch, cursor, settled, checksum, audit, restart FROM scope WHERE territory = :territory",
        )?;
        Ok(statement
            .query_row(named_params! { ":territory": territory.0 }, scope)
            .optional()?)
    }

    /// Stores the sync state of a territory.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn put_scope(&mut self, state: &ScopeState) -> Result<(), StoreError> {
        self.tx
            .prepare_cached(
                "INSERT OR REPLACE INTO scope (territory, name, epoch, cursor, settled, checksum, audit, restart)
                 VALUES (:territory, :name, :epoch, :cursor, :settled, :checksum, :audit, :restart)",
            )?
            .execute(named_params! {
                ":territory": state.territory.0,
                ":name": state.name,
                ":epoch": state.epoch.cast_signed(),
                ":cursor": state.cursor.cast_signed(),
                ":settled": state.settled.cast_signed(),
                ":checksum": state.checksum.cast_signed(),
                ":audit": state.compare_buckets,
                ":restart": state.restart,
            })?;
        Ok(())
    }

    /// Deletes the state of a territory; the caller [`remove`](Write::remove)s its records.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn drop_scope(&mut self, territory: TerritoryId) -> Result<(), StoreError> {
        let mut delete = self
            .tx
            .prepare_cached("DELETE FROM scope WHERE territory = :territory")?;
        delete.execute(named_params! { ":territory": territory.0 })?;
        Ok(())
    }

    /// Sets the numbers of a territory's records to 0. Those that a delivery from the beginning does not bring keep the 0 and
    /// are recognised by it.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn forget_numbers(&mut self, territory: TerritoryId) -> Result<(), StoreError> {
        let mut update = self
            .tx
            .prepare_cached("UPDATE record SET seq = 0 WHERE territory = :territory")?;
        update.execute(named_params! { ":territory": territory.0 })?;
        Ok(())
    }

    /// The records of a territory, each with its number and its count of unsent changes.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn records_in_territory(
        &self,
        territory: TerritoryId,
    ) -> Result<Vec<(RecordId, u64, u32)>, StoreError> {
        let mut statement = self
            .tx
            .prepare_cached("SELECT id, seq, unsent FROM record WHERE territory = :territory")?;
        let rows = statement.query_map(named_params! { ":territory": territory.0 }, |row| {
            Ok((
                RecordId(row.get(0)?),
                row.get::<_, i64>(1)?.cast_unsigned(),
                row.get(2)?,
            ))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores the name of the person behind an actor.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn put_person(&mut self, actor: ActorId, name: &str) -> Result<(), StoreError> {
        let mut insert = self
            .tx
            .prepare_cached("INSERT OR REPLACE INTO person (actor, name) VALUES (:actor, :name)")?;
        insert.execute(named_params! { ":actor": actor.0, ":name": name })?;
        Ok(())
    }
}
