//! Kotlin, Swift and Python see the core through this crate, and nothing but `UniFFI` is in it.
//!
//! One object, [`Fieldbook`], and the [`ChangeFeed`]s that follow it. Every call is short and blocks, or takes a deadline
//! and can be interrupted: call them off the main thread. Nothing here decides anything: a method converts, calls the
//! book and converts back. [`records`], [`evidence`], [`plan`], [`plan_period`],
//! [`plan_travel`], [`tracks`], [`imports`] and [`errors`] are the
//! app's header files.

mod chain;
pub mod errors;
pub mod evidence;
pub mod imports;
pub mod plan;
pub mod plan_period;
pub mod plan_travel;
pub mod records;
mod scalars;
pub mod tracks;
mod words;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use fieldbook_core::book::import::{ImportError, ImportKind};
use fieldbook_core::book::{
    self, Book, BookError, Changes, CheckInError, CheckInRequest, Checkup, ConflictShown, ExportFormat,
    ExportKind, HistoryEntry, Http, ImportFault, Joined, LogEntry, OpenOptions, Query, Recovery, StoreError,
    SyncError, SyncReport, TapClock,
};
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::location::Meters;
use fieldbook_core::location::{Position, RawFix};
use fieldbook_core::model::{Fields, Kind};

use records::{NearbySite, Page, Record, Status, records};
use scalars::{Day, read};

uniffi::setup_scaffolding!("fieldbook");

const AN_ID: &str = "a record's id is a UUID";

/// A rep's book, opened. It may be used from any thread, by any number at once; what a call acknowledges is durable.
#[derive(Debug, uniffi::Object)]
pub struct Fieldbook {
    book: Arc<Book>,
    http: Http,
}

#[uniffi::export]
impl Fieldbook {
    /// Opens the book in the file at `path`, or makes one, waiting `wait_ms` for another process that has it open.
    ///
    /// A damaged file is moved aside, never deleted: see `recovery`.
    #[uniffi::constructor(default(wait_ms = 5000))]
    pub fn open(path: String, wait_ms: u64) -> Result<Arc<Fieldbook>, StoreError> {
        let mut options = OpenOptions::new(path);
        options.wait = Duration::from_millis(wait_ms);
        let (book, http) = (Arc::new(Book::open(options)?), Http::default());
        Ok(Arc::new(Fieldbook { book, http }))
    }

    /// What was done when the book was opened from a damaged file; null when it was sound.
    pub fn recovery(&self) -> Option<Recovery> {
        self.book.recovery().cloned()
    }

    /// Says whose book it is, before a server does.
    pub fn name_rep(&self, name: &str) -> Result<(), BookError> {
        self.book.name_rep(name)
    }

    /// Joins the server at `url` with a one-time code; at most 30 seconds. What is in the book goes there with the next
    /// sync.
    pub fn join(&self, url: &str, code: &str, device_name: &str) -> Result<Joined, SyncError> {
        self.book.join(url, code, device_name, &self.http)
    }

    /// How the book is.
    pub fn status(&self, checkup: Checkup) -> Result<Status, BookError> {
        Ok(self.book.status(checkup)?.into())
    }

    /// Makes a record. Its id is made here and now, so others may point to it before any server has heard of it.
    pub fn add(&self, kind: Kind, fields: Fields) -> Result<Record, BookError> {
        Ok(self.book.add(kind, &fields)?.into())
    }

    /// Writes the fields of `patch` and leaves the others; `Cleared` clears one.
    pub fn set(&self, id: RecordId, patch: Fields) -> Result<Record, BookError> {
        Ok(self.book.set(id, &patch)?.into())
    }

    /// Deletes a record: it leaves lists and search, and can be brought back.
    pub fn delete(&self, id: RecordId) -> Result<Record, BookError> {
        Ok(self.book.delete(id)?.into())
    }

