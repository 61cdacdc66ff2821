//! A day in the field with no network at all: two customers, a check-in at one door, the history of what was written.
//!
//! `cargo run -p fieldbook-core --example day_in_the_field`

#![allow(clippy::print_stdout, reason = "an example shows what it does")]

use std::error::Error;

use fieldbook_core::book::{Book, CheckInRequest, Checkup, OpenOptions, Query};
use fieldbook_core::location::RawFix;
use fieldbook_core::model::{Body, Fields, Kind, Scalar, VisitState};

fn main() -> Result<(), Box<dyn Error>> {
    let file = std::env::temp_dir().join(format!("fieldbook-example-{}.db", std::process::id()));
    let book = Book::open(OpenOptions::new(&file))?;

    // A customer, and the door where the rep will stand: a circle of 60 m around it counts as being there.
    let shop = book.add(
        Kind::Account,
        &Fields::new().with("name", "Corner shop").with("tier", "A"),
    )?;
    let door = Fields::new()
        .with("account_id", Scalar::Id(shop.id))
        .with("position", "52.6309000,1.2974000")
        .with("fence", "circle:60");
    book.add(Kind::Site, &door)?;
    book.add(Kind::Account, &Fields::new().with("name", "Harbour café"))?;

    // The check-in is saved whatever the fix says; the verdict says how far it carries.
    let fix = RawFix {
        at: now()?,
        lat: 52.6310,
        lon: 1.2974,
        accuracy_m: 10.0,
        ..RawFix::default()
    };
    let request = CheckInRequest {
        fixes: vec![fix],
        ..CheckInRequest::default()
    };
    let visit = book.check_in(shop.id, &request)?;
    if let Body::Visit(shown) = visit.body()
        && let VisitState::Open { check_in } = shown.state
    {
        println!("{}: {}", shop.title(), check_in.assessment.verdict);
    }
    book.check_out(visit.id, &[], Some("Took two crates"))?;

    for record in book.page(&Query::first(Kind::Account, 100))?.records {
        println!("{} {}", record.id, record.title());
    }
    for entry in book.history(visit.id)? {
        println!(
            "{}",
            entry.fields.0.keys().cloned().collect::<Vec<_>>().join(", ")
        );
    }
    println!("{} edits wait for a signal", book.status(Checkup::Quick)?.unsent);
    drop(book);
    Ok(std::fs::remove_file(file)?)
}

/// The time as a phone's position service writes it.
fn now() -> Result<String, Box<dyn Error>> {
    use fieldbook_core::clock::{Clock, SystemClock};
    let now =
        chrono::DateTime::from_timestamp_millis(SystemClock.now_ms()).ok_or("the clock is out of range")?;
    Ok(now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true))
}
