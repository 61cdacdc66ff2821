//! What every command is given: the output, the time, and the way to the book.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use fieldbook_core::book::{Book, OpenOptions};
use fieldbook_core::clock::{Clock, FixedClock, SystemClock};
use fieldbook_core::location::{Datum, Position, PositionError, to_wgs84};
use serde_json::json;

use crate::error::CliError;
use crate::global::Global;
use crate::out::Out;
use crate::progress::print_note;
use crate::zone::Zone;
use fieldbook_format::count;

/// What a command works with.
pub(crate) struct Context {
    /// Where it prints.
    pub(crate) out: Out,
    /// The rep's local time.
    pub(crate) zone: Zone,
    /// What given positions are measured in.
    pub(crate) datum: Datum,
    /// The time that replaces the clock's.
    pub(crate) now: Option<DateTime<FixedOffset>>,
    book: Option<PathBuf>,
}

impl Context {
    /// Takes over the options of every command.
    pub(crate) fn new(global: Global) -> Context {
        Context {
            out: Out::new(global.json),
            zone: Zone::detect(global.now),
            datum: global.datum,
            now: global.now,
            book: global.book.or_else(|| path_in("FIELDBOOK_BOOK")),
        }
    }

    fn clock(&self) -> Arc<dyn Clock> {
        match self.now {
            Some(now) => Arc::new(FixedClock::at(now.timestamp_millis())),
            None => Arc::new(SystemClock),
        }
    }

    /// Unix milliseconds, by `--now` or by the machine's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock().now_ms()
    }

    /// How far local time is ahead of UTC, in minutes.
    pub(crate) fn utc_offset_min(&self) -> i32 {
        self.zone.offset_minutes(self.zone.day(self.now_ms()))
    }

    /// The book's file.
    pub(crate) fn path(&self) -> Result<PathBuf, CliError> {
        self.book.clone().or_else(default_book).ok_or_else(|| {
            CliError::bad_input(
                "no_book",
                "this system names no folder for the book: give --book FILE",
            )
            .with("option", "--book")
        })
    }

    /// Opens the book, making it when it is not there. A recovered one is said aloud.
    pub(crate) fn book(&self) -> Result<Book, CliError> {
        let path = self.path()?;
        if self.book.is_none() {
            // What fails here fails again, and better said, when the book is opened.
            let _ = path.parent().map(std::fs::create_dir_all);
        }
        let mut options = OpenOptions::new(&path);
        options.clock = self.clock();
        options.time_given = self.now.is_some();
        let shown = path.display().to_string();
        let book = Book::open(options).map_err(|error| {
            CliError::from(error)
                .with("book", shown.as_str())
                .prefixed(&shown)
        })?;
        if let Some(recovery) = book.recovery() {
            let moved_to = recovery.moved_to.display().to_string();
            if self.out.json() {
                print_note(
                    &json!({ "warning": {
                        "code": "recovered", "book": shown, "moved_to": moved_to,
                        "records": recovery.records, "unsent": recovery.unsent, "fixes": recovery.fixes,
                    }})
                    .to_string(),
                );
            } else {
                print_note(&format!(
                    "warning: {shown} was damaged. It is kept as {moved_to}; {} and {} were saved from it. Sync to get the rest.",
                    count(u64::from(recovery.records), "record", "records"),
                    count(u64::from(recovery.unsent), "unsent edit", "unsent edits"),
                ));
            }
        }
        Ok(book)
    }

    /// A position as it was given, `lat,lon` in the datum of `--datum`, in WGS-84.
    pub(crate) fn position(&self, text: &str) -> Result<Position, PositionError> {
        let given: Position = text.parse()?;
        to_wgs84(self.datum, given.lat(), given.lon())
    }
}

/// The path in an environment variable, if there is one.
fn path_in(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// Where a book is when nobody says where.
fn default_book() -> Option<PathBuf> {
    let data = if cfg!(target_os = "windows") {
        path_in("APPDATA")?
    } else if cfg!(target_os = "macos") {
        path_in("HOME")?.join("Library/Application Support")
    } else {
        path_in("XDG_DATA_HOME").or_else(|| Some(path_in("HOME")?.join(".local/share")))?
    };
    Some(data.join("fieldbook").join("book.db"))
}
