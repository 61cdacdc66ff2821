//! Comma-separated values, with headers that an import recognises.

use std::io::Write;

use super::{ExportKind, Form, Item, rfc3339};
use fieldbook_location::Position;
use fieldbook_model::schema::fields_of;
use fieldbook_model::{Body, Fields, Kind, Record, Visit, VisitState};

/// The order in which a file of accounts has had its first columns since the first version, which is a promise. A field that
/// was declared later follows them.
const ACCOUNT_ORDER: [&str; 15] = [
    "external_id",
    "name",
    "tier",
    "industry",
    "phone",
    "email",
    "website",
    "street",
    "city",
    "region",
    "postcode",
    "country",
    "visit_every_days",
    "owner",
    "remark",
];

/// The columns after an account's own fields: its labels, and the fields of its site.
const OF_ACCOUNT: [&str; 6] = ["tags", "lat", "lon", "fence", "opening_hours", "id"];

/// The columns of a file of visits. Those that are no field are worked out from the account, the arrival and the departure.
const VISIT: [&str; 13] = [
    "external_id",
    "account_external_id",
    "account",
    "planned_at",
    "state",
    "checked_in_at",
    "checked_out_at",
    "verdict",
    "rep",
    "purpose",
    "outcome",
    "remark",
    "id",
];

/// The exported fields of `kind` that are not among the `first` columns: those that were declared later.
fn later_fields(kind: Kind, first: &[&str]) -> Vec<&'static str> {
    let exported = fields_of(kind).filter(|spec| spec.exported).map(|spec| spec.name);
    exported.filter(|name| !first.contains(name)).collect()
}

/// A file of accounts or visits.
pub(super) struct Csv {
    what: ExportKind,
    /// The fields whose columns follow the first ones.
    later: Vec<&'static str>,
}

impl Csv {
    pub(super) fn new(what: ExportKind) -> Csv {
        let later = match what {
            ExportKind::Accounts => later_fields(Kind::Account, &ACCOUNT_ORDER),
            ExportKind::Visits => later_fields(Kind::Visit, &VISIT),
        };
        Csv { what, later }
    }
}

impl Form for Csv {
    fn begin(&mut self, out: &mut dyn Write) -> std::io::Result<()> {
        match self.what {
            ExportKind::Accounts => row(
                out,
                ACCOUNT_ORDER
                    .iter()
                    .chain(&self.later)
                    .chain(&OF_ACCOUNT)
                    .copied(),
            ),
            ExportKind::Visits => row(out, VISIT.iter().chain(&self.later).copied()),
        }
    }

    fn item(&mut self, item: &Item, out: &mut dyn Write) -> std::io::Result<bool> {
        let cells = match item.record.body() {
            Body::Visit(visit) => visit_cells(item, &visit, &self.later),
            _ => account_cells(item, &self.later),
        };
        row(out, cells.iter().map(String::as_str))?;
        Ok(true)
    }

    fn end(&mut self, _out: &mut dyn Write) -> std::io::Result<()> {
        Ok(())
    }
}

fn row<'a>(out: &mut dyn Write, cells: impl Iterator<Item = &'a str>) -> std::io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    writer.write_record(cells)?;
    out.write_all(&writer.into_inner().map_err(::csv::IntoInnerError::into_error)?)
}

/// A field as a cell.
fn cell(fields: &Fields, key: &str) -> String {
    match fields.value(key).map(fieldbook_model::Scalar::to_json) {
        Some(serde_json::Value::String(text)) => text,
        Some(other) => other.to_string(),
        None => String::new(),
    }
}

/// The telephone numbers of an account, the one to call first, as an import reads them.
fn phones(fields: &Fields) -> String {
    let first = fields.text("phone").filter(|number| !number.is_empty());
    let others = fields.members("phone/").map(|(number, _)| number);
    first.into_iter().chain(others).collect::<Vec<_>>().join(";")
}

fn account_cells(item: &Item, later: &[&str]) -> Vec<String> {
    let fields = &item.record.fields;
    let own = ACCOUNT_ORDER.iter().chain(later);
    let value = |key: &&str| match *key {
        "phone" => phones(fields),
        key => cell(fields, key),
    };
    let mut cells: Vec<String> = own.map(value).collect();
    let of_site = |key| {
        item.site
            .as_ref()
            .and_then(|site| site.fields.text(key))
            .unwrap_or_default()
    };
    let position: Option<Position> = of_site("position").parse().ok();
    let degrees = |read: fn(Position) -> f64| {
        position.map_or(String::new(), |position| format!("{:.7}", read(position)))
    };
    cells.push(
        fields
            .members("tag/")
            .map(|(tag, _)| tag)
            .collect::<Vec<_>>()
            .join(";"),
    );
    cells.extend([
        degrees(Position::lat),
        degrees(Position::lon),
        of_site("fence").to_owned(),
    ]);
    cells.extend([of_site("opening_hours").to_owned(), item.record.id.to_string()]);
    cells
}

fn visit_cells(item: &Item, visit: &Visit, later: &[&str]) -> Vec<String> {
    let of_account = |key| {
        item.account
            .as_ref()
            .map(|account: &Record| cell(&account.fields, key))
            .unwrap_or_default()
    };
    let verdict = match &visit.state {
        VisitState::Open { check_in } | VisitState::Closed { check_in, .. } => {
            check_in.assessment.verdict.to_string()
        }
        _ => String::new(),
    };
    let time = |ms: Option<i64>| ms.map(rfc3339).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut cells = vec![
        text(&visit.external_id),
        of_account("external_id"),
        of_account("name"),
        time(visit.planned_at_ms),
        visit.state.name().to_owned(),
        time(visit.state.arrived_at_ms()),
        time(visit.state.left_at_ms()),
        verdict,
        text(&visit.rep),
        text(&visit.purpose),
        text(&visit.outcome),
        text(&visit.extra.remark),
        item.record.id.to_string(),
    ];
    cells.extend(later.iter().map(|key| cell(&item.record.fields, key)));
    cells
}
