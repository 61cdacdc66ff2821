//! Who is calling, and what they see.

use fieldbook_model::Role;
use fieldbook_model::ids::{ActorId, DeviceId, TerritoryId};
use fieldbook_model::wire::{Fault, verify};

use super::Failure;
use crate::store::{Actor, Device, Person, StoreError, Tx};

/// An authenticated device and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) device: Device,
    pub(super) person: Person,
    /// All actors bound to the device.
    pub(super) actors: Vec<Actor>,
    /// The territories that the person sees, the company first.
    pub(super) sees: Vec<TerritoryId>,
}

/// Who made a request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Credentials<'a> {
    pub(super) device: DeviceId,
    pub(super) signature: &'a [u8; 64],
    pub(super) body: &'a [u8],
}

impl Credentials<'_> {
    /// Checks that the device is known and not locked out, and that the body came from it.
    pub(super) fn check(&self, tx: &Tx<'_>) -> Result<Device, Failure> {
        let device = tx.device(self.device)?.ok_or(Fault::UnknownDevice)?;
        if !verify(&device.key, self.body, self.signature) {
            return Err(Fault::UnknownDevice.into());
        }
        admitted(device)
    }
}

/// A device that was not locked out.
pub(super) fn admitted(device: Device) -> Result<Device, Failure> {
    match device.revoked_at_ms {
        None => Ok(device),
        Some(_) => Err(Fault::Revoked.into()),
    }
}

impl Caller {
    pub(super) fn introduce(tx: &Tx<'_>, device: Device) -> Result<Caller, StoreError> {
        let damaged = StoreError::Damaged {
            what: "device.person",
        };
        let person = tx.person(device.person)?.ok_or(damaged)?;
        let actors = tx.actors_of(device.id)?;
        let mut sees = match person.role {
            Role::Admin => tx.territories()?.into_iter().map(|t| t.id).collect(),
            Role::Rep | Role::Manager => tx.territories_of(person.id)?,
        };
        if !sees.contains(&TerritoryId::COMPANY) {
            sees.insert(0, TerritoryId::COMPANY);
        }
        Ok(Caller {
            device,
            person,
            actors,
            sees,
        })
    }

    /// The place of one of the device's actors in the list of authors.
    pub(super) fn number_of(&self, actor: ActorId) -> Option<i64> {
        self.actors.iter().find(|a| a.id == actor).map(|a| a.number)
    }

    pub(super) fn may_see(&self, territory: TerritoryId) -> bool {
        self.sees.contains(&territory)
    }
}
