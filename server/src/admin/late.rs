//! Edits that were taken late: made before a hand-over, by what they say, and received after it. For managers to look at.

use fieldbook_model::Kind;
use fieldbook_model::doc::{Document, Edit, read_change};
use fieldbook_model::ids::RecordId;

use super::AdminError;
use crate::store::{LateChange, Store, StoreError, Tx};

/// The most edits that are listed.
const LISTED_MAX: u32 = 1_000;

/// An edit that was taken late.
#[derive(Debug, Clone, PartialEq)]
pub struct LateEdit {
    /// The record that it changes.
    pub record: RecordId,
    /// The kind of the record.
    pub kind: Kind,
    /// The name of its author.
    pub by: String,
    /// The time at which it was made, by what it says, in Unix milliseconds.
    pub at_ms: i64,
    /// The time at which it was received, in Unix milliseconds.
    pub received_at_ms: i64,
    /// The names of the fields that it wrote.
    pub fields: Vec<String>,
}

/// The edits that were taken late, the latest received first.
///
/// # Errors
/// [`AdminError::Store`].
pub fn late_edits(store: &Store) -> Result<Vec<LateEdit>, AdminError> {
    let tx = store.read()?;
    let changes = tx.all_late_changes(LISTED_MAX)?;
    changes.iter().map(|change| late_edit(&tx, change)).collect()
}

fn late_edit(tx: &Tx<'_>, change: &LateChange) -> Result<LateEdit, AdminError> {
    let edit = match &change.bytes {
        Some(bytes) => read_change(bytes),
        None => first_edit(tx, change)?,
    };
    let edit = edit.ok_or(StoreError::Damaged { what: "change.bytes" })?;
    Ok(LateEdit {
        record: change.record,
        kind: change.kind,
        by: tx.name_of(edit.by)?,
        at_ms: edit.at.ms(),
        received_at_ms: change.received_at_ms,
        fields: edit.fields.0.into_keys().collect(),
    })
}

/// A record's first change, which its document holds.
fn first_edit(tx: &Tx<'_>, change: &LateChange) -> Result<Option<Edit>, AdminError> {
    let Some(record) = tx.record(change.record)? else {
        return Ok(None);
    };
    let document = Document::load(&record.document).map_err(|_| StoreError::Damaged {
        what: "record.document",
    })?;
    Ok(document
        .history()
        .into_iter()
        .find(|edit| edit.change == change.hash))
}
