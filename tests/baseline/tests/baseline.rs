//! The baseline does its job: what it answers is right, so that its speed means something.

#![expect(clippy::unwrap_used, reason = "a helper of a test fails as the test does")]

use std::path::PathBuf;

use fieldbook_baseline::{
    Book, Fields, FloorError, PAGE_ROWS, Peer, Record, SEARCHES, Server, sample_account, sample_id,
    sample_place,
};
use serde_json::{Value, json};
use tempfile::TempDir;

const NOW_MS: i64 = 1_770_000_000_000;

/// A server and as many phones as a test wants, all in one folder.
struct World {
    folder: TempDir,
    server: Server,
}

impl World {
    fn new() -> World {
        let folder = TempDir::new().unwrap();
        let server = Server::start(&folder.path().join("server.db")).unwrap();
        World { folder, server }
    }

    fn phone(&self, name: &str) -> (Book, Peer) {
        (
            Book::open(&self.path(name)).unwrap(),
            Peer::new(self.server.url()),
        )
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}.db"))
    }
}

fn book_of(count: usize) -> (TempDir, Book) {
    let folder = TempDir::new().unwrap();
    let mut book = Book::open(&folder.path().join("book.db")).unwrap();
    book.import("account", (0..count).map(sample_account), NOW_MS)
        .unwrap();
    (folder, book)
}

fn field(book: &Book, i: usize, name: &str) -> Value {
    book.get(sample_id(i))
        .unwrap()
        .unwrap()
        .fields
        .get(name)
        .cloned()
        .unwrap_or_default()
}

fn names(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| record.name().to_owned()).collect()
}

fn all_by_name(book: &Book) -> Vec<Record> {
    let mut all: Vec<Record> = Vec::new();
    loop {
        let page = book.page("account", all.last(), 100).unwrap();
        if page.is_empty() {
            return all;
        }
        all.extend(page);
    }
}

#[test]
fn what_one_phone_adds_another_pulls_and_it_is_the_same_to_the_last_field() {
    let world = World::new();
    let count = PAGE_ROWS as usize * 2 + 345;
    let (mut ours, our_peer) = world.phone("ours");
    ours.import("account", (0..count).map(sample_account), NOW_MS)
        .unwrap();
    let sent = our_peer.sync(&mut ours).unwrap();
    assert_eq!(
        (sent.pushed, sent.pulled, sent.requests),
        (count, 0, 4),
        "three pages out, nothing comes back"
    );

    let (mut theirs, their_peer) = world.phone("theirs");
    let got = their_peer.sync(&mut theirs).unwrap();
    assert_eq!((got.pushed, got.pulled, got.requests), (0, count, 3));
    assert!(got.received_bytes > 300 * count as u64);
    assert_eq!(all_by_name(&ours), all_by_name(&theirs));
    assert_eq!(all_by_name(&theirs).len(), count);

    let again = their_peer.sync(&mut theirs).unwrap();
    assert_eq!(
        (again.pushed, again.pulled, again.requests),
        (0, 0, 1),
        "nothing new is one question"
    );
}

#[test]
fn a_record_keeps_its_fields_and_gives_its_id_away_as_its_key() {
    let (_folder, book) = book_of(3);
    let mut expected = sample_account(1);
    assert_eq!(expected.shift_remove("id"), Some(json!(sample_id(1).to_string())));
    let record = book.get(sample_id(1)).unwrap().unwrap();
    assert_eq!(
        record,
        Record {
            id: sample_id(1),
            updated_ms: NOW_MS,
            fields: expected
        }
    );
}

#[test]
fn the_later_writer_wins_on_every_phone_whoever_pushes_first() {
    let world = World::new();
    let (mut ann, ann_peer) = world.phone("ann");
    let (mut ben, ben_peer) = world.phone("ben");
    ann.import("account", (0..2).map(sample_account), NOW_MS).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();

    ann.set(sample_id(0), "tier", json!("earlier"), NOW_MS + 1_000)
        .unwrap();
    ben.set(sample_id(0), "tier", json!("later"), NOW_MS + 2_000)
        .unwrap();
    ann.set(sample_id(1), "tier", json!("later"), NOW_MS + 2_000)
        .unwrap();
    ben.set(sample_id(1), "tier", json!("earlier"), NOW_MS + 1_000)
        .unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    for book in [&ann, &ben] {
        assert_eq!(
            [field(book, 0, "tier"), field(book, 1, "tier")],
            ["later", "later"]
        );
    }
    assert_eq!(ben_peer.sync(&mut ben).unwrap().pulled, 0);
}

