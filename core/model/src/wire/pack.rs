//! A message as bytes: CBOR in one zstd frame.

use std::io::Read;

use ed25519_dalek::SigningKey;
use minicbor::{Decode, Encode};
use sha2::{Digest, Sha256};

/// The most that a body may weigh on the wire.
pub const BODY_BYTES_MAX: usize = 1 << 20;

/// The most that a body may weigh once inflated: a bomb ends here.
pub const INFLATED_BYTES_MAX: usize = 16 << 20;

/// The largest window that a frame may ask for, as a power of two: no message is longer than 2^24 bytes.
const WINDOW_LOG_MAX: u32 = 24;

/// The compression level: above it time grows faster than bytes shrink.
const LEVEL: i32 = 3;

/// Bytes that are not a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// More than [`BODY_BYTES_MAX`], or once inflated more than [`INFLATED_BYTES_MAX`] or
    /// [`ITEMS_MAX`](super::ITEMS_MAX).
    #[error("the message is too large")]
    TooLarge,
    /// Not zstd, not CBOR, not this message, or not the whole of it.
    #[error("the message cannot be read")]
    Malformed,
}

/// Writes a message as it travels.
pub fn pack<T: Encode<()>>(message: &T) -> Vec<u8> {
    let plain = minicbor::to_vec(message).expect("writing to memory cannot fail");
    zstd::bulk::compress(&plain, LEVEL).expect("compressing memory to memory cannot fail")
}

/// Reads a message.
///
/// # Errors
/// [`PackError`]; nothing is trusted, nothing grows without bound.
pub fn unpack<T: for<'b> Decode<'b, ()>>(body: &[u8]) -> Result<T, PackError> {
    if body.len() > BODY_BYTES_MAX {
        return Err(PackError::TooLarge);
    }
    let plain = inflate(body)?;
    super::scan::check(&plain)?;
    let mut decoder = minicbor::Decoder::new(&plain);
    let message = decoder.decode().map_err(|_| PackError::Malformed)?;
    if decoder.position() == plain.len() {
        Ok(message)
    } else {
        Err(PackError::Malformed)
    }
}

/// Inflates the one zstd frame that a body is.
fn inflate(body: &[u8]) -> Result<Vec<u8>, PackError> {
    let malformed = |_| PackError::Malformed;
    let mut decoder = zstd::stream::Decoder::with_buffer(body)
        .map_err(malformed)?
        .single_frame();
    decoder.window_log_max(WINDOW_LOG_MAX).map_err(malformed)?;
    let mut plain = Vec::new();
    let limit = INFLATED_BYTES_MAX as u64 + 1;
    decoder
        .by_ref()
        .take(limit)
        .read_to_end(&mut plain)
        .map_err(malformed)?;
    if plain.len() > INFLATED_BYTES_MAX {
        Err(PackError::TooLarge)
    } else if decoder.finish().is_empty() {
        Ok(plain)
    } else {
        Err(PackError::Malformed)
    }
}

/// The fingerprint of a packed request: the first 8 bytes of its SHA-256. An answer carries it back, so that an answer
/// to an earlier request, kept by a cache or a confused proxy, is recognised.
pub fn fingerprint(body: &[u8]) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::digest(body).into();
    hash[..8].try_into().expect("8 of 32 bytes")
}

/// The public half of a device's secret key.
pub fn public_key(secret: &[u8; 32]) -> [u8; 32] {
    SigningKey::from_bytes(secret).verifying_key().to_bytes()
}
