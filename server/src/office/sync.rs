//! One request for sync: verdicts for what came, news for what did not, in one transaction.

use std::collections::BTreeSet;

use fieldbook_model::ids::{ActorId, DeviceId, RecordId, TerritoryId};
use fieldbook_model::wire::{
    BODY_BYTES_MAX, Fault, Order, PAGE_BYTES, Scope, ScopeNews, SyncRequest, SyncResponse, VERSION,
    fingerprint, pack,
};

use super::audit::BUCKETS;
use super::caller::{Caller, Credentials, admitted};
use super::judge::{Base, Bench, Judged};
use super::pull::{Puller, order_of};
use super::push::{Pushed, Pusher, bases};
use super::{Failure, Ledger, evidence, join};
use crate::store::{Device, Store, StoreError, Tx};

/// More records than a request of its size can honestly carry.
const PUSHES_MAX: usize = 10_000;

/// More territories than anyone sees.
const SCOPES_MAX: usize = 10_000;

/// The most names of authors in one answer; the rest come with the next.
const PEOPLE_MAX: u32 = 1_000;

/// How old the note of when a device was last heard of may get: writing it costs a commit.
const SEEN_MS: i64 = 3_600_000;

/// Answers a request.
///
/// # Errors
/// [`Fault::UnknownDevice`], [`Fault::Revoked`], [`Fault::TooLarge`], [`Fault::Malformed`], [`Fault::Version`],
/// [`Fault::ActorTaken`], or the store's. Then nothing was taken.
pub fn sync(
    store: &Store,
    device: DeviceId,
    signature: &[u8; 64],
    body: &[u8],
    now_ms: i64,
) -> Result<SyncResponse, Failure> {
    let credentials = Credentials {
        device,
        signature,
        body,
    };
    respond(store, &credentials, now_ms, PAGE_BYTES)
}

/// Answers a request as it travels: packed, and within [`BODY_BYTES_MAX`]. Records that hardly compress fill an answer
/// sooner; then it is made again with fewer, which costs time but changes nothing, for a request has its effect once.
///
/// # Errors
/// As [`sync`].
pub fn answer(
    store: &Store,
    device: DeviceId,
    signature: &[u8; 64],
    body: &[u8],
    now_ms: i64,
) -> Result<(SyncResponse, Vec<u8>), Failure> {
    let credentials = Credentials {
        device,
        signature,
        body,
    };
    let mut budget = PAGE_BYTES;
    loop {
        let response = respond(store, &credentials, now_ms, budget)?;
        let packed = pack(&response);
        if packed.len() <= BODY_BYTES_MAX {
            return Ok((response, packed));
        }
        if budget == 0 {
            return Err(Fault::TooLarge.into());
        }
        budget /= 2;
    }
}

fn respond(
    store: &Store,
    credentials: &Credentials<'_>,
    now_ms: i64,
    budget: usize,
) -> Result<SyncResponse, Failure> {
    let reading = store.read()?;
    let device = credentials.check(&reading)?;
    let request = read(credentials.body)?;
    let caller = Caller::introduce(&reading, device)?;
    check_actor(&reading, &caller, request.actor)?;
    if !must_write(&reading, &caller, &request, now_ms)? {
        let response = conclude(&reading, &caller, &request, Pushed::default(), now_ms, budget)?;
        return Ok(answering(credentials.body, response));
    }
    let bases = bases(&reading, &caller, &request.push)?;
    drop(reading);

    let mut actors: Vec<ActorId> = caller.actors.iter().map(|actor| actor.id).collect();
    actors.push(request.actor);
    let bench = Bench {
        actors: &actors,
        role: caller.person.role,
        now_ms,
    };
    let judged = bench.judge_all(&request.push, &bases)?;

    let tx = store.write()?;
    let caller = begin(&tx, credentials.device, &request, now_ms)?;
    let pushed = push(&tx, &caller, &bench, &request, bases, judged)?;
    forget(&tx, &caller, &request.scopes)?;
    let response = conclude(&tx, &caller, &request, pushed, now_ms, budget)?;
    tx.commit()?;
    Ok(answering(credentials.body, response))
}

/// Says which request it is that is answered.
fn answering(body: &[u8], response: SyncResponse) -> SyncResponse {
    SyncResponse {
        answers: fingerprint(body),
        ..response
    }
}

fn read(body: &[u8]) -> Result<SyncRequest, Fault> {
    let request: SyncRequest = join::read(body)?;
    let audits_fit = request
        .scopes
        .iter()
        .all(|s| s.audit.as_ref().is_none_or(|sums| sums.len() == BUCKETS));
    if request.version != VERSION {
        Err(Fault::Version)
    } else if request.push.len() > PUSHES_MAX || request.scopes.len() > SCOPES_MAX {
        Err(Fault::TooLarge)
    } else if audits_fit {
        Ok(request)
    } else {
        Err(Fault::Malformed)
    }
}

/// The actor is the device's own, or nobody's yet.
fn check_actor(tx: &Tx<'_>, caller: &Caller, actor: ActorId) -> Result<(), Failure> {
    if caller.number_of(actor).is_none() && tx.device_of(actor)?.is_some() {
        return Err(Fault::ActorTaken.into());
    }
    Ok(())
}

