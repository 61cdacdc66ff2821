//! The scenes of the day, each on the real core and the real server. The hours without a signal are in `calls`.

use std::path::Path;

use fieldbook_core::book::{Book, ConflictShown, HistoryEntry, SyncReport};
use fieldbook_core::clock::Stopwatch;
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Fields, Kind, Scalar};

use super::calls::{Call, contested, without_signal};
use super::company::{Company, MIDNIGHT_MS};
use super::customers::{Files, Stop, all, choose};
use super::narrator::Narrator;
use super::{deal, drive, forgery, next_day, past};
use crate::error::DemoError;
use fieldbook_page::{Actor, Sketch};

/// A conflict that a rep resolved.
pub(super) struct ResolvedConflict {
    pub(super) account: String,
    pub(super) shown: ConflictShown,
    /// The change that wrote the value shown.
    pub(super) chosen: HistoryEntry,
    pub(super) restored_at: u32,
}

/// The results of the day that the page shows.
pub(super) struct DayOutcome {
    pub(super) stops: [Vec<Stop>; 2],
    pub(super) visits: Vec<Call>,
    pub(super) conflicts: Vec<ResolvedConflict>,
    pub(super) records: usize,
    pub(super) figures: Vec<(String, String)>,
    pub(super) drives: Vec<Sketch>,
    pub(super) plans: Vec<Sketch>,
}

/// Runs all scenes of the day.
pub(super) fn run(
    company: &mut Company,
    files: &Files,
    dir: &Path,
    narrator: &mut Narrator,
) -> Result<DayOutcome, DemoError> {
    let mut outcome = DayOutcome {
        stops: [Vec::new(), Vec::new()],
        visits: Vec::new(),
        conflicts: Vec::new(),
        records: 0,
        figures: Vec::new(),
        drives: Vec::new(),
        plans: Vec::new(),
    };
    narrator.chapter("The morning: an office, a server, two phones")?;
    morning(company, files, narrator, &mut outcome)?;
    narrator.chapter("No signal (x): everything goes on")?;
    without_signal(company, narrator, &mut outcome)?;
    tell_drive(files, narrator, &mut outcome)?;
    narrator.chapter("Signal again (~): what went out, what came in")?;
    with_signal(company, narrator, &mut outcome)?;
    narrator.chapter("A conflict (!): shown, and settled by one call")?;
    resolve_conflicts(company, narrator, &mut outcome)?;
    evening(company, narrator, &mut outcome)?;
    narrator.chapter("Evidence: what holds up, and what does not")?;
    evidence(company, dir, narrator)?;
    if let Some(stop) = outcome.stops[0].first() {
        narrator.chapter("A deal: its gates, two phones at once, and what the quarter brings")?;
        deal::tell(company, stop, narrator)?;
    }
    narrator.chapter("Tomorrow: planned without a signal, and again when the day breaks")?;
    plan_next_day(company, narrator, &mut outcome)?;
    Ok(outcome)
}

/// Ada plans the next day in the evening, and replans it during that day.
fn plan_next_day(
    company: &Company,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    company.set_time("18:30");
    let Some(tomorrow) = next_day::plan(&company.reps[0].book)? else {
        return Ok(());
    };
    let today = company.time_of_day();
    for (s, what) in &tomorrow.events {
        let at = if *s == 0 {
            today
        } else {
            u32::try_from(86_400 + s).unwrap_or(today)
        };
        narrator.offline_at(at, Actor::Rep(0), what)?;
    }
    outcome.plans = tomorrow.sketches;
    Ok(())
}

/// Adds the track that Ada's phone recorded in the morning.
fn tell_drive(files: &Files, narrator: &mut Narrator, outcome: &mut DayOutcome) -> Result<(), DemoError> {
    let Some(drive) = drive::drive(&outcome.visits, &files.street_plan()?) else {
        return Ok(());
    };
    narrator.offline(Actor::Rep(0), &drive.summary)?;
    outcome.drives.push(drive.sketch);
    Ok(())
}

/// The office verifies an evidence chain and a forged copy of it.
fn evidence(company: &Company, dir: &Path, narrator: &mut Narrator) -> Result<(), DemoError> {
    company.set_time("12:50");
    let checks = forgery::forge(&company.reps[1].book, dir)?;
    let links = fieldbook_format::count(checks.links, "link", "links");
    let whole = format!("checks Ben's chain of evidence: {links}, each signed and bound to the one before");
    narrator.online(Actor::Office, &whole)?;
    let forged = format!(
        "checks a copy with one check-in an hour earlier: {}",
        checks.first_break
    );
    narrator.online(Actor::Office, &forged)
}

fn morning(
    company: &Company,
    files: &Files,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    imports(company, files, narrator, outcome)?;
    if files.shipped {
        past::write(company)?;
    }
    company.set_time("07:45");
    company.join()?;
    let listens = format!("listens on {}", company.url());
    narrator.online(Actor::Server, &listens)?;
    let joined = format!(
        "joined with a one-time code; {}",
        sync_summary(&company.sync(&company.office)?)
    );
    narrator.sync(Actor::Office, &joined)?;
    outcome.stops = choose(&company.office.book)?;
    plan_visits(company, &outcome.stops)?;
    let visits = outcome.stops.iter().map(Vec::len).sum::<usize>();
    let planned = format!(
        "planned {visits} visits; {}",
        sync_summary(&company.sync(&company.office)?)
    );
    narrator.online(Actor::Office, &planned)?;
    company.set_time("07:55");
    for n in 0..company.reps.len() {
        first_sync(company, n, narrator, outcome)?;
    }
    Ok(())
}

