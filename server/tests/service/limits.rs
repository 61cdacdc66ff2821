//! Limits over real sockets: what one side does wrong costs the others nothing.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::Duration;

use fieldbook_model::clock::Stopwatch;
use fieldbook_server::{Config, Limits, Rate, Server};

/// The time within which an answer comes, generously: without the limits it does not come at all.
const SOON: Duration = Duration::from_secs(20);

fn connect(address: &str) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(SOON)).unwrap();
    stream.set_write_timeout(Some(SOON)).unwrap();
    stream
}

/// The status line and headers of the answer to these bytes.
fn ask(address: &str, request: &[u8]) -> String {
    let mut stream = connect(address);
    stream.write_all(request).unwrap();
    head(&mut BufReader::new(stream))
}

/// Reads the status line and headers, and the body by its length.
fn head(stream: &mut BufReader<TcpStream>) -> String {
    let (mut head, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.strip_prefix("content-length: ") {
            length = value.trim().parse().unwrap();
        }
        head.push_str(&line);
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    head
}

fn posted(path: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

const HELLO: &[u8] = b"POST /v1/hello HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";

fn server(dir: &std::path::Path, limits: Limits) -> (Server, String) {
    let any_port = "127.0.0.1:0".parse().unwrap();
    let config = Config {
        limits,
        ..Config::new(dir, any_port)
    };
    let server = Server::start_with(config).unwrap();
    let address = server.url().trim_start_matches("http://").to_owned();
    (server, address)
}

#[test]
fn half_sent_headers_and_unfinished_bodies_make_room_for_a_request() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        connections: 20,
        header: Duration::from_secs(600),
        ..Limits::default()
    };
    let (_server, address) = server(dir.path(), limits);
    let mut held = Vec::new();
    for n in 0..40 {
        let mut stream = connect(&address);
        let begun: &[u8] = if n % 4 == 0 {
            b"POST /v1/sync HTTP/1.1\r\nHost: x\r\nContent-Length: 8388608\r\n\r\nnot much"
        } else {
            b"POST /v1/sync HTTP/1.1\r\nHost:"
        };
        // One whose place was taken cannot write any more.
        let _ = stream.write_all(begun);
        held.push(stream);
    }
    for _ in 0..5 {
        assert!(ask(&address, HELLO).starts_with("HTTP/1.1 200"));
    }
    let ended = held.iter().filter(|stream| {
        let mut stream: &TcpStream = stream;
        stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
        matches!(stream.read(&mut [0; 1]), Ok(0))
    });
    assert!(ended.count() >= 20, "those that asked nothing were closed");
}

#[test]
fn headers_that_do_not_end_and_bodies_that_pause_are_given_up() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        header: Duration::from_millis(200),
        body_pause: Duration::from_millis(200),
        ..Limits::default()
    };
    let (_server, address) = server(dir.path(), limits);
    let watch = Stopwatch::start();
    let mut half = connect(&address);
    half.write_all(b"POST /v1/sync HTTP/1.1\r\nHost:").unwrap();
    let mut rest = Vec::new();
    // An answer that says so, or none.
    let _ = half.read_to_end(&mut rest);
    assert!(watch.elapsed() < SOON, "the connection ends");
    let paused = b"POST /v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nbegun";
    assert!(ask(&address, paused).starts_with("HTTP/1.1 400"));
}

#[test]
fn refused_joins_of_an_address_are_told_to_come_later() {
    let dir = tempfile::tempdir().unwrap();
    let limits = Limits {
        refused_joins: Rate {
            burst: 3,
            every: Duration::from_secs(3_600),
        },
        ..Limits::default()
    };
    let (_server, address) = server(dir.path(), limits);
    for _ in 0..3 {
        assert!(ask(&address, &posted("/v1/join", b"garbage")).starts_with("HTTP/1.1 400"));
    }
    let busy = ask(&address, &posted("/v1/join", b"garbage"));
    assert!(busy.starts_with("HTTP/1.1 429"), "{busy}");
    let later = busy.lines().find_map(|line| line.strip_prefix("retry-after: "));
    let later: u64 = later.unwrap().parse().unwrap();
    assert!((3_500..=3_601).contains(&later), "{later}");
    assert!(
        ask(&address, HELLO).starts_with("HTTP/1.1 200"),
        "only joins are held back"
    );
    let long = posted("/v1/sync", &vec![7; 40_000]);
    assert!(ask(&address, &long).starts_with("HTTP/1.1 401"), "nor are syncs");
}

#[test]
fn a_join_is_short() {
    let dir = tempfile::tempdir().unwrap();
    let (_server, address) = server(dir.path(), Limits::default());
    assert!(ask(&address, &posted("/v1/join", &vec![7; 20_000])).starts_with("HTTP/1.1 413"));
}

/// The program with a log that nobody reads.
struct Unread(
    Child,
    String,
    #[expect(dead_code, reason = "open, and never read")] ChildStderr,
);

impl Unread {
    fn start(dir: &std::path::Path) -> Unread {
        let mut child = Command::new(env!("CARGO_BIN_EXE_fieldbook-server"))
            .args([
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--data",
                dir.to_str().unwrap(),
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().trim_start_matches("listening on http://").to_owned();
        let stderr = child.stderr.take().unwrap();
        Unread(child, address, stderr)
    }
}

impl Drop for Unread {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_log_that_nobody_reads_stops_no_request() {
    let dir = tempfile::tempdir().unwrap();
    let unread = Unread::start(dir.path());
    let stream = connect(&unread.1);
    let mut answers = BufReader::new(stream.try_clone().unwrap());
    let mut stream = stream;
    let proof = format!("1 0707070707070707 {}", "0f".repeat(64));
    let device = "6f9619ff-8b86-4d01-b42d-00cf4fc964ff";
    let request = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: x\r\nfieldbook-device: {device}\r\nfieldbook-signature: {proof}\r\nContent-Length: 0\r\n\r\n"
    );
    // Each writes a line of more than 150 bytes; a pipe holds 65,536, and the log keeps 1,024 lines.
    for _ in 0..2_000 {
        stream.write_all(request.as_bytes()).unwrap();
        assert!(head(&mut answers).starts_with("HTTP/1.1 401"));
    }
}
