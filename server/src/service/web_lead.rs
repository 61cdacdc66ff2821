//! A lead from a form on a web page.

use std::collections::BTreeMap;

use fieldbook_model::clock::Stamp;
use fieldbook_model::doc::create;
use fieldbook_model::doc::gate::Refusal;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldFault};
use fieldbook_model::wire::{Blob, ChangeOutcome, Push};
use fieldbook_model::{Fields, Kind};
use sha2::{Digest, Sha256};

use super::auth::Principal;
use super::deal_moves::Company;
use super::push::{PushApplier, load_state};
use super::review::ReviewContext;
use super::{SequenceAllocator, hash_join_code};
use crate::store::{PersonState, Store, StoreError};

/// The inputs of a form that are taken, each with the field that it fills. Others are left out: a page has inputs of its own.
const INPUTS: [(&str, &str); 9] = [
    ("name", "name"),
    ("company", "company"),
    ("phone", "phone"),
    ("email", "email"),
    ("city", "city"),
    ("campaign", "campaign"),
    ("utm_campaign", "campaign"),
    ("budget_tier", "budget_tier"),
    ("message", "remark"),
];

/// Milliseconds of a day: the same inputs on one day are one lead.
const DAY_MS: i64 = 86_400_000;

/// A lead that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenLead {
    /// The lead.
    pub id: RecordId,
    /// False if the same inputs came before on this day.
    pub is_new: bool,
}

/// The reason why a lead from a form was not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebLeadError {
    /// No form has this token, or it is closed.
    #[error("there is no such form")]
    NoForm,
    /// An input is absent or too long.
    #[error(transparent)]
    Field(#[from] FieldFault),
    /// The record was refused.
    #[error("refused: {0}")]
    Refused(Refusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Takes a lead from the form with `token`. Its source is that of the form, whatever the inputs say.
///
/// The same inputs of one form on one day (UTC) are one lead, so a page may send again what was not answered.
///
/// # Errors
/// [`WebLeadError`]; nothing was written then.
pub fn take_web_lead(
    store: &Store,
    token: &str,
    inputs: &BTreeMap<String, String>,
    now_ms: i64,
) -> Result<TakenLead, WebLeadError> {
    let tx = store.write()?;
    let token = hash_join_code(token);
    let form = tx.web_form(&token)?.ok_or(WebLeadError::NoForm)?;
    let device = tx.device(form.device)?.ok_or(WebLeadError::NoForm)?;
    if device.revoked_at_ms.is_some() || tx.person_state(device.person)? == PersonState::Disabled {
        return Err(WebLeadError::NoForm);
    }
    let actor = tx.office_actor(device.id)?.ok_or(StoreError::Damaged {
        what: "web_form.device",
    })?;
    let fields = fields_of(inputs, &form.source);
    schema::check_new(Kind::Lead, &fields)?;
    let id = id_of(&token, inputs, now_ms);
    if tx.record_header(id)?.is_some() {
        return Ok(TakenLead { id, is_new: false });
    }
    let principal = Principal::load(&tx, device)?;
    let company = Company::load(&tx, [Kind::Lead])?;
    let context = ReviewContext {
        actors: &[actor.id],
        role: principal.person.role,
        name: &principal.person.name,
        now_ms,
        company: &company,
        restarting: false,
        answered_at_ms: i64::MIN,
        was_restored: false,
    };
    let change = create(actor.id, Stamp::default().next(now_ms), &fields);
    let push = Push {
        kind: Kind::Lead,
        id,
        changes: vec![Blob(change.bytes)],
        again: None,
    };
    let state = load_state(&tx, &principal, id)?;
    let review = context.review(&push, &state)?;
    if let Some(ChangeOutcome::Refused(refusal)) = review.verdicts.first() {
        return Err(WebLeadError::Refused(*refusal));
    }
    let mut sequence = SequenceAllocator::new(&tx);
    let mut applier = PushApplier {
        tx: &tx,
        sequence: &mut sequence,
        principal: &principal,
        context: &context,
        now_ms,
    };
    applier.apply_all(&[push], vec![state], vec![review])?;
    sequence.flush()?;
    tx.commit()?;
    Ok(TakenLead { id, is_new: true })
}

fn fields_of(inputs: &BTreeMap<String, String>, source: &str) -> Fields {
    let mut fields = Fields::new().with("source", source);
    for (input, field) in INPUTS {
        let stated = inputs
            .get(input)
            .map(|text| text.trim())
            .filter(|text| !text.is_empty());
        if let Some(text) = stated
            && fields.text(field).is_none()
        {
            fields.set(field, text);
        }
    }
    // A person who leaves only an address is called by it.
    if fields.text("name").is_none()
        && let Some(name) = ["company", "email", "phone"]
            .iter()
            .find_map(|key| fields.text(key))
    {
        let name = name.to_owned();
        fields.set("name", name);
    }
    fields
}

fn id_of(token: &[u8; 32], inputs: &BTreeMap<String, String>, now_ms: i64) -> RecordId {
    let mut hash = Sha256::new();
    hash.update(b"fieldbook-web-lead\0");
    hash.update(token);
    for (name, value) in inputs {
        for part in [name, value] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    let day_ms = now_ms.div_euclid(DAY_MS).saturating_mul(DAY_MS);
    RecordId::from_hash(day_ms, &hash.finalize().into())
}
