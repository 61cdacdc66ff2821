//! Reading of single records, with or without their documents.

use rusqlite::{Connection, OptionalExtension, Row, named_params};
use sha2::{Digest, Sha256};

use super::{Store, StoreError, row};
use fieldbook_model::ids::{RecordId, TerritoryId};
use fieldbook_model::{Kind, Record, Scalar};

/// A record with its document, the base of an edit or a merge.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The `rid` of its row.
    pub(super) rid: i64,
    /// The record with the values that are shown.
    pub record: Record,
    /// Number of the record in its territory; 0 before the server has numbered it.
    pub seq: u64,
    /// The document of the record.
    pub document: Document,
}

/// The stored bytes of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The Automerge chunks.
    pub bytes: Vec<u8>,
    /// True if the bytes match the checksum that was stored with them.
    pub sound: bool,
}

/// The columns of the `record` table.
pub(super) struct Head {
    rid: i64,
    record: Record,
}

impl Head {
    /// Reads the first nine columns of a row: rid, id, kind, territory, deleted, unsent, conflicts, external id, account.
    pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<Head> {
        let mut record = Record {
            id: RecordId(row.get(1)?),
            kind: kind(row.get(2)?)?,
            territory: TerritoryId(row.get(3)?),
            deleted: row.get(4)?,
            unsent: row.get::<_, i64>(5)? > 0,
            conflicts: row.get(6)?,
            fields: fieldbook_model::Fields::new(),
        };
        record
            .fields
            .set_some("external_id", row.get::<_, Option<String>>(7)?);
        let account: Option<[u8; 16]> = row.get(8)?;
        record
            .fields
            .set_some("account_id", account.map(|id| Scalar::Id(RecordId(id))));
        Ok(Head {
            rid: row.get(0)?,
            record,
        })
    }

    /// The record with the fields of the `record` table alone.
    pub(super) fn into_record(self) -> Record {
        self.record
    }

    /// Adds the fields in the table of the record's kind.
    pub(super) fn fill(mut self, connection: &Connection) -> rusqlite::Result<Record> {
        let own = row::row(connection, self.rid, self.record.kind)?;
        self.record.fields.0.extend(own.0);
        if self.record.deleted {
            self.record.fields.set("deleted", Scalar::Bool(true));
        }
        Ok(self.record)
    }
}

/// The kind with this code in the file. The code 0 is never written, so it means damage.
pub(super) fn kind(code: u8) -> rusqlite::Result<Kind> {
    Kind::from_code(code).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(0, rusqlite::types::Type::Integer, Box::new(error))
    })
}

/// The checksum stored with a document: the first 8 bytes of its SHA-256.
pub(super) fn document_hash(bytes: &[u8]) -> [u8; 8] {
    let hash: [u8; 32] = Sha256::digest(bytes).into();
    hash[..8].try_into().expect("8 of 32 bytes")
}

pub(super) fn stored(connection: &Connection, id: RecordId) -> rusqlite::Result<Option<Stored>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id,
                r.seq, r.document, r.document_hash
         FROM record r WHERE r.id = :id",
    )?;
    let found = statement.query_row(named_params! { ":id": id.0 }, |row| {
        let bytes: Vec<u8> = row.get(10)?;
        let sound = row.get::<_, [u8; 8]>(11)? == document_hash(&bytes);
        Ok((
            Head::read(row)?,
            row.get::<_, i64>(9)?.cast_unsigned(),
            Document { bytes, sound },
        ))
    });
    let Some((head, seq, document)) = found.optional()? else {
        return Ok(None);
    };
    Ok(Some(Stored {
        rid: head.rid,
        record: head.fill(connection)?,
        seq,
        document,
    }))
}

pub(super) fn record(connection: &Connection, id: RecordId) -> rusqlite::Result<Option<Record>> {
    let mut statement = connection.prepare_cached(
        "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
         FROM record r WHERE r.id = :id",
    )?;
    let head = statement
        .query_row(named_params! { ":id": id.0 }, Head::read)
        .optional()?;
    head.map(|head| head.fill(connection)).transpose()
}

/// The record with this `rid`.
pub(super) fn at(connection: &Connection, rid: i64) -> rusqlite::Result<Record> {
    let mut statement = connection.prepare_cached(
        "SELECT r.rid, r.id, r.kind, r.territory, r.deleted, r.unsent, r.conflicts, r.external_id, r.account_id
         FROM record r WHERE r.rid = :rid",
    )?;
    let head = statement.query_row(named_params! { ":rid": rid }, Head::read)?;
    head.fill(connection)
}

pub(super) fn by_external_id(
    connection: &Connection,
    kind: Kind,
    external_id: &str,
) -> rusqlite::Result<Option<RecordId>> {
    let mut statement = connection.prepare_cached(
        "SELECT id FROM record WHERE kind = :kind AND external_id = :external_id ORDER BY deleted, rid LIMIT 1",
    )?;
    let found = statement.query_row(
        named_params! { ":kind": kind.code(), ":external_id": external_id },
        |row| row.get(0),
    );
    Ok(found.optional()?.map(RecordId))
}

impl Store {
    /// A record by its id, deleted or not.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn record(&self, id: RecordId) -> Result<Option<Record>, StoreError> {
        self.read(|connection| record(connection, id))
    }

    /// A record with its document.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn stored(&self, id: RecordId) -> Result<Option<Stored>, StoreError> {
        self.read(|connection| stored(connection, id))
    }

    /// The record of `kind` with this external id.
    ///
    /// # Errors
    /// [`StoreError`] of the file.
    pub fn by_external_id(&self, kind: Kind, external_id: &str) -> Result<Option<RecordId>, StoreError> {
        self.read(|connection| by_external_id(connection, kind, external_id))
    }
}
