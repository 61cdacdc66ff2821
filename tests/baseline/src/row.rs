//! A record on its way: the one shape of both directions.

use std::borrow::Cow;

use rusqlite::Rows;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::FloorError;

/// A record as the wire carries it, borrowed from the body that it stands in.
#[derive(Debug, Serialize, Deserialize)]
pub struct Row<'a> {
    /// Whose state this is.
    pub id: Uuid,
    /// `account`, `contact`, ...
    #[serde(borrow)]
    pub kind: Cow<'a, str>,
    /// Time of the last write by the writer's clock, Unix milliseconds.
    pub updated_ms: i64,
    /// The record is gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
    /// The fields, as JSON text that nobody on the way needs to understand.
    #[serde(borrow)]
    pub fields: &'a RawValue,
}

/// Rows ready to be sent.
#[derive(Debug, Default)]
pub struct RowText {
    /// A JSON array of [`Row`].
    pub json: Vec<u8>,
    /// Number of rows.
    pub count: usize,
    /// The first column of each row: its number here and, of a book, the `updated_ms` that was sent.
    pub(crate) sent: Vec<(i64, i64)>,
}

impl RowText {
    /// Writes out what a query finds; its columns are `num, id, kind, updated_ms, deleted, json`.
    pub(crate) fn collect(mut rows: Rows<'_>) -> Result<RowText, FloorError> {
        let mut text = RowText::default();
        text.json.push(b'[');
        while let Some(found) = rows.next()? {
            if text.count > 0 {
                text.json.push(b',');
            }
            let row = Row {
                id: Uuid::from_bytes(found.get(1)?),
                kind: Cow::Borrowed(found.get_ref(2)?.as_str().map_err(rusqlite::Error::from)?),
                updated_ms: found.get(3)?,
                deleted: found.get(4)?,
                fields: serde_json::from_str(found.get_ref(5)?.as_str().map_err(rusqlite::Error::from)?)?,
            };
            serde_json::to_writer(&mut text.json, &row)?;
            text.sent.push((found.get(0)?, row.updated_ms));
            text.count += 1;
        }
        text.json.push(b']');
        Ok(text)
    }
}

/// The request of `POST /pull`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PullRequest {
    /// Everything up to here is known.
    pub since: i64,
    /// Not more than so many rows.
    pub limit: u32,
}

/// The answer to `POST /pull`.
#[derive(Debug, Deserialize)]
pub(crate) struct PullAnswer<'a> {
    /// The `since` of the next question.
    pub next: i64,
    /// The rows after `since`, oldest first; the latest state of each record only.
    #[serde(borrow)]
    pub rows: Vec<Row<'a>>,
}

/// The answer to `POST /push`.
///
/// A device that stood at `before` knows everything up to `after`: what lies between is its own.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct PushAnswer {
    /// The server's last number before this push.
    pub before: i64,
    /// And after it.
    pub after: i64,
}
