//! One delivery made durable.

use std::collections::{HashMap, HashSet};

use super::{RefusedEdit, SyncError, SyncReport};
use crate::book::Book;
use crate::book::edit::WriteContext;
use crate::book::identity::Identity;
use crate::store::{Prior, Refused, ScopeState, StoreError, Stored, Unsent, Upsert, Write};
use crate::sync::session::{Delivery, Event, Judged};
use fieldbook_model::doc::Document;
use fieldbook_model::doc::gate::{self, Admission, Admitted, Author, Refusal};
use fieldbook_model::ids::{ActorId, ChangeHash, RecordId, TerritoryId};
use fieldbook_model::wire::{
    ChangeOutcome, RecordNews, Row, ScopeDelta, ScopeDirective, SyncResponse, bucket, digest,
};
use fieldbook_model::{Conflict, Fields, Role};

/// A delivery being written: the act, the context that rewrites, the territories' sums as they move.
pub(super) struct Applying<'w, 'c> {
    pub(super) write: &'w mut Write<'c>,
    pub(super) context: WriteContext,
    scopes: HashMap<TerritoryId, ScopeState>,
    report: SyncReport,
}

impl Book {
    /// Makes a delivery durable in one transaction, and says what is left to do.
    pub(super) fn apply(&self, delivery: &Delivery, report: &mut SyncReport) -> Result<Event, SyncError> {
        let mut identity = self.identity();
        if self.brings_nothing(delivery, &identity)? {
            identity.clock_offset_ms = delivery.response.now_ms.saturating_sub(self.clock.now_ms());
            self.set_identity(identity);
            return Ok(Event::Applied {
                rewritten: 0,
                unsettled: false,
            });
        }
        // A new actor stands ready for changes that have to be written again; it is taken only if one has.
        let mut fresh = [0; 16];
        self.random.fill(&mut fresh);
        let now_ms = self.clock.now_ms();
        identity.clock_offset_ms = delivery.response.now_ms.saturating_sub(now_ms);
        let context = WriteContext {
            actor: ActorId(fresh),
            now_ms: delivery.response.now_ms,
            home: delivery.response.home,
        };
        let work = |write: &mut Write<'_>| {
            let mut applying = Applying {
                write,
                context,
                scopes: HashMap::new(),
                report: SyncReport::default(),
            };
            applying.all(delivery)?;
            let unsettled = applying.scopes.values().any(|state| state.audit || state.restart);
            let report = applying.report;
            if report.rewritten > 0 {
                identity.actor = context.actor;
            }
            identity.people_cursor = delivery.response.people_cursor;
            if let Some(server) = &mut identity.server {
                server.role = delivery.response.role;
                server.home = delivery.response.home;
            }
            identity.save(write)?;
            Ok::<_, SyncError>((report, unsettled))
        };
        // What the server has it sends again. What is written again here, under a new actor, must be durable before it goes out.
        let taken = |verdict: &ChangeOutcome| {
            matches!(verdict, ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate)
        };
        let judged = delivery.verdicts.iter().flat_map(|judged| &judged.changes);
        let all_taken = judged.into_iter().all(|(_, verdict)| taken(verdict));
        let (done, unsettled) = if all_taken {
            self.refetchable_transaction(work)
        } else {
            self.transaction(work)
        }?;
        self.set_identity(identity);
        report.accepted += done.accepted;
        report.accepted_late += done.accepted_late;
        report.rewritten += done.rewritten;
        report.received += done.received;
        report.gone += done.gone;
        report.refused.extend(done.refused);
        Ok(Event::Applied {
            rewritten: done.rewritten,
            unsettled,
        })
    }
}

impl Book {
    /// Whether a delivery says that the book is as it should be, which most do: then nothing is written.
    fn brings_nothing(&self, delivery: &Delivery, identity: &Identity) -> Result<bool, SyncError> {
        let response = &delivery.response;
        let same_person = identity
            .server
            .as_ref()
            .is_some_and(|server| (server.role, server.home) == (response.role, response.home));
        let nobody = response.people.is_empty() && response.people_cursor == identity.people_cursor;
        if !delivery.verdicts.is_empty() || !same_person || !nobody {
            return Ok(false);
        }
        let known = self.store.scopes()?;
        Ok(response.scopes.iter().all(|news| {
            let state = known.iter().find(|state| state.territory == news.territory);
            state.is_some_and(|state| is_settled(state, news))
        }))
    }
}

/// Whether a territory is here as the server has it.
fn is_settled(state: &ScopeState, news: &ScopeDelta) -> bool {
    let nothing = news.order == ScopeDirective::Keep
        && !news.more
        && news.records.is_empty()
        && news.gone.is_empty()
        && news.present.is_none()
        && news.audited.is_empty();
    let same = (&state.name, state.epoch, state.cursor) == (&news.name, news.epoch, news.cursor)
        && (state.settled, state.checksum) == (news.cursor, news.sum);
    nothing && same && !state.audit && !state.restart
}

