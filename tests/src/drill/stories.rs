//! What an IT department does before it signs: it lets phones go and come back, captures requests, and looks at what was done.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use fieldbook_core::book::{Book, Http, OpenOptions, SyncError, WhyKept};
use fieldbook_core::clock::{Clock as _, FixedClock, SystemClock};
use fieldbook_core::model::{Fields, Kind};
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::ProtocolError;
use serde_json::Value;

use super::Options;
use super::office::{DrillError, Office, hold, not_held, shop, stuck, sync};

/// An hour in milliseconds.
const HOUR_MS: i64 = 3_600_000;

fn refused(book: &Book) -> Option<ProtocolError> {
    match book.sync_now(&Http::default(), None) {
        Err(SyncError::Refused(fault)) => Some(fault),
        _ => None,
    }
}

/// The id that the list of devices shows for a person.
pub(super) fn device_of(office: &Office, name: &str) -> Result<String, DrillError> {
    let listed = office.admin(&["--json", "device", "list"])?;
    let mut devices = listed
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let device = devices.find(|device| device["user"] == name);
    let id = device.as_ref().and_then(|device| device["id"].as_str());
    id.map(str::to_owned)
        .ok_or_else(|| not_held(format!("{name} has no device")))
}

/// A phone is revoked and comes back with a new code; what it had not sent goes out.
pub(super) fn rejoin(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    sync(&ada)?;
    office.admin(&["device", "revoke", &device_of(&office, "Ada")?])?;
    let made = shop(&ada, "Made offline")?;
    hold(refused(&ada) == Some(ProtocolError::Revoked), || {
        "a revoked phone syncs".to_owned()
    })?;
    office.join(&ada, "Ada")?;
    sync(&ada)?;
    let ben = office.rep("Ben", "North")?;
    sync(&ben)?;
    hold(ben.record(made).is_ok() && stuck(&ada)? == 0, || {
        "an edit is lost".to_owned()
    })?;
    Ok("revoked, joined again, 1 edit made meanwhile arrived".to_owned())
}

/// A transport on which somebody listens.
struct Tapped(Http, Mutex<Option<Captured>>);

/// A request as it was seen on its way: address, headers, body.
type Captured = (String, Vec<(String, String)>, Vec<u8>);

impl Transport for Tapped {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let headers = post.headers.iter();
        let headers = headers.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let captured = (post.url.to_owned(), headers.collect(), post.body.to_vec());
        *self.1.lock().unwrap_or_else(PoisonError::into_inner) = Some(captured);
        self.0.post(post)
    }
}

/// A captured request is sent once more, and after a restart of the server.
pub(super) fn replay(options: &Options) -> Result<String, DrillError> {
    let mut office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    let tapped = Tapped(Http::default(), Mutex::default());
    ada.sync_now(&tapped, None)?;
    let captured = tapped.1.into_inner().unwrap_or_else(PoisonError::into_inner);
    let (url, headers, body) = captured.ok_or_else(|| not_held("nothing was sent"))?;
    let send = || {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let post = Post {
            url: &url,
            headers: &headers,
            body: &body,
            timeout: std::time::Duration::from_secs(10),
        };
        Http::default()
            .post(post)
            .map(|reply| reply.status)
            .map_err(not_held)
    };
    let again = send()?;
    office.kill()?;
    office.start()?;
    let later = send()?;
    hold((again, later) == (409, 401), || {
        format!("answers {again} and {later}")
    })?;
    sync(&ada)?;
    Ok("a captured request: 409, and 401 after a restart".to_owned())
}

/// A person leaves.
pub(super) fn leaver(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    shop(&ada, "Corner shop")?;
    sync(&ada)?;
    let code = office.admin(&["user", "code", "Ada"])?;
    office.admin(&["user", "disable", "Ada"])?;
    hold(refused(&ada) == Some(ProtocolError::Revoked), || {
        "a leaver syncs".to_owned()
    })?;
    let joined = office
        .book("second")?
        .join(&office.url(), &code, "second", &Http::default());
    hold(joined.is_err(), || "a leaver's code lets in".to_owned())?;
    let (exit, _) = office.run(&["admin", "user", "code", "Ada"], &office.data())?;
    hold(exit == 1, || "a leaver gets a code".to_owned())?;
    Ok("the phone is told so, the unused code is void, no new one is issued".to_owned())
}

