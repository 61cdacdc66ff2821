//! Changes that wait for others which the database has lost.

use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, DeviceId, RecordId};
use rusqlite::named_params;

use super::{ParkedChange, StoreError, Tx};

/// A change that waits for those it stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingChange {
    /// The hash that identifies it.
    pub hash: ChangeHash,
    /// The kind of its record.
    pub kind: Kind,
    /// The device that sent it.
    pub device: DeviceId,
    /// The Automerge chunk.
    pub bytes: Vec<u8>,
}

impl Tx<'_> {
    /// Lets a change wait; no effect if it waits already.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_waiting(&self, change: &ParkedChange<'_>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO waiting (hash, record, kind, device, received_at_ms, bytes)
                 VALUES (:hash, :record, :kind, :device, :received, :bytes) ON CONFLICT (hash) DO NOTHING",
            )?
            .execute(named_params! {
                ":hash": change.hash.0, ":record": change.record.0, ":kind": change.kind.code(),
                ":device": change.device.0, ":received": change.received_at_ms, ":bytes": change.bytes,
            })?;
        Ok(())
    }

    /// The changes of a record that wait, by device.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn waiting_of(&self, record: RecordId) -> Result<Vec<WaitingChange>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT hash, kind, device, bytes FROM waiting WHERE record = :record ORDER BY device, received_at_ms, hash",
        )?;
        let mut rows = select.query(named_params! { ":record": record.0 })?;
        let mut waiting = Vec::new();
        while let Some(row) = rows.next()? {
            let kind =
                Kind::from_code(row.get(1)?).map_err(|_| StoreError::Damaged { what: "waiting.kind" })?;
            waiting.push(WaitingChange {
                hash: ChangeHash(row.get(0)?),
                kind,
                device: DeviceId(row.get(2)?),
                bytes: row.get(3)?,
            });
        }
        Ok(waiting)
    }

    /// Removes a change from those that wait.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn remove_waiting(&self, hash: ChangeHash) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("DELETE FROM waiting WHERE hash = :hash")?
            .execute(named_params! { ":hash": hash.0 })?;
        Ok(())
    }

    /// Makes every device, the authors included, fetch a record whole.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn send_whole(&self, record: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE record SET whole_seq = seq, writer = NULL WHERE number = :number")?
            .execute(named_params! { ":number": record })?;
        Ok(())
    }
}
