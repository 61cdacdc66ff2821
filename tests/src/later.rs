//! Records as a later version of this software would write them: of a kind that this version does not know.
//!
//! The kind stands beside the document, not in it, so a note in a closed book becomes such a record by its number alone.

use std::path::Path;

use fieldbook_core::ids::RecordId;
use rusqlite::{Connection, named_params};

/// A number that this version gives to no kind.
pub const LATER_KIND: u8 = 200;

/// Makes a note in the closed book at `path`, which has no account and no tags, a record of [`LATER_KIND`], unsent as it is.
///
/// # Errors
/// [`rusqlite::Error`] of the file.
pub fn make_later(path: &Path, note: RecordId) -> rusqlite::Result<()> {
    let mut book = Connection::open(path)?;
    let act = book.transaction()?;
    let rid: i64 = act.query_row(
        "SELECT rid FROM record WHERE id = :id AND kind = 7",
        named_params! { ":id": note.0 },
        |row| row.get(0),
    )?;
    let bound = named_params! { ":rid": rid, ":kind": LATER_KIND };
    act.execute(
        "INSERT INTO other_record (rid, kind, known, more)
         SELECT rid, :kind, 1, json_object('text', text, 'remark', remark) FROM note WHERE rid = :rid",
        bound,
    )?;
    act.execute("DELETE FROM note WHERE rid = :rid", named_params! { ":rid": rid })?;
    act.execute(
        "UPDATE record SET kind = :kind, title = '' WHERE rid = :rid",
        bound,
    )?;
    act.execute(
        "UPDATE outbox SET kind = :kind WHERE record_id = :id",
        named_params! { ":id": note.0, ":kind": LATER_KIND },
    )?;
    act.commit()
}

/// The kind and the document of a record as the book at `path` keeps them.
///
/// # Errors
/// [`rusqlite::Error`] of the file, or that the record is not there.
pub fn kept(path: &Path, id: RecordId) -> rusqlite::Result<(u8, Vec<u8>)> {
    Connection::open(path)?.query_row(
        "SELECT kind, document FROM record WHERE id = :id",
        named_params! { ":id": id.0 },
        |row| Ok((row.get(0)?, row.get(1)?)),
    )
}
