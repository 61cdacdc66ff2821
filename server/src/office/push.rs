//! Carries out what was judged: territories, numbers, rows, and the verdicts that the device hears.

use std::collections::BTreeSet;

use fieldbook_model::Kind;
use fieldbook_model::ids::{ActorId, RecordId, TerritoryId};
use fieldbook_model::wire::{Push, RecordVerdict, Verdict};

use super::Ledger;
use super::caller::Caller;
use super::evidence::Claim;
use super::judge::{Base, Bench, Judged, Outcome, Standing, Taken};
use crate::store::{NewChange, ParkedChange, Place, Record, StoreError, Tx, Written};

/// What the verdicts of a push are built on, read in one transaction.
pub(super) fn bases(tx: &Tx<'_>, caller: &Caller, pushes: &[Push]) -> Result<Vec<Base>, StoreError> {
    pushes.iter().map(|push| base(tx, caller, push.id)).collect()
}

fn base(tx: &Tx<'_>, caller: &Caller, id: RecordId) -> Result<Base, StoreError> {
    let record = tx.record(id)?;
    let standing = match &record {
        Some(record) => standing(tx, caller, &record.place)?,
        None => Standing::Theirs,
    };
    Ok(Base { record, standing })
}

fn standing(tx: &Tx<'_>, caller: &Caller, place: &Place) -> Result<Standing, StoreError> {
    if caller.may_see(place.territory) {
        return Ok(Standing::Theirs);
    }
    let lost = |id| tx.lost_at_ms(caller.person.id, id, place.territory);
    // A note that came late to an account was never in their territory, but the account was.
    let lost_at_ms = match (lost(place.id)?, place.account) {
        (None, Some(account)) => lost(account)?,
        (lost_at_ms, _) => lost_at_ms,
    };
    Ok(match lost_at_ms {
        Some(at_ms) => Standing::Lost {
            at_ms,
            late: tx.late_changes(place.number)?,
        },
        None => Standing::Never,
    })
}

/// What pushing came to.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    /// One for each push, in its order.
    pub(super) verdicts: Vec<RecordVerdict>,
    /// The records some of whose changes were refused: the device needs them as they are.
    pub(super) refused: BTreeSet<RecordId>,
    /// What the changes claim of visits, each with its record.
    pub(super) claims: Vec<(RecordId, Claim)>,
}

/// One push being carried out.
pub(super) struct Pusher<'p, 't, 'a> {
    pub(super) tx: &'t Tx<'a>,
    pub(super) ledger: &'p mut Ledger<'t, 'a>,
    pub(super) caller: &'p Caller,
    pub(super) bench: &'p Bench<'p>,
    pub(super) now_ms: i64,
}

