//! Records as rows of a table, a set of columns for each kind. The layout is left to `table`.

use std::collections::HashMap;

use fieldbook_core::book::{Book, BookError};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::schema::{FieldType, own_fields_of};
use fieldbook_core::model::{Body, Kind, Record, Scalar, Visit};

use crate::error::CliError;
use crate::json::check_in_of;
use crate::table::{Column, Table};
use crate::zone::Zone;

/// The names of records that others point to, each looked up once.
pub(crate) struct Names<'a> {
    book: &'a Book,
    known: HashMap<RecordId, String>,
}

impl Names<'_> {
    /// An empty cache of names.
    pub(crate) fn new(book: &Book) -> Names<'_> {
        Names {
            book,
            known: HashMap::new(),
        }
    }

    /// The title of a record; empty if it is not in the book.
    pub(crate) fn name(&mut self, id: RecordId) -> Result<String, CliError> {
        if let Some(name) = self.known.get(&id) {
            return Ok(name.clone());
        }
        let name = match self.book.record(id) {
            Ok(record) => record.title().to_owned(),
            Err(BookError::NoSuchRecord { .. }) => String::new(),
            Err(error) => return Err(error.into()),
        };
        self.known.insert(id, name.clone());
        Ok(name)
    }
}

/// Number of columns of a kind for which none are chosen here: its first fields.
const COLUMNS_UNLESS_CHOSEN: usize = 3;

/// The columns of a kind with their fields, besides name, flags and id.
fn columns_of(kind: Kind) -> Vec<(Column, &'static str)> {
    const ACCOUNT: (Column, &str) = (Column::text("ACCOUNT"), "account_id");
    match kind {
        Kind::Account => vec![
            (Column::text("TIER"), "tier"),
            (Column::text("CITY"), "city"),
            (Column::text("PHONE"), "phone"),
        ],
        Kind::Site => vec![
            ACCOUNT,
            (Column::text("STREET"), "street"),
            (Column::text("POSITION"), "position"),
            (Column::text("FENCE"), "fence"),
        ],
        Kind::Contact => vec![
            ACCOUNT,
            (Column::text("ROLE"), "role"),
            (Column::text("PHONE"), "phone"),
        ],
        Kind::Opportunity => vec![
            ACCOUNT,
            (Column::text("STAGE"), "stage"),
            (Column::number("AMOUNT"), "amount"),
            (Column::whole("CLOSE"), "close_on"),
        ],
        Kind::Task => vec![
            ACCOUNT,
            (Column::whole("DUE"), "due_on"),
            (Column::whole("DONE"), "done_at"),
        ],
        Kind::Note => vec![ACCOUNT, (Column::whole("WRITTEN"), "written_at")],
        Kind::Pack => vec![(Column::number("VERSION"), "version")],
        Kind::CustomField => vec![(Column::whole("ON"), "on"), (Column::whole("TYPE"), "type")],
        // Visits have another table.
        _ => own_fields_of(kind)
            .iter()
            .filter(|spec| spec.name != "name" && !spec.is_set())
            .take(COLUMNS_UNLESS_CHOSEN)
            .map(|spec| match spec.takes {
                _ if spec.name == ACCOUNT.1 => ACCOUNT,
                FieldType::Text | FieldType::LongText => (Column::text(spec.name), spec.name),
                FieldType::Count | FieldType::Number | FieldType::Money => {
                    (Column::number(spec.name), spec.name)
                }
                _ => (Column::whole(spec.name), spec.name),
            })
            .collect(),
    }
}

/// Records of one kind as a table.
pub(crate) fn table_of(
    kind: Kind,
    records: &[Record],
    names: &mut Names<'_>,
    zone: Zone,
) -> Result<Table, CliError> {
    if kind == Kind::Visit {
        return visits(records, names, |ms| zone.minute(ms));
    }
    let columns = columns_of(kind);
    let mut titles = vec![Column::text(if kind == Kind::Note { "TEXT" } else { "NAME" })];
    titles.extend(columns.iter().map(|(column, _)| *column));
    titles.extend([Column::whole("!"), Column::whole("ID")]);
    let mut table = Table::new(&titles);
    for record in records {
        let mut cells = vec![record.title().to_owned()];
        for (_, field) in &columns {
            cells.push(match record.fields.value(field) {
                Some(value) => value_text(field, value, names, zone)?,
                None => String::new(),
            });
        }
        cells.extend([flags(record), record.id.to_string()]);
        table.row(&cells);
    }
    Ok(table)
}

/// Visits as a table, in the given order; `when` formats a time in Unix milliseconds.
pub(crate) fn visits(
    records: &[Record],
    names: &mut Names<'_>,
    when: impl Fn(i64) -> String,
) -> Result<Table, CliError> {
    let mut table = Table::new(&[
        Column::whole("TIME"),
        Column::whole("STATE"),
        Column::whole("VERDICT"),
        Column::text("ACCOUNT"),
        Column::text("PURPOSE"),
        Column::whole("!"),
        Column::whole("ID"),
    ]);
    for record in records {
        let Body::Visit(visit) = record.body() else {
            continue;
        };
        let check_in = check_in_of(&visit.state);
        table.row(&[
            time_of(&visit).map(&when).unwrap_or_default(),
            visit.state.name().to_owned(),
            check_in
                .map(|there| fieldbook_format::verdict(&there.assessment.verdict).to_owned())
                .unwrap_or_default(),
            visit
                .account_id
                .map(|id| names.name(id))
                .transpose()?
                .unwrap_or_default(),
            visit.purpose.unwrap_or_default(),
            flags(record),
            record.id.to_string(),
        ]);
    }
    Ok(table)
}

/// Time of the check-in, else the planned time, Unix milliseconds.
fn time_of(visit: &Visit) -> Option<i64> {
    check_in_of(&visit.state)
        .map(|there| there.at_ms)
        .or(visit.planned_at_ms)
}

/// `*` for unsent, `c` for values in conflict.
fn flags(record: &Record) -> String {
    let mut flags = String::new();
    if record.unsent {
        flags.push('*');
    }
    if record.conflicts > 0 {
        flags.push('c');
    }
    flags
}

/// A value as text; a record by its name, or by its id if it is not in the book.
pub(crate) fn value_text(
    field: &str,
    value: &Scalar,
    names: &mut Names<'_>,
    zone: Zone,
) -> Result<String, CliError> {
    Ok(match value {
        Scalar::Cleared => "(cleared)".to_owned(),
        Scalar::Text(text) if field == "fence" => fieldbook_format::fence(text),
        Scalar::Text(text) => text.clone(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Real(x) => x.to_string(),
        Scalar::Bool(yes) => (if *yes { "yes" } else { "no" }).to_owned(),
        Scalar::Time(ms) => zone.minute(*ms),
        Scalar::Id(id) => {
            let name = names.name(*id)?;
            if name.is_empty() { id.to_string() } else { name }
        }
    })
}
