//! A record of a file, made into a draft: every cell read as what its field takes.

use std::collections::HashMap;

use super::columns::Columns;
use super::convention::Convention;
use super::dates::{self, DateOrder};
use super::money::{self, Mark};
use super::place;
use super::refused::{Fault, LineFault, RefusedLine};
use super::row::Row;
use super::{AccountRef, Draft, ImportKind};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{FieldFault, FieldType, TEXT_BYTES_MAX, Why, check, parse, spec};
use fieldbook_model::{Fields, Kind, Scalar, Zone};

/// Makes drafts of the records of one file.
pub(super) struct Drafter {
    kind: ImportKind,
    columns: Columns,
    plain: Vec<Plain>,
    zone: Zone,
    /// The external ids so far, with the line of each.
    seen: HashMap<String, u64>,
}

/// A field that one column fills.
struct Plain {
    field: String,
    column: usize,
    takes: FieldType,
    order: Convention<DateOrder>,
    mark: Convention<Mark>,
}

/// The cells of one record by field.
pub(super) struct RowCells<'r> {
    row: &'r Row,
    columns: &'r Columns,
}

impl<'r> RowCells<'r> {
    /// The cell of `field`, if it states anything.
    pub(super) fn get(&self, field: &str) -> Option<&'r str> {
        self.columns
            .index_of(field)
            .and_then(|column| stated(self.row.cell(column)))
    }

    /// The id of a record of ours, if the row has one.
    fn record_id(&self) -> Option<RecordId> {
        stated(self.row.cell(self.columns.record_id?))?.parse().ok()
    }

    /// The same for names, of which one may well be `NULL`.
    fn name(&self, field: &str) -> Option<&'r str> {
        let column = self.columns.index_of(field)?;
        Some(self.row.cell(column)).filter(|name| !name.is_empty())
    }
}

/// A cell that says something: not an empty one, and not what databases export instead.
fn stated(cell: &str) -> Option<&str> {
    (!matches!(cell, "" | "NULL" | "\\N")).then_some(cell)
}

impl Drafter {
    /// Finds out from `first` rows how columns of dates and amounts are written.
    pub(super) fn new<'r>(
        kind: ImportKind,
        mut columns: Columns,
        first: &(impl Iterator<Item = &'r Row> + Clone),
    ) -> Drafter {
        if let Some(at) = columns.index_of("position") {
            columns.lon_first = place::has_longitude_first(first.clone().map(|row| row.cell(at)));
        }
        let plain = columns.fields().filter_map(|(field, column)| {
            let takes = spec(kind.kind(), field).map(|spec| spec.takes)?;
            let composed =
                matches!(field, "name" | "street") || (kind == ImportKind::Accounts && field == "phone");
            if composed || matches!(takes, FieldType::Ref(_)) {
                return None;
            }
            let cells = first.clone().map(|row| row.cell(column));
            let dated = matches!(takes, FieldType::Date | FieldType::Time);
            let order = cells
                .clone()
                .map(|cell| if dated { dates::evidence(cell) } else { None });
            let priced = takes == FieldType::Money;
            let mark = cells.map(|cell| if priced { money::evidence(cell) } else { None });
            Some(Plain {
                field: field.to_owned(),
                column,
                takes,
                order: Convention::from_lines(order),
                mark: Convention::from_lines(mark),
            })
        });
        Drafter {
            kind,
            plain: plain.collect(),
            columns,
            zone: Zone::UTC,
            seen: HashMap::new(),
        }
    }

    /// Reads times without a zone as times of `zone`.
    pub(super) fn in_zone(&mut self, zone: Zone) {
        self.zone = zone;
    }

    /// The draft of one record.
    pub(super) fn draft(&mut self, row: &Row) -> Result<Draft, RefusedLine> {
        let draft = self.read(row).map_err(|fault| fault.on(row.line))?;
        if let Some(id) = &draft.external_id {
            if is_rounded(id) {
                return Err(Fault::new("external_id", LineFault::RoundedKey).on(row.line));
            }
            if let Some(&first_line) = self.seen.get(id) {
                return Err(Fault::new("external_id", LineFault::Repeated { first_line }).on(row.line));
            }
            self.seen.insert(id.clone(), row.line);
        }
        Ok(draft)
    }

    fn read(&self, row: &Row) -> Result<Draft, Fault> {
        let kind = self.kind.kind();
        let cells = RowCells {
            row,
            columns: &self.columns,
        };
        let mut fields = Fields::new();
        for plain in &self.plain {
            if let Some(text) = stated(row.cell(plain.column)) {
                let value = self.value(plain, text, &cells)?;
                fields.set(&plain.field, value);
            }
        }
        if kind != Kind::Visit {
            set(kind, &mut fields, "name", self.name(&cells))?;
            if fields.text("name").is_none() {
                return Err(FieldFault::new("name", Why::Missing).into());
            }
        }
        set_tags(kind, &mut fields, cells.get("tags"))?;
        let mut site = None;
        if kind == Kind::Account {
            set(kind, &mut fields, "street", place::street(&cells))?;
            set_phones(&mut fields, cells.get("phone"))?;
            site = place::site(&cells, &self.columns, &fields)?;
        }
        let account = account(&cells)?;
        if kind == Kind::Visit && account.is_none() {
            return Err(FieldFault::new("account", Why::Missing).into());
        }
        Ok(Draft {
            line: row.line,
            record_id: cells.record_id(),
            external_id: fields.text("external_id").map(str::to_owned),
            fields,
            site,
            account,
        })
    }

