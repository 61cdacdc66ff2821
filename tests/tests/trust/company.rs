//! A company over real sockets, and what the tests here share.

use fieldbook_core::book::{Book, Checkup, Deleted, Http, OpenOptions, Query, Status};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Record, Role};
use fieldbook_server::{Server, admin};
use tempfile::TempDir;

/// A running server with the territory "North", and a folder for books.
pub(crate) struct Company {
    pub(crate) folder: TempDir,
    pub(crate) server: Server,
}

impl Company {
    pub(crate) fn new() -> Company {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(&folder.path().join("office"), "127.0.0.1:0".parse().unwrap()).unwrap();
        admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
        Company { folder, server }
    }

    /// A code for a rep of "North", who is added if need be.
    pub(crate) fn code(&self, name: &str) -> String {
        let _ = admin::add_user(self.server.store(), name, Role::Rep, &["North"], &SystemRandom);
        let code = admin::issue_code(self.server.store(), name, SystemClock.now_ms(), &SystemRandom);
        code.unwrap().text
    }

    /// A book of a rep of "North", joined.
    pub(crate) fn join(&self, name: &str) -> Book {
        let book = self.open(name);
        let code = self.code(name);
        book.join(self.server.url(), &code, "phone", &Http::default())
            .unwrap();
        book
    }

    /// The book of this name, opened or made.
    pub(crate) fn open(&self, name: &str) -> Book {
        Book::open(OpenOptions::new(self.folder.path().join(format!("{name}.db")))).unwrap()
    }
}

pub(crate) fn shop(book: &Book, name: &str) -> Record {
    book.add(Kind::Account, &Fields::new().with("name", name))
        .unwrap()
}

pub(crate) fn quick(book: &Book) -> Status {
    book.status(Checkup::Quick).unwrap()
}

/// Everything in a book that does not depend on which phone it is.
pub(crate) fn contents(book: &Book) -> Vec<(RecordId, Fields, bool, u32)> {
    let mut all = Vec::new();
    for kind in Kind::ALL {
        for deleted in [Deleted::Hide, Deleted::Only] {
            let mut query = Query {
                deleted,
                ..Query::first(kind, 100)
            };
            loop {
                let page = book.page(&query).unwrap();
                query.after = page.records.last().map(|record| record.id);
                let records = page.records.into_iter();
                all.extend(
                    records.map(|record| (record.id, record.fields, record.deleted, record.conflicts)),
                );
                if !page.more {
                    break;
                }
            }
        }
    }
    all.sort_by_key(|(id, ..)| *id);
    all
}
