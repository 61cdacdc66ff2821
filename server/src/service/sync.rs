//! Sync: one request pushes changes and pulls deltas, in one transaction.

use std::collections::BTreeSet;

use fieldbook_model::doc::gate::AHEAD_MS_MAX;
use fieldbook_model::ids::{ActorId, ChangeHash, DeviceId, RecordId, TerritoryId};
use fieldbook_model::wire::{
    self as wire, BODY_BYTES_MAX, Decision, DeviceNotice, PAGE_BYTES, PAGE_BYTES_MIN, Proof, ProtocolError,
    Scope, ScopeDelta, ScopeDirective, Settled, SyncRequest, SyncResponse, VERSION, fingerprint, pack,
};
use sha2::{Digest as _, Sha256};

use super::anti_entropy::BUCKETS;
use super::auth::{Credentials, Principal, check_fresh, reject_revoked};
use super::deal_moves::Company;
use super::pull::{DeltaBuilder, scope_directive};
use super::push::{PushApplier, PushResult, load_states};
use super::review::{Review, ReviewContext, StoredState};
use super::wipe::{last_answer, without_news};
use super::{SequenceAllocator, ServiceError, evidence, join};
use crate::store::{Device, Store, StoreError, Tx};

/// The most records in one push: more than an honest request of its size can carry.
const PUSHES_MAX: usize = 10_000;

/// The most territories in one request: more than anyone sees.
const SCOPES_MAX: usize = 10_000;

/// The most actors that one device names in a day, or in a request as those under which it wrote before.
const ACTORS_MAX: usize = 256;

/// The time in which so many actors may be named, in milliseconds.
const ACTORS_PERIOD_MS: i64 = 86_400_000;

/// The most changes about which a device asks in one request.
const KEPT_MAX: usize = 1_000;

/// The most names of authors in one answer; the rest come with the next.
const PEOPLE_MAX: usize = 1_000;

/// The age at which a device's stored `seen_at_ms` is renewed, in milliseconds. Each renewal costs a commit.
const SEEN_MS: i64 = 3_600_000;

/// Answers a sync request.
///
/// # Errors
/// [`ProtocolError::UnknownDevice`], [`ProtocolError::Revoked`], [`ProtocolError::Stale`], [`ProtocolError::Replayed`], [`ProtocolError::TooLarge`], [`ProtocolError::Malformed`], [`ProtocolError::Version`],
/// [`ProtocolError::ActorTaken`], or [`ServiceError::Store`]. A request that fails changed nothing.
pub fn sync(
    store: &Store,
    device: DeviceId,
    proof: &Proof,
    body: &[u8],
    now_ms: i64,
) -> Result<SyncResponse, ServiceError> {
    let credentials = Credentials { device, proof, body };
    respond(
        store,
        &credentials,
        now_ms,
        PAGE_BYTES,
        Attempt::First(&|| Ok(())),
    )
}

/// Answers a sync request as it travels: packed, within [`BODY_BYTES_MAX`]. If records that hardly compress exceed that
/// size, the request is processed again with half the budget. This costs time and changes nothing, since a request has its
/// effect once. `admit` is asked once it is certain that the request is the device's.
///
/// # Errors
/// As [`sync`], or that of `admit`.
pub fn sync_packed(
    store: &Store,
    device: DeviceId,
    proof: &Proof,
    body: &[u8],
    now_ms: i64,
    admit: &dyn Fn() -> Result<(), ProtocolError>,
) -> Result<(SyncResponse, Vec<u8>), ServiceError> {
    let credentials = Credentials { device, proof, body };
    let (mut budget, mut attempt) = (PAGE_BYTES, Attempt::First(admit));
    loop {
        let response = respond(store, &credentials, now_ms, budget, attempt)?;
        let packed = pack(&response);
        if packed.len() <= BODY_BYTES_MAX {
            return Ok((response, packed));
        }
        if budget == 0 {
            return Err(ProtocolError::TooLarge.into());
        }
        budget /= 2;
        attempt = Attempt::Smaller;
    }
}

