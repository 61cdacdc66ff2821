//! All that a book or a server shows, as JSON that compares line by line.

use std::fmt::Write as _;
use std::path::Path;

use fieldbook_core::book::{Book, BookError, Checkup, Deleted, PAGE_MAX, Query};
use fieldbook_core::model::{Fields, Record, Role};
use fieldbook_server::admin;
use fieldbook_server::store::Store;
use rusqlite::Connection;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};

use crate::crash::CrashError;

/// The words searched for: a beginning, Chinese, an accent, a word of a note, one without a match.
const WORDS: [&str; 5] = ["happ", "茶餐", "cafe zu", "crates", "nowhere"];

/// The tables that no call of a book lists in full: unsent changes, refused ones, the chain of evidence, the state of
/// each territory.
const KEPT: [(&str, &str); 6] = [
    (
        "outbox",
        "SELECT record_id, kind, hash, made_at_ms FROM outbox ORDER BY n",
    ),
    (
        "refused",
        "SELECT record_id, kind, hash, reason, refused_at_ms FROM refused ORDER BY hash",
    ),
    (
        "evidence",
        "SELECT n, visit_id, link, signature, content FROM evidence ORDER BY n",
    ),
    (
        "scopes",
        "SELECT name, cursor, settled, checksum, audit, restart FROM scope ORDER BY name",
    ),
    ("people", "SELECT actor, name FROM person ORDER BY actor"),
    (
        "settings",
        "SELECT name, CASE name WHEN 'secret' THEN length(value) ELSE value END FROM setting ORDER BY name",
    ),
];

/// All that the book at `path` shows, which is open.
///
/// # Errors
/// [`CrashError`] of the book or its file.
pub fn book_state(book: &Book, path: &Path) -> Result<String, CrashError> {
    let status = book.status(Checkup::Thorough)?;
    let mut shown = json!({
        "rep": status.rep,
        "server": status.server_url,
        "role": status.role.map(Role::name),
        "territories": status.territories.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(),
        "unsent": status.unsent,
        "oldest_unsent_at_ms": status.oldest_unsent_at_ms,
        "last_sync_at_ms": status.last_sync_at_ms,
        "conflicts": conflicts(book)?,
        "refused_edits": status.refused,
        "sound": status.sound,
        "records": records(book)?,
        "found": found(book)?,
        "log": book.log(PAGE_MAX)?.iter().map(|line| json!([line.at_ms, line.event])).collect::<Value>(),
        "track": track(book)?,
    });
    let connection = Connection::open(path)?;
    for (name, sql) in KEPT {
        shown[name] = rows(&connection, sql)?;
    }
    Ok(lines(&shown))
}

/// All that the server shows an administrator, and `book`, which has joined it and synced.
///
/// # Errors
/// [`CrashError`] of either.
pub fn server_state(store: &Store, book: &Book) -> Result<String, CrashError> {
    let territories = store.read()?.territories()?;
    let devices = admin::devices(store)?;
    let chains = admin::chains(store)?;
    Ok(lines(&json!({
        "territories": territories.iter().map(|one| json!([one.name, one.counter])).collect::<Value>(),
        "devices": devices
            .iter()
            .map(|one| json!([one.user, one.name, one.joined_at_ms, one.seen_at_ms, one.revoked_at_ms]))
            .collect::<Value>(),
        "chains": chains
            .iter()
            .map(|one| json!([one.device.name, one.links, format!("{:?}", one.head), format!("{:?}", one.broken)]))
            .collect::<Value>(),
        "findings": admin::findings(store)?.iter().map(|one| format!("{one:?}")).collect::<Value>(),
        "records": records(book)?,
    })))
}

fn lines(shown: &Value) -> String {
    serde_json::to_string_pretty(shown).expect("JSON of our own making can be written")
}

fn fields(fields: &Fields) -> Value {
    let pairs = fields.0.iter().map(|(key, value)| (key.clone(), value.to_json()));
    pairs.collect::<Map<_, _>>().into()
}

