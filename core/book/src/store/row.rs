//! Conversion between fields and table columns: one table for each kind, and `other_record` for kinds without a table.
//!
//! A column has its field's name. Fields without a column (sets, custom fields, fields of newer versions) are in `more` as
//! JSON. Fields that [`record`](super::record) stores for every kind are in neither.

use std::sync::LazyLock;

use rusqlite::ffi::SQLITE_CONSTRAINT_DATATYPE;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::Stored;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldType, StoredIn, fields_of, has_own_table, spec};
use fieldbook_model::{Fields, Kind, Scalar};

/// The statements and columns of one kind's table, spelled out from the list of fields.
struct Table {
    columns: Vec<&'static str>,
    add: String,
    update: String,
    row: String,
}

/// Further columns of a visit's table, derived in the statement itself: its time, and a flag for a visit in progress.
const DERIVED_OF_VISIT: [(&str, &str); 2] = [
    (
        "at_ms",
        "coalesce(json_extract(:check_in, '$.at_ms'), :planned_at)",
    ),
    ("is_open", ":check_in IS NOT NULL AND :check_out IS NULL"),
];

impl Table {
    fn of_kind(kind: Kind) -> Table {
        let columns: Vec<&'static str> = fields_of(kind)
            .filter(|spec| spec.stored == StoredIn::Column)
            .map(|spec| spec.name)
            .collect();
        let table = kind.name();
        // Index of each column's parameter: `put` binds the columns, then `more`, then `rid`.
        let place = |name: &str| columns.iter().position(|column| *column == name).map(|at| at + 1);
        let derived = if kind == Kind::Visit {
            &DERIVED_OF_VISIT[..]
        } else {
            &[]
        };
        let derived: Vec<(&str, String)> = derived
            .iter()
            .map(|(name, sql)| (*name, numbered(sql, &place)))
            .collect();
        let mut names: Vec<String> = columns.iter().map(|name| format!("\"{name}\"")).collect();
        names.push("more".to_owned());
        let more = names.len();
        let assigned = names.iter().zip(1..).map(|(name, at)| format!("{name} = ?{at}"));
        let computed = derived.iter().map(|(name, sql)| format!("{name} = {sql}"));
        let assignments: Vec<String> = assigned.chain(computed).collect();
        let values: Vec<String> = (1..=more + 1)
            .map(|at| format!("?{at}"))
            .chain(derived.iter().map(|(_, sql)| sql.clone()))
            .collect();
        let row = format!("SELECT {} FROM {table} WHERE rid = ?1", names.join(", "));
        let targets = names.iter().map(String::as_str).chain(["rid"]);
        let targets: Vec<&str> = targets.chain(derived.iter().map(|(name, _)| *name)).collect();
        Table {
            add: format!(
                "INSERT INTO {table} ({}) VALUES ({})",
                targets.join(", "),
                values.join(", ")
            ),
            update: format!(
                "UPDATE {table} SET {} WHERE rid = ?{}",
                assignments.join(", "),
                more + 1
            ),
            row,
            columns,
        }
    }
}

/// `sql` with each `:column` replaced by the number of its parameter.
fn numbered(sql: &str, place: &dyn Fn(&str) -> Option<usize>) -> String {
    let Some((before, named)) = sql.split_once(':') else {
        return sql.to_owned();
    };
    let is_name = |c: char| c.is_ascii_lowercase() || c == '_';
    let end = named.find(|c| !is_name(c)).unwrap_or(named.len());
    let at = place(&named[..end]).expect("a derived column is worked out from declared ones");
    format!("{before}?{at}{}", numbered(&named[end..], place))
}

/// The tables of the known kinds, in their order; `None` for a kind whose rows are in `other_record`.
static TABLES: LazyLock<[Option<Table>; Kind::ALL.len()]> =
    LazyLock::new(|| Kind::ALL.map(|kind| has_own_table(kind).then(|| Table::of_kind(kind))));

/// The rows of kinds without a table of their own: all fields are in `more`.
static OTHER: LazyLock<Table> = LazyLock::new(|| Table {
    columns: Vec::new(),
    add: "INSERT INTO other_record (more, rid, kind, known) VALUES (?1, ?2, ?3, ?4)".to_owned(),
    update: "UPDATE other_record SET more = ?1, kind = ?3, known = ?4 WHERE rid = ?2".to_owned(),
    row: "SELECT more FROM other_record WHERE rid = ?1".to_owned(),
});

fn own_table(kind: Kind) -> Option<&'static Table> {
    let at = Kind::ALL.iter().position(|known| *known == kind)?;
    TABLES[at].as_ref()
}

/// True if a field of this kind is stored in the `record` table, and neither in a column of its kind's table nor in `more`.
fn is_kept_by_record(kind: Kind, key: &str) -> bool {
    spec(kind, key).is_some_and(|spec| spec.stored == StoredIn::Record)
}

/// A scalar that binds as the value of a column.
struct Column<'a>(Option<&'a Scalar>);

