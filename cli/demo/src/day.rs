//! What happens on the day.

use std::path::Path;

use fieldbook_core::book::{Book, ConflictShown, HistoryEntry, SyncReport};
use fieldbook_core::clock::Stopwatch;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Scalar};

use super::calls::{Call, contested, without_signal};
use super::company::{Company, MIDNIGHT_MS};
use super::scene::{Files, Stop, all, choose};
use super::telling::Telling;
use super::{drive, forgery, tomorrow};
use crate::error::DemoError;
use fieldbook_page::{Actor, EventKind, Link, Sketch};

/// A value of the conflict.
pub(super) struct Settled {
    pub(super) account: String,
    pub(super) shown: ConflictShown,
    /// The change that wrote the value shown.
    pub(super) kept: HistoryEntry,
    pub(super) restored_at: u32,
}

/// What the day leaves for the page.
pub(super) struct Told {
    pub(super) stops: [Vec<Stop>; 2],
    pub(super) visits: Vec<Call>,
    pub(super) conflicts: Vec<Settled>,
    pub(super) records: usize,
    pub(super) figures: Vec<(String, String)>,
    pub(super) drives: Vec<Sketch>,
    pub(super) plans: Vec<Sketch>,
}

/// Lives through the day and tells it.
pub(super) fn tell(
    company: &mut Company,
    files: &Files,
    dir: &Path,
    telling: &mut Telling,
) -> Result<Told, DemoError> {
    let mut told = Told {
        stops: [Vec::new(), Vec::new()],
        visits: Vec::new(),
        conflicts: Vec::new(),
        records: 0,
        figures: Vec::new(),
        drives: Vec::new(),
        plans: Vec::new(),
    };
    telling.chapter("The morning: an office, a server, two phones")?;
    morning(company, files, telling, &mut told)?;
    telling.chapter("No signal (x): everything goes on")?;
    without_signal(company, telling, &mut told)?;
    recorded(company, files, telling, &mut told)?;
    telling.chapter("Signal again (~): what went out, what came in")?;
    with_signal(company, telling, &mut told)?;
    telling.chapter("A conflict (!): shown, and settled by one call")?;
    settle(company, telling, &mut told)?;
    evening(company, telling, &mut told)?;
    telling.chapter("Evidence: what holds up, and what does not")?;
    evidence(company, dir, telling)?;
    telling.chapter("Tomorrow: planned without a signal, and again when the day breaks")?;
    next_day(company, telling, &mut told)?;
    Ok(told)
}

/// Ada plans tomorrow in the evening, and again in the middle of it.
fn next_day(company: &Company, telling: &mut Telling, told: &mut Told) -> Result<(), DemoError> {
    company.at("18:30");
    let Some(tomorrow) = tomorrow::plan(&company.reps[0].book)? else {
        return Ok(());
    };
    let today = company.time_of_day();
    for (s, what) in &tomorrow.told {
        let at = if *s == 0 {
            today
        } else {
            u32::try_from(86_400 + s).unwrap_or(today)
        };
        telling.tell(at, Actor::Rep(0), EventKind::Act, Link::Offline, what)?;
    }
    told.plans = tomorrow.sketches;
    Ok(())
}

/// What Ada's phone made of her way through the town.
fn recorded(
    company: &Company,
    files: &Files,
    telling: &mut Telling,
    told: &mut Told,
) -> Result<(), DemoError> {
    let Some(drive) = drive::drive(&told.visits, &files.street_plan()?) else {
        return Ok(());
    };
    say(
        company,
        telling,
        Actor::Rep(0),
        EventKind::Act,
        Link::Offline,
        &drive.told,
    )?;
    told.drives.push(drive.sketch);
    Ok(())
}

/// The office checks a chain, and a copy of it that somebody has improved.
fn evidence(company: &Company, dir: &Path, telling: &mut Telling) -> Result<(), DemoError> {
    company.at("12:50");
    let verified = forgery::forge(&company.reps[1].book, dir)?;
    let links = fieldbook_format::count(verified.links, "link", "links");
    let whole = format!("checks Ben's chain of evidence: {links}, each signed and bound to the one before");
    say(
        company,
        telling,
        Actor::Office,
        EventKind::Act,
        Link::Online,
        &whole,
    )?;
    let forged = format!(
        "checks a copy with one check-in an hour earlier: {}",
        verified.broken
    );
    say(
        company,
        telling,
        Actor::Office,
        EventKind::Act,
        Link::Online,
        &forged,
    )
}