impl Applying<'_, '_> {
    fn all(&mut self, delivery: &Delivery) -> Result<(), SyncError> {
        for judged in &delivery.verdicts {
            self.judged(judged)?;
        }
        let scopes = &delivery.response.scopes;
        let kept = scopes.iter().filter(|news| news.order != ScopeDirective::Drop);
        let seen = kept.map(|news| news.territory).collect();
        for news in scopes {
            self.scope(news, &seen)?;
        }
        // An answer without territories is one to changes alone: more of them are on their way.
        if !delivery.response.scopes.is_empty() {
            delivery
                .verdicts
                .iter()
                .try_for_each(|judged| self.leave(judged, &delivery.response))?;
        }
        for person in &delivery.response.people {
            self.write.put_person(person.actor, &person.name)?;
        }
        for state in self.scopes.values() {
            self.write.put_scope(state)?;
        }
        Ok(())
    }

    /// Takes the verdicts on one record: what was answered leaves the outbox.
    fn judged(&mut self, judged: &Judged) -> Result<(), SyncError> {
        let mut refused = Vec::new();
        for (hash, verdict) in &judged.changes {
            match verdict {
                ChangeOutcome::Accepted => self.report.accepted += 1,
                ChangeOutcome::AcceptedLate => self.report.accepted_late += 1,
                ChangeOutcome::Parked => refused.push((*hash, None)),
                ChangeOutcome::Refused(reason) => refused.push((*hash, Some(*reason))),
            }
        }
        if !refused.is_empty() {
            self.refused(judged, &refused)?;
        }
        for (hash, _) in &judged.changes {
            self.write.unqueue(judged.record, *hash)?;
        }
        let unsent = self.write.unsent_count(judged.record)?;
        if judged.seq > 0
            && let Some(numbered) = self.write.numbered(judged.record)?
        {
            self.renumber(judged.record, numbered, (judged.territory, judged.seq))?;
            self.write
                .acknowledge(judged.record, judged.territory, judged.seq, unsent)?;
        }
        Ok(())
    }

    /// Keeps what the server did not take, and writes again what only had to be said differently.
    fn refused(
        &mut self,
        judged: &Judged,
        refused: &[(ChangeHash, Option<Refusal>)],
    ) -> Result<(), SyncError> {
        let waiting = self.write.unsent_of(judged.record)?;
        let rewritten = self.rewrite(judged, refused, &waiting)?;
        self.report.rewritten += rewritten;
        let is_kept =
            |reason: Option<Refusal>| reason.is_none_or(|reason| !super::rewrite::may_be_rewritten(reason));
        for (hash, reason) in refused.iter().filter(|(_, reason)| is_kept(*reason)) {
            let Some(change) = waiting.iter().find(|change| change.hash == *hash) else {
                continue;
            };
            let change = Unsent {
                made_at_ms: self.context.now_ms,
                ..change.clone()
            };
            self.write.keep_refused(&Refused {
                change,
                reason: reason.map_or(0, Refusal::code),
            })?;
            self.report.refused.push(RefusedEdit {
                record: judged.record,
                kind: judged.kind,
                reason: *reason,
            });
        }
        Ok(())
    }

    /// Takes the news of one territory, one of those `seen`.
    fn scope(&mut self, news: &ScopeDelta, seen: &HashSet<TerritoryId>) -> Result<(), SyncError> {
        if news.order == ScopeDirective::Drop {
            return self.drop_territory(news.territory);
        }
        if news.order == ScopeDirective::Restart {
            self.restart(news.territory)?;
        }
        for record in &news.records {
            self.record(news.territory, record)?;
        }
        for id in &news.gone {
            self.gone(*id, news.territory, seen)?;
        }
        if let Some(present) = &news.present {
            self.sweep(news.territory, &news.audited, present)?;
        }
        let state = self.state(news.territory)?;
        (state.name, state.epoch, state.cursor) = (news.name.clone(), news.epoch, news.cursor);
        if !news.more {
            self.settle(news)?;
        }
        Ok(())
    }

    /// All news are here: sweeps what a restart did not bring, and compares the sums.
    fn settle(&mut self, news: &ScopeDelta) -> Result<(), SyncError> {
        if self.state(news.territory)?.restart {
            for (id, seq, unsent) in self.write.of_territory(news.territory)? {
                if seq == 0 && unsent == 0 {
                    self.remove(id)?;
                }
            }
        }
        let state = self.state(news.territory)?;
        (state.restart, state.settled) = (false, state.cursor);
        let audited = state.audit;
        state.audit = state.checksum != news.sum;
        if state.audit && audited {
            // What differs bucket by bucket was just fetched, and still it differs: fetch all of it, once. A cursor of no
            // generation has the server order a restart, which brings what this device wrote itself too.
            (state.audit, state.epoch, state.cursor) = (false, 0, 1);
            self.restart(news.territory)?;
        }
        Ok(())
    }

