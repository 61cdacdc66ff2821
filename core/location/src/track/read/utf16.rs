//! Decoding of UTF-16, as Windows `PowerShell` and spreadsheets write it, while it is read.

use std::io::{self, Read};

/// A reader of UTF-8 over a reader of UTF-16 without its byte order mark. Half a character becomes a byte that no UTF-8
/// has, so that its line is refused like any other that is not text.
#[derive(Debug)]
pub struct Utf16Reader<R> {
    input: R,
    word: fn([u8; 2]) -> u16,
    /// Bytes that are not a whole character yet: at most three.
    carry: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

/// A byte that is in no UTF-8 text.
const NOT_UTF8: u8 = 0xff;

impl<R: Read> Utf16Reader<R> {
    /// Decodes UTF-16LE.
    pub fn little_endian(input: R) -> Utf16Reader<R> {
        Utf16Reader::new(input, u16::from_le_bytes)
    }

    /// Decodes UTF-16BE.
    pub fn big_endian(input: R) -> Utf16Reader<R> {
        Utf16Reader::new(input, u16::from_be_bytes)
    }

    fn new(input: R, word: fn([u8; 2]) -> u16) -> Utf16Reader<R> {
        Utf16Reader {
            input,
            word,
            carry: Vec::new(),
            out: Vec::new(),
            given: 0,
        }
    }

    /// Decodes what is carried, but for the beginning of a character whose end is still to come.
    fn decode(&mut self, ended: bool) {
        let word = self.word;
        let mut units: Vec<u16> = self.carry.chunks_exact(2).map(|b| word([b[0], b[1]])).collect();
        let odd = self.carry.len() % 2;
        let half = units
            .pop_if(|unit| !ended && (0xd800..0xdc00).contains(unit))
            .is_some();
        let kept = odd + if half { 2 } else { 0 };
        self.out.clear();
        self.given = 0;
        for decoded in char::decode_utf16(units) {
            match decoded {
                Ok(c) => self.out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                Err(_) => self.out.push(NOT_UTF8),
            }
        }
        if ended && odd == 1 {
            self.out.push(NOT_UTF8);
        }
        let kept = if ended { 0 } else { kept };
        self.carry.drain(..self.carry.len() - kept);
    }
}

impl<R: Read> Read for Utf16Reader<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.given == self.out.len() {
            let mut chunk = [0; 8 * 1024];
            let read = self.input.read(&mut chunk)?;
            self.carry.extend_from_slice(&chunk[..read]);
            if read == 0 && self.carry.is_empty() {
                return Ok(0);
            }
            self.decode(read == 0);
        }
        let given = (&self.out[self.given..]).read(into)?;
        self.given += given;
        Ok(given)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A reader that gives one byte at a time.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            let one = into.len().min(1);
            self.0.read(&mut into[..one])
        }
    }

    proptest! {
        #[test]
        fn text_comes_through_however_it_is_cut(text in "\\PC{0,40}") {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let (mut whole, mut slow) = (String::new(), String::new());
            Utf16Reader::big_endian(bytes.as_slice()).read_to_string(&mut whole).unwrap();
            Utf16Reader::big_endian(Slow(&bytes)).read_to_string(&mut slow).unwrap();
            prop_assert_eq!(&whole, &text);
            prop_assert_eq!(&slow, &text);
        }
    }

    #[test]
    fn half_a_character_is_not_passed_off_as_text() {
        for bytes in [vec![0xd8, 0x3c, 0, b'a'], vec![0xd8, 0x3c], vec![0, b'a', 0]] {
            let mut out = Vec::new();
            Utf16Reader::big_endian(bytes.as_slice())
                .read_to_end(&mut out)
                .unwrap();
            assert!(out.contains(&NOT_UTF8), "{bytes:?}");
        }
    }
}
