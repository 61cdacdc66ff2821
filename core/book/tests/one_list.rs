//! One list of fields: tables, search and CSV files follow what `fieldbook_model::schema` declares.

#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole file is a test")]

use std::sync::Arc;

use fieldbook_model::clock::{FixedClock, SeededRandom};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{FieldSpec, FieldType, Searched, StoredIn, fields_of, has_own_table};
use fieldbook_model::{Fields, Kind, Record, Scalar};
use rusqlite::Connection;

use fieldbook_book::export::{ExportFormat, ExportKind};
use fieldbook_book::import::ImportKind;
use fieldbook_book::{Book, OpenOptions};

fn book(folder: &tempfile::TempDir, name: &str) -> Book {
    let options = OpenOptions {
        clock: Arc::new(FixedClock::at(1_795_510_800_000)),
        random: Arc::new(SeededRandom::new(5)),
        ..OpenOptions::new(folder.path().join(name))
    };
    Book::open(options).unwrap()
}

/// A value of a field that can be written by hand, told apart from all others by `word`.
fn sample(
    spec: &FieldSpec,
    word: &str,
    refer: &dyn Fn(Option<Kind>) -> RecordId,
) -> Option<(String, Scalar)> {
    let value = match spec.takes {
        FieldType::Text | FieldType::LongText | FieldType::Any => Scalar::from(word),
        FieldType::Count => Scalar::Int(14),
        FieldType::Number => Scalar::Real(1.5),
        FieldType::Bool => Scalar::Bool(true),
        FieldType::Time => Scalar::Time(1_795_510_800_000),
        FieldType::Date => Scalar::from("2026-11-24"),
        FieldType::Money => Scalar::from("1200.50 EUR"),
        FieldType::Position => Scalar::from("52.6272000,1.2927000"),
        FieldType::Fence => Scalar::from("circle:80"),
        FieldType::Ref(kind) => Scalar::Id(refer(Some(kind))),
        FieldType::AnyRef => Scalar::Id(refer(None)),
        FieldType::Kind => Scalar::from("account"),
        FieldType::TypeName => Scalar::from("count"),
        // Written by a tap, never by hand.
        FieldType::CheckIn | FieldType::CheckOut | FieldType::Link | FieldType::StageMove => return None,
    };
    let key = if spec.is_set() {
        format!("{}{word}", spec.name)
    } else {
        spec.name.to_owned()
    };
    Some((key, value))
}

/// A record of `kind` in which every field that can be written by hand has a value.
fn full(book: &Book, kind: Kind) -> (Fields, Record) {
    // Each has a name of its own, by which a file finds it again.
    let made = std::cell::Cell::new(0);
    let account = || {
        made.set(made.get() + 1);
        let fields = Fields::new().with("name", format!("Shop {} of a {kind}", made.get()));
        book.add(Kind::Account, &fields).unwrap().id
    };
    let refer = |of: Option<Kind>| match of {
        None | Some(Kind::Account) => account(),
        Some(Kind::Site) => {
            let fields = Fields::new().with("account_id", Scalar::Id(account()));
            book.add(Kind::Site, &fields).unwrap().id
        }
        Some(other) => panic!("a reference to {other}"),
    };
    let by_hand = |spec: &&FieldSpec| {
        ![
            "deleted",
            "same_as",
            "merged_into",
            "photo/",
            "x/",
            "rule/",
            "review/",
            "claim/",
            "touch/",
        ]
        .contains(&spec.name)
    };
    let fields: Fields = fields_of(kind)
        .filter(by_hand)
        .zip(0..)
        .filter_map(|(spec, n)| sample(spec, &word(n), &refer))
        .collect();
    let record = book.add(kind, &fields).unwrap();
    (fields, record)
}

/// A word that begins like no other.
fn word(n: u8) -> String {
    let letter = |n: u8| char::from(b'a' + n);
    format!("q{}{}z", letter(n / 26), letter(n % 26))
}

