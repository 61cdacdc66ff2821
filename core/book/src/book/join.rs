//! Tying a book to a server.

use std::time::Duration;

use super::identity::Server;
use super::sync_now::{SyncError, call};
use super::{Book, BookError};
use crate::sync::Transport;
use fieldbook_model::Role;
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::ids::{DeviceId, TerritoryId};
use fieldbook_model::wire::{JoinRequest, JoinResponse, VERSION};

/// The longest duration of a join.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The result of a join: the person and the device on the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// Whose book the server takes it for.
    pub user_name: String,
    /// Role of the person.
    pub role: Role,
    /// Territory of records made here.
    pub home: TerritoryId,
    /// Id of this device on the server.
    pub device: DeviceId,
}

impl Book {
    /// Joins the server at `url` with a one-time code. What is in the book goes there with the next sync. Asking again
    /// with the same code after a lost answer is the same join.
    ///
    /// # Errors
    /// [`SyncError::AlreadyJoined`]; [`SyncError::Refused`] with the server's reason (no such code, used, expired);
    /// [`SyncError::NoConnection`] and its kin.
    pub fn join(
        &self,
        url: &str,
        code: &str,
        device_name: &str,
        transport: &dyn Transport,
    ) -> Result<Joined, SyncError> {
        let mut identity = self.identity();
        if identity.server.is_some() {
            return Err(SyncError::AlreadyJoined);
        }
        let url = url.trim().trim_end_matches('/').to_owned();
        let request = JoinRequest {
            version: VERSION,
            code: code.trim().to_owned(),
            key: fieldbook_model::wire::public_key(&identity.secret),
            actor: identity.actor,
            device_name: device_name.to_owned(),
        };
        let body = fieldbook_model::wire::pack(&request);
        let before = self.clock.now_ms();
        let watch = Stopwatch::start();
        let answer = call(
            transport,
            &format!("{url}/v1/join"),
            None,
            &identity.secret,
            &body,
            TIMEOUT,
        )?;
        let joined: JoinResponse =
            fieldbook_model::wire::unpack(&answer).map_err(|_| SyncError::BadAnswer)?;
        identity.clock_offset_ms = joined.now_ms - i64::midpoint(before, self.clock.now_ms());
        let round_trip_ms = i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX);
        identity.anchor = Some(self.anchor(joined.now_ms, round_trip_ms));
        identity.rep = Some(joined.user_name.clone());
        identity.server = Some(Server {
            url,
            device: joined.device,
            user: joined.user,
            role: joined.role,
            home: joined.home,
        });
        self.transaction(|write| {
            write.trace(before, "joined a server")?;
            identity.save(write).map_err(BookError::from)
        })?;
        self.set_identity(identity);
        Ok(Joined {
            user_name: joined.user_name,
            role: joined.role,
            home: joined.home,
            device: joined.device,
        })
    }
}
