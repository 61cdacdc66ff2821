//! Signed requests: a signature names device, server and time, and a server that finds the time wrong is asked for it.

use std::time::Duration;

use super::SyncError;
use crate::book::identity::Identity;
use crate::book::{Book, BookError};
use crate::sync::{Post, Transport};
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::ids::{DeviceId, ServerId};
use fieldbook_model::wire::{
    self, DEVICE_HEADER, Ends, HelloResponse, Proof, ProtocolError, SIGNATURE_HEADER, VERSION,
};

/// The destination and sender of a request.
#[derive(Clone, Copy)]
pub(in crate::book) struct Call<'a> {
    /// The server's address, without a path.
    pub(in crate::book) url: &'a str,
    /// This device, for a sync; `None` for a join.
    pub(in crate::book) device: Option<DeviceId>,
}

/// A successful answer.
pub(in crate::book) struct Answer {
    /// The body of the answer.
    pub(in crate::book) body: Vec<u8>,
    /// The server that it came from.
    pub(in crate::book) server: ServerId,
}

/// What a signature needs to know of the server.
#[derive(Clone, Copy)]
struct Known {
    server: ServerId,
    /// Lead of the server's clock over ours, in milliseconds.
    clock_offset_ms: i64,
}

impl Book {
    /// Sends one signed body and returns a successful answer. A server whose identity is not known is asked for it first,
    /// as is one that finds the time of the request wrong, once.
    pub(in crate::book) fn call(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Answer, SyncError> {
        match self.call_once(transport, call, body, timeout) {
            Err(SyncError::Refused(ProtocolError::Stale | ProtocolError::Replayed)) => {
                let known = self.hello(transport, call.url, timeout)?;
                self.post_known(transport, call, known, body, timeout)
            }
            answered => answered,
        }
    }

    /// Sends one signed body and returns a successful answer, by the time that is known.
    ///
    /// # Errors
    /// [`ProtocolError::Stale`] of a server that finds the time wrong, and every other [`SyncError`].
    pub(super) fn call_once(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Answer, SyncError> {
        let identity = self.identity();
        let remembered = identity.server.as_ref().and_then(|server| server.id);
        let known = match remembered.filter(|_| call.device.is_some()) {
            Some(server) => Known {
                server,
                clock_offset_ms: self.lead_ms(&identity),
            },
            None => self.hello(transport, call.url, timeout)?,
        };
        self.post_known(transport, call, known, body, timeout)
    }

    /// Lead of the server's clock over our wall clock, milliseconds, as it is known.
    fn lead_ms(&self, identity: &Identity) -> i64 {
        let reading = self.reading(identity);
        identity.server_time(&reading).saturating_sub(reading.wall_ms)
    }

    fn post_known(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        known: Known,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Answer, SyncError> {
        let identity = self.identity();
        let secret = identity.request_secret();
        let answered = match self.post_signed(transport, call, (known, secret), body, timeout) {
            // The answer to an offered key was lost: the server has it already.
            Err(SyncError::Refused(ProtocolError::UnknownDevice)) if call.device.is_some() => {
                self.post_by_offered_key(transport, call, known, body, timeout)
            }
            answered => answered,
        }?;
        let server = self.identity().server;
        if call.device.is_some() && server.is_some_and(|server| server.id.is_none()) {
            self.remember_server(known.server)?;
        }
        Ok(Answer {
            body: answered,
            server: known.server,
        })
    }

    /// Sends a body under the key that was offered to the server, and takes that key over if the server answers.
    fn post_by_offered_key(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        known: Known,
        body: &[u8],
        timeout: Duration,
    ) -> Result<Vec<u8>, SyncError> {
        let unknown = SyncError::Refused(ProtocolError::UnknownDevice);
        let offered = self.identity().offered_secret.ok_or(unknown)?;
        let answered = self.post_signed(transport, call, (known, &offered), body, timeout)?;
        self.take_offered_key()?;
        Ok(answered)
    }

    /// Asks the server for its time and takes it over.
    pub(super) fn ask_time(
        &self,
        transport: &dyn Transport,
        url: &str,
        timeout: Duration,
    ) -> Result<(), SyncError> {
        let (watch, sent_at_ms) = (Stopwatch::start(), self.clock.now_ms());
        let told = self.hello(transport, url, timeout)?;
        let round_trip_ms = i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX);
        let middle_ms = i64::midpoint(sent_at_ms, self.clock.now_ms());
        let server_ms = middle_ms.saturating_add(told.clock_offset_ms);
        let mut identity = self.identity();
        self.learn_time(&mut identity, server_ms, sent_at_ms, round_trip_ms);
        self.set_identity(identity);
        Ok(())
    }

    /// Keeps the identity of the server of a book that joined before there was one.
    fn remember_server(&self, id: ServerId) -> Result<(), BookError> {
        let mut identity = self.identity();
        if let Some(server) = &mut identity.server {
            server.id = Some(id);
        }
        self.transaction(|write| identity.save(write).map_err(BookError::from))?;
        self.set_identity(identity);
        Ok(())
    }

    /// Asks a server who it is and for its time.
    fn hello(&self, transport: &dyn Transport, url: &str, timeout: Duration) -> Result<Known, SyncError> {
        let before_ms = self.clock.now_ms();
        let post = Post {
            url: &format!("{url}/v1/hello"),
            headers: &[],
            body: &[],
            timeout,
        };
        let body = match post_for_body(transport, post) {
            // A server of version 1 knows no hello.
            Err(SyncError::Refused(ProtocolError::Malformed)) => {
                return Err(SyncError::Refused(ProtocolError::Version));
            }
            answered => answered?,
        };
        let told: HelloResponse = wire::unpack(&body).map_err(|_| SyncError::BadAnswer)?;
        if told.version != VERSION {
            return Err(SyncError::Refused(ProtocolError::Version));
        }
        let middle_ms = i64::midpoint(before_ms, self.clock.now_ms());
        Ok(Known {
            server: told.server,
            clock_offset_ms: told.now_ms.saturating_sub(middle_ms),
        })
    }

    fn post_signed(
        &self,
        transport: &dyn Transport,
        call: &Call<'_>,
        (known, secret): (Known, &[u8; 32]),
        body: &[u8],
        timeout: Duration,
    ) -> Result<Vec<u8>, SyncError> {
        let mut nonce = [0; 8];
        self.random.fill(&mut nonce);
        let ends = Ends {
            device: call.device,
            server: known.server,
        };
        let time_ms = self.clock.now_ms().saturating_add(known.clock_offset_ms);
        let proof = Proof::sign(secret, &ends, time_ms, nonce, body).to_string();
        let device = call.device.map(|device| device.to_string());
        let mut headers = vec![(SIGNATURE_HEADER, proof.as_str())];
        headers.extend(device.as_deref().map(|device| (DEVICE_HEADER, device)));
        let path = if device.is_some() { "sync" } else { "join" };
        let post = Post {
            url: &format!("{}/v1/{path}", call.url),
            headers: &headers,
            body,
            timeout,
        };
        post_for_body(transport, post)
    }
}

fn post_for_body(transport: &dyn Transport, post: Post<'_>) -> Result<Vec<u8>, SyncError> {
    let reply = transport.post(post)?;
    match reply.status {
        200 => Ok(reply.body),
        status => {
            Err(wire::unpack(&reply.body).map_or(SyncError::ServerFailed { status }, SyncError::Refused))
        }
    }
}
