//! How the book is.

use super::{Book, BookError};
use fieldbook_model::ids::{DeviceId, TerritoryId};
use fieldbook_model::{Kind, Role};

/// How the book is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// Whose book it is.
    pub rep: Option<String>,
    /// The server it is tied to.
    pub server_url: Option<String>,
    /// What the rep is there.
    pub role: Option<Role>,
    /// How the server knows this device.
    pub device: Option<DeviceId>,
    /// The territories it holds, with their names.
    pub territories: Vec<(TerritoryId, String)>,
    /// How many edits the server has not answered for.
    pub unsent: u32,
    /// When the oldest of them was made, Unix milliseconds.
    pub oldest_unsent_at_ms: Option<i64>,
    /// When the last sync ended well, Unix milliseconds.
    pub last_sync_at_ms: Option<i64>,
    /// How many records have values that are not shown.
    pub conflicts: u32,
    /// How many edits the server did not take; they are kept.
    pub refused: u32,
    /// How many records there are of each kind.
    pub records: Vec<(Kind, u32)>,
    /// The size of the file.
    pub database_bytes: u64,
    /// Whether the file was found sound when it was checked just now; `None` when it was not checked.
    pub sound: Option<bool>,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checkup {
    /// Counts only.
    Quick,
    /// Also read the whole file.
    Thorough,
}

impl Book {
    /// How the book is.
    ///
    /// # Errors
    /// [`BookError`] of the file.
    pub fn status(&self, checkup: Checkup) -> Result<Status, BookError> {
        let identity = self.identity();
        let (unsent, oldest_unsent_at_ms) = self.store.unsent()?;
        let (conflicts, refused) = self.store.troubles()?;
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
            records: self.store.counts()?,
            database_bytes: self.store.bytes()?,
            sound: (checkup == Checkup::Thorough)
                .then(|| self.store.is_sound())
                .transpose()?,
        })
    }
}