/// The attempt at answering a request.
#[derive(Clone, Copy)]
enum Attempt<'a> {
    /// The first one: this decides whether the device may ask now.
    First(&'a dyn Fn() -> Result<(), ProtocolError>),
    /// One more, within a smaller budget.
    Smaller,
}

fn respond(
    store: &Store,
    credentials: &Credentials<'_>,
    now_ms: i64,
    budget: usize,
    attempt: Attempt<'_>,
) -> Result<SyncResponse, ServiceError> {
    let reading = store.read()?;
    let device = credentials.authenticate(&reading)?;
    if let Attempt::First(admit) = attempt {
        check_fresh(store, credentials.proof, now_ms)?;
        admit()?;
    }
    let request = decode_request(credentials.body)?;
    let principal = Principal::load(&reading, device)?;
    if let Some(response) = last_answer(store, &principal, &request, now_ms)? {
        return Ok(with_fingerprint(response, credentials.body));
    }
    check_actor(&reading, &principal, request.actor, now_ms)?;
    if !needs_write(&reading, &principal, &request, now_ms)? {
        let pushed = PushResult::default();
        let response = build_response(&reading, &principal, &request, pushed, now_ms, budget)?;
        return Ok(with_fingerprint(response, credentials.body));
    }
    let states = load_states(&reading, &principal, &request.push)?;
    let company = Company::load(&reading, request.push.iter().map(|push| push.kind))?;
    let restarting = restarts(&reading, &request.scopes)?;
    let was_restored = reading.was_restored()?;

    let mut actors: Vec<ActorId> = principal.actors.iter().map(|actor| actor.id).collect();
    actors.push(request.actor);
    actors.extend(claimable(&reading, &request)?);
    drop(reading);
    let context = ReviewContext {
        actors: &actors,
        role: principal.person.role,
        now_ms,
        name: &principal.person.name,
        company: &company,
        restarting,
        answered_at_ms: principal.device.answered_at_ms.min(now_ms),
        was_restored,
    };
    let reviews = context.review_all(&request.push, &states)?;

    let tx = store.write()?;
    let principal = begin_write(&tx, credentials.device, &request, now_ms)?;
    let pushed = push(&tx, &principal, &context, &request, states, reviews)?;
    store_forgotten(&tx, &principal, &request.scopes)?;
    let response = build_response(&tx, &principal, &request, pushed, now_ms, budget)?;
    tx.commit()?;
    Ok(with_fingerprint(response, credentials.body))
}

/// Adds the fingerprint of the request, by which the device matches answer and request.
fn with_fingerprint(response: SyncResponse, body: &[u8]) -> SyncResponse {
    SyncResponse {
        answers: fingerprint(body),
        ..response
    }
}

fn decode_request(body: &[u8]) -> Result<SyncRequest, ProtocolError> {
    let request: SyncRequest = join::decode_body(body)?;
    let buckets_fit = request.scopes.iter().all(|s| {
        s.audit
            .as_ref()
            .is_none_or(|checksums| checksums.len() == BUCKETS)
    });
    let distinct = all_distinct(request.push.iter().map(|push| push.id))
        && all_distinct(request.scopes.iter().map(|scope| scope.territory));
    if request.version != VERSION {
        Err(ProtocolError::Version)
    } else if request.push.len() > PUSHES_MAX
        || request.scopes.len() > SCOPES_MAX
        || request
            .actors
            .as_ref()
            .is_some_and(|actors| actors.len() > ACTORS_MAX)
        || request.kept.as_ref().is_some_and(|kept| kept.len() > KEPT_MAX)
    {
        Err(ProtocolError::TooLarge)
    } else if buckets_fit && distinct {
        Ok(request)
    } else {
        Err(ProtocolError::Malformed)
    }
}

