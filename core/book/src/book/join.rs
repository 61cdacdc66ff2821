//! Tying a book to a server.

use std::time::Duration;

use super::identity::Server;
use super::sync_now::{Call, SyncError};
use super::{Book, BookError};
use crate::sync::Transport;
use fieldbook_model::Role;
use fieldbook_model::clock::Stopwatch;
use fieldbook_model::ids::{ActorId, DeviceId, TerritoryId};
use fieldbook_model::wire::{JoinRequest, JoinResponse, ProtocolError, VERSION};

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
    /// A book that has joined joins again with a new code once its server has revoked it or does not know it: it keeps its
    /// records, and what it had not sent goes out. If a server at another address knows the book, that is the new address
    /// of its server, as with [`move_server`](Book::move_server), and the code is not used.
    ///
    /// # Errors
    /// [`SyncError::AlreadyJoined`] while the server takes the book's requests; [`SyncError::Refused`] with the server's
    /// reason (no such code, used, expired); [`SyncError::NoConnection`] and its kin.
    ///
    /// # Examples
    /// ```
    /// use fieldbook_book::sync::{Post, Reply, Transport, TransportError};
    /// use fieldbook_book::{Book, OpenOptions, SyncError};
    ///
    /// /// A phone in a cellar. An app takes `Http`, or a transport of its own.
    /// struct NoSignal;
    ///
    /// impl Transport for NoSignal {
    ///     fn post(&self, _: Post<'_>) -> Result<Reply, TransportError> {
    ///         Err(TransportError::NoConnection)
    ///     }
    /// }
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-join");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions::new(folder.join("book.db")))?;
    /// let joined = book.join("https://book.example.com", "KXQM-7P3D-9RTA-0HFW", "my phone", &NoSignal);
    /// assert_eq!(joined, Err(SyncError::NoConnection)); // the code is not used up: ask again with a signal
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn join(
        &self,
        url: &str,
        code: &str,
        device_name: &str,
        transport: &dyn Transport,
    ) -> Result<Joined, SyncError> {
        let url = trimmed(url);
        if let Some(server) = self.identity().server {
            match self.probe(&url, server.device, transport) {
                Ok(()) if url == server.url => return Err(SyncError::AlreadyJoined),
                Ok(()) => return self.put_address(url),
                Err(SyncError::Refused(ProtocolError::Revoked | ProtocolError::UnknownDevice)) => {}
                Err(error) => return Err(error),
            }
        }
        match self.ask_to_join(&url, code, device_name, transport) {
            // The code is another person's: unsent edits are written again under an actor of theirs.
            Err(SyncError::Refused(ProtocolError::ActorTaken)) => {
                self.renew_actor()?;
                self.ask_to_join(&url, code, device_name, transport)
            }
            joined => joined,
        }
    }

    /// Tells the book the new address of its server, after asking the server there whether it knows the book.
    ///
    /// # Errors
    /// [`SyncError::NotJoined`]; [`SyncError::Refused`] by a server that does not know the book, which then keeps the old
    /// address; [`SyncError::NoConnection`] and its kin.
    pub fn move_server(&self, url: &str, transport: &dyn Transport) -> Result<Joined, SyncError> {
        let server = self.identity().server.ok_or(SyncError::NotJoined)?;
        let url = trimmed(url);
        self.probe(&url, server.device, transport)?;
        self.put_address(url)
    }

    /// Makes a request that changes nothing, to learn whether the server at `url` takes this device's requests.
    fn probe(&self, url: &str, device: DeviceId, transport: &dyn Transport) -> Result<(), SyncError> {
        let request = self.bare_request(None);
        let body = fieldbook_model::wire::pack(&request);
        let call = Call {
            url,
            device: Some(device),
        };
        self.call(transport, &call, &body, TIMEOUT).map(drop)
    }

    fn put_address(&self, url: String) -> Result<Joined, SyncError> {
        let mut identity = self.identity();
        let server = identity.server.as_mut().ok_or(SyncError::NotJoined)?;
        server.url = url;
        let joined = Joined {
            user_name: identity.rep.clone().unwrap_or_default(),
            role: server.role,
            home: server.home,
            device: server.device,
        };
        let now_ms = self.clock.now_ms();
        self.transaction(|write| {
            write.trace(now_ms, "the server has a new address")?;
            identity.save(write).map_err(BookError::from)
        })?;
        self.set_identity(identity);
        Ok(joined)
    }

    fn renew_actor(&self) -> Result<(), BookError> {
        let (mut identity, mut actor) = (self.identity(), [0; 16]);
        self.random.fill(&mut actor);
        identity.renew_actor(ActorId(actor));
        self.transaction(|write| identity.save(write).map_err(BookError::from))?;
        self.set_identity(identity);
        Ok(())
    }

    fn ask_to_join(
        &self,
        url: &str,
        code: &str,
        device_name: &str,
        transport: &dyn Transport,
    ) -> Result<Joined, SyncError> {
        let mut identity = self.identity();
        let request = JoinRequest {
            version: VERSION,
            code: code.trim().to_owned(),
            key: fieldbook_model::wire::public_key(identity.request_secret()),
            actor: identity.actor,
            device_name: device_name.to_owned(),
            chain_key: identity.chain_key(),
        };
        let body = fieldbook_model::wire::pack(&request);
        let before = self.clock.now_ms();
        let watch = Stopwatch::start();
        let answer = self.call(transport, &Call { url, device: None }, &body, TIMEOUT)?;
        let joined: JoinResponse =
            fieldbook_model::wire::unpack(&answer.body).map_err(|_| SyncError::BadAnswer)?;
        let round_trip_ms = i64::try_from(watch.elapsed().as_millis()).unwrap_or(i64::MAX);
        self.learn_time(&mut identity, joined.now_ms, before, round_trip_ms);
        identity.rep = Some(joined.user_name.clone());
        // A server that did not know the book counts its authors anew.
        identity.people_cursor = 0;
        identity.server = Some(Server {
            id: Some(answer.server),
            url: url.to_owned(),
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

/// The address without spaces around it and slashes behind it.
fn trimmed(url: &str) -> String {
    url.trim().trim_end_matches('/').to_owned()
}
