//! What is in the files of a book, and who may read them.

use std::path::{Path, PathBuf};

use fieldbook_core::book::Http;
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::model::{Fields, Kind, Scalar};
use fieldbook_server::admin;

use crate::company::{Company, quick, shop};

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// How often a word is in the files of a book, in upper or lower case.
fn occurrences(path: &Path, word: &str) -> usize {
    let files = ["", "-wal"].map(|suffix| beside(path, suffix));
    let found = files.iter().filter_map(|file| std::fs::read(file).ok());
    let windows = |bytes: Vec<u8>| {
        let same = |part: &&[u8]| part.eq_ignore_ascii_case(word.as_bytes());
        bytes.windows(word.len()).filter(same).count()
    };
    found.map(windows).sum()
}

#[test]
fn after_a_hand_over_no_word_of_what_left_is_in_the_files_of_an_open_book() {
    let company = Company::new();
    let store = company.server.store();
    admin::add_territory(store, "South", &SystemRandom).unwrap();
    let (ada, http) = (company.join("Ada"), Http::default());
    let mut going = Vec::new();
    for n in 0..40 {
        shop(&ada, &format!("Bakery {n}"));
        let account = shop(&ada, &format!("Zanzibar {n}"));
        let note = Fields::new()
            .with("account_id", Scalar::Id(account.id))
            .with("text", format!("Xylophone is ordered for the shop, number {n}"));
        ada.add(Kind::Note, &note).unwrap();
        going.push(account.id);
    }
    ada.sync_now(&http, None).unwrap();
    let path = ada.path().to_owned();
    let words = ["Zanzibar", "Xylophone"];
    for word in words {
        assert!(occurrences(&path, word) > 0, "{word}");
    }
    admin::hand_over(store, &going, "South", SystemClock.now_ms()).unwrap();
    assert_eq!(ada.sync_now(&http, None).unwrap().gone, 80);
    for word in words {
        assert_eq!(occurrences(&path, word), 0, "{word}");
    }
    assert!(occurrences(&path, "Bakery") > 0);
    assert_eq!(ada.search("bakery", None, 100).unwrap().len(), 40);
    assert!(ada.search("zanzibar", None, 100).unwrap().is_empty());
    assert_eq!(quick(&ada).unsent, 0);
}

#[cfg(unix)]
#[test]
fn the_files_of_books_and_servers_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let company = Company::new();
    let (ada, http) = (company.join("Ada"), Http::default());
    shop(&ada, "Corner shop");
    ada.sync_now(&http, None).unwrap();
    let path = ada.path().to_owned();
    let office = company.folder.path().join("office");
    let database = office.join("fieldbook.db");
    assert_eq!(mode(&office), 0o700);
    for file in [
        path.clone(),
        beside(&path, "-wal"),
        beside(&path, "-lock"),
        database.clone(),
        beside(&database, "-wal"),
    ] {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    // Files of earlier versions are narrowed when they are opened.
    drop(ada);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    let ada = company.open("Ada");
    assert_eq!(mode(ada.path()), 0o600);
}
