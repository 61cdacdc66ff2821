//! What happens on the day.

use fieldbook_core::book::{Book, CheckInRequest, Checkup, ConflictShown, HistoryEntry, SyncReport};
use fieldbook_core::clock::{Clock, Stopwatch};
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::{Position, RawFix};
use fieldbook_core::model::{Body, CheckIn, Fields, Kind, Record, Scalar, Visit, VisitState};

use super::company::{Company, MIDNIGHT_MS};
use super::scene::{Files, Stop, all, choose};
use super::telling::Telling;
use crate::fault::Fault;
use crate::page::{Actor, EventKind, Link};
use crate::words;

/// Rep, time, metres from the door, accuracy in metres (0: no fix), outcome.
const CALLS: [(usize, &str, f64, f64, &str); 10] = [
    (0, "08:52", 9.0, 12.0, "wants small packs"),
    (1, "09:14", 18.0, 9.0, "reordered"),
    (0, "09:21", 22.0, 14.0, "left the new list"),
    (1, "09:40", 31.0, 22.0, "owner away until Friday"),
    (0, "09:58", 44.0, 38.0, "new hours on the door"),
    (1, "10:12", 340.0, 25.0, "parked at the yard"),
    (0, "10:31", 0.0, 0.0, "in the cellar, no sky"),
    (1, "10:50", 15.0, 16.0, "wants a quote"),
    (0, "11:05", 12.0, 11.0, "paid the old invoice"),
    (1, "11:22", 20.0, 140.0, "between tall houses"),
];

/// What the two reps write down about the same door.
const ADAS_HOURS: &str = "Mo-Fr 08:00-17:30; Sa 09:00-13:00";
const BENS_HOURS: &str = "Mo-Sa 09:00-18:00";

/// A check-in that took place.
pub(super) struct Call {
    pub(super) rep: usize,
    pub(super) stop: Stop,
    pub(super) check_in: CheckIn,
    pub(super) outcome: String,
}

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
}

/// Lives through the day and tells it.
pub(super) fn tell(company: &mut Company, files: &Files, telling: &mut Telling<'_>) -> Result<Told, Fault> {
    let mut told = Told {
        stops: [Vec::new(), Vec::new()],
        visits: Vec::new(),
        conflicts: Vec::new(),
        records: 0,
        figures: Vec::new(),
    };
    telling.chapter("The morning: an office, a server, two phones")?;
    morning(company, files, telling, &mut told)?;
    telling.chapter("No signal (x): everything goes on")?;
    without_signal(company, telling, &mut told)?;
    telling.chapter("Signal again (~): what went out, what came in")?;
    with_signal(company, telling, &mut told)?;
    telling.chapter("A conflict (!): shown, and settled by one call")?;
    settle(company, telling, &mut told)?;
    evening(company, telling, &mut told)?;
    Ok(told)
}

