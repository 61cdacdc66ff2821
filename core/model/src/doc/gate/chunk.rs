//! The chunk header, parsed by ourselves before Automerge sees a byte.
//!
//! Layout (Automerge binary format, section "Chunks"): magic `85 6f 4a 83`, the first four bytes of the hash, one byte of
//! type, the length of the data as unsigned LEB128, the data. The hash is the SHA-256 of type, length and data.

use sha2::{Digest, Sha256};

use super::Refusal;
use crate::ids::ChangeHash;

/// The largest change: a note of 64 KiB and some fields beside it.
pub const CHANGE_BYTES_MAX: usize = 200_000;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHANGE: u8 = 1;

/// The hash of a change chunk, when its header and checksum are right and nothing follows its data.
///
/// # Errors
/// [`Refusal::TooLarge`], [`Refusal::Malformed`] or [`Refusal::HashMismatch`].
pub fn hash_of(bytes: &[u8]) -> Result<ChangeHash, Refusal> {
    if bytes.len() > CHANGE_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    let (magic, rest) = bytes.split_first_chunk::<4>().ok_or(Refusal::Malformed)?;
    let (checksum, hashed) = rest.split_first_chunk::<4>().ok_or(Refusal::Malformed)?;
    let (kind, sized) = hashed.split_first().ok_or(Refusal::Malformed)?;
    if *magic != MAGIC || *kind != CHANGE || !is_exactly_as_long_as_it_says(sized) {
        return Err(Refusal::Malformed);
    }
    let hash: [u8; 32] = Sha256::digest(hashed).into();
    if hash[..4] == *checksum {
        Ok(ChangeHash(hash))
    } else {
        Err(Refusal::HashMismatch)
    }
}

/// True if a chunk of any type, as [`chunks`] splits them, is what its checksum was made of.
pub fn is_intact(chunk: &[u8]) -> bool {
    let split = chunk.split_at_checked(8);
    split.is_some_and(|(header, hashed)| Sha256::digest(hashed)[..4] == header[4..])
}

/// True if a minimal LEB128 length is followed by exactly that many bytes.
fn is_exactly_as_long_as_it_says(sized: &[u8]) -> bool {
    length(sized).is_some_and(|(header, data)| sized.len() == header + data)
}

/// Number of bytes of a minimal LEB128 length, and the length that it states.
fn length(sized: &[u8]) -> Option<(usize, usize)> {
    let mut length: usize = 0;
    for (at, byte) in sized.iter().enumerate().take(4) {
        length |= usize::from(byte & 0x7f) << (7 * at);
        if byte & 0x80 == 0 {
            let minimal = at == 0 || *byte != 0;
            return minimal.then_some((at + 1, length));
        }
    }
    None
}

/// Splits a run of chunks at their headers, without looking into them.
///
/// # Errors
/// [`Refusal::Malformed`] when the bytes are not a run of whole chunks.
pub fn chunks(mut run: &[u8]) -> Result<Vec<&[u8]>, Refusal> {
    let mut found = Vec::new();
    while !run.is_empty() {
        let sized = run.get(9..).ok_or(Refusal::Malformed)?;
        let (header, data) = length(sized).ok_or(Refusal::Malformed)?;
        if !run.starts_with(&MAGIC) || sized.len() < header + data {
            return Err(Refusal::Malformed);
        }
        let (chunk, rest) = run.split_at(9 + header + data);
        found.push(chunk);
        run = rest;
    }
    Ok(found)
}
