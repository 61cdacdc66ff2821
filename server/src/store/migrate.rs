//! From any older version of the file to this one: a table of scripts and a loop.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, TransactionBehavior};

use super::StoreError;

/// The scripts in order; the file's `user_version` counts how many it has seen.
const MIGRATIONS: [&str; 8] = [
    include_str!("migrations/0001_create_office.sql"),
    include_str!("migrations/0002_add_evidence.sql"),
    include_str!("migrations/0003_add_trust.sql"),
    include_str!("migrations/0004_join_what_waits.sql"),
    include_str!("migrations/0005_add_audit.sql"),
    include_str!("migrations/0006_compact_histories.sql"),
    include_str!("migrations/0007_add_wipes_and_keys.sql"),
    include_str!("migrations/0008_add_web_form.sql"),
];

/// `FBKS` in ASCII: marks the file as ours.
const APPLICATION_ID: i64 = 0x4642_4b53;

/// Brings the file up to date, or leaves it as it was.
pub(super) fn migrate(connection: &mut Connection, path: &Path) -> Result<(), StoreError> {
    connection.busy_timeout(super::BUSY_TIMEOUT)?;
    let known = MIGRATIONS.len().cast_signed() as i64;
    // What a newer server or another program left in the log beside the file is not ours to move into it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, has_log(path))?;
    let found = version_of(connection, path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    if found == known {
        return Ok(());
    }
    let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    // Another process may have been quicker.
    let done =
        usize::try_from(version_of(&tx, path)?).map_err(|_| StoreError::Damaged { what: "user_version" })?;
    for script in &MIGRATIONS[done..] {
        tx.execute_batch(script)?;
    }
    tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    tx.pragma_update(None, "user_version", known)?;
    tx.commit()?;
    Ok(())
}

/// True if there is anything in the log beside the file.
fn has_log(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    std::fs::metadata(log).is_ok_and(|log| log.len() > 0)
}

/// Number of scripts that the file has seen, if it is a file that this server can keep.
pub(super) fn version_of(connection: &Connection, path: &Path) -> Result<i64, StoreError> {
    let foreign = || StoreError::Foreign {
        path: path.to_owned(),
    };
    let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    let application = match number("application_id") {
        Err(error) if error.sqlite_error_code() == Some(rusqlite::ErrorCode::NotADatabase) => {
            return Err(foreign());
        }
        other => other?,
    };
    let found = number("user_version")?;
    let tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION_ID && (tables > 0 || found != 0 || application != 0) {
        return Err(foreign());
    }
    let known = MIGRATIONS.len().cast_signed() as i64;
    if found > known {
        return Err(StoreError::Newer { found, known });
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::super::{FILE_NAME, Store};
    use super::*;
    use fieldbook_model::clock::SeededRandom;

    fn open(dir: &Path) -> Result<Store, StoreError> {
        Store::open(dir, &SeededRandom::new(1))
    }

    #[test]
    fn a_file_of_a_newer_server_is_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        drop(open(dir.path()).unwrap());
        let path = dir.path().join(FILE_NAME);
        let later = Connection::open(&path).unwrap();
        later.pragma_update(None, "user_version", 99).unwrap();
        later.pragma_update(None, "journal_mode", "DELETE").unwrap();
        drop(later);
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(
            open(dir.path()),
            Err(StoreError::Newer { found: 99, .. })
        ));
        assert_eq!(std::fs::read(&path).unwrap(), before);
    }

    #[test]
    fn a_file_of_another_program_is_refused_untouched() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join(FILE_NAME);
        Connection::open(&path)
            .unwrap()
            .execute_batch("CREATE TABLE song (title TEXT)")
            .unwrap();
        let before = std::fs::read(&path).unwrap();
        assert!(matches!(open(dir.path()), Err(StoreError::Foreign { .. })));
        assert_eq!(std::fs::read(&path).unwrap(), before);
        std::fs::write(
            &path,
            "no database at all, but long enough to have a header of its own, were it one; so read it",
        )
        .unwrap();
        assert!(matches!(open(dir.path()), Err(StoreError::Foreign { .. })));
    }

    #[test]
    fn opening_twice_keeps_the_generation() {
        let dir = tempfile::tempdir().unwrap();
        let company = fieldbook_model::ids::TerritoryId::COMPANY;
        let epoch = |store: Store| store.read().unwrap().territory(company).unwrap().unwrap().epoch;
        let first = epoch(open(dir.path()).unwrap());
        assert_eq!(
            epoch(Store::open(dir.path(), &SeededRandom::new(2)).unwrap()),
            first
        );
    }
}
