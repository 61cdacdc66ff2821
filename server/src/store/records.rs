//! Records: their headers, documents and rows.

use std::ops::ControlFlow;

use fieldbook_model::Kind;
use fieldbook_model::ids::{RecordId, TerritoryId};
use rusqlite::{Row, named_params};

use super::{StoreError, Tx};

/// A record without its document: its identity, territory and sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordHeader {
    /// The row number in the database.
    pub number: i64,
    /// The record's id.
    pub id: RecordId,
    /// The kind of record.
    pub kind: Kind,
    /// The territory that it belongs to.
    pub territory: TerritoryId,
    /// The sequence number in the territory.
    pub seq: u64,
    /// The account that it belongs to, whose territory it follows.
    pub account: Option<RecordId>,
}

/// A record with its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Identity, territory and sequence number.
    pub header: RecordHeader,
    /// The number of changes in the document.
    pub changes: u32,
    /// The number of changes behind the document's snapshot.
    pub uncompacted: u32,
    /// The row number of the only actor that wrote it since it came to its territory; `None` if several did.
    pub writer: Option<i64>,
    /// The document: Automerge chunks.
    pub document: Vec<u8>,
}

/// The state of a record to write after changes were accepted.
#[derive(Debug, Clone, Copy)]
pub struct RecordWrite<'a> {
    /// The record's id.
    pub id: RecordId,
    /// The kind of record.
    pub kind: Kind,
    /// The territory that it belongs to.
    pub territory: TerritoryId,
    /// The sequence number in the territory.
    pub seq: u64,
    /// The row number of the only actor that wrote it since it came to its territory; `None` if several did.
    pub writer: Option<i64>,
    /// The number of changes in the document.
    pub changes: u32,
    /// The number of changes behind the document's snapshot.
    pub uncompacted: u32,
    /// The account that it belongs to, whose territory it follows.
    pub account: Option<RecordId>,
    /// The document: Automerge chunks.
    pub document: &'a [u8],
    /// The row, CBOR.
    pub row: &'a [u8],
}

/// A record's id and sequence number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecordSeq {
    /// The record's id.
    pub id: RecordId,
    /// The sequence number in the territory.
    pub seq: u64,
}

/// A record in a delta query. Its document and row are read from the file on demand.
#[derive(Debug)]
pub struct ChangedRecord<'r> {
    /// The row number in the database.
    pub number: i64,
    /// The kind of record.
    pub kind: Kind,
    /// The record's id.
    pub id: RecordId,
    /// The sequence number in the territory.
    pub seq: u64,
    /// The sequence number at which it came to the territory. Devices with an older cursor need the whole document.
    pub whole_seq: u64,
    /// The row number of the only actor that wrote it since then; `None` if several did.
    pub writer: Option<i64>,
    columns: &'r Row<'r>,
}

impl ChangedRecord<'_> {
    /// The document: Automerge chunks.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn document(&self) -> Result<&[u8], StoreError> {
        self.blob(6, "record.document")
    }

    /// The row, CBOR.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn row(&self) -> Result<&[u8], StoreError> {
        self.blob(7, "record.row")
    }

    fn blob(&self, column: usize, what: &'static str) -> Result<&[u8], StoreError> {
        let value = self.columns.get_ref(column)?;
        value.as_blob().map_err(|_| StoreError::Damaged { what })
    }
}

fn kind_from_code(code: u8) -> Result<Kind, StoreError> {
    Kind::from_code(code).map_err(|_| StoreError::Damaged { what: "record.kind" })
}

fn header_from_row(row: &Row<'_>) -> Result<RecordHeader, StoreError> {
    let account: Option<[u8; 16]> = row.get(5)?;
    Ok(RecordHeader {
        number: row.get(0)?,
        id: RecordId(row.get(1)?),
        kind: kind_from_code(row.get(2)?)?,
        territory: TerritoryId(row.get(3)?),
        seq: row.get::<_, i64>(4)?.cast_unsigned(),
        account: account.map(RecordId),
    })
}

fn changed_from_row<'r>(row: &'r Row<'r>) -> Result<ChangedRecord<'r>, StoreError> {
    Ok(ChangedRecord {
        number: row.get(0)?,
        id: RecordId(row.get(1)?),
        kind: kind_from_code(row.get(2)?)?,
        seq: row.get::<_, i64>(3)?.cast_unsigned(),
        whole_seq: row.get::<_, i64>(4)?.cast_unsigned(),
        writer: row.get(5)?,
        columns: row,
    })
}

