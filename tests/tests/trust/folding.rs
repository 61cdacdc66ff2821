//! Thousands of edits of one record that nobody has seen yet are written as fewer, and show the same afterwards.

use std::collections::HashMap;

use fieldbook_core::book::{Book, SyncError};
use fieldbook_core::clock::SeededRandom;
use fieldbook_core::ids::{ChangeHash, RecordId};
use fieldbook_core::model::{Fields, Kind, Role};
use fieldbook_tests::faults::long_text;
use fieldbook_tests::world::{Mishap, Wire, World};
use proptest::prelude::*;

use crate::company::{contents, quick, shop};

fn note(book: &Book) -> RecordId {
    let fields = Fields::new().with("text", long_text(0));
    book.add(Kind::Note, &fields).unwrap().id
}

fn hashes(book: &Book, id: RecordId) -> Vec<ChangeHash> {
    let history = book.history(id).unwrap().into_iter();
    history.map(|entry| entry.change).collect()
}

#[test]
fn a_long_note_is_edited_hundreds_of_times_offline() {
    let world = World::new(71);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    let id = note(&ada);
    ada.sync_now(&ada_wire, None).unwrap();
    for n in 1..=400 {
        world.clock.advance(1_000);
        ada.set_field(id, "text", long_text(n)).unwrap();
    }
    let status = quick(&ada);
    assert!(status.unsent < 10, "{status:?}");
    assert!(status.database_bytes < 2_000_000, "{status:?}");
    let history = ada.history(id).unwrap();
    assert_eq!(
        history.first().unwrap().fields.text("text"),
        Some(long_text(0).as_str())
    );
    // The clocks at the edits that are left are known, and those of no other.
    let times: (u32, u32) = rusqlite::Connection::open(ada.path())
        .unwrap()
        .query_row(
            "SELECT (SELECT count(*) FROM edit_time JOIN outbox USING (hash)),
                    (SELECT count(*) FROM edit_time WHERE accepted_at_ms IS NULL)",
            [],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .unwrap();
    assert_eq!(times, (status.unsent, status.unsent));
    let report = ada.sync_now(&ada_wire, None).unwrap();
    assert_eq!((report.refused.len(), report.rewritten, report.unsent), (0, 0, 0));
    bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
    assert_eq!(bob.history(id).unwrap(), ada.history(id).unwrap());
    let text = bob.record(id).unwrap().fields;
    assert_eq!(text.text("text"), Some(long_text(400).as_str()));
}

#[test]
fn what_may_be_at_the_server_already_is_not_folded() {
    for mishap in [Mishap::AnswerLost, Mishap::AnswerCut, Mishap::Lost] {
        let world = World::new(72);
        let (ada, ada_wire) = world.join("Ada", Role::Rep);
        let (bob, bob_wire) = world.join("Bob", Role::Rep);
        let id = note(&ada);
        for n in 1..=4 {
            world.clock.advance(1_000);
            ada.set_field(id, "text", long_text(n)).unwrap();
        }
        let sent = hashes(&ada, id);
        ada_wire.expect(&[mishap]);
        ada.sync_now(&ada_wire, None).unwrap_err();
        for n in 5..=40 {
            world.clock.advance(1_000);
            ada.set_field(id, "text", long_text(n)).unwrap();
        }
        let kept = hashes(&ada, id);
        assert_eq!(kept[..5], sent[..], "{mishap:?}");
        assert!(kept.len() < 15, "{mishap:?}: what was made since is folded");
        let report = ada.sync_now(&ada_wire, None).unwrap();
        assert_eq!(
            (report.rewritten, report.refused.len(), report.unsent),
            (0, 0, 0),
            "{mishap:?}"
        );
        bob.sync_now(&bob_wire, None).unwrap();
        assert_eq!(contents(&ada), contents(&bob), "{mishap:?}");
        assert_eq!(hashes(&bob, id), hashes(&ada, id), "{mishap:?}");
    }
}

/// An app that tries in vain all day to sync sends nothing: its edits stay foldable, and the record never becomes full.
#[test]
fn attempts_without_a_signal_do_not_keep_edits_from_being_folded() {
    let world = World::new(73);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = note(&ada);
    for n in 1..=200 {
        world.clock.advance(1_000);
        ada.set_field(id, "text", long_text(n)).unwrap();
        wire.expect(&[Mishap::Unreachable]);
        assert_eq!(ada.sync_now(&wire, None), Err(SyncError::NoConnection));
    }
    assert!(quick(&ada).unsent < 10);
    wire.expect(&[]);
    let report = ada.sync_now(&wire, None).unwrap();
    assert_eq!((report.rewritten, report.refused.len(), report.unsent), (0, 0, 0));
}

#[test]
fn a_few_edits_stay_as_they_were_made() {
    let world = World::new(74);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let id = shop(&ada, "Corner shop").id;
    for n in 0..100 {
        ada.set_field(id, "phone", format!("{n}")).unwrap();
    }
    ada.sync_now(&wire, None).unwrap();
    assert_eq!(ada.history(id).unwrap().len(), 101);
}

/// A phone of the world that is closed and opened again, as after a kill between two calls.
struct Phone<'w> {
    world: &'w World,
    file: String,
    book: Option<Book>,
    wire: Wire,
}

