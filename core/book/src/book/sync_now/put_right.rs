//! Edits whose clock proved wrong are written again under the time at which they were made.
//!
//! Before unsent edits go out the server's time is known, and those that it contradicts are written again ([`Book::put_right`]).
//! The server's clock may be wrong as well, and its edits are accepted then: once it has told another time for an hour, they are
//! stated again ([`Book::state_again`]), beside what others have written meanwhile.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::SyncError;
use super::request::Call;
use crate::book::Book;
use crate::book::edit::{WriteContext, load, queue};
use crate::book::server_time::Present;
use crate::store::{EditTime, Prior, StoreError, Stored, Upsert, Write};
use crate::sync::Transport;
use fieldbook_model::Kind;
use fieldbook_model::clock::Stamp;
use fieldbook_model::doc::{self, Document, read_change};
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId};

/// Time in milliseconds for which the server's answers must agree before accepted edits are judged by them.
const STEADY_MS: i64 = 3_600_000;

/// Time in milliseconds for which the clocks of accepted edits are kept.
const KEPT_MS: i64 = 7 * 86_400_000;

impl Book {
    /// Asks for the server's time if edits wait and it is not known.
    ///
    /// # Errors
    /// [`SyncError`] without a connection. Any other failure is that of the request which follows.
    pub(super) fn ask_time_if_unknown(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        timeout: Duration,
    ) -> Result<(), SyncError> {
        if self.time_given || self.knows_time() || self.store.unsent()?.0 == 0 {
            return Ok(());
        }
        match self.ask_time(transport, call.url, timeout) {
            Err(error) if error.is_connection() => Err(error),
            _ => Ok(()),
        }
    }

    /// Writes the unsent edits again whose time the clocks contradict. Returns their number.
    pub(super) fn put_right(&self) -> Result<u32, SyncError> {
        let present = self.present();
        let mut wrong: Vec<RecordId> = self
            .store
            .unsent_times()?
            .iter()
            .filter(|time| present.contradicts(time))
            .map(|time| time.record)
            .collect();
        wrong.sort_unstable();
        wrong.dedup();
        self.under_fresh_actor(&wrong, |write, context, record| {
            write_again(write, context, &present, record)
        })
    }

    /// States accepted edits again whose time is certain to be wrong. Returns the number of changes made.
    pub(super) fn state_again(&self) -> Result<u32, SyncError> {
        let present = self.present();
        // Edits that were accepted since then were given the time that is known.
        let since_ms = self.identity().steady_since_ms.unwrap_or(0);
        if !self.is_steady(&present) || self.judged_since_ms.load(Ordering::SeqCst) == since_ms {
            return Ok(0);
        }
        let times = self.store.accepted_times()?;
        let mut wrong: BTreeMap<RecordId, Vec<EditTime>> = BTreeMap::new();
        for time in times.into_iter().filter(|time| present.disproves(time)) {
            wrong.entry(time.record).or_default().push(time);
        }
        let records: Vec<RecordId> = wrong.keys().copied().collect();
        let stated = self.under_fresh_actor(&records, |write, context, record| {
            let times = wrong.remove(&record).unwrap_or_default();
            restate(write, context, &present, record, times)
        })?;
        self.judged_since_ms.store(since_ms, Ordering::SeqCst);
        Ok(stated)
    }

    /// Forgets the clocks of edits that were accepted long ago, unless the present is in doubt: an edit may then only seem old.
    pub(super) fn forget_old_times(&self) -> Result<(), StoreError> {
        let present = self.present();
        if !self.is_steady(&present) {
            return Ok(());
        }
        let before_ms = present.server_ms.saturating_sub(KEPT_MS);
        self.store
            .refetchable_transaction(|write| write.forget_times_before(before_ms))
    }

    /// True if the server's answers have agreed for long enough.
    fn is_steady(&self, present: &Present) -> bool {
        let since_ms = self.identity().steady_since_ms.unwrap_or(i64::MAX);
        present.server_ms.saturating_sub(since_ms) >= STEADY_MS
    }

