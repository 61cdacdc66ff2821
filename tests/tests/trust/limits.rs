//! Limits as a phone meets them: too many requests are a matter of later, and cost nothing.

use std::time::Duration;

use fieldbook_core::book::{Book, Http, OpenOptions, SyncError};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_model::wire::ProtocolError;
use fieldbook_server::{Config, Limits, Rate, Server, admin};

use crate::company::{quick, shop};

const BUSY: SyncError = SyncError::Refused(ProtocolError::Busy);

fn serve(folder: &std::path::Path, limits: Limits) -> Server {
    let any_port = "127.0.0.1:0".parse().unwrap();
    let server = Server::start_with(Config {
        limits,
        ..Config::new(&folder.join("office"), any_port)
    })
    .unwrap();
    admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
    for name in ["Ada", "Ben"] {
        admin::add_user(server.store(), name, Role::Rep, &["North"], &SystemRandom).unwrap();
    }
    server
}

fn book(folder: &std::path::Path, name: &str) -> Book {
    Book::open(OpenOptions::new(folder.join(format!("{name}.db")))).unwrap()
}

fn code(server: &Server, name: &str) -> String {
    let code = admin::issue_code(server.store(), name, SystemClock.now_ms(), &SystemRandom);
    code.unwrap().text
}

#[test]
fn a_device_that_syncs_too_often_waits_loses_nothing_and_holds_nobody_back() {
    let folder = tempfile::tempdir().unwrap();
    let limits = Limits {
        syncs: Rate {
            burst: 4,
            every: Duration::from_secs(1),
        },
        ..Limits::default()
    };
    let server = serve(folder.path(), limits);
    let (ada, ben, http) = (
        book(folder.path(), "ada"),
        book(folder.path(), "ben"),
        Http::default(),
    );
    for (book, name) in [(&ada, "Ada"), (&ben, "Ben")] {
        book.join(server.url(), &code(&server, name), "phone", &http)
            .unwrap();
    }
    shop(&ada, "Corner shop");
    let refused = (0..20).find_map(|_| ada.sync_now(&http, None).err()).unwrap();
    assert_eq!(refused, BUSY);
    assert!(refused.is_connection(), "a later attempt may succeed");
    shop(&ada, "Later");
    assert_eq!(ada.sync_now(&http, None), Err(BUSY));
    assert_eq!(quick(&ada).unsent, 1);
    ben.sync_now(&http, None).unwrap();
    std::thread::sleep(Duration::from_secs(2));
    assert_eq!(ada.sync_now(&http, None).unwrap().accepted, 1);
}

#[test]
fn who_guesses_codes_is_told_to_come_later_and_whoever_has_joined_syncs_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = serve(folder.path(), Limits::default());
    let (ada, guesser, http) = (
        book(folder.path(), "ada"),
        book(folder.path(), "guesser"),
        Http::default(),
    );
    ada.join(server.url(), &code(&server, "Ada"), "phone", &http)
        .unwrap();
    let guess = || {
        guesser
            .join(server.url(), "AAAA-BBBB-CCCC-DDDD", "phone", &http)
            .unwrap_err()
    };
    let told: Vec<_> = (0..30).map(|_| guess()).collect();
    let unknown = SyncError::Refused(ProtocolError::UnknownCode);
    assert_eq!(told.iter().filter(|why| **why == unknown).count(), 20);
    assert_eq!(told.last(), Some(&BUSY));
    ada.sync_now(&http, None).unwrap();
}