fn morning(
    company: &Company,
    files: &Files,
    telling: &mut Telling,
    told: &mut Told,
) -> Result<(), DemoError> {
    imports(company, files, telling, told)?;
    company.at("07:45");
    company.join()?;
    let listens = format!("listens on {}", company.url());
    say(
        company,
        telling,
        Actor::Server,
        EventKind::Act,
        Link::Online,
        &listens,
    )?;
    let joined = format!(
        "joined with a one-time code; {}",
        sent(&company.sync(&company.office)?)
    );
    say(
        company,
        telling,
        Actor::Office,
        EventKind::Sync,
        Link::Online,
        &joined,
    )?;
    told.stops = choose(&company.office.book)?;
    plan(company, &told.stops)?;
    let visits = told.stops.iter().map(Vec::len).sum::<usize>();
    let planned = format!(
        "planned {visits} visits; {}",
        sent(&company.sync(&company.office)?)
    );
    say(
        company,
        telling,
        Actor::Office,
        EventKind::Act,
        Link::Online,
        &planned,
    )?;
    company.at("07:55");
    for n in 0..company.reps.len() {
        first_sync(company, n, telling, told)?;
    }
    Ok(())
}

fn imports(
    company: &Company,
    files: &Files,
    telling: &mut Telling,
    told: &mut Told,
) -> Result<(), DemoError> {
    let watch = Stopwatch::start();
    let reports = files.import(&company.office.book)?;
    let took = millis(&watch);
    for (name, report) in &reports {
        let records = fieldbook_format::count(report.imported.into(), "record", "records");
        let refused = match report.refused.len() {
            0 => String::new(),
            n => format!(", {} refused", fieldbook_format::count(n as u64, "line", "lines")),
        };
        say(
            company,
            telling,
            Actor::Office,
            EventKind::Act,
            Link::Online,
            &format!("imported {name}: {records}{refused}"),
        )?;
        for line in report.refused.iter().take(3) {
            say(
                company,
                telling,
                Actor::Office,
                EventKind::Act,
                Link::Online,
                &format!("refused {name} {line}"),
            )?;
        }
    }
    let lines: u32 = reports.iter().map(|(_, report)| report.imported).sum();
    told.figures.push((
        format!("{} lines imported", fieldbook_format::grouped(lines.into())),
        took,
    ));
    Ok(())
}

fn first_sync(company: &Company, n: usize, telling: &mut Telling, told: &mut Told) -> Result<(), DemoError> {
    let watch = Stopwatch::start();
    let report = company.sync(&company.reps[n])?;
    let took = millis(&watch);
    let records = fieldbook_format::count(report.received.into(), "record", "records");
    let bytes = fieldbook_format::bytes(report.bytes_in);
    let what = format!("joined and fetched the book: {records}, {bytes} in {took}");
    say(
        company,
        telling,
        Actor::Rep(n),
        EventKind::Sync,
        Link::Online,
        &what,
    )?;
    if n == 0 {
        told.figures.push((format!("first sync of {records}"), took));
        told.figures.push(("bytes of that sync".to_owned(), bytes));
    }
    Ok(())
}

/// The office plans a visit at every stop, half an hour apart.
fn plan(company: &Company, stops: &[Vec<Stop>; 2]) -> Result<(), DemoError> {
    for (rep, stops) in company.reps.iter().zip(stops) {
        for (stop, n) in stops.iter().zip(0..) {
            let mut fields = Fields::new()
                .with("account_id", Scalar::Id(stop.account.id))
                .with("rep", rep.name);
            fields.set(
                "planned_at",
                Scalar::Time(MIDNIGHT_MS + (9 * 60 + n * 35) * 60_000),
            );
            fields.set_some("site_id", stop.site.map(|(id, _)| Scalar::Id(id)));
            company.office.book.add(Kind::Visit, &fields)?;
        }
    }
    Ok(())
}

fn with_signal(company: &Company, telling: &mut Telling, told: &mut Told) -> Result<(), DemoError> {
    for (n, time) in [(0, "12:05"), (1, "12:20"), (0, "12:30")] {
        company.at(time);
        let watch = Stopwatch::start();
        let report = company.sync(&company.reps[n])?;
        if time == "12:05" {
            told.figures.push((
                format!(
                    "{} sent after a morning offline",
                    fieldbook_format::count(report.sent.into(), "edit", "edits")
                ),
                millis(&watch),
            ));
        }
        say(
            company,
            telling,
            Actor::Rep(n),
            EventKind::Sync,
            Link::Online,
            &sent(&report),
        )?;
    }
    Ok(())
}

