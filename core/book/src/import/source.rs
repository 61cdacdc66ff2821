//! The bytes of a file as a window of UTF-8 text that moves forward: decompressed, decoded, and never held whole.
//!
//! Compression and encoding are told by their first bytes, never by the name of the file. UTF-16 is read where its
//! mark says so. Any other encoding is left as it is, so that the lines that are not UTF-8 can be refused by number.

use std::io::{self, Cursor, ErrorKind, Read};

use flate2::read::MultiGzDecoder;

use super::ImportError;
use super::refused::LineFault;
use fieldbook_location::track::Utf16Reader;

/// Least number of bytes read at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// The longest file that is read, after decompression: a small one can unpack to a disk full.
pub(super) const FILE_BYTES_MAX: u64 = 1 << 30;

/// A window on the text of a file.
pub(super) struct Source<'a> {
    input: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    cut: Option<LineFault>,
    compressed: bool,
    taken: u64,
    allowed: u64,
}

impl<'a> Source<'a> {
    /// Opens a file whose text may have `allowed` bytes.
    pub(super) fn open(input: &'a mut dyn Read, allowed: u64) -> Result<Source<'a>, ImportError> {
        let (head, mut input) = peek(Box::new(input), 4).map_err(|e| ImportError::Io { kind: e.kind() })?;
        let compressed = head.starts_with(&[0x1f, 0x8b]);
        if compressed {
            input = Box::new(MultiGzDecoder::new(input));
        }
        let (head, input) = peek(input, 4).map_err(|e| ImportError::from(cut(compressed, &e)))?;
        if head.starts_with(b"PK\x03\x04") || head.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) {
            return Err(ImportError::Workbook);
        }
        let input: Box<dyn Read + 'a> = match head.as_slice() {
            [0xff, 0xfe, ..] => Box::new(Utf16Reader::little_endian(input)),
            [0xfe, 0xff, ..] => Box::new(Utf16Reader::big_endian(input)),
            _ => input,
        };
        let mut source = Source {
            input,
            buffer: Vec::new(),
            start: 0,
            ended: false,
            cut: None,
            compressed,
            taken: 0,
            allowed,
        };
        while source.rest().len() < 3 && source.more() {}
        if source.rest().starts_with("\u{feff}".as_bytes()) {
            source.advance(3);
        }
        Ok(source)
    }

    /// The text that has been read and not yet passed.
    pub(super) fn rest(&self) -> &[u8] {
        &self.buffer[self.start..]
    }

    /// True if [`Self::rest`] is all that will ever come.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Why the file ended before its end, if it did.
    pub(super) fn cut(&self) -> Option<&LineFault> {
        self.cut.as_ref()
    }

    /// Passes the first `bytes` of [`Self::rest`].
    pub(super) fn advance(&mut self, bytes: usize) {
        self.start += bytes.min(self.rest().len());
    }

    /// Reads on, as much again as [`Self::rest`] holds if there is as much, and tells whether anything came.
    pub(super) fn more(&mut self) -> bool {
        self.buffer.drain(..self.start);
        self.start = 0;
        let had = self.buffer.len();
        if !self.ended {
            self.fill(had + CHUNK_BYTES);
        }
        self.buffer.len() > had
    }

    /// Reads up to `wanted` bytes more.
    fn fill(&mut self, wanted: usize) {
        let had = self.buffer.len();
        let read = (&mut self.input)
            .take(wanted as u64)
            .read_to_end(&mut self.buffer);
        let fresh = self.buffer.len() - had;
        self.taken += fresh as u64;
        match read {
            Err(error) => self.end(Some(cut(self.compressed, &error))),
            Ok(_) if self.taken > self.allowed => {
                let allowed = self.allowed;
                self.end(Some(LineFault::TooLarge { allowed }));
            }
            Ok(_) if fresh < wanted => self.end(None),
            Ok(_) => {}
        }
    }

    fn end(&mut self, cut: Option<LineFault>) {
        self.ended = true;
        self.cut = cut;
    }
}

