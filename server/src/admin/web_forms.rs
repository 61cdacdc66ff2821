//! Forms on web pages that send leads: `POST /v1/leads`.

use fieldbook_model::Role;
use fieldbook_model::clock::Random;
use fieldbook_model::ids::{ActorId, DeviceId};
use serde_json::json;

use super::people::insert_user;
use super::{AdminError, audit};
use crate::service::{generate_join_code, hash_join_code, random_uuid};
use crate::store::{Device, PersonState, Store, WebForm};

/// A new form. Only this value has its token in plain text: the database holds a hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuedForm {
    /// The name of the form, that of a person of its own.
    pub name: String,
    /// The token that the page sends with each lead.
    pub token: String,
}

/// A form as the list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedForm {
    /// The name of the form.
    pub name: String,
    /// The source of its leads.
    pub source: String,
    /// True if it takes no leads any more: its person is disabled, or its device revoked.
    pub is_closed: bool,
}

/// Adds a form whose leads begin in a territory, with `source` as their source, or else the name of the form.
///
/// The form is a person of its own: leads name it as their author, and disabling the person closes it.
///
/// # Errors
/// [`AdminError::NoName`], [`AdminError::UserExists`], [`AdminError::NoTerritory`], or [`AdminError::Store`].
pub fn add_web_form(
    store: &Store,
    name: &str,
    territory: &str,
    source: Option<&str>,
    now_ms: i64,
    random: &dyn Random,
) -> Result<IssuedForm, AdminError> {
    let tx = store.write()?;
    let user = insert_user(&tx, name, Role::Rep, &[territory], random)?;
    // Nobody has the private key of a public key that was drawn: the device cannot sync.
    let mut key = [0; 32];
    random.fill(&mut key);
    let device = DeviceId(random_uuid(random));
    tx.put_device(&Device {
        id: device,
        person: user.id,
        key,
        request_key: None,
        name: "web form".to_owned(),
        joined_at_ms: now_ms,
        seen_at_ms: now_ms,
        revoked_at_ms: None,
        answered_at_ms: 0,
        wipe_ordered_at_ms: None,
        wiped_at_ms: None,
    })?;
    tx.bind_office_actor(ActorId(random_uuid(random)), device, now_ms)?;
    let token = generate_join_code(random);
    let source = source.map(str::trim).filter(|source| !source.is_empty());
    tx.put_web_form(&WebForm {
        token: hash_join_code(&token),
        device,
        source: source.unwrap_or(&user.name).to_owned(),
    })?;
    let details = json!({ "name": user.name, "territory": territory, "source": source });
    audit::note(&tx, now_ms, "web_form_added", details)?;
    tx.commit()?;
    Ok(IssuedForm {
        name: user.name,
        token,
    })
}

/// All forms.
///
/// # Errors
/// [`AdminError::Store`].
pub fn web_forms(store: &Store) -> Result<Vec<ListedForm>, AdminError> {
    let tx = store.read()?;
    let mut listed = Vec::new();
    for form in tx.web_forms()? {
        let Some(device) = tx.device(form.device)? else {
            continue;
        };
        let Some(person) = tx.person(device.person)? else {
            continue;
        };
        let is_disabled = tx.person_state(person.id)? == PersonState::Disabled;
        listed.push(ListedForm {
            name: person.name,
            source: form.source,
            is_closed: is_disabled || device.revoked_at_ms.is_some(),
        });
    }
    Ok(listed)
}
