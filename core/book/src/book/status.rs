//! The status of the book.

use super::{Book, BookError};
use fieldbook_model::ids::{DeviceId, TerritoryId};
use fieldbook_model::{Kind, Role};

/// The status of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whose book it is.
    pub rep: Option<String>,
    /// The server it is tied to.
    pub server_url: Option<String>,
    /// Role of the rep on the server.
    pub role: Option<Role>,
    /// Id of this device on the server.
    pub device: Option<DeviceId>,
    /// The territories it holds, with their names.
    pub territories: Vec<(TerritoryId, String)>,
    /// Number of edits that the server has not answered.
    pub unsent: u32,
    /// Time of the oldest of them, Unix milliseconds.
    pub oldest_unsent_at_ms: Option<i64>,
    /// Time of the last successful sync, Unix milliseconds.
    pub last_sync_at_ms: Option<i64>,
    /// Number of records with values that are not shown.
    pub conflicts: u32,
    /// Number of edits that the server refused; they are kept.
    pub refused: u32,
    /// Number of changes kept aside because the server has lost them, and those that they stand on: of others, or of one's
    /// own that wait for these.
    pub aside: u32,
    /// Number of records that cannot be read, and are asked for again with each sync.
    pub unreadable: u32,
    /// Number of records of each kind.
    pub records: Vec<(Kind, u32)>,
    /// The size of the file.
    pub database_bytes: u64,
    /// True if the file was found sound when it was checked just now; `None` if it was not checked.
    pub sound: Option<bool>,
}

/// The depth of a status check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkup {
    /// Counts without a check of the file.
    Quick,
    /// Also read the whole file.
    Thorough,
}

impl Book {
    /// The status of the book.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn status(&self, checkup: Checkup) -> Result<Status, BookError> {
        let identity = self.identity();
        let (unsent, oldest_unsent_at_ms) = self.store.unsent()?;
        let (conflicts, refused, aside) = self.store.problem_counts()?;
        let scopes = self.store.scopes()?.into_iter();
        Ok(Status {
            rep: identity.rep,
            server_url: identity.server.as_ref().map(|server| server.url.clone()),
            role: identity.server.as_ref().map(|server| server.role),
            device: identity.server.as_ref().map(|server| server.device),
            territories: scopes.map(|scope| (scope.territory, scope.name)).collect(),
            unsent,
            oldest_unsent_at_ms,
            last_sync_at_ms: identity.last_sync_at_ms,
            conflicts,
            refused,
            aside,
            unreadable: u32::try_from(self.store.unreadable()?.len()).unwrap_or(u32::MAX),
            records: self.store.counts()?,
            database_bytes: self.store.bytes()?,
            sound: (checkup == Checkup::Thorough)
                .then(|| self.store.is_sound())
                .transpose()?,
        })
    }
}