/// Why reading failed. What the decompressor reports concerns the file, all else the disk.
fn cut(compressed: bool, error: &io::Error) -> LineFault {
    match error.kind() {
        ErrorKind::UnexpectedEof if compressed => LineFault::Truncated,
        ErrorKind::InvalidInput | ErrorKind::InvalidData if compressed => LineFault::Damaged,
        kind => LineFault::Io { kind },
    }
}

/// The first `wanted` bytes, or all there are, and a reader that begins with them. What fails to be read after the
/// first bytes fails again when they are used up.
fn peek<'a>(mut input: Box<dyn Read + 'a>, wanted: u64) -> io::Result<(Vec<u8>, Box<dyn Read + 'a>)> {
    let mut head = Vec::new();
    let read = (&mut input).take(wanted).read_to_end(&mut head);
    if head.is_empty() {
        read?;
    }
    let again = Cursor::new(head.clone()).chain(input);
    Ok((head, Box::new(again)))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn all(mut bytes: &[u8], allowed: u64) -> Result<(String, Option<LineFault>), ImportError> {
        let mut source = Source::open(&mut bytes, allowed)?;
        while !source.ended() {
            source.more();
        }
        Ok((
            String::from_utf8_lossy(source.rest()).into_owned(),
            source.cut().cloned(),
        ))
    }

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compression_and_encoding_are_told_by_their_first_bytes() {
        let utf16 = |big: bool| -> Vec<u8> {
            let units = "\u{feff}name\nCafé 🍷".encode_utf16();
            units
                .flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() })
                .collect()
        };
        let expected = Ok(("name\nCafé 🍷".to_owned(), None));
        for bytes in [
            "name\nCafé 🍷".as_bytes().to_vec(),
            "\u{feff}name\nCafé 🍷".as_bytes().to_vec(),
            utf16(true),
            utf16(false),
            gz(&utf16(false)),
            gz("\u{feff}name\nCafé 🍷".as_bytes()),
            [gz(b"name\n"), gz("Café 🍷".as_bytes())].concat(),
        ] {
            assert_eq!(all(&bytes, 1_000), expected);
        }
        assert_eq!(all(b"", 1_000), Ok((String::new(), None)));
    }

    #[test]
    fn a_spreadsheet_program_s_own_file_is_not_mistaken_for_text() {
        assert_eq!(all(b"PK\x03\x04 and so on", 1_000), Err(ImportError::Workbook));
        assert_eq!(
            all(&gz(b"PK\x03\x04 and so on"), 1_000),
            Err(ImportError::Workbook)
        );
        assert_eq!(
            all(&[0xd0, 0xcf, 0x11, 0xe0, 0xa1], 1_000),
            Err(ImportError::Workbook)
        );
    }

    #[test]
    fn a_cut_or_damaged_or_endless_file_says_so_behind_what_could_be_read() {
        let lines = (0..5_000_u32).map(|n| format!("{n},{}\n", n * 7919 % 1_000_003));
        let text = lines.collect::<Vec<_>>().concat();
        let whole = gz(text.as_bytes());
        let (read, cut) = all(&whole[..whole.len() / 2], u64::MAX).unwrap();
        assert_eq!(cut, Some(LineFault::Truncated));
        assert!(text.starts_with(&read) && !read.is_empty());
        let mut flipped = whole.clone();
        flipped[whole.len() - 5] ^= 1;
        assert_eq!(all(&flipped, u64::MAX).unwrap().1, Some(LineFault::Damaged));
        let endless = all(&whole, 1_000).unwrap().1;
        assert_eq!(endless, Some(LineFault::TooLarge { allowed: 1_000 }));
        assert_eq!(all(&whole[..5], u64::MAX), Err(ImportError::Truncated));
    }
}
