//! One link of an evidence chain: the event, its trusted time and the hash of the previous link.

use fieldbook_location::UnknownEntry;
use serde::{Deserialize, Deserializer, Serialize};

use super::digest::{Digest, PublicKey, to_sign};
use super::trusted_time::TrustedTime;
use crate::ids::RecordId;

/// The version of the format that links are written in.
pub const FORMAT: u32 = 1;

/// The event that a link attests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Act {
    /// The rep arrived.
    CheckIn {
        /// Id of the visit.
        #[serde(with = "id_text")]
        visit: RecordId,
        /// The SHA-256 of the arrival as the record holds it.
        sha256: Digest,
    },
    /// A fix came after the arrival and the verdict was upgraded.
    Upgrade {
        /// Id of the visit.
        #[serde(with = "id_text")]
        visit: RecordId,
        /// The SHA-256 of the arrival as it became.
        sha256: Digest,
    },
    /// A missed check-in was entered afterwards (a backdated check-in).
    MakeUp {
        /// Id of the visit.
        #[serde(with = "id_text")]
        visit: RecordId,
        /// The SHA-256 of the arrival as the record holds it.
        sha256: Digest,
    },
    /// The rep left, or a rule closed the visit.
    CheckOut {
        /// Id of the visit.
        #[serde(with = "id_text")]
        visit: RecordId,
        /// The SHA-256 of the departure as the record holds it.
        sha256: Digest,
    },
    /// A photo was taken.
    Photo {
        /// Id of the visit.
        #[serde(with = "id_text")]
        visit: RecordId,
        /// The SHA-256 of the file.
        sha256: Digest,
    },
    /// The links behind this one are signed by another key: the host's secure hardware.
    Key {
        /// The new public key.
        key: PublicKey,
    },
    /// An act of a later version: a link of the chain all the same, whose meaning is not known here.
    #[serde(untagged, deserialize_with = "unknown_act")]
    Other(UnknownEntry),
}

/// The words of [`Act`] that this version knows.
const ACTS: [&str; 6] = ["check_in", "upgrade", "make_up", "check_out", "photo", "key"];

fn unknown_act<'de, D: Deserializer<'de>>(from: D) -> Result<UnknownEntry, D::Error> {
    UnknownEntry::deserialize(from, "act", &ACTS)
}

impl Act {
    /// The visit that it is about.
    pub fn visit(&self) -> Option<RecordId> {
        match self {
            Act::CheckIn { visit, .. }
            | Act::Upgrade { visit, .. }
            | Act::MakeUp { visit, .. }
            | Act::CheckOut { visit, .. }
            | Act::Photo { visit, .. } => Some(*visit),
            Act::Key { .. } | Act::Other(_) => None,
        }
    }

    /// The record's field that holds the attested arrival or departure, and the hash of its text.
    pub fn content(&self) -> Option<(&'static str, Digest)> {
        match self {
            Act::CheckIn { sha256, .. } | Act::Upgrade { sha256, .. } | Act::MakeUp { sha256, .. } => {
                Some(("check_in", *sha256))
            }
            Act::CheckOut { sha256, .. } => Some(("check_out", *sha256)),
            Act::Photo { .. } | Act::Key { .. } | Act::Other(_) => None,
        }
    }
}

/// One link of a chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// [`FORMAT`].
    pub v: u32,
    /// Its place in the chain, from 0.
    pub n: u64,
    /// The hash of the link before it; of the first one, [`genesis`](super::genesis).
    pub prev: Digest,
    /// The event that this link attests.
    #[serde(flatten)]
    pub act: Act,
    /// Trusted time of the event.
    pub time: TrustedTime,
}

impl Link {
    /// The text that is hashed and signed: the chain holds it to the byte.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).expect("texts and numbers always have a JSON form")
    }

    /// Reads a link's text.
    pub fn read(text: &str) -> Option<Link> {
        serde_json::from_str(text).ok()
    }

    /// Hash of the link with this text, which the next link holds as `prev`.
    pub fn hash(text: &str) -> Digest {
        Digest::of(text.as_bytes())
    }

    /// The bytes that hardware is given to sign for the link of this text.
    pub fn to_sign(text: &str) -> Vec<u8> {
        to_sign(text)
    }
}

/// A record's id as text.
mod id_text {
    use super::RecordId;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(id: &RecordId, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(id)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<RecordId, D::Error> {
        String::deserialize(from)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_acts_is_that_of_the_enum() {
        let (visit, sha256) = (RecordId::new(0, [7; 10]), Digest([7; 32]));
        let acts = one_of_each!(Act:
            Act::CheckIn { .. } => Act::CheckIn { visit, sha256 },
            Act::Upgrade { .. } => Act::Upgrade { visit, sha256 },
            Act::MakeUp { .. } => Act::MakeUp { visit, sha256 },
            Act::CheckOut { .. } => Act::CheckOut { visit, sha256 },
            Act::Photo { .. } => Act::Photo { visit, sha256 },
            Act::Key { .. } => Act::Key { key: PublicKey([7; 32]) },
        );
        let json = acts.iter().map(|act| serde_json::to_value(act).unwrap());
        let words: Vec<_> = json.map(|act| act["act"].as_str().unwrap().to_owned()).collect();
        assert_eq!(words, ACTS);
    }
}
