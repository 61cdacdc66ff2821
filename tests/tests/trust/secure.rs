//! The phone's side of TLS, over real sockets: what it trusts, what it says of what it does not, and how long it listens.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;
use std::time::Duration;

use fieldbook_core::book::{Book, Http, Network, OpenOptions, SyncError};
use fieldbook_core::clock::{Clock, SystemClock, SystemRandom};
use fieldbook_core::model::Role;
use fieldbook_core::sync::{Post, Transport, TransportError};
use fieldbook_server::{Config, Server, TlsFiles, admin};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};

use crate::company::shop;

/// A company's own authority.
struct Authority {
    pem: String,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    fn new() -> Authority {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        Authority {
            pem,
            issuer: Issuer::new(params, key),
        }
    }

    /// Writes a certificate for `name`, valid until a year, and its key into `folder`.
    fn certify(&self, folder: &Path, name: &str, until: i32) -> TlsFiles {
        let mut params = CertificateParams::new(vec![name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let files = TlsFiles {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        };
        std::fs::write(&files.certificate, certificate.pem()).unwrap();
        std::fs::write(&files.key, key.serialize_pem()).unwrap();
        files
    }

    fn trusted(&self) -> Http {
        Http::new(Network {
            authorities: Some(self.pem.clone()),
            ..Network::default()
        })
        .unwrap()
    }
}

fn serve(folder: &Path, tls: TlsFiles) -> Server {
    Server::start_with(Config {
        tls: Some(tls),
        ..Config::new(&folder.join("office"), "127.0.0.1:0".parse().unwrap())
    })
    .unwrap()
}

fn address(server: &Server) -> String {
    let port = server.url().rsplit(':').next().unwrap();
    format!("https://localhost:{port}")
}

fn post(http: &Http, url: &str) -> Result<u16, TransportError> {
    let post = Post {
        url,
        headers: &[],
        body: &[],
        timeout: Duration::from_secs(20),
    };
    http.post(post).map(|reply| reply.status)
}

#[test]
fn a_phone_that_trusts_an_authority_of_its_own_company_joins_and_syncs_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::new();
    let server = serve(folder.path(), authority.certify(folder.path(), "localhost", 2090));
    admin::add_territory(server.store(), "North", &SystemRandom).unwrap();
    admin::add_user(server.store(), "Ada", Role::Rep, &["North"], &SystemRandom).unwrap();
    let code = admin::issue_code(server.store(), "Ada", SystemClock.now_ms(), &SystemRandom).unwrap();
    let book = Book::open(OpenOptions::new(folder.path().join("ada.db"))).unwrap();
    let (url, http) = (address(&server), authority.trusted());
    // The code is not used up by a phone that does not get as far as showing it.
    assert_eq!(
        book.join(&url, &code.text, "phone", &Http::default()).err(),
        Some(SyncError::Untrusted)
    );
    book.join(&url, &code.text, "phone", &http).unwrap();
    shop(&book, "Corner shop");
    assert_eq!(book.sync_now(&http, None).unwrap().accepted, 1);
    shop(&book, "Later");
    assert_eq!(book.sync_now(&Http::default(), None), Err(SyncError::Untrusted));
    assert_eq!(book.sync_now(&http, None).unwrap().accepted, 1);
}

#[test]
fn each_reason_against_a_certificate_is_said_as_such() {
    let authority = Authority::new();
    for (name, until, who, expected) in [
        ("localhost", 2090, authority.trusted(), Ok(200)),
        (
            "localhost",
            2020,
            authority.trusted(),
            Err(TransportError::Expired),
        ),
        (
            "other.example.com",
            2090,
            authority.trusted(),
            Err(TransportError::WrongName),
        ),
        (
            "localhost",
            2090,
            Authority::new().trusted(),
            Err(TransportError::Untrusted),
        ),
        ("localhost", 2090, Http::default(), Err(TransportError::Untrusted)),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let server = serve(folder.path(), authority.certify(folder.path(), name, until));
        let url = format!("{}/v1/hello", address(&server));
        assert_eq!(post(&who, &url), expected, "{name} until {until}");
    }
}

/// Answers one request on a port of its own with these bytes, one every `pause`.
fn answer(bytes: Vec<u8>, pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut stream, _): (TcpStream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 4096]);
        for byte in bytes {
            if stream.write_all(&[byte]).is_err() {
                return;
            }
            thread::sleep(pause);
        }
        let _ = stream.read(&mut [0; 1]);
    });
    format!("http://{address}/v1/hello")
}

fn patient_for(idle_ms: u64) -> Http {
    Http::new(Network {
        idle: Duration::from_millis(idle_ms),
        ..Network::default()
    })
    .unwrap()
}

#[test]
fn a_slow_answer_is_waited_for_and_a_silent_one_is_not() {
    let slow =
        b"HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n0123456789012345678901234567890123456789".to_vec();
    // Far longer in all than the longest silence.
    let url = answer(slow.clone(), Duration::from_millis(20));
    assert_eq!(post(&patient_for(1_000), &url), Ok(200));
    let stops = slow[..slow.len() - 20].to_vec();
    let url = answer(stops, Duration::ZERO);
    assert_eq!(post(&patient_for(200), &url), Err(TransportError::TimedOut));
    let url = answer(Vec::new(), Duration::ZERO);
    assert_eq!(post(&patient_for(200), &url), Err(TransportError::TimedOut));
}

#[test]
fn a_redirect_is_an_answer_and_is_not_followed() {
    let (there, second) = (TcpListener::bind("127.0.0.1:0").unwrap(), Duration::from_secs(1));
    let elsewhere = there.local_addr().unwrap();
    for status in [301, 302, 303, 307, 308] {
        let text =
            format!("HTTP/1.1 {status} M\r\nlocation: http://{elsewhere}/\r\ncontent-length: 0\r\n\r\n");
        let url = answer(text.into_bytes(), Duration::ZERO);
        assert_eq!(post(&patient_for(2_000), &url), Ok(status));
    }
    there.set_nonblocking(true).unwrap();
    thread::sleep(second / 10);
    assert!(there.accept().is_err(), "nobody has called there");
}

#[test]
fn a_call_from_an_async_runtime_gets_its_answer() {
    let text = b"HTTP/1.1 204 No\r\n\r\n".to_vec();
    let url = answer(text, Duration::ZERO);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    // The client is also dropped there.
    runtime.block_on(async { assert_eq!(post(&Http::default(), &url), Ok(204)) });
}

#[test]
fn plain_http_to_another_machine_is_refused_before_a_byte_leaves() {
    let http = Http::default();
    // An address for documentation (RFC 5737), where nobody answers.
    let there = "http://192.0.2.1:7373/v1/hello";
    assert_eq!(post(&http, there), Err(TransportError::PlainHttp));
    let ada = tempfile::tempdir().unwrap();
    let book = Book::open(OpenOptions::new(ada.path().join("ada.db"))).unwrap();
    assert_eq!(
        book.join("http://192.0.2.1:7373", "CODE", "phone", &http).err(),
        Some(SyncError::PlainHttp)
    );
}
