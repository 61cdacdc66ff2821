//! Push: stores reviewed changes within the write transaction, places records in their territories, and returns the
//! verdicts.

use std::collections::BTreeSet;

use fieldbook_model::Kind;
use fieldbook_model::doc::read_change;
use fieldbook_model::ids::{ActorId, RecordId, TerritoryId};
use fieldbook_model::wire::{ChangeOutcome, Push, RecordVerdict};

use super::SequenceAllocator;
use super::auth::Principal;
use super::evidence::Claim;
use super::review::{AcceptedChange, Access, MergedRecord, Review, ReviewContext, StoredState};
use crate::store::{NewChange, ParkedChange, Record, RecordHeader, RecordWrite, StoreError, Tx, WaitsFor};

/// The stored state behind each push, read in one transaction.
pub(super) fn load_states(
    tx: &Tx<'_>,
    principal: &Principal,
    pushes: &[Push],
) -> Result<Vec<StoredState>, StoreError> {
    pushes
        .iter()
        .map(|push| load_state(tx, principal, push.id))
        .collect()
}

pub(super) fn load_state(
    tx: &Tx<'_>,
    principal: &Principal,
    id: RecordId,
) -> Result<StoredState, StoreError> {
    let record = tx.record(id)?;
    let access = match &record {
        Some(record) => access_to(tx, principal, &record.header)?,
        None if tx.is_erased(id)? => Access::Erased,
        None => Access::Current,
    };
    Ok(StoredState { record, access })
}

fn access_to(tx: &Tx<'_>, principal: &Principal, record: &RecordHeader) -> Result<Access, StoreError> {
    if principal.can_access(record.territory) {
        return Ok(Access::Current);
    }
    let lost = |id| tx.lost_at_ms(principal.person.id, id, record.territory);
    // A note that was pushed after the hand-over of its account was never in the person's territory; the account was.
    let lost_at_ms = match (lost(record.id)?, record.account) {
        (None, Some(account)) => lost(account)?,
        (lost_at_ms, _) => lost_at_ms,
    };
    Ok(match lost_at_ms {
        Some(at_ms) => Access::Former {
            at_ms,
            late: tx.late_changes(record.number)?.into_iter().collect(),
        },
        None => Access::Never,
    })
}

/// The outcome of all pushes of a request.
#[derive(Debug, Default)]
pub(super) struct PushResult {
    /// One for each push, in its order.
    pub(super) verdicts: Vec<RecordVerdict>,
    /// The records with a refused change; the device needs their stored state.
    pub(super) refused: BTreeSet<RecordId>,
    /// The evidence in the changes, each with its record.
    pub(super) claims: Vec<(RecordId, Claim)>,
}

/// Applies the pushes of one request.
pub(super) struct PushApplier<'p, 't, 'a> {
    pub(super) tx: &'t Tx<'a>,
    pub(super) sequence: &'p mut SequenceAllocator<'t, 'a>,
    pub(super) principal: &'p Principal,
    pub(super) context: &'p ReviewContext<'p>,
    pub(super) now_ms: i64,
}

