//! TLS of the server itself.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use fieldbook_server::{Config, ServeError, Server, TlsError, TlsFiles};
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

/// Makes a certificate for "localhost" and writes it with its key.
fn certify(folder: &Path) -> CertificateDer<'static> {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.join("cert.pem"), pair.cert.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), pair.signing_key.serialize_pem()).unwrap();
    pair.cert.der().clone()
}

fn start(folder: &Path) -> Result<Server, ServeError> {
    Server::start_with(Config {
        tls: Some(TlsFiles {
            certificate: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        }),
        ..Config::new(&folder.join("office"), "127.0.0.1:0".parse().unwrap())
    })
}

/// The answer of the server's health to a client that trusts this certificate alone.
fn health(server: &Server, trusted: &CertificateDer<'static>) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let session = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let socket = TcpStream::connect(server.url().trim_start_matches("https://")).unwrap();
    let mut stream = StreamOwned::new(session, socket);
    stream.write_all(b"GET /v1/health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

#[test]
fn the_server_speaks_tls_and_reads_a_renewed_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let first = certify(folder.path());
    let server = start(folder.path()).unwrap();
    assert!(server.url().starts_with("https://"));
    assert!(health(&server, &first).unwrap().contains("{\"ok\":true"));
    let second = certify(folder.path());
    assert!(health(&server, &second).is_err(), "not read yet");
    server.reload_tls().unwrap();
    assert!(health(&server, &second).unwrap().contains("{\"ok\":true"));
    assert!(health(&server, &first).is_err());
    std::fs::write(folder.path().join("key.pem"), "damaged").unwrap();
    assert!(matches!(server.reload_tls(), Err(TlsError::NoKey { .. })));
    assert!(
        health(&server, &second).unwrap().contains("{\"ok\":true"),
        "the last good one stays"
    );
}

#[test]
fn a_bad_pair_is_named_and_nothing_is_served() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(
        start(folder.path()),
        Err(ServeError::Tls(TlsError::File { .. }))
    ));
    assert!(!folder.path().join("office").exists(), "nothing is made");
    let serve = |extra: &[&str]| {
        let data = folder.path().join("office");
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldbook-server"));
        let command = command.args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            data.to_str().unwrap(),
        ]);
        command.args(extra).current_dir(folder.path()).output().unwrap()
    };
    let alone = serve(&["--tls-cert", "cert.pem"]);
    assert_eq!(alone.status.code(), Some(2), "a certificate needs its key");
    let absent = serve(&["--tls-cert", "cert.pem", "--tls-key", "key.pem"]);
    assert_eq!(absent.status.code(), Some(1));
    let told = String::from_utf8(absent.stderr).unwrap();
    assert!(told.contains("cert.pem cannot be read"), "{told}");
}
