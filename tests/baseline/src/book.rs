//! The phone's side: one SQLite file and the calls that an app makes.

mod apply;
mod read;
mod write;

use std::path::Path;

use rusqlite::Connection;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::{FloorError, schema};

/// The fields of a record.
pub type Fields = Map<String, Value>;

/// A record as an app sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// Its name for ever.
    pub id: Uuid,
    /// Time of the last write by the writer's clock, Unix milliseconds.
    pub updated_ms: i64,
    /// The fields of the record.
    pub fields: Fields,
}

impl Record {
    /// The field `name`; empty when there is none.
    pub fn name(&self) -> &str {
        self.fields
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }
}

/// A record and how far away it is.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// On a sphere of 6,371,008.8 m radius.
    pub distance_m: f64,
    /// The record found.
    pub record: Record,
}

/// A book: one file, one connection.
#[derive(Debug)]
pub struct Book {
    db: Connection,
}

impl Book {
    /// Opens the file at `path`, and makes it when there is none.
    pub fn open(path: &Path) -> Result<Book, FloorError> {
        Ok(Book {
            db: schema::open_book(path)?,
        })
    }

    /// The server's number up to which everything is known here.
    pub fn cursor(&self) -> Result<i64, FloorError> {
        Ok(self
            .db
            .prepare_cached("SELECT cursor FROM sync")?
            .query_row([], |row| row.get(0))?)
    }
}
