//! Territories and their counters.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::{DeviceId, RecordId, TerritoryId};
use fieldbook_model::wire::digest;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A territory as the office keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Territory {
    /// Its name for machines.
    pub id: TerritoryId,
    /// Its name for people.
    pub name: String,
    /// The generation that cursors belong to.
    pub epoch: u64,
    /// The last number given out.
    pub counter: u64,
    /// The exclusive or of [`digest`] over its records.
    pub sum: u64,
}

impl Territory {
    /// A territory without records, in a generation of its own.
    pub fn new(id: TerritoryId, name: &str, random: &dyn Random) -> Territory {
        let mut bytes = [0; 4];
        random.fill(&mut bytes);
        Territory {
            id,
            name: name.to_owned(),
            epoch: u64::from(u32::from_le_bytes(bytes)) + 1,
            counter: 0,
            sum: 0,
        }
    }

    /// The next number of its news.
    pub fn next_seq(&mut self) -> u64 {
        self.counter += 1;
        self.counter
    }

    /// Takes a record at `seq` into the sum or out of it: both are the same step.
    pub fn toggle(&mut self, record: RecordId, seq: u64) {
        self.sum ^= digest(record, seq);
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Territory> {
    Ok(Territory {
        id: TerritoryId(row.get(0)?),
        name: row.get(1)?,
        epoch: row.get::<_, i64>(2)?.cast_unsigned(),
        counter: row.get::<_, i64>(3)?.cast_unsigned(),
        sum: row.get::<_, i64>(4)?.cast_unsigned(),
    })
}

impl Tx<'_> {
    /// The territory of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territory(&self, id: TerritoryId) -> Result<Option<Territory>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, name, epoch, counter, sum FROM territory WHERE id = :id")?;
        Ok(select.query_row(named_params! { ":id": id.0 }, read).optional()?)
    }

    /// The territory of that name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territory_named(&self, name: &str) -> Result<Option<Territory>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, name, epoch, counter, sum FROM territory WHERE name = :name")?;
        Ok(select
            .query_row(named_params! { ":name": name }, read)
            .optional()?)
    }

    /// All territories, by id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territories(&self) -> Result<Vec<Territory>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, name, epoch, counter, sum FROM territory ORDER BY id")?;
        let rows = select.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a territory.
    ///
    /// # Errors
    /// [`StoreError`], also when the id or the name is taken.
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

    /// Writes a territory's counter and sum.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_counter(&self, territory: &Territory) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE territory SET counter = :counter, sum = :sum WHERE id = :id")?
            .execute(named_params! {
                ":id": territory.id.0,
                ":counter": territory.counter.cast_signed(),
                ":sum": territory.sum.cast_signed(),
            })?;
        Ok(())
    }

    /// Remembers that `device` was told to forget `territory` as it was at `up_to_seq`.
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

    /// Up to which number `device` was told to forget `territory`; 0 when never.
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