    fn restart(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        self.write.forget_numbers(territory)?;
        let state = self.state(territory)?;
        (state.checksum, state.settled, state.restart) = (0, 0, true);
        Ok(())
    }

    fn drop_territory(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        for (id, _, unsent) in self.write.of_territory(territory)? {
            if unsent == 0 {
                self.remove(id)?;
            }
        }
        self.scopes.remove(&territory);
        Ok(self.write.drop_scope(territory)?)
    }

    /// Removes what the server does not have in the buckets that it has audited.
    fn sweep(
        &mut self,
        territory: TerritoryId,
        audited: &[u8],
        present: &[RecordId],
    ) -> Result<(), SyncError> {
        let known: HashSet<RecordId> = present.iter().copied().collect();
        for (id, seq, unsent) in self.write.of_territory(territory)? {
            if seq > 0 && unsent == 0 && audited.contains(&bucket(id)) && !known.contains(&id) {
                self.remove(id)?;
            }
        }
        Ok(())
    }

    /// Takes one record's news. Without unsent edits the bytes and the row are stored as they came; with some, the news
    /// go through the gate and the two sides are merged.
    fn record(&mut self, territory: TerritoryId, news: &RecordNews) -> Result<(), SyncError> {
        let row = Row::decode(&news.row).map_err(|_| SyncError::BadAnswer)?;
        let chunks = gate::chunks(&news.document).map_err(|_| SyncError::BadAnswer)?;
        let stored = self.write.stored(news.id)?;
        let at = (territory, news.seq);
        self.report.received += 1;
        match stored {
            None if news.whole => self.put(
                at,
                news,
                &news.document,
                &row.fields,
                &row.conflicts,
                0,
                Prior::New,
            ),
            None => self.ask_anew(territory),
            Some(stored) if stored.record.unsent => self.merge(at, news, &chunks, &stored),
            Some(stored) if news.whole => {
                let before = Prior::Known(&stored);
                self.renumber(news.id, (stored.record.territory, stored.seq), at)?;
                self.put_row(at, news, &news.document, &row.fields, &row.conflicts, 0, before)
            }
            Some(stored) => {
                let Some(bytes) = appended(&stored.document.bytes, &chunks) else {
                    return Err(SyncError::BadAnswer);
                };
                let before = Prior::Known(&stored);
                self.renumber(news.id, (stored.record.territory, stored.seq), at)?;
                self.put_row(at, news, &bytes, &row.fields, &row.conflicts, 0, before)
            }
        }
    }

    /// Brings the server's side and our unsent edits together.
    fn merge(
        &mut self,
        at: (TerritoryId, u64),
        news: &RecordNews,
        chunks: &[&[u8]],
        stored: &Stored,
    ) -> Result<(), SyncError> {
        let unsent = self.write.unsent_of(news.id)?;
        let merged = if news.whole {
            let ours: Vec<u8> = unsent.iter().flat_map(|change| change.bytes.clone()).collect();
            Some([news.document.as_slice(), &ours].concat())
        } else {
            admitted(news, chunks, stored, self.context.actor)
        };
        let loaded = merged.and_then(|bytes| Document::load(&bytes).ok().map(|document| (bytes, document)));
        // Every unsent edit must be in what is stored, or the news wait until they come whole.
        let Some((bytes, document)) =
            loaded.filter(|(_, document)| unsent.iter().all(|change| document.has(change.hash)))
        else {
            return self.ask_anew(at.0);
        };
        let mut projection = document.project(news.kind);
        projection.fields.drop_cleared();
        let waiting = u32::try_from(unsent.len()).unwrap_or(u32::MAX);
        let before = Prior::Known(stored);
        self.renumber(news.id, (stored.record.territory, stored.seq), at)?;
        self.put_row(
            at,
            news,
            &bytes,
            &projection.fields,
            &projection.conflicts,
            waiting,
            before,
        )
    }

