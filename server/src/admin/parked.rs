//! Changes that wait for a decision: read, applied or discarded, whole or field by field.

use std::collections::BTreeSet;

use fieldbook_model::clock::Random;
use fieldbook_model::doc::{Document, read_change};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::{Fields, Kind, Scalar};

use super::AdminError;
use crate::service::{NotApplied, apply_fields};
use crate::store::{Store, StoreError, Tx, WaitingChange, WaitsFor};

/// The fewest digits of an id that may be typed.
const ID_DIGITS_MIN: usize = 8;

/// A change that waits, in the administrator's list.
#[derive(Debug, Clone, PartialEq)]
pub struct ParkedEdit {
    /// The hash of the change in hexadecimal; its first eight digits or more name it.
    pub id: String,
    /// The record that it changes.
    pub record: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The reason why it waits.
    pub why: WaitsFor,
    /// The name of its author.
    pub by: String,
    /// The time at which it was made, by its author's phone, in Unix milliseconds.
    pub at_ms: i64,
    /// The time at which it was received, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The name of the record's territory; `None` if the record is not here.
    pub territory: Option<String>,
    /// The people for whom it waits: those who see the territory.
    pub waits_for: Vec<String>,
    /// Its fields that are not settled yet.
    pub fields: Vec<ParkedField>,
}

/// A field of a change that waits.
#[derive(Debug, Clone, PartialEq)]
pub struct ParkedField {
    /// The name of the field.
    pub field: String,
    /// The value that the change gives it.
    pub value: Scalar,
    /// The value that the record shows now.
    pub shown: Option<Scalar>,
}

/// The decision about a change that waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Write it into the record, as an edit of its author made now.
    Apply,
    /// Leave the record as it is.
    Discard,
}

/// All changes that wait, the oldest first.
///
/// # Errors
/// [`AdminError::Store`].
pub fn parked(store: &Store) -> Result<Vec<ParkedEdit>, AdminError> {
    let tx = store.read()?;
    let waiting = tx.all_waiting()?;
    waiting.iter().map(|change| parked_edit(&tx, change)).collect()
}

/// Applies or discards a change that waits, or one field of it. Its author is told with the next sync once no field of it
/// waits.
///
/// # Errors
/// [`AdminError::NoParked`], [`AdminError::NoParkedField`], [`AdminError::NotApplied`] if the record does not take it, or
/// [`AdminError::Store`].
pub fn settle_parked(
    store: &Store,
    id: &str,
    field: Option<&str>,
    decision: Decision,
    now_ms: i64,
    random: &dyn Random,
) -> Result<ParkedEdit, AdminError> {
    let tx = store.write()?;
    let change = find(&tx, id)?;
    let edit = parked_edit(&tx, &change)?;
    let chosen: Fields = edit
        .fields
        .iter()
        .filter(|waiting| field.is_none_or(|field| field == waiting.field))
        .map(|waiting| (waiting.field.clone(), waiting.value.clone()))
        .collect();
    if chosen.0.is_empty() {
        return Err(AdminError::NoParkedField {
            id: edit.id,
            field: field.unwrap_or_default().to_owned(),
        });
    }
    if decision == Decision::Apply {
        apply_fields(&tx, &change, &chosen, now_ms, random).map_err(|why| match why {
            NotApplied::NoRecord => AdminError::NotApplied { reason: None },
            NotApplied::Refused(reason) => AdminError::NotApplied { reason: Some(reason) },
            NotApplied::Store(error) => error.into(),
        })?;
    }
    for name in chosen.0.keys() {
        tx.settle_field(change.hash, name, decision == Decision::Apply, now_ms)?;
    }
    if chosen.0.len() == edit.fields.len() {
        tx.set_settled(change.hash, now_ms)?;
    }
    super::audit::note(
        &tx,
        now_ms,
        match decision {
            Decision::Apply => "parked_applied",
            Decision::Discard => "parked_discarded",
        },
        serde_json::json!({
            "id": edit.id, "record": edit.record.to_string(), "fields": chosen.0.keys().collect::<Vec<_>>(),
        }),
    )?;
    tx.commit()?;
    Ok(edit)
}

fn find(tx: &Tx<'_>, id: &str) -> Result<WaitingChange, AdminError> {
    let wanted = id.trim().to_lowercase();
    let missing = || AdminError::NoParked { id: id.to_owned() };
    if wanted.len() < ID_DIGITS_MIN {
        return Err(missing());
    }
    let mut found = tx.all_waiting()?.into_iter();
    let mut matching = found
        .by_ref()
        .filter(|change| change.hash.to_string().starts_with(&wanted));
    match (matching.next(), matching.next()) {
        (Some(change), None) => Ok(change),
        _ => Err(missing()),
    }
}

fn parked_edit(tx: &Tx<'_>, change: &WaitingChange) -> Result<ParkedEdit, AdminError> {
    let edit = read_change(&change.bytes).ok_or(StoreError::Damaged { what: "parked.bytes" })?;
    let settled: BTreeSet<String> = tx
        .settled_fields(change.hash)?
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    let record = tx.record(change.record)?;
    let shown = match &record {
        Some(record) => {
            let damaged = StoreError::Damaged {
                what: "record.document",
            };
            let document = Document::load(&record.document).map_err(|_| damaged)?;
            document.project(change.kind).fields
        }
        None => Fields::new(),
    };
    let territory = match &record {
        Some(record) => tx.territory(record.header.territory)?,
        None => None,
    };
    let waiting = edit
        .fields
        .0
        .into_iter()
        .filter(|(field, _)| !settled.contains(field));
    Ok(ParkedEdit {
        id: change.hash.to_string(),
        record: change.record,
        kind: change.kind,
        why: change.why,
        by: tx.name_of(edit.by)?,
        at_ms: edit.at.ms(),
        received_at_ms: change.received_at_ms,
        waits_for: match &territory {
            Some(territory) if territory.id != TerritoryId::COMPANY => tx.people_of(territory.id)?,
            _ => Vec::new(),
        },
        territory: territory.map(|territory| territory.name),
        fields: waiting
            .map(|(field, value)| ParkedField {
                shown: shown.value(&field).cloned(),
                field,
                value,
            })
            .collect(),
    })
}
