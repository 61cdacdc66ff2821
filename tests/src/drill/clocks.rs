//! Clocks that are wrong once: of phones, and of the server.

use std::sync::Arc;

use fieldbook_core::book::{Book, OpenOptions};
use fieldbook_core::clock::{Clock as _, FixedClock, SystemClock};
use fieldbook_core::ids::RecordId;
use fieldbook_server::{Config, Server};

use super::Options;
use super::office::{DrillError, Office, hold, not_held, shop, stuck, sync};

/// A day in milliseconds.
const DAY_MS: i64 = 86_400_000;
/// A minute in milliseconds.
const MINUTE_MS: i64 = 60_000;

/// The value of the field that both phones write.
fn phone(book: &Book, id: RecordId) -> Result<String, DrillError> {
    let record = book.record(id)?;
    Ok(record.fields.text("phone").unwrap_or_default().to_owned())
}

/// A phone whose clock stands where it is put, joined.
fn with_clock(office: &Office, name: &str, clock: &Arc<FixedClock>) -> Result<Book, DrillError> {
    office.admin(&["user", "add", name, "--role", "rep", "--territory", "North"])?;
    let book = Book::open(OpenOptions {
        clock: clock.clone(),
        ..OpenOptions::new(office.path(&format!("{name}.db")))
    })?;
    office.join(&book, name)?;
    Ok(book)
}

/// A server in the place of the office's, over the same database, by a clock that stands where it is put.
fn serve_by(office: &Office, clock: &Arc<FixedClock>) -> Result<Server, DrillError> {
    let address = office.address().parse().map_err(not_held)?;
    Server::start_with(Config {
        clock: clock.clone(),
        ..Config::new(&office.data(), address)
    })
    .map_err(not_held)
}

/// Two phones edit one field, one of them under a wrong clock; then a server that is a month ahead takes one edit.
pub(super) fn clocks(options: &Options) -> Result<String, DrillError> {
    let mut office = Office::open(options)?;
    office.kill()?;
    // The story begins two hours ago, so that its edits lie between one sync and the next.
    let begun_ms = SystemClock.now_ms() - 120 * MINUTE_MS;
    let clock = || Arc::new(FixedClock::at(begun_ms));
    let (right, hers, his) = (clock(), clock(), clock());
    let server = serve_by(&office, &right)?;
    let (ada, ben) = (
        with_clock(&office, "Ada", &hers)?,
        with_clock(&office, "Ben", &his)?,
    );
    let id = shop(&ada, "Corner shop")?;
    sync(&ada)?;
    sync(&ben)?;
    for (wrong_ms, name) in [(3 * DAY_MS, "ahead"), (-3 * DAY_MS, "behind")] {
        // Hers is the older edit by ten minutes where her clock is ahead, and the newer one where it is behind.
        let synced_ms = right.now_ms();
        let (first_ms, second_ms) = (synced_ms + 10 * MINUTE_MS, synced_ms + 20 * MINUTE_MS);
        let (her_ms, his_ms) = if wrong_ms > 0 {
            (first_ms, second_ms)
        } else {
            (second_ms, first_ms)
        };
        hers.set(her_ms + wrong_ms);
        his.set(his_ms);
        ada.set_field(id, "phone", format!("Ada {name}"))?;
        ben.set_field(id, "phone", format!("Ben {name}"))?;
        let latest = if wrong_ms > 0 { "Ben" } else { "Ada" };
        right.set(synced_ms + 30 * MINUTE_MS);
        hers.set(right.now_ms() + wrong_ms);
        his.set(right.now_ms());
        for book in [&ben, &ada, &ben] {
            sync(book)?;
        }
        let shown = (phone(&ada, id)?, phone(&ben, id)?);
        let wanted = format!("{latest} {name}");
        hold(shown == (wanted.clone(), wanted), || {
            format!("{name}: shown is {shown:?}")
        })?;
    }
    server.stop().map_err(not_held)?;
    month_ahead(&mut office, (&ada, &hers), (&ben, &his), id)?;
    hold(stuck(&ada)? + stuck(&ben)? == 0, || "an edit is stuck".to_owned())?;
    Ok("3 days ahead and behind: the later edit is shown; a server 30 days ahead: the record is edited by both".to_owned())
}

/// A server under the same address and over the same database takes an edit a month ahead of time; then the right one is back.
fn month_ahead(
    office: &mut Office,
    (ada, hers): (&Book, &FixedClock),
    (ben, his): (&Book, &FixedClock),
    id: RecordId,
) -> Result<(), DrillError> {
    hers.set(SystemClock.now_ms());
    let ahead = Arc::new(FixedClock::at(SystemClock.now_ms() + 30 * DAY_MS));
    let server = serve_by(office, &ahead)?;
    ada.set_field(id, "phone", "a month ahead")?;
    sync(ada)?;
    server.stop().map_err(not_held)?;
    office.start()?;
    for (book, clock, other, value) in [(ben, his, ada, "1"), (ada, hers, ben, "2")] {
        clock.set(SystemClock.now_ms());
        sync(book)?;
        book.set_field(id, "phone", value)?;
        sync(book)?;
        sync(other)?;
        let shown = phone(other, id)?;
        hold(shown == value, || {
            format!("after a month ahead: {shown} instead of {value}")
        })?;
    }
    Ok(())
}
