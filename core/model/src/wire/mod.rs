//! The messages between a device and a server, the same types on both sides. `docs/wire.md` describes them in CDDL.
//!
//! A message is CBOR (RFC 8949) in one zstd frame (RFC 8878). Structs are maps with small integer keys, so a later version
//! may add a key and an earlier one skips it. A device signs the compressed body with its ed25519 key.

mod codec;
mod pack;
mod proof;
mod row;
mod scan;

use minicbor::{Decode, Encode};

use crate::ids::{ActorId, ChangeHash, DeviceId, RecordId, ServerId, TerritoryId, UserId};
use crate::{Kind, Role};

pub use pack::{BODY_BYTES_MAX, INFLATED_BYTES_MAX, PackError, fingerprint, pack, public_key, unpack};
pub use proof::{BadProof, Ends, Proof, REQUEST_AGE_MS_MAX};
pub use row::Row;
pub use scan::ITEMS_MAX;

/// The version of this protocol. A server refuses others with [`ProtocolError::Version`].
pub const VERSION: u32 = 2;

/// About how many bytes of records one answer carries before it says that there is more.
pub const PAGE_BYTES: usize = 2 << 20;

/// The smallest size of a page that a device asks for, bytes.
pub const PAGE_BYTES_MIN: usize = 16 << 10;

/// About how many bytes of changes one request carries.
pub const PUSH_BYTES: usize = 700_000;

/// The name of the HTTP header that names the device, as UUID text.
pub const DEVICE_HEADER: &str = "fieldbook-device";

/// The name of the HTTP header with the [`Proof`] of the request.
pub const SIGNATURE_HEADER: &str = "fieldbook-signature";

/// The answer to `POST /v1/hello`, which has no body: what a device needs to sign a request.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct HelloResponse {
    /// [`VERSION`].
    #[n(0)]
    pub version: u32,
    /// The server's identity.
    #[n(1)]
    pub server: ServerId,
    /// The server's clock, Unix milliseconds.
    #[n(2)]
    pub now_ms: i64,
}

/// The body of `POST /v1/join`, signed by the key it presents.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct JoinRequest {
    /// [`VERSION`].
    #[n(0)]
    pub version: u32,
    /// The one-time code.
    #[n(1)]
    pub code: String,
    /// The device's public ed25519 key, made on the device.
    #[cbor(n(2), with = "minicbor::bytes")]
    pub key: [u8; 32],
    /// The actor under which the device writes.
    #[n(3)]
    pub actor: ActorId,
    /// Name of the device, for the administrator's list.
    #[n(4)]
    pub device_name: String,
    /// The key under which its chain of evidence starts, if it is another one: the device has changed its key.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub chain_key: Option<[u8; 32]>,
}

/// The answer to a join.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct JoinResponse {
    /// The name to sync under.
    #[n(0)]
    pub device: DeviceId,
    /// Whose device it is.
    #[n(1)]
    pub user: UserId,
    /// That person's name.
    #[n(2)]
    pub user_name: String,
    /// That person's role.
    #[n(3)]
    pub role: Role,
    /// The territory of records made on this device.
    #[n(4)]
    pub home: TerritoryId,
    /// The server's clock, Unix milliseconds.
    #[n(5)]
    pub now_ms: i64,
}

