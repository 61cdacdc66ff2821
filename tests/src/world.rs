//! A company in one thread: an office, phones, a clock that stands where it is put and a network that fails on purpose.
//!
//! Everything comes from one seed, so a failure is repeated by its number.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use fieldbook_core::book::{Book, OpenOptions};
use fieldbook_core::clock::{Clock, FixedClock, Random, SeededRandom};
use fieldbook_core::model::Role;
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::{self, DEVICE_HEADER, Proof, ProtocolError, SIGNATURE_HEADER};
use fieldbook_server::store::{FILE_NAME, Store};
use fieldbook_server::{admin, service};

/// Nine in the morning of 24 November 2026, UTC, in Unix milliseconds.
pub const NINE: i64 = 1_795_510_800_000;

/// The server's folder in that of the world.
const OFFICE: &str = "office";

/// An office with one territory, and the clock and chance that everybody shares.
pub struct World {
    folder: tempfile::TempDir,
    /// The office's clock.
    pub clock: Arc<FixedClock>,
    /// The source of all randomness.
    pub random: Arc<SeededRandom>,
    store: Arc<Store>,
    phones: AtomicU32,
}

/// A mishap of a message on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// Nothing: it arrives and so does its answer.
    None,
    /// There is no signal: not a byte of it leaves.
    Unreachable,
    /// It never arrives.
    Lost,
    /// It arrives, and its answer does not.
    AnswerLost,
    /// It arrives, and half of its answer does.
    AnswerCut,
    /// It arrives, and its answer is garbage.
    AnswerGarbled,
    /// Something in between answers 500.
    Failed,
}

/// A wire between one phone and the office.
pub struct Wire {
    store: Arc<Store>,
    clock: Arc<FixedClock>,
    random: Arc<SeededRandom>,
    mishaps: Mutex<Vec<Mishap>>,
}

impl World {
    /// A company of one territory, "North", in which all chance comes from `seed`.
    pub fn new(seed: u64) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let world = World::of(folder, seed, NINE);
        admin::add_territory(&world.store, "North", world.random.as_ref()).expect("a territory");
        world
    }

    /// The company whose server's database is `file`, which is copied, at `now_ms`.
    pub fn continued(file: &Path, seed: u64, now_ms: i64) -> World {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let office = folder.path().join(OFFICE);
        std::fs::create_dir(&office).expect("a folder in an empty one");
        std::fs::copy(file, office.join(FILE_NAME)).expect("a database that can be copied");
        World::of(folder, seed, now_ms)
    }

    fn of(folder: tempfile::TempDir, seed: u64, now_ms: i64) -> World {
        let (clock, random) = (
            Arc::new(FixedClock::at(now_ms)),
            Arc::new(SeededRandom::new(seed)),
        );
        let store = Store::open(&folder.path().join(OFFICE), random.as_ref()).expect("an office");
        World {
            folder,
            clock,
            random,
            store: Arc::new(store),
            phones: AtomicU32::new(0),
        }
    }

    /// The server's database.
    pub fn server_file(&self) -> PathBuf {
        self.folder.path().join(OFFICE).join(FILE_NAME)
    }

    /// The office's own store, for what an administrator does.
    pub fn office(&self) -> &Store {
        &self.store
    }

    /// Makes a backup of the server's database.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn back_up(&self, name: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        self.store.backup_to(&file).expect("a backup");
        file
    }

    /// Puts a backup back under the running server, row by row, as if its folder had been replaced.
    ///
    /// # Panics
    /// If the files cannot be read or written.
    pub fn put_back(&self, backup: &Path) {
        let connection = rusqlite::Connection::open(self.server_file()).expect("the server's file");
        let attach = "PRAGMA foreign_keys = OFF; ATTACH ?1 AS old";
        let (off, attach) = attach.split_once("; ").expect("two statements");
        connection.execute_batch(off).expect("a pragma");
        connection
            .execute(attach, [backup.to_str().expect("a path of the world")])
            .expect("a backup that can be read");
        let mut names = connection
            // The audit log lets nobody remove its lines.
            .prepare("SELECT name FROM old.sqlite_schema WHERE type = 'table' AND name <> 'audit'")
            .expect("a schema");
        let names = names.query_map([], |row| row.get::<_, String>(0)).expect("names");
        let copies: Vec<String> = names
            .map(|name| name.expect("a name"))
            .map(|name| format!("DELETE FROM main.{name}; INSERT INTO main.{name} SELECT * FROM old.{name};"))
            .collect();
        let copies = copies.concat();
        connection
            .execute_batch(&format!("BEGIN IMMEDIATE; {copies} COMMIT"))
            .expect("tables of one schema");
    }

    /// A folder for files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// A phone's empty book under a clock of its own, not joined yet.
    pub fn phone(&self, clock: Arc<FixedClock>) -> Book {
        let n = self.phones.fetch_add(1, Ordering::SeqCst);
        Book::open(self.options(&format!("phone-{n}.db"), clock)).expect("a book")
    }

    /// The options with which the book with this file name is opened.
    pub fn options(&self, name: &str, clock: Arc<FixedClock>) -> OpenOptions {
        OpenOptions {
            clock,
            random: self.random.clone(),
            wait: std::time::Duration::ZERO,
            ..OpenOptions::new(self.folder.path().join(name))
        }
    }

    /// A phone of a person of that name and role in "North", joined.
    pub fn join(&self, name: &str, role: Role) -> (Book, Wire) {
        self.join_in(name, role, &["North"])
    }

    /// A phone of a person of that name and role in these territories, joined.
    pub fn join_in(&self, name: &str, role: Role, territories: &[&str]) -> (Book, Wire) {
        let code = self.code_in(name, role, territories);
        let (book, wire) = (self.phone(self.clock.clone()), self.wire());
        book.join("http://office", &code, "phone", &wire).expect("a join");
        (book, wire)
    }

    /// A join code for a person of that name and role in "North".
    pub fn code(&self, name: &str, role: Role) -> String {
        self.code_in(name, role, &["North"])
    }

    fn code_in(&self, name: &str, role: Role, territories: &[&str]) -> String {
        // A person who is there already only gets another code.
        let _ = admin::add_user(&self.store, name, role, territories, self.random.as_ref());
        let code = admin::issue_code(&self.store, name, self.clock.now_ms(), self.random.as_ref());
        code.expect("a code").text
    }

    /// A wire to the office on which nothing goes wrong until it is told to.
    pub fn wire(&self) -> Wire {
        Wire {
            store: self.store.clone(),
            clock: self.clock.clone(),
            random: self.random.clone(),
            mishaps: Mutex::new(Vec::new()),
        }
    }
}

