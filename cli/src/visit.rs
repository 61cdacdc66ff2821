//! `check-in`, `check-out`, `visits`, `skip`: the visits of a day.

use chrono::NaiveDate;
use fieldbook_core::book::{Book, CheckInRequest, TapClock};
use fieldbook_core::ids::RecordId;
use fieldbook_core::model::{Body, CheckIn, Record, VisitState};
use serde_json::Value;

use crate::context::Context;
use crate::error::CliError;
use crate::rows::{Names, visits as visits_table};
use crate::{fixes, json};

const FIX: &str = "\
A fix is JSON with at, lat, lon, accuracy_m and, if known, speed_mps, bearing_deg,
altitude_m, mock, monotonic_ms, boot_id, gps_at, activity (still, walking, running,
cycling, driving), network (lat, lon, accuracy_m by Wi-Fi or cells).
Give --fix several times, or a list.
None is a good answer: a check-in never waits for one.";

/// Check in at an account, now; it is saved whatever the position says
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Example:
  fieldbook check-in 019ab0f2-7c1e-7000-8000-000000000001 \\
    --fix '{{\"at\":\"2026-11-24T09:29:55Z\",\"lat\":52.6310,\"lon\":1.2975,\"accuracy_m\":12}}'

{FIX}"))]
pub(crate) struct CheckInArgs {
    /// At which account
    account: RecordId,
    /// At which of its sites [default: the nearest]
    #[arg(long, value_name = "ID")]
    site: Option<RecordId>,
    /// Which planned visit [default: the account's of today, else a new one]
    #[arg(long, value_name = "ID")]
    visit: Option<RecordId>,
    /// Where the phone is
    #[arg(long = "fix", value_name = "JSON")]
    fixes: Vec<String>,
}

/// Check out of an open visit, now
#[derive(Debug, clap::Args)]
#[command(after_help = format!("Example:
  fieldbook check-out 019ab0f2-7c1e-7000-8000-000000000002 --outcome 'ordered 12 cases'

{FIX}"))]
pub(crate) struct CheckOutArgs {
    /// Which visit
    visit: RecordId,
    /// Where the phone is
    #[arg(long = "fix", value_name = "JSON")]
    fixes: Vec<String>,
    /// What came of it
    #[arg(long, value_name = "TEXT")]
    outcome: Option<String>,
}

/// Say that a planned visit will not happen, and why
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example:\n  fieldbook skip 019ab0f2-7c1e-7000-8000-000000000002 --reason 'closed for the holidays'"
)]
pub(crate) struct SkipArgs {
    /// Which visit
    visit: RecordId,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

/// Show the visits of a day, by time
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:\n  fieldbook visits --day 2026-11-24\n\n\
    The day is that of the local time: the offset of --now, else the zone in TZ, else that of /etc/localtime, else UTC.")]
pub(crate) struct VisitsArgs {
    /// Which day [default: today]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
}

pub(crate) fn check_in(context: &mut Context, args: &CheckInArgs) -> Result<(), CliError> {
    let fixes = fixes::from_options(&args.fixes, context.datum)?;
    let book = context.book()?;
    let request = CheckInRequest {
        site: args.site,
        visit: args.visit,
        fixes,
        clock: tap_clock(context),
    };
    let visit = book.check_in(args.account, &request)?;
    print(context, &book, &visit)
}

pub(crate) fn check_out(context: &mut Context, args: &CheckOutArgs) -> Result<(), CliError> {
    let fixes = fixes::from_options(&args.fixes, context.datum)?;
    let book = context.book()?;
    let clock = tap_clock(context);
    let visit = book.check_out_by(args.visit, &fixes, args.outcome.as_deref(), &clock)?;
    print(context, &book, &visit)
}

pub(crate) fn skip(context: &mut Context, args: &SkipArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let visit = book.skip_visit(args.visit, &args.reason)?;
    print(context, &book, &visit)
}

/// The clock readings of a tap; a terminal knows only the offset from UTC.
fn tap_clock(context: &Context) -> TapClock {
    TapClock {
        utc_offset_min: Some(context.utc_offset_min()),
        ..TapClock::default()
    }
}

/// Prints a visit as JSON, or as one sentence and its id.
pub(crate) fn print(context: &mut Context, book: &Book, record: &Record) -> Result<(), CliError> {
    if context.out.json() {
        let object = json::record(record, context.zone);
        return context.out.value(&Value::Object(object));
    }
    let Body::Visit(visit) = record.body() else {
        return Ok(());
    };
    let account = visit
        .account_id
        .map(|id| Names::new(book).name(id))
        .transpose()?
        .unwrap_or_default();
    let arrival = |there: &CheckIn| {
        format!(
            "{} — {}",
            context.zone.time_of_day(there.at_ms),
            fieldbook_format::assessment(&there.assessment)
        )
    };
    let sentence = match &visit.state {
        VisitState::Planned => format!("The visit to {account} is planned."),
        // A repeated tap is the same check-in, so its time may be earlier.
        VisitState::Open { check_in } => format!("At {account} since {}.", arrival(check_in)),
        VisitState::Closed { check_in, check_out } => {
            let stayed = fieldbook_format::duration((check_out.at_ms - check_in.at_ms) / 1_000);
            let left = context.zone.time_of_day(check_out.at_ms);
            match (&check_in.make_up, &check_out.closed_by) {
                (Some(reason), _) => {
                    let arrived = context.zone.minute(check_in.at_ms);
                    format!("Made up: at {account} on {arrived}, for {stayed}; no check-in then: {reason}.")
                }
                (None, Some(rule)) => format!(
                    "Left {account} at {left}, after {stayed}: {}.",
                    fieldbook_format::closed_by(rule)
                ),
                (None, None) => format!("Checked out of {account} at {left}, after {stayed}."),
            }
        }
        VisitState::Skipped { reason } => format!("The visit to {account} will not happen: {reason}."),
        VisitState::Unreadable { .. } => {
            let arrived = visit.state.arrived_at_ms().map(|ms| context.zone.minute(ms));
            let when = arrived.map_or(String::new(), |time| format!(" on {time}"));
            format!("The visit to {account} took place{when}; a newer version wrote what is known of it.")
        }
    };
    context.out.line(&sentence)?;
    context.out.line(&format!("visit {}", record.id))
}

pub(crate) fn visits(context: &mut Context, args: &VisitsArgs) -> Result<(), CliError> {
    let day = args.day.unwrap_or_else(|| context.zone.day(context.now_ms()));
    let book = context.book()?;
    let found = book.day(day, context.zone.rules())?;
    let zone = context.zone;
    if context.out.json() {
        let mut lines = found.iter().map(|visit| Value::Object(json::record(visit, zone)));
        return lines.try_for_each(|line| context.out.value(&line));
    }
    if found.is_empty() {
        return context.out.line(&format!("No visits on {day}."));
    }
    let table = visits_table(&found, &mut Names::new(&book), |ms| zone.time_of_day(ms))?;
    context.out.table(&table)
}
