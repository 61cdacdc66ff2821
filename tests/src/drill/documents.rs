//! A document that cannot be read, and a deletion that meets a later edit.

use std::time::Duration;

use fieldbook_core::book::{Book, Http, SyncReport};
use fieldbook_core::ids::RecordId;

use super::Options;
use super::office::{DrillError, Office, differing, hold, not_held, shop, sync};
use crate::faults::Garbling;

/// One of twenty documents arrives broken: the others are there, the status counts it, and the next sync brings it.
pub(super) fn broken(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "North")?);
    let shops: Vec<RecordId> = (0..20)
        .map(|n| shop(&ada, &format!("Shop {n}")))
        .collect::<Result<_, _>>()?;
    sync(&ada)?;
    let report: SyncReport = ben.sync_now(&Garbling::new(Http::default(), shops[7]), None)?;
    let readable = shops.iter().filter(|id| ben.record(**id).is_ok()).count();
    hold((report.unreadable, readable) == (1, 19), || {
        format!("{} unreadable, {readable} of 20 are here", report.unreadable)
    })?;
    sync(&ben)?;
    hold(differing(&ada, &ben)? == 0, || "the phones differ".to_owned())?;
    Ok("19 of 20 records came beside a broken one, which the next sync brought".to_owned())
}

fn conflicts_of_deletion(book: &Book, id: RecordId) -> Result<usize, DrillError> {
    let conflicts = book.conflicts(None, 10).map_err(not_held)?;
    let of_it = conflicts
        .iter()
        .filter(|shown| shown.record == id && shown.field == "deleted");
    Ok(of_it.count())
}

/// One phone deletes a shop, another edits it later without knowing: both are told, and one call brings it back.
pub(super) fn meets(options: &Options) -> Result<String, DrillError> {
    let office = Office::open(options)?;
    let (ada, ben) = (office.rep("Ada", "North")?, office.rep("Ben", "North")?);
    let id = shop(&ada, "Corner shop")?;
    sync(&ada)?;
    sync(&ben)?;
    ada.delete(id)?;
    std::thread::sleep(Duration::from_millis(50));
    ben.set_field(id, "phone", "1")?;
    for book in [&ada, &ben, &ada] {
        sync(book)?;
    }
    let told = [conflicts_of_deletion(&ada, id)?, conflicts_of_deletion(&ben, id)?];
    hold(told == [1, 1], || format!("conflicts shown: {told:?}"))?;
    ben.undelete(id)?;
    for book in [&ben, &ada] {
        sync(book)?;
    }
    let back = ada.record(id)?;
    hold(!back.deleted && back.fields.text("phone") == Some("1"), || {
        "the shop is not back with its edit".to_owned()
    })?;
    hold(differing(&ada, &ben)? == 0, || "the phones differ".to_owned())?;
    Ok("both are told of the deletion, and one call brings the record back with the edit".to_owned())
}
