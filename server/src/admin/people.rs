//! Adds people, moves them between territories, and issues join codes for their devices.

use fieldbook_model::Role;
use fieldbook_model::clock::Random;
use fieldbook_model::ids::{TerritoryId, UserId};

use serde_json::{Value, json};

use super::{AdminError, audit, find_territory, validated_name};
use crate::service::{generate_join_code, hash_join_code, random_uuid};
use crate::store::{CodeUse, JoinCode, Person, PersonState, Store, Territory, Tx};

/// The number of days for which a join code is valid.
pub const CODE_DAYS: i64 = 7;

/// A person with their territories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The person's id.
    pub id: UserId,
    /// The person's name, unique on this server.
    pub name: String,
    /// The person's role in the company.
    pub role: Role,
    /// The territory of the records that they create.
    pub home: TerritoryId,
    /// The names of the person's territories, home first.
    pub territories: Vec<String>,
}

/// A join code in plain text. Only this value has it: the database holds a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedCode {
    /// The code to type on the device, such as `KXQM-7P3D-9RTA-0HFW`.
    pub text: String,
    /// The time until which it is valid, in Unix milliseconds.
    pub expires_at_ms: i64,
}

/// Adds a person. The first of `territories` becomes home. An administrator sees all territories and needs none.
///
/// # Errors
/// [`AdminError::NoName`], [`AdminError::UserExists`], [`AdminError::NoTerritory`], [`AdminError::NeedsTerritory`], or
/// [`AdminError::Store`].
pub fn add_user(
    store: &Store,
    name: &str,
    role: Role,
    territories: &[&str],
    random: &dyn Random,
) -> Result<User, AdminError> {
    let tx = store.write()?;
    let user = insert_user(&tx, name, role, territories, random)?;
    tx.commit()?;
    Ok(user)
}

/// Adds a person within a transaction.
pub(super) fn insert_user(
    tx: &Tx<'_>,
    name: &str,
    role: Role,
    territories: &[&str],
    random: &dyn Random,
) -> Result<User, AdminError> {
    let name = validated_name(name)?;
    if tx.person_named(name)?.is_some() {
        return Err(AdminError::UserExists {
            name: name.to_owned(),
        });
    }
    let given = find_territories(tx, role, territories)?;
    let person = Person {
        id: UserId(random_uuid(random)),
        name: name.to_owned(),
        role,
        home: home(&given),
    };
    tx.put_person(&person)?;
    grant_territories(tx, &person, &given)?;
    audit::note_now(tx, "user_added", details(&person, &given))?;
    Ok(to_user(person, given))
}

/// Gives a person these territories and no others, from `now_ms` on. Changes that they made elsewhere before are still
/// accepted.
///
/// # Errors
/// [`AdminError::NoUser`], [`AdminError::NoTerritory`], [`AdminError::NeedsTerritory`], or [`AdminError::Store`].
pub fn move_user(store: &Store, name: &str, territories: &[&str], now_ms: i64) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, name)?;
    let given = find_territories(&tx, person.role, territories)?;
    for held in tx.territories_of(person.id)? {
        if given.iter().all(|territory| territory.id != held) {
            tx.withdraw_territory(person.id, held, now_ms)?;
        }
    }
    if person.home != home(&given) {
        tx.put_former_home(person.id, person.home, now_ms)?;
    }
    let person = Person {
        home: home(&given),
        ..person
    };
    tx.put_person(&person)?;
    grant_territories(&tx, &person, &given)?;
    audit::note(&tx, now_ms, "user_moved", details(&person, &given))?;
    tx.commit()?;
    Ok(to_user(person, given))
}

/// Takes all territories from a person, from `now_ms` on: their devices drop all records at the next sync, and what they
/// made before is still accepted.
///
/// # Errors
/// [`AdminError::NoUser`], or [`AdminError::Store`].
pub fn withdraw_territories(store: &Store, name: &str, now_ms: i64) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, name)?;
    for held in tx.territories_of(person.id)? {
        tx.withdraw_territory(person.id, held, now_ms)?;
    }
    audit::note(&tx, now_ms, "user_moved", details(&person, &[]))?;
    tx.commit()?;
    Ok(to_user(person, Vec::new()))
}

/// Gives a person another role. Devices of theirs hear of it with the next sync, and what they wrote stays.
///
/// # Errors
/// [`AdminError::NoUser`], [`AdminError::NeedsTerritory`] for an administrator who has none and becomes a rep or a manager,
/// or [`AdminError::Store`].
pub fn set_role(store: &Store, name: &str, role: Role, now_ms: i64) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = Person {
        role,
        ..find_person(&tx, name)?
    };
    let mut held = Vec::new();
    for id in tx.territories_of(person.id)? {
        held.extend(tx.territory(id)?);
    }
    if held.is_empty() && person.home == TerritoryId::COMPANY && role != Role::Admin {
        return Err(AdminError::NeedsTerritory { role });
    }
    held.sort_by_key(|territory| territory.id != person.home);
    tx.put_person(&person)?;
    audit::note(&tx, now_ms, "role_changed", details(&person, &held))?;
    tx.commit()?;
    Ok(to_user(person, held))
}

fn details(person: &Person, given: &[Territory]) -> Value {
    let territories: Vec<_> = given.iter().map(|territory| territory.name.as_str()).collect();
    json!({ "user": person.name, "role": person.role.name(), "territories": territories })
}

/// Issues a code with which one device of a person can join, once, within [`CODE_DAYS`] days.
///
/// # Errors
/// [`AdminError::NoUser`], [`AdminError::UserDisabled`], or [`AdminError::Store`].
pub fn issue_code(
    store: &Store,
    user: &str,
    now_ms: i64,
    random: &dyn Random,
) -> Result<IssuedCode, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, user)?;
    if tx.person_state(person.id)? == PersonState::Disabled {
        return Err(AdminError::UserDisabled { name: person.name });
    }
    let code = IssuedCode {
        text: generate_join_code(random),
        expires_at_ms: now_ms + CODE_DAYS * 86_400_000,
    };
    tx.put_join_code(&JoinCode {
        hash: hash_join_code(&code.text),
        person: person.id,
        expires_at_ms: code.expires_at_ms,
        used: CodeUse::Unused,
    })?;
    audit::note(&tx, now_ms, "code_issued", json!({ "user": person.name }))?;
    tx.commit()?;
    Ok(code)
}

pub(super) fn find_person(tx: &Tx<'_>, name: &str) -> Result<Person, AdminError> {
    tx.person_named(name.trim())?.ok_or_else(|| AdminError::NoUser {
        name: name.trim().to_owned(),
    })
}

fn find_territories(tx: &Tx<'_>, role: Role, names: &[&str]) -> Result<Vec<Territory>, AdminError> {
    if names.is_empty() && role != Role::Admin {
        return Err(AdminError::NeedsTerritory { role });
    }
    names.iter().map(|name| find_territory(tx, name)).collect()
}

fn home(given: &[Territory]) -> TerritoryId {
    given
        .first()
        .map_or(TerritoryId::COMPANY, |territory| territory.id)
}

fn grant_territories(tx: &Tx<'_>, person: &Person, given: &[Territory]) -> Result<(), AdminError> {
    for territory in given {
        tx.grant_territory(person.id, territory.id)?;
    }
    Ok(())
}

pub(super) fn to_user(person: Person, given: Vec<Territory>) -> User {
    User {
        id: person.id,
        name: person.name,
        role: person.role,
        home: person.home,
        territories: given.into_iter().map(|territory| territory.name).collect(),
    }
}