impl Pusher<'_, '_, '_> {
    /// Carries out all verdicts: accounts first, for the rest follow them.
    pub(super) fn carry_out(
        &mut self,
        pushes: &[Push],
        bases: Vec<Base>,
        judged: Vec<Judged>,
    ) -> Result<Pushed, StoreError> {
        let mut order: Vec<_> = (0..)
            .zip(pushes.iter().zip(bases.into_iter().zip(judged)))
            .collect();
        order.sort_by_key(|(_, (push, _))| push.kind);
        let mut verdicts: Vec<(usize, RecordVerdict)> = Vec::with_capacity(order.len());
        let (mut refused, mut claims) = (BTreeSet::new(), Vec::new());
        for (at, (push, (base, judged))) in order {
            let (verdict, claimed) = self.carry_out_one(push, base, judged)?;
            claims.extend(claimed.into_iter().map(|claim| (push.id, claim)));
            if verdict.changes.iter().any(|v| matches!(v, Verdict::Refused(_))) {
                refused.insert(push.id);
            }
            verdicts.push((at, verdict));
        }
        verdicts.sort_by_key(|(at, _)| *at);
        Ok(Pushed {
            verdicts: verdicts.into_iter().map(|(_, verdict)| verdict).collect(),
            refused,
            claims,
        })
    }

    fn carry_out_one(
        &mut self,
        push: &Push,
        base: Base,
        judged: Judged,
    ) -> Result<(RecordVerdict, Vec<Claim>), StoreError> {
        let place = self.tx.place(push.id)?;
        let (mut base, mut judged) = (base, judged);
        if place.map(|p| (p.territory, p.seq)) != base.version() {
            base = self::base(self.tx, self.caller, push.id)?;
            judged = self.bench.judge(push, &base)?;
        }
        let mut target = self.caller.person.home;
        if let (None, Some(outcome)) = (place, &judged.outcome) {
            let leader = self.leader(push.kind, outcome)?;
            target = match leader {
                Some(account) => account.territory,
                None if push.kind == Kind::CustomField => TerritoryId::COMPANY,
                None => target,
            };
            if let Some(account) = leader
                && !self.caller.may_see(account.territory)
            {
                base.standing = standing(self.tx, self.caller, &account)?;
                judged = self.bench.judge(push, &base)?;
            }
        }
        self.park(push, &judged)?;
        let place = match &judged.outcome {
            None => place,
            Some(outcome) => Some(match &base.record {
                Some(record) => self.update(push, record, &judged, outcome)?,
                None => self.insert(push, target, &judged, outcome)?,
            }),
        };
        let verdict = told(place, self.caller, &base.standing, judged.verdicts);
        Ok((verdict, judged.claims))
    }

    /// The account that a record follows, if it is here.
    fn leader(&self, kind: Kind, outcome: &Outcome) -> Result<Option<Place>, StoreError> {
        let Some(account) = outcome.account else {
            return Ok(None);
        };
        let place = self.tx.place(account)?;
        Ok(place.filter(|place| place.kind == Kind::Account && kind != Kind::CustomField))
    }

    fn insert(
        &mut self,
        push: &Push,
        territory: TerritoryId,
        judged: &Judged,
        outcome: &Outcome,
    ) -> Result<Place, StoreError> {
        let seq = self.ledger.enter(territory, push.id)?;
        let written = self.written(push, territory, seq, None, judged, outcome);
        let number = self.tx.insert_record(&written)?;
        self.remember(push, number, 0, seq, &judged.taken)?;
        if push.kind == Kind::Account {
            self.gather(push.id, territory)?;
        }
        Ok(Place {
            number,
            id: push.id,
            kind: push.kind,
            territory,
            seq,
            account: outcome.account,
        })
    }

    fn update(
        &mut self,
        push: &Push,
        record: &Record,
        judged: &Judged,
        outcome: &Outcome,
    ) -> Result<Place, StoreError> {
        let place = record.place;
        let seq = self.ledger.renew(&place)?;
        let written = self.written(push, place.territory, seq, Some(record), judged, outcome);
        self.tx.update_record(place.number, &written)?;
        self.remember(push, place.number, record.changes, seq, &judged.taken)?;
        let mut place = Place {
            seq,
            account: outcome.account,
            ..place
        };
        if place.account != record.place.account
            && let Some(leader) = self.leader(push.kind, outcome)?
        {
            self.follow(&mut place, leader.territory)?;
        }
        Ok(place)
    }

    /// A record whose account came after it goes where the account is.
    fn gather(&mut self, account: RecordId, territory: TerritoryId) -> Result<(), StoreError> {
        for mut follower in self.tx.followers(account)? {
            if self.caller.may_see(follower.territory) {
                self.follow(&mut follower, territory)?;
            }
        }
        Ok(())
    }

    /// Moves a record to the territory of its account, if the person sees that.
    fn follow(&mut self, place: &mut Place, territory: TerritoryId) -> Result<(), StoreError> {
        if place.territory != territory && self.caller.may_see(territory) {
            place.seq = self.ledger.relocate(place, territory, self.now_ms)?;
            place.territory = territory;
        }
        Ok(())
    }

    fn written<'o>(
        &self,
        push: &Push,
        territory: TerritoryId,
        seq: u64,
        before: Option<&Record>,
        judged: &Judged,
        outcome: &'o Outcome,
    ) -> Written<'o> {
        let first = judged.taken.first().map(|taken| self.number_of(taken.by));
        let alone = judged
            .taken
            .iter()
            .all(|taken| Some(self.number_of(taken.by)) == first);
        let writer = first.filter(|number| alone && before.is_none_or(|r| r.writer == Some(*number)));
        let taken = u32::try_from(judged.taken.len()).unwrap_or(u32::MAX);
        Written {
            id: push.id,
            kind: push.kind,
            territory,
            seq,
            writer,
            changes: before.map_or(0, |r| r.changes).saturating_add(taken),
            unfolded: outcome.unfolded,
            account: outcome.account,
            document: &outcome.document,
            row: &outcome.row,
        }
    }

    fn remember(
        &self,
        push: &Push,
        record: i64,
        before: u32,
        seq: u64,
        taken: &[Taken],
    ) -> Result<(), StoreError> {
        for (number, taken) in (before + 1..).zip(taken) {
            self.tx.unpark(taken.change.hash)?;
            self.tx.insert_change(&NewChange {
                record,
                number,
                seq,
                actor: self.number_of(taken.by),
                hash: taken.change.hash,
                late: taken.late,
                received_at_ms: self.now_ms,
                bytes: &push.changes[taken.change.at].0,
            })?;
        }
        Ok(())
    }

    fn park(&self, push: &Push, judged: &Judged) -> Result<(), StoreError> {
        judged.parked.iter().try_for_each(|parked| {
            self.tx.park(&ParkedChange {
                hash: parked.hash,
                record: push.id,
                kind: push.kind,
                device: self.caller.device.id,
                received_at_ms: self.now_ms,
                bytes: &push.changes[parked.at].0,
            })
        })
    }

    fn number_of(&self, actor: ActorId) -> i64 {
        self.caller
            .number_of(actor)
            .expect("the gate lets in only actors of the caller")
    }
}

/// The verdict as the device hears it. Where a record is that was never theirs is none of their business.
fn told(place: Option<Place>, caller: &Caller, standing: &Standing, verdicts: Vec<Verdict>) -> RecordVerdict {
    let known = place.filter(|_| *standing != Standing::Never);
    let all_accepted = verdicts.iter().all(|v| *v == Verdict::Accepted);
    RecordVerdict {
        seq: known.map_or(0, |p| p.seq),
        territory: known.map_or(caller.person.home, |p| p.territory),
        changes: if all_accepted { Vec::new() } else { verdicts },
    }
}