/// The body of `POST /v1/sync`. Sent again, it has the same effect once.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct SyncRequest {
    /// [`VERSION`].
    #[n(0)]
    pub version: u32,
    /// The actor under which the device writes now; bound to the device when first seen.
    #[n(1)]
    pub actor: ActorId,
    /// Unsent changes, by record.
    #[n(2)]
    pub push: Vec<Push>,
    /// The state of each territory on the device.
    #[n(3)]
    pub scopes: Vec<Scope>,
    /// Number of authors' names that the device knows.
    #[n(4)]
    pub people_cursor: u64,
    /// True to answer with verdicts only, because more pushes follow.
    #[n(5)]
    pub push_only: bool,
    /// The other actors under which the device has written; bound to it again where a restored server lost them.
    #[n(6)]
    pub actors: Option<Vec<ActorId>>,
    /// Changes that wait on the server, for a decision or for lost ones, and that the device keeps beside their records.
    #[n(7)]
    pub kept: Option<Vec<ChangeHash>>,
    /// The most bytes of records, before compression, that the answer is to carry, if fewer than [`PAGE_BYTES`]: the line is
    /// slow. A single record comes whatever its size.
    #[n(8)]
    pub page: Option<u32>,
    /// Something about the device itself.
    #[n(9)]
    pub notice: Option<DeviceNotice>,
}

/// What a device says about itself, beside its changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
pub enum DeviceNotice {
    /// It was wiped as ordered: it has nothing any more, and this is its last request.
    #[n(0)]
    Wiped,
    /// From the next request on it signs with this ed25519 key, and no longer with the present one.
    #[n(1)]
    NewKey(#[cbor(n(0), with = "minicbor::bytes")] [u8; 32]),
}

/// The unsent changes of one record, in the order they were made.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Push {
    /// The kind of record.
    #[n(0)]
    pub kind: Kind,
    /// Id of the record.
    #[n(1)]
    pub id: RecordId,
    /// The change chunks.
    #[n(2)]
    pub changes: Vec<Blob>,
    /// True if the server once accepted some of them and has lost them: those that stand on others' changes which are lost
    /// too wait on the server.
    #[n(3)]
    pub again: Option<bool>,
}

/// Raw bytes on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Blob(#[cbor(n(0), with = "minicbor::bytes")] pub Vec<u8>);

/// The state of one territory on a device.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Scope {
    /// Id of the territory.
    #[n(0)]
    pub territory: TerritoryId,
    /// The generation that the cursor belongs to.
    #[n(1)]
    pub epoch: u64,
    /// All news up to this number are here.
    #[n(2)]
    pub cursor: u64,
    /// If the last checksums differed: the checksums of the device's records in each of 256 buckets, by [`bucket`].
    #[n(3)]
    pub audit: Option<Vec<u64>>,
    /// The cursor at which an answer last said that nothing more was to come, 0 when none did: the device holds every
    /// record as it was then. Between two pages `cursor` is ahead of it, and a record whose number has since moved behind
    /// the cursor has not come at all, so changes are counted from here.
    #[n(4)]
    pub settled: u64,
}

/// The answer to a sync.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct SyncResponse {
    /// The server's clock, Unix milliseconds.
    #[n(0)]
    pub now_ms: i64,
    /// One for each [`Push`], in the same order.
    #[n(1)]
    pub verdicts: Vec<RecordVerdict>,
    /// One for each territory that the device may see or must drop.
    #[n(2)]
    pub scopes: Vec<ScopeDelta>,
    /// Names of authors that the device has not heard of.
    #[n(3)]
    pub people: Vec<Person>,
    /// The cursor to send next time.
    #[n(4)]
    pub people_cursor: u64,
    /// The current role of the person.
    #[n(5)]
    pub role: Role,
    /// The current territory of records made on this device.
    #[n(6)]
    pub home: TerritoryId,
    /// The [`fingerprint`] of the request that this answers.
    #[cbor(n(7), with = "minicbor::bytes")]
    pub answers: [u8; 8],
    /// What became of those changes in [`SyncRequest::kept`] that wait no longer.
    #[n(8)]
    pub settled: Option<Vec<Settled>>,
    /// True if the office has ordered that the device is wiped: it sends what it still may, then erases the book and says so
    /// ([`DeviceNotice::Wiped`]). No news come any more.
    #[n(9)]
    pub wipe: Option<bool>,
}

/// What became of a change that waited for a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Settled {
    /// The hash of the change.
    #[n(0)]
    pub change: ChangeHash,
    /// The decision.
    #[n(1)]
    pub decision: Decision,
}

