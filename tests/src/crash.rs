//! Crash tests: a phone and a server, each in its own process, are killed with SIGKILL while they work.
//!
//! In each round a phone imports, adds, edits, checks in and out, and syncs with a server; every act that the core
//! acknowledged is recorded. Then the phone, the server or both are killed at a random moment. These checks follow:
//!
//! * `PRAGMA integrity_check` and `foreign_key_check` of both files, and the checksums that each file stores;
//! * every acknowledged act is in the book, and what was synced is on the server;
//! * nothing is stored in part: an import is in the book by whole transactions, and every row that changed in the round
//!   equals the projection of its document;
//! * once the server is up again, the phone and another phone sync, and hold the same records.
//!
//! All random numbers come from one seed, but the moment of a kill also depends on the machine: a seed repeats the acts,
//! not the instant.

mod act;
pub(crate) mod contents;
pub(crate) mod integrity;
mod ledger;
mod options;
mod phone;
mod round;
mod server;
mod tally;

use std::io::Write;

use fieldbook_core::book::{BookError, CheckInError, ImportFault, OpenError, SyncError};
use fieldbook_server::admin::AdminError;
use fieldbook_server::{ServeError, store};

pub use options::Usage;

/// A reason why the rounds could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum CrashError {
    /// The command line is wrong.
    #[error(transparent)]
    Usage(#[from] Usage),
    /// A file, folder or child process failed.
    #[error("run a child: {0}")]
    Io(#[from] std::io::Error),
    /// A book did not open.
    #[error("open a book: {0}")]
    Open(#[from] OpenError),
    /// A call of a book failed.
    #[error("use a book: {0}")]
    Book(#[from] BookError),
    /// A check-in was refused.
    #[error("check in: {0}")]
    CheckIn(#[from] CheckInError),
    /// An import was aborted.
    #[error("import: {0}")]
    Import(#[from] ImportFault),
    /// A sync with a running server failed.
    #[error("sync: {0}")]
    Sync(#[from] SyncError),
    /// The server's database did not open.
    #[error("open the server's database: {0}")]
    Store(#[from] store::StoreError),
    /// A territory or user could not be added.
    #[error("set up the server: {0}")]
    Admin(#[from] AdminError),
    /// The server did not start.
    #[error("start the server: {0}")]
    Serve(#[from] ServeError),
    /// A file could not be read with `SQLite`.
    #[error("look into a file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A child process wrote nothing for a long time, or ended early.
    #[error("the {who} stopped reporting")]
    Silent {
        /// The child process.
        who: &'static str,
    },
    /// A child process wrote an unknown line, or an import refused a line.
    #[error("unexpected line: {0}")]
    BadLine(String),
}

impl CrashError {
    /// True if the command line was at fault.
    pub fn is_usage(&self) -> bool {
        matches!(self, CrashError::Usage(_))
    }
}

/// Runs the command line: the rounds and the table, or the task of a child process. Returns true if nothing was lost.
///
/// # Errors
/// [`CrashError`] if the rounds could not be finished.
pub fn main(arguments: &[String], out: &mut dyn Write) -> Result<bool, CrashError> {
    match arguments.first().map(String::as_str) {
        Some(phone::FLAG) => return phone::run(&arguments[1..], out).map(|()| true),
        Some(server::FLAG) => return server::run(&arguments[1..], out).map(|()| true),
        _ => {}
    }
    let options = options::Options::parse(arguments)?;
    if options.help {
        out.write_all(options::HELP.as_bytes())?;
        return Ok(true);
    }
    let tally = round::all(&options, out)?;
    out.write_all(tally.table(options.seed).as_bytes())?;
    Ok(tally.is_clean())
}
