//! The one way in which this device writes: a change, the document with it, the row derived from that, and the outbox.

use std::borrow::Cow;

use super::{Book, BookError};
use crate::store::{
    EditTime, Listing, Prior, Reading, StoreError, Stored, Unreadable, Unsent, Upsert, Write,
};
use fieldbook_model::clock::Stamp;
use fieldbook_model::doc::{self, Change, Document, Projection};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::schema::{self, FieldFault};
use fieldbook_model::wire::digest;
use fieldbook_model::{CustomField, Fields, Kind, Record, Scalar};

/// From how many chunks on a document whose changes are all sent is folded into a snapshot.
const CHUNKS_MAX: usize = 12;

/// From how many bytes behind its first chunk on such a document is folded, too: a few edits of a long note.
const CHUNK_BYTES_MAX: usize = 64 << 10;

/// From how many bytes on the edits of one record that have never left this device are written as fewer.
const UNSEEN_BYTES_MAX: u64 = 64 << 10;

/// The newest edits, of so many bytes in all, stay as they were made.
const KEPT_BYTES: usize = 32 << 10;

/// The author, time and home territory of a transaction's writes.
#[derive(Clone, Copy)]
pub(super) struct WriteContext {
    pub(super) actor: fieldbook_model::ids::ActorId,
    pub(super) now_ms: i64,
    /// The clocks of the device at that time; `None` if the time was given by hand.
    pub(super) reading: Option<Reading>,
    pub(super) home: TerritoryId,
}

impl Book {
    /// The context of a write that happens now.
    pub(super) fn write_context(&self) -> WriteContext {
        let identity = self.identity();
        let reading = self.reading(&identity);
        WriteContext {
            actor: identity.actor,
            now_ms: identity.server_time(&reading),
            reading: (!self.time_given).then_some(reading),
            home: identity.home(),
        }
    }

    /// Checks the custom fields of a patch against the company's declarations.
    pub(super) fn check_custom(&self, kind: Kind, patch: &Fields) -> Result<(), BookError> {
        if patch.members("x/").next().is_none() {
            return Ok(());
        }
        let listing = Listing {
            kind: Kind::CustomField,
            account: None,
            deleted: crate::store::Deleted::Hide,
            after: None,
            limit: 1_000,
        };
        let declared: Vec<CustomField> = self
            .store
            .page(&listing)?
            .into_iter()
            .map(|r| r.fields.into())
            .collect();
        for (name, value) in patch.members("x/") {
            let key = format!("x/{name}");
            let field = declared
                .iter()
                .find(|field| field.on == Some(kind) && field.name == name);
            let field = field.ok_or_else(|| FieldFault::new(&key, schema::Why::Unknown))?;
            field.check(value).map_err(|why| FieldFault::new(&key, why))?;
        }
        Ok(())
    }

    /// Applies `patch` to a record in an act of its own.
    pub(super) fn edit(&self, id: RecordId, patch: &Fields) -> Result<Record, BookError> {
        let context = self.write_context();
        let edited = self.transaction(|write| {
            let stored = write.stored(id)?.ok_or(BookError::NoSuchRecord { id })?;
            edit(write, context, stored, patch)
        });
        if matches!(edited, Err(BookError::Store(StoreError::Damaged))) {
            self.ask_again(id)?;
        }
        edited
    }

    /// Has the next sync ask for a record whose document is damaged here.
    fn ask_again(&self, id: RecordId) -> Result<(), BookError> {
        let since_ms = self.now_ms();
        self.transaction(|write| {
            let Some(stored) = write.stored(id)? else {
                return Ok(());
            };
            let (kind, territory, seq) = (stored.record.kind, stored.record.territory, stored.seq);
            let scope = write.scope(territory)?;
            let (Err(_), Some(mut scope), true) = (load(&stored.document), scope, seq > 0) else {
                return Ok(());
            };
            scope.checksum ^= digest(id, seq);
            scope.compare_buckets = true;
            write.put_scope(&scope)?;
            write.forget_number(id)?;
            Ok(write.put_unreadable(&Unreadable {
                record: id,
                kind,
                territory,
                seq,
                since_ms,
            })?)
        })
    }
}

/// Makes a new record as part of an act.
pub(super) fn create(
    write: &mut Write<'_>,
    context: WriteContext,
    id: RecordId,
    kind: Kind,
    fields: &Fields,
) -> Result<(), StoreError> {
    let change = doc::create(context.actor, Stamp::default().next(context.now_ms), fields);
    let shown = without_cleared(fields);
    write.put(&Upsert {
        id,
        kind,
        territory: if kind.is_company_wide() {
            TerritoryId::COMPANY
        } else {
            context.home
        },
        seq: 0,
        unsent: 1,
        document: &change.bytes,
        fields: shown.as_ref(),
        conflicts: &[],
        before: Prior::New,
    })?;
    queue(write, context, (id, kind), change)
}

/// The fields that have a value; most often all of them do.
fn without_cleared(fields: &Fields) -> Cow<'_, Fields> {
    if fields.0.values().all(|value| *value != Scalar::Cleared) {
        return Cow::Borrowed(fields);
    }
    let mut shown = fields.clone();
    shown.drop_cleared();
    Cow::Owned(shown)
}

