//! Servers that answer what no server of ours answers.

use std::time::Duration;

use fieldbook_core::book::SyncError;
use fieldbook_core::clock::{Clock, Random, SeededRandom, SystemClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_core::sync::http::Http;
use fieldbook_server::{Server, admin};

use crate::proxy::{Manner, Proxy, http};
use crate::test_device::TestDevice;

/// A real office, and a proxy before it.
pub(crate) struct Office {
    _folder: tempfile::TempDir,
    pub(crate) server: Server,
    pub(crate) proxy: Proxy,
}

impl Office {
    pub(crate) fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap()).unwrap();
        admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
        Office {
            proxy: Proxy::before(server.url()),
            server,
            _folder: folder,
        }
    }

    pub(crate) fn code_for(&self, name: &str) -> String {
        let store = self.server.store();
        // A person who is there already only gets another code.
        let _ = admin::add_user(store, name, Role::Rep, &["North"], &SystemRandom);
        admin::issue_code(store, name, SystemClock.now_ms(), &SystemRandom)
            .unwrap()
            .text
    }

    /// A device whose book has joined through the proxy, and synced.
    pub(crate) fn device_of(&self, name: &str) -> TestDevice {
        let device = TestDevice::new();
        device.done(&["join", &self.proxy.url, &self.code_for(name)]);
        device.done(&["sync"]);
        device
    }
}

fn garbage(bytes: usize) -> Vec<u8> {
    let mut garbage = vec![0; bytes];
    SeededRandom::new(1).fill(&mut garbage);
    garbage
}

fn bomb() -> Vec<u8> {
    zstd::bulk::compress(&vec![0; 64 << 20], 3).unwrap()
}

/// The server's behaviour, its description, the exit code of the command, and its error code.
type Case = (&'static str, Manner, i32, &'static str);

fn says(status: &str, body: &[u8]) -> Manner {
    Manner::Says(http(status, body))
}

const HTML: &[u8] = b"<html><h1>It works!</h1></html>";

fn matrix() -> Vec<Case> {
    let mut cases = nonsense();
    cases.extend(refusals());
    cases
}

/// Answers that are none.
fn nonsense() -> Vec<Case> {
    vec![
        ("it closes at once", Manner::Closes, 3, "no_connection"),
        (
            "it takes all and answers nothing",
            Manner::Swallows,
            3,
            "no_connection",
        ),
        ("it gives half of the answer", Manner::Halves, 3, "no_connection"),
        ("it speaks no HTTP", Manner::Says(garbage(2_000)), 1, "bad_answer"),
        (
            "its body is garbage",
            says("200 OK", &garbage(2_000)),
            1,
            "bad_answer",
        ),
        ("it is a web site", says("200 OK", HTML), 1, "bad_answer"),
        ("its body is empty", says("200 OK", b""), 1, "bad_answer"),
        (
            "its body has 100 MB",
            Manner::Says(http("200 OK", &vec![b'x'; 100 << 20])),
            1,
            "bad_answer",
        ),
        (
            "its body is a zstd bomb",
            says("200 OK", &bomb()),
            1,
            "bad_answer",
        ),
        ("it answers another request", Manner::Replays, 1, "bad_answer"),
    ]
}

/// Answers that say no.
fn refusals() -> Vec<Case> {
    vec![
        (
            "it fails",
            says("500 Internal Server Error", HTML),
            3,
            "server_failed",
        ),
        (
            "what is before it fails",
            says("502 Bad Gateway", b""),
            3,
            "server_failed",
        ),
        (
            "it is being mended",
            says("503 Service Unavailable", HTML),
            3,
            "server_failed",
        ),
        (
            "it is another server",
            says("404 Not Found", HTML),
            1,
            "server_failed",
        ),
        (
            "it wants a password",
            says("401 Unauthorized", HTML),
            1,
            "server_failed",
        ),
        (
            "it sends us elsewhere",
            Manner::Says(
                b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:9/\r\nContent-Length: 0\r\n\r\n".to_vec(),
            ),
            1,
            "server_failed",
        ),
    ]
}

#[test]
fn whatever_a_server_answers_nothing_is_lost_and_the_next_sync_brings_everything() {
    let office = Office::new();
    let (ada, ben) = (office.device_of("Ada"), office.device_of("Ben"));
    let mut made = 0;
    for (what, manner, exit, code) in matrix() {
        ada.shop(what);
        made += 1;
        office.proxy.behave(manner);
        let ran = ada.run(&["sync"]);
        assert_eq!(ran.told(), (exit, code), "{what}: {ran:?}");
        assert_eq!(ada.done(&["status"])["unsent"], 1, "{what}");
        ada.assert_sound();
        office.proxy.behave(Manner::Honest);
        let report = ada.done(&["sync"]);
        assert_eq!(
            (&report["sent"], &report["refused"]),
            (&1.into(), &serde_json::json!([])),
            "{what}"
        );
        ben.done(&["sync"]);
        assert_eq!((ada.accounts(), ben.accounts()), (made, made), "{what}");
    }
}

#[test]
fn an_answer_to_an_earlier_push_acknowledges_nothing() {
    let office = Office::new();
    let (ada, ben) = (office.device_of("Ada"), office.device_of("Ben"));
    ada.shop("first");
    // What is kept in mind is the answer to a push of one change of one record.
    let push = || {
        let book = ada.open();
        book.sync_now(&Http::default(), None).map(|_| ())
    };
    push().unwrap();
    ada.shop("second");
    office.proxy.behave(Manner::Replays);
    assert_eq!(push(), Err(SyncError::BadAnswer));
    assert_eq!(ada.done(&["status"])["unsent"], 1);
    office.proxy.behave(Manner::Honest);
    ada.done(&["sync"]);
    ben.done(&["sync"]);
    assert_eq!((ada.accounts(), ben.accounts()), (2, 2));
}

#[test]
fn a_server_that_hangs_is_given_up_at_the_deadline() {
    let office = Office::new();
    let ada = office.device_of("Ada");
    ada.shop("Corner shop");
    office.proxy.behave(Manner::Hangs);
    let book = ada.open();
    let hung = book.sync_now(&Http::default(), Some(Duration::from_millis(300)));
    assert_eq!(hung, Err(SyncError::TimedOut));
    assert!(SyncError::TimedOut.is_connection(), "the command ends with 3");
    drop(book);
    office.proxy.behave(Manner::Honest);
    assert_eq!(ada.done(&["sync"])["accepted"], 1);
}

#[test]
fn a_join_that_is_answered_badly_can_be_done_again_with_the_same_code() {
    let office = Office::new();
    for (name, manner, exit, code) in [
        ("Ada", Manner::Swallows, 3, "no_connection"),
        ("Ben", Manner::Halves, 3, "no_connection"),
        (
            "Cem",
            Manner::Says(http("200 OK", &garbage(500))),
            1,
            "bad_answer",
        ),
        (
            "Dot",
            Manner::Says(http("500 Internal Server Error", b"")),
            3,
            "server_failed",
        ),
    ] {
        let (device, text) = (TestDevice::new(), office.code_for(name));
        device.shop("made before");
        office.proxy.behave(manner);
        let ran = device.run(&["join", &office.proxy.url, &text]);
        assert_eq!(ran.told(), (exit, code), "{name}: {ran:?}");
        office.proxy.behave(Manner::Honest);
        assert_eq!(device.done(&["join", &office.proxy.url, &text])["rep"], name);
        assert_eq!(device.done(&["sync"])["accepted"], 1);
    }
}