/// The decision about a change that waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Decision {
    /// All of it was written into the record, as a new edit.
    #[n(0)]
    Applied,
    /// None of it was.
    #[n(1)]
    Discarded,
    /// Some of its fields were.
    #[n(2)]
    Partly,
}

/// The verdicts on the pushed changes of one record.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct RecordVerdict {
    /// The record's number in its territory now; 0 when the server has no such record.
    #[n(0)]
    pub seq: u64,
    /// The record's territory now.
    #[n(1)]
    pub territory: TerritoryId,
    /// One for each change, in the same order; empty when all were accepted.
    #[n(2)]
    pub changes: Vec<ChangeOutcome>,
}

/// The verdict on one change. A device forgets a change only when it holds its verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeOutcome {
    /// It is part of the record.
    Accepted,
    /// It was made before the record was handed over, and is part of it.
    AcceptedLate,
    /// It was made after the hand-over: kept for the new owner to apply or discard.
    Parked,
    /// It stands on changes that the server has lost: kept until their authors send them again.
    Waiting,
    /// It was not taken. The record's own news follow in the same answer.
    Refused(crate::doc::gate::Refusal),
}

/// The delta of one territory.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct ScopeDelta {
    /// Id of the territory.
    #[n(0)]
    pub territory: TerritoryId,
    /// The directive for the territory.
    #[n(1)]
    pub order: ScopeDirective,
    /// The generation that the cursor belongs to.
    #[n(2)]
    pub epoch: u64,
    /// The cursor to send next time.
    #[n(3)]
    pub cursor: u64,
    /// The sum of [`digest`] over all records of the territory at that cursor, to compare with one's own when nothing more is to come.
    #[n(4)]
    pub sum: u64,
    /// True to ask again at once.
    #[n(5)]
    pub more: bool,
    /// Records that changed, with what they are now.
    #[n(6)]
    pub records: Vec<RecordNews>,
    /// Records that left the territory.
    #[n(7)]
    pub gone: Vec<RecordId>,
    /// The territory's name.
    #[n(8)]
    pub name: String,
    /// In answer to an audit: all records in the buckets of `audited`; what else the device holds there is to go.
    #[n(9)]
    pub present: Option<Vec<RecordId>>,
    /// In answer to an audit: the buckets that differed and that this answer settles, some of which may hold no record
    /// at all. All of their records come whole in `records`.
    #[cbor(n(10), with = "minicbor::bytes")]
    pub audited: Vec<u8>,
    /// Records among `gone` that were erased for good: also unsent and kept edits of them are to go.
    #[n(11)]
    pub erased: Option<Vec<RecordId>>,
}

/// The directive to a device about a territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum ScopeDirective {
    /// Take the news.
    #[n(0)]
    Keep,
    /// Forget all of it: it is no longer this person's.
    #[n(1)]
    Drop,
    /// Start afresh: the news begin at the beginning, and what they do not bring is to go.
    #[n(2)]
    Restart,
}

/// One record as it is now.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct RecordNews {
    /// The kind of record.
    #[n(0)]
    pub kind: Kind,
    /// Id of the record.
    #[n(1)]
    pub id: RecordId,
    /// Its number in the territory.
    #[n(2)]
    pub seq: u64,
    /// Document bytes: the whole when `whole`, else change chunks to append to what the device has.
    #[cbor(n(3), with = "minicbor::bytes")]
    pub document: Vec<u8>,
    /// True if `document` replaces what the device has.
    #[n(4)]
    pub whole: bool,
    /// The [`Row`], as CBOR.
    #[cbor(n(5), with = "minicbor::bytes")]
    pub row: Vec<u8>,
}

/// The person behind an actor.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct Person {
    /// The actor id.
    #[n(0)]
    pub actor: ActorId,
    /// The person's name.
    #[n(1)]
    pub name: String,
}

