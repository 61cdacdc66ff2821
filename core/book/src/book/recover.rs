//! A book in the place of a damaged one.

use std::path::PathBuf;

use super::OpenOptions;
use crate::store::{Prior, Salvaged, Store, StoreError, Unsent, Upsert, Write, salvage};
use fieldbook_model::Kind;
use fieldbook_model::doc::Document;
use fieldbook_model::ids::{RecordId, TerritoryId};

/// The recovery of a damaged file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recovery {
    /// Path of the damaged file now.
    pub moved_to: PathBuf,
    /// Number of records in the new file.
    pub records: u32,
    /// Number of unsent edits in the new file.
    pub unsent: u32,
    /// Number of fixes of the rep's track in the new file.
    pub fixes: u32,
}

impl super::Book {
    /// The recovery by which this book was opened from a damaged file; `None` if the file was sound.
    pub fn recovery(&self) -> Option<&Recovery> {
        self.recovery.as_ref()
    }
}

/// Moves the damaged file aside and makes a book of what could be read. What the server has comes back with the next sync.
pub(super) fn recover(options: &OpenOptions) -> Result<(Store, Recovery), StoreError> {
    let salvaged = salvage(&options.path, options.key.as_ref())?;
    let store = Store::open(&options.path, options.key.as_ref(), options.wait)?;
    let recovery = store.transaction(|write| refill(write, &salvaged))?;
    Ok((store, recovery))
}

fn refill(write: &mut Write<'_>, salvaged: &Salvaged) -> Result<Recovery, StoreError> {
    for (name, value) in &salvaged.settings {
        write.put_setting(name, value)?;
    }
    for link in &salvaged.links {
        write.add_link(link)?;
    }
    let fixes = write.add_saved(&salvaged.track)?;
    let fixes = u32::try_from(fixes).unwrap_or(u32::MAX);
    // The names of authors are not salvaged: they are asked for again.
    write.put_setting("people_cursor", &0i64.to_le_bytes())?;
    let mut records = 0;
    for found in &salvaged.documents {
        let unsent: Vec<&Unsent> = salvaged
            .unsent
            .iter()
            .filter(|change| change.record == found.id)
            .collect();
        records += u32::from(refill_record(
            write,
            found.id,
            found.kind,
            found.territory,
            &found.document,
            &unsent,
        )?);
    }
    let mut unsent = 0;
    for change in &salvaged.unsent {
        // A record whose document is lost, but whose changes are all unsent, is whole again from those.
        let known = salvaged.documents.iter().any(|found| found.id == change.record);
        let first = salvaged.unsent.iter().find(|other| other.record == change.record) == Some(change);
        if !known && first {
            let own: Vec<&Unsent> = salvaged
                .unsent
                .iter()
                .filter(|other| other.record == change.record)
                .collect();
            let bytes: Vec<u8> = own.iter().flat_map(|change| change.bytes.clone()).collect();
            records += u32::from(refill_record(
                write,
                change.record,
                change.kind,
                TerritoryId::UNJOINED,
                &bytes,
                &own,
            )?);
        }
        write.queue(change)?;
        unsent += 1;
    }
    Ok(Recovery {
        moved_to: salvaged.moved_to.clone(),
        records,
        unsent,
        fixes,
    })
}

/// Writes one record of what was read; `false` when its document does not load.
fn refill_record(
    write: &mut Write<'_>,
    id: RecordId,
    kind: Kind,
    territory: TerritoryId,
    bytes: &[u8],
    unsent: &[&Unsent],
) -> Result<bool, StoreError> {
    let Ok(document) = Document::load(bytes) else {
        return Ok(false);
    };
    let projection = document.project(kind);
    let mut fields = projection.fields;
    fields.drop_cleared();
    write.put(&Upsert {
        id,
        kind,
        territory,
        seq: 0,
        unsent: u32::try_from(unsent.len()).unwrap_or(u32::MAX),
        document: bytes,
        fields: &fields,
        conflicts: &projection.conflicts,
        before: Prior::Unknown,
    })?;
    Ok(true)
}