fn morning(
    company: &Company,
    files: &Files,
    telling: &mut Telling<'_>,
    told: &mut Told,
) -> Result<(), Fault> {
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
    telling: &mut Telling<'_>,
    told: &mut Told,
) -> Result<(), Fault> {
    let watch = Stopwatch::start();
    let reports = files.import(&company.office.book)?;
    let took = millis(&watch);
    for (name, report) in &reports {
        let records = words::count(report.imported.into(), "record", "records");
        let refused = match report.refused.len() {
            0 => String::new(),
            n => format!(", {} refused", words::count(n as u64, "line", "lines")),
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
    told.figures
        .push((format!("{} lines imported", words::grouped(lines.into())), took));
    Ok(())
}

fn first_sync(company: &Company, n: usize, telling: &mut Telling<'_>, told: &mut Told) -> Result<(), Fault> {
    let watch = Stopwatch::start();
    let report = company.sync(&company.reps[n])?;
    let took = millis(&watch);
    let records = words::count(report.received.into(), "record", "records");
    let bytes = words::bytes(report.bytes_in);
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
fn plan(company: &Company, stops: &[Vec<Stop>; 2]) -> Result<(), Fault> {
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

fn without_signal(company: &Company, telling: &mut Telling<'_>, told: &mut Told) -> Result<(), Fault> {
    let mut next = [0, 0];
    for (rep, time, off_m, accuracy_m, outcome) in CALLS {
        let Some(stop) = told.stops[rep].get(next[rep]).cloned() else {
            continue;
        };
        next[rep] += 1;
        company.at(time);
        let call = visit(company, rep, &stop, (off_m, accuracy_m), outcome)?;
        let verdict = words::assessment(&call.check_in.assessment);
        let arrived = (call.check_in.at_ms - MIDNIGHT_MS) / 1_000;
        let what = format!("checks in at {}: {verdict}", stop.account.title());
        telling.tell(
            u32::try_from(arrived).unwrap_or(0),
            Actor::Rep(rep),
            EventKind::Act,
            Link::Offline,
            &what,
        )?;
        told.visits.push(call);
        if (rep, next[rep]) == (0, 3) {
            hours(company, telling, told, 0, ADAS_HOURS, "read on the door")?;
        }
        if (rep, next[rep]) == (1, 3) {
            hours(company, telling, told, 1, BENS_HOURS, "told by phone")?;
        }
    }
    company.at("11:40");
    let ada = &company.reps[0];
    let account = ada.book.add(
        Kind::Account,
        &Fields::new().with("name", "The Ferry Kiosk").with("tier", "C"),
    )?;
    let contact = Fields::new()
        .with("name", "Mina Holt")
        .with("role", "owner")
        .with("account_id", Scalar::Id(account.id));
    ada.book.add(Kind::Contact, &contact)?;
    say(
        company,
        telling,
        Actor::Rep(0),
        EventKind::Act,
        Link::Offline,
        "met a new customer: The Ferry Kiosk, and its owner Mina Holt",
    )?;
    let error = Company::sync_without_signal(ada);
    let unsent = ada.book.status(Checkup::Quick)?.unsent;
    say(
        company,
        telling,
        Actor::Rep(0),
        EventKind::Act,
        Link::Offline,
        &format!(
            "tries to sync: {error}; {} wait on the phone",
            words::count(unsent.into(), "edit", "edits")
        ),
    )
}

/// One rep writes opening hours on the door that both know.
fn hours(
    company: &Company,
    telling: &mut Telling<'_>,
    told: &Told,
    rep: usize,
    hours: &str,
    how: &str,
) -> Result<(), Fault> {
    let Some(stop) = told.stops[0].get(2) else {
        return Ok(());
    };
    let (record, name) = contested(stop);
    let field = if stop.site.is_some() {
        "opening_hours"
    } else {
        "remark"
    };
    let field = if record == stop.account.id { "phone" } else { field };
    company.clock.advance(60_000);
    company.reps[rep].book.set_field(record, field, hours)?;
    say(
        company,
        telling,
        Actor::Rep(rep),
        EventKind::Act,
        Link::Offline,
        &format!("writes down the hours of {name}, {how}: {hours}"),
    )
}

/// The record both reps write on: the site, or the account of a customer without one.
fn contested(stop: &Stop) -> (RecordId, &str) {
    (
        stop.site.map_or(stop.account.id, |(site, _)| site),
        stop.account.title(),
    )
}

/// Checks in and out at a stop. Where there was no fix, one comes two minutes later.
fn visit(
    company: &Company,
    rep: usize,
    stop: &Stop,
    (off_m, accuracy_m): (f64, f64),
    outcome: &str,
) -> Result<Call, Fault> {
    let book = &company.reps[rep].book;
    let fixes = match stop.site {
        Some((_, door)) if accuracy_m > 0.0 => vec![fix(company, door, off_m, accuracy_m)],
        _ => Vec::new(),
    };
    let mut visit = book.check_in(
        stop.account.id,
        &CheckInRequest {
            fixes,
            ..CheckInRequest::default()
        },
    )?;
    if accuracy_m == 0.0
        && let Some((_, door)) = stop.site
    {
        company.clock.advance(120_000);
        let fixes = vec![fix(company, door, 8.0, 18.0)];
        visit = book.check_in(
            stop.account.id,
            &CheckInRequest {
                fixes,
                ..CheckInRequest::default()
            },
        )?;
    }
    company.clock.advance(9 * 60_000);
    let closed = book.check_out(visit.id, &[], Some(outcome))?;
    Ok(Call {
        rep,
        stop: stop.clone(),
        check_in: arrival(&closed)?,
        outcome: outcome.to_owned(),
    })
}

fn arrival(visit: &Record) -> Result<CheckIn, Fault> {
    match visit.body() {
        Body::Visit(Visit {
            state: VisitState::Closed { check_in, .. } | VisitState::Open { check_in },
            ..
        }) => Ok(check_in),
        _ => Err(Fault::refused(
            "demo_failed",
            "a visit that was checked in has no check-in",
        )),
    }
}

/// What a phone reports `off_m` metres from a door, in a direction that depends on the time.
fn fix(company: &Company, door: Position, off_m: f64, accuracy_m: f64) -> RawFix {
    let angle = f64::from(company.time_of_day() / 60) * 2.5;
    let lat = door.lat() + off_m * angle.sin() / 111_320.0;
    let lon = door.lon() + off_m * angle.cos() / (111_320.0 * door.lat().to_radians().cos().max(0.01));
    RawFix {
        at: chrono::DateTime::from_timestamp_millis(company.clock.now_ms())
            .unwrap_or_default()
            .to_rfc3339(),
        lat: lat.clamp(-90.0, 90.0),
        lon: lon.clamp(-180.0, 180.0),
        accuracy_m,
        speed_mps: None,
        bearing_deg: None,
        altitude_m: None,
        mock: None,
        monotonic_ms: None,
        boot_id: None,
        gps_at: None,
    }
}

fn with_signal(company: &Company, telling: &mut Telling<'_>, told: &mut Told) -> Result<(), Fault> {
    for (n, time) in [(0, "12:05"), (1, "12:20"), (0, "12:30")] {
        company.at(time);
        let watch = Stopwatch::start();
        let report = company.sync(&company.reps[n])?;
        if time == "12:05" {
            told.figures.push((
                format!(
                    "{} sent after a morning offline",
                    words::count(report.sent.into(), "edit", "edits")
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

fn settle(company: &Company, telling: &mut Telling<'_>, told: &mut Told) -> Result<(), Fault> {
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

fn evening(company: &Company, telling: &mut Telling<'_>, told: &mut Told) -> Result<(), Fault> {
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
        words::grouped(told.records as u64)
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
fn same(office: &Book, ada: &Book, ben: &Book) -> Result<usize, Fault> {
    let contents = |book: &Book| -> Result<Vec<(RecordId, Fields, u32)>, Fault> {
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
        Err(Fault::refused(
            "demo_failed",
            "the three books differ: this is a bug, please report it",
        ))
    }
}

fn say(
    company: &Company,
    telling: &mut Telling<'_>,
    who: Actor,
    kind: EventKind,
    link: Link,
    what: &str,
) -> Result<(), Fault> {
    telling.tell(company.time_of_day(), who, kind, link, what)
}

/// What a sync did, in a sentence.
fn sent(report: &SyncReport) -> String {
    format!(
        "{} out, {} in; {} in {}",
        words::count(report.sent.into(), "edit", "edits"),
        words::count(report.received.into(), "record", "records"),
        words::bytes(report.bytes_out + report.bytes_in),
        words::count(report.requests.into(), "request", "requests")
    )
}

fn millis(watch: &Stopwatch) -> String {
    format!("{} ms", watch.elapsed().as_millis())
}
