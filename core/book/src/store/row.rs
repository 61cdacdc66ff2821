//! Fields as table columns and back, one table a kind and one for all kinds without.
//!
//! A column has its field's name. Fields without a column (sets, custom fields, what a newer version wrote) are in `more`
//! as JSON; those that [`record`](super::record) keeps for every kind are in neither.

use rusqlite::ffi::SQLITE_CONSTRAINT_DATATYPE;
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use super::Stored;
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{self, FieldType, spec};
use fieldbook_model::{Fields, Kind, Scalar};

/// The statements and columns of one kind's table.
struct Table {
    columns: &'static [&'static str],
    add: &'static str,
    update: &'static str,
    row: &'static str,
}

/// Spells a table's statements out at compile time.
macro_rules! table {
    ($name:literal, $($column:literal),+ ; $marks:literal) => {
        Table {
            columns: &[$($column),+],
            add: concat!("INSERT INTO ", $name, " (", $("\"", $column, "\", ",)+ "more, rid) VALUES (", $marks, ", ?, ?)"),
            update: concat!("UPDATE ", $name, " SET ", $("\"", $column, "\" = ?, ",)+ "more = ? WHERE rid = ?"),
            row: concat!("SELECT ", $("\"", $column, "\", ",)+ "more FROM ", $name, " WHERE rid = ?1"),
        }
    };
}

static ACCOUNT: Table = table!(
    "account", "name", "tier", "industry", "phone", "email", "website", "visit_every_days", "owner", "street", "city",
    "region", "postcode", "country", "remark"; "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
);
static SITE: Table = table!(
    "site", "name", "position", "fence", "opening_hours", "street", "city", "region", "postcode", "country", "remark";
    "?, ?, ?, ?, ?, ?, ?, ?, ?, ?"
);
static CONTACT: Table = table!("contact", "name", "role", "phone", "email", "remark"; "?, ?, ?, ?, ?");
static OPPORTUNITY: Table = table!(
    "opportunity", "name", "stage", "amount", "opened_on", "close_on", "product", "owner", "next_step", "remark";
    "?, ?, ?, ?, ?, ?, ?, ?, ?"
);
static TASK: Table =
    table!("task", "name", "due_on", "done_at", "owner", "priority", "remark"; "?, ?, ?, ?, ?, ?");
static NOTE: Table = table!("note", "about_id", "text", "written_at", "remark"; "?, ?, ?, ?");
static CUSTOM_FIELD: Table = table!("custom_field", "name", "on", "type", "remark"; "?, ?, ?, ?");
/// A visit also keeps when it takes place and whether the rep is there, derived in the statement itself.
static VISIT: Table = Table {
    columns: &["site_id", "planned_at", "rep", "purpose", "outcome", "check_in", "check_out", "skipped", "remark"],
    add: "INSERT INTO visit (site_id, planned_at, rep, purpose, outcome, check_in, check_out, skipped, remark, more, rid, at_ms, is_open)
          VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
                  coalesce(json_extract(?6, '$.at_ms'), ?2), ?6 IS NOT NULL AND ?7 IS NULL)",
    update: "UPDATE visit SET site_id = ?1, planned_at = ?2, rep = ?3, purpose = ?4, outcome = ?5, check_in = ?6, check_out = ?7,
                 skipped = ?8, remark = ?9, more = ?10, at_ms = coalesce(json_extract(?6, '$.at_ms'), ?2),
                 is_open = ?6 IS NOT NULL AND ?7 IS NULL
             WHERE rid = ?11",
    row: "SELECT site_id, planned_at, rep, purpose, outcome, check_in, check_out, skipped, remark, more FROM visit WHERE rid = ?1",
};

/// The rows of kinds without a table of their own: all fields are in `more`.
static OTHER: Table = Table {
    columns: &[],
    add: "INSERT INTO other_record (more, rid, kind, known) VALUES (?1, ?2, ?3, ?4)",
    update: "UPDATE other_record SET more = ?1, kind = ?3, known = ?4 WHERE rid = ?2",
    row: "SELECT more FROM other_record WHERE rid = ?1",
};

/// The kinds with a table of their own; the others are in `other_record`.
static TABLES: [(Kind, &Table); 8] = [
    (Kind::Account, &ACCOUNT),
    (Kind::Site, &SITE),
    (Kind::Contact, &CONTACT),
    (Kind::Opportunity, &OPPORTUNITY),
    (Kind::Visit, &VISIT),
    (Kind::Task, &TASK),
    (Kind::Note, &NOTE),
    (Kind::CustomField, &CUSTOM_FIELD),
];

fn own_table(kind: Kind) -> Option<&'static Table> {
    TABLES.iter().find(|(of, _)| *of == kind).map(|(_, table)| *table)
}

/// Whether the rows of `kind` are in a table of their own.
pub(super) fn has_own_table(kind: Kind) -> bool {
    own_table(kind).is_some()
}

/// Whether the `record` table keeps this field, as it does for every kind.
fn is_in_record(key: &str, value: &Scalar) -> bool {
    match key {
        "external_id" => matches!(value, Scalar::Text(_) | Scalar::Cleared),
        "account_id" => matches!(value, Scalar::Id(_) | Scalar::Cleared),
        "deleted" => true,
        _ => false,
    }
}

/// A scalar as a column's value.
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
        // A version that did not know the kind let any value pass: what does not fit its column is kept beside them.
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

/// Writes the row with those fields in columns that have one and that `fits` admits there.
fn put_where(
    connection: &Connection,
    rid: i64,
    kind: Kind,
    fields: &Fields,
    before: Option<&Stored>,
    fits: impl Fn(&str, &Scalar) -> bool,
) -> rusqlite::Result<()> {
    let own = own_table(kind);
    let table = own.unwrap_or(&OTHER);
    let has_column = |key: &str, value: &Scalar| table.columns.contains(&key) && fits(key, value);
    let rest = fields
        .0
        .iter()
        .filter(|(key, value)| !has_column(key, value) && !is_in_record(key, value));
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
    let sql = if before.is_some() { table.update } else { table.add };
    connection.prepare_cached(sql)?.execute(bound.as_slice())?;
    Ok(())
}

/// Reads the row of a record, without the fields that `record` keeps.
pub(super) fn row(connection: &Connection, rid: i64, kind: Kind) -> rusqlite::Result<Fields> {
    read(connection, rid, kind, own_table(kind).unwrap_or(&OTHER))
}

/// Reads the row of a record that lies among those of kinds without a table.
pub(super) fn other(connection: &Connection, rid: i64, kind: Kind) -> rusqlite::Result<Fields> {
    read(connection, rid, kind, &OTHER)
}

fn read(connection: &Connection, rid: i64, kind: Kind, table: &Table) -> rusqlite::Result<Fields> {
    let mut statement = connection.prepare_cached(table.row)?;
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

fn scalar(kind: Kind, name: &str, value: ValueRef<'_>) -> Option<Scalar> {
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
