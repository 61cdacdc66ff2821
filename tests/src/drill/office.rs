//! A server process with its folder, and phones that sync with it.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use fieldbook_core::book::{Book, BookError, Checkup, Http, OpenOptions, SyncError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind};
use tempfile::TempDir;

use super::Options;
use crate::crash::{CrashError, contents};

/// The reason why a drill ended.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// The arguments are not those of a drill.
    #[error("{0}")]
    Usage(&'static str),
    /// Something that is promised is not held.
    #[error("{0}")]
    NotHeld(String),
    /// A process or a file failed.
    #[error("the machine failed: {0}")]
    Machine(#[from] std::io::Error),
    /// A book could not be opened.
    #[error("a book cannot be opened: {0}")]
    Open(#[from] fieldbook_book::StoreError),
    /// A book failed.
    #[error("a book failed: {0}")]
    Book(#[from] BookError),
    /// A sync failed that should not.
    #[error("a sync failed: {0}")]
    Sync(#[from] SyncError),
    /// The database could not be read.
    #[error("a database failed: {0}")]
    Database(#[from] rusqlite::Error),
    /// Two books could not be compared.
    #[error("the books cannot be compared: {0}")]
    Compare(#[from] CrashError),
}

/// Fails with these words unless something is so.
pub(super) fn hold(so: bool, words: impl FnOnce() -> String) -> Result<(), DrillError> {
    if so {
        Ok(())
    } else {
        Err(DrillError::NotHeld(words()))
    }
}

/// A server process, the folder of its database and of the phones' books.
pub(super) struct Office {
    program: PathBuf,
    folder: TempDir,
    listen: String,
    child: Option<Child>,
    /// The log. It is open and never read, so each story runs under a log that is full sooner or later.
    log: Option<ChildStderr>,
}

impl Office {
    /// Starts a server over a new folder, with the territories North and South.
    pub(super) fn open(options: &Options) -> Result<Office, DrillError> {
        let mut office = Office {
            program: options.server.clone(),
            folder: tempfile::tempdir()?,
            listen: "127.0.0.1:0".to_owned(),
            child: None,
            log: None,
        };
        office.start()?;
        for territory in ["North", "South"] {
            office.admin(&["territory", "add", territory])?;
        }
        Ok(office)
    }

    /// Starts the process, on the address that it had before.
    pub(super) fn start(&mut self) -> Result<(), DrillError> {
        let mut child = Command::new(&self.program)
            .args(["serve", "--listen", &self.listen, "--data"])
            .arg(self.data())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(stdout) = child.stdout.take() {
            BufReader::new(stdout).read_line(&mut line)?;
        }
        self.log = child.stderr.take();
        self.child = Some(child);
        let address = line.trim().strip_prefix("listening on http://");
        hold(address.is_some(), || "the server does not listen".to_owned())?;
        address.unwrap_or_default().clone_into(&mut self.listen);
        Ok(())
    }

    /// Kills the process.
    pub(super) fn kill(&mut self) -> Result<(), DrillError> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// The id of the process.
    pub(super) fn process(&self) -> u32 {
        self.child.as_ref().map_or(0, Child::id)
    }

    /// The folder of the server's database.
    pub(super) fn data(&self) -> PathBuf {
        self.folder.path().join("office")
    }

    /// A path in the folder of the drill.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the server listens, without a scheme.
    pub(super) fn address(&self) -> &str {
        &self.listen
    }

    /// The address of the server.
    pub(super) fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Runs a command of the server; its exit code and output.
    pub(super) fn run(&self, command: &[&str], data: &Path) -> Result<(i32, String), DrillError> {
        let (first, rest) = command.split_first().unwrap_or((&"help", &[]));
        let output = Command::new(&self.program)
            .args([first, "--data"])
            .arg(data)
            .args(rest)
            .output()?;
        let told = [output.stdout, output.stderr].concat();
        Ok((
            output.status.code().unwrap_or(-1),
            String::from_utf8_lossy(&told).into_owned(),
        ))
    }

    /// Runs an administrator's command, which must succeed, and returns its output.
    pub(super) fn admin(&self, words: &[&str]) -> Result<String, DrillError> {
        let command: Vec<&str> = std::iter::once("admin").chain(words.iter().copied()).collect();
        let (code, told) = self.run(&command, &self.data())?;
        hold(code == 0, || {
            format!("`admin {}` failed: {told}", words.join(" "))
        })?;
        Ok(told.trim().to_owned())
    }

    /// A new person of a territory, and the book of their phone, joined.
    pub(super) fn rep(&self, name: &str, territory: &str) -> Result<Book, DrillError> {
        self.admin(&["user", "add", name, "--role", "rep", "--territory", territory])?;
        let book = self.book(name)?;
        self.join(&book, name)?;
        Ok(book)
    }

    /// Joins a book with a new code for this person.
    pub(super) fn join(&self, book: &Book, name: &str) -> Result<(), DrillError> {
        let code = self.admin(&["user", "code", name])?;
        book.join(&self.url(), &code, name, &Http::default())?;
        Ok(())
    }

    /// The book of this name.
    pub(super) fn book(&self, name: &str) -> Result<Book, DrillError> {
        Ok(Book::open(OpenOptions::new(self.path(&format!("{name}.db"))))?)
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        // A kill is safe here: the data is in a temporary folder.
        let _ = self.kill();
    }
}

pub(super) fn shop(book: &Book, name: &str) -> Result<RecordId, DrillError> {
    let fields = Fields::new().with("name", name);
    Ok(book.add(Kind::Account, &fields).map_err(not_held)?.id)
}

pub(super) fn sync(book: &Book) -> Result<(), DrillError> {
    book.sync_now(&Http::default(), None)?;
    Ok(())
}

/// Number of records that two books show differently.
pub(super) fn differing(one: &Book, other: &Book) -> Result<usize, DrillError> {
    let (one, other) = (contents::contents(one)?, contents::contents(other)?);
    Ok(contents::differing(&one, &other))
}

/// Number of edits of a book that are unsent, refused or kept aside.
pub(super) fn stuck(book: &Book) -> Result<u32, DrillError> {
    let status = book.status(Checkup::Quick)?;
    Ok(status.unsent + status.refused + status.aside)
}

pub(super) fn not_held(why: impl std::fmt::Display) -> DrillError {
    DrillError::NotHeld(why.to_string())
}
