//! Departures: tombstones of records that left a territory.

use fieldbook_model::ids::{RecordId, TerritoryId};
use rusqlite::named_params;

use super::{RecordSeq, StoreError, Tx};

impl Tx<'_> {
    /// Stores the departure of a record from a territory, under the territory's sequence number `seq`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_departure(
        &self,
        territory: TerritoryId,
        record: RecordId,
        seq: u64,
        at_ms: i64,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO departure (territory, record, seq, at_ms) VALUES (:territory, :record, :seq, :at)
                 ON CONFLICT (territory, record) DO UPDATE SET seq = excluded.seq, at_ms = excluded.at_ms",
            )?
            .execute(named_params! {
                ":territory": territory.0, ":record": record.0, ":seq": seq.cast_signed(), ":at": at_ms,
            })?;
        Ok(())
    }

    /// Removes a departure, because the record came back.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_departure(&self, territory: TerritoryId, record: RecordId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM departure WHERE territory = :territory AND record = :record")?
            .execute(named_params! { ":territory": territory.0, ":record": record.0 })?;
        Ok(())
    }

    /// The departures from a territory after `cursor`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn departures_after(
        &self,
        territory: TerritoryId,
        cursor: u64,
        limit: u32,
    ) -> Result<Vec<RecordSeq>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT record, seq FROM departure WHERE territory = :territory AND seq > :cursor ORDER BY seq LIMIT :limit",
        )?;
        let rows = select.query_map(
            named_params! { ":territory": territory.0, ":cursor": cursor.cast_signed(), ":limit": limit },
            |row| {
                Ok(RecordSeq {
                    id: RecordId(row.get(0)?),
                    seq: row.get::<_, i64>(1)?.cast_unsigned(),
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
