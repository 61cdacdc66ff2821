//! CBOR as hexadecimal digits that a person can follow: one item a line, what it says behind `;`.

use std::fmt::Write as _;

/// Column at which the remark begins.
const REMARK_AT: usize = 40;
/// Number of bytes of a string on one line.
const BYTES_A_LINE: usize = 16;

/// Writes `bytes`, which must be well-formed CBOR of stated lengths, line by line.
pub(crate) fn write(bytes: &[u8]) -> String {
    let mut writer = Writer {
        rest: bytes,
        text: String::new(),
    };
    writer.item(0, &[], "");
    assert!(writer.rest.is_empty(), "something follows the item");
    writer.text
}

/// The bytes of such a text.
pub(crate) fn read(text: &str) -> Vec<u8> {
    let digits: String = text
        .lines()
        .map(|line| line.split(';').next().unwrap_or_default())
        .flat_map(|line| line.chars().filter(|c| !c.is_whitespace()))
        .collect();
    hex_bytes(&digits)
}

/// The bytes that a run of hexadecimal digits stands for.
pub(crate) fn hex_bytes(digits: &str) -> Vec<u8> {
    assert!(digits.len().is_multiple_of(2), "half a byte");
    let pairs = (0..digits.len()).step_by(2).map(|at| &digits[at..at + 2]);
    pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect()
}

/// The digits of `bytes`, without spaces.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

struct Writer<'b> {
    rest: &'b [u8],
    text: String,
}

impl Writer<'_> {
    /// Writes one item; `key` are the bytes of the map's key before it, and `name` what that key says.
    fn item(&mut self, depth: usize, key: &[u8], name: &str) {
        let (head, major, argument) = self.head();
        let head = [key, &head].concat();
        match major {
            0 => self.line(depth, &head, &format!("{name}{argument}")),
            1 => self.line(depth, &head, &format!("{name}-{}", u128::from(argument) + 1)),
            2 => self.bytes(depth, &head, name, argument),
            3 => self.text(depth, &head, name, argument),
            4 => {
                self.line(depth, &head, &format!("{name}array of {argument}"));
                (0..argument).for_each(|_| self.item(depth + 1, &[], ""));
            }
            5 => {
                self.line(depth, &head, &format!("{name}map of {argument}"));
                (0..argument).for_each(|_| self.entry(depth + 1));
            }
            7 => self.simple(depth, &head, name, argument),
            _ => panic!("the protocol has no tags"),
        }
    }

    fn entry(&mut self, depth: usize) {
        let (head, major, argument) = self.head();
        if major == 3 {
            let text = self.take(argument);
            let name = format!("{}: ", String::from_utf8(text.clone()).unwrap());
            self.line(depth, &[head, text].concat(), name.trim_end());
            self.item(depth + 1, &[], "");
        } else {
            assert_eq!(major, 0, "a key is a number or a text");
            self.item(depth, &head, &format!("{argument}: "));
        }
    }

    fn bytes(&mut self, depth: usize, head: &[u8], name: &str, length: u64) {
        let bytes = self.take(length);
        self.line(depth, head, &format!("{name}{length} bytes"));
        if is_row(&bytes) {
            let mut inner = Writer {
                rest: &bytes,
                text: String::new(),
            };
            inner.item(depth + 1, &[], "a row: ");
            self.text += &inner.text;
        } else {
            self.run(depth + 1, &bytes);
        }
    }

    fn text(&mut self, depth: usize, head: &[u8], name: &str, length: u64) {
        let text = self.take(length);
        let spoken = String::from_utf8(text.clone()).unwrap().replace('\n', "\\n");
        self.line(depth, head, &format!("{name}\"{spoken}\""));
        self.run(depth + 1, &text);
    }

    fn simple(&mut self, depth: usize, head: &[u8], name: &str, argument: u64) {
        let said = match head[head.len() - 1] {
            0xf4 => "false".to_owned(),
            0xf5 => "true".to_owned(),
            0xf6 => "null".to_owned(),
            _ => format!("{:?}", f64::from_bits(argument)),
        };
        self.line(depth, head, &format!("{name}{said}"));
    }

    fn run(&mut self, depth: usize, bytes: &[u8]) {
        for part in bytes.chunks(BYTES_A_LINE) {
            self.line(depth, part, "");
        }
    }

    fn line(&mut self, depth: usize, bytes: &[u8], remark: &str) {
        let digits = format!("{:1$}{2}", "", depth * 2, hex(bytes));
        let line = match remark {
            "" => digits,
            remark => format!("{digits:REMARK_AT$} ; {remark}"),
        };
        self.text += line.trim_end();
        self.text.push('\n');
    }

    fn head(&mut self) -> (Vec<u8>, u8, u64) {
        let first = self.rest[0];
        let info = first & 0x1f;
        let width = match info {
            0..=23 => 0,
            24..=27 => 1 << (info - 24),
            _ => panic!("lengths are stated"),
        };
        let head = self.take(1 + width);
        let argument = head[1..].iter().fold(0, |n, byte| (n << 8) | u64::from(*byte));
        let argument = if width == 0 { u64::from(info) } else { argument };
        (head, first >> 5, argument)
    }

    fn take(&mut self, length: u64) -> Vec<u8> {
        let (taken, rest) = self.rest.split_at(usize::try_from(length).unwrap());
        self.rest = rest;
        taken.to_vec()
    }
}

/// True if a byte string is a row, not a name or a chunk: an array of two that begins with a map.
fn is_row(bytes: &[u8]) -> bool {
    matches!(bytes, [0x82, 0xa0..=0xbb, ..]) && bytes.len() != 16 && bytes.len() != 32
}

#[test]
fn what_is_written_reads_back_and_says_what_it_is() {
    let bytes = hex_bytes("a200010282616120");
    let text = write(&bytes);
    assert_eq!(read(&text), bytes);
    assert!(
        text.contains("; 2: array of 2\n") && text.contains("; -1\n"),
        "{text}"
    );
}
