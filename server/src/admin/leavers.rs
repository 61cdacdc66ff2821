//! People who leave, and join codes that are taken back.

use super::people::{find_person, to_user};
use serde_json::json;

use super::{AdminError, User, audit};
use crate::store::{Person, PersonState, Store, Tx};

/// A person in the administrator's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedUser {
    /// The person with their territories.
    pub user: User,
    /// The number of their devices that may sync.
    pub active_devices: usize,
    /// The time from which on none of their devices may join or sync, in Unix milliseconds; `None` if they may.
    pub disabled_at_ms: Option<i64>,
}

/// The result of a removal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// Nothing of the person was in the book: they are deleted.
    Deleted,
    /// They have written: they are disabled and have no territory, and their name stays with what they wrote.
    Disabled,
}

/// A join code that is not used yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenCode {
    /// The first eight hexadecimal digits of its hash, by which it is cancelled. The code itself is nowhere.
    pub id: String,
    /// The name of the person whose device may join.
    pub user: String,
    /// The time until which it is valid, in Unix milliseconds.
    pub expires_at_ms: i64,
}

/// All people by name.
///
/// # Errors
/// [`AdminError::Store`].
pub fn users(store: &Store) -> Result<Vec<ListedUser>, AdminError> {
    let tx = store.read()?;
    let devices = tx.devices()?;
    let mut listed = Vec::new();
    for (person, disabled_at_ms) in tx.people()? {
        let own = devices.iter().filter(|device| device.person == person.id);
        let active_devices = own.filter(|device| device.revoked_at_ms.is_none()).count();
        listed.push(ListedUser {
            user: with_territories(&tx, person)?,
            active_devices,
            disabled_at_ms,
        });
    }
    Ok(listed)
}

/// Locks a person out: their devices are revoked, their unused codes are void, and no further code is issued. Their records
/// and territories stay. Doing it again changes nothing.
///
/// # Errors
/// [`AdminError::NoUser`], or [`AdminError::Store`].
pub fn disable_user(store: &Store, name: &str, now_ms: i64) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, name)?;
    disable(&tx, &person, now_ms)?;
    audit::note(&tx, now_ms, "user_disabled", json!({ "user": person.name }))?;
    let user = with_territories(&tx, person)?;
    tx.commit()?;
    Ok(user)
}

/// Lets a person back in who was disabled: codes can be issued again. Their devices stay revoked until they join with one.
///
/// # Errors
/// [`AdminError::NoUser`], or [`AdminError::Store`].
pub fn enable_user(store: &Store, name: &str) -> Result<User, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, name)?;
    tx.set_disabled(person.id, None)?;
    audit::note_now(&tx, "user_enabled", json!({ "user": person.name }))?;
    let user = with_territories(&tx, person)?;
    tx.commit()?;
    Ok(user)
}

/// Removes a person: one whose devices never joined is deleted, and one who has written is disabled and loses the last
/// territory.
///
/// # Errors
/// [`AdminError::NoUser`], or [`AdminError::Store`].
pub fn remove_user(store: &Store, name: &str, now_ms: i64) -> Result<Removal, AdminError> {
    let tx = store.write()?;
    let person = find_person(&tx, name)?;
    let joined = tx.devices()?.iter().any(|device| device.person == person.id);
    let removal = if joined {
        disable(&tx, &person, now_ms)?;
        for territory in tx.territories_of(person.id)? {
            tx.withdraw_territory(person.id, territory, now_ms)?;
        }
        Removal::Disabled
    } else {
        tx.delete_person(person.id)?;
        Removal::Deleted
    };
    audit::note(&tx, now_ms, "user_removed", json!({ "user": person.name }))?;
    tx.commit()?;
    Ok(removal)
}

/// The join codes that can still be used at `now_ms`, the first to expire first.
///
/// # Errors
/// [`AdminError::Store`].
pub fn open_codes(store: &Store, now_ms: i64) -> Result<Vec<OpenCode>, AdminError> {
    let codes = store.read()?.open_codes(now_ms)?.into_iter();
    let open = codes.map(|(hash, user, expires_at_ms)| OpenCode {
        id: code_id(&hash),
        user,
        expires_at_ms,
    });
    Ok(open.collect())
}

/// Cancels an unused join code by its id.
///
/// # Errors
/// [`AdminError::NoCode`], or [`AdminError::Store`].
pub fn cancel_code(store: &Store, id: &str, now_ms: i64) -> Result<OpenCode, AdminError> {
    let tx = store.write()?;
    let mut codes = tx.open_codes(now_ms)?.into_iter();
    let found = codes.find(|(hash, ..)| code_id(hash) == id.trim().to_lowercase());
    let (hash, user, expires_at_ms) = found.ok_or_else(|| AdminError::NoCode { id: id.to_owned() })?;
    tx.void_code(&hash, now_ms)?;
    audit::note(&tx, now_ms, "code_cancelled", json!({ "user": user }))?;
    tx.commit()?;
    Ok(OpenCode {
        id: code_id(&hash),
        user,
        expires_at_ms,
    })
}

fn disable(tx: &Tx<'_>, person: &Person, now_ms: i64) -> Result<(), AdminError> {
    if tx.person_state(person.id)? == PersonState::Active {
        tx.set_disabled(person.id, Some(now_ms))?;
    }
    tx.revoke_devices(person.id, now_ms)?;
    Ok(tx.void_codes(person.id, now_ms)?)
}

/// The person with the names of their territories, home first.
fn with_territories(tx: &Tx<'_>, person: Person) -> Result<User, AdminError> {
    let mut held = Vec::new();
    for id in tx.territories_of(person.id)? {
        held.extend(tx.territory(id)?);
    }
    held.sort_by_key(|territory| territory.id != person.home);
    Ok(to_user(person, held))
}

fn code_id(hash: &[u8; 32]) -> String {
    use std::fmt::Write as _;
    hash[..4].iter().fold(String::new(), |mut id, byte| {
        write!(id, "{byte:02x}").expect("writing to a string cannot fail");
        id
    })
}
