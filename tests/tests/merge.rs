//! One list on two phones before the first sync, and merges that phones make without knowing of each other.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on says where")]

use std::collections::BTreeMap;

use fieldbook_core::book::import::ImportKind;
use fieldbook_core::book::{Book, Deleted, DuplicateReason, ImportOptions, Query};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_tests::world::{Wire, World};
use proptest::prelude::*;

const SHOPS: &str = "external_id,name,city,lat,lon\nE-1,Fenland,March,52.5,0.09\nE-2,Ouse,Ely,52.4,0.26\n";
const PEOPLE: &str = "external_id,name,account\nC-1,Jan Nowak,Fenland\n";

fn import(book: &Book, kind: ImportKind, text: &str) {
    let options = ImportOptions::default();
    let report = book
        .import(kind, "list.csv", &mut text.as_bytes(), &options, &mut |_| {})
        .unwrap();
    assert_eq!(report.refused, []);
}

/// Syncs until nobody has news.
fn settle(phones: &[(Book, Wire)]) {
    for _ in 0..6 {
        for (book, wire) in phones {
            book.sync_now(wire, None).unwrap();
        }
    }
}

/// The live and deleted records of a book, with the values that are shown.
fn contents(book: &Book) -> BTreeMap<RecordId, (bool, Fields)> {
    let mut all = BTreeMap::new();
    for kind in [Kind::Account, Kind::Site, Kind::Contact, Kind::Visit] {
        for deleted in [Deleted::Hide, Deleted::Only] {
            let query = Query {
                deleted,
                ..Query::first(kind, 100)
            };
            let page = book.page(&query).unwrap();
            all.extend(page.records.into_iter().map(|r| (r.id, (r.deleted, r.fields))));
        }
    }
    all
}

fn live(book: &Book, kind: Kind) -> Vec<RecordId> {
    let page = book.page(&Query::first(kind, 100)).unwrap();
    page.records.into_iter().map(|record| record.id).collect()
}

#[test]
fn one_list_on_two_phones_before_the_first_sync_is_merged_by_one_call() {
    let world = World::new(31);
    let phones = [world.join("Ada", Role::Rep), world.join("Ben", Role::Rep)];
    for (book, _) in &phones {
        import(book, ImportKind::Accounts, SHOPS);
        import(book, ImportKind::Contacts, PEOPLE);
    }
    settle(&phones);
    let (ada, ben) = (&phones[0].0, &phones[1].0);
    assert_eq!(live(ada, Kind::Account).len(), 4);
    let shown = ada.duplicates(10).unwrap();
    assert_eq!(shown.len(), 2);
    assert!(shown.iter().all(|group| group.reason == DuplicateReason::Key));
    assert_eq!(shown, ben.duplicates(10).unwrap());

    ada.merge_keyed().unwrap();
    settle(&phones);
    for book in [ada, ben] {
        assert_eq!(live(book, Kind::Account).len(), 2);
        assert_eq!(live(book, Kind::Site).len(), 2, "each had one site at one door");
        assert_eq!(live(book, Kind::Contact).len(), 1);
        assert!(book.duplicates(10).unwrap().is_empty());
    }
    assert_eq!(contents(ada), contents(ben));
    // The list again, on either phone, changes nothing, and a contact finds its account by name.
    import(ben, ImportKind::Accounts, SHOPS);
    import(ben, ImportKind::Contacts, "name,account\nOla Lis,Ouse\n");
    assert_eq!(live(ben, Kind::Account).len(), 2);
}

#[test]
fn what_a_phone_added_to_the_duplicate_meanwhile_moves_too() {
    let world = World::new(32);
    let phones = [world.join("Ada", Role::Rep), world.join("Ben", Role::Rep)];
    for (book, _) in &phones {
        import(book, ImportKind::Accounts, SHOPS);
    }
    settle(&phones);
    let (ada, ben) = (&phones[0].0, &phones[1].0);
    let group = &ada.duplicates(1).unwrap()[0];
    let (keep, drop) = (group.records[0].id, group.records[1].id);
    ada.merge(keep, drop).unwrap();
    let late = Fields::new()
        .with("account_id", Scalar::Id(drop))
        .with("planned_at", Scalar::Time(1_795_597_200_000));
    let late = ben.add(Kind::Visit, &late).unwrap().id;
    settle(&phones);
    for book in [ada, ben] {
        assert_eq!(book.record(late).unwrap().fields.id("account_id"), Some(keep));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Whoever merges what into what with no signal, all phones come to one state, and one record of each connected
    /// group lives, with all that hung on the others.
    #[test]
    fn merges_with_no_signal_converge(
        merges in proptest::collection::vec((0usize..2, 0usize..4, 0usize..4), 1..6),
        seed in 0u64..1_000,
    ) {
        let world = World::new(seed);
        let phones = [world.join("Ada", Role::Rep), world.join("Ben", Role::Rep)];
        let ada = &phones[0].0;
        let ids: Vec<RecordId> = (0..4)
            .map(|n| {
                let account = ada.add(Kind::Account, &Fields::new().with("name", format!("Shop {n}"))).unwrap().id;
                let contact = Fields::new()
                    .with("name", format!("Person {n}"))
                    .with("account_id", Scalar::Id(account));
                ada.add(Kind::Contact, &contact).unwrap();
                account
            })
            .collect();
        settle(&phones);
        for (phone, keep, drop) in &merges {
            // A merge with what is deleted here already is refused, as a person would see.
            let _ = phones[*phone].0.merge(ids[*keep], ids[*drop]);
        }
        settle(&phones);
        let (ada, ben) = (&phones[0].0, &phones[1].0);
        prop_assert_eq!(contents(ada), contents(ben));
        let alive = live(ada, Kind::Account);
        prop_assert!(!alive.is_empty());
        for contact in live(ada, Kind::Contact) {
            let account = ada.record(contact).unwrap().fields.id("account_id").unwrap();
            prop_assert!(alive.contains(&account), "a contact hangs on a record that is gone");
        }
    }
}
