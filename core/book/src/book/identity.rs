//! The identity of a book: its actor and keys, and its server.

use std::collections::BTreeSet;

use super::sync_now::Pace;
use crate::store::{Store, StoreError, Write};
use fieldbook_model::Role;
use fieldbook_model::clock::Random;
use fieldbook_model::evidence::{Anchor, PublicKey};
use fieldbook_model::ids::{ActorId, DeviceId, RecordId, ServerId, TerritoryId, UserId};

/// The book's own facts, kept as settings.
#[derive(Clone)]
pub(super) struct Identity {
    /// Under which actor it writes.
    pub(super) actor: ActorId,
    /// Under which actors it wrote before.
    pub(super) actors: Vec<ActorId>,
    /// The records with changes that the server has lost and that are sent again.
    pub(super) again: BTreeSet<RecordId>,
    /// The secret ed25519 key that was made with the book: its chain of evidence starts under it, and requests are signed with
    /// it until it is changed.
    pub(super) secret: [u8; 32],
    /// The key by which requests are signed since it was changed.
    pub(super) changed_secret: Option<[u8; 32]>,
    /// The key that is offered to the server, until it is certain that the server has it.
    pub(super) offered_secret: Option<[u8; 32]>,
    /// Whose book it is.
    pub(super) rep: Option<String>,
    /// The server, once joined.
    pub(super) server: Option<Server>,
    /// Lead of the server's clock over ours, in milliseconds.
    pub(super) clock_offset_ms: i64,
    /// The server's time as last heard, for stamps and for evidence.
    pub(super) anchor: Option<Anchor>,
    /// The server's time from which on its answers have agreed with each other; `None` before the first.
    pub(super) steady_since_ms: Option<i64>,
    /// The key of the host's hardware, once it signs the chain of evidence.
    pub(super) host_key: Option<PublicKey>,
    /// Number of authors' names received.
    pub(super) people_cursor: u64,
    /// Time of the last successful sync, Unix milliseconds of our clock.
    pub(super) last_sync_at_ms: Option<i64>,
    /// Size of the pages of a sync, by the speed of the line.
    pub(super) pace: Pace,
}

/// The server a book is tied to.
#[derive(Clone)]
pub(super) struct Server {
    /// Its identity; `None` in a book that joined before servers had one, until its next sync.
    pub(super) id: Option<ServerId>,
    /// Its address, without a path.
    pub(super) url: String,
    /// Id of this device on the server.
    pub(super) device: DeviceId,
    /// Id of the rep on the server.
    pub(super) user: UserId,
    /// Role of the rep.
    pub(super) role: Role,
    /// Territory of new records.
    pub(super) home: TerritoryId,
}

fn text(bytes: Vec<u8>) -> Option<String> {
    String::from_utf8(bytes).ok()
}

/// The ids of which the bytes are a run.
fn ids<T, C: FromIterator<T>>(bytes: &[u8], id: fn([u8; 16]) -> T) -> C {
    let (whole, _) = bytes.as_chunks();
    whole.iter().map(|bytes| id(*bytes)).collect()
}

fn number(bytes: &[u8]) -> Option<i64> {
    bytes.try_into().ok().map(i64::from_le_bytes)
}

impl Identity {
    /// The role of the rep; whoever keeps a book of their own answers to nobody.
    pub(super) fn role(&self) -> Role {
        self.server.as_ref().map_or(Role::Admin, |server| server.role)
    }

    /// Reads the facts, or makes those of a new book: a random actor and key.
    pub(super) fn load(store: &Store, random: &dyn Random) -> Result<Identity, StoreError> {
        let mut settings = store.settings()?;
        let mut take = |name: &str| settings.remove(name);
        let actor = take("actor").and_then(|bytes| ActorId::try_from(bytes.as_slice()).ok());
        let secret = take("secret").and_then(|bytes| bytes.try_into().ok());
        let (Some(actor), Some(secret)) = (actor, secret) else {
            return Identity::fresh(store, random);
        };
        let actors = take("actors").map(|bytes| ids(&bytes, ActorId));
        let again = take("again").map(|bytes| ids(&bytes, RecordId));
        let changed_secret = take("request_secret").and_then(|bytes| bytes.try_into().ok());
        let offered_secret = take("offered_secret").and_then(|bytes| bytes.try_into().ok());
        let mut take_number = |name: &str| take(name).and_then(|bytes| number(&bytes));
        Ok(Identity {
            actor,
            actors: actors.unwrap_or_default(),
            again: again.unwrap_or_default(),
            secret,
            changed_secret,
            offered_secret,
            clock_offset_ms: take_number("clock_offset_ms").unwrap_or(0),
            people_cursor: take_number("people_cursor").unwrap_or(0).cast_unsigned(),
            last_sync_at_ms: take_number("last_sync_at_ms"),
            steady_since_ms: take_number("time_steady_since_ms"),
            pace: take_number("page_bytes").map_or(Pace::default(), Pace::from_bytes),
            anchor: take("time_anchor").and_then(|bytes| serde_json::from_slice(&bytes).ok()),
            host_key: take("host_key").and_then(|bytes| bytes.try_into().ok().map(PublicKey)),
            rep: take("rep").and_then(text),
            server: Server::from_settings(take),
        })
    }

