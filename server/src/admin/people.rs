//! Adding people, moving them between territories, and letting their devices in.

use fieldbook_model::Role;
use fieldbook_model::clock::Random;
use fieldbook_model::ids::{TerritoryId, UserId};

use super::{AdminError, named, territory};
use crate::office::{hash_of_code, new_code, uuid};
use crate::store::{CodeUse, JoinCode, Person, Store, Territory, Tx};

/// For how many days a join code is good.
pub const CODE_DAYS: i64 = 7;

/// A person with their territories.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Their name for machines.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// What they are in the company.
    pub role: Role,
    /// Where the records they make begin.
    pub home: TerritoryId,
    /// The names of their territories, home first.
    pub territories: Vec<String>,
}

/// A join code as it is handed to a person, once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// What to type on the device: `KXQM-7P3D-9RTA-0HFW`.
    pub text: String,
    /// Until when it is good, in Unix milliseconds.
    pub expires_at_ms: i64,
}

/// Adds a person. The first of `territories` is home. An administrator sees all territories and needs none.
///
/// # Errors
/// [`AdminError::NoName`], [`AdminError::UserExists`], [`AdminError::NoTerritory`], [`AdminError::NeedsTerritory`], or the
/// store's.
pub fn add_user(
    store: &Store,
    name: &str,
    role: Role,
    territories: &[&str],
    random: &dyn Random,
) -> Result<User, AdminError> {
    let name = named(name)?;
    let tx = store.write()?;
    if tx.person_named(name)?.is_some() {
        return Err(AdminError::UserExists {
            name: name.to_owned(),
        });
    }
    let given = all(&tx, role, territories)?;
    let person = Person {
        id: UserId(uuid(random)),
        name: name.to_owned(),
        role,
        home: home(&given),
    };
    tx.put_person(&person)?;
    give(&tx, &person, &given)?;
    tx.commit()?;
    Ok(told(person, given))
}

/// Gives a person these territories and no others, from `now_ms` on. What they did elsewhere before counts.
///
/// # Errors
/// [`AdminError::NoUser`], [`AdminError::NoTerritory`], [`AdminError::NeedsTerritory`], or the store's.
pub fn move_user(store: &Store, name: &str, territories: &[&str], now_ms: i64) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = person(&tx, name)?;
    let given = all(&tx, person.role, territories)?;
    for held in tx.territories_of(person.id)? {
        if given.iter().all(|territory| territory.id != held) {
            tx.take_territory(person.id, held, now_ms)?;
        }
    }
    let person = Person {
        home: home(&given),
        ..person
    };
    tx.put_person(&person)?;
    give(&tx, &person, &given)?;
    tx.commit()?;
    Ok(told(person, given))
}

/// Makes a code that lets one device of a person in, once, within [`CODE_DAYS`] days. Only its hash is kept.
///
/// # Errors
/// [`AdminError::NoUser`], or the store's.
pub fn issue_code(store: &Store, user: &str, now_ms: i64, random: &dyn Random) -> Result<Code, AdminError> {
    let tx = store.write()?;
    let person = person(&tx, user)?;
    let code = Code {
        text: new_code(random),
        expires_at_ms: now_ms + CODE_DAYS * 86_400_000,
    };
    tx.put_join_code(&JoinCode {
        hash: hash_of_code(&code.text),
        person: person.id,
        expires_at_ms: code.expires_at_ms,
        used: CodeUse::Fresh,
    })?;
    tx.commit()?;
    Ok(code)
}

fn person(tx: &Tx<'_>, name: &str) -> Result<Person, AdminError> {
    tx.person_named(name.trim())?.ok_or_else(|| AdminError::NoUser {
        name: name.trim().to_owned(),
    })
}

fn all(tx: &Tx<'_>, role: Role, names: &[&str]) -> Result<Vec<Territory>, AdminError> {
    if names.is_empty() && role != Role::Admin {
        return Err(AdminError::NeedsTerritory { role });
    }
    names.iter().map(|name| territory(tx, name)).collect()
}

fn home(given: &[Territory]) -> TerritoryId {
    given
        .first()
        .map_or(TerritoryId::COMPANY, |territory| territory.id)
}

fn give(tx: &Tx<'_>, person: &Person, given: &[Territory]) -> Result<(), AdminError> {
    for territory in given {
        tx.give_territory(person.id, territory.id)?;
    }
    Ok(())
}

fn told(person: Person, given: Vec<Territory>) -> User {
    User {
        id: person.id,
        name: person.name,
        role: person.role,
        home: person.home,
        territories: given.into_iter().map(|territory| territory.name).collect(),
    }
}
