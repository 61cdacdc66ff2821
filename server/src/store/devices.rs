//! Devices, the actors that they write under, and join codes.

use fieldbook_model::ids::{ActorId, DeviceId, TerritoryId, UserId};
use fieldbook_model::wire;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A device that has joined.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// The device's id.
    pub id: DeviceId,
    /// The person whose device it is.
    pub person: UserId,
    /// The public ed25519 key with which the device joined: its chain of evidence starts under it.
    pub key: [u8; 32],
    /// The key by which it signs requests since it has changed it; `None` while that is [`key`](Device::key).
    pub request_key: Option<[u8; 32]>,
    /// The name that the device gave itself.
    pub name: String,
    /// The time at which it joined, in Unix milliseconds.
    pub joined_at_ms: i64,
    /// The time of its last request, in Unix milliseconds, accurate to the hour.
    pub seen_at_ms: i64,
    /// The time at which it was revoked, in Unix milliseconds; `None` if it may sync.
    pub revoked_at_ms: Option<i64>,
    /// The time of the last request that is known in which it had sent all that it had, in Unix milliseconds; 0 if none is.
    pub answered_at_ms: i64,
    /// The time at which it was ordered that the device is wiped, in Unix milliseconds; `None` without an order.
    pub wipe_ordered_at_ms: Option<i64>,
    /// The time at which it reported that it was, in Unix milliseconds.
    pub wiped_at_ms: Option<i64>,
}

/// An actor, the CRDT identity of a writer, with its row number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    /// The actor's id.
    pub id: ActorId,
    /// The row number.
    pub number: i64,
    /// True if the office writes under it for the person of the device.
    pub office: bool,
    /// The time at which it was bound, in Unix milliseconds; 0 if it was before that was noted.
    pub bound_at_ms: i64,
}

/// A join code, stored as its hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JoinCode {
    /// The SHA-256 hash of the code, as `hash_join_code` computes it.
    pub hash: [u8; 32],
    /// The person whose device may join.
    pub person: UserId,
    /// The time until which it is valid, in Unix milliseconds.
    pub expires_at_ms: i64,
    /// The use of the code, with the device.
    pub used: CodeUse,
}

/// The use of a join code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeUse {
    /// No device has joined with it.
    Unused,
    /// This device joined with it.
    UsedBy(DeviceId),
}

const DEVICE: &str =
    "SELECT id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms, answered_at_ms, request_key,
    wipe_ordered_at_ms, wiped_at_ms FROM device";

fn device_from_row(row: &Row<'_>) -> rusqlite::Result<Device> {
    Ok(Device {
        id: DeviceId(row.get(0)?),
        person: UserId(row.get(1)?),
        key: row.get(2)?,
        name: row.get(3)?,
        joined_at_ms: row.get(4)?,
        seen_at_ms: row.get(5)?,
        revoked_at_ms: row.get(6)?,
        answered_at_ms: row.get(7)?,
        request_key: row.get(8)?,
        wipe_ordered_at_ms: row.get(9)?,
        wiped_at_ms: row.get(10)?,
    })
}