    fn fresh(store: &Store, random: &dyn Random) -> Result<Identity, StoreError> {
        let (mut actor, mut secret) = ([0; 16], [0; 32]);
        random.fill(&mut actor);
        random.fill(&mut secret);
        let identity = Identity {
            actor: ActorId(actor),
            actors: Vec::new(),
            again: BTreeSet::new(),
            secret,
            changed_secret: None,
            offered_secret: None,
            rep: None,
            server: None,
            clock_offset_ms: 0,
            anchor: None,
            steady_since_ms: None,
            host_key: None,
            people_cursor: 0,
            last_sync_at_ms: None,
            pace: Pace::default(),
        };
        store.transaction(|write| identity.save(write))?;
        Ok(identity)
    }

    /// Keeps the facts, as part of an act.
    pub(super) fn save(&self, write: &mut Write<'_>) -> Result<(), StoreError> {
        write.put_setting("actor", &self.actor.0)?;
        write.put_setting("secret", &self.secret)?;
        if let Some(secret) = &self.changed_secret {
            write.put_setting("request_secret", secret)?;
        }
        // An empty value is none.
        let offered = self.offered_secret.as_ref().map_or(&[][..], |secret| secret);
        if !offered.is_empty() || self.changed_secret.is_some() {
            write.put_setting("offered_secret", offered)?;
        }
        let actors: Vec<u8> = self.actors.iter().flat_map(|actor| actor.0).collect();
        write.put_setting("actors", &actors)?;
        let again: Vec<u8> = self.again.iter().flat_map(|record| record.0).collect();
        write.put_setting("again", &again)?;
        self.save_last_sync(write)?;
        write.put_setting("people_cursor", &self.people_cursor.to_le_bytes())?;
        if let Some(rep) = &self.rep {
            write.put_setting("rep", rep.as_bytes())?;
        }
        self.server.as_ref().map_or(Ok(()), |server| server.save(write))
    }

    /// Keeps what a sync learned of the time, as part of an act.
    pub(super) fn save_last_sync(&self, write: &mut Write<'_>) -> Result<(), StoreError> {
        write.put_setting("clock_offset_ms", &self.clock_offset_ms.to_le_bytes())?;
        if let Some(anchor) = &self.anchor {
            let text = serde_json::to_vec(anchor).expect("numbers and texts always have a JSON form");
            write.put_setting("time_anchor", &text)?;
        }
        if let Some(since_ms) = self.steady_since_ms {
            write.put_setting("time_steady_since_ms", &since_ms.to_le_bytes())?;
        }
        self.last_sync_at_ms.map_or(Ok(()), |at_ms| {
            write.put_setting("last_sync_at_ms", &at_ms.to_le_bytes())
        })
    }

    /// Keeps the size of pages, as part of an act.
    pub(super) fn save_pace(&self, write: &mut Write<'_>) -> Result<(), StoreError> {
        let bytes = i64::try_from(self.pace.bytes()).unwrap_or(i64::MAX);
        write.put_setting("page_bytes", &bytes.to_le_bytes())
    }

    /// The secret key under requests.
    pub(super) fn request_secret(&self) -> &[u8; 32] {
        self.changed_secret.as_ref().unwrap_or(&self.secret)
    }

    /// The public key under which the chain of evidence starts, if requests are signed by another one.
    pub(super) fn chain_key(&self) -> Option<[u8; 32]> {
        self.changed_secret.map(|_| PublicKey::of(&self.secret).0)
    }

    /// All actors under which this device has written.
    pub(super) fn own_actors(&self) -> impl Iterator<Item = ActorId> {
        self.actors.iter().copied().chain([self.actor])
    }

    /// Writes under another actor from now on.
    pub(super) fn renew_actor(&mut self, actor: ActorId) {
        self.actors.push(self.actor);
        self.actor = actor;
    }

    /// The territory of records made here.
    pub(super) fn home(&self) -> TerritoryId {
        self.server
            .as_ref()
            .map_or(TerritoryId::UNJOINED, |server| server.home)
    }
}

impl Server {
    /// The server of a book whose settings `take` gives out by name.
    fn from_settings(mut take: impl FnMut(&str) -> Option<Vec<u8>>) -> Option<Server> {
        Some(Server {
            id: take("server_id").and_then(|bytes| ServerId::try_from(bytes.as_slice()).ok()),
            url: take("server_url").and_then(text)?,
            device: DeviceId::try_from(take("device")?.as_slice()).ok()?,
            user: UserId::try_from(take("user")?.as_slice()).ok()?,
            role: take("role").and_then(text)?.parse().ok()?,
            home: TerritoryId::try_from(take("home")?.as_slice()).ok()?,
        })
    }

    fn save(&self, write: &mut Write<'_>) -> Result<(), StoreError> {
        write.put_setting("server_url", self.url.as_bytes())?;
        if let Some(id) = self.id {
            write.put_setting("server_id", &id.0)?;
        }
        write.put_setting("device", &self.device.0)?;
        write.put_setting("user", &self.user.0)?;
        write.put_setting("role", self.role.name().as_bytes())?;
        write.put_setting("home", &self.home.0)
    }
}
