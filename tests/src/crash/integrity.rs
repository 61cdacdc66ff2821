//! The integrity of a file: the checks of `SQLite`, the counts and checksums in the file, and rows against documents.

use std::path::Path;

use fieldbook_book::store::Store;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Scalar;
use fieldbook_model::doc::Document;
use fieldbook_model::wire;
use rusqlite::Connection;

use super::CrashError;

/// Defects of a phone's file, one sentence each. No book may be open on it.
///
/// Compares rows with documents for records that changed after number `since`, and returns the latest number.
pub(crate) fn book_defects(path: &Path, since: i64) -> Result<(Vec<String>, i64), CrashError> {
    let connection = Connection::open(path)?;
    let mut defects = file_defects(&connection)?;
    for (sql, what) in [
        (
            "SELECT count(*) FROM record WHERE unsent <> (SELECT count(*) FROM outbox WHERE record_id = record.id)",
            "records count other unsent changes than the outbox has",
        ),
        (
            "SELECT count(*) FROM outbox WHERE record_id NOT IN (SELECT id FROM record)",
            "unsent changes have no record",
        ),
        (
            "SELECT count(*) FROM record WHERE kind = 1 AND rid NOT IN (SELECT rid FROM account)",
            "accounts have no row",
        ),
    ] {
        let count: i64 = connection.query_row(sql, [], |row| row.get(0))?;
        if count > 0 {
            defects.push(format!("{count} {what}"));
        }
    }
    let mut statement =
        connection.prepare("SELECT id, changed FROM record WHERE changed > ?1 ORDER BY changed")?;
    let touched: Vec<([u8; 16], i64)> = statement
        .query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    drop(statement);
    drop(connection);
    let store = Store::open(path, None, std::time::Duration::from_secs(5))?;
    for (id, _) in &touched {
        defects.extend(record_defect(&store, RecordId(*id))?);
    }
    Ok((defects, touched.last().map_or(since, |(_, changed)| *changed)))
}

/// Defects of a server's file. The server may be running.
pub(crate) fn server_defects(path: &Path) -> Result<Vec<String>, CrashError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let mut defects = file_defects(&connection)?;
    // One snapshot of both tables, because the server may write meanwhile.
    let tx = connection.transaction()?;
    let mut territories = tx.prepare("SELECT id, sum, counter FROM territory")?;
    let mut records = tx.prepare("SELECT id, seq FROM record WHERE territory = ?1")?;
    let all: Vec<([u8; 16], i64, i64)> = territories
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<Result<_, _>>()?;
    for (territory, sum, counter) in all {
        let numbered: Vec<([u8; 16], i64)> = records
            .query_map([territory], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<Result<_, _>>()?;
        let found = numbered.iter().fold(0, |sum, (id, seq)| {
            sum ^ wire::digest(RecordId(*id), seq.cast_unsigned())
        });
        if found != sum.cast_unsigned() {
            defects.push("the sum of a territory is not that of its records".to_owned());
        }
        if numbered.iter().any(|(_, seq)| *seq > counter) {
            defects.push("a record has a number that was not given out".to_owned());
        }
    }
    Ok(defects)
}

fn file_defects(connection: &Connection) -> Result<Vec<String>, CrashError> {
    let mut defects = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        if line != "ok" {
            defects.push(format!("integrity_check: {line}"));
        }
    }
    let mut keys = connection.prepare("PRAGMA foreign_key_check")?;
    let dangling = keys.query_map([], |row| row.get::<_, String>(0))?.count();
    if dangling > 0 {
        defects.push(format!("foreign_key_check: {dangling} rows"));
    }
    Ok(defects)
}

/// A disagreement of a row with its document.
fn record_defect(store: &Store, id: RecordId) -> Result<Option<String>, CrashError> {
    let Some(stored) = store.stored(id)? else {
        return Ok(Some(format!("record {id} cannot be read")));
    };
    if !stored.document.sound {
        return Ok(Some(format!("the document of {id} is not what was written")));
    }
    let Ok(document) = Document::load(&stored.document.bytes) else {
        return Ok(Some(format!("the document of {id} does not load")));
    };
    let mut expected = document.project(stored.record.kind).fields;
    expected.0.retain(|_, value| *value != Scalar::Cleared);
    Ok((expected != stored.record.fields).then(|| format!("the row of {id} is not what its document says")))
}