/// True if no id comes twice.
fn all_distinct<T: Ord>(ids: impl Iterator<Item = T>) -> bool {
    let mut seen = BTreeSet::new();
    ids.into_iter().all(|id| seen.insert(id))
}

/// Checks that the actor is bound to this device or to none.
fn check_actor(tx: &Tx<'_>, principal: &Principal, actor: ActorId, now_ms: i64) -> Result<(), ServiceError> {
    if principal.actor_number(actor).is_some() {
        return Ok(());
    }
    if tx.device_of(actor)?.is_some() {
        return Err(ProtocolError::ActorTaken.into());
    }
    // An honest device takes another actor when it was restored or cloned, now and then. Later is a day later.
    if new_actors(principal, now_ms) >= ACTORS_MAX {
        return Err(ProtocolError::Busy.into());
    }
    Ok(())
}

/// The number of actors that the device itself has named of late.
fn new_actors(principal: &Principal, now_ms: i64) -> usize {
    let of_late = principal
        .actors
        .iter()
        .filter(|actor| !actor.office && now_ms.saturating_sub(actor.bound_at_ms) < ACTORS_PERIOD_MS);
    of_late.count()
}

/// The earlier actors of the request that are bound to no device. Those that are bound stay where they are.
fn claimable(tx: &Tx<'_>, request: &SyncRequest) -> Result<Vec<ActorId>, StoreError> {
    let mut unbound = Vec::new();
    for actor in request.actors.iter().flatten() {
        if tx.device_of(*actor)?.is_none() {
            unbound.push(*actor);
        }
    }
    Ok(unbound)
}

/// True if the request changes the database. Most do not, and then cost no commit.
fn needs_write(
    tx: &Tx<'_>,
    principal: &Principal,
    request: &SyncRequest,
    now_ms: i64,
) -> Result<bool, StoreError> {
    let known = principal.actor_number(request.actor).is_some();
    let since_seen_ms = now_ms.saturating_sub(principal.device.seen_at_ms);
    let seen = since_seen_ms < SEEN_MS && !was_ahead(&principal.device, now_ms);
    if !known || !seen || !request.push.is_empty() || request.notice.is_some() {
        return Ok(true);
    }
    Ok(!scopes_to_forget(tx, principal, &request.scopes)?.is_empty() || has_departures(tx, &request.scopes)?)
}

/// True if the server's own clock was ahead when it last heard of the device.
fn was_ahead(device: &Device, now_ms: i64) -> bool {
    device.seen_at_ms.saturating_sub(now_ms) > AHEAD_MS_MAX
}

