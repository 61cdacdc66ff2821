//! The server's log: one JSON object a line, without names, positions or join codes.
//!
//! Lines are written by a thread of its own. Where standard error takes no more, because nobody reads it or the disk is
//! full, lines are dropped and counted, and no request waits.

use std::io::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fieldbook_model::clock::{Clock as _, SystemClock};
use serde_json::{Map, Value, json};

/// The most lines that wait to be written.
const LINES_MAX: usize = 1_024;

/// The longest time for which a server that ends waits for its last lines to be written.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The destination of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Log {
    /// Standard error.
    Stderr,
    /// No log, for a server embedded in another program.
    Silent,
}

/// The log of a running server.
#[derive(Debug, Clone)]
pub(crate) struct Logger(Option<Arc<Lines>>);

#[derive(Debug)]
struct Lines {
    /// Closed once the server has ended.
    queue: Mutex<Option<SyncSender<String>>>,
    dropped: Arc<AtomicU64>,
    /// Closed once the last line is written.
    written: Mutex<Receiver<()>>,
}

impl Logger {
    /// Starts the log. Its thread ends with the process, or when the last logger is dropped.
    ///
    /// # Errors
    /// That of the system, if it refuses a thread.
    pub(crate) fn start(log: Log) -> std::io::Result<Logger> {
        if log == Log::Silent {
            return Ok(Logger(None));
        }
        let (queue, lines) = sync_channel(LINES_MAX);
        let dropped = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&dropped);
        let (done, written) = sync_channel(0);
        std::thread::Builder::new()
            .name("fieldbook-log".to_owned())
            .spawn(move || {
                write_all(&lines, &counted);
                drop(done);
            })?;
        Ok(Logger(Some(Arc::new(Lines {
            queue: Mutex::new(Some(queue)),
            dropped,
            written: Mutex::new(written),
        }))))
    }

    /// Writes one line: the time, the event, and its fields. It never waits.
    pub(crate) fn write(&self, at_ms: i64, event: &str, fields: Value) {
        let Some(lines) = &self.0 else { return };
        let line = line(at_ms, event, fields);
        let queue = lines.queue.lock().unwrap_or_else(PoisonError::into_inner);
        if queue.as_ref().is_none_or(|queue| queue.try_send(line).is_err()) {
            lines.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Ends the log and waits for its last lines to be written; two seconds at most, for nobody may read them.
    pub(crate) fn close(&self) {
        let Some(lines) = &self.0 else { return };
        drop(lines.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        let written = lines.written.lock().unwrap_or_else(PoisonError::into_inner);
        // Nothing is ever sent: the writer closes the channel when it ends.
        let _ = written.recv_timeout(LAST_LINES);
    }
}

fn line(at_ms: i64, event: &str, fields: Value) -> String {
    let mut line = Map::new();
    line.insert("at_ms".to_owned(), at_ms.into());
    line.insert("event".to_owned(), event.into());
    if let Value::Object(fields) = fields {
        line.extend(fields);
    }
    Value::Object(line).to_string()
}

fn write_all(lines: &Receiver<String>, dropped: &AtomicU64) {
    // A log that cannot be written must not stop the server.
    while let Ok(next) = lines.recv() {
        let _ = writeln!(std::io::stderr(), "{next}");
        let lost = dropped.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let told = line(SystemClock.now_ms(), "log", json!({ "dropped": lost }));
            let _ = writeln!(std::io::stderr(), "{told}");
        }
    }
}
