//! One JSON object a line on stderr, for the people who run the server: no names, no positions, no codes.

use std::io::Write as _;

use serde_json::{Map, Value};

/// Where the log goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// To stderr.
    Stderr,
    /// Nowhere: for a server inside another program.
    Silent,
}

impl Log {
    /// Writes one line: the time, what happened, and its figures.
    pub(crate) fn line(self, at_ms: i64, event: &str, figures: Value) {
        if self == Log::Silent {
            return;
        }
        let mut line = Map::new();
        line.insert("at_ms".to_owned(), at_ms.into());
        line.insert("event".to_owned(), event.into());
        if let Value::Object(figures) = figures {
            line.extend(figures);
        }
        // A log that cannot be written is no reason to stop serving.
        let _ = writeln!(std::io::stderr().lock(), "{}", Value::Object(line));
    }
}