    /// Writes to these records in one transaction, under an actor that has written nothing yet. Returns the sum of `work`.
    fn under_fresh_actor(
        &self,
        records: &[RecordId],
        mut work: impl FnMut(&mut Write<'_>, WriteContext, RecordId) -> Result<u32, SyncError>,
    ) -> Result<u32, SyncError> {
        if records.is_empty() {
            return Ok(0);
        }
        let (mut identity, mut actor) = (self.identity(), [0; 16]);
        self.random.fill(&mut actor);
        let context = WriteContext {
            actor: ActorId(actor),
            ..self.write_context()
        };
        let written = self.transaction(|write| {
            let mut written = 0;
            for record in records {
                written += work(write, context, *record)?;
            }
            if written > 0 {
                identity.renew_actor(context.actor);
                identity.save(write)?;
            }
            Ok::<_, SyncError>(written)
        })?;
        self.set_identity(identity);
        Ok(written)
    }
}

/// Writes the unsent edits of one record again, each under its own time and in its place in the outbox.
fn write_again(
    write: &mut Write<'_>,
    context: WriteContext,
    present: &Present,
    record: RecordId,
) -> Result<u32, SyncError> {
    let Some(stored) = write.stored(record)? else {
        return Ok(0);
    };
    let unsent = write.unsent_of(record)?;
    let times = write.times_of(unsent.iter().map(|change| change.hash))?;
    let before = load(&stored.document)?;
    let hashes: Vec<ChangeHash> = unsent.iter().map(|change| change.hash).collect();
    // What may be at the server waits for its verdict as it is, and so does what stands on changes that the server has lost.
    if unsent.iter().any(|change| change.sent) || !hashes.iter().all(|hash| before.has(*hash)) {
        return Ok(0);
    }
    let mut bytes = before.without(&hashes);
    let mut document = Document::load(&bytes).ok();
    let (kind, mut written) = (stored.record.kind, 0);
    for change in &unsent {
        let Some(edit) = read_change(&change.bytes) else {
            continue;
        };
        let time = times.get(&change.hash);
        let made_at_ms = present.time_of_unsent(change, time);
        let again = match &mut document {
            Some(document) => {
                let stamp = document.latest(made_at_ms).next(made_at_ms);
                document.edit(kind, context.actor, stamp, &edit.fields)
            }
            None => Some(doc::create(context.actor, Stamp::at_ms(made_at_ms), &edit.fields)),
        };
        let Some(again) = again else {
            write.unqueue(record, &[change.hash].into())?;
            continue;
        };
        bytes.extend_from_slice(&again.bytes);
        if document.is_none() {
            document = Document::load(&bytes).ok();
        }
        write.replace_unsent(record, change.hash, (again.hash, &again.bytes), made_at_ms)?;
        if let Some(time) = time {
            write.put_edit_time(&EditTime {
                hash: again.hash,
                made_at_ms,
                ..*time
            })?;
        }
        written += 1;
    }
    let document = document.ok_or(StoreError::Damaged)?;
    put(write, kind, &stored, &bytes, &document)?;
    Ok(written)
}

/// States again what stands of these accepted edits of one record, the oldest first.
fn restate(
    write: &mut Write<'_>,
    context: WriteContext,
    present: &Present,
    record: RecordId,
    mut times: Vec<EditTime>,
) -> Result<u32, SyncError> {
    for time in &times {
        write.forget_time(time.hash)?;
    }
    let Some(stored) = write.stored(record)? else {
        return Ok(0);
    };
    let kind = stored.record.kind;
    let (mut bytes, mut document) = (stored.document.bytes.clone(), load(&stored.document)?);
    times.sort_by_key(|time| (present.time_of(time), time.hash));
    let mut known = Vec::new();
    for time in times {
        let made_at_ms = present.time_of(&time);
        let standing = document.standing(kind, time.hash);
        let place = (time.hash, known.as_slice());
        let Some(again) = document.restate(place, context.actor, Stamp::at_ms(made_at_ms), &standing) else {
            continue;
        };
        bytes.extend_from_slice(&again.bytes);
        known.push(again.hash);
        let made = WriteContext {
            now_ms: made_at_ms,
            reading: Some(time.reading),
            ..context
        };
        queue(write, made, (record, kind), again)?;
    }
    if !known.is_empty() {
        put(write, kind, &stored, &bytes, &document)?;
    }
    Ok(u32::try_from(known.len()).unwrap_or(u32::MAX))
}

/// Stores a record with another document.
fn put(
    write: &mut Write<'_>,
    kind: Kind,
    stored: &Stored,
    bytes: &[u8],
    document: &Document,
) -> Result<(), StoreError> {
    let mut projection = document.project(kind);
    projection.fields.drop_cleared();
    write.put(&Upsert {
        id: stored.record.id,
        kind,
        territory: stored.record.territory,
        seq: stored.seq,
        unsent: write.unsent_count(stored.record.id)?,
        document: bytes,
        fields: &projection.fields,
        conflicts: &projection.conflicts,
        before: Prior::Known(stored),
    })
}
