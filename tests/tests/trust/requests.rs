//! Requests that were captured, that come late or twice, and devices of the first version of the protocol.

use std::sync::{Arc, Mutex};

use fieldbook_core::book::{Book, Http, SyncError};
use fieldbook_core::clock::{Clock, FixedClock};
use fieldbook_core::model::Role;
use fieldbook_core::sync::{Post, Reply, Transport, TransportError};
use fieldbook_model::wire::{self, ProtocolError, SIGNATURE_HEADER};
use fieldbook_tests::world::{NINE, World};

use crate::company::{Company, contents, quick, shop};

/// A request as it was seen on its way.
#[derive(Clone)]
struct Captured {
    path: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Captured {
    /// Sends it again, to the server at `url`.
    fn replay(&self, transport: &dyn Transport, url: &str) -> Reply {
        let headers: Vec<_> = self
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let post = Post {
            url: &format!("{url}{}", self.path),
            headers: &headers,
            body: &self.body,
            timeout: std::time::Duration::from_secs(9),
        };
        transport.post(post).unwrap()
    }
}

/// A transport on which somebody listens.
struct Tapped<'t>(&'t dyn Transport, Mutex<Vec<Captured>>);

impl Transport for Tapped<'_> {
    fn post(&self, post: Post<'_>) -> Result<Reply, TransportError> {
        let path = post.url.find("/v1/").unwrap();
        let headers = post.headers.iter();
        self.1.lock().unwrap().push(Captured {
            path: post.url[path..].to_owned(),
            headers: headers
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            body: post.body.to_vec(),
        });
        self.0.post(post)
    }
}

/// The last request of a sync of this book.
fn captured(book: &Book, transport: &dyn Transport) -> Captured {
    let tapped = Tapped(transport, Mutex::default());
    book.sync_now(&tapped, None).unwrap();
    tapped.1.into_inner().unwrap().pop().unwrap()
}

fn fault(reply: &Reply) -> Option<ProtocolError> {
    (reply.status != 200).then(|| wire::unpack(&reply.body).unwrap())
}

#[test]
fn a_captured_request_is_worth_nothing_again_later_or_elsewhere() {
    let (world, other) = (World::new(61), World::new(62));
    let (ada, wire) = world.join("Ada", Role::Rep);
    let request = captured(&ada, &wire);
    shop(&ada, "Later");
    ada.sync_now(&wire, None).unwrap();
    assert_eq!(
        fault(&request.replay(&wire, "http://office")),
        Some(ProtocolError::Replayed)
    );
    let mut late = captured(&ada, &wire);
    let proof = late
        .headers
        .iter_mut()
        .find(|(name, _)| name == SIGNATURE_HEADER)
        .unwrap();
    assert_eq!(proof.1.split(' ').next(), Some(NINE.to_string().as_str()));
    world.clock.advance(5 * 60_000 + 1);
    assert_eq!(
        fault(&late.replay(&wire, "http://office")),
        Some(ProtocolError::Stale)
    );
    let elsewhere = late.replay(&other.wire(), "http://office");
    assert_eq!(fault(&elsewhere), Some(ProtocolError::UnknownDevice));
    // With another time in its header it is not what was signed.
    let proof = late
        .headers
        .iter_mut()
        .find(|(name, _)| name == SIGNATURE_HEADER)
        .unwrap();
    proof.1 = proof
        .1
        .replace(&NINE.to_string(), &world.clock.now_ms().to_string());
    assert_eq!(
        fault(&late.replay(&wire, "http://office")),
        Some(ProtocolError::UnknownDevice)
    );
}

#[test]
fn a_request_signed_for_a_copy_of_the_database_with_another_identity_is_refused() {
    let world = World::new(63);
    let (ada, wire) = world.join("Ada", Role::Rep);
    let request = captured(&ada, &wire);
    let copy = World::continued(&world.back_up("copy"), 64, NINE);
    let connection = rusqlite::Connection::open(copy.server_file()).unwrap();
    connection
        .execute("UPDATE office SET id = randomblob(16)", [])
        .unwrap();
    let reply = request.replay(&copy.wire(), "http://office");
    assert_eq!(fault(&reply), Some(ProtocolError::UnknownDevice));
}

#[test]
fn a_phone_whose_clock_was_put_wrong_asks_for_the_time_and_syncs() {
    let world = World::new(65);
    let clock = Arc::new(FixedClock::at(NINE));
    let code = world.code("Ada", Role::Rep);
    let (ada, wire) = (world.phone(clock.clone()), world.wire());
    ada.join("http://office", &code, "phone", &wire).unwrap();
    for wrong_ms in [3 * 86_400_000, -400 * 86_400_000] {
        clock.set(NINE + wrong_ms);
        let id = shop(&ada, "Corner shop").id;
        let report = ada.sync_now(&wire, None).unwrap();
        assert!(report.refused.is_empty(), "{report:?}");
        assert!(!ada.record(id).unwrap().unsent);
    }
    let (bob, bob_wire) = world.join("Bob", Role::Rep);
    bob.sync_now(&bob_wire, None).unwrap();
    assert_eq!(contents(&ada), contents(&bob));
}

#[test]
fn over_a_socket_a_captured_request_is_refused_and_version_1_is_told_so() {
    let company = Company::new();
    let (http, ada) = (Http::default(), company.join("Ada"));
    let request = captured(&ada, &http);
    shop(&ada, "Later");
    ada.sync_now(&http, None).unwrap();
    let url = company.server.url();
    assert_eq!(fault(&request.replay(&http, url)), Some(ProtocolError::Replayed));
    let mut old = request.clone();
    for (name, value) in &mut old.headers {
        if name == SIGNATURE_HEADER {
            *value = "0f".repeat(64);
        }
    }
    let told = old.replay(&http, url);
    assert_eq!((told.status, fault(&told)), (426, Some(ProtocolError::Version)));
    old.headers.retain(|(name, _)| name == SIGNATURE_HEADER);
    let told = old.replay(&http, url);
    assert_eq!(
        fault(&told),
        Some(ProtocolError::Version),
        "also one that could not join"
    );
    // What was signed before the server was started is not answered, for nobody remembers it.
    let address = url.trim_start_matches("http://").parse().unwrap();
    let Company { folder, server } = company;
    server.stop().unwrap();
    let again = fieldbook_server::Server::start(&folder.path().join("office"), address).unwrap();
    assert_eq!(
        fault(&request.replay(&http, again.url())),
        Some(ProtocolError::Stale)
    );
    ada.sync_now(&http, None).unwrap();
}

/// A server of the first version: it knows neither `hello` nor this signature.
struct FirstVersion;

impl Transport for FirstVersion {
    fn post(&self, _: Post<'_>) -> Result<Reply, TransportError> {
        Ok(Reply {
            status: 400,
            body: wire::pack(&ProtocolError::Malformed),
        })
    }
}

#[test]
fn a_server_of_version_1_is_named_as_such_and_nothing_is_lost() {
    let world = World::new(66);
    let phone = world.phone(world.clock.clone());
    shop(&phone, "Corner shop");
    let refused = phone.join("http://old", "AAAA-BBBB", "phone", &FirstVersion);
    assert_eq!(refused.unwrap_err(), SyncError::Refused(ProtocolError::Version));
    assert_eq!(quick(&phone).unsent, 1);
}
