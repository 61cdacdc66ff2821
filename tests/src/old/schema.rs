//! The schema of a database as comparable lines, and the checks of `SQLite`.

use std::path::Path;

use rusqlite::Connection;

/// The schema version of the file.
///
/// # Errors
/// The errors of `SQLite`.
pub fn version(path: &Path) -> Result<i64, rusqlite::Error> {
    Connection::open(path)?.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Everything that migrations create in a file, one sorted line each: the application id, tables, indexes, views, the
/// shadow tables of the full-text and spatial indexes, and the settings of the full-text index.
///
/// # Errors
/// The errors of `SQLite`.
pub fn schema(path: &Path) -> Result<Vec<String>, rusqlite::Error> {
    let connection = Connection::open(path)?;
    let number = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let mut lines = vec![
        format!("application_id {}", number("application_id")?),
        format!("user_version {}", number("user_version")?),
    ];
    let mut objects =
        connection.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")?;
    let rows = objects.query_map([], |row| {
        let [kind, name, table, sql] = [row.get::<_, String>(0)?, row.get(1)?, row.get(2)?, row.get(3)?];
        let sql = sql.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(format!("{kind} {name} on {table}: {sql}"))
    })?;
    for line in rows {
        lines.push(line?);
    }
    let searches =
        connection.prepare("SELECT name FROM sqlite_schema WHERE name LIKE '%\\_config' ESCAPE '\\'");
    let names: Vec<String> = searches?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for name in names {
        let mut settings = connection.prepare(&format!("SELECT k, v FROM {name}"))?;
        let rows = settings.query_map([], |row| {
            let value: rusqlite::types::Value = row.get(1)?;
            Ok(format!("{name}: {} = {value:?}", row.get::<_, String>(0)?))
        })?;
        for line in rows {
            lines.push(line?);
        }
    }
    lines.sort();
    Ok(lines)
}

/// The defects that `SQLite` finds in the file.
///
/// # Errors
/// The errors of `SQLite`.
pub fn sqlite_defects(path: &Path) -> Result<Vec<String>, rusqlite::Error> {
    let connection = Connection::open(path)?;
    let mut defects = Vec::new();
    let mut check = connection.prepare("PRAGMA integrity_check")?;
    for line in check.query_map([], |row| row.get::<_, String>(0))? {
        defects.push(line?);
    }
    defects.retain(|line| line != "ok");
    let mut keys = connection.prepare("PRAGMA foreign_key_check")?;
    for table in keys.query_map([], |row| row.get::<_, String>(0))? {
        defects.push(format!("{} has a row that points nowhere", table?));
    }
    Ok(defects)
}