    fn value(&self, plain: &Plain, text: &str, cells: &RowCells<'_>) -> Result<Scalar, Fault> {
        let fault = |reason| Fault::new(&plain.field, reason);
        let value = match plain.takes {
            FieldType::Date => dates::day(text, plain.order).map(|day| Scalar::Text(day.to_string())),
            FieldType::Time => dates::instant_ms(text, plain.order, &self.zone).map(Scalar::Time),
            FieldType::Money => {
                let currency = self
                    .columns
                    .index_of("currency")
                    .map(|_| cells.get("currency").unwrap_or_default());
                money::read(text, currency, plain.mark).map(|money| Scalar::Text(money.to_string()))
            }
            // Exports of other systems write a probability as `50%` or `12,5 %`.
            FieldType::Number => {
                let number = text.trim().trim_end_matches('%').replacen(',', ".", 1);
                return Ok(parse(self.kind.kind(), &plain.field, &number)?);
            }
            _ => return Ok(parse(self.kind.kind(), &plain.field, text)?),
        };
        value.map_err(fault)
    }

    /// The title of the record. A file of deals without a column for their names uses account and product, or the key.
    fn name(&self, cells: &RowCells<'_>) -> Option<String> {
        if let Some(name) = cells.name("name") {
            return Some(name.to_owned());
        }
        let parts = match self.kind {
            ImportKind::Contacts | ImportKind::Leads
                if ["first_name", "last_name"]
                    .iter()
                    .any(|field| cells.name(field).is_some()) =>
            {
                [cells.name("first_name"), cells.name("last_name")]
            }
            ImportKind::Leads => [cells.get("company"), None],
            ImportKind::Opportunities if self.columns.index_of("name").is_none() => {
                [cells.get("account"), cells.get("product")]
            }
            _ => return None,
        };
        let joint = match self.kind {
            ImportKind::Contacts | ImportKind::Leads => " ",
            _ => ": ",
        };
        let parts: Vec<&str> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            return Some(parts.join(joint));
        }
        let key = cells
            .get("external_id")
            .filter(|_| self.kind == ImportKind::Opportunities);
        key.map(str::to_owned)
    }
}

fn set(kind: Kind, fields: &mut Fields, key: &str, value: Option<String>) -> Result<(), Fault> {
    if let Some(value) = value {
        let value = Scalar::Text(value);
        check(kind, key, &value)?;
        fields.set(key, value);
    }
    Ok(())
}

/// Tags stand in one cell, between semicolons or commas.
fn set_tags(kind: Kind, fields: &mut Fields, cell: Option<&str>) -> Result<(), Fault> {
    let names = cell.unwrap_or_default().split([';', ',']).map(str::trim);
    for name in names.filter(|name| !name.is_empty()) {
        let key = format!("tag/{name}");
        check(kind, &key, &Scalar::Bool(true))?;
        fields.set(&key, Scalar::Bool(true));
    }
    Ok(())
}

/// Several numbers stand between semicolons; the first is the one to call.
fn set_phones(fields: &mut Fields, cell: Option<&str>) -> Result<(), Fault> {
    let mut numbers = cell
        .unwrap_or_default()
        .split(';')
        .map(str::trim)
        .filter(|number| !number.is_empty());
    set(Kind::Account, fields, "phone", numbers.next().map(str::to_owned))?;
    for number in numbers {
        set(
            Kind::Account,
            fields,
            &format!("phone/{number}"),
            Some("other".to_owned()),
        )?;
    }
    Ok(())
}

/// True for a key such as `1.23457E+17` or `1,23457E+17`, as spreadsheets write numbers of more digits than a cell shows.
fn is_rounded(key: &str) -> bool {
    let Some((digits, exponent)) = key.split_once("E+") else {
        return false;
    };
    let numeric = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = digits.split_once(['.', ',']).unwrap_or((digits, "0"));
    whole.len() == 1 && numeric(whole) && numeric(fraction) && exponent.len() >= 2 && numeric(exponent)
}

fn account(cells: &RowCells<'_>) -> Result<Option<AccountRef>, Fault> {
    let within = |field: &str, text: &str| match text.len() {
        bytes if bytes > TEXT_BYTES_MAX => {
            let allowed = TEXT_BYTES_MAX;
            Err(FieldFault::new(field, Why::TooLong { bytes, allowed }))
        }
        _ => Ok(text.to_owned()),
    };
    if let Some(id) = cells.get("account_record_id").and_then(|id| id.parse().ok()) {
        return Ok(Some(AccountRef::RecordId(id)));
    }
    if let Some(id) = cells.get("account_id") {
        if is_rounded(id) {
            return Err(Fault::new("account_id", LineFault::RoundedKey));
        }
        return Ok(Some(AccountRef::ExternalId(within("account_id", id)?)));
    }
    let name = cells
        .name("account")
        .map(|name| within("account", name))
        .transpose()?;
    Ok(name.map(AccountRef::Name))
}
