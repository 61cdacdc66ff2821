//! Territories with their sequence counters and checksums, and the territories that a device was told to drop.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::{DeviceId, RecordId, TerritoryId};
use fieldbook_model::wire::digest;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A territory with its counter and checksum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// The territory's id.
    pub id: TerritoryId,
    /// The territory's name, unique on this server.
    pub name: String,
    /// The epoch that cursors belong to; a database that is set up anew has another.
    pub epoch: u64,
    /// The last sequence number that was allocated. Numbers have no gaps.
    pub counter: u64,
    /// The exclusive or of [`digest`] over its records, so it does not depend on their order.
    pub checksum: u64,
    /// Departures up to this number may have been removed: a cursor before it no longer tells what left.
    pub compacted_seq: u64,
}

impl Territory {
    /// A territory without records, with a random epoch.
    pub fn new(id: TerritoryId, name: &str, random: &dyn Random) -> Territory {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        Territory {
            id,
            name: name.to_owned(),
            epoch: u64::from(u32::from_le_bytes(bytes)) + 1,
            counter: 0,
            checksum: 0,
            compacted_seq: 0,
        }
    }

    /// Allocates the next sequence number.
    pub fn next_seq(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Adds a record at `seq` to the checksum, or removes it: with an exclusive or, both are the same operation.
    pub fn toggle_checksum(&mut self, record: RecordId, seq: u64) {
        self.checksum ^= digest(record, seq);
    }
}

fn territory_from_row(row: &Row<'_>) -> rusqlite::Result<Territory> {
    Ok(Territory {
        id: TerritoryId(row.get(0)?),
        name: row.get(1)?,
        epoch: row.get::<_, i64>(2)?.cast_unsigned(),
        counter: row.get::<_, i64>(3)?.cast_unsigned(),
        checksum: row.get::<_, i64>(4)?.cast_unsigned(),
        compacted_seq: row.get::<_, i64>(5)?.cast_unsigned(),
    })
}

impl Tx<'_> {
    /// The territory with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territory(&self, id: TerritoryId) -> Result<Option<Territory>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, name, epoch, counter, sum, compacted_seq FROM territory WHERE id = :id",
        )?;
        Ok(select
            .query_row(named_params! { ":id": id.0 }, territory_from_row)
            .optional()?)
    }

    /// The territory with this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territory_named(&self, name: &str) -> Result<Option<Territory>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, name, epoch, counter, sum, compacted_seq FROM territory WHERE name = :name",
        )?;
        Ok(select
            .query_row(named_params! { ":name": name }, territory_from_row)
            .optional()?)
    }

    /// All territories, by id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territories(&self) -> Result<Vec<Territory>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, name, epoch, counter, sum, compacted_seq FROM territory ORDER BY id",
        )?;
        let rows = select.query_map([], territory_from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Inserts a territory.
    ///
    /// # Errors
    /// [`StoreError`], also if the id or the name is taken.
    pub fn add_territory(&self, territory: &Territory) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO territory (id, name, epoch) VALUES (:id, :name, :epoch)")?
            .execute(named_params! {
                ":id": territory.id.0,
                ":name": territory.name,
                ":epoch": territory.epoch.cast_signed(),
            })?;
        Ok(())
    }

    /// Updates a territory's counter and checksum.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_counter(&self, territory: &Territory) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE territory SET counter = :counter, sum = :sum WHERE id = :id")?
            .execute(named_params! {
                ":id": territory.id.0,
                ":counter": territory.counter.cast_signed(),
                ":sum": territory.checksum.cast_signed(),
            })?;
        Ok(())
    }

    /// Stores that `device` was told to drop the records of `territory` up to the sequence number `up_to_seq`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_forgotten(
        &self,
        device: DeviceId,
        territory: TerritoryId,
        up_to_seq: u64,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO forgotten (device, territory, up_to_seq) VALUES (:device, :territory, :seq)
                 ON CONFLICT DO UPDATE SET up_to_seq = max(up_to_seq, excluded.up_to_seq)",
            )?
            .execute(named_params! {
                ":device": device.0, ":territory": territory.0, ":seq": up_to_seq.cast_signed(),
            })?;
        Ok(())
    }

    /// The sequence number up to which `device` was told to drop the records of `territory`; 0 if it never was.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn forgotten(&self, device: DeviceId, territory: TerritoryId) -> Result<u64, StoreError> {
        let seq: Option<i64> = self
            .connection()
            .prepare_cached(
                "SELECT up_to_seq FROM forgotten WHERE device = :device AND territory = :territory",
            )?
            .query_row(
                named_params! { ":device": device.0, ":territory": territory.0 },
                |row| row.get(0),
            )
            .optional()?;
        Ok(seq.unwrap_or(0).cast_unsigned())
    }
}