    /// Has the sums of a territory compared bucket by bucket with the next request: something of it is not here.
    fn ask_anew(&mut self, territory: TerritoryId) -> Result<(), SyncError> {
        self.state(territory)?.audit = true;
        Ok(())
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    fn put(
        &mut self,
        at: (TerritoryId, u64),
        news: &RecordNews,
        document: &[u8],
        fields: &Fields,
        conflicts: &[Conflict],
        unsent: u32,
        before: Prior<'_>,
    ) -> Result<(), SyncError> {
        self.renumber(news.id, (at.0, 0), at)?;
        self.put_row(at, news, document, fields, conflicts, unsent, before)
    }

    #[expect(clippy::too_many_arguments, reason = "the columns of one row")]
    fn put_row(
        &mut self,
        (territory, seq): (TerritoryId, u64),
        news: &RecordNews,
        document: &[u8],
        fields: &Fields,
        conflicts: &[Conflict],
        unsent: u32,
        before: Prior<'_>,
    ) -> Result<(), SyncError> {
        let (id, kind) = (news.id, news.kind);
        Ok(self.write.put(&Upsert {
            id,
            kind,
            territory,
            seq,
            unsent,
            document,
            fields,
            conflicts,
            before,
        })?)
    }

    /// A record that left a territory. With unsent edits it stays until they have their verdicts; and it stays when it is
    /// in another territory that this person sees, whose news may have come first.
    fn gone(
        &mut self,
        id: RecordId,
        from: TerritoryId,
        seen: &HashSet<TerritoryId>,
    ) -> Result<(), SyncError> {
        let Some(stored) = self.write.stored(id)? else {
            return Ok(());
        };
        let record = stored.record;
        let elsewhere = record.territory != from && seen.contains(&record.territory);
        if record.unsent || elsewhere {
            Ok(())
        } else {
            self.remove(id)
        }
    }

    /// Takes out what was judged and lies in a territory that is not this person's: its edits have their verdicts, and no
    /// news of it will come.
    fn leave(&mut self, judged: &Judged, response: &SyncResponse) -> Result<(), SyncError> {
        let Some(stored) = self.write.stored(judged.record)? else {
            return Ok(());
        };
        let territory = stored.record.territory;
        let theirs = response
            .scopes
            .iter()
            .any(|scope| scope.territory == territory && scope.order != ScopeDirective::Drop);
        if stored.record.unsent || theirs {
            Ok(())
        } else {
            self.remove(judged.record)
        }
    }

    /// Takes a record out of the file and out of its territory's sum.
    pub(super) fn remove(&mut self, id: RecordId) -> Result<(), SyncError> {
        if let Some(stored) = self.write.stored(id)? {
            let territory = stored.record.territory;
            self.renumber(id, (territory, stored.seq), (territory, 0))?;
            self.write.remove(id)?;
            self.report.gone += 1;
        }
        Ok(())
    }

    /// Moves a record's digest from its old number to its new one; 0 is no number.
    fn renumber(
        &mut self,
        id: RecordId,
        old: (TerritoryId, u64),
        new: (TerritoryId, u64),
    ) -> Result<(), StoreError> {
        for (territory, seq) in [old, new] {
            if seq > 0 && territory != TerritoryId::UNJOINED {
                self.state(territory)?.checksum ^= digest(id, seq);
            }
        }
        Ok(())
    }

    /// What is known of a territory, as this act has it so far.
    fn state(&mut self, territory: TerritoryId) -> Result<&mut ScopeState, StoreError> {
        if !self.scopes.contains_key(&territory) {
            let stored = self.write.scope(territory)?;
            let state = stored.unwrap_or_else(|| ScopeState {
                territory,
                name: String::new(),
                epoch: 0,
                cursor: 0,
                settled: 0,
                checksum: 0,
                audit: false,
                restart: false,
            });
            self.scopes.insert(territory, state);
        }
        Ok(self.scopes.get_mut(&territory).expect("put there a line above"))
    }
}

/// The stored chunks with those behind them that are not among them yet; `None` when one is not what its checksum says.
fn appended(stored: &[u8], chunks: &[&[u8]]) -> Option<Vec<u8>> {
    let known: HashSet<&[u8]> = gate::chunks(stored).ok()?.into_iter().collect();
    let mut bytes = stored.to_vec();
    for chunk in chunks.iter().filter(|chunk| !known.contains(**chunk)) {
        gate::hash_of(chunk).ok()?;
        bytes.extend_from_slice(chunk);
    }
    Some(bytes)
}

/// Our bytes with the server's changes behind them, each let in by the gate; `None` when one is not.
fn admitted(news: &RecordNews, chunks: &[&[u8]], stored: &Stored, fresh: ActorId) -> Option<Vec<u8>> {
    let mut bytes = stored.document.sound.then(|| stored.document.bytes.clone())?;
    // The server has checked who wrote a change; here it must only not be an actor that nobody has used yet.
    let admission = Admission {
        kind: news.kind,
        author: Author::AnyoneBut(fresh),
        role: Role::Admin,
        now_ms: None,
    };
    for chunk in chunks {
        let hash = gate::hash_of(chunk).ok()?;
        match gate::admit(&bytes, hash, chunk, &admission).ok()? {
            Admitted::New { .. } => bytes.extend_from_slice(chunk),
            Admitted::Known => {}
        }
    }
    Some(bytes)
}
