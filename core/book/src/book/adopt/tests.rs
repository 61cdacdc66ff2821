use std::path::Path;

use rusqlite::{Connection, named_params};
use tempfile::TempDir;

use super::super::{Book, BookError, OpenOptions, Query, edit};
use fieldbook_model::ids::RecordId;
use fieldbook_model::schema::{FieldFault, Why};
use fieldbook_model::{Fields, Kind, Scalar};

fn open(folder: &TempDir) -> Book {
    Book::open(OpenOptions::new(folder.path().join("book.db"))).unwrap()
}

fn later() -> Kind {
    Kind::from_code(200).unwrap()
}

/// Writes a record without asking whether this version knows its kind or takes its values.
fn write(book: &Book, kind: Kind, fields: &Fields) -> RecordId {
    let (context, id) = (book.write_context(), book.new_id());
    book.transaction(|write| edit::create(write, context, id, kind, fields))
        .unwrap();
    id
}

/// Gives all records of the unknown kind this number, as if this version were the first to know it.
fn become_known(path: &Path, kind: Kind) {
    let file = Connection::open(path).unwrap();
    for table in ["record", "outbox", "other_record"] {
        file.execute(
            &format!("UPDATE {table} SET kind = :kind WHERE kind = 200"),
            named_params! { ":kind": kind.code() },
        )
        .unwrap();
    }
}

#[test]
fn a_kind_that_is_unknown_is_kept_and_found_by_its_id_alone() {
    let folder = tempfile::tempdir().unwrap();
    let book = open(&folder);
    let fields = Fields::new()
        .with("name", "Oolong")
        .with("account_id", "a text here")
        .with("external_id", "P-1")
        .with("tag/new", Scalar::Bool(true))
        .with("weight", Scalar::Real(3.0))
        .with("since", Scalar::Time(5));
    let id = write(&book, later(), &fields);
    assert_eq!(book.record(id).unwrap().fields, fields);
    assert_eq!(book.record(id).unwrap().title(), "Oolong");
    assert!(book.search("oolong", None, 10).unwrap().is_empty());
    assert_eq!(
        book.add(later(), &fields),
        Err(BookError::BadField(FieldFault::new("kind", Why::Unknown)))
    );
    let page = book.page(&Query::first(later(), 10)).unwrap();
    assert_eq!(page.records.len(), 1);
    assert_eq!(book.changes_since(0, 10).unwrap().entries[0].kind, later());
}

#[test]
fn a_kind_that_is_known_now_is_derived_from_its_documents_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let book = open(&folder);
    let fits = write(
        &book,
        later(),
        &Fields::new()
            .with("text", "mind the dog")
            .with("tag/a", Scalar::Bool(true)),
    );
    let misfit = Fields::new()
        .with("text", "ring twice")
        .with("written_at", "soon");
    let misfits = write(&book, later(), &misfit);
    let seen = book.changes_since(0, 10).unwrap().latest;
    drop(book);
    become_known(&path, Kind::Note);
    let book = open(&folder);
    let notes = book.page(&Query::first(Kind::Note, 10)).unwrap().records;
    assert_eq!(
        notes.iter().map(|note| note.id).collect::<Vec<_>>(),
        [fits, misfits],
        "in the order of the titles of notes"
    );
    assert_eq!(book.search("dog", Some(Kind::Note), 10).unwrap()[0].id, fits);
    assert_eq!(
        book.record(misfits).unwrap().fields,
        misfit,
        "a value that has not the column's type is kept"
    );
    assert_eq!(
        book.changes_since(seen, 10).unwrap().entries.len(),
        2,
        "apps are told"
    );
    drop(book);
    let left: i64 = Connection::open(&path)
        .unwrap()
        .query_row("SELECT count(*) FROM other_record", [], |row| row.get(0))
        .unwrap();
    assert_eq!(left, 0);
    let book = open(&folder);
    book.set_field(misfits, "text", "ring once").unwrap();
    assert_eq!(
        book.record(misfits).unwrap().fields.text("text"),
        Some("ring once")
    );
}

#[test]
fn a_damaged_book_gives_an_unknown_kind_back() {
    let folder = tempfile::tempdir().unwrap();
    let book = open(&folder);
    let fields = Fields::new().with("name", "Oolong");
    let id = write(&book, later(), &fields);
    drop(book);
    crate::store::tests_support::mark_damaged(&folder.path().join("book.db"));
    let book = open(&folder);
    assert_eq!(book.recovery().unwrap().records, 1);
    let record = book.record(id).unwrap();
    assert_eq!(
        (record.kind, record.fields, record.unsent),
        (later(), fields, true)
    );
}
