//! People, the territories that they see, and when they lost them.

use fieldbook_model::Role;
use fieldbook_model::ids::{RecordId, TerritoryId, UserId};
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A person with a login: a rep, a manager or an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's id.
    pub id: UserId,
    /// The person's name, unique on this server.
    pub name: String,
    /// The person's role in the company.
    pub role: Role,
    /// The territory of the records that they create.
    pub home: TerritoryId,
}

/// The standing of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonState {
    /// Devices of theirs may join and sync.
    Active,
    /// They were locked out.
    Disabled,
}

fn person_from_row(row: &Row<'_>) -> rusqlite::Result<(Person, String)> {
    let person = Person {
        id: UserId(row.get(0)?),
        name: row.get(1)?,
        role: Role::Rep,
        home: TerritoryId(row.get(3)?),
    };
    Ok((person, row.get(2)?))
}

fn with_role((person, role): (Person, String)) -> Result<Person, StoreError> {
    let role = role
        .parse()
        .map_err(|_| StoreError::Damaged { what: "person.role" })?;
    Ok(Person { role, ..person })
}

impl Tx<'_> {
    /// The person with this id.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person(&self, id: UserId) -> Result<Option<Person>, StoreError> {
        self.connection()
            .prepare_cached("SELECT id, name, role, home FROM person WHERE id = :id")?
            .query_row(named_params! { ":id": id.0 }, person_from_row)
            .optional()?
            .map(with_role)
            .transpose()
    }

    /// The person with this name.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_named(&self, name: &str) -> Result<Option<Person>, StoreError> {
        self.connection()
            .prepare_cached("SELECT id, name, role, home FROM person WHERE name = :name")?
            .query_row(named_params! { ":name": name }, person_from_row)
            .optional()?
            .map(with_role)
            .transpose()
    }

    /// All people by name, each with the time at which they were disabled, in Unix milliseconds.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people(&self) -> Result<Vec<(Person, Option<i64>)>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, name, role, home, disabled_at_ms FROM person ORDER BY name")?;
        let mut rows = select.query([])?;
        let mut people = Vec::new();
        while let Some(row) = rows.next()? {
            people.push((with_role(person_from_row(row)?)?, row.get(4)?));
        }
        Ok(people)
    }

    /// The standing of a person; someone unknown is disabled.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn person_state(&self, id: UserId) -> Result<PersonState, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT disabled_at_ms IS NULL FROM person WHERE id = :id")?;
        let active = select
            .query_row(named_params! { ":id": id.0 }, |row| row.get(0))
            .optional()?;
        Ok(match active {
            Some(true) => PersonState::Active,
            Some(false) | None => PersonState::Disabled,
        })
    }

    /// Disables a person from this time on, in Unix milliseconds, or enables them.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn set_disabled(&self, id: UserId, at_ms: Option<i64>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("UPDATE person SET disabled_at_ms = :at WHERE id = :id")?
            .execute(named_params! { ":id": id.0, ":at": at_ms })?;
        Ok(())
    }

    /// Revokes all devices of a person at `now_ms`; those that were revoked before stay so from then.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn revoke_devices(&self, id: UserId, now_ms: i64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE device SET revoked_at_ms = :now WHERE person = :id AND revoked_at_ms IS NULL",
            )?
            .execute(named_params! { ":id": id.0, ":now": now_ms })?;
        Ok(())
    }

    /// Deletes a person none of whose devices has joined, with their codes and territories.
    ///
    /// # Errors
    /// [`StoreError`], also if a device is theirs.
    pub fn delete_person(&self, id: UserId) -> Result<(), StoreError> {
        for statement in [
            "DELETE FROM join_code WHERE person = :id",
            "DELETE FROM person_territory WHERE person = :id",
            "DELETE FROM former_home WHERE person = :id",
            "DELETE FROM person WHERE id = :id",
        ] {
            self.connection()
                .prepare_cached(statement)?
                .execute(named_params! { ":id": id.0 })?;
        }
        Ok(())
    }

    /// Inserts or replaces a person.
    ///
    /// # Errors
    /// [`StoreError`], also if another person has the name.
    pub fn put_person(&self, person: &Person) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO person (id, name, role, home) VALUES (:id, :name, :role, :home)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, role = excluded.role, home = excluded.home",
            )?
            .execute(named_params! {
                ":id": person.id.0, ":name": person.name, ":role": person.role.name(), ":home": person.home.0,
            })?;
        Ok(())
    }

    /// Grants a person access to a territory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn grant_territory(&self, person: UserId, territory: TerritoryId) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO person_territory (person, territory) VALUES (:person, :territory)
                 ON CONFLICT DO UPDATE SET left_at_ms = NULL",
            )?
            .execute(named_params! { ":person": person.0, ":territory": territory.0 })?;
        Ok(())
    }

    /// Withdraws a person's access to a territory from `now_ms` on.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn withdraw_territory(
        &self,
        person: UserId,
        territory: TerritoryId,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE person_territory SET left_at_ms = :now
                 WHERE person = :person AND territory = :territory AND left_at_ms IS NULL",
            )?
            .execute(named_params! { ":person": person.0, ":territory": territory.0, ":now": now_ms })?;
        Ok(())
    }

    /// The territories that a person has access to.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn territories_of(&self, person: UserId) -> Result<Vec<TerritoryId>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT territory FROM person_territory WHERE person = :person AND left_at_ms IS NULL ORDER BY territory",
        )?;
        let rows = select.query_map(named_params! { ":person": person.0 }, |row| {
            row.get(0).map(TerritoryId)
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The names of those who have access to a territory, in order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn people_of(&self, territory: TerritoryId) -> Result<Vec<String>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT p.name FROM person_territory t JOIN person p ON p.id = t.person
             WHERE t.territory = :territory AND t.left_at_ms IS NULL ORDER BY p.name",
        )?;
        let rows = select.query_map(named_params! { ":territory": territory.0 }, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Notes that until `until_ms`, Unix milliseconds, records of a person began in `territory`.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_former_home(
        &self,
        person: UserId,
        territory: TerritoryId,
        until_ms: i64,
    ) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO former_home (person, until_ms, territory) VALUES (:person, :until, :territory)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(named_params! { ":person": person.0, ":until": until_ms, ":territory": territory.0 })?;
        Ok(())
    }

    /// The territory in which records of a person began at `at_ms`, Unix milliseconds, if they have been moved since.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn former_home(&self, person: UserId, at_ms: i64) -> Result<Option<TerritoryId>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT territory FROM former_home WHERE person = :person AND until_ms > :at ORDER BY until_ms LIMIT 1",
        )?;
        let found = select.query_row(named_params! { ":person": person.0, ":at": at_ms }, |row| {
            row.get(0)
        });
        Ok(found.optional()?.map(TerritoryId))
    }

    /// The time at which a person lost access to a record that is now in `territory`, in Unix milliseconds: the latest time
    /// at which the record left a territory of theirs, or they left its territory. `None` if they never had access.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn lost_at_ms(
        &self,
        person: UserId,
        record: RecordId,
        territory: TerritoryId,
    ) -> Result<Option<i64>, StoreError> {
        let lost = self
            .connection()
            .prepare_cached(
                "SELECT max(at_ms) FROM (
                     SELECT min(d.at_ms, coalesce(p.left_at_ms, d.at_ms)) AS at_ms
                     FROM departure d JOIN person_territory p ON p.territory = d.territory
                     WHERE d.record = :record AND p.person = :person
                     UNION ALL
                     SELECT left_at_ms FROM person_territory WHERE person = :person AND territory = :territory
                 )",
            )?
            .query_row(
                named_params! { ":person": person.0, ":record": record.0, ":territory": territory.0 },
                |row| row.get(0),
            )?;
        Ok(lost)
    }
}
