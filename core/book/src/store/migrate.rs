//! Schema migrations of the file, applied in order.

use rusqlite::Connection;

use super::StoreError;

/// Marks the file as a fieldbook (`PRAGMA application_id`): the letters `FBok`.
pub(super) const APPLICATION_ID: i64 = 0x4642_6f6b;

/// The scripts, in order. A released one never changes; the schema version is how many have run.
const SCRIPTS: &[&str] = &[
    include_str!("migrations/0001_create_book.sql"),
    include_str!("migrations/0002_add_evidence.sql"),
    include_str!("migrations/0003_add_tracks.sql"),
    include_str!("migrations/0004_add_dismissals.sql"),
    include_str!("migrations/0005_align_early_books.sql"),
    include_str!("migrations/0006_add_other_records.sql"),
    include_str!("migrations/0007_mark_sent_and_unreadable.sql"),
    include_str!("migrations/0008_add_edit_times.sql"),
];

/// The newest schema version that this software knows.
pub(super) fn newest() -> i64 {
    i64::try_from(SCRIPTS.len()).expect("there are few migrations")
}

/// Runs the scripts that the file has not had yet, each in its own transaction.
pub(super) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let done = usize::try_from(version).map_err(|_| StoreError::NotABook)?;
    if version > newest() {
        return Err(StoreError::Newer {
            found: version,
            known: newest(),
        });
    }
    for (at, script) in SCRIPTS.iter().enumerate().skip(done) {
        let tx = connection.transaction()?;
        tx.execute_batch(script)?;
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
        tx.pragma_update(
            None,
            "user_version",
            i64::try_from(at + 1).expect("there are few migrations"),
        )?;
        tx.commit()?;
    }
    Ok(())
}
