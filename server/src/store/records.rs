//! Records: where they are, and their bytes.

use std::ops::ControlFlow;

use fieldbook_model::Kind;
use fieldbook_model::ids::{RecordId, TerritoryId};
use rusqlite::{Row, named_params};

use super::{StoreError, Tx};

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Its number in the database.
    pub number: i64,
    /// Which record.
    pub id: RecordId,
    /// The kind of record.
    pub kind: Kind,
    /// Where it belongs.
    pub territory: TerritoryId,
    /// Its number in the territory.
    pub seq: u64,
    /// The account that it follows.
    pub account: Option<RecordId>,
}

/// A record with what its next change is built on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Where it is.
    pub place: Place,
    /// Of how many changes it was made.
    pub changes: u32,
    /// How many of them stand behind the snapshot.
    pub unfolded: u32,
    /// The number of the actor who alone wrote it since it came to its territory.
    pub writer: Option<i64>,
    /// Its document.
    pub document: Vec<u8>,
}

/// What is written of a record when changes were taken.
#[derive(Debug, Clone, Copy)]
pub struct Written<'a> {
    /// Which record.
    pub id: RecordId,
    /// The kind of record.
    pub kind: Kind,
    /// Where it belongs.
    pub territory: TerritoryId,
    /// Its number there.
    pub seq: u64,
    /// The number of the actor who alone wrote it since it came to its territory.
    pub writer: Option<i64>,
    /// Of how many changes it is made.
    pub changes: u32,
    /// How many of them stand behind the snapshot.
    pub unfolded: u32,
    /// The account that it follows.
    pub account: Option<RecordId>,
    /// Its document.
    pub document: &'a [u8],
    /// Its row, as CBOR.
    pub row: &'a [u8],
}

/// A record and its number in the territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Listed {
    /// Which record.
    pub id: RecordId,
    /// Its number in the territory.
    pub seq: u64,
}

/// A record as news: its bytes are read from the file only when asked for.
#[derive(Debug)]
pub struct News<'r> {
    /// Its number in the database.
    pub number: i64,
    /// The kind of record.
    pub kind: Kind,
    /// Which record.
    pub id: RecordId,
    /// Its number in the territory.
    pub seq: u64,
    /// A cursor before this gets the whole document.
    pub whole_seq: u64,
    /// The number of the actor who alone wrote it since then.
    pub writer: Option<i64>,
    columns: &'r Row<'r>,
}

impl News<'_> {
    /// Its document.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn document(&self) -> Result<&[u8], StoreError> {
        self.blob(6, "record.document")
    }

    /// Its row, as CBOR.
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

fn kind(code: u8) -> Result<Kind, StoreError> {
    Kind::from_code(code).map_err(|_| StoreError::Damaged { what: "record.kind" })
}

fn place(row: &Row<'_>) -> Result<Place, StoreError> {
    let account: Option<[u8; 16]> = row.get(5)?;
    Ok(Place {
        number: row.get(0)?,
        id: RecordId(row.get(1)?),
        kind: kind(row.get(2)?)?,
        territory: TerritoryId(row.get(3)?),
        seq: row.get::<_, i64>(4)?.cast_unsigned(),
        account: account.map(RecordId),
    })
}

fn news<'r>(row: &'r Row<'r>) -> Result<News<'r>, StoreError> {
    Ok(News {
        number: row.get(0)?,
        id: RecordId(row.get(1)?),
        kind: kind(row.get(2)?)?,
        seq: row.get::<_, i64>(3)?.cast_unsigned(),
        whole_seq: row.get::<_, i64>(4)?.cast_unsigned(),
        writer: row.get(5)?,
        columns: row,
    })
}

