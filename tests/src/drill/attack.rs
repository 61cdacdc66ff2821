//! What strangers do: half-sent headers, unfinished bodies, a log that nobody reads, guesses at codes.

use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use fieldbook_core::book::{Http, SyncError};
use fieldbook_core::clock::Stopwatch;

use super::Options;
use super::office::{DrillError, Office, hold, shop, sync};

/// Number of connections that begin headers.
const HALF_SENT: usize = 1_000;

/// Number of connections that begin a body of 8 MB.
const UNFINISHED: usize = 200;

/// Number of requests that write a line to the log that nobody reads.
const LOGGED: usize = 2_000;

/// The longest time of a sync of another phone under attack.
const SYNC_MAX: Duration = Duration::from_secs(1);

/// The most memory of the server under attack, in kilobytes.
const MEMORY_KB_MAX: u64 = 200 << 10;

const HALF: &[u8] = b"POST /v1/sync HTTP/1.1\r\nHost: office\r\nfieldbook-dev";

/// Drills the limits: a phone syncs while others do their worst.
pub(super) fn limits(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    sync(&ada)?;
    let quiet = Stopwatch::start();
    shop(&ada, "Corner shop")?;
    sync(&ada)?;
    let quiet = quiet.elapsed();
    fill_log(&office)?;
    let mut held = Vec::new();
    let proof = format!("1 0707070707070707 {}", "0f".repeat(64));
    let body = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: office\r\nfieldbook-device: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff\r\n\
         fieldbook-signature: {proof}\r\nContent-Length: 8388608\r\n\r\n"
    );
    let piece = vec![7; 200_000];
    let mut worst = Duration::ZERO;
    for n in 0..HALF_SENT + UNFINISHED {
        let mut stream = TcpStream::connect(office.address())?;
        stream.set_write_timeout(Some(Duration::from_millis(200)))?;
        // A connection that the server has closed for another one takes nothing more.
        let _ = if n % 6 == 0 {
            stream
                .write_all(body.as_bytes())
                .and_then(|()| stream.write_all(&piece))
        } else {
            stream.write_all(HALF)
        };
        held.push(stream);
        if n % 200 == 199 {
            shop(&ada, &format!("Shop {n}"))?;
            let watch = Stopwatch::start();
            sync(&ada)?;
            worst = worst.max(watch.elapsed());
        }
    }
    let peak_kb = peak_kb(office.process())?;
    hold(worst < SYNC_MAX, || {
        format!("a sync took {} ms", worst.as_millis())
    })?;
    hold(peak_kb < MEMORY_KB_MAX, || {
        format!("the server took {} MB", peak_kb >> 10)
    })?;
    Ok(format!(
        "{HALF_SENT} half-sent headers, {UNFINISHED} unfinished bodies, an unread log: a sync {} ms (quiet {} ms), peak memory {} MB",
        worst.as_millis(),
        quiet.as_millis(),
        peak_kb >> 10
    ))
}

/// Fills the pipe of the log, which nobody reads.
fn fill_log(office: &Office) -> Result<(), DrillError> {
    use std::io::{BufRead as _, BufReader, Read as _};
    let stream = TcpStream::connect(office.address())?;
    stream.set_read_timeout(Some(Duration::from_secs(20)))?;
    let mut answers = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    let request = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: office\r\nfieldbook-device: 6f9619ff-8b86-4d01-b42d-00cf4fc964ff\r\n\
         fieldbook-signature: 1 0707070707070707 {}\r\nContent-Length: 0\r\n\r\n",
        "0f".repeat(64)
    );
    for _ in 0..LOGGED {
        stream.write_all(request.as_bytes())?;
        let mut length = 0;
        loop {
            let mut line = String::new();
            answers.read_line(&mut line)?;
            if let Some(value) = line.strip_prefix("content-length: ") {
                length = value.trim().parse().unwrap_or(0);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        answers.read_exact(&mut vec![0; length])?;
    }
    Ok(())
}

/// The most memory that a process has had, in kilobytes, as Linux counts it.
fn peak_kb(process: u32) -> Result<u64, DrillError> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let digits = peak.unwrap_or_default().trim().trim_end_matches(" kB");
    Ok(digits.parse().unwrap_or(0))
}

/// Drills guesses at join codes: they are told to come later, and nobody else is held back.
pub(super) fn guess(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    let guesser = office.book("guesser")?;
    let mut guesses = 0;
    let busy = SyncError::Refused(fieldbook_model::wire::ProtocolError::Busy);
    while guesses < 100 {
        let guessed = guesser.join(&office.url(), "AAAA-BBBB-CCCC-DDDD", "phone", &Http::default());
        if guessed == Err(busy.clone()) {
            break;
        }
        guesses += 1;
    }
    hold(guesses < 100, || "100 guesses were answered".to_owned())?;
    sync(&ada)?;
    Ok(format!("{guesses} guesses, then 429; another phone syncs"))
}