fn conflicts(book: &Book) -> Result<Value, BookError> {
    let lost = book.conflicts(None, PAGE_MAX)?;
    let shown = lost.iter().map(|lost| {
        json!({
            "record": lost.record.to_string(),
            "field": lost.field,
            "shown": lost.shown.to_json(),
            "lost": lost.lost.to_json(),
            "lost_by": lost.lost_by,
            "lost_at_ms": lost.lost_at_ms,
            "change": lost.change.to_string(),
        })
    });
    Ok(shown.collect())
}

/// Every record with its history, deleted ones and those of kinds of later versions too.
fn records(book: &Book) -> Result<Value, BookError> {
    let mut all = Vec::new();
    for (kind, _) in book.status(Checkup::Quick)?.records {
        for deleted in [Deleted::Hide, Deleted::Only] {
            let query = Query {
                deleted,
                ..Query::first(kind, PAGE_MAX)
            };
            let page = book.page(&query)?;
            assert!(!page.more, "an old file fits on a page");
            all.extend(page.records);
        }
    }
    all.iter().map(|record| with_history(book, record)).collect()
}

fn with_history(book: &Book, record: &Record) -> Result<Value, BookError> {
    let history = book.history(record.id)?;
    let changes = history.iter().map(|entry| {
        json!({
            "change": entry.change.to_string(),
            "by": entry.by,
            "at_ms": entry.at_ms,
            "fields": entry.fields.0.keys().collect::<Vec<_>>(),
        })
    });
    Ok(json!({
        "id": record.id.to_string(),
        "kind": record.kind.name(),
        "title": record.title(),
        "territory": record.territory.to_string(),
        "deleted": record.deleted,
        "unsent": record.unsent,
        "conflicts": record.conflicts,
        "fields": fields(&record.fields),
        "history": changes.collect::<Value>(),
    }))
}

/// The titles that searches and places find.
fn found(book: &Book) -> Result<Value, BookError> {
    let titles = |records: &[Record]| -> Value { records.iter().map(Record::title).collect() };
    let mut found = Map::new();
    for words in WORDS {
        found.insert(words.to_owned(), titles(&book.search(words, None, PAGE_MAX)?));
    }
    let shop = "52.6309,1.2974".parse().expect("a position");
    let near = book.near(shop, fieldbook_core::location::Meters(5_000.0), PAGE_MAX)?;
    let sites = near
        .iter()
        .map(|near| json!([near.account.title(), near.site.title(), near.distance.0.round()]));
    found.insert("near".to_owned(), sites.collect());
    Ok(found.into())
}

fn track(book: &Book) -> Result<Value, BookError> {
    let fixes = book.track(i64::MIN, i64::MAX)?;
    let suggested = book.suggested_visits(i64::MIN, i64::MAX)?;
    let at = |fix: Option<&fieldbook_core::location::track::TrackFix>| {
        fix.map(|fix| json!([fix.at_ms(), fix.position().to_string()]))
    };
    Ok(json!({
        "fixes": fixes.len(),
        "first": at(fixes.first()),
        "last": at(fixes.last()),
        "suggested": suggested.iter().map(|visit| visit.account.title()).collect::<Vec<_>>(),
    }))
}

/// The rows of a query, each a list: blobs as hexadecimal digits. A table that is not there has none.
fn rows(connection: &Connection, sql: &str) -> Result<Value, rusqlite::Error> {
    let mut statement = connection.prepare(sql)?;
    let columns = statement.column_count();
    let rows = statement.query_map([], |row| {
        (0..columns)
            .map(|at| Ok(plain(row.get_ref(at)?)))
            .collect::<Result<Vec<_>, _>>()
    })?;
    rows.map(|row| row.map(Value::from)).collect()
}

fn plain(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => n.into(),
        ValueRef::Real(x) => x.into(),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
        ValueRef::Blob(bytes) => hex(bytes).into(),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}
