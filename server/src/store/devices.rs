//! Devices, the actors they write under, and the codes that let them in.

use fieldbook_model::ids::{ActorId, DeviceId, UserId};
use fieldbook_model::wire;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A device as the office knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its name for machines.
    pub id: DeviceId,
    /// Whose it is.
    pub person: UserId,
    /// Its public ed25519 key.
    pub key: [u8; 32],
    /// What it calls itself.
    pub name: String,
    /// When it joined, in Unix milliseconds.
    pub joined_at_ms: i64,
    /// About when it was last heard of, in Unix milliseconds.
    pub seen_at_ms: i64,
    /// When it was locked out, in Unix milliseconds.
    pub revoked_at_ms: Option<i64>,
}

/// An actor with its place in the list of authors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// Under which a device writes.
    pub id: ActorId,
    /// Its place in the list of authors.
    pub number: i64,
}

/// A join code, known by its hash alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinCode {
    /// SHA-256 of the code.
    pub hash: [u8; 32],
    /// Whom it lets in.
    pub person: UserId,
    /// Until when, in Unix milliseconds.
    pub expires_at_ms: i64,
    /// What became of it.
    pub used: CodeUse,
}

/// Whether a code has served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// Not yet.
    Fresh,
    /// It let this device in.
    By(DeviceId),
}

const DEVICE: &str =
    "SELECT id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms FROM device WHERE id = :id";

fn read(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId(row.get(0)?),
        person: UserId(row.get(1)?),
        key: row.get(2)?,
        name: row.get(3)?,
        joined_at_ms: row.get(4)?,
        seen_at_ms: row.get(5)?,
        revoked_at_ms: row.get(6)?,
    })
}

impl Tx<'_> {
    /// The device of that id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let mut select = self.connection().prepare_cached(DEVICE)?;
        Ok(select.query_row(named_params! { ":id": id.0 }, read).optional()?)
    }

    /// The device of a person with that key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device_with_key(&self, person: UserId, key: &[u8; 32]) -> Result<Option<Device>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms FROM device
             WHERE person = :person AND key = :key",
        )?;
        Ok(select
            .query_row(named_params! { ":person": person.0, ":key": key }, read)
            .optional()?)
    }

    /// All devices, in the order in which they joined.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms FROM device ORDER BY joined_at_ms, id",
        )?;
        let rows = select.query_map([], read)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Adds a device, or writes anew when it was seen and whether it is locked out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_device(&self, device: &Device) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO device (id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms)
                 VALUES (:id, :person, :key, :name, :joined, :seen, :revoked)
                 ON CONFLICT (id) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, revoked_at_ms = excluded.revoked_at_ms",
            )?
            .execute(named_params! {
                ":id": device.id.0, ":person": device.person.0, ":key": device.key, ":name": device.name,
                ":joined": device.joined_at_ms, ":seen": device.seen_at_ms, ":revoked": device.revoked_at_ms,
            })?;
        Ok(())
    }

    /// The actors of a device, in the order in which they were first seen.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn actors_of(&self, device: DeviceId) -> Result<Vec<Actor>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, number FROM actor WHERE device = :device ORDER BY number")?;
        let rows = select.query_map(named_params! { ":device": device.0 }, |row| {
            Ok(Actor {
                id: ActorId(row.get(0)?),
                number: row.get(1)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whose an actor is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device_of(&self, actor: ActorId) -> Result<Option<DeviceId>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT device FROM actor WHERE id = :actor")?;
        let device = select.query_row(named_params! { ":actor": actor.0 }, |row| {
            row.get(0).map(DeviceId)
        });
        Ok(device.optional()?)
    }

    /// Binds an actor to a device.
    ///
    /// # Errors
    /// [`StoreError`], also when it is bound already.
    pub fn bind_actor(&self, actor: ActorId, device: DeviceId) -> Result<Actor, StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO actor (id, device) VALUES (:actor, :device)")?
            .execute(named_params! { ":actor": actor.0, ":device": device.0 })?;
        Ok(Actor {
            id: actor,
            number: self.connection().last_insert_rowid(),
        })
    }

    /// The authors after the `cursor`th, at most `limit`, with the cursor behind them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people_after(&self, cursor: u64, limit: u32) -> Result<(Vec<wire::Person>, u64), StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT a.id, p.name, a.number FROM actor a JOIN device d ON d.id = a.device JOIN person p ON p.id = d.person
             WHERE a.number > :cursor ORDER BY a.number LIMIT :limit",
        )?;
        let after = i64::try_from(cursor).unwrap_or(i64::MAX);
        let mut rows = select.query(named_params! { ":cursor": after, ":limit": limit })?;
        let (mut people, mut last) = (Vec::new(), cursor);
        while let Some(row) = rows.next()? {
            people.push(wire::Person {
                actor: ActorId(row.get(0)?),
                name: row.get(1)?,
            });
            last = row.get::<_, i64>(2)?.cast_unsigned();
        }
        Ok((people, last))
    }

    /// The join code with that hash.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn join_code(&self, hash: &[u8; 32]) -> Result<Option<JoinCode>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT person, expires_at_ms, used_by FROM join_code WHERE hash = :hash")?;
        let code = select.query_row(named_params! { ":hash": hash }, |row| {
            let used_by: Option<[u8; 16]> = row.get(2)?;
            Ok(JoinCode {
                hash: *hash,
                person: UserId(row.get(0)?),
                expires_at_ms: row.get(1)?,
                used: used_by.map_or(CodeUse::Fresh, |id| CodeUse::By(DeviceId(id))),
            })
        });
        Ok(code.optional()?)
    }

    /// Adds a join code, or writes anew what became of it.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_join_code(&self, code: &JoinCode) -> Result<(), StoreError> {
        let used_by = match code.used {
            CodeUse::Fresh => None,
            CodeUse::By(device) => Some(device.0),
        };
        self.connection()
            .prepare_cached(
                "INSERT INTO join_code (hash, person, expires_at_ms, used_by) VALUES (:hash, :person, :expires, :used_by)
                 ON CONFLICT (hash) DO UPDATE SET used_by = excluded.used_by",
            )?
            .execute(named_params! {
                ":hash": code.hash, ":person": code.person.0, ":expires": code.expires_at_ms, ":used_by": used_by,
            })?;
        Ok(())
    }
}