impl Tx<'_> {
    /// The device with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached(&format!("{DEVICE} WHERE id = :id"))?;
        Ok(select
            .query_row(named_params! { ":id": id.0 }, device_from_row)
            .optional()?)
    }

    /// The device of a person that signs with this public key.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn device_with_key(&self, person: UserId, key: &[u8; 32]) -> Result<Option<Device>, StoreError> {
        let mut select = self.connection().prepare_cached(&format!(
            "{DEVICE} WHERE person = :person AND coalesce(request_key, key) = :key"
        ))?;
        Ok(select
            .query_row(
                named_params! { ":person": person.0, ":key": key },
                device_from_row,
            )
            .optional()?)
    }

    /// All devices in the order of joining.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached(&format!("{DEVICE} ORDER BY joined_at_ms, id"))?;
        let rows = select.query_map([], device_from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Inserts a device, or updates its key for requests and the times at which it was seen, answered and revoked.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_device(&self, device: &Device) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO device (id, person, key, name, joined_at_ms, seen_at_ms, revoked_at_ms, answered_at_ms, request_key)
                 VALUES (:id, :person, :key, :name, :joined, :seen, :revoked, :answered, :request_key)
                 ON CONFLICT (id) DO UPDATE SET seen_at_ms = excluded.seen_at_ms, request_key = excluded.request_key,
                     revoked_at_ms = excluded.revoked_at_ms, answered_at_ms = excluded.answered_at_ms",
            )?
            .execute(named_params! {
                ":id": device.id.0, ":person": device.person.0, ":key": device.key, ":name": device.name,
                ":joined": device.joined_at_ms, ":seen": device.seen_at_ms, ":revoked": device.revoked_at_ms,
                ":answered": device.answered_at_ms, ":request_key": device.request_key,
            })?;
        Ok(())
    }

    /// The actors of a device in the order in which they were bound.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn actors_of(&self, device: DeviceId) -> Result<Vec<Actor>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT id, number, office, bound_at_ms FROM actor WHERE device = :device ORDER BY number",
        )?;
        let rows = select.query_map(named_params! { ":device": device.0 }, |row| {
            Ok(Actor {
                id: ActorId(row.get(0)?),
                number: row.get(1)?,
                office: row.get(2)?,
                bound_at_ms: row.get(3)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The device that an actor is bound to.
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

    /// Binds an actor to a device at `now_ms`, Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`], also if the actor is bound already.
    pub fn bind_actor(&self, actor: ActorId, device: DeviceId, now_ms: i64) -> Result<Actor, StoreError> {
        self.bind(actor, device, false, now_ms)
    }

    /// Binds an actor to a device at `now_ms`, Unix milliseconds, under which the office writes for its person.
    ///
    /// # Errors
    /// [`StoreError`], also if the actor is bound already.
    pub fn bind_office_actor(
        &self,
        actor: ActorId,
        device: DeviceId,
        now_ms: i64,
    ) -> Result<Actor, StoreError> {
        self.bind(actor, device, true, now_ms)
    }

    fn bind(&self, id: ActorId, device: DeviceId, office: bool, now_ms: i64) -> Result<Actor, StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO actor (id, device, office, bound_at_ms) VALUES (:actor, :device, :office, :now)",
            )?
            .execute(
                named_params! { ":actor": id.0, ":device": device.0, ":office": office, ":now": now_ms },
            )?;
        Ok(Actor {
            id,
            number: self.connection().last_insert_rowid(),
            office,
            bound_at_ms: now_ms,
        })
    }

    /// The name of the person behind an actor; the actor's id if it is not known here.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn name_of(&self, actor: ActorId) -> Result<String, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT p.name FROM actor a JOIN device d ON d.id = a.device JOIN person p ON p.id = d.person
             WHERE a.id = :actor",
        )?;
        let name = select.query_row(named_params! { ":actor": actor.0 }, |row| row.get(0));
        Ok(name.optional()?.unwrap_or_else(|| actor.to_string()))
    }

    /// Notes that an actor has written in a territory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_author(&self, territory: TerritoryId, actor: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO author (territory, actor) VALUES (:territory, :actor) ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":territory": territory.0, ":actor": actor })?;
        Ok(())
    }

    /// Notes that all authors of a record have written in a territory, to which it comes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn note_authors(&self, territory: TerritoryId, record: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO author (territory, actor)
                 SELECT DISTINCT :territory, c.actor FROM change c
                 WHERE c.record = :record AND c.actor IN (SELECT number FROM actor) ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":territory": territory.0, ":record": record })?;
        Ok(())
    }

    /// The authors in these territories after number `after`, at most `limit`, and the number for the next call.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn authors_after(
        &self,
        territories: &[TerritoryId],
        after: u32,
        limit: usize,
    ) -> Result<(Vec<wire::Person>, u32), StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT w.number, w.territory, a.id, p.name FROM author w JOIN actor a ON a.number = w.actor
             JOIN device d ON d.id = a.device JOIN person p ON p.id = d.person
             WHERE w.number > :after ORDER BY w.number",
        )?;
        let mut rows = select.query(named_params! { ":after": after })?;
        let (mut people, mut last): (Vec<wire::Person>, u32) = (Vec::new(), after);
        while people.len() < limit
            && let Some(row) = rows.next()?
        {
            last = row.get(0)?;
            let (territory, actor) = (TerritoryId(row.get(1)?), ActorId(row.get(2)?));
            if territories.contains(&territory) && people.iter().all(|person| person.actor != actor) {
                people.push(wire::Person {
                    actor,
                    name: row.get(3)?,
                });
            }
        }
        Ok((people, last))
    }

    /// The join code with this hash.
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
                used: used_by.map_or(CodeUse::Unused, |id| CodeUse::UsedBy(DeviceId(id))),
            })
        });
        Ok(code.optional()?)
    }

    /// Ends the validity of a person's unused join codes before `now_ms`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn void_codes(&self, person: UserId, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE join_code SET expires_at_ms = min(expires_at_ms, :now - 1) WHERE person = :person AND used_by IS NULL",
            )?
            .execute(named_params! { ":person": person.0, ":now": now_ms })?;
        Ok(())
    }

    /// The unused join codes that are valid at `now_ms`, the first to expire first: hash, name of the person, time until which
    /// it is valid in Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn open_codes(&self, now_ms: i64) -> Result<Vec<([u8; 32], String, i64)>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT c.hash, p.name, c.expires_at_ms FROM join_code c JOIN person p ON p.id = c.person
             WHERE c.used_by IS NULL AND c.expires_at_ms >= :now ORDER BY c.expires_at_ms, c.hash",
        )?;
        let rows = select.query_map(named_params! { ":now": now_ms }, |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Ends the validity of an unused join code before `now_ms`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn void_code(&self, hash: &[u8; 32], now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE join_code SET expires_at_ms = :now - 1 WHERE hash = :hash AND used_by IS NULL",
            )?
            .execute(named_params! { ":hash": hash, ":now": now_ms })?;
        Ok(())
    }

    /// Inserts a join code, or updates its use.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_join_code(&self, code: &JoinCode) -> Result<(), StoreError> {
        let used_by = match code.used {
            CodeUse::Unused => None,
            CodeUse::UsedBy(device) => Some(device.0),
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
