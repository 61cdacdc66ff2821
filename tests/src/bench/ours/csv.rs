//! The sample's accounts as the CSV file that an import reads.

use std::io::{self, Read};

use fieldbook_baseline::Fields;
use serde_json::Value;

/// The columns, by the names of the sample's fields. Its `id` stays out: the book makes its own.
const COLUMNS: [&str; 16] = [
    "external_id",
    "name",
    "tier",
    "phone",
    "email",
    "website",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "lat",
    "lon",
    "opening_hours",
    "notes",
    "tags",
];

/// A file that is written line by line while it is read.
pub(super) struct Accounts<'a> {
    left: &'a mut dyn Iterator<Item = Fields>,
    /// The bytes that are written and not yet read.
    line: Vec<u8>,
    read: usize,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(accounts: &'a mut dyn Iterator<Item = Fields>) -> Accounts<'a> {
        let mut line = COLUMNS.join(",").into_bytes();
        line.push(b'\n');
        Accounts {
            left: accounts,
            line,
            read: 0,
        }
    }
}

impl Read for Accounts<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.read == self.line.len() {
            let Some(account) = self.left.next() else {
                return Ok(0);
            };
            self.line.clear();
            self.read = 0;
            write(&account, &mut self.line);
        }
        let read = (&self.line[self.read..]).read(into)?;
        self.read += read;
        Ok(read)
    }
}

fn write(account: &Fields, line: &mut Vec<u8>) {
    for (at, column) in COLUMNS.iter().enumerate() {
        if at > 0 {
            line.push(b',');
        }
        match account.get(*column) {
            None | Some(Value::Null) => {}
            Some(Value::String(text)) => quote(text, line),
            Some(Value::Array(members)) => {
                let members: Vec<&str> = members.iter().filter_map(Value::as_str).collect();
                quote(&members.join(";"), line);
            }
            Some(other) => line.extend_from_slice(other.to_string().as_bytes()),
        }
    }
    line.push(b'\n');
}

fn quote(text: &str, line: &mut Vec<u8>) {
    if !text.contains(['"', ',', '\n', '\r']) {
        line.extend_from_slice(text.as_bytes());
        return;
    }
    line.push(b'"');
    line.extend_from_slice(text.replace('"', "\"\"").as_bytes());
    line.push(b'"');
}