/// A former owner edits a kept copy under a clock that was set back.
pub(super) fn backdate(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    office.admin(&["user", "add", "Ada", "--role", "rep", "--territory", "North"])?;
    let clock = Arc::new(FixedClock::at(SystemClock.now_ms()));
    let open = |file: &Path| {
        Book::open(OpenOptions {
            clock: clock.clone(),
            ..OpenOptions::new(file)
        })
    };
    let ada = open(&office.path("Ada.db"))?;
    office.join(&ada, "Ada")?;
    let account = shop(&ada, "Corner shop")?;
    sync(&ada)?;
    let copy = office.path("kept.db");
    rusqlite::Connection::open(office.path("Ada.db"))?
        .execute("VACUUM INTO ?1", [copy.to_string_lossy().into_owned()])?;
    office.admin(&["hand-over", &account.to_string(), "--to", "South"])?;
    sync(&ada)?;
    let kept = open(&copy)?;
    clock.set(SystemClock.now_ms() - HOUR_MS);
    kept.set_field(account, "phone", "forged").map_err(not_held)?;
    clock.set(SystemClock.now_ms());
    // Whatever the answer: what counts is what the office has.
    let _ = kept.sync_now(&Http::default(), None);
    let late = office.admin(&["--json", "late"])?;
    hold(late.is_empty(), || "the edit was taken".to_owned())?;
    Ok("the edit was not taken".to_owned())
}

/// A change that was made after a hand-over is applied, field by field, by commands.
pub(super) fn parked(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "South")?);
    let account = shop(&ada, "Corner shop")?;
    sync(&ada)?;
    office.admin(&["hand-over", &account.to_string(), "--to", "South"])?;
    // The clocks of phone and server agree to some milliseconds; the edit is to be later by both.
    std::thread::sleep(Duration::from_secs(1));
    let patch = Fields::new().with("phone", "111").with("tier", "A");
    ada.set(account, &patch).map_err(not_held)?;
    sync(&ada)?;
    let listed: Value = serde_json::from_str(&office.admin(&["--json", "parked"])?).unwrap_or_default();
    let id = listed["id"].as_str().unwrap_or_default().to_owned();
    hold(listed["waits_for"][0] == "Ben", || format!("listed is {listed}"))?;
    office.admin(&["parked", "apply", &id, "--field", "phone"])?;
    office.admin(&["parked", "discard", &id])?;
    sync(&ben)?;
    sync(&ada)?;
    let fields = ben.record(account).map_err(not_held)?.fields;
    hold(
        fields.text("phone") == Some("111") && fields.text("tier").is_none(),
        || format!("the record has {fields:?}"),
    )?;
    let told = ada.refused(1).map_err(not_held)?;
    hold(
        told.first().is_some_and(|edit| edit.why == WhyKept::Partly),
        || "the author is not told".to_owned(),
    )?;
    Ok("one field applied, one discarded, the author told".to_owned())
}

/// Somebody takes a line out of the audit log.
pub(super) fn audit(options: &Options) -> Result<String, DrillError> {
    let mut office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    sync(&ada)?;
    let verified: Value =
        serde_json::from_str(&office.admin(&["--json", "audit", "verify"])?).unwrap_or_default();
    hold(verified["ok"] == true, || {
        format!("a log that nobody touched: {verified}")
    })?;
    office.kill()?;
    let database = rusqlite::Connection::open(office.data().join("fieldbook.db"))?;
    database.execute_batch("DROP TRIGGER audit_is_not_cut; DELETE FROM audit WHERE n = 2")?;
    drop(database);
    let (exit, told) = office.run(&["admin", "--json", "audit", "verify"], &office.data())?;
    hold(exit == 1 && told.contains("\"unchained\""), || told)?;
    Ok(format!(
        "{} lines hold; one that was removed is found",
        verified["lines"]
    ))
}

/// A contact is erased while a phone holds an unsent edit of it.
pub(super) fn erase(options: &Options) -> Result<String, DrillError> {
    const NAME: &str = "Wilhelmina Zweistein";
    let mut office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "North")?);
    let contact = Fields::new().with("name", NAME);
    let contact = ada.add(Kind::Contact, &contact).map_err(not_held)?.id;
    sync(&ada)?;
    sync(&ben)?;
    ben.set_field(contact, "phone", "1").map_err(not_held)?;
    office.admin(&["erase", &contact.to_string()])?;
    sync(&ben)?;
    sync(&ada)?;
    let held = [&ada, &ben]
        .into_iter()
        .filter(|book| book.record(contact).is_ok())
        .count();
    hold(held == 0, || format!("{held} phones hold the contact"))?;
    office.kill()?;
    for file in std::fs::read_dir(office.data())? {
        let bytes = std::fs::read(file?.path())?;
        let found = bytes.windows(NAME.len()).any(|part| part == NAME.as_bytes());
        hold(!found, || "the name is in a file of the server".to_owned())?;
    }
    Ok("gone from the server's files and from two phones, one with an unsent edit".to_owned())
}

/// A mistyped folder, and a certificate without its key.
pub(super) fn doors(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let mistyped = office.path("offise");
    let (exit, told) = office.run(&["admin", "territory", "list"], &mistyped)?;
    hold(exit == 1 && told.contains("offise") && !mistyped.exists(), || {
        told
    })?;
    let no_pair = ["serve", "--tls-cert", "none.pem", "--tls-key", "none.pem"];
    let (exit, told) = office.run(&no_pair, &mistyped)?;
    hold(
        exit == 1 && told.contains("none.pem") && !mistyped.exists(),
        || told,
    )?;
    Ok("a mistyped folder and a missing certificate are named, and nothing is made".to_owned())
}