    /// Brings a deleted record back.
    pub fn undelete(&self, id: RecordId) -> Result<Record, BookError> {
        Ok(self.book.undelete(id)?.into())
    }

    /// A record, deleted or not.
    pub fn record(&self, id: RecordId) -> Result<Record, BookError> {
        Ok(self.book.record(id)?.into())
    }

    /// The fields of a record by name, as `set` takes them: for screens that are made of a list of fields.
    pub fn fields(&self, id: RecordId) -> Result<Fields, BookError> {
        Ok(self.book.record(id)?.fields)
    }

    /// A page of a kind, by name (visits by time), from behind the record `after`; 100 records at most.
    #[uniffi::method(default(after = None, limit = 100))]
    pub fn page(&self, kind: Kind, after: Option<RecordId>, limit: u32) -> Result<Page, BookError> {
        let query = Query {
            after,
            ..Query::first(kind, limit)
        };
        Ok(self.book.page(&query)?.into())
    }

    /// A page of an account's own records, or of deleted ones.
    pub fn list(&self, query: Query) -> Result<Page, BookError> {
        Ok(self.book.page(&query)?.into())
    }

    /// The sites of an account, by name.
    pub fn sites_of(&self, account: RecordId) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.sites_of(account)?))
    }

    /// Records that hold all words of `text`, each by its beginning, whatever their accents; Chinese by any two
    /// neighbouring characters, or one. Best first; of one kind if one is given.
    #[uniffi::method(default(kind = None, limit = 100))]
    pub fn search(&self, text: &str, kind: Option<Kind>, limit: u32) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.search(text, kind, limit)?))
    }

    /// The sites at most `within_m` metres away, the nearest first.
    #[uniffi::method(default(limit = 100))]
    pub fn near(&self, at: Position, within_m: f64, limit: u32) -> Result<Vec<NearbySite>, BookError> {
        let found = self.book.near(at, Meters(within_m), limit)?;
        Ok(found.into_iter().map(NearbySite::from).collect())
    }

    /// Imports a file: `.csv` or `.json`, compressed (`.gz`) or not. Importing twice is importing once, and a bad line never
    /// stops the good ones. Columns are recognised by the names that Salesforce, Zoho, HubSpot and others give them; `map`
    /// names those that are not, as field to column.
    #[uniffi::method(default(map))]
    pub fn import_file(
        &self,
        path: &str,
        kind: ImportKind,
        map: HashMap<String, String>,
    ) -> Result<imports::ImportReport, ImportFault> {
        let mut file = File::open(path).map_err(|error| ImportError::Io { kind: error.kind() })?;
        let name = Path::new(path).file_name().unwrap_or_default().to_string_lossy();
        let map: Vec<_> = map.into_iter().collect();
        Ok(self
            .book
            .import(kind, &name, &mut file, &map, &mut |_| {})?
            .into())
    }

    /// Writes all accounts or visits to a file, which it makes or replaces, and returns how many.
    pub fn export_file(&self, path: &str, what: ExportKind, format: ExportFormat) -> Result<u64, BookError> {
        let mut out = BufWriter::new(File::create(path).map_err(|_| BookError::CannotWrite)?);
        let count = self.book.export(what, format, &mut out)?;
        out.flush().map_err(|_| BookError::CannotWrite)?;
        Ok(count)
    }

    /// Checks in at `account`, now: at the nearest of its sites and in the visit planned for today, unless they are given.
    /// It is saved whatever the fixes say, and without any; the verdict is in the visit. The same tap twice is one
    /// check-in.
    #[uniffi::method(default(site = None, visit = None, clock = None))]
    pub fn check_in(
        &self,
        account: &str,
        fixes: Vec<RawFix>,
        site: Option<String>,
        visit: Option<String>,
        clock: Option<TapClock>,
    ) -> Result<Record, CheckInError> {
        let clock = clock.unwrap_or_default();
        let site = site.map(|id| read(&id, AN_ID)).transpose()?;
        let visit = visit.map(|id| read(&id, AN_ID)).transpose()?;
        let request = CheckInRequest {
            site,
            visit,
            fixes,
            clock,
        };
        Ok(self.book.check_in(read(account, AN_ID)?, &request)?.into())
    }

    /// Checks out of an open visit, now.
    #[uniffi::method(default(fixes = [], outcome = None, clock = None))]
    pub fn check_out(
        &self,
        visit: &str,
        fixes: Vec<RawFix>,
        outcome: Option<String>,
        clock: Option<TapClock>,
    ) -> Result<Record, CheckInError> {
        let (visit, clock) = (read(visit, AN_ID)?, clock.unwrap_or_default());
        Ok(self
            .book
            .check_out_by(visit, &fixes, outcome.as_deref(), &clock)?
            .into())
    }

    /// Says that a planned visit will not happen, and why.
    pub fn skip_visit(&self, visit: &str, reason: &str) -> Result<Record, CheckInError> {
        Ok(self.book.skip_visit(read(visit, AN_ID)?, reason)?.into())
    }

    /// The visits of a day, by time, where clocks are `utc_offset_minutes` ahead of UTC.
    pub fn day(&self, date: Day, utc_offset_minutes: i32) -> Result<Vec<Record>, BookError> {
        Ok(records(self.book.day(date, utc_offset_minutes)?))
    }

    /// Syncs until both sides hold the same, at most `deadline_ms`. What was not done is done by the next call.
    #[uniffi::method(default(deadline_ms = None))]
    pub fn sync_now(&self, deadline_ms: Option<u64>) -> Result<SyncReport, SyncError> {
        self.book
            .sync_now(&self.http, deadline_ms.map(Duration::from_millis))
    }

    /// Asks a sync under way to end after the request it is in.
    pub fn interrupt_sync(&self) {
        self.book.interrupt_sync();
    }

    /// The values that are not shown because others were written at the same time, of up to `limit` records behind `after`.
    #[uniffi::method(default(after = None, limit = 100))]
    pub fn conflicts(&self, after: Option<RecordId>, limit: u32) -> Result<Vec<ConflictShown>, BookError> {
        self.book.conflicts(after, limit)
    }

    /// All changes of a record, the oldest first.
    pub fn history(&self, id: RecordId) -> Result<Vec<HistoryEntry>, BookError> {
        self.book.history(id)
    }

    /// Writes `field` again as the change `to` wrote it: the losing side of a conflict, or an older value.
    pub fn restore(&self, id: RecordId, field: &str, to: ChangeHash) -> Result<Record, BookError> {
        Ok(self.book.restore(id, field, to)?.into())
    }

    /// The records touched behind number `since` (0: all). Ask again from `latest`.
    #[uniffi::method(default(limit = 100))]
    pub fn changes_since(&self, since: u64, limit: u32) -> Result<Changes, BookError> {
        self.book.changes_since(since, limit)
    }

    /// Follows the changes behind number `since`.
    pub fn feed(&self, since: u64) -> Arc<ChangeFeed> {
        Arc::new(ChangeFeed(book::Feed::new(Arc::clone(&self.book), since)))
    }

    /// The last lines of the sync trace, the newest first. They name no person, no customer and no place.
    #[uniffi::method(default(limit = 100))]
    pub fn log(&self, limit: u32) -> Result<Vec<LogEntry>, BookError> {
        self.book.log(limit)
    }
}

/// One follower of a book's changes.
#[derive(Debug, uniffi::Object)]
pub struct ChangeFeed(book::Feed);

#[uniffi::export]
impl ChangeFeed {
    /// Waits for changes and returns them, at most 100 records at a time; null once the feed was stopped.
    pub fn next(&self) -> Result<Option<Changes>, BookError> {
        self.0.next()
    }

    /// Ends the feed, now and for good: a waiting `next` wakes at once.
    pub fn stop(&self) {
        self.0.stop();
    }
}