impl Wire {
    /// Sets the mishaps of the next messages, the first one first.
    pub fn expect(&self, mishaps: &[Mishap]) {
        let mut coming = self.mishaps.lock().unwrap_or_else(PoisonError::into_inner);
        *coming = mishaps.iter().rev().copied().collect();
    }

    /// The office's answer.
    fn answer(&self, post: &Post<'_>) -> Reply {
        let header = |wanted: &str| {
            post.headers
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| *value)
        };
        let now_ms = self.clock.now_ms();
        if is_hello(post) {
            return match service::hello(&self.store, now_ms) {
                Ok(told) => Reply {
                    status: 200,
                    body: wire::pack(&told),
                },
                Err(failure) => fault(failure.to_fault()),
            };
        }
        let unsigned = Proof {
            time_ms: 0,
            nonce: [0; 8],
            signature: [0; 64],
        };
        let proof = header(SIGNATURE_HEADER).and_then(|text| text.parse().ok());
        let proof = proof.unwrap_or(unsigned);
        let answered = if post.url.ends_with("/v1/join") {
            service::join(&self.store, post.body, &proof, now_ms, self.random.as_ref())
                .map(|r| wire::pack(&r))
        } else {
            let device = header(DEVICE_HEADER).and_then(|text| text.parse().ok());
            let device = device.unwrap_or(fieldbook_core::ids::DeviceId([0; 16]));
            service::sync(&self.store, device, &proof, post.body, now_ms).map(|r| wire::pack(&r))
        };
        match answered {
            Ok(body) => Reply { status: 200, body },
            Err(failure) => fault(failure.to_fault()),
        }
    }
}

fn fault(fault: ProtocolError) -> Reply {
    Reply {
        status: fault.status(),
        body: wire::pack(&fault),
    }
}

/// True for the question of who a server is, which comes before a join and has no mishaps of its own.
fn is_hello(post: &Post<'_>) -> bool {
    post.url.ends_with("/v1/hello")
}

impl Transport for Wire {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        if is_hello(&post) {
            return Ok(self.answer(&post));
        }
        let mishap = self
            .mishaps
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
            .unwrap_or(Mishap::None);
        if mishap == Mishap::Unreachable {
            return Err(TransportError::Unreachable);
        }
        if mishap == Mishap::Lost {
            return Err(TransportError::NoConnection);
        }
        if mishap == Mishap::Failed {
            return Ok(Reply {
                status: 502,
                body: b"<html>Bad Gateway</html>".to_vec(),
            });
        }
        let mut reply = self.answer(&post);
        match mishap {
            Mishap::AnswerLost => return Err(TransportError::TimedOut),
            Mishap::AnswerCut => reply.body.truncate(reply.body.len() / 2),
            Mishap::AnswerGarbled => self.random.fill(&mut reply.body),
            Mishap::None | Mishap::Unreachable | Mishap::Lost | Mishap::Failed => {}
        }
        Ok(reply)
    }
}
