//! The audit log: lines that are chained by their hashes, and are never changed or removed.

use rusqlite::{OptionalExtension, named_params};
use sha2::{Digest, Sha256};

use super::{StoreError, Tx};

/// A line of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditLine {
    /// Its number, from 0.
    pub n: u64,
    /// Its text, JSON.
    pub line: String,
    /// The stored hash of the text.
    pub hash: [u8; 32],
}

impl AuditLine {
    /// The hash that the text has.
    pub fn hash_of(line: &str) -> [u8; 32] {
        Sha256::digest(line.as_bytes()).into()
    }
}

impl Tx<'_> {
    /// The last line of the audit log; `None` if there is none.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn last_audit_line(&self) -> Result<Option<AuditLine>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT n, line, hash FROM audit ORDER BY n DESC LIMIT 1")?;
        Ok(select.query_row([], audit_line).optional()?)
    }

    /// Appends a line.
    ///
    /// # Errors
    /// [`StoreError`], also if its number is taken.
    pub fn append_audit_line(&self, line: &AuditLine) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached("INSERT INTO audit (n, line, hash) VALUES (:n, :line, :hash)")?
            .execute(named_params! { ":n": line.n.cast_signed(), ":line": line.line, ":hash": line.hash })?;
        Ok(())
    }

    /// The lines with a number from `first` on, at most `limit`, in their order.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn audit_lines(&self, first: u64, limit: u32) -> Result<Vec<AuditLine>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT n, line, hash FROM audit WHERE n >= :first ORDER BY n LIMIT :limit")?;
        let rows = select.query_map(
            named_params! { ":first": first.cast_signed(), ":limit": limit },
            audit_line,
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

fn audit_line(row: &rusqlite::Row<'_>) -> rusqlite::Result<AuditLine> {
    Ok(AuditLine {
        n: row.get::<_, i64>(0)?.cast_unsigned(),
        line: row.get(1)?,
        hash: row.get(2)?,
    })
}