impl Phone<'_> {
    fn join<'w>(world: &'w World, file: &str) -> Phone<'w> {
        let (book, wire) = world.join(&format!("The rep of {file}"), Role::Rep);
        Phone {
            world,
            file: file.to_owned(),
            book: Some(book),
            wire,
        }
    }

    fn book(&self) -> &Book {
        self.book.as_ref().unwrap()
    }

    fn reopen(&mut self) {
        self.book = None;
        let options = self.world.options(&self.file, self.world.clock.clone());
        self.book = Some(Book::open(options).unwrap());
    }

    fn sync_with(&self, mishap: Mishap) {
        self.wire.expect(&[mishap]);
        let _ = self.book().sync_now(&self.wire, None);
        self.wire.expect(&[]);
    }
}

/// Two phones write long texts, with and without a signal, and are killed; the newest value of each field is what all see in
/// the end, or it is a conflict that both show alike.
fn the_newest_values_are_seen_by_all(seed: u64, steps: usize) {
    let world = World::new(seed);
    let random = SeededRandom::new(seed ^ 0xf01d);
    let mut phones = ["phone-0.db", "phone-1.db"].map(|file| Phone::join(&world, file));
    let ids: Vec<RecordId> = (0..3)
        .map(|n| shop(phones[0].book(), &format!("Shop {n}")).id)
        .collect();
    for phone in &phones {
        phone.book().sync_now(&phone.wire, None).unwrap();
    }
    let mut newest: HashMap<(RecordId, &str), String> = HashMap::new();
    let mishaps = [
        Mishap::None,
        Mishap::Lost,
        Mishap::AnswerLost,
        Mishap::AnswerCut,
        Mishap::Unreachable,
    ];
    for n in 0..steps {
        world
            .clock
            .advance(1 + i64::try_from(random.below(5_000)).unwrap());
        let phone = &mut phones[random.below(2)];
        match random.below(24) {
            0 => phone.sync_with(mishaps[random.below(mishaps.len())]),
            1 => phone.reopen(),
            _ => {
                // All texts of a remark that were written at once are shown.
                let (id, field) = (ids[random.below(3)], ["phone", "remark"][random.below(2)]);
                let text = if field == "phone" {
                    format!("{n}")
                } else {
                    long_text(n)
                };
                phone.book().set_field(id, field, text.as_str()).unwrap();
                newest.insert((id, field), text);
            }
        }
    }
    for _ in 0..3 {
        for phone in &phones {
            let report = phone.book().sync_now(&phone.wire, None).unwrap();
            assert_eq!((report.refused.len(), report.rewritten), (0, 0), "seed {seed}");
        }
    }
    assert_eq!(
        contents(phones[0].book()),
        contents(phones[1].book()),
        "seed {seed}"
    );
    for ((id, field), text) in newest {
        let fields = phones[1].book().record(id).unwrap().fields;
        let shown = fields.text(field).unwrap_or_default();
        assert!(
            shown.contains(&text),
            "seed {seed}: {field} shows {} bytes",
            shown.len()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_newest_values_are_seen_by_all_whatever_the_seed(seed: u64) {
        the_newest_values_are_seen_by_all(seed, 150);
    }
}