impl ToSql for Column<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            None | Some(Scalar::Cleared) => ToSqlOutput::Owned(Value::Null),
            Some(Scalar::Text(text)) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Some(Scalar::Int(n) | Scalar::Time(n)) => ToSqlOutput::Owned(Value::Integer(*n)),
            Some(Scalar::Real(x)) => ToSqlOutput::Owned(Value::Real(*x)),
            Some(Scalar::Bool(b)) => ToSqlOutput::Owned(Value::Integer(i64::from(*b))),
            Some(Scalar::Id(id)) => ToSqlOutput::Borrowed(ValueRef::Blob(&id.0)),
        })
    }
}

/// Writes the row of a record.
pub(super) fn put(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Option<&Stored>,
) -> rusqlite::Result<()> {
    let written = put_where(connection, rid, kind, fields, before, |_, _| true);
    match written {
        // A version that did not know the kind accepted any value; values that do not fit their column go to `more`.
        Err(rusqlite::Error::SqliteFailure(error, _))
            if error.extended_code == SQLITE_CONSTRAINT_DATATYPE =>
        {
            put_where(connection, rid, kind, fields, before, |key, value| {
                schema::check_foreign(kind, key, value).is_ok()
            })
        }
        other => other,
    }
}

/// Writes the row. A field goes to its column if it has one and `fits` admits the value there, and to `more` otherwise.
fn put_where(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Option<&Stored>,
    fits: impl Fn(&str, &Scalar) -> bool,
) -> rusqlite::Result<()> {
    let own = own_table(kind);
    let table = own.unwrap_or_else(|| &OTHER);
    let has_column = |key: &str, value: &Scalar| table.columns.contains(&key) && fits(key, value);
    let rest = fields
        .0
        .iter()
        .filter(|(key, value)| !has_column(key, value) && !is_kept_by_record(kind, key));
    let rest: serde_json::Map<_, _> = rest.map(|(key, value)| (key.clone(), value.to_json())).collect();
    let more = (!rest.is_empty()).then(|| serde_json::Value::Object(rest).to_string());
    let columns: Vec<Column<'_>> = table
        .columns
        .iter()
        .map(|name| Column(fields.0.get(*name).filter(|value| fits(name, value))))
        .collect();
    let mut bound: Vec<&dyn ToSql> = columns.iter().map(|column| column as &dyn ToSql).collect();
    bound.push(&more);
    bound.push(&rid);
    let (code, known) = (kind.code(), !matches!(kind, Kind::Other(_)));
    if own.is_none() {
        bound.push(&code);
        bound.push(&known);
    }
    let sql = if before.is_some() {
        &table.update
    } else {
        &table.add
    };
    connection.prepare_cached(sql)?.execute(bound.as_slice())?;
    Ok(())
}

/// Reads the row of a record, without the fields in the `record` table.
pub(super) fn row(connection: &Connection, rid: i64, kind: Kind) -> rusqlite::Result<Fields> {
    read(connection, rid, kind, own_table(kind).unwrap_or_else(|| &OTHER))
}

/// Reads the row of a record in `other_record`.
pub(super) fn other(connection: &Connection, rid: i64, kind: Kind) -> rusqlite::Result<Fields> {
    read(connection, rid, kind, &OTHER)
}

fn read(connection: &Connection, rid: i64, kind: Kind, table: &Table) -> rusqlite::Result<Fields> {
    let mut statement = connection.prepare_cached(&table.row)?;
    statement.query_row(params_from_iter([rid]), |row| {
        let mut fields = Fields::new();
        for (at, name) in table.columns.iter().enumerate() {
            if let Some(scalar) = scalar(kind, name, row.get_ref(at)?) {
                fields.0.insert((*name).to_owned(), scalar);
            }
        }
        if let Some(more) = row.get::<_, Option<String>>(table.columns.len())? {
            fields.0.extend(rest(&more));
        }
        Ok(fields)
    })
}

fn rest(more: &str) -> impl Iterator<Item = (String, Scalar)> {
    let map: serde_json::Map<_, _> = serde_json::from_str(more).unwrap_or_default();
    map.into_iter()
        .filter_map(|(key, json)| Some((key, Scalar::from_json(&json)?)))
}

/// The value of a column; `None` for NULL.
pub(super) fn scalar(kind: Kind, name: &str, value: ValueRef<'_>) -> Option<Scalar> {
    let takes = spec(kind, name).map(|spec| spec.takes);
    Some(match value {
        ValueRef::Null => return None,
        ValueRef::Integer(n) if takes == Some(FieldType::Time) => Scalar::Time(n),
        ValueRef::Integer(n) if takes == Some(FieldType::Bool) => Scalar::Bool(n != 0),
        ValueRef::Integer(n) => Scalar::Int(n),
        ValueRef::Real(x) => Scalar::Real(x),
        ValueRef::Text(text) => Scalar::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Scalar::Id(RecordId::try_from(bytes).ok()?),
    })
}
