//! Names that machines give: [`RecordId`] for records, [`ActorId`] for the hand that writes, [`ChangeHash`] for what it wrote.
//!
//! All are made on the device, so a contact on an account that never synced just works.

use std::fmt;
use std::str::FromStr;

use uuid::Uuid;

/// A text that should have been a UUID was not one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id: ids are UUIDs such as 019ab0f2-7c1e-7000-8000-000000000001")]
pub struct BadId;

macro_rules! uuid_newtype {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; 16]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&Uuid::from_bytes(self.0).hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = BadId;

            fn from_str(s: &str) -> Result<Self, BadId> {
                Uuid::try_parse(s).map(|u| $name(u.into_bytes())).map_err(|_| BadId)
            }
        }

        impl TryFrom<&[u8]> for $name {
            type Error = BadId;

            fn try_from(bytes: &[u8]) -> Result<Self, BadId> {
                bytes.try_into().map($name).map_err(|_| BadId)
            }
        }
    };
}

uuid_newtype! {
    /// A record of any kind. `UUIDv7`: sorts by the time it was made.
    RecordId
}
uuid_newtype! {
    /// One install epoch of one device: the author of changes. Random, never reused, never backed up.
    ActorId
}
uuid_newtype! {
    /// A device as the server knows it: one join.
    DeviceId
}
uuid_newtype! {
    /// A server: made with its database. What a device signs is meant for one server.
    ServerId
}
uuid_newtype! {
    /// A sales territory. Every record belongs to exactly one.
    TerritoryId
}
uuid_newtype! {
    /// A person who works with the book: a rep, a manager, an administrator.
    UserId
}

impl TerritoryId {
    /// The territory of records that concern the whole company (the schema of custom fields); everyone sees it.
    pub const COMPANY: TerritoryId = TerritoryId([0; 16]);

    /// The territory of a book that no server knows yet. The server puts its records into the rep's home.
    pub const UNJOINED: TerritoryId = TerritoryId([0xff; 16]);
}

impl RecordId {
    /// A `UUIDv7` (RFC 9562, section 5.7) of this millisecond and these random bits.
    pub fn new(unix_ms: i64, random: [u8; 10]) -> RecordId {
        let ms = u64::try_from(unix_ms).unwrap_or(0);
        RecordId(
            uuid::Builder::from_unix_timestamp_millis(ms, &random)
                .into_uuid()
                .into_bytes(),
        )
    }

    /// An id that follows from a hash: whoever has the same millisecond and the same hash makes the same id.
    pub fn from_hash(unix_ms: i64, hash: &[u8; 32]) -> RecordId {
        let mut bits = [0; 10];
        bits.copy_from_slice(&hash[..10]);
        RecordId::new(unix_ms, bits)
    }

    /// The time at which the id was made, Unix milliseconds; `None` for a UUID of another version, which holds none.
    pub fn made_at_ms(&self) -> Option<i64> {
        let time = Uuid::from_bytes(self.0)
            .get_timestamp()
            .filter(|_| self.0[6] >> 4 == 7)?;
        let (seconds, nanos) = time.to_unix();
        i64::try_from(seconds)
            .ok()?
            .checked_mul(1_000)?
            .checked_add(i64::from(nanos / 1_000_000))
    }
}

/// The SHA-256 by which a change is known everywhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Display for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|b| write!(f, "{b:02x}"))
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for ChangeHash {
    type Err = BadId;

    fn from_str(s: &str) -> Result<Self, BadId> {
        let nibble = |b: u8| {
            char::from(b)
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
                .ok_or(BadId)
        };
        let text: &[u8; 64] = s.as_bytes().try_into().map_err(|_| BadId)?;
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(text.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(ChangeHash(hash))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_sort_by_time_and_read_back() {
        let (a, b) = (RecordId::new(1_000, [255; 10]), RecordId::new(1_001, [0; 10]));
        assert!(a < b);
        assert_eq!(a.to_string().parse(), Ok(a));
        assert_eq!("nonsense".parse::<RecordId>(), Err(BadId));
    }

    #[test]
    fn a_hash_reads_back() {
        let hash = ChangeHash(std::array::from_fn(|i| {
            u8::try_from(i * 7 % 256).expect("below 256")
        }));
        assert_eq!(hash.to_string().parse(), Ok(hash));
        assert_eq!(hash.to_string()[1..].parse::<ChangeHash>(), Err(BadId));
    }
}
