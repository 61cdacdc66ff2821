//! Forms on web pages that send leads.

use fieldbook_model::ids::DeviceId;
use rusqlite::{OptionalExtension, Row, named_params};

use super::{StoreError, Tx};

/// A form on a web page. It writes leads as a person of its own, on a device that never syncs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebForm {
    /// The SHA-256 hash of the token that the page sends.
    pub token: [u8; 32],
    /// The device under which it writes.
    pub device: DeviceId,
    /// The source of its leads.
    pub source: String,
}

fn from_row(row: &Row<'_>) -> rusqlite::Result<WebForm> {
    Ok(WebForm {
        token: row.get(0)?,
        device: DeviceId(row.get(1)?),
        source: row.get(2)?,
    })
}

impl Tx<'_> {
    /// The form with this token.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn web_form(&self, token: &[u8; 32]) -> Result<Option<WebForm>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT token, device, source FROM web_form WHERE token = :token")?;
        Ok(select
            .query_row(named_params! { ":token": token }, from_row)
            .optional()?)
    }

    /// All forms.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn web_forms(&self) -> Result<Vec<WebForm>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT token, device, source FROM web_form ORDER BY source, device")?;
        let rows = select.query_map([], from_row)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Stores a new form.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn put_web_form(&self, form: &WebForm) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO web_form (token, device, source) VALUES (:token, :device, :source)")?
            .execute(named_params! {
                ":token": form.token, ":device": form.device.0, ":source": form.source,
            })?;
        Ok(())
    }
}
