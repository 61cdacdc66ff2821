//! The context of a command: output, time, datum and the book's file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use fieldbook_core::book::{Book, Http, Network, OpenOptions, SyncError};
use fieldbook_core::clock::{Clock, FixedClock, SystemClock};
use fieldbook_core::location::{Datum, Position, PositionError, to_wgs84};
use serde_json::json;

use crate::error::CliError;
use crate::global::Global;
use crate::out::Out;
use crate::progress::print_note;
use crate::zone::Zone;
use fieldbook_format::count;

/// The input of every command besides its own arguments.
pub(crate) struct Context {
    /// Standard output.
    pub(crate) out: Out,
    /// The rep's time zone.
    pub(crate) zone: Zone,
    /// The datum of positions on the command line.
    pub(crate) datum: Datum,
    /// The time of `--now`, which replaces the clock.
    pub(crate) now: Option<DateTime<FixedOffset>>,
    book: Option<PathBuf>,
    ca: Option<PathBuf>,
    allow_http: bool,
}

impl Context {
    /// The context that the global options describe.
    pub(crate) fn new(global: Global) -> Context {
        Context {
            out: Out::new(global.json),
            zone: Zone::detect(global.now),
            datum: global.datum,
            now: global.now,
            book: global.book.or_else(|| path_in("FIELDBOOK_BOOK")),
            ca: global.ca.or_else(|| path_in("FIELDBOOK_CA")),
            allow_http: global.allow_http
                || path_in("FIELDBOOK_ALLOW_HTTP").is_some_and(|word| word == Path::new("1")),
        }
    }

    fn clock(&self) -> Arc<dyn Clock> {
        match self.now {
            Some(now) => Arc::new(FixedClock::at(now.timestamp_millis())),
            None => Arc::new(SystemClock),
        }
    }

    /// The current time in Unix milliseconds, from `--now` or the machine's clock.
    pub(crate) fn now_ms(&self) -> i64 {
        self.clock().now_ms()
    }

    /// Offset of local time from UTC, minutes, positive in the east.
    pub(crate) fn utc_offset_min(&self) -> i32 {
        self.zone.offset_minutes(self.now_ms())
    }

    /// The way to the server, under `--ca` and `--allow-http`.
    pub(crate) fn http(&self) -> Result<Http, CliError> {
        let mut network = Network {
            allow_http: self.allow_http,
            ..Network::default()
        };
        if let Some(path) = &self.ca {
            let shown = path.display().to_string();
            let read = std::fs::read_to_string(path).map_err(|cause| {
                CliError::bad_input("unreadable_file", format!("{shown} cannot be read: {cause}"))
                    .with("file", shown.clone())
                    .with("option", "--ca")
            })?;
            network.authorities = Some(read);
        }
        Http::new(network).map_err(|error| CliError::from(SyncError::from(error)))
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

    /// Opens the book, and creates it if it is absent. Warns on standard error if the book was damaged and recovered.
    pub(crate) fn book(&self) -> Result<Book, CliError> {
        let path = self.path()?;
        if self.book.is_none() {
            // An error here occurs again, with a better message, when the book is opened.
            let _ = path.parent().map(create_private_folder);
        }
        let mut options = OpenOptions::new(&path);
        options.clock = self.clock();
        options.time_given = self.now.is_some();
        let book = Book::open(options).map_err(|error| CliError::from(error).in_file("book", &path))?;
        if let Some(recovery) = book.recovery() {
            let shown = path.display().to_string();
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

    /// Parses a position `lat,lon` in the datum of `--datum`, and converts it to WGS-84.
    pub(crate) fn position(&self, text: &str) -> Result<Position, PositionError> {
        let given: Position = text.parse()?;
        to_wgs84(self.datum, given.lat(), given.lon())
    }
}

/// Creates a folder and those above it, if they are missing; nobody else may look into the new ones.
fn create_private_folder(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

/// The path in an environment variable, if there is one.
fn path_in(name: &str) -> Option<PathBuf> {
    std::env::var_os(name)
        .filter(|value| !value.is_empty())
        .map(PathBuf::from)
}

/// The default file of the book, in the system's data folder; `None` if that is unknown.
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
