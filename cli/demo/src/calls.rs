//! The hours without a signal: check-ins, concurrent edits, a new customer, a failed sync.

use fieldbook_core::book::{CheckInRequest, Checkup};
use fieldbook_core::clock::Clock;
use fieldbook_core::ids::RecordId;
use fieldbook_core::location::{Position, RawFix};
use fieldbook_core::model::{Body, CheckIn, Fields, Kind, Record, Scalar, Visit, VisitState};

use super::company::{Company, MIDNIGHT_MS};
use super::customers::Stop;
use super::day::DayOutcome;
use super::narrator::Narrator;
use crate::error::DemoError;
use fieldbook_page::Actor;

/// The check-ins: rep, time, distance from the door in metres, accuracy in metres (0 for no fix), outcome.
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

/// The opening hours that Ada writes, in conflict with [`BENS_HOURS`].
const ADAS_HOURS: &str = "Mo-Fr 08:00-17:30; Sa 09:00-13:00";
/// The opening hours that Ben writes for the same site.
const BENS_HOURS: &str = "Mo-Sa 09:00-18:00";

/// A completed visit.
pub(super) struct Call {
    pub(super) rep: usize,
    pub(super) stop: Stop,
    pub(super) check_in: CheckIn,
    pub(super) outcome: String,
}

/// Runs ten check-ins, two concurrent edits of one field and a new customer.
pub(super) fn without_signal(
    company: &Company,
    narrator: &mut Narrator,
    outcome: &mut DayOutcome,
) -> Result<(), DemoError> {
    let mut next = [0, 0];
    for (rep, time, off_m, accuracy_m, remark) in CALLS {
        let Some(stop) = outcome.stops[rep].get(next[rep]).cloned() else {
            continue;
        };
        next[rep] += 1;
        company.set_time(time);
        let call = visit(company, rep, &stop, (off_m, accuracy_m), remark)?;
        let verdict = fieldbook_format::assessment(&call.check_in.assessment);
        let arrived = (call.check_in.at_ms - MIDNIGHT_MS) / 1_000;
        let what = format!("checks in at {}: {verdict}", stop.account.title());
        narrator.offline_at(u32::try_from(arrived).unwrap_or(0), Actor::Rep(rep), &what)?;
        outcome.visits.push(call);
        if (rep, next[rep]) == (0, 3) {
            write_hours(company, narrator, outcome, 0, ADAS_HOURS, "read on the door")?;
        }
        if (rep, next[rep]) == (1, 3) {
            write_hours(company, narrator, outcome, 1, BENS_HOURS, "told by phone")?;
        }
    }
    company.set_time("11:40");
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
    narrator.offline(
        Actor::Rep(0),
        "met a new customer: The Ferry Kiosk, and its owner Mina Holt",
    )?;
    let error = Company::sync_without_signal(ada);
    let unsent = ada.book.status(Checkup::Quick)?.unsent;
    narrator.offline(
        Actor::Rep(0),
        &format!(
            "tries to sync: {error}; {} wait on the phone",
            fieldbook_format::count(unsent.into(), "edit", "edits")
        ),
    )
}

/// One rep writes the opening hours of the site that both reps know.
fn write_hours(
    company: &Company,
    narrator: &mut Narrator,
    outcome: &DayOutcome,
    rep: usize,
    hours: &str,
    how: &str,
) -> Result<(), DemoError> {
    let Some(stop) = outcome.stops[0].get(2) else {
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
    narrator.offline(
        Actor::Rep(rep),
        &format!("writes down the hours of {name}, {how}: {hours}"),
    )
}

/// The record both reps write on: the site, or the account of a customer without one.
pub(super) fn contested(stop: &Stop) -> (RecordId, &str) {
    (
        stop.site.map_or(stop.account.id, |(site, _)| site),
        stop.account.title(),
    )
}

/// Checks in and out at a stop. If the first check-in has no fix, one follows two minutes later.
fn visit(
    company: &Company,
    rep: usize,
    stop: &Stop,
    (off_m, accuracy_m): (f64, f64),
    outcome: &str,
) -> Result<Call, DemoError> {
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

fn arrival(visit: &Record) -> Result<CheckIn, DemoError> {
    match visit.body() {
        Body::Visit(Visit {
            state: VisitState::Closed { check_in, .. } | VisitState::Open { check_in },
            ..
        }) => Ok(check_in),
        _ => Err(DemoError::story("a visit that was checked in has no check-in")),
    }
}

/// A fix `off_m` metres from a door, in a direction that depends on the time.
fn fix(company: &Company, door: Position, off_m: f64, accuracy_m: f64) -> RawFix {
    let angle = f64::from(company.time_of_day() / 60) * 2.5;
    let lat = door.lat() + off_m * angle.sin() / 111_320.0;
    let lon = door.lon() + off_m * angle.cos() / (111_320.0 * door.lat().to_radians().cos().max(0.01));
    fix_at(company.clock.now_ms(), (lat, lon), accuracy_m)
}

/// A fix at a position of degrees north and east, taken at `at_ms`, Unix milliseconds.
pub(super) fn fix_at(at_ms: i64, (lat, lon): (f64, f64), accuracy_m: f64) -> RawFix {
    RawFix {
        at: chrono::DateTime::from_timestamp_millis(at_ms)
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
        activity: None,
        network: None,
    }
}