/// The body of every answer with a status of 400 or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, thiserror::Error)]
#[cbor(index_only)]
pub enum ProtocolError {
    /// The body is not a message of this protocol.
    #[error("the server could not read the request")]
    #[n(0)]
    Malformed,
    /// The server speaks another version.
    #[error("the server speaks another version of the protocol")]
    #[n(1)]
    Version,
    /// No such join code.
    #[error("no such join code")]
    #[n(2)]
    UnknownCode,
    /// The code has served another device.
    #[error("the join code was already used")]
    #[n(3)]
    CodeUsed,
    /// The code is too old.
    #[error("the join code has expired")]
    #[n(4)]
    CodeExpired,
    /// The server does not know the device, or the signature is not its.
    #[error("the server does not know this device")]
    #[n(5)]
    UnknownDevice,
    /// The administrator has locked the device out.
    #[error("this device was revoked")]
    #[n(6)]
    Revoked,
    /// The body is larger than the server takes.
    #[error("the request is too large")]
    #[n(7)]
    TooLarge,
    /// The actor belongs to another device.
    #[error("this device's identity belongs to another device")]
    #[n(8)]
    ActorTaken,
    /// The server failed; nothing was taken, try again later.
    #[error("the server failed")]
    #[n(9)]
    Internal,
    /// The request was signed at another time than the server's clock shows.
    #[error("the request was not signed within five minutes of the server's time")]
    #[n(10)]
    Stale,
    /// The very same request came before.
    #[error("the request was sent before")]
    #[n(11)]
    Replayed,
    /// Too many requests came at once: try again later.
    #[error("the server has too many requests; try again later")]
    #[n(12)]
    Busy,
}

impl ProtocolError {
    /// The HTTP status it travels under.
    pub fn status(self) -> u16 {
        match self {
            ProtocolError::Malformed => 400,
            ProtocolError::UnknownDevice | ProtocolError::Revoked | ProtocolError::Stale => 401,
            ProtocolError::UnknownCode => 404,
            ProtocolError::CodeUsed | ProtocolError::ActorTaken | ProtocolError::Replayed => 409,
            ProtocolError::CodeExpired => 410,
            ProtocolError::TooLarge => 413,
            ProtocolError::Version => 426,
            ProtocolError::Busy => 429,
            ProtocolError::Internal => 500,
        }
    }

    /// The word that programs read: the command's error code. The words never change.
    pub fn name(self) -> &'static str {
        match self {
            ProtocolError::Malformed => "malformed",
            ProtocolError::Version => "version",
            ProtocolError::UnknownCode => "unknown_code",
            ProtocolError::CodeUsed => "code_used",
            ProtocolError::CodeExpired => "code_expired",
            ProtocolError::UnknownDevice => "unknown_device",
            ProtocolError::Revoked => "revoked",
            ProtocolError::TooLarge => "too_large",
            ProtocolError::ActorTaken => "actor_taken",
            ProtocolError::Internal => "internal",
            ProtocolError::Stale => "stale",
            ProtocolError::Replayed => "replayed",
            ProtocolError::Busy => "server_busy",
        }
    }
}

/// A number for one record at one `seq`; the exclusive or of them over a territory tells whether two sides hold the same.
///
/// Mixed by `SplitMix64`'s finalizer over the halves of the id and the number.
pub fn digest(id: RecordId, seq: u64) -> u64 {
    let half = |range: std::ops::Range<usize>| {
        u64::from_le_bytes(id.0[range].try_into().expect("half of 16 bytes is 8"))
    };
    mix(mix(half(0..8)) ^ half(8..16).rotate_left(32) ^ mix(seq))
}

/// In which of 256 buckets a record is audited: its id's last byte, which is random.
pub fn bucket(id: RecordId) -> u8 {
    id.0[15]
}

fn mix(x: u64) -> u64 {
    let z = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests;
