//! Salvage of a damaged file: reads everything that is still readable, and moves the file aside.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OpenFlags, Row};

use super::record::document_hash;
use super::{BookKey, StoreError, StoredLink, Unsent, cipher, evidence, record};
use fieldbook_model::Kind;
use fieldbook_model::ids::{ChangeHash, RecordId, TerritoryId};

/// A document whose checksum matches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SalvagedDocument {
    /// Id of the record.
    pub id: RecordId,
    /// Kind of the record.
    pub kind: Kind,
    /// Territory of the record.
    pub territory: TerritoryId,
    /// Document of the record.
    pub document: Vec<u8>,
}

/// The content salvaged from a damaged file, and the file's new path.
#[derive(Debug, Clone, Default)]
pub struct Salvaged {
    /// New path of the damaged file, which is never deleted.
    pub moved_to: PathBuf,
    /// The settings by name, including the identity.
    pub settings: Vec<(String, Vec<u8>)>,
    /// The readable documents.
    pub documents: Vec<SalvagedDocument>,
    /// The readable unsent changes, in the order of the outbox.
    pub unsent: Vec<Unsent>,
    /// The readable links of the evidence chain.
    pub links: Vec<StoredLink>,
    /// The readable packed blocks of the rep's track, including blocks of one fix. Their contents are not checked.
    pub track: Vec<Vec<u8>>,
}

/// Reads the readable parts of the damaged book at `path`, then moves it and its log files aside, so that a new book can be
/// created in its place.
///
/// # Errors
/// [`StoreError`] if the file cannot be moved; it then keeps its path.
pub fn salvage(path: &Path, key: Option<&BookKey>) -> Result<Salvaged, StoreError> {
    // A file that was damaged before it was encrypted is in open text.
    let key = key.filter(|_| !is_open_text(path));
    let mut salvaged = read(path, key);
    let moved_to = free_name(path);
    std::fs::rename(path, &moved_to).map_err(|_| StoreError::ReadOnly)?;
    for suffix in ["-wal", "-shm"] {
        let (from, to) = (with_suffix(path, suffix), with_suffix(&moved_to, suffix));
        if from.exists() {
            std::fs::rename(from, to).map_err(|_| StoreError::ReadOnly)?;
        }
    }
    salvaged.moved_to = moved_to;
    super::file_lock::mark_sound(path, super::file_lock::is_sealed(path));
    Ok(salvaged)
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// The path with the suffix `.damaged-1`, or the next free number.
fn free_name(path: &Path) -> PathBuf {
    let mut names = (1..).map(|n| with_suffix(path, &format!(".damaged-{n}")));
    names
        .find(|name| !name.exists())
        .expect("there is always a free number")
}

/// True if the file begins as one of `SQLite` that is not encrypted does.
fn is_open_text(path: &Path) -> bool {
    std::fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"SQLite format 3\0"))
}

fn read(path: &Path, key: Option<&BookKey>) -> Salvaged {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let Ok(connection) = cipher::connect(path, key, flags) else {
        return Salvaged::default();
    };
    Salvaged {
        moved_to: PathBuf::new(),
        settings: read_from_both_ends(&connection, "setting", "name", "name, value", |row| {
            Ok((row.get(0)?, row.get(1)?))
        }),
        documents: read_from_both_ends(
            &connection,
            "record",
            "rid",
            "id, kind, territory, document, document_hash",
            document,
        )
        .into_iter()
        .flatten()
        .collect(),
        unsent: read_from_both_ends(
            &connection,
            "outbox",
            "n",
            "record_id, kind, hash, bytes, made_at_ms",
            |row| {
                Ok(Unsent {
                    record: RecordId(row.get(0)?),
                    kind: record::kind(row.get(1)?)?,
                    hash: ChangeHash(row.get(2)?),
                    bytes: row.get(3)?,
                    made_at_ms: row.get(4)?,
                    // The mark beside it may be of an older state of the file.
                    sent: true,
                })
            },
        ),
        links: read_from_both_ends(
            &connection,
            "evidence",
            "n",
            evidence::COLUMNS,
            evidence::stored_link,
        ),
        track: [("track_block", "n"), ("track_fix", "at_ms")]
            .into_iter()
            .flat_map(|(table, key)| read_from_both_ends(&connection, table, key, "body", |row| row.get(0)))
            .collect(),
    }
}

fn document(row: &Row<'_>) -> rusqlite::Result<Option<SalvagedDocument>> {
    let document: Vec<u8> = row.get(3)?;
    if row.get::<_, [u8; 8]>(4)? != document_hash(&document) {
        return Ok(None);
    }
    Ok(Some(SalvagedDocument {
        id: RecordId(row.get(0)?),
        kind: record::kind(row.get(1)?)?,
        territory: TerritoryId(row.get(2)?),
        document,
    }))
}

/// Reads a table forward up to the first failure, then backward from its end, so that one bad page loses only its own rows.
fn read_from_both_ends<T>(
    connection: &Connection,
    table: &str,
    key: &str,
    columns: &str,
    read: impl Fn(&Row<'_>) -> rusqlite::Result<T>,
) -> Vec<T> {
    let run = |order: &str, most: usize| -> (Vec<T>, bool) {
        let Ok(mut statement) =
            connection.prepare(&format!("SELECT {columns} FROM {table} ORDER BY {key} {order}"))
        else {
            return (Vec::new(), false);
        };
        let Ok(mut rows) = statement.query([]) else {
            return (Vec::new(), false);
        };
        let mut found = Vec::new();
        while found.len() < most {
            match rows.next() {
                Ok(Some(row)) => found.extend(read(row).ok()),
                Ok(None) => return (found, true),
                Err(_) => return (found, false),
            }
        }
        (found, true)
    };
    let (mut found, whole) = run("ASC", usize::MAX);
    if !whole {
        let (from_end, _) = run("DESC", usize::MAX);
        found.extend(from_end.into_iter().rev());
    }
    found
}
