//! A phone and a server, each a process of its own, killed with SIGKILL in the middle of their work.
//!
//! In each round a phone imports, adds, edits, checks in and out, and syncs against a server; every act that the core
//! acknowledged is noted. Then one of them, or both, is killed at a random moment. After that:
//!
//! * `PRAGMA integrity_check` and `foreign_key_check` of both files, and the sums that each of them keeps of itself;
//! * every acknowledged act is in the book, and what was synced is on the server;
//! * nothing is half there: an import is in the book by whole transactions, and every row touched in the round is what
//!   its document says;
//! * once the server is up again, the phone and another phone sync, and hold the same.
//!
//! All chance comes from one seed, but the moment of a kill is also the machine's: a seed repeats the acts, not the instant.

mod act;
pub(crate) mod contents;
mod ledger;
mod office;
mod options;
mod phone;
mod round;
pub(crate) mod soundness;
mod tally;

use std::io::Write;

use fieldbook_core::book::{BookError, CheckInError, ImportFault, OpenError, SyncError};
use fieldbook_server::admin::AdminError;
use fieldbook_server::{ServeError, store};

pub use options::Usage;

/// Why the rounds could not be finished.
#[derive(Debug, thiserror::Error)]
pub enum KillsError {
    /// The command line.
    #[error(transparent)]
    Usage(#[from] Usage),
    /// Files, folders, child processes.
    #[error("run a child: {0}")]
    Io(#[from] std::io::Error),
    /// A book did not open.
    #[error("open a book: {0}")]
    Open(#[from] OpenError),
    /// A book refused.
    #[error("use a book: {0}")]
    Book(#[from] BookError),
    /// A check-in was refused.
    #[error("check in: {0}")]
    CheckIn(#[from] CheckInError),
    /// An import ended.
    #[error("import: {0}")]
    Import(#[from] ImportFault),
    /// A sync with a server that was up did not end well.
    #[error("sync: {0}")]
    Sync(#[from] SyncError),
    /// The server's database did not open.
    #[error("open the server's database: {0}")]
    Store(#[from] store::StoreError),
    /// The office could not be set up.
    #[error("set up the office: {0}")]
    Admin(#[from] AdminError),
    /// The server did not start.
    #[error("start the server: {0}")]
    Serve(#[from] ServeError),
    /// A file could not be read past the core.
    #[error("look into a file: {0}")]
    Sqlite(#[from] rusqlite::Error),
    /// A child said nothing for a long time, or ended before its time.
    #[error("the {who} fell silent")]
    Silent {
        /// The child process.
        who: &'static str,
    },
    /// A child said something that no child says.
    #[error("a child said: {0}")]
    Babble(String),
}

impl KillsError {
    /// True if the command line was at fault.
    pub fn is_usage(&self) -> bool {
        matches!(self, KillsError::Usage(_))
    }
}

/// Does what the command line says: the rounds and the table, or a child's part. Whether nothing was lost.
///
/// # Errors
/// [`KillsError`] when the rounds could not be finished, which is also no good sign.
pub fn main(arguments: &[String], out: &mut dyn Write) -> Result<bool, KillsError> {
    match arguments.first().map(String::as_str) {
        Some(phone::FLAG) => return phone::run(&arguments[1..], out).map(|()| true),
        Some(office::FLAG) => return office::run(&arguments[1..], out).map(|()| true),
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