/// Whether the request changes anything. Most do not, and then cost no commit.
fn must_write(tx: &Tx<'_>, caller: &Caller, request: &SyncRequest, now_ms: i64) -> Result<bool, StoreError> {
    let known = caller.number_of(request.actor).is_some();
    let seen = now_ms - caller.device.seen_at_ms < SEEN_MS;
    if !known || !seen || !request.push.is_empty() {
        return Ok(true);
    }
    Ok(!orders_to_forget(tx, caller, &request.scopes)?.is_empty())
}

/// The writing transaction: who calls is looked at again, for the device may have been locked out meanwhile.
fn begin(tx: &Tx<'_>, device: DeviceId, request: &SyncRequest, now_ms: i64) -> Result<Caller, Failure> {
    let device = admitted(tx.device(device)?.ok_or(Fault::UnknownDevice)?)?;
    let device = Device {
        seen_at_ms: now_ms,
        ..device
    };
    tx.put_device(&device)?;
    let mut caller = Caller::introduce(tx, device)?;
    check_actor(tx, &caller, request.actor)?;
    if caller.number_of(request.actor).is_none() {
        let bound = tx.bind_actor(request.actor, caller.device.id)?;
        caller.actors.push(bound);
    }
    Ok(caller)
}

fn push(
    tx: &Tx<'_>,
    caller: &Caller,
    bench: &Bench<'_>,
    request: &SyncRequest,
    bases: Vec<Base>,
    judged: Vec<Judged>,
) -> Result<Pushed, StoreError> {
    let mut ledger = Ledger::open(tx);
    let mut pusher = Pusher {
        tx,
        ledger: &mut ledger,
        caller,
        bench,
        now_ms: bench.now_ms,
    };
    let pushed = pusher.carry_out(&request.push, bases, judged)?;
    evidence::take(tx, &caller.device, &pushed.claims, bench.now_ms)?;
    ledger.close()?;
    Ok(pushed)
}

/// The territories that this answer tells the device to drop or to restart, with their counters.
fn orders_to_forget(
    tx: &Tx<'_>,
    caller: &Caller,
    scopes: &[Scope],
) -> Result<Vec<(TerritoryId, u64)>, StoreError> {
    let mut orders = Vec::new();
    for scope in scopes {
        if let Some(territory) = tx.territory(scope.territory)? {
            let lost = !caller.may_see(territory.id);
            if lost || order_of(&territory, Some(scope)) == Order::Restart {
                orders.push((territory.id, territory.counter));
            }
        }
    }
    Ok(orders)
}

fn forget(tx: &Tx<'_>, caller: &Caller, scopes: &[Scope]) -> Result<(), StoreError> {
    for (territory, counter) in orders_to_forget(tx, caller, scopes)? {
        tx.set_forgotten(caller.device.id, territory, counter)?;
    }
    Ok(())
}

fn conclude(
    tx: &Tx<'_>,
    caller: &Caller,
    request: &SyncRequest,
    pushed: Pushed,
    now_ms: i64,
    budget: usize,
) -> Result<SyncResponse, Failure> {
    let mut puller = Puller {
        tx,
        device: caller.device.id,
        actor: caller.number_of(request.actor).ok_or(Fault::Internal)?,
        budget,
        started: false,
    };
    let scopes = if request.push_only {
        refused_news(&mut puller, caller, &request.scopes, &pushed.refused)?
    } else {
        news(&mut puller, caller, &request.scopes, &pushed.refused)?
    };
    let (people, people_cursor) = tx.people_after(request.people_cursor, PEOPLE_MAX)?;
    Ok(SyncResponse {
        now_ms,
        verdicts: pushed.verdicts,
        scopes,
        people,
        people_cursor,
        role: caller.person.role,
        home: caller.person.home,
        answers: [0; 8],
    })
}

fn news(
    puller: &mut Puller<'_, '_>,
    caller: &Caller,
    scopes: &[Scope],
    refused: &BTreeSet<RecordId>,
) -> Result<Vec<ScopeNews>, StoreError> {
    let mut all = Vec::new();
    for id in &caller.sees {
        let missing = StoreError::Damaged {
            what: "person_territory.territory",
        };
        let territory = puller.tx.territory(*id)?.ok_or(missing)?;
        let scope = scopes.iter().find(|scope| scope.territory == *id);
        all.push(puller.scope(&territory, scope, refused)?);
    }
    // What a device holds before it joined belongs to no territory, and is nobody's to drop.
    let lost = scopes
        .iter()
        .filter(|scope| !caller.may_see(scope.territory) && scope.territory != TerritoryId::UNJOINED);
    all.extend(lost.map(|scope| drop_order(scope.territory)));
    Ok(all)
}

fn refused_news(
    puller: &mut Puller<'_, '_>,
    caller: &Caller,
    scopes: &[Scope],
    refused: &BTreeSet<RecordId>,
) -> Result<Vec<ScopeNews>, StoreError> {
    let mut all = Vec::new();
    for scope in scopes
        .iter()
        .filter(|scope| !refused.is_empty() && caller.may_see(scope.territory))
    {
        if let Some(territory) = puller.tx.territory(scope.territory)? {
            all.extend(puller.refused_only(&territory, scope, refused)?);
        }
    }
    Ok(all)
}

fn drop_order(territory: TerritoryId) -> ScopeNews {
    ScopeNews {
        territory,
        order: Order::Drop,
        epoch: 0,
        cursor: 0,
        sum: 0,
        more: false,
        records: Vec::new(),
        gone: Vec::new(),
        name: String::new(),
        present: None,
        audited: Vec::new(),
    }
}
