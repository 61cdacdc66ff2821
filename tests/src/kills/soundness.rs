//! The soundness of a file: to `SQLite`, to itself, and to the documents in it.

use std::path::Path;

use fieldbook_book::store::Store;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::Scalar;
use fieldbook_model::doc::Document;
use fieldbook_model::wire;
use rusqlite::Connection;

use super::KillsError;

/// Defects of a phone's file, one sentence each. No book may be open on it.
///
/// Rows are compared with documents where they changed behind number `since`; the latest number comes back.
pub(crate) fn of_book(path: &Path, since: i64) -> Result<(Vec<String>, i64), KillsError> {
    let connection = Connection::open(path)?;
    let mut wrong = of_file(&connection)?;
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
            wrong.push(format!("{count} {what}"));
        }
    }
    let mut statement =
        connection.prepare("SELECT id, changed FROM record WHERE changed > ?1 ORDER BY changed")?;
    let touched: Vec<([u8; 16], i64)> = statement
        .query_map([since], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<Result<_, _>>()?;
    drop(statement);
    drop(connection);
    let store = Store::open(path, std::time::Duration::from_secs(5))?;
    for (id, _) in &touched {
        wrong.extend(of_record(&store, RecordId(*id))?);
    }
    Ok((wrong, touched.last().map_or(since, |(_, changed)| *changed)))
}

/// Defects of a server's file. The server may be running.
pub(crate) fn of_office(path: &Path) -> Result<Vec<String>, KillsError> {
    let mut connection = Connection::open(path)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let mut wrong = of_file(&connection)?;
    // One look at both tables, whoever writes meanwhile.
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
            wrong.push("the sum of a territory is not that of its records".to_owned());
        }
        if numbered.iter().any(|(_, seq)| *seq > counter) {
            wrong.push("a record has a number that was not given out".to_owned());
        }
    }
    Ok(wrong)
}

fn of_file(connection: &Connection) -> Result<Vec<String>, KillsError> {
    let mut wrong = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    let lines = check.query_map([], |row| row.get::<_, String>(0))?;
    for line in lines {
        let line = line?;
        if line != "ok" {
            wrong.push(format!("integrity_check: {line}"));
        }
    }
    let mut keys = connection.prepare("PRAGMA foreign_key_check")?;
    let dangling = keys.query_map([], |row| row.get::<_, String>(0))?.count();
    if dangling > 0 {
        wrong.push(format!("foreign_key_check: {dangling} rows"));
    }
    Ok(wrong)
}

/// A disagreement of a row with its document.
fn of_record(store: &Store, id: RecordId) -> Result<Option<String>, KillsError> {
    let Some(stored) = store.stored(id)? else {
        return Ok(Some(format!("record {id} cannot be read")));
    };
    if !stored.document.sound {
        return Ok(Some(format!("the document of {id} is not what was written")));
    }
    let Ok(document) = Document::load(&stored.document.bytes) else {
        return Ok(Some(format!("the document of {id} does not load")));
    };
    let mut meant = document.project(stored.record.kind).fields;
    meant.0.retain(|_, value| *value != Scalar::Cleared);
    Ok((meant != stored.record.fields).then(|| format!("the row of {id} is not what its document says")))
}
