//! Application of one delivery of the server to the book, in one transaction.
//!
//! [`verdicts`] settles the pushed changes, [`scopes`] follows each territory's delta and checksum, and [`records`] stores
//! records and merges them with unsent edits. Rewriting refused changes is in `rewrite`.

mod offering;
mod records;
mod scopes;
mod unreadable;
mod verdicts;

use std::collections::{BTreeSet, HashMap, HashSet};

use super::{SyncError, SyncReport};
use crate::book::Book;
use crate::book::edit::WriteContext;
use crate::book::identity::Identity;
use crate::book::server_time::Present;
use crate::store::{Aside, ScopeState, StoreError, Unreadable, Write};
use crate::sync::session::{Delivery, Event};
use fieldbook_model::ids::{ActorId, RecordId, TerritoryId};
use fieldbook_model::wire::{ChangeOutcome, Decision, ScopeDirective, digest};

/// The state of the transaction that applies a delivery.
pub(super) struct Applying<'w, 'c> {
    pub(super) write: &'w mut Write<'c>,
    /// The context under which refused changes are written again.
    pub(super) context: WriteContext,
    /// The present, by which the times of those changes are worked out.
    pub(super) present: Present,
    /// The territories that the delivery changes, with their checksums so far.
    scopes: HashMap<TerritoryId, ScopeState>,
    report: SyncReport,
    /// All actors under which this device has written.
    own: HashSet<ActorId>,
    /// The records with changes that the server has lost and that are sent again.
    again: BTreeSet<RecordId>,
    /// Number of changes that were queued to be sent again.
    offered: u32,
    /// True if further edits have to take another actor.
    renew_actor: bool,
    /// The records whose document could not be read.
    unreadable: Vec<Unreadable>,
    /// The territories whose checksums differ for such records alone: they are asked for again with the next sync.
    all_but_unreadable: HashSet<TerritoryId>,
}

impl Book {
    /// Applies a delivery in one transaction; the event states the work that is left.
    pub(super) fn apply(&self, delivery: &Delivery, report: &mut SyncReport) -> Result<Event, SyncError> {
        let mut identity = self.identity();
        if self.is_no_op(delivery, &identity)? {
            return Ok(Event::Applied {
                rewritten: 0,
                unsettled: false,
            });
        }
        // The new actor is used only if a change has to be written again.
        let mut fresh = [0; 16];
        self.random.fill(&mut fresh);
        let present = Present {
            server_ms: delivery.response.now_ms,
            ..self.present()
        };
        let context = WriteContext {
            actor: ActorId(fresh),
            now_ms: delivery.response.now_ms,
            reading: None,
            home: delivery.response.home,
        };
        let work = |write: &mut Write<'_>| {
            let mut applying = Applying {
                write,
                context,
                present,
                scopes: HashMap::new(),
                report: SyncReport::default(),
                own: identity.own_actors().collect(),
                again: std::mem::take(&mut identity.again),
                offered: 0,
                renew_actor: false,
                unreadable: Vec::new(),
                all_but_unreadable: HashSet::new(),
            };
            applying.unreadable = applying.write.unreadable()?;
            applying.delivery(delivery)?;
            applying.finish(&mut identity, delivery)
        };
        // Accepted changes can be fetched again, so they need no fsync. Rewritten changes exist only here and must be durable
        // before they are sent.
        let taken = |verdict: &ChangeOutcome| {
            matches!(verdict, ChangeOutcome::Accepted | ChangeOutcome::AcceptedLate)
        };
        let outcomes = delivery.verdicts.iter().flat_map(|outcomes| &outcomes.changes);
        let all_taken = outcomes.into_iter().all(|(_, verdict)| taken(verdict));
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
        report.waiting += done.waiting;
        report.unreadable = done.unreadable.max(report.unreadable);
        report.refused.extend(done.refused);
        Ok(Event::Applied {
            rewritten: done.rewritten,
            unsettled,
        })
    }
}