#[test]
fn edits_of_the_same_millisecond_end_alike_on_all_phones() {
    let world = World::new();
    let (mut ann, ann_peer) = world.phone("ann");
    let (mut ben, ben_peer) = world.phone("ben");
    ann.add("account", sample_account(0), NOW_MS).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();
    ann.set(sample_id(0), "tier", json!("ann"), NOW_MS + 5).unwrap();
    ben.set(sample_id(0), "tier", json!("ben"), NOW_MS + 5).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    assert_eq!(field(&ann, 0, "tier"), "ann");
    assert_eq!(field(&ben, 0, "tier"), "ann");
}

#[test]
fn a_deleted_record_leaves_every_list_on_every_phone() {
    let world = World::new();
    let (mut ann, ann_peer) = world.phone("ann");
    let (mut ben, ben_peer) = world.phone("ben");
    let (lat, lon) = (
        sample_account(0)["lat"].as_f64().unwrap(),
        sample_account(0)["lon"].as_f64().unwrap(),
    );
    let name = sample_account(0)["name"].as_str().unwrap().to_owned();
    ann.add("account", sample_account(0), NOW_MS).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();
    assert_eq!(ben.near(lat, lon, 1.0, 10).unwrap().len(), 1);
    assert_eq!(ben.search(&name, 10).unwrap().len(), 1);

    ann.delete(sample_id(0), NOW_MS + 1).unwrap();
    ann_peer.sync(&mut ann).unwrap();
    ben_peer.sync(&mut ben).unwrap();
    for book in [&mut ann, &mut ben] {
        assert_eq!(book.get(sample_id(0)).unwrap(), None);
        assert_eq!(book.page("account", None, 10).unwrap(), []);
        assert_eq!(book.search(&name, 10).unwrap(), []);
        assert_eq!(book.near(lat, lon, 1.0, 10).unwrap(), []);
        let refused = book.set(sample_id(0), "tier", json!("A"), NOW_MS + 2);
        assert!(matches!(refused, Err(FloorError::NoRecord(id)) if id == sample_id(0)));
    }
}

#[test]
fn chinese_names_and_addresses_are_found_by_any_part_also_of_two_characters() {
    let (_folder, book) = book_of(3_000);
    for text in ["康达药房", "南京路", "药房", "咖啡馆", "咖啡"] {
        let found = book.search(text, 20).unwrap();
        assert!(!found.is_empty(), "{text}");
        for record in found {
            assert!(Value::Object(record.fields).to_string().contains(text), "{text}");
        }
    }
}

#[test]
fn a_search_agrees_with_reading_every_record() {
    let count = 1_500;
    let (_folder, book) = book_of(count);
    for text in SEARCHES {
        let found = book.search(text, 10_000).unwrap();
        let holds = |i: &usize| {
            let account = sample_account(*i);
            let part = |field: &str| account[field].as_str().unwrap().to_lowercase();
            let address = ["street", "city", "region", "postcode"].map(part).join(" ");
            let parts = [part("name"), address, part("notes")];
            text.split(' ')
                .all(|word| word.len() < 3 || parts.iter().any(|part| part.contains(word)))
        };
        assert_eq!(found.len(), (0..count).filter(holds).count(), "{text}");
    }
}

#[test]
fn an_edit_is_found_by_its_new_words_and_no_longer_by_the_old_ones() {
    let (_folder, mut book) = book_of(10);
    book.set(sample_id(4), "name", json!("Zeppelin Hangar"), NOW_MS + 1)
        .unwrap();
    assert_eq!(names(&book.search("zeppelin", 5).unwrap()), ["Zeppelin Hangar"]);
    book.set(sample_id(4), "name", json!("Balloon Shed"), NOW_MS + 2)
        .unwrap();
    assert_eq!(names(&book.search("zeppelin", 5).unwrap()), [""; 0]);
    assert_eq!(names(&book.search("balloon", 5).unwrap()), ["Balloon Shed"]);
    book.set(sample_id(4), "notes", Value::Null, NOW_MS + 3).unwrap();
    assert_eq!(field(&book, 4, "notes"), Value::Null);
    assert_eq!(names(&book.search("balloon", 5).unwrap()), ["Balloon Shed"]);
}

