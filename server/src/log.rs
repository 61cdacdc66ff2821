//! The server's log: one JSON object a line, without names, positions or join codes.

use std::io::Write as _;

use serde_json::{Map, Value};

/// The destination of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Standard error.
    Stderr,
    /// No log, for a server embedded in another program.
    Silent,
}

impl Log {
    /// Writes one line: the time, the event, and its fields.
    pub(crate) fn write(self, at_ms: i64, event: &str, fields: Value) {
        if self == Log::Silent {
            return;
        }
        let mut line = Map::new();
        line.insert("at_ms".to_owned(), at_ms.into());
        line.insert("event".to_owned(), event.into());
        if let Value::Object(fields) = fields {
            line.extend(fields);
        }
        // A log that cannot be written must not stop the server.
        let _ = writeln!(std::io::stderr().lock(), "{}", Value::Object(line));
    }
}