fn settle(company: &Company, telling: &mut Telling, told: &mut Told) -> Result<(), DemoError> {
    company.at("12:34");
    let ada = &company.reps[0];
    for shown in ada.book.conflicts(None, 10)? {
        let account = told.stops[0]
            .get(2)
            .map(|stop| contested(stop).1.to_owned())
            .unwrap_or_default();
        let text = |value: &Scalar| value.text().unwrap_or_default().to_owned();
        let what = format!(
            "{} of {account}: shown is \"{}\"; {}'s \"{}\" is kept beside it",
            shown.field.replace('_', " "),
            text(&shown.shown),
            shown.lost_by,
            text(&shown.lost)
        );
        say(
            company,
            telling,
            Actor::Rep(0),
            EventKind::Conflict,
            Link::Online,
            &what,
        )?;
        let history = ada.book.history(shown.record)?;
        let wrote = |entry: &HistoryEntry| entry.fields.0.get(&shown.field) == Some(&shown.shown);
        let Some(kept) = history.into_iter().rev().find(wrote) else {
            continue;
        };
        ada.book.restore(shown.record, &shown.field, shown.change)?;
        let restored_at = company.time_of_day();
        say(
            company,
            telling,
            Actor::Rep(0),
            EventKind::Act,
            Link::Online,
            "read it on the door, so she restores hers",
        )?;
        told.conflicts.push(Settled {
            account,
            shown,
            kept,
            restored_at,
        });
    }
    Ok(())
}

fn evening(company: &Company, telling: &mut Telling, told: &mut Told) -> Result<(), DemoError> {
    let (ada, ben, office) = (&company.reps[0], &company.reps[1], &company.office);
    for (actor, party, time) in [
        (Actor::Rep(0), ada, "12:35"),
        (Actor::Rep(1), ben, "12:40"),
        (Actor::Office, office, "12:41"),
    ] {
        company.at(time);
        say(
            company,
            telling,
            actor,
            EventKind::Sync,
            Link::Online,
            &sent(&company.sync(party)?),
        )?;
    }
    told.records = same(&office.book, &ada.book, &ben.book)?;
    let what = format!(
        "all three books hold the same {} records; no edit was lost",
        fieldbook_format::grouped(told.records as u64)
    );
    say(
        company,
        telling,
        Actor::Server,
        EventKind::Act,
        Link::Online,
        &what,
    )
}

/// Compares three books, field by field; how many records each holds.
fn same(office: &Book, ada: &Book, ben: &Book) -> Result<usize, DemoError> {
    let contents = |book: &Book| -> Result<Vec<(RecordId, Fields, u32)>, DemoError> {
        let mut held = Vec::new();
        for kind in Kind::ALL {
            held.extend(
                all(book, kind)?
                    .into_iter()
                    .map(|record| (record.id, record.fields, record.conflicts)),
            );
        }
        held.sort_by_key(|(id, ..)| *id);
        Ok(held)
    };
    let (first, second, third) = (contents(office)?, contents(ada)?, contents(ben)?);
    if first == second && second == third {
        Ok(first.len())
    } else {
        Err(DemoError::story(
            "the three books differ: this is a bug, please report it",
        ))
    }
}

pub(super) fn say(
    company: &Company,
    telling: &mut Telling,
    who: Actor,
    kind: EventKind,
    link: Link,
    what: &str,
) -> Result<(), DemoError> {
    telling.tell(company.time_of_day(), who, kind, link, what)
}

/// What a sync did, in a sentence.
fn sent(report: &SyncReport) -> String {
    format!(
        "{} out, {} in; {} in {}",
        fieldbook_format::count(report.sent.into(), "edit", "edits"),
        fieldbook_format::count(report.received.into(), "record", "records"),
        fieldbook_format::bytes(report.bytes_out + report.bytes_in),
        fieldbook_format::count(report.requests.into(), "request", "requests")
    )
}

fn millis(watch: &Stopwatch) -> String {
    format!("{} ms", watch.elapsed().as_millis())
}
