//! A look over CBOR before it is decoded, so that a small message cannot ask for much memory.
//!
//! A decoder makes up to 24 bytes of every byte it reads (an empty change in a list of changes), and skipping an unknown
//! value keeps a stack as deep as arrays of indefinite length nest. So the items are counted first, and lengths must be
//! stated.

use super::PackError;

/// The most data items (RFC 8949, section 2) that a message may consist of, those inside byte strings not counted.
pub const ITEMS_MAX: u64 = 1 << 20;

/// Checks that `plain` is one well-formed item, all of whose lengths are stated and true, of no more than [`ITEMS_MAX`].
pub(super) fn check(plain: &[u8]) -> Result<(), PackError> {
    let (mut rest, mut seen, mut due) = (plain, 0_u64, 1_u64);
    while due > 0 {
        let (major, argument) = head(&mut rest).ok_or(PackError::Malformed)?;
        (seen, due) = (seen + 1, due - 1);
        match major {
            2 | 3 => {
                let length = usize::try_from(argument).map_err(|_| PackError::Malformed)?;
                rest = rest.get(length..).ok_or(PackError::Malformed)?;
            }
            4 => due = due.saturating_add(argument),
            5 => due = due.saturating_add(argument.saturating_mul(2)),
            6 => due += 1,
            _ => {}
        }
        // Every item takes a byte at least, so a length that is too great is known at once.
        if due > rest.len() as u64 {
            return Err(PackError::Malformed);
        }
        if seen > ITEMS_MAX {
            return Err(PackError::TooLarge);
        }
    }
    if rest.is_empty() {
        Ok(())
    } else {
        Err(PackError::Malformed)
    }
}

/// Reads the head of an item: its major type and its argument. `None` for the end, for an indefinite length and for a
/// break.
fn head(rest: &mut &[u8]) -> Option<(u8, u64)> {
    let (first, after) = rest.split_first()?;
    let (major, info) = (first >> 5, first & 0x1f);
    let width = match info {
        0..=23 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        _ => return None,
    };
    let (bytes, after) = after.split_at_checked(width)?;
    *rest = after;
    let argument = bytes
        .iter()
        .fold(0, |number, byte| number << 8 | u64::from(*byte));
    Some((major, if width == 0 { u64::from(info) } else { argument }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_that_cannot_be_true_is_known_at_once() {
        // An array, a map, a byte string and a text, each of 2^60 elements.
        for head in [0x9b_u8, 0xbb, 0x5b, 0x7b] {
            let bytes = [&[head], (1_u64 << 60).to_be_bytes().as_slice(), &[0; 64]].concat();
            assert_eq!(check(&bytes), Err(PackError::Malformed));
        }
    }

    #[test]
    fn a_length_must_be_stated() {
        for bytes in [
            &[0x9f, 0xff][..],
            &[0xbf, 0xff],
            &[0x5f, 0xff],
            &[0x81, 0x9f, 0xff],
        ] {
            assert_eq!(check(bytes), Err(PackError::Malformed));
        }
    }

    #[test]
    fn a_message_is_one_item_and_nothing_behind_it() {
        assert_eq!(check(&[0x82, 0x01, 0xfb, 0, 0, 0, 0, 0, 0, 0, 0]), Ok(()));
        assert_eq!(check(&[0xc1, 0xa1, 0x61, b'a', 0xf6]), Ok(()));
        assert_eq!(check(&[0x01, 0x01]), Err(PackError::Malformed));
        assert_eq!(check(&[]), Err(PackError::Malformed));
    }

    #[test]
    fn more_items_than_a_message_has_are_too_many() {
        let of = |items: u32| {
            let mut bytes = vec![0x9a];
            bytes.extend(items.to_be_bytes());
            bytes.resize(5 + items as usize, 0x40);
            bytes
        };
        assert_eq!(check(&of((1 << 20) - 1)), Ok(()));
        assert_eq!(check(&of(1 << 20)), Err(PackError::TooLarge));
    }
}