/// True if the device is to be told of a record that left. The time of that is kept: what it dates before is not believed.
fn has_departures(tx: &Tx<'_>, scopes: &[Scope]) -> Result<bool, StoreError> {
    for scope in scopes {
        if !tx.departures_after(scope.territory, scope.cursor, 1)?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Begins the writing part. The principal is loaded again, because the device may have been revoked in between.
fn begin_write(
    tx: &Tx<'_>,
    device: DeviceId,
    request: &SyncRequest,
    now_ms: i64,
) -> Result<Principal, ServiceError> {
    let device = reject_revoked(tx.device(device)?.ok_or(ProtocolError::UnknownDevice)?)?;
    if was_ahead(&device, now_ms) {
        tx.set_back_to(now_ms)?;
    }
    let device = Device {
        seen_at_ms: now_ms,
        request_key: match request.notice {
            Some(DeviceNotice::NewKey(key)) => Some(key),
            _ => device.request_key,
        },
        answered_at_ms: if request.push_only {
            device.answered_at_ms
        } else {
            now_ms
        },
        ..device
    };
    tx.put_device(&device)?;
    let mut principal = Principal::load(tx, device)?;
    check_actor(tx, &principal, request.actor, now_ms)?;
    let new = claimable(tx, request)?.into_iter().chain([request.actor]);
    for actor in new {
        if principal.actor_number(actor).is_none() && new_actors(&principal, now_ms) < ACTORS_MAX {
            let bound = tx.bind_actor(actor, principal.device.id, now_ms)?;
            principal.actors.push(bound);
        }
    }
    Ok(principal)
}

fn push(
    tx: &Tx<'_>,
    principal: &Principal,
    context: &ReviewContext<'_>,
    request: &SyncRequest,
    states: Vec<StoredState>,
    reviews: Vec<Review>,
) -> Result<PushResult, StoreError> {
    let mut sequence = SequenceAllocator::new(tx);
    let mut applier = PushApplier {
        tx,
        sequence: &mut sequence,
        principal,
        context,
        now_ms: context.now_ms,
    };
    let pushed = applier.apply_all(&request.push, states, reviews)?;
    evidence::record_claims(tx, &principal.device, &pushed.claims, context.now_ms)?;
    sequence.flush()?;
    Ok(pushed)
}

/// The territories that this answer tells the device to drop or to restart, each with its counter.
fn scopes_to_forget(
    tx: &Tx<'_>,
    principal: &Principal,
    scopes: &[Scope],
) -> Result<Vec<(TerritoryId, u64)>, StoreError> {
    let mut forgotten = Vec::new();
    for scope in scopes {
        if let Some(territory) = tx.territory(scope.territory)? {
            let lost = !principal.can_access(territory.id);
            if lost || scope_directive(&territory, Some(scope)) != ScopeDirective::Keep {
                forgotten.push((territory.id, territory.counter));
            }
        }
    }
    Ok(forgotten)
}

/// True if the device holds a territory of another epoch than this database, or more of it: the database was restored.
fn restarts(tx: &Tx<'_>, scopes: &[Scope]) -> Result<bool, StoreError> {
    for scope in scopes {
        let territory = tx.territory(scope.territory)?;
        if territory.is_some_and(|held| scope_directive(&held, Some(scope)) == ScopeDirective::Restart) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn store_forgotten(tx: &Tx<'_>, principal: &Principal, scopes: &[Scope]) -> Result<(), StoreError> {
    for (territory, counter) in scopes_to_forget(tx, principal, scopes)? {
        tx.set_forgotten(principal.device.id, territory, counter)?;
    }
    Ok(())
}

fn build_response(
    tx: &Tx<'_>,
    principal: &Principal,
    request: &SyncRequest,
    pushed: PushResult,
    now_ms: i64,
    budget: usize,
) -> Result<SyncResponse, ServiceError> {
    let mut builder = DeltaBuilder {
        tx,
        device: principal.device.id,
        actor: principal
            .actor_number(request.actor)
            .ok_or(ProtocolError::Internal)?,
        budget: request.page.map_or(budget, |page| budget.min(page_bytes(page))),
        has_record: false,
    };
    let scopes = if request.push_only {
        refused_deltas(&mut builder, principal, &request.scopes, &pushed.refused)?
    } else {
        scope_deltas(&mut builder, principal, &request.scopes, &pushed.refused)?
    };
    if principal.device.is_to_be_wiped() {
        return Ok(SyncResponse {
            verdicts: pushed.verdicts,
            ..without_news(principal, request, now_ms)
        });
    }
    let (people, people_cursor) = people(tx, principal, request.people_cursor)?;
    let settled = settled(tx, request.kept.as_deref().unwrap_or_default())?;
    Ok(SyncResponse {
        now_ms,
        verdicts: pushed.verdicts,
        scopes,
        people,
        people_cursor,
        role: principal.person.role,
        home: principal.person.home,
        answers: [0; 8],
        settled: (!settled.is_empty()).then_some(settled),
        wipe: None,
    })
}

/// The size of a page that a device asks for, not below the smallest.
fn page_bytes(page: u32) -> usize {
    usize::try_from(page).unwrap_or(usize::MAX).max(PAGE_BYTES_MIN)
}

/// The authors whose hands are in records that the person sees, as far as the device has not heard of them, and the cursor
/// for its next request. A device whose person sees other territories than before hears of all again.
fn people(tx: &Tx<'_>, principal: &Principal, cursor: u64) -> Result<(Vec<wire::Person>, u64), StoreError> {
    let view = view_of(&principal.territories);
    let heard = if cursor >> 32 == u64::from(view) {
        cursor
    } else {
        0
    };
    let after = u32::try_from(heard & u64::from(u32::MAX)).unwrap_or(0);
    let (people, last) = tx.authors_after(&principal.territories, after, PEOPLE_MAX)?;
    Ok((people, u64::from(view) << 32 | u64::from(last)))
}

/// A number of 21 bits for a set of territories; never 0.
fn view_of(territories: &[TerritoryId]) -> u32 {
    let sorted: BTreeSet<_> = territories.iter().collect();
    let mut hash = Sha256::new();
    for territory in sorted {
        hash.update(territory.0);
    }
    let hash = hash.finalize();
    1 << 20 | u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) >> 12
}

/// The decisions about those of the `kept` changes that wait no longer.
fn settled(tx: &Tx<'_>, kept: &[ChangeHash]) -> Result<Vec<Settled>, StoreError> {
    let mut settled = Vec::new();
    for change in kept {
        if !tx.is_settled(*change)? {
            continue;
        }
        let fields = tx.settled_fields(*change)?;
        let applied = fields.iter().filter(|(_, applied)| *applied).count();
        let decision = match applied {
            0 => Decision::Discarded,
            n if n == fields.len() => Decision::Applied,
            _ => Decision::Partly,
        };
        settled.push(Settled {
            change: *change,
            decision,
        });
    }
    Ok(settled)
}

/// The deltas of all territories that the person sees, and a drop for each that the device holds and the person lost.
fn scope_deltas(
    builder: &mut DeltaBuilder<'_, '_>,
    principal: &Principal,
    scopes: &[Scope],
    refused: &BTreeSet<RecordId>,
) -> Result<Vec<ScopeDelta>, StoreError> {
    let mut deltas = Vec::new();
    for id in &principal.territories {
        let missing = StoreError::Damaged {
            what: "person_territory.territory",
        };
        let territory = builder.tx.territory(*id)?.ok_or(missing)?;
        let scope = scopes.iter().find(|scope| scope.territory == *id);
        if scope_directive(&territory, scope) == ScopeDirective::Drop {
            // What left since then is not known any more: it is delivered from the beginning, with the next request.
            deltas.push(ScopeDelta {
                more: true,
                ..drop_delta(*id)
            });
            continue;
        }
        deltas.push(builder.scope_delta(&territory, scope, refused)?);
    }
    // Records from before the join belong to no territory of this server, so it must not drop them.
    let lost = scopes
        .iter()
        .filter(|scope| !principal.can_access(scope.territory) && scope.territory != TerritoryId::UNJOINED);
    deltas.extend(lost.map(|scope| drop_delta(scope.territory)));
    Ok(deltas)
}

/// The stored state of the records with a refused change, for a device that asks for verdicts only.
fn refused_deltas(
    builder: &mut DeltaBuilder<'_, '_>,
    principal: &Principal,
    scopes: &[Scope],
    refused: &BTreeSet<RecordId>,
) -> Result<Vec<ScopeDelta>, StoreError> {
    let mut deltas = Vec::new();
    for scope in scopes
        .iter()
        .filter(|scope| !refused.is_empty() && principal.can_access(scope.territory))
    {
        if let Some(territory) = builder.tx.territory(scope.territory)? {
            deltas.extend(builder.refused_only(&territory, scope, refused)?);
        }
    }
    Ok(deltas)
}

fn drop_delta(territory: TerritoryId) -> ScopeDelta {
    ScopeDelta {
        erased: None,
        territory,
        order: ScopeDirective::Drop,
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