#[test]
fn every_declared_column_is_one_of_its_table_and_every_column_is_declared() {
    let folder = tempfile::tempdir().unwrap();
    drop(book(&folder, "book.db"));
    let file = Connection::open(folder.path().join("book.db")).unwrap();
    for kind in Kind::ALL {
        let sql =
            "SELECT name FROM pragma_table_info(?1) WHERE name NOT IN ('rid', 'more', 'at_ms', 'is_open')";
        let mut statement = file.prepare(sql).unwrap();
        let columns = statement
            .query_map([kind.name()], |row| row.get::<_, String>(0))
            .unwrap();
        let mut columns: Vec<String> = columns.collect::<Result<_, _>>().unwrap();
        columns.sort();
        let has_column = |spec: &&FieldSpec| spec.stored == StoredIn::Column && has_own_table(kind);
        let declared = fields_of(kind).filter(has_column);
        let mut declared: Vec<&str> = declared.map(|spec| spec.name).collect();
        declared.sort_unstable();
        assert_eq!(columns, declared, "{kind}");
    }
}

#[test]
fn every_declared_field_is_kept_and_found_by_what_the_list_says() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "book.db");
    for kind in Kind::ALL {
        let (fields, record) = full(&book, kind);
        assert_eq!(book.record(record.id).unwrap().fields, fields, "{kind}");
        for spec in fields_of(kind) {
            let text = match spec.searched {
                Searched::Names => fields.members(spec.name).map(|(name, _)| name.to_owned()).next(),
                _ => fields.text(spec.name).map(str::to_owned),
            };
            let Some(text) = text.filter(|text| text.starts_with('q')) else {
                continue;
            };
            let found = book.search(&text, Some(kind), 10).unwrap();
            let is_found = found.iter().any(|found| found.id == record.id);
            assert_eq!(is_found, spec.searched != Searched::No, "{kind}.{}", spec.name);
        }
    }
}

#[test]
fn every_exported_field_has_a_column_and_an_import_takes_it_back() {
    let folder = tempfile::tempdir().unwrap();
    let book = book(&folder, "book.db");
    for (kind, what, into) in [
        (Kind::Account, ExportKind::Accounts, ImportKind::Accounts),
        (Kind::Visit, ExportKind::Visits, ImportKind::Visits),
    ] {
        let (fields, record) = full(&book, kind);
        let mut file = Vec::new();
        book.export(what, ExportFormat::Csv, &mut file).unwrap();
        let mut reader = csv::Reader::from_reader(file.as_slice());
        let header = reader.headers().unwrap().clone();
        let id = header.iter().position(|name| name == "id").unwrap();
        let row = reader
            .records()
            .map(Result::unwrap)
            .find(|row| row[id] == record.id.to_string());
        let row = row.expect("the record was exported");
        for spec in fields_of(kind).filter(|spec| spec.exported) {
            let at = header.iter().position(|name| name == spec.name);
            let at = at.unwrap_or_else(|| panic!("no column for {kind}.{}", spec.name));
            assert!(!row[at].is_empty(), "{kind}.{}", spec.name);
            // What a file has, the import of the same file finds again.
            let cleared = Fields::new().with(spec.name, Scalar::Cleared);
            if !spec.required && spec.name != "external_id" {
                book.set(record.id, &cleared).unwrap();
            }
        }
        let mut input = file.as_slice();
        let report = book
            .import(
                into,
                "own.csv",
                &mut input,
                &fieldbook_book::ImportOptions::default(),
                &mut |_| {},
            )
            .unwrap();
        assert_eq!(
            (report.refused.len(), report.imported),
            (0, 0),
            "{kind}: {report:?}"
        );
        let after = book.record(record.id).unwrap().fields;
        for spec in fields_of(kind).filter(|spec| spec.exported) {
            assert_eq!(
                after.value(spec.name),
                fields.value(spec.name),
                "{kind}.{}",
                spec.name
            );
        }
    }
}
