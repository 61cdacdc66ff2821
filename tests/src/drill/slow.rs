//! A first sync over a line that is slow, and cut off again and again.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use fieldbook_core::book::{Book, BookError, Checkup, Http, SyncError};
use fieldbook_core::clock::{SeededRandom, Stopwatch};
use fieldbook_core::model::{Fields, Kind, Scalar};

use super::Options;
use super::office::{DrillError, Office, differing, hold, shop, sync};

/// Number of notes that a new phone fetches.
const NOTES: usize = 6_000;

/// Bytes that the line carries at once, and the pause after them: 32 kbit/s each way.
const PIECE_BYTES: usize = 400;
const PIECE_PAUSE: Duration = Duration::from_millis(100);

/// The time after which the line is cut.
const UP: Duration = Duration::from_secs(40);

/// The most syncs that a rep starts.
const SYNCS_MAX: u32 = 12;

/// A line to `address`, which listens until the process ends and counts in `cuts`; the address at which it does.
fn line_to(address: &str, cuts: &Arc<AtomicU32>) -> Result<String, DrillError> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let here = listener.local_addr()?.to_string();
    let (address, cuts) = (address.to_owned(), Arc::clone(cuts));
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            if let Ok(far) = TcpStream::connect(&address) {
                carry(near, far, &cuts);
            }
        }
    });
    Ok(here)
}

/// Carries what both ends say, until one of them is silent for good or the line is cut.
fn carry(near: TcpStream, far: TcpStream, cuts: &Arc<AtomicU32>) {
    let ends = near.try_clone().and_then(|n| Ok((n, far.try_clone()?)));
    let Ok((also_near, also_far)) = ends else { return };
    for (from, to) in [(near, far), (also_far, also_near)] {
        let cuts = Arc::clone(cuts);
        thread::spawn(move || {
            let up = Stopwatch::start();
            let ended = pump(&from, &to, &up);
            cuts.fetch_add(u32::from(ended.is_ok_and(|is_cut| is_cut)), Ordering::Relaxed);
            for end in [&from, &to] {
                let _ = end.shutdown(std::net::Shutdown::Both);
            }
        });
    }
}

/// Carries one way; true if the line was cut.
fn pump(mut from: &TcpStream, mut to: &TcpStream, up: &Stopwatch) -> std::io::Result<bool> {
    let mut piece = [0; PIECE_BYTES];
    while up.elapsed() < UP {
        let n = from.read(&mut piece)?;
        if n == 0 {
            return Ok(false);
        }
        to.write_all(&piece[..n])?;
        thread::sleep(PIECE_PAUSE * u32::try_from(n).unwrap_or(1) / 400);
    }
    Ok(true)
}

/// A new phone fetches 6,000 notes at 32 kbit/s; the line is cut every 40 seconds.
pub(super) fn slow(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let ada = office.rep("Ada", "North")?;
    let account = Scalar::Id(shop(&ada, "Corner shop")?);
    let random = SeededRandom::new(95);
    for n in 0..NOTES {
        // Digits by lot, which no compression makes smaller than half.
        let text: Vec<String> = (0..8).map(|_| format!("{:016x}", random.next_u64())).collect();
        let note = Fields::new()
            .with("text", format!("{n}: {}", text.join(" ")))
            .with("about_id", account.clone());
        ada.add(Kind::Note, &note)?;
    }
    sync(&ada)?;
    let ben = office.rep("Ben", "North")?;
    let cuts = Arc::default();
    ben.move_server(
        &format!("http://{}", line_to(office.address(), &cuts)?),
        &Http::default(),
    )?;
    let watch = Stopwatch::start();
    let mut syncs = 0;
    loop {
        syncs += 1;
        match ben.sync_now(&Http::default(), None) {
            Ok(_) => break,
            Err(SyncError::NoConnection | SyncError::TimedOut) if syncs < SYNCS_MAX => {}
            Err(error) => {
                let held = records(&ben)?;
                return Err(DrillError::NotHeld(format!(
                    "{held} records after {syncs} syncs: {error}"
                )));
            }
        }
    }
    hold(differing(&ada, &ben)? == 0, || "the phones differ".to_owned())?;
    Ok(format!(
        "{} records at 32 kbit/s in {} s, by {syncs} syncs over a line that was cut {} times",
        records(&ben)?,
        watch.elapsed().as_secs(),
        cuts.load(Ordering::Relaxed)
    ))
}

/// Number of records of a book.
fn records(book: &Book) -> Result<u32, BookError> {
    let status = book.status(Checkup::Quick)?;
    Ok(status.records.iter().map(|(_, count)| *count).sum())
}
