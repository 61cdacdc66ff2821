//! The change of the key under which a device signs its requests.

use std::time::Duration;

use super::sync_now::{Call, SyncError};
use super::{Book, BookError};
use crate::sync::Transport;
use fieldbook_model::wire::{self, DeviceNotice, SyncRequest, VERSION, public_key};

/// The longest duration of the request.
const TIMEOUT: Duration = Duration::from_secs(30);

impl Book {
    /// Makes a new key for the requests of this device and has the server accept it, by a request under the present key. From the
    /// server's answer on the old key signs nothing: whoever has a copy of it, or of the book as it was, is not the device any more.
    ///
    /// The new key is kept before it is offered. If the answer is lost, the book does not know which key counts: its next request
    /// finds out, and a second call offers the same key again. The chain of evidence goes on under the key that it started with.
    ///
    /// # Errors
    /// [`SyncError::NotJoined`]; [`SyncError::Busy`] while a sync is under way; [`SyncError::Refused`], as by a server that has
    /// revoked the device; [`SyncError::NoConnection`] and its kin.
    pub fn rotate_key(&self, transport: &dyn Transport) -> Result<(), SyncError> {
        let _alone = self.syncing.try_lock().map_err(|_| SyncError::Busy)?;
        let mut identity = self.identity();
        let server = identity.server.clone().ok_or(SyncError::NotJoined)?;
        let offered = *identity.offered_secret.get_or_insert_with(|| {
            let mut secret = [0; 32];
            self.random.fill(&mut secret);
            secret
        });
        self.transaction(|write| identity.save(write).map_err(BookError::from))?;
        self.set_identity(identity);
        let request = self.bare_request(Some(DeviceNotice::NewKey(public_key(&offered))));
        let call = Call {
            url: &server.url,
            device: Some(server.device),
        };
        self.call(transport, &call, &wire::pack(&request), TIMEOUT)?;
        self.take_offered_key()?;
        Ok(())
    }

    /// Signs by the offered key from now on, if there is one.
    pub(super) fn take_offered_key(&self) -> Result<(), BookError> {
        let mut identity = self.identity();
        let Some(offered) = identity.offered_secret.take() else {
            return Ok(());
        };
        identity.changed_secret = Some(offered);
        let now_ms = self.clock.now_ms();
        self.transaction(|write| {
            write.trace(now_ms, "the key of this device was changed")?;
            identity.save(write).map_err(BookError::from)
        })?;
        self.set_identity(identity);
        Ok(())
    }

    /// A request that asks for nothing; it may say something about the device.
    pub(super) fn bare_request(&self, notice: Option<DeviceNotice>) -> SyncRequest {
        let identity = self.identity();
        SyncRequest {
            version: VERSION,
            actor: identity.actor,
            push: Vec::new(),
            scopes: Vec::new(),
            people_cursor: identity.people_cursor,
            push_only: true,
            actors: None,
            kept: None,
            page: None,
            notice,
        }
    }
}