impl PushApplier<'_, '_, '_> {
    /// Applies all reviews. Accounts come first, because other records follow their account's territory.
    pub(super) fn apply_all(
        &mut self,
        pushes: &[Push],
        states: Vec<StoredState>,
        reviews: Vec<Review>,
    ) -> Result<PushResult, StoreError> {
        let mut order: Vec<_> = (0..)
            .zip(pushes.iter().zip(states.into_iter().zip(reviews)))
            .collect();
        order.sort_by_key(|(_, (push, _))| push.kind);
        let mut verdicts: Vec<(usize, RecordVerdict)> = Vec::with_capacity(order.len());
        let (mut refused, mut claims) = (BTreeSet::new(), Vec::new());
        for (at, (push, (state, review))) in order {
            let (verdict, claimed) = self.apply(push, state, review)?;
            claims.extend(claimed.into_iter().map(|claim| (push.id, claim)));
            if verdict
                .changes
                .iter()
                .any(|v| matches!(v, ChangeOutcome::Refused(_)))
            {
                refused.insert(push.id);
            }
            verdicts.push((at, verdict));
        }
        verdicts.sort_by_key(|(at, _)| *at);
        Ok(PushResult {
            verdicts: verdicts.into_iter().map(|(_, verdict)| verdict).collect(),
            refused,
            claims,
        })
    }

    fn apply(
        &mut self,
        push: &Push,
        mut state: StoredState,
        mut review: Review,
    ) -> Result<(RecordVerdict, Vec<Claim>), StoreError> {
        let header = self.tx.record_header(push.id)?;
        if header.map(|record| (record.territory, record.seq)) != state.version() {
            // Another request changed the record since it was read for the review.
            state = load_state(self.tx, self.principal, push.id)?;
            review = self.context.review(push, &state)?;
        }
        let mut target = self.principal.person.home;
        if let (None, Some(merged)) = (header, &review.merged) {
            let account = self.parent_account(push.kind, merged)?;
            target = match account {
                Some(account) => account.territory,
                None if push.kind.is_company_wide() => TerritoryId::COMPANY,
                None => target,
            };
            if account.is_none()
                && let Some((former, access, reviewed)) = self.before_the_move(push, &state, target)?
            {
                (target, state.access, review) = (former, access, reviewed);
            } else if let Some(account) = account
                && !self.principal.can_access(account.territory)
            {
                state.access = access_to(self.tx, self.principal, &account)?;
                review = self.context.review(push, &state)?;
            } else if !self.principal.can_access(target) {
                // Their last territory was taken: what they make now belongs nowhere.
                state.access = self.access_to_home(push.id)?;
                review = self.context.review(push, &state)?;
            }
        }
        self.park(push, &review)?;
        let header = match &review.merged {
            None => header,
            Some(merged) => {
                match &state.record {
                    Some(record) => self.update(push, record, &review, merged)?,
                    None => self.insert(push, target, &review, merged)?,
                };
                self.take_up_waiting(push.id)?;
                self.tx.record_header(push.id)?
            }
        };
        let verdict = record_verdict(header, self.principal, &state.access, review.verdicts);
        Ok((verdict, review.claims))
    }

    /// The territory of a record without an account that its author made before being moved to another one, with their access
    /// there and the review by it; `None` if it was made since, or if that is not credible.
    fn before_the_move(
        &self,
        push: &Push,
        state: &StoredState,
        home: TerritoryId,
    ) -> Result<Option<(TerritoryId, Access, Review)>, StoreError> {
        let person = self.principal.person.id;
        let made = push.changes.first().and_then(|change| read_change(&change.0));
        let Some(made) = made.filter(|_| home != TerritoryId::COMPANY) else {
            return Ok(None);
        };
        let Some(former) = self.tx.former_home(person, made.at.ms())? else {
            return Ok(None);
        };
        let access = match self.tx.lost_at_ms(person, push.id, former)? {
            Some(at_ms) if !self.principal.can_access(former) => Access::Former {
                at_ms,
                late: BTreeSet::new(),
            },
            _ => Access::Current,
        };
        let moved = StoredState {
            access: access.clone(),
            ..state.clone()
        };
        let review = self.context.review(push, &moved)?;
        Ok(review.merged.is_some().then_some((former, access, review)))
    }

    /// The access of a person without a territory to a record that they made before or after they lost the last one.
    fn access_to_home(&self, record: RecordId) -> Result<Access, StoreError> {
        let person = &self.principal.person;
        let lost_at_ms = self.tx.lost_at_ms(person.id, record, person.home)?;
        Ok(lost_at_ms.map_or(Access::Never, |at_ms| Access::Former {
            at_ms,
            late: BTreeSet::new(),
        }))
    }

    /// The account that a record belongs to, if it is stored.
    fn parent_account(&self, kind: Kind, merged: &MergedRecord) -> Result<Option<RecordHeader>, StoreError> {
        let Some(account) = merged.account else {
            return Ok(None);
        };
        let header = self.tx.record_header(account)?;
        Ok(header.filter(|record| record.kind == Kind::Account && !kind.is_company_wide()))
    }

    fn insert(
        &mut self,
        push: &Push,
        territory: TerritoryId,
        review: &Review,
        merged: &MergedRecord,
    ) -> Result<RecordHeader, StoreError> {
        let seq = self.sequence.insert(territory, push.id)?;
        let write = self.record_write(push, territory, seq, None, review, merged);
        let number = self.tx.insert_record(&write)?;
        self.store_changes(push, (number, territory), 0, seq, &review.accepted)?;
        if push.kind == Kind::Account {
            self.move_followers(push.id, territory)?;
        }
        Ok(RecordHeader {
            number,
            id: push.id,
            kind: push.kind,
            territory,
            seq,
            account: merged.account,
        })
    }

    pub(super) fn update(
        &mut self,
        push: &Push,
        record: &Record,
        review: &Review,
        merged: &MergedRecord,
    ) -> Result<RecordHeader, StoreError> {
        let before = record.header;
        let seq = self.sequence.advance(&before)?;
        let write = self.record_write(push, before.territory, seq, Some(record), review, merged);
        self.tx.update_record(before.number, &write)?;
        let place = (before.number, before.territory);
        self.store_changes(push, place, record.changes, seq, &review.accepted)?;
        let mut header = RecordHeader {
            seq,
            account: merged.account,
            ..before
        };
        if header.account != before.account
            && let Some(account) = self.parent_account(push.kind, merged)?
        {
            self.move_to(&mut header, account.territory)?;
        }
        Ok(header)
    }

    /// Moves the records that were pushed before their account to the account's territory.
    fn move_followers(&mut self, account: RecordId, territory: TerritoryId) -> Result<(), StoreError> {
        for mut follower in self.tx.followers(account)? {
            if self.principal.can_access(follower.territory) {
                self.move_to(&mut follower, territory)?;
            }
        }
        Ok(())
    }

    /// Moves a record to the territory of its account, if the person sees that territory.
    fn move_to(&mut self, record: &mut RecordHeader, territory: TerritoryId) -> Result<(), StoreError> {
        if record.territory != territory && self.principal.can_access(territory) {
            record.seq = self.sequence.relocate(record, territory, self.now_ms)?;
            record.territory = territory;
        }
        Ok(())
    }

    fn record_write<'o>(
        &self,
        push: &Push,
        territory: TerritoryId,
        seq: u64,
        before: Option<&Record>,
        review: &Review,
        merged: &'o MergedRecord,
    ) -> RecordWrite<'o> {
        let accepted = &review.accepted;
        let first = accepted.first().map(|change| self.actor_number(change.author));
        let single_author = accepted
            .iter()
            .all(|change| Some(self.actor_number(change.author)) == first);
        let writer = first.filter(|number| single_author && before.is_none_or(|r| r.writer == Some(*number)));
        let added = u32::try_from(accepted.len()).unwrap_or(u32::MAX);
        RecordWrite {
            id: push.id,
            kind: push.kind,
            territory,
            seq,
            writer,
            changes: before.map_or(0, |r| r.changes).saturating_add(added),
            uncompacted: merged.uncompacted,
            account: merged.account,
            document: &merged.document,
            row: &merged.row,
        }
    }

    fn store_changes(
        &self,
        push: &Push,
        (record, territory): (i64, TerritoryId),
        count_before: u32,
        seq: u64,
        accepted: &[AcceptedChange],
    ) -> Result<(), StoreError> {
        let mut noted = None;
        for (number, accepted) in (count_before + 1..).zip(accepted) {
            self.tx.unpark(accepted.change.hash)?;
            self.tx.insert_change(&NewChange {
                record,
                number,
                seq,
                actor: self.actor_number(accepted.author),
                hash: accepted.change.hash,
                late: accepted.late,
                received_at_ms: self.now_ms,
                bytes: &push.changes[accepted.change.index].0,
            })?;
            if noted != Some(accepted.author) {
                let author = self.actor_number(accepted.author);
                self.tx.note_author(territory, author)?;
                noted = Some(accepted.author);
            }
        }
        Ok(())
    }

    /// Lets the parked and the waiting changes of a push wait.
    pub(super) fn park(&self, push: &Push, review: &Review) -> Result<(), StoreError> {
        let parked = review.parked.iter().map(|change| (change, WaitsFor::NewOwner));
        let waiting = review.waiting.iter().map(|change| (change, WaitsFor::Missing));
        parked.chain(waiting).try_for_each(|(change, why)| {
            self.tx.park(&ParkedChange {
                hash: change.hash,
                record: push.id,
                kind: push.kind,
                device: self.principal.device.id,
                received_at_ms: self.now_ms,
                why,
                bytes: &push.changes[change.index].0,
            })
        })
    }

    fn actor_number(&self, actor: ActorId) -> i64 {
        self.principal
            .actor_number(actor)
            .expect("the gate admits only actors of this device")
    }
}

/// The verdicts on one push as the device receives them. The location of a record that the person never saw is withheld.
fn record_verdict(
    header: Option<RecordHeader>,
    principal: &Principal,
    access: &Access,
    verdicts: Vec<ChangeOutcome>,
) -> RecordVerdict {
    let visible = header.filter(|_| *access != Access::Never);
    let all_accepted = verdicts.iter().all(|v| *v == ChangeOutcome::Accepted);
    RecordVerdict {
        seq: visible.map_or(0, |record| record.seq),
        territory: visible.map_or(principal.person.home, |record| record.territory),
        changes: if all_accepted { Vec::new() } else { verdicts },
    }
}
