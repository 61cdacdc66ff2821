//! Hashes, keys and signatures, as 64 or 128 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::Sha256;

/// Says what a signature is for, so that none made for another purpose fits.
const CONTEXT: &[u8] = b"fieldbook-evidence-1\n";

/// A text that is not the expected number of small hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected {digits} small hexadecimal digits")]
pub struct NotHex {
    /// Number of hexadecimal digits expected.
    digits: usize,
}

macro_rules! hex_newtype {
    ($(#[$doc:meta])* $name:ident, $bytes:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(pub [u8; $bytes]);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotHex;

            fn from_str(text: &str) -> Result<$name, NotHex> {
                read_hex(text).map($name).ok_or(NotHex { digits: 2 * $bytes })
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                String::deserialize(from)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

hex_newtype! {
    /// A SHA-256 digest.
    Digest, 32
}
hex_newtype! {
    /// The public half of an ed25519 key.
    PublicKey, 32
}
hex_newtype! {
    /// An ed25519 signature (RFC 8032).
    Signature, 64
}

fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

impl Digest {
    /// The SHA-256 of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(<Sha256 as sha2::Digest>::digest(bytes).into())
    }
}

impl PublicKey {
    /// The public half of a secret key.
    pub fn of(secret: &[u8; 32]) -> PublicKey {
        PublicKey(SigningKey::from_bytes(secret).verifying_key().to_bytes())
    }

    /// True if `signature` over the text of a link was made with the secret half of this key.
    pub fn signed(&self, link: &str, signature: &Signature) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(&self.0) else {
            return false;
        };
        let signature = ed25519_dalek::Signature::from_bytes(&signature.0);
        key.verify_strict(&to_sign(link), &signature).is_ok()
    }
}

/// The predecessor of a chain's first link: a digest bound to the key.
pub fn genesis(key: &PublicKey) -> Digest {
    Digest::of(&[CONTEXT, &key.0].concat())
}

/// The bytes that a signature of a link is made over: to be handed to hardware that signs.
pub(super) fn to_sign(link: &str) -> Vec<u8> {
    [CONTEXT, link.as_bytes()].concat()
}

/// Signs the text of a link.
pub fn sign(secret: &[u8; 32], link: &str) -> Signature {
    Signature(SigningKey::from_bytes(secret).sign(&to_sign(link)).to_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_read_back_and_capitals_are_refused() {
        let key = PublicKey::of(&[7; 32]);
        assert_eq!(key.to_string().parse(), Ok(key));
        assert!(key.to_string().to_uppercase().parse::<PublicKey>().is_err());
        assert!("".parse::<Digest>().is_err());
        assert!("é".repeat(32).parse::<Digest>().is_err());
    }

    #[test]
    fn a_signature_fits_one_text_one_key_and_one_purpose() {
        let (secret, key) = ([7; 32], PublicKey::of(&[7; 32]));
        let signature = sign(&secret, "a link");
        assert!(key.signed("a link", &signature));
        assert!(!key.signed("another", &signature));
        assert!(!PublicKey::of(&[8; 32]).signed("a link", &signature));
        assert!(!PublicKey([0xff; 32]).signed("a link", &signature));
        let bare = SigningKey::from_bytes(&secret).sign(b"a link").to_bytes();
        assert!(!key.signed("a link", &Signature(bare)));
    }
}
