//! The errors that end the demo early.

use std::path::{Path, PathBuf};

use fieldbook_core::book::{BookError, CheckInError, ImportFault, OpenError, PlanDayError, SyncError};

/// An error that ends the demo early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DemoError {
    /// A file or folder that cannot be read or written.
    #[error("{}: {error}", path.display())]
    File {
        /// The file or folder.
        path: PathBuf,
        /// The system's reason.
        error: std::io::Error,
    },
    /// Standard output cannot be written.
    #[error("the output cannot be written: {0}")]
    Output(std::io::Error),
    /// A book cannot be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A book refused or failed.
    #[error(transparent)]
    Book(#[from] BookError),
    /// A check-in was refused.
    #[error(transparent)]
    CheckIn(#[from] CheckInError),
    /// A file of customers cannot be imported.
    #[error(transparent)]
    Import(#[from] ImportFault),
    /// The next day cannot be planned.
    #[error(transparent)]
    Plan(#[from] PlanDayError),
    /// A sync failed while there was a signal.
    #[error(transparent)]
    Sync(#[from] SyncError),
    /// The story did not come out as it must: a fault of the program.
    #[error("{0}")]
    Story(String),
}

impl DemoError {
    /// A file or folder that cannot be read or written.
    pub(crate) fn file(path: &Path, error: std::io::Error) -> DemoError {
        DemoError::File {
            path: path.to_owned(),
            error,
        }
    }

    /// The story did not come out as it must.
    pub(crate) fn story(what: impl std::fmt::Display) -> DemoError {
        DemoError::Story(what.to_string())
    }
}
