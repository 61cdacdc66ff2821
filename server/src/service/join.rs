//! Join: admits a device that presents a one-time code.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::DeviceId;
use fieldbook_model::wire::{
    Ends, JoinRequest, JoinResponse, PackError, Proof, ProtocolError, VERSION, unpack,
};

use super::auth::{check_fresh, reject_revoked};
use super::hello::server_id;
use super::{ServiceError, hash_join_code};
use crate::store::{CodeUse, Device, JoinCode, Person, PersonState, Store, StoreError, Tx};

/// The longest name that a device may give itself, in characters; the rest is cut off.
const DEVICE_NAME_CHARS_MAX: usize = 100;

/// Admits a device. The same code with the same key returns the same device, so a device whose answer was lost may ask
/// again.
///
/// # Errors
/// [`ProtocolError::Malformed`], [`ProtocolError::TooLarge`], [`ProtocolError::Version`], [`ProtocolError::UnknownDevice`] if the presented key did not sign
/// the body for this server, [`ProtocolError::Stale`], [`ProtocolError::Replayed`], [`ProtocolError::UnknownCode`], [`ProtocolError::CodeUsed`], [`ProtocolError::CodeExpired`], [`ProtocolError::ActorTaken`], [`ProtocolError::Revoked`],
/// or [`ServiceError::Store`].
pub fn join(
    store: &Store,
    body: &[u8],
    proof: &Proof,
    now_ms: i64,
    random: &dyn Random,
) -> Result<JoinResponse, ServiceError> {
    let request: JoinRequest = decode_body(body)?;
    if request.version != VERSION {
        return Err(ProtocolError::Version.into());
    }
    let ends = Ends {
        device: None,
        server: server_id(&store.read()?)?,
    };
    if !proof.verify(&request.key, &ends, body) {
        return Err(ProtocolError::UnknownDevice.into());
    }
    check_fresh(store, proof, now_ms)?;
    let tx = store.write()?;
    let code = tx
        .join_code(&hash_join_code(&request.code))?
        .ok_or(ProtocolError::UnknownCode)?;
    let person = tx.person(code.person)?.ok_or(StoreError::Damaged {
        what: "join_code.person",
    })?;
    if tx.person_state(person.id)? == PersonState::Disabled {
        return Err(ProtocolError::Revoked.into());
    }
    let device = match code.used {
        CodeUse::UsedBy(device) => rejoin(&tx, device, &request)?,
        CodeUse::Unused if code.expires_at_ms < now_ms => return Err(ProtocolError::CodeExpired.into()),
        CodeUse::Unused => register(&tx, &request, &person, now_ms, random)?,
    };
    bind_actor(&tx, &request, device, now_ms)?;
    tx.put_join_code(&JoinCode {
        used: CodeUse::UsedBy(device),
        ..code
    })?;
    tx.commit()?;
    Ok(JoinResponse {
        device,
        user: person.id,
        user_name: person.name,
        role: person.role,
        home: person.home,
        now_ms,
    })
}

/// Decodes the body of a request.
pub(super) fn decode_body<T: for<'b> minicbor::Decode<'b, ()>>(body: &[u8]) -> Result<T, ProtocolError> {
    unpack(body).map_err(|error| match error {
        PackError::TooLarge => ProtocolError::TooLarge,
        PackError::Malformed => ProtocolError::Malformed,
    })
}

/// Admits the device that used the code before, and no other.
fn rejoin(tx: &Tx<'_>, device: DeviceId, request: &JoinRequest) -> Result<DeviceId, ServiceError> {
    let device = tx.device(device)?.ok_or(StoreError::Damaged {
        what: "join_code.used_by",
    })?;
    if *device.signs_with() == request.key {
        Ok(reject_revoked(device)?.id)
    } else {
        Err(ProtocolError::CodeUsed.into())
    }
}

/// Registers a device, or restores one that the person had with this key: by issuing a new code, the administrator lets a
/// revoked device return.
fn register(
    tx: &Tx<'_>,
    request: &JoinRequest,
    person: &Person,
    now_ms: i64,
    random: &dyn Random,
) -> Result<DeviceId, StoreError> {
    let known = tx.device_with_key(person.id, &request.key)?;
    let device = known.unwrap_or_else(|| Device {
        id: DeviceId(random_uuid(random)),
        person: person.id,
        key: request.chain_key.unwrap_or(request.key),
        request_key: request.chain_key.map(|_| request.key),
        name: printable(&request.device_name),
        joined_at_ms: now_ms,
        seen_at_ms: now_ms,
        revoked_at_ms: None,
        answered_at_ms: 0,
        wipe_ordered_at_ms: None,
        wiped_at_ms: None,
    });
    tx.put_device(&Device {
        seen_at_ms: now_ms,
        revoked_at_ms: None,
        ..device.clone()
    })?;
    Ok(device.id)
}

/// The name without control characters, safe to show on a terminal, at most [`DEVICE_NAME_CHARS_MAX`] long.
fn printable(name: &str) -> String {
    let shown = name.chars().filter(|c| !c.is_control());
    shown.take(DEVICE_NAME_CHARS_MAX).collect()
}

/// A random UUID (RFC 9562, section 5.4).
pub(crate) fn random_uuid(random: &dyn Random) -> [u8; 16] {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().into_bytes()
}

/// Binds the actor of the request to the device, unless it is bound already.
fn bind_actor(tx: &Tx<'_>, request: &JoinRequest, device: DeviceId, now_ms: i64) -> Result<(), ServiceError> {
    match tx.device_of(request.actor)? {
        Some(owner) if owner == device => Ok(()),
        Some(_) => Err(ProtocolError::ActorTaken.into()),
        None => Ok(tx.bind_actor(request.actor, device, now_ms).map(|_| ())?),
    }
}
