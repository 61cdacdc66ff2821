//! Erasure of a contact: from the office, its history and the phones.

use fieldbook_model::ids::RecordId;
use fieldbook_model::wire::Row;
use fieldbook_model::{Fields, Kind, Scalar};
use serde_json::json;

use super::{AdminError, Device, audit, devices};
use crate::service::SequenceAllocator;
use crate::store::{Store, Tx};

/// The fewest characters of a name, number or address that are looked for in other records.
const WORD_CHARS_MIN: usize = 4;

/// The result of an erasure, and where it does not reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Erasure {
    /// The contact.
    pub record: RecordId,
    /// Other records in whose text the person's name, number or address stands: to be edited by hand.
    pub mentioned_in: Vec<(RecordId, Kind)>,
    /// The devices that may sync and hold the contact until their next sync.
    pub until_next_sync: Vec<Device>,
    /// The devices that were revoked: what they hold cannot be erased.
    pub out_of_reach: Vec<Device>,
    /// True if the database holds no trace any more; false if requests in progress kept its log in use, and the command is
    /// to be repeated.
    pub file_is_clean: bool,
}

/// Erases a contact with its whole history. Devices remove it with their next sync, with what they had not sent of it, and
/// nothing of it is taken again. Doing it again cleans the file once more.
///
/// # Errors
/// [`AdminError::NoContact`], or [`AdminError::Store`].
pub fn erase_contact(store: &Store, id: RecordId, now_ms: i64) -> Result<Erasure, AdminError> {
    let tx = store.write()?;
    let record = tx
        .record(id)?
        .filter(|record| record.header.kind == Kind::Contact);
    let mut mentioned_in = Vec::new();
    match record {
        Some(record) => {
            mentioned_in = mentions(&tx, id)?;
            let mut sequence = SequenceAllocator::new(&tx);
            sequence.remove(&record.header, now_ms)?;
            sequence.flush()?;
            tx.erase_record(&record.header, now_ms)?;
        }
        None if tx.is_erased(id)? => {}
        None => return Err(AdminError::NoContact { id }),
    }
    audit::note(&tx, now_ms, "contact_erased", json!({ "record": id.to_string() }))?;
    tx.commit()?;
    let (active, revoked): (Vec<Device>, Vec<Device>) = devices(store)?
        .into_iter()
        .partition(|device| device.revoked_at_ms.is_none());
    Ok(Erasure {
        record: id,
        mentioned_in,
        until_next_sync: active,
        out_of_reach: revoked,
        file_is_clean: store.forget_deleted()?,
    })
}

/// The other records whose text has the name, a number or an address of the contact.
fn mentions(tx: &Tx<'_>, contact: RecordId) -> Result<Vec<(RecordId, Kind)>, AdminError> {
    let mut words = Vec::new();
    tx.for_each_row(|id, _, row| {
        if id == contact {
            words.extend(words_of(row));
        }
    })?;
    let mut found = Vec::new();
    tx.for_each_row(|id, kind, row| {
        if id != contact && names(row, &words) {
            found.push((id, kind));
        }
    })?;
    Ok(found)
}

fn fields_of(row: &[u8]) -> Fields {
    Row::decode(row).map(|row| row.fields).unwrap_or_default()
}

fn words_of(row: &[u8]) -> Vec<String> {
    let fields = fields_of(row);
    let personal = ["name", "phone", "email"].into_iter();
    let texts = personal.filter_map(|field| fields.text(field));
    texts
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= WORD_CHARS_MIN)
        .collect()
}

fn names(row: &[u8], words: &[String]) -> bool {
    fields_of(row).0.values().any(|value| match value {
        Scalar::Text(text) => {
            let text = text.to_lowercase();
            words.iter().any(|word| text.contains(word))
        }
        _ => false,
    })
}