/// Applies a patch to a record as part of an act; what already stands so is left alone.
pub(super) fn edit(
    write: &mut Write<'_>,
    context: WriteContext,
    stored: Stored,
    patch: &Fields,
) -> Result<Record, BookError> {
    let record = &stored.record;
    let mut loaded = load(&stored.document)?;
    let before = compacted(&loaded, &stored.document.bytes, record.unsent);
    let stamp = loaded.latest(context.now_ms).next(context.now_ms);
    let Some(change) = loaded.edit(record.kind, context.actor, stamp, patch) else {
        return Ok(stored.record);
    };
    let mut bytes = [before.as_ref(), &change.bytes].concat();
    queue(write, context, (record.id, record.kind), change)?;
    if let Some(folded) = folded(write, record, &bytes)? {
        (bytes, loaded) = folded;
    }
    if bytes.len() > doc::gate::DOCUMENT_BYTES_MAX {
        return Err(BookError::RecordFull { id: record.id });
    }
    let Projection {
        mut fields,
        conflicts,
    } = loaded.project(record.kind);
    fields.drop_cleared();
    write.put(&Upsert {
        id: record.id,
        kind: record.kind,
        territory: record.territory,
        seq: stored.seq,
        unsent: write.unsent_count(record.id)?,
        document: &bytes,
        fields: &fields,
        conflicts: &conflicts,
        before: Prior::Known(&stored),
    })?;
    Ok(Record {
        deleted: fields.is_true("deleted"),
        unsent: true,
        conflicts: u32::try_from(conflicts.len()).unwrap_or(u32::MAX),
        fields,
        ..stored.record
    })
}

/// Applies patches to a record, each as one change in its own context, as part of an act. The document is loaded and stored once.
pub(super) fn edit_all(
    write: &mut Write<'_>,
    stored: &Stored,
    patches: &[(Fields, WriteContext)],
) -> Result<(), BookError> {
    let record = &stored.record;
    let mut loaded = load(&stored.document)?;
    let mut bytes = stored.document.bytes.clone();
    for (patch, context) in patches {
        let stamp = loaded.latest(context.now_ms).next(context.now_ms);
        let Some(change) = loaded.edit(record.kind, context.actor, stamp, patch) else {
            continue;
        };
        bytes.extend_from_slice(&change.bytes);
        queue(write, *context, (record.id, record.kind), change)?;
    }
    if let Some(folded) = folded(write, record, &bytes)? {
        (bytes, loaded) = folded;
    }
    if bytes.len() > doc::gate::DOCUMENT_BYTES_MAX {
        return Err(BookError::RecordFull { id: record.id });
    }
    let mut projection = loaded.project(record.kind);
    projection.fields.drop_cleared();
    Ok(write.put(&Upsert {
        id: record.id,
        kind: record.kind,
        territory: record.territory,
        seq: stored.seq,
        unsent: write.unsent_count(record.id)?,
        document: &bytes,
        fields: &projection.fields,
        conflicts: &projection.conflicts,
        before: Prior::Known(stored),
    })?)
}

/// Loads a document that the store has handed out.
pub(super) fn load(document: &crate::store::Document) -> Result<Document, StoreError> {
    let loaded = document
        .sound
        .then(|| Document::load(&document.bytes).ok())
        .flatten();
    loaded.ok_or(StoreError::Damaged)
}

/// The stored bytes, as a snapshot when they have become many chunks or long ones and all changes are sent.
fn compacted<'b>(loaded: &Document, stored: &'b [u8], unsent: bool) -> Cow<'b, [u8]> {
    let many = |chunks: Vec<&[u8]>| {
        let behind: usize = chunks.iter().skip(1).map(|chunk| chunk.len()).sum();
        chunks.len() >= CHUNKS_MAX || behind > CHUNK_BYTES_MAX
    };
    if !unsent && doc::gate::chunks(stored).is_ok_and(many) {
        let snapshot = loaded.snapshot();
        if Document::load(&snapshot).is_ok_and(|again| again.heads() == loaded.heads()) {
            return Cow::Owned(snapshot);
        }
    }
    Cow::Borrowed(stored)
}

/// A document with fewer changes in place of those that have never left this device, in the outbox too, once these have
/// become many. The values shown stay the same.
fn folded(
    write: &mut Write<'_>,
    record: &Record,
    bytes: &[u8],
) -> Result<Option<(Vec<u8>, Document)>, StoreError> {
    if write.unseen_bytes(record.id)? <= UNSEEN_BYTES_MAX {
        return Ok(None);
    }
    let unseen = write.unseen(record.id)?;
    let Some(folded) = doc::fold(bytes, record.kind, &unseen, KEPT_BYTES) else {
        return Ok(None);
    };
    for (was, change) in &folded.changes {
        let change = change
            .as_ref()
            .map(|change| (change.hash, change.bytes.as_slice()));
        write.replace_unseen(record.id, *was, change)?;
    }
    Ok(Some((folded.bytes, folded.document)))
}

/// Puts a change of a record into the outbox, with the time at which it was made.
pub(super) fn queue(
    write: &mut Write<'_>,
    context: WriteContext,
    (record, kind): (RecordId, Kind),
    change: Change,
) -> Result<(), StoreError> {
    if let Some(reading) = context.reading {
        write.put_edit_time(&EditTime {
            hash: change.hash,
            record,
            made_at_ms: context.now_ms,
            reading,
        })?;
    }
    write.queue(&Unsent {
        record,
        kind,
        hash: change.hash,
        bytes: change.bytes,
        made_at_ms: context.now_ms,
        sent: false,
    })
}