fn imports(
    company: &Company,
    files: &Files,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    let watch = Stopwatch::start();
    let reports = files.import(&company.office.book)?;
    let took = elapsed(&watch);
    for (name, report) in &reports {
        let records = fieldbook_format::count(report.imported.into(), "record", "records");
        let refused = match report.refused.len() {
            0 => String::new(),
            n => format!(", {} refused", fieldbook_format::count(n as u64, "line", "lines")),
        };
        narrator.online(Actor::Office, &format!("imported {name}: {records}{refused}"))?;
        for line in report.refused.iter().take(3) {
            narrator.online(Actor::Office, &format!("refused {name} {line}"))?;
        }
    }
    let lines: u32 = reports.iter().map(|(_, report)| report.imported).sum();
    outcome.figures.push((
        format!("{} lines imported", fieldbook_format::grouped(lines.into())),
        took,
    ));
    Ok(())
}

fn first_sync(
    company: &Company,
    n: usize,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    let watch = Stopwatch::start();
    let report = company.sync(&company.reps[n])?;
    let took = elapsed(&watch);
    let records = fieldbook_format::count(report.received.into(), "record", "records");
    let bytes = fieldbook_format::bytes(report.bytes_in);
    let what = format!("joined and fetched the book: {records}, {bytes} in {took}");
    narrator.sync(Actor::Rep(n), &what)?;
    if n == 0 {
        outcome.figures.push((format!("first sync of {records}"), took));
        outcome.figures.push(("bytes of that sync".to_owned(), bytes));
    }
    Ok(())
}

/// The office plans a visit at every stop, half an hour apart.
fn plan_visits(company: &Company, stops: &[Vec<Stop>; 2]) -> Result<(), DemoError> {
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

fn with_signal(
    company: &Company,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    for (n, time) in [(0, "12:05"), (1, "12:20"), (0, "12:30")] {
        company.set_time(time);
        let watch = Stopwatch::start();
        let report = company.sync(&company.reps[n])?;
        if time == "12:05" {
            outcome.figures.push((
                format!(
                    "{} sent after a morning offline",
                    fieldbook_format::count(report.sent.into(), "edit", "edits")
                ),
                elapsed(&watch),
            ));
        }
        narrator.sync(Actor::Rep(n), &sync_summary(&report))?;
    }
    Ok(())
}

fn resolve_conflicts(
    company: &Company,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    company.set_time("12:34");
    let ada = &company.reps[0];
    for shown in ada.book.conflicts(None, 10)? {
        let account = outcome.stops[0]
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
        narrator.conflict(Actor::Rep(0), &what)?;
        let history = ada.book.history(shown.record)?;
        let wrote = |entry: &HistoryEntry| entry.fields.0.get(&shown.field) == Some(&shown.shown);
        let Some(chosen) = history.into_iter().rev().find(wrote) else {
            continue;
        };
        ada.book.restore(shown.record, &shown.field, shown.change)?;
        let restored_at = company.time_of_day();
        narrator.online(Actor::Rep(0), "read it on the door, so she restores hers")?;
        outcome.conflicts.push(ResolvedConflict {
            account,
            shown,
            chosen,
            restored_at,
        });
    }
    Ok(())
}

fn evening(company: &Company, narrator: &mut Narrator, outcome: &mut DayOutcome) -> Result<(), DemoError> {
    let (ada, ben, office) = (&company.reps[0], &company.reps[1], &company.office);
    for (actor, party, time) in [
        (Actor::Rep(0), ada, "12:35"),
        (Actor::Rep(1), ben, "12:40"),
        (Actor::Office, office, "12:41"),
    ] {
        company.set_time(time);
        narrator.sync(actor, &sync_summary(&company.sync(party)?))?;
    }
    outcome.records = count_equal_records(&office.book, &ada.book, &ben.book)?;
    let what = format!(
        "all three books hold the same {} records; no edit was lost",
        fieldbook_format::grouped(outcome.records as u64)
    );
    narrator.online(Actor::Server, &what)
}

/// The number of records that each of three equal books holds; an error if they differ in any field.
fn count_equal_records(office: &Book, ada: &Book, ben: &Book) -> Result<usize, DemoError> {
    let contents = |book: &Book| -> Result<Vec<(RecordId, Fields, u32)>, DemoError> {
        let mut records = Vec::new();
        for kind in Kind::ALL {
            records.extend(
                all(book, kind)?
                    .into_iter()
                    .map(|record| (record.id, record.fields, record.conflicts)),
            );
        }
        records.sort_by_key(|(id, ..)| *id);
        Ok(records)
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

/// The result of a sync in one line.
fn sync_summary(report: &SyncReport) -> String {
    format!(
        "{} out, {} in; {} in {}",
        fieldbook_format::count(report.sent.into(), "edit", "edits"),
        fieldbook_format::count(report.received.into(), "record", "records"),
        fieldbook_format::bytes(report.bytes_out + report.bytes_in),
        fieldbook_format::count(report.requests.into(), "request", "requests")
    )
}

/// The time on a stopwatch as `41 ms`.
pub(super) fn elapsed(watch: &Stopwatch) -> String {
    format!("{} ms", watch.elapsed().as_millis())
}
