//! Two books and a real server.

use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_server::{Server, admin};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::device::{Ran, TestDevice};

struct Office {
    _folder: TempDir,
    server: Server,
}

impl Office {
    fn new() -> Office {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path(), "127.0.0.1:0".parse().unwrap()).unwrap();
        admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
        Office {
            _folder: folder,
            server,
        }
    }

    fn code_for(&self, name: &str) -> String {
        admin::add_user(self.server.store(), name, Role::Rep, &["North"], &SystemRandom).unwrap();
        admin::issue_code(self.server.store(), name, SystemClock.now_ms(), &SystemRandom)
            .unwrap()
            .text
    }

    /// A device whose book has joined.
    fn device_of(&self, name: &str) -> TestDevice {
        let device = TestDevice::new();
        let joined = by_the_clock(&device, &["join", self.server.url(), &self.code_for(name)]);
        assert_eq!((&joined["rep"], &joined["role"]), (&json!(name), &json!("rep")));
        device
    }
}

/// Runs a command with `--json` by the machine's clock, as the server does.
fn by_the_clock(device: &TestDevice, args: &[&str]) -> Value {
    let ran: Ran = device.command(args).arg("--json").output().unwrap().into();
    assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
    serde_json::from_str(&ran.out).unwrap()
}

#[test]
fn a_record_reaches_the_other_book() {
    let office = Office::new();
    let (ada, ben) = (office.device_of("Ada"), office.device_of("Ben"));
    let account = by_the_clock(&ada, &["add", "account", "name=Corner Shop"]);
    assert_eq!(account["unsent"], true);
    let report = by_the_clock(&ada, &["sync"]);
    assert_eq!(
        (&report["sent"], &report["accepted"], &report["refused"]),
        (&json!(1), &json!(1), &json!([]))
    );
    assert!(
        by_the_clock(&ben, &["sync", "--once"])["received"]
            .as_u64()
            .unwrap()
            >= 1
    );
    let there = by_the_clock(&ben, &["show", account["id"].as_str().unwrap()]);
    assert_eq!(
        (&there["title"], &there["unsent"]),
        (&json!("Corner Shop"), &json!(false))
    );
    assert_eq!(by_the_clock(&ada, &["status"])["unsent"], 0);
    let log: Ran = ada.command(&["log"]).output().unwrap().into();
    assert!(
        log.out.contains("sync: sent 1") && !log.out.contains("Corner"),
        "{log:?}"
    );
}

#[test]
fn a_value_that_lost_is_shown_and_brought_back() {
    let office = Office::new();
    let (ada, ben) = (office.device_of("Ada"), office.device_of("Ben"));
    let account = by_the_clock(&ada, &["add", "account", "name=Corner Shop"]);
    let id = account["id"].as_str().unwrap();
    by_the_clock(&ada, &["sync"]);
    by_the_clock(&ben, &["sync"]);
    by_the_clock(&ada, &["set", id, "phone=111"]);
    by_the_clock(&ben, &["set", id, "phone=222"]);
    by_the_clock(&ada, &["sync"]);
    by_the_clock(&ben, &["sync"]);
    by_the_clock(&ada, &["sync"]);
    let lost = by_the_clock(&ada, &["conflicts"]);
    assert_eq!(
        (&lost["shown"], &lost["lost"], &lost["lost_by"]),
        (&json!("222"), &json!("111"), &json!("Ada"))
    );
    let people: Ran = ada.command(&["conflicts"]).output().unwrap().into();
    assert!(
        people
            .out
            .contains(&format!("fieldbook restore {id} 'phone' --to ")),
        "{people:?}"
    );
    let restored = by_the_clock(
        &ada,
        &["restore", id, "phone", "--to", lost["change"].as_str().unwrap()],
    );
    assert_eq!(
        (&restored["phone"], &restored["conflicts"]),
        (&json!("111"), &json!(0))
    );
}

#[test]
fn without_a_connection_nothing_is_lost_and_the_exit_code_is_3() {
    let office = Office::new();
    let ada = office.device_of("Ada");
    by_the_clock(&ada, &["add", "account", "name=Shop"]);
    office.server.stop().unwrap();
    assert_eq!(ada.fails(3, &["sync"])["code"], "no_connection");
    assert_eq!(by_the_clock(&ada, &["status"])["unsent"], 1);
    let stranger = TestDevice::new();
    assert_eq!(
        stranger.fails(3, &["join", "http://127.0.0.1:9", "AAAA-BBBB"])["code"],
        "no_connection"
    );
    assert_eq!(
        stranger.fails(2, &["join", "the office", "AAAA-BBBB"])["code"],
        "bad_address"
    );
}

#[test]
fn a_code_serves_one_device() {
    let office = Office::new();
    let code = office.code_for("Ada");
    let (first, second) = (TestDevice::new(), TestDevice::new());
    by_the_clock(
        &first,
        &["join", office.server.url(), &code, "--device-name", "laptop"],
    );
    assert_eq!(
        second.fails(1, &["join", office.server.url(), &code])["code"],
        "code_used"
    );
    assert_eq!(
        second.fails(1, &["join", office.server.url(), "NOPE-NOPE"])["code"],
        "unknown_code"
    );
    assert_eq!(
        first.fails(1, &["join", office.server.url(), &code])["code"],
        "already_joined"
    );
    assert_eq!(second.fails(1, &["sync"])["code"], "not_joined");
}

#[cfg(unix)]
#[test]
fn a_watch_syncs_what_comes_up_and_ends_well_at_ctrl_c() {
    use std::io::{BufRead, BufReader};
    use std::process::{Command, Stdio};
    let office = Office::new();
    let ada = office.device_of("Ada");
    let mut watch = ada.command(&["sync", "--watch", "--every", "1", "--json"]);
    let mut watch = watch.stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(watch.stdout.take().unwrap()).lines();
    let mut sent = || -> Value {
        serde_json::from_str::<Value>(&lines.next().unwrap().unwrap()).unwrap()["sent"].clone()
    };
    assert_eq!(sent(), 0);
    by_the_clock(&ada, &["add", "task", "name=Call"]);
    assert_eq!(sent(), 1);
    assert!(
        Command::new("kill")
            .args(["-INT", &watch.id().to_string()])
            .status()
            .unwrap()
            .success()
    );
    assert_eq!(watch.wait().unwrap().code(), Some(0));
}
