//! Erasure of a contact: from the office, from its history and files, and from the phones, with what they had not sent.

use fieldbook_core::book::Book;
use fieldbook_core::model::{Fields, Kind, Role, Scalar};
use fieldbook_server::admin::{self, AdminError};
use fieldbook_tests::world::{NINE, World};

use crate::company::{quick, shop};

const NAME: &str = "Wilhelmina Zweistein";

/// True if a word is in a file or in the log beside it.
fn is_in_file(path: &std::path::Path, word: &str) -> bool {
    let log = path.with_file_name(format!("{}-wal", path.file_name().unwrap().to_str().unwrap()));
    [path.to_owned(), log].iter().any(|path| {
        let bytes = std::fs::read(path).unwrap_or_default();
        bytes.windows(word.len()).any(|part| part == word.as_bytes())
    })
}

#[test]
fn a_contact_goes_from_the_office_and_from_phones_that_hold_edits_of_it() {
    let world = World::new(98);
    let (ada, ada_wire) = world.join("Ada", Role::Rep);
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    let account = shop(&ada, "Corner shop").id;
    let contact = Fields::new()
        .with("name", NAME)
        .with("account_id", Scalar::Id(account));
    let contact = ada.add(Kind::Contact, &contact).unwrap().id;
    let note = Fields::new().with("text", format!("met {NAME}"));
    let note = ada.add(Kind::Note, &note).unwrap().id;
    for n in 0..30 {
        ada.set_field(contact, "phone", format!("+49 {n}")).unwrap();
    }
    ada.sync_now(&ada_wire, None).unwrap();
    ben.sync_now(&ben_wire, None).unwrap();
    ben.set_field(contact, "email", "w@example.com").unwrap();
    let office = world.office();
    let done = admin::erase_contact(office, contact, NINE).unwrap();
    assert_eq!(done.mentioned_in, [(note, Kind::Note)]);
    assert_eq!((done.until_next_sync.len(), done.out_of_reach.len()), (2, 0));
    assert!(done.file_is_clean);
    let report = ben.sync_now(&ben_wire, None).unwrap();
    ada.sync_now(&ada_wire, None).unwrap();
    for book in [&ada, &ben] {
        assert!(book.record(contact).is_err(), "{report:?}");
        assert!(book.refused(10).unwrap().is_empty());
        assert_eq!(quick(book).unsent, 0);
    }
    // The note is edited by hand, and the file is cleaned once more.
    ada.set_field(note, "text", "met somebody").unwrap();
    ada.sync_now(&ada_wire, None).unwrap();
    assert!(matches!(
        admin::erase_contact(office, account, NINE),
        Err(AdminError::NoContact { .. })
    ));
    assert!(admin::erase_contact(office, contact, NINE).unwrap().file_is_clean);
    let history: Vec<_> = ada.history(note).unwrap();
    assert_eq!(
        history.len(),
        2,
        "the note keeps its own history, and so does the office"
    );
}

#[test]
fn no_word_of_a_contact_is_in_the_files_of_the_office() {
    let world = World::new(99);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let contact = Fields::new().with("name", NAME);
    let contact = ada.add(Kind::Contact, &contact).unwrap().id;
    for n in 0..20 {
        ada.set_field(contact, "phone", format!("{NAME} {n}")).unwrap();
        ada.sync_now(&wire, None).unwrap();
    }
    assert!(is_in_file(&world.server_file(), NAME));
    assert!(
        admin::erase_contact(world.office(), contact, NINE)
            .unwrap()
            .file_is_clean
    );
    assert!(!is_in_file(&world.server_file(), NAME));
}

#[test]
fn a_phone_that_comes_back_from_a_backup_brings_no_contact_back() {
    let world = World::new(100);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let contact = ada
        .add(Kind::Contact, &Fields::new().with("name", NAME))
        .unwrap()
        .id;
    ada.sync_now(&wire, None).unwrap();
    let copy = world.folder().join("old.db");
    let file = world.folder().join("phone-0.db");
    rusqlite::Connection::open(file)
        .unwrap()
        .execute("VACUUM INTO ?1", [copy.to_str().unwrap()])
        .unwrap();
    admin::erase_contact(world.office(), contact, NINE).unwrap();
    ada.sync_now(&wire, None).unwrap();
    drop(ada);
    let old = Book::open(world.options("old.db", world.clock.clone())).unwrap();
    old.set_field(contact, "phone", "1").unwrap();
    old.sync_now(&wire, None).unwrap();
    assert!(old.record(contact).is_err());
    assert!(old.refused(10).unwrap().is_empty());
    let (ben, ben_wire) = world.join("Ben", Role::Rep);
    ben.sync_now(&ben_wire, None).unwrap();
    assert!(ben.record(contact).is_err());
}