impl Tx<'_> {
    /// Where a record is.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn place(&self, id: RecordId) -> Result<Option<Place>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT number, id, kind, territory, seq, account FROM record WHERE id = :id")?;
        let mut rows = select.query(named_params! { ":id": id.0 })?;
        rows.next()?.map(place).transpose()
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
            place: place(row)?,
            changes: row.get(6)?,
            unfolded: row.get(7)?,
            writer: row.get(8)?,
            document: row.get(9)?,
        }))
    }

    /// The records that follow an account, the account itself left out.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn followers(&self, account: RecordId) -> Result<Vec<Place>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, territory, seq, account FROM record WHERE account = :account ORDER BY number",
        )?;
        let mut rows = select.query(named_params! { ":account": account.0 })?;
        let mut places = Vec::new();
        while let Some(row) = rows.next()? {
            places.push(place(row)?);
        }
        Ok(places)
    }

    /// Adds a record.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn insert_record(&self, new: &Written<'_>) -> Result<i64, StoreError> {
        self.connection()
            .prepare_cached(
                "INSERT INTO record
                     (id, kind, territory, seq, whole_seq, writer, changes, unfolded, account, document, row)
                 VALUES (:id, :kind, :territory, :seq, :seq, :writer, :changes, :unfolded, :account, :document, :row)",
            )?
            .execute(named_params! {
                ":id": new.id.0, ":kind": new.kind.code(), ":territory": new.territory.0, ":seq": new.seq.cast_signed(),
                ":writer": new.writer, ":changes": new.changes, ":unfolded": new.unfolded,
                ":account": new.account.map(|id| id.0), ":document": new.document, ":row": new.row,
            })?;
        Ok(self.connection().last_insert_rowid())
    }

    /// Writes what a record has become in its territory.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn update_record(&self, number: i64, new: &Written<'_>) -> Result<(), StoreError> {
        self.connection()
            .prepare_cached(
                "UPDATE record SET seq = :seq, writer = :writer, changes = :changes, unfolded = :unfolded,
                     account = :account, document = :document, row = :row
                 WHERE number = :number",
            )?
            .execute(named_params! {
                ":number": number, ":seq": new.seq.cast_signed(), ":writer": new.writer, ":changes": new.changes,
                ":unfolded": new.unfolded, ":account": new.account.map(|id| id.0), ":document": new.document,
                ":row": new.row,
            })?;
        Ok(())
    }

    /// Moves a record to another territory, where it is news as a whole.
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

    /// Shows each record of a territory with a number in `(after, until]`, in the order of the numbers, until told to stop.
    ///
    /// # Errors
    /// [`StoreError`], also from `each`.
    pub fn each_news(
        &self,
        territory: TerritoryId,
        after: u64,
        until: u64,
        mut each: impl FnMut(&News<'_>) -> Result<ControlFlow<()>, StoreError>,
    ) -> Result<(), StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, seq, whole_seq, writer, document, row FROM record
             WHERE territory = :territory AND seq > :after AND seq <= :until ORDER BY seq",
        )?;
        let mut rows = select.query(named_params! {
            ":territory": territory.0, ":after": after.cast_signed(), ":until": until.cast_signed(),
        })?;
        while let Some(row) = rows.next()? {
            if each(&news(row)?)?.is_break() {
                break;
            }
        }
        Ok(())
    }

    /// Shows one record, if it is in that territory.
    ///
    /// # Errors
    /// [`StoreError`], also from `show`.
    pub fn one_news<T>(
        &self,
        territory: TerritoryId,
        id: RecordId,
        show: impl FnOnce(&News<'_>) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        let mut select = self.connection().prepare_cached(
            "SELECT number, id, kind, seq, whole_seq, writer, document, row FROM record
             WHERE id = :id AND territory = :territory",
        )?;
        let mut rows = select.query(named_params! { ":id": id.0, ":territory": territory.0 })?;
        match rows.next()? {
            Some(row) => show(&news(row)?).map(Some),
            None => Ok(None),
        }
    }

    /// All records of a territory by number, without their bytes.
    ///
    /// # Errors
    /// [`StoreError`].
    pub fn listed(&self, territory: TerritoryId) -> Result<Vec<Listed>, StoreError> {
        let mut select = self
            .connection()
            .prepare_cached("SELECT id, seq FROM record WHERE territory = :territory ORDER BY seq")?;
        let rows = select.query_map(named_params! { ":territory": territory.0 }, |row| {
            Ok(Listed {
                id: RecordId(row.get(0)?),
                seq: row.get::<_, i64>(1)?.cast_unsigned(),
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
