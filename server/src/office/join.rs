//! A device comes in with a one-time code.

use fieldbook_model::clock::Random;
use fieldbook_model::ids::DeviceId;
use fieldbook_model::wire::{Fault, JoinRequest, JoinResponse, PackError, VERSION, unpack, verify};

use super::caller::admitted;
use super::{Failure, hash_of_code};
use crate::store::{CodeUse, Device, JoinCode, Person, Store, StoreError, Tx};

/// The longest name that a device may give itself, in characters.
const DEVICE_NAME_CHARS_MAX: usize = 100;

/// Lets a device in. With the same code and key it is the same device again, so a lost answer can be asked for once more.
///
/// # Errors
/// [`Fault::Malformed`], [`Fault::TooLarge`], [`Fault::Version`], [`Fault::UnknownDevice`] for a signature that is not
/// the key's, [`Fault::UnknownCode`], [`Fault::CodeUsed`], [`Fault::CodeExpired`], [`Fault::ActorTaken`],
/// [`Fault::Revoked`], or the store's.
pub fn join(
    store: &Store,
    body: &[u8],
    signature: &[u8; 64],
    now_ms: i64,
    random: &dyn Random,
) -> Result<JoinResponse, Failure> {
    let request: JoinRequest = read(body)?;
    if request.version != VERSION {
        return Err(Fault::Version.into());
    }
    if !verify(&request.key, body, signature) {
        return Err(Fault::UnknownDevice.into());
    }
    let tx = store.write()?;
    let code = tx
        .join_code(&hash_of_code(&request.code))?
        .ok_or(Fault::UnknownCode)?;
    let person = tx.person(code.person)?.ok_or(StoreError::Damaged {
        what: "join_code.person",
    })?;
    let device = match code.used {
        CodeUse::By(device) => again(&tx, device, &request)?,
        CodeUse::Fresh if code.expires_at_ms < now_ms => return Err(Fault::CodeExpired.into()),
        CodeUse::Fresh => admit(&tx, &request, &person, now_ms, random)?,
    };
    bind(&tx, &request, device)?;
    tx.put_join_code(&JoinCode {
        used: CodeUse::By(device),
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

/// Reads a body that a device sent.
pub(super) fn read<T: for<'b> minicbor::Decode<'b, ()>>(body: &[u8]) -> Result<T, Fault> {
    unpack(body).map_err(|error| match error {
        PackError::TooLarge => Fault::TooLarge,
        PackError::Malformed => Fault::Malformed,
    })
}

/// The code has served: only the device that it served may come again.
fn again(tx: &Tx<'_>, device: DeviceId, request: &JoinRequest) -> Result<DeviceId, Failure> {
    let device = tx.device(device)?.ok_or(StoreError::Damaged {
        what: "join_code.used_by",
    })?;
    if device.key == request.key {
        Ok(admitted(device)?.id)
    } else {
        Err(Fault::CodeUsed.into())
    }
}

/// A new device, or one that the person had already: a new code is the administrator's word that it may come back.
fn admit(
    tx: &Tx<'_>,
    request: &JoinRequest,
    person: &Person,
    now_ms: i64,
    random: &dyn Random,
) -> Result<DeviceId, StoreError> {
    let known = tx.device_with_key(person.id, &request.key)?;
    let device = known.unwrap_or_else(|| Device {
        id: DeviceId(uuid(random)),
        person: person.id,
        key: request.key,
        name: plain(&request.device_name),
        joined_at_ms: now_ms,
        seen_at_ms: now_ms,
        revoked_at_ms: None,
    });
    tx.put_device(&Device {
        seen_at_ms: now_ms,
        revoked_at_ms: None,
        ..device.clone()
    })?;
    Ok(device.id)
}

/// The name as it may be shown on a terminal.
fn plain(name: &str) -> String {
    let shown = name.chars().filter(|c| !c.is_control());
    shown.take(DEVICE_NAME_CHARS_MAX).collect()
}

/// A random UUID (RFC 9562, section 5.4).
pub(crate) fn uuid(random: &dyn Random) -> [u8; 16] {
    let mut bytes = [0; 16];
    random.fill(&mut bytes);
    uuid::Builder::from_random_bytes(bytes).into_uuid().into_bytes()
}

fn bind(tx: &Tx<'_>, request: &JoinRequest, device: DeviceId) -> Result<(), Failure> {
    match tx.device_of(request.actor)? {
        Some(owner) if owner == device => Ok(()),
        Some(_) => Err(Fault::ActorTaken.into()),
        None => Ok(tx.bind_actor(request.actor, device).map(|_| ())?),
    }
}
