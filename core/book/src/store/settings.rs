//! The settings of a book, its record counts, its size and its integrity check.

use std::collections::BTreeMap;

use rusqlite::{OpenFlags, named_params};

use super::{Store, StoreError, Write, cipher, record};
use fieldbook_model::Kind;

impl Store {
    /// All settings by name.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn settings(&self) -> Result<BTreeMap<String, Vec<u8>>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare("SELECT name, value FROM setting")?;
            let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
            rows.collect()
        })
    }

    /// Number of records of each kind, without deleted ones: first the kinds that this version knows, then the unknown kinds
    /// in the book.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn counts(&self) -> Result<Vec<(Kind, u32)>, StoreError> {
        self.read(|connection| {
            let mut statement = connection
                .prepare_cached("SELECT count(*) FROM record WHERE kind = :kind AND deleted = 0")?;
            let mut count =
                |kind: Kind| statement.query_row(named_params! { ":kind": kind.code() }, |row| row.get(0));
            let others = connection
                .prepare_cached("SELECT DISTINCT kind FROM other_record ORDER BY kind")?
                .query_map([], |row| record::kind(row.get(0)?))?
                .collect::<Result<Vec<_>, _>>()?;
            let others = others.into_iter().filter(|kind| !Kind::ALL.contains(kind));
            Kind::ALL
                .into_iter()
                .chain(others)
                .map(|kind| Ok((kind, count(kind)?)))
                .collect()
        })
    }

    /// A pair of numbers that changes whenever a record of `kind` is added, changed or removed: the number of the last change
    /// among them, and how many there are.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn kind_state(&self, kind: Kind) -> Result<(i64, i64), StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached("SELECT coalesce(max(changed), 0), count(*) FROM record WHERE kind = :kind")?
                .query_row(named_params! { ":kind": kind.code() }, |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
        })
    }

    /// Number of records in conflict, number of changes that the server refused, and number of those kept aside because the
    /// server has lost them.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn problem_counts(&self) -> Result<(u32, u32, u32), StoreError> {
        self.read(|connection| {
            let sql = "SELECT (SELECT count(*) FROM record WHERE conflicts > 0),
                              (SELECT count(*) FROM refused WHERE reason < 254),
                              (SELECT count(*) FROM refused WHERE reason >= 254)";
            connection
                .prepare_cached(sql)?
                .query_row([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        })
    }

    /// Size of the file in bytes, without its write-ahead log.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn bytes(&self) -> Result<u64, StoreError> {
        self.read(|connection| {
            // `SQLCipher` gives the size of a page as text.
            let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
            let bytes: i64 = connection.query_row(sql, [], |row| row.get(0))?;
            Ok(bytes.cast_unsigned())
        })
    }

    /// True if `SQLite` finds no defect in the file. Reads the whole file.
    ///
    /// The check uses its own connection: FTS5 compares the index with the state cached at the connection's last search, and
    /// reports later writes as damage.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn is_sound(&self) -> Result<bool, StoreError> {
        let connection = cipher::connect(self.path(), self.key().as_ref(), OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        let answer: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
        Ok(answer == "ok")
    }
}

impl Write<'_> {
    /// Stores a setting.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn put_setting(&mut self, name: &str, value: &[u8]) -> Result<(), StoreError> {
        let mut insert = self
            .tx
            .prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES (:name, :value)")?;
        insert.execute(named_params! { ":name": name, ":value": value })?;
        Ok(())
    }
}