impl Tx<'_> {
    /// The header of a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record_header(&self, id: RecordId) -> Result<Option<RecordHeader>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT number, id, kind, territory, seq, account FROM record WHERE id = :id")?;
        let mut rows = select.query(named_params! { ":id": id.0 })?;
        rows.next()?.map(header_from_row).transpose()
    }

    /// A record with its document.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record(&self, id: RecordId) -> Result<Option<Record>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, territory, seq, account, changes, unfolded, writer, document
             FROM record WHERE id = :id",
        )?;
        let mut rows = select.query(named_params! { ":id": id.0 })?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(Record {
            header: header_from_row(row)?,
            changes: row.get(6)?,
            uncompacted: row.get(7)?,
            writer: row.get(8)?,
            document: row.get(9)?,
        }))
    }

    /// The records that belong to an account, without the account itself.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn followers(&self, account: RecordId) -> Result<Vec<RecordHeader>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, territory, seq, account FROM record WHERE account = :account ORDER BY number",
        )?;
        let mut rows = select.query(named_params! { ":account": account.0 })?;
        let mut headers = Vec::new();
        while let Some(row) = rows.next()? {
            headers.push(header_from_row(row)?);
        }
        Ok(headers)
    }

    /// The rows, CBOR, of the records of `kind` that concern the whole company, in the order in which they were made.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn company_rows(&self, kind: Kind) -> Result<Vec<Vec<u8>>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT row FROM record WHERE territory = :company AND kind = :kind ORDER BY id",
        )?;
        let bound = named_params! { ":company": TerritoryId::COMPANY.0, ":kind": kind.code() };
        let rows = select.query_map(bound, |row| row.get(0))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Inserts a record and returns its row number.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert_record(&self, new: &RecordWrite<'_>) -> Result<i64, StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO record
                     (id, kind, territory, seq, whole_seq, writer, changes, unfolded, account, document, row)
                 VALUES (:id, :kind, :territory, :seq, :seq, :writer, :changes, :unfolded, :account, :document, :row)",
            )?
            .execute(named_params! {
                ":id": new.id.0, ":kind": new.kind.code(), ":territory": new.territory.0, ":seq": new.seq.cast_signed(),
                ":writer": new.writer, ":changes": new.changes, ":unfolded": new.uncompacted,
                ":account": new.account.map(|id| id.0), ":document": new.document, ":row": new.row,
            })?;
        Ok(self.connection().last_insert_rowid())
    }

    /// Updates a record that stays in its territory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn update_record(&self, number: i64, new: &RecordWrite<'_>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE record SET seq = :seq, writer = :writer, changes = :changes, unfolded = :unfolded,
                     account = :account, document = :document, row = :row
                 WHERE number = :number",
            )?
            .execute(named_params! {
                ":number": number, ":seq": new.seq.cast_signed(), ":writer": new.writer, ":changes": new.changes,
                ":unfolded": new.uncompacted, ":account": new.account.map(|id| id.0), ":document": new.document,
                ":row": new.row,
            })?;
        Ok(())
    }

    /// Moves a record to another territory. Devices there need the whole document.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn relocate_record(&self, number: i64, territory: TerritoryId, seq: u64) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE record SET territory = :territory, seq = :seq, whole_seq = :seq, writer = NULL
                 WHERE number = :number",
            )?
            .execute(named_params! {
                ":number": number, ":territory": territory.0, ":seq": seq.cast_signed(),
            })?;
        self.connection()
            .prepare_cached("UPDATE change SET seq = 0 WHERE record = :number")?
            .execute(named_params! { ":number": number })?;
        Ok(())
    }

    /// Calls `visit` with each record of a territory whose sequence number is in `(after, until]`, in ascending order, until
    /// it breaks.
    ///
    /// # Errors
    /// [`StoreError`], also from `visit`.
    pub fn for_each_changed(
        &self,
        territory: TerritoryId,
        after: u64,
        until: u64,
        mut visit: impl FnMut(&ChangedRecord<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, seq, whole_seq, writer, document, row FROM record
             WHERE territory = :territory AND seq > :after AND seq <= :until ORDER BY seq",
        )?;
        let mut rows = select.query(named_params! {
            ":territory": territory.0, ":after": after.cast_signed(), ":until": until.cast_signed(),
        })?;
        while let Some(row) = rows.next()? {
            if visit(&changed_from_row(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Calls `visit` with one record and returns its result; `None` if the record is not in that territory.
    ///
    /// # Errors
    /// [`StoreError`], also from `visit`.
    pub fn changed_record<T>(
        &self,
        territory: TerritoryId,
        id: RecordId,
        visit: impl FnOnce(&ChangedRecord<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, seq, whole_seq, writer, document, row FROM record
             WHERE id = :id AND territory = :territory",
        )?;
        let mut rows = select.query(named_params! { ":id": id.0, ":territory": territory.0 })?;
        match rows.next()? {
            Some(row) => visit(&changed_from_row(row)?).map(Some),
            None => Ok(None),
        }
    }

    /// The ids and sequence numbers of all records of a territory, in ascending order of the numbers.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn record_seqs(&self, territory: TerritoryId) -> Result<Vec<RecordSeq>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, seq FROM record WHERE territory = :territory ORDER BY seq")?;
        let rows = select.query_map(named_params! { ":territory": territory.0 }, |row| {
            Ok(RecordSeq {
                id: RecordId(row.get(0)?),
                seq: row.get::<_, i64>(1)?.cast_unsigned(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
