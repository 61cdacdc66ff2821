//! zstd frames of which every byte is known, because nothing in them is compressed.

use fieldbook_core::ids::{DeviceId, ServerId};
use fieldbook_model::wire::{Ends, Proof, ProtocolError, SIGNATURE_HEADER, pack, public_key, unpack};

use crate::annotated::{hex, hex_bytes};
use crate::golden::hold_part;

/// The most that one block holds (RFC 8878, section 3.1.1.2.4).
const BLOCK_BYTES_MAX: usize = 128 << 10;

/// One frame around `plain`: single segment, an 8-byte content size, raw blocks (RFC 8878, section 3.1.1).
pub(crate) fn raw(plain: &[u8]) -> Vec<u8> {
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0xe0];
    frame.extend((plain.len() as u64).to_le_bytes());
    let blocks = plain.len().div_ceil(BLOCK_BYTES_MAX).max(1);
    for at in 0..blocks {
        let from = at * BLOCK_BYTES_MAX;
        let block = &plain[from..plain.len().min(from + BLOCK_BYTES_MAX)];
        let is_last = u32::from(at + 1 == blocks);
        let head = u32::try_from(block.len() << 3).unwrap() | is_last;
        frame.extend(&head.to_le_bytes()[..3]);
        frame.extend(block);
    }
    frame
}

/// The content of a packed body, inflated.
pub(crate) fn plain(body: &[u8]) -> Vec<u8> {
    zstd::bulk::decompress(body, 16 << 20).unwrap()
}

#[test]
fn a_frame_that_compresses_nothing_is_read() {
    assert_eq!(unpack(&raw(&[6])), Ok(ProtocolError::Revoked));
    let long = vec![0x40; 300_000];
    assert_eq!(plain(&raw(&long)), long);
    assert_eq!(plain(&pack(&ProtocolError::Revoked)), [6]);
}

#[test]
fn the_description_gives_a_signature_to_check_ones_own_by() {
    let secret = [1; 32];
    let body = raw(&[6]);
    let ends = Ends {
        device: Some(DeviceId([0xd1; 16])),
        server: ServerId([0x5e; 16]),
    };
    let proof = Proof::sign(&secret, &ends, 1_795_510_800_000, [7; 8], &body);
    assert!(proof.verify(&public_key(&secret), &ends, &body));
    let header = proof.to_string();
    let (first, second) = header.split_at(header.len() - 64);
    let said = format!(
        "```text\nsecret    {}\npublic    {}\ndevice    {}\nserver    {}\ntime      {}\nnonce     {}\nbody      {}\n\
         {SIGNATURE_HEADER}: {first}\n    {second}\n```\n",
        hex(&secret),
        hex(&public_key(&secret)),
        hex(&[0xd1; 16]),
        hex(&ends.server.0),
        proof.time_ms,
        hex(&proof.nonce),
        hex(&body),
    );
    hold_part("docs/wire.md", "signature", &said);
    assert_eq!(hex_bytes(&hex(&body)), body);
}
