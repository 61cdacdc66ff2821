//! Opening a book.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicI64};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::identity::Identity;
use super::{Book, BookError, adopt, feed, recover};
use crate::store::{BookKey, Store, StoreError, Write};
use fieldbook_model::clock::{Clock, Random, SystemClock, SystemRandom};

/// Why a book could not be opened: that of the file.
pub type OpenError = StoreError;

/// The path of a book, and its sources of time and randomness.
#[derive(Clone)]
pub struct OpenOptions {
    /// The file; made when it is not there.
    pub path: PathBuf,
    /// The key of a book whose file is encrypted; a book that is not yet is encrypted in its place. Only with the cargo feature
    /// `sqlcipher`.
    pub key: Option<BookKey>,
    /// Source of the time.
    pub clock: Arc<dyn Clock>,
    /// True if the clock was given on the command line instead of read from the machine.
    pub time_given: bool,
    /// The source of ids and keys.
    pub random: Arc<dyn Random>,
    /// The longest wait for another process that has the book open.
    pub wait: Duration,
}

impl OpenOptions {
    /// The book at `path` by the machine's own clock and randomness, waiting five seconds for another process.
    pub fn new(path: impl Into<PathBuf>) -> OpenOptions {
        OpenOptions {
            path: path.into(),
            key: None,
            clock: Arc::new(SystemClock),
            time_given: false,
            random: Arc::new(SystemRandom),
            wait: Duration::from_secs(5),
        }
    }
}

impl std::fmt::Debug for OpenOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenOptions")
            .field("path", &self.path)
            .field("wait", &self.wait)
            .finish_non_exhaustive()
    }
}

impl Book {
    /// Opens a book, or makes one.
    ///
    /// A damaged file is moved aside, never deleted, and what can be read of it is in the book that opens in its place:
    /// [`recovery`](Book::recovery) tells.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while another process has it open; [`StoreError::NotABook`] and [`StoreError::Newer`] leave
    /// the file untouched, as do [`StoreError::WrongKey`] and [`StoreError::NoCipher`]; [`StoreError::ReadOnly`], [`StoreError::DiskFull`] and the like say what the device said.
    ///
    /// # Examples
    /// ```
    /// use fieldbook_book::{Book, OpenOptions};
    /// use fieldbook_model::{Fields, Kind};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-open");
    /// std::fs::create_dir_all(&folder)?;
    /// let book = Book::open(OpenOptions::new(folder.join("book.db")))?;
    /// let account = book.add(Kind::Account, &Fields::new().with("name", "Corner shop"))?;
    /// assert_eq!(book.record(account.id)?.title(), "Corner shop");
    /// # drop(book); std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open(options: OpenOptions) -> Result<Book, OpenError> {
        let (store, recovery) = match Store::open(&options.path, options.key.as_ref(), options.wait) {
            Err(StoreError::Damaged) => {
                let (store, recovery) = recover::recover(&options)?;
                (store, Some(recovery))
            }
            opened => (opened?, None),
        };
        adopt::adopt_all(&store)?;
        store.update_words()?;
        match store.purge_if_due() {
            // What could not be purged stays due, and is no reason to keep the rep out of the book.
            Err(error) if error != StoreError::Damaged => {}
            purged => purged?,
        }
        let identity = Identity::load(&store, options.random.as_ref())?;
        let news = Arc::new(feed::News::at(store.latest_change()));
        Ok(Book {
            store,
            clock: options.clock,
            random: options.random,
            time_given: options.time_given,
            identity: Mutex::new(identity),
            news,
            interrupted: AtomicBool::new(false),
            recorder_off: AtomicBool::new(false),
            planning: super::plan_progress::Planning::default(),
            packs: Mutex::default(),
            learned_travel: Mutex::default(),
            judged_since_ms: AtomicI64::new(0),
            syncing: Mutex::new(()),
            recovery,
            last_line: Mutex::default(),
        })
    }

    /// Opens a book whose file is encrypted under `key`, by the machine's own clock and randomness; makes one, or encrypts the one
    /// that is there in its place. The keystore of the host keeps the key: nobody can open the book without it.
    ///
    /// # Errors
    /// As [`open`](Book::open). [`StoreError::NoCipher`] without the cargo feature `sqlcipher`.
    ///
    /// # Examples
    /// ```
    /// use fieldbook_book::{Book, BookKey, StoreError};
    ///
    /// let folder = std::env::temp_dir().join("fieldbook-doc-key");
    /// # let _ = std::fs::remove_dir_all(&folder);
    /// std::fs::create_dir_all(&folder)?;
    /// let key = BookKey::from([7; 32]); // 32 random bytes from the keystore of the host
    /// match Book::open_with_key(folder.join("book.db"), key) {
    ///     Ok(book) => println!("{} is encrypted", book.path().display()),
    ///     Err(why) => assert_eq!(why, StoreError::NoCipher), // built without the feature
    /// }
    /// # std::fs::remove_dir_all(folder)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn open_with_key(path: impl Into<PathBuf>, key: BookKey) -> Result<Book, OpenError> {
        Book::open(OpenOptions {
            key: Some(key),
            ..OpenOptions::new(path)
        })
    }

    /// Encrypts an encrypted book under another key. The host keeps both keys until this returns: after a crash meanwhile, one of
    /// them opens the book.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] if the book is not encrypted; another [`StoreError`] leaves the old key.
    pub fn rekey(&self, key: &BookKey) -> Result<(), StoreError> {
        self.store.rekey(key)
    }

    /// Path of the book's file.
    pub fn path(&self) -> &std::path::Path {
        self.store.path()
    }

    /// Says whose book it is, before a server does.
    ///
    /// # Errors
    /// [`BookError`] when it cannot be kept.
    pub fn name_rep(&self, name: &str) -> Result<(), BookError> {
        if name.trim().is_empty() {
            return Err(BookError::BadRequest {
                what: "a rep has a name",
            });
        }
        let mut identity = self.identity();
        identity.rep = Some(name.trim().to_owned());
        self.transaction(|write| identity.save(write).map_err(BookError::from))?;
        self.set_identity(identity);
        Ok(())
    }

    /// Does one act and tells the feeds.
    pub(super) fn transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = self.store.transaction(work)?;
        self.news.moved(self.store.latest_change());
        Ok(done)
    }

    /// Does one act that the server can repeat and tells the feeds.
    pub(super) fn refetchable_transaction<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let done = self.store.refetchable_transaction(work)?;
        self.news.moved(self.store.latest_change());
        Ok(done)
    }

    /// Takes over a changed identity that an act has kept.
    pub(super) fn set_identity(&self, identity: Identity) {
        *self
            .identity
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner) = identity;
    }
}
