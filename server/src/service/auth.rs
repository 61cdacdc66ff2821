//! Authentication and access: which device sent a request, whose it is, and which territories that person sees.

use fieldbook_model::Role;
use fieldbook_model::ids::{ActorId, DeviceId, TerritoryId};
use fieldbook_model::wire::{Ends, Proof, ProtocolError};

use super::ServiceError;
use super::hello::server_id;
use crate::store::{Actor, Device, Freshness, Person, Store, StoreError, Tx};

/// An authenticated device, its person and what the person may access.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Principal {
    pub(super) device: Device,
    pub(super) person: Person,
    /// All actors bound to the device.
    pub(super) actors: Vec<Actor>,
    /// The territories that the person sees, the company first.
    pub(super) territories: Vec<TerritoryId>,
}

/// A request with the proof of its origin.
#[derive(Debug, Clone, Copy)]
pub(super) struct Credentials<'a> {
    pub(super) device: DeviceId,
    pub(super) proof: &'a Proof,
    pub(super) body: &'a [u8],
}

impl Credentials<'_> {
    /// Checks that the device is known, that it signed the body for this server, and that it is not revoked; one that is to be
    /// wiped is heard all the same.
    pub(super) fn authenticate(&self, tx: &Tx<'_>) -> Result<Device, ServiceError> {
        let device = tx.device(self.device)?.ok_or(ProtocolError::UnknownDevice)?;
        let ends = Ends {
            device: Some(self.device),
            server: server_id(tx)?,
        };
        if !self.proof.verify(device.signs_with(), &ends, self.body) {
            return Err(ProtocolError::UnknownDevice.into());
        }
        if device.is_to_be_wiped() {
            return Ok(device);
        }
        reject_revoked(device)
    }
}

/// Checks that a request, whose signature holds, was signed about now and comes for the first time.
pub(super) fn check_fresh(store: &Store, proof: &Proof, now_ms: i64) -> Result<(), ProtocolError> {
    match store.note_request(&proof.signature, proof.time_ms, now_ms) {
        Freshness::Fresh => Ok(()),
        Freshness::Stale => Err(ProtocolError::Stale),
        Freshness::Replayed => Err(ProtocolError::Replayed),
    }
}

/// Tells whether a device of this id has joined, before its body is read.
///
/// # Errors
/// [`ProtocolError::UnknownDevice`], or [`ServiceError::Store`].
pub fn check_known(store: &Store, device: DeviceId) -> Result<(), ServiceError> {
    match store.read()?.device(device)? {
        Some(_) => Ok(()),
        None => Err(ProtocolError::UnknownDevice.into()),
    }
}

/// Returns the device unless it is revoked.
pub(super) fn reject_revoked(device: Device) -> Result<Device, ServiceError> {
    match device.revoked_at_ms {
        None => Ok(device),
        Some(_) => Err(ProtocolError::Revoked.into()),
    }
}

impl Principal {
    /// Loads the person, the actors and the territories of an authenticated device.
    pub(super) fn load(tx: &Tx<'_>, device: Device) -> Result<Principal, StoreError> {
        let damaged = StoreError::Damaged {
            what: "device.person",
        };
        let person = tx.person(device.person)?.ok_or(damaged)?;
        let actors = tx.actors_of(device.id)?;
        let mut territories = match person.role {
            Role::Admin => tx.territories()?.into_iter().map(|t| t.id).collect(),
            Role::Rep | Role::Manager => tx.territories_of(person.id)?,
        };
        if !territories.contains(&TerritoryId::COMPANY) {
            territories.insert(0, TerritoryId::COMPANY);
        }
        Ok(Principal {
            device,
            person,
            actors,
            territories,
        })
    }

    /// The database number of an actor, if it is bound to this device.
    pub(super) fn actor_number(&self, actor: ActorId) -> Option<i64> {
        self.actors.iter().find(|a| a.id == actor).map(|a| a.number)
    }

    /// True if the person sees a territory.
    pub(super) fn can_access(&self, territory: TerritoryId) -> bool {
        self.territories.contains(&territory)
    }
}