#[test]
fn near_agrees_with_measuring_every_account_and_follows_one_that_moves() {
    let (_folder, mut book) = book_of(3_000);
    let (lat, lon) = sample_place(0);
    let near = book.near(lat, lon, 3_000.0, 1_000).unwrap();
    assert!(near.len() > 5);
    assert!(near.is_sorted_by(|a, b| a.distance_m <= b.distance_m));
    let flat = |fields: &Fields| {
        let north_m = (fields["lat"].as_f64().unwrap() - lat) * 111_195.0;
        let east_m = (fields["lon"].as_f64().unwrap() - lon) * 111_195.0 * lat.to_radians().cos();
        north_m.hypot(east_m)
    };
    let expected = (0..3_000)
        .filter(|i| flat(&sample_account(*i)) <= 3_000.0)
        .count();
    assert!(
        near.len().abs_diff(expected) <= 1,
        "{} found, {expected} there",
        near.len()
    );
    for hit in &near {
        assert!((hit.distance_m - flat(&hit.record.fields)).abs() < 10.0);
    }

    let moved = near[0].record.id;
    book.set(moved, "lat", json!(lat + 1.0), NOW_MS + 1).unwrap();
    let now_there = book
        .near(lat + 1.0, near[0].record.fields["lon"].as_f64().unwrap(), 1.0, 10)
        .unwrap();
    assert_eq!(
        now_there.iter().map(|hit| hit.record.id).collect::<Vec<_>>(),
        [moved]
    );
    assert_eq!(book.near(lat, lon, 3_000.0, 1_000).unwrap().len(), near.len() - 1);
}

#[test]
fn pages_follow_the_names_and_leave_nobody_out() {
    let (_folder, book) = book_of(730);
    let all = all_by_name(&book);
    assert_eq!(all.len(), 730);
    assert!(all.is_sorted_by(|a, b| {
        (a.name().to_ascii_lowercase(), a.id) < (b.name().to_ascii_lowercase(), b.id)
    }));
    assert_eq!(book.count("account").unwrap(), 730);
}

#[test]
fn an_edit_outlives_the_process_and_one_made_during_a_push_is_pushed_again() {
    let world = World::new();
    let (mut book, peer) = world.phone("ann");
    book.add("account", sample_account(0), NOW_MS).unwrap();
    let rows = book.unsent(10).unwrap();
    book.set(sample_id(0), "tier", json!("new"), NOW_MS).unwrap();
    book.mark_sent(&rows, 0).unwrap();
    drop(book);

    let mut book = Book::open(&world.path("ann")).unwrap();
    assert_eq!(field(&book, 0, "tier"), "new");
    assert_eq!(book.unsent(10).unwrap().count, 1);
    assert_eq!(peer.sync(&mut book).unwrap().pushed, 1);
    assert_eq!(book.unsent(10).unwrap().count, 0);
}

#[test]
fn an_import_with_one_bad_record_stores_none_of_them() {
    let (_folder, mut book) = book_of(5);
    let mut nameless = sample_account(6);
    nameless.insert("id".to_owned(), json!("not an id"));
    let refused = book.import("account", [sample_account(5), nameless], NOW_MS);
    assert!(matches!(refused, Err(FloorError::NoId)));
    assert_eq!(book.count("account").unwrap(), 5);
    assert_eq!(book.get(sample_id(5)).unwrap(), None);
}

#[test]
fn a_server_that_is_gone_costs_nothing_but_a_retry() {
    let world = World::new();
    let (mut book, peer) = world.phone("ann");
    let folder = world.folder;
    book.add("account", sample_account(0), NOW_MS).unwrap();
    drop(world.server);
    assert!(matches!(peer.sync(&mut book), Err(FloorError::Http(_))));
    let server = Server::start(&folder.path().join("server.db")).unwrap();
    assert_eq!(Peer::new(server.url()).sync(&mut book).unwrap().pushed, 1);
}

#[test]
fn the_tables_of_an_old_book_are_used_again_and_not_made_anew() {
    let (folder, book) = book_of(20);
    drop(book);
    let again = Book::open(&folder.path().join("book.db")).unwrap();
    assert_eq!(again.count("account").unwrap(), 20);
    assert_eq!(again.cursor().unwrap(), 0);
}
