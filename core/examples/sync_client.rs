//! A client of a server: joins with a one-time code, sends what is there, shows what came.
//!
//! `cargo run -p fieldbook-core --example sync_client -- http://127.0.0.1:7373 KXQM-7P3D-9RTA-0HFW`, with a code that
//! `fieldbook-server admin user code NAME` prints.

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use fieldbook_core::book::{Book, Checkup, OpenOptions, Query, SyncError};
use fieldbook_core::model::{Fields, Kind};
use fieldbook_core::sync::http::Http;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [url, code] = args.as_slice() else {
        return Err("usage: sync_client URL CODE".into());
    };
    let file = std::env::temp_dir().join(format!("fieldbook-client-{}.db", std::process::id()));
    let book = Book::open(OpenOptions::new(&file))?;
    book.add(
        Kind::Note,
        &Fields::new().with("text", "Written before there was a server"),
    )?;

    let network = Http::default();
    let joined = book.join(url, code, "an example", &network)?;
    println!("joined as {}", joined.user_name);
    match book.sync_now(&network, None) {
        Ok(report) => println!("{} sent, {} received", report.sent, report.received),
        // Nothing is lost: the edit stays in the outbox and goes out with the next sync.
        Err(SyncError::NoConnection) => println!(
            "no connection; {} edits wait",
            book.status(Checkup::Quick)?.unsent
        ),
        Err(error) => return Err(error.into()),
    }
    for record in book.page(&Query::first(Kind::Account, 100))?.records {
        println!("{} {}", record.id, record.title());
    }
    drop(book);
    Ok(std::fs::remove_file(file)?)
}
