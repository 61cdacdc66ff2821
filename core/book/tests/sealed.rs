//! Books whose file is encrypted. The tests need the cargo feature `sqlcipher`, which builds OpenSSL: `cargo xtask sealed`.

#![allow(clippy::unwrap_used, reason = "a test fails where it says")]

use fieldbook_book::{Book, BookKey, StoreError};

#[cfg(not(feature = "sqlcipher"))]
#[test]
fn without_the_feature_a_key_is_refused_by_name_and_nothing_is_made() {
    println!("skipped: encryption is tested by `cargo xtask sealed`");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.db");
    let opened = Book::open_with_key(&path, BookKey::from([7; 32]));
    assert_eq!(opened.err(), Some(StoreError::NoCipher));
    assert!(!path.exists());
}

#[cfg(feature = "sqlcipher")]
mod sealed {
    use std::path::Path;
    use std::process::Command;
    use std::time::Duration;

    use fieldbook_book::{Book, BookKey, Checkup, OpenOptions, StoreError};
    use fieldbook_model::ids::RecordId;
    use fieldbook_model::{Fields, Kind};

    const WORD: &str = "Quillfeather";
    const KEY: [u8; 32] = [7; 32];
    const OTHER: [u8; 32] = [8; 32];

    fn with_key(path: &Path, key: [u8; 32]) -> Result<Book, StoreError> {
        Book::open_with_key(path, BookKey::from(key))
    }

    fn add(book: &Book, n: u32) -> RecordId {
        let fields = Fields::new().with("name", format!("{WORD} {n}"));
        book.add(Kind::Account, &fields).unwrap().id
    }

    /// The names of the files in a folder that hold a word, or that begin as an open file of `SQLite` does.
    fn open_text(folder: &Path) -> Vec<String> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let bytes = std::fs::read(entry.path()).unwrap();
            let says = bytes.windows(WORD.len()).any(|bytes| bytes == WORD.as_bytes());
            if says || bytes.starts_with(b"SQLite format 3") {
                found.push(entry.file_name().into_string().unwrap());
            }
        }
        found
    }

    #[test]
    fn no_word_of_an_encrypted_book_is_in_its_files_also_while_it_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let book = with_key(&path, KEY).unwrap();
        let ids: Vec<RecordId> = (0..200).map(|n| add(&book, n)).collect();
        assert_eq!(open_text(folder.path()), Vec::<String>::new());
        assert_eq!(book.status(Checkup::Thorough).unwrap().sound, Some(true));
        drop(book);
        assert_eq!(open_text(folder.path()), Vec::<String>::new());
        let book = with_key(&path, KEY).unwrap();
        assert_eq!(book.record(ids[199]).unwrap().title(), format!("{WORD} 199"));
        assert_eq!(book.search("quillf", None, 10).unwrap().len(), 10);
    }

    #[test]
    fn a_wrong_key_and_none_are_refused_and_touch_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let id = add(&with_key(&path, KEY).unwrap(), 1);
        let before = std::fs::read(&path).unwrap();
        assert_eq!(with_key(&path, OTHER).err(), Some(StoreError::WrongKey));
        assert_eq!(
            Book::open(OpenOptions::new(&path)).err(),
            Some(StoreError::WrongKey)
        );
        assert_eq!(std::fs::read(&path).unwrap(), before);
        // A copy without its lock file is no book of this program, and is not taken for a damaged one.
        let copy = folder.path().join("copy.db");
        std::fs::copy(&path, &copy).unwrap();
        assert_eq!(
            Book::open(OpenOptions::new(&copy)).err(),
            Some(StoreError::NotABook)
        );
        assert!(with_key(&copy, KEY).unwrap().record(id).is_ok());
        assert!(with_key(&path, KEY).unwrap().record(id).is_ok());
        assert_eq!(
            BookKey::try_from(&[1u8; 31][..]).err(),
            Some(StoreError::WrongKey)
        );
    }

    #[test]
    fn a_book_is_encrypted_in_its_place_with_all_that_is_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let book = Book::open(OpenOptions::new(&path)).unwrap();
        let id = add(&book, 1);
        book.set_field(id, "phone", "1").unwrap();
        let before = book.status(Checkup::Quick).unwrap();
        drop(book);
        // What an earlier attempt left.
        std::fs::write(folder.path().join("book.db-sealing"), format!("{WORD} cut short")).unwrap();
        let book = with_key(&path, KEY).unwrap();
        assert_eq!(open_text(folder.path()), Vec::<String>::new());
        let after = book.status(Checkup::Thorough).unwrap();
        assert_eq!(
            (after.unsent, after.records, after.sound),
            (before.unsent, before.records, Some(true))
        );
        assert_eq!(book.history(id).unwrap().len(), 2);
        assert_eq!(book.search("quill", None, 10).unwrap().len(), 1);
        drop(book);
        assert_eq!(
            Book::open(OpenOptions::new(&path)).err(),
            Some(StoreError::WrongKey)
        );
    }

    #[test]
    fn another_key_opens_the_book_after_a_rekey_and_the_old_one_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("book.db");
        let book = with_key(&path, KEY).unwrap();
        let id = add(&book, 1);
        book.rekey(&BookKey::from(OTHER)).unwrap();
        add(&book, 2);
        assert!(book.record(id).is_ok());
        drop(book);
        assert_eq!(with_key(&path, KEY).err(), Some(StoreError::WrongKey));
        let book = with_key(&path, OTHER).unwrap();
        assert!(book.record(id).is_ok());
        assert_eq!(open_text(folder.path()), Vec::<String>::new());
        drop(book);
        let open = folder.path().join("open.db");
        let book = Book::open(OpenOptions::new(&open)).unwrap();
        assert_eq!(book.rekey(&BookKey::from(KEY)), Err(StoreError::WrongKey));
    }

    /// The work of a process that is killed: it encrypts the book whose path is in the environment.
    #[test]
    #[ignore = "a process of its own, for the test below"]
    fn sealing_process() {
        if let Ok(path) = std::env::var("FIELDBOOK_TEST_SEAL") {
            drop(with_key(Path::new(&path), KEY).unwrap());
        }
    }

    #[test]
    fn a_process_that_is_killed_while_it_encrypts_a_book_loses_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let master = folder.path().join("master.db");
        let book = Book::open(OpenOptions::new(&master)).unwrap();
        let ids: Vec<RecordId> = (0..300).map(|n| add(&book, n)).collect();
        drop(book);
        let (mut cut_short, mut sealed) = (0, 0);
        for round in 0..40 {
            let path = folder.path().join(format!("book-{round}.db"));
            for suffix in ["", "-lock"] {
                let from = format!("{}{suffix}", master.display());
                std::fs::copy(from, format!("{}{suffix}", path.display())).unwrap();
            }
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", "sealed::sealing_process", "--ignored"])
                .env("FIELDBOOK_TEST_SEAL", &path)
                .stdout(std::process::Stdio::null())
                .spawn()
                .unwrap();
            std::thread::sleep(Duration::from_millis(round * 20));
            let _ = child.kill();
            child.wait().unwrap();
            if std::fs::read(&path).unwrap().starts_with(b"SQLite format 3") {
                cut_short += 1;
            } else {
                sealed += 1;
            }
            let book = with_key(&path, KEY).unwrap();
            assert!(ids.iter().all(|id| book.record(*id).is_ok()), "round {round}");
            assert_eq!(book.status(Checkup::Thorough).unwrap().unsent, 300);
        }
        println!("killed while the book was open text: {cut_short}, encrypted: {sealed}");
        assert!(cut_short > 0, "some are killed in time");
    }
}
