//! The proof that a request comes from a device: a signature over body, device, server and time.

use std::fmt;
use std::str::FromStr;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use crate::ids::{DeviceId, ServerId};

/// Says what a signature is for, so that none made for another purpose fits.
const CONTEXT: &[u8] = b"fieldbook-wire-2\n";

/// The greatest difference between the time of a request and the server's clock, in milliseconds: five minutes. A captured
/// request is worth nothing later.
pub const REQUEST_AGE_MS_MAX: i64 = 5 * 60 * 1_000;

/// The two ends of a request, which its signature names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ends {
    /// The device that sends it; `None` on a join.
    pub device: Option<DeviceId>,
    /// The server that it is meant for.
    pub server: ServerId,
}

/// The proof of a request's origin, as its header carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// The time of the request by the server's clock, as far as the device knows it, in Unix milliseconds.
    pub time_ms: i64,
    /// Random bytes, so that no two requests have the same signature.
    pub nonce: [u8; 8],
    /// The ed25519 signature.
    pub signature: [u8; 64],
}

/// A text that is not a proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadProof {
    /// The signature alone, as version 1 of the protocol had it.
    #[error("a signature of version 1 of the protocol")]
    Version1,
    /// Anything else.
    #[error("not the time, nonce and signature of a request")]
    Malformed,
}

impl Proof {
    /// Signs a packed body with the device's secret key.
    pub fn sign(secret: &[u8; 32], ends: &Ends, time_ms: i64, nonce: [u8; 8], body: &[u8]) -> Proof {
        let signed = signed_bytes(ends, time_ms, nonce, body);
        Proof {
            time_ms,
            nonce,
            signature: SigningKey::from_bytes(secret).sign(&signed).to_bytes(),
        }
    }

    /// True if the proof was made for this body and these ends with the secret half of `key`.
    pub fn verify(&self, key: &[u8; 32], ends: &Ends, body: &[u8]) -> bool {
        let Ok(key) = VerifyingKey::from_bytes(key) else {
            return false;
        };
        let signed = signed_bytes(ends, self.time_ms, self.nonce, body);
        key.verify_strict(&signed, &Signature::from_bytes(&self.signature))
            .is_ok()
    }
}

/// Context, device (zeros on a join), server, time (big-endian), nonce, body.
fn signed_bytes(ends: &Ends, time_ms: i64, nonce: [u8; 8], body: &[u8]) -> Vec<u8> {
    let device = ends.device.map_or([0; 16], |device| device.0);
    [
        CONTEXT,
        &device,
        &ends.server.0,
        &time_ms.to_be_bytes(),
        &nonce,
        body,
    ]
    .concat()
}

/// Time, nonce and signature with a space between: decimal, 16 and 128 hexadecimal digits.
impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.time_ms)?;
        self.nonce.iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        f.write_str(" ")?;
        self.signature.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Proof {
    type Err = BadProof;

    fn from_str(text: &str) -> Result<Proof, BadProof> {
        if from_hex::<64>(text).is_some() {
            return Err(BadProof::Version1);
        }
        let mut parts = text.split(' ');
        let mut next = || parts.next().ok_or(BadProof::Malformed);
        let (time, nonce, signature) = (next()?, next()?, next()?);
        let proof = Proof {
            time_ms: time.parse().map_err(|_| BadProof::Malformed)?,
            nonce: from_hex(nonce).ok_or(BadProof::Malformed)?,
            signature: from_hex(signature).ok_or(BadProof::Malformed)?,
        };
        match parts.next() {
            None => Ok(proof),
            Some(_) => Err(BadProof::Malformed),
        }
    }
}

fn from_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |at: usize| {
            char::from(pair[at])
                .to_digit(16)
                .and_then(|d| u8::try_from(d).ok())
        };
        *byte = digit(0)? << 4 | digit(1)?;
    }
    Some(bytes)
}
