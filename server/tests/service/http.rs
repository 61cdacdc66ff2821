//! The server over HTTP.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use fieldbook_model::Role;
use fieldbook_model::clock::{Random as _, SystemRandom};
use fieldbook_model::wire::{
    BODY_BYTES_MAX, DEVICE_HEADER, Ends, HelloResponse, JoinRequest, JoinResponse, Proof, ProtocolError,
    SIGNATURE_HEADER, SyncResponse, VERSION, pack, unpack,
};
use fieldbook_server::{Server, admin};

use crate::device::{Phone, World};

fn any_port() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder()
        .http_status_as_error(false)
        .timeout_global(Some(Duration::from_secs(20)))
        .build()
        .into()
}

/// Posts a signed body and returns the status and body of the answer.
fn post(agent: &ureq::Agent, url: &str, phone: &Phone, body: &[u8]) -> (u16, Vec<u8>) {
    let (server, path) = url.rsplit_once("/v").unwrap();
    let mut told = agent.post(format!("{server}/v1/hello")).send_empty().unwrap();
    let told: HelloResponse = unpack(&told.body_mut().read_to_vec().unwrap()).unwrap();
    let ends = Ends {
        device: (path == "1/sync").then_some(phone.device),
        server: told.server,
    };
    let mut nonce = [0; 8];
    SystemRandom.fill(&mut nonce);
    let proof = Proof::sign(&phone.secret, &ends, told.now_ms, nonce, body);
    let mut response = agent
        .post(url)
        .header(DEVICE_HEADER, phone.device.to_string())
        .header(SIGNATURE_HEADER, proof.to_string())
        .send(body)
        .unwrap();
    (
        response.status().as_u16(),
        response.body_mut().read_to_vec().unwrap(),
    )
}

#[test]
fn a_device_joins_syncs_and_hears_faults_over_http() {
    let world = World::new();
    world.person("Ann", Role::Rep, &["North"]);
    let server = Server::start(world.dir.path(), any_port()).unwrap();
    let (agent, url) = (agent(), server.url().to_owned());
    let mut phone = Phone::new(&world);
    let now_ms = fieldbook_model::clock::Clock::now_ms(&fieldbook_model::clock::SystemClock);
    let join = JoinRequest {
        version: VERSION,
        code: admin::issue_code(server.store(), "Ann", now_ms, &world.random)
            .unwrap()
            .text,
        key: phone.key(),
        actor: phone.actor,
        device_name: "phone".to_owned(),
        chain_key: None,
    };
    let (status, body) = post(&agent, &format!("{url}/v1/join"), &phone, &pack(&join));
    assert_eq!(status, 200);
    let joined: JoinResponse = unpack(&body).unwrap();
    (phone.device, phone.home) = (joined.device, joined.home);

    phone.account(&world, "Corner shop");
    let request = phone.request();
    let (status, body) = post(&agent, &format!("{url}/v1/sync"), &phone, &pack(&request));
    assert_eq!(status, 200);
    let response: SyncResponse = unpack(&body).unwrap();
    phone.apply(&request, &response);
    phone.agrees_with(&world);

    let fault = |(status, body): (u16, Vec<u8>)| (status, unpack::<ProtocolError>(&body).unwrap());
    let garbage = fault(post(&agent, &format!("{url}/v1/sync"), &phone, b"garbage"));
    assert_eq!(garbage, (400, ProtocolError::Malformed));
    let too_large = fault(post(&agent, &format!("{url}/v1/sync"), &phone, &vec![7; 3 << 20]));
    assert_eq!(too_large, (413, ProtocolError::TooLarge));
    let beyond_reading = vec![7; 8 * BODY_BYTES_MAX + 1];
    let beyond_reading = fault(post(&agent, &format!("{url}/v1/sync"), &phone, &beyond_reading));
    assert_eq!(beyond_reading, (413, ProtocolError::TooLarge));
    let nowhere = fault(post(&agent, &format!("{url}/v2/sync"), &phone, b""));
    assert_eq!(nowhere, (400, ProtocolError::Malformed));
    admin::revoke_device(server.store(), phone.device, now_ms).unwrap();
    let revoked = fault(post(&agent, &format!("{url}/v1/sync"), &phone, &pack(&request)));
    assert_eq!(revoked, (401, ProtocolError::Revoked));

    let health = agent
        .get(format!("{url}/v1/health"))
        .call()
        .unwrap()
        .body_mut()
        .read_to_string()
        .unwrap();
    assert!(health.starts_with("{\"ok\":true"), "{health}");
    server.stop().unwrap();
    assert!(agent.get(format!("{url}/v1/health")).call().is_err());
}

#[test]
fn two_servers_cannot_have_one_address() {
    let world = World::new();
    let server = Server::start(world.dir.path(), any_port()).unwrap();
    let taken: SocketAddr = server.url().trim_start_matches("http://").parse().unwrap();
    assert!(matches!(
        Server::start(world.dir.path(), taken),
        Err(fieldbook_server::ServeError::Listen { .. })
    ));
}

#[test]
fn a_body_that_breaks_off_is_malformed_and_not_too_large() {
    let world = World::new();
    let server = Server::start(world.dir.path(), any_port()).unwrap();
    let address = server.url().trim_start_matches("http://");
    let mut connection = TcpStream::connect(address).unwrap();
    let broken =
        "POST /v1/join HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n";
    connection.write_all(broken.as_bytes()).unwrap();
    let mut status = [0; 12];
    connection.read_exact(&mut status).unwrap();
    assert_eq!(&status, b"HTTP/1.1 400");
}

#[test]
fn a_server_that_cannot_write_says_so() {
    let world = World::new();
    std::fs::create_dir(world.dir.path().join("fieldbook.probe")).unwrap();
    let server = Server::start(world.dir.path(), any_port()).unwrap();
    let mut health = agent().get(format!("{}/v1/health", server.url())).call().unwrap();
    assert_eq!(health.status().as_u16(), 503);
    let told = health.body_mut().read_to_string().unwrap();
    assert!(
        told.contains("\"ok\":false") && told.contains("\"problem\":\"failed\""),
        "{told}"
    );
}