impl Book {
    /// True if a delivery changes nothing in the book; most do not, and no transaction is needed.
    fn is_no_op(&self, delivery: &Delivery, identity: &Identity) -> Result<bool, SyncError> {
        let response = &delivery.response;
        let same_person = identity
            .server
            .as_ref()
            .is_some_and(|server| (server.role, server.home) == (response.role, response.home));
        let nobody = response.people.is_empty() && response.people_cursor == identity.people_cursor;
        let undecided = response.settled.as_ref().is_none_or(Vec::is_empty);
        if !delivery.verdicts.is_empty() || !same_person || !nobody || !undecided {
            return Ok(false);
        }
        let known = self.store.scopes()?;
        Ok(response.scopes.iter().all(|news| {
            let state = known.iter().find(|state| state.territory == news.territory);
            state.is_some_and(|state| scopes::is_settled(state, news))
        }))
    }
}

impl Applying<'_, '_> {
    /// Stores the identity after a delivery. Returns the report, and true if another round is to send or fetch more.
    fn finish(
        mut self,
        identity: &mut Identity,
        delivery: &Delivery,
    ) -> Result<(SyncReport, bool), SyncError> {
        let mut states = self.scopes.values();
        let unsettled = self.offered > 0
            || states.any(|state| {
                let asked = state.compare_buckets && !self.all_but_unreadable.contains(&state.territory);
                asked || state.restart
            });
        identity.again = std::mem::take(&mut self.again);
        if self.report.rewritten > 0 || self.renew_actor {
            identity.renew_actor(self.context.actor);
        }
        let response = &delivery.response;
        let mut orders = response.scopes.iter().map(|news| news.order);
        // A server that was restored counts its authors anew.
        let anew = orders.any(|order| order == ScopeDirective::Restart);
        identity.people_cursor = if anew { 0 } else { response.people_cursor };
        if let Some(server) = &mut identity.server {
            server.role = response.role;
            server.home = response.home;
        }
        identity.save(self.write)?;
        if self.report.gone > 0 {
            self.write.need_purge()?;
        }
        Ok((self.report, unsettled))
    }

    /// Applies the verdicts, the territories' deltas and the people of a delivery.
    fn delivery(&mut self, delivery: &Delivery) -> Result<(), SyncError> {
        for outcomes in &delivery.verdicts {
            self.apply_verdicts(outcomes)?;
        }
        let scopes = &delivery.response.scopes;
        let kept = scopes.iter().filter(|news| news.order != ScopeDirective::Drop);
        let seen = kept.map(|news| news.territory).collect();
        for news in scopes {
            self.apply_delta(news, &seen)?;
        }
        // An answer without territories answers a push-only request, and more changes follow.
        if !delivery.response.scopes.is_empty() {
            delivery
                .verdicts
                .iter()
                .try_for_each(|outcomes| self.remove_if_foreign(outcomes, &delivery.response))?;
        }
        for settled in delivery.response.settled.iter().flatten() {
            let why = match settled.decision {
                Decision::Applied => Aside::Applied,
                Decision::Discarded => Aside::Discarded,
                Decision::Partly => Aside::Partly,
            };
            self.write.set_aside(settled.change, why)?;
        }
        for person in &delivery.response.people {
            self.write.put_person(person.actor, &person.name)?;
        }
        for state in self.scopes.values() {
            self.write.put_scope(state)?;
        }
        Ok(())
    }

    /// Removes a record for good, with everything of it that is unsent or kept aside.
    pub(super) fn erase(&mut self, id: RecordId) -> Result<(), SyncError> {
        self.again.remove(&id);
        self.write.forget_edits(id)?;
        self.remove(id)
    }

    /// Removes a record from the book and from its territory's checksum.
    pub(super) fn remove(&mut self, id: RecordId) -> Result<(), SyncError> {
        if let Some(stored) = self.write.stored(id)? {
            let territory = stored.record.territory;
            self.renumber(id, (territory, stored.seq), (territory, 0))?;
            self.write.remove(id)?;
            self.report.gone += 1;
        }
        self.read_or_gone(id)
    }

    /// Moves a record's digest in the checksums from its old number to its new one; 0 means no number.
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

    /// The state of a territory so far in this transaction.
    fn state(&mut self, territory: TerritoryId) -> Result<&mut ScopeState, StoreError> {
        if !self.scopes.contains_key(&territory) {
            let stored = self.write.scope(territory)?;
            let state = stored.unwrap_or_else(|| ScopeState::new(territory));
            self.scopes.insert(territory, state);
        }
        Ok(self.scopes.get_mut(&territory).expect("put there a line above"))
    }
}
