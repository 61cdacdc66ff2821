//! A deal in the sales process: refused at a gate, moved on two phones at once, warned of, and what the quarter brings.

use fieldbook_core::book::{AdvanceRequest, Book, DealError, DealRefusal, DealView};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Scalar, Zone};
use fieldbook_core::sales::gate::GateVerdict;
use fieldbook_core::sales::stats::{Group, Window};
use fieldbook_core::sales::warnings::Warning;
use fieldbook_page::Actor;

use super::company::{Company, MIDNIGHT_MS};
use super::customers::Stop;
use super::narrator::Narrator;
use crate::error::DemoError;

/// Tells the deal with the customer of `stop`.
pub(super) fn tell(company: &Company, stop: &Stop, narrator: &mut Narrator) -> Result<(), DemoError> {
    let [ada, ben] = &company.reps;
    company.set_time("13:10");
    let deal = open_deal(&ada.book, stop.account.id)?;
    let customer = stop.account.title();
    advance(
        &ada.book,
        deal,
        "lead_validation",
        Fields::new().with("source", "Trade fair"),
    )?;
    let began =
        format!("opens a deal with {customer}: 4800.00 GBP, stage lead validation of the solution sale");
    narrator.online(Actor::Rep(0), &began)?;
    company.sync(ada)?;
    company.sync(ben)?;

    company.set_time("13:25");
    if let Some(verdict) = refused(&ada.book, deal, "needs_analysis")? {
        let missing: Vec<String> = verdict.missing.iter().map(|unmet| unmet.sentence("en")).collect();
        let what = format!(
            "tries to move it to needs analysis; the gate is shut: {}",
            missing.join("; ")
        );
        narrator.offline(Actor::Rep(0), &what)?;
    }
    company.set_time("13:40");
    advance(
        &ada.book,
        deal,
        "needs_analysis",
        Fields::new().with("budget_tier", "B"),
    )?;
    narrator.offline(
        Actor::Rep(0),
        "asks, fills it in, and the gate opens: stage needs analysis",
    )?;
    company.set_time("13:45");
    advance(
        &ben.book,
        deal,
        "lost",
        Fields::new().with("lost_reason", "no budget"),
    )?;
    narrator.offline(
        Actor::Rep(1),
        "hears nothing of it and marks the same deal lost: no budget",
    )?;

    settle(company, deal, narrator)?;
    company.set_time("14:15");
    warn(&ada.book, deal, narrator)?;
    forecast(&company.office.book, narrator)
}

/// Both sync; the move that lost is shown and brought back.
fn settle(company: &Company, deal: RecordId, narrator: &mut Narrator) -> Result<(), DemoError> {
    let [ada, ben] = &company.reps;
    company.set_time("14:05");
    for _ in 0..2 {
        company.sync(ada)?;
        company.sync(ben)?;
    }
    let lost = ben
        .book
        .conflicts(None, 100)?
        .into_iter()
        .find(|conflict| conflict.record == deal);
    if let Some(conflict) = lost {
        let what = format!(
            "stage: shown is \"{}\"; {}'s \"{}\" is kept beside it",
            conflict.shown.text().unwrap_or_default(),
            conflict.lost_by,
            conflict.lost.text().unwrap_or_default()
        );
        narrator.conflict(Actor::Rep(1), &what)?;
        company.set_time("14:08");
        ben.book.restore(deal, "stage", conflict.change)?;
        narrator.online(
            Actor::Rep(1),
            "rings Ada and brings her move back: one call, and both moves stay in the history",
        )?;
    }
    for party in [ben, ada, &company.office] {
        company.sync(party)?;
    }
    Ok(())
}

fn open_deal(book: &Book, account: RecordId) -> Result<RecordId, DemoError> {
    let contact = Fields::new()
        .with("name", "Robin Marsh")
        .with("account_id", Scalar::Id(account));
    book.add(Kind::Contact, &contact)?;
    let deal = Fields::new()
        .with("name", "Cold counter")
        .with("account_id", Scalar::Id(account))
        .with("amount", "4800.00 GBP");
    Ok(book.add(Kind::Opportunity, &deal)?.id)
}

/// Moves a deal through its gate, with the fields that the gate asks for.
pub(super) fn advance(book: &Book, deal: RecordId, stage: &str, fields: Fields) -> Result<(), DemoError> {
    let request = AdvanceRequest {
        fields,
        ..AdvanceRequest::default()
    };
    book.advance(deal, stage, &request)
        .map(drop)
        .map_err(DemoError::story)
}

/// The verdict of a gate that is shut.
fn refused(book: &Book, deal: RecordId, stage: &str) -> Result<Option<Box<GateVerdict>>, DemoError> {
    match book.advance(deal, stage, &AdvanceRequest::default()) {
        Err(DealError::Refused(DealRefusal::Gate(verdict))) => Ok(Some(verdict)),
        Err(error) => Err(DemoError::story(error)),
        Ok(_) => Ok(None),
    }
}

fn warn(book: &Book, deal: RecordId, narrator: &mut Narrator) -> Result<(), DemoError> {
    let warnings = book.deal_warnings(&DealView::default())?;
    let Some(found) = warnings.iter().find(|found| found.deal == deal) else {
        return Ok(());
    };
    let said: Vec<String> = found.warnings.iter().map(Warning::sentence).collect();
    narrator.online(
        Actor::Rep(0),
        &format!("is warned about {}: {}", found.name, said.join("; ")),
    )
}

/// What the quarter of the story brings, in the currency with the most open deals.
fn forecast(book: &Book, narrator: &mut Narrator) -> Result<(), DemoError> {
    let today = Zone::UTC.date(MIDNIGHT_MS);
    let found = book
        .forecast(Window::quarter(today, 1), &Group::Company, &Zone::UTC)
        .map_err(DemoError::story)?;
    let Some(forecast) = found.iter().max_by_key(|forecast| forecast.open_deals) else {
        return Ok(());
    };
    let show = |minor: i64| fieldbook_format::money(minor, &forecast.currency);
    let booked = forecast.booked_minor;
    let what = format!(
        "forecasts the quarter: {} booked, {} in all from {} open deals and those to come; in 8 of 10 cases {} to {}",
        show(booked),
        show(forecast.total_minor()),
        forecast.open_deals,
        show(booked.saturating_add(forecast.rest_lo_minor)),
        show(booked.saturating_add(forecast.rest_hi_minor))
    );
    narrator.online(Actor::Office, &what)
}
