//! `track record|suggested|accept|dismiss|forget`: the book's own track, and the visits that it suggests.

use chrono::{DateTime, FixedOffset};
use fieldbook_core::book::{Book, Privacy, SuggestedVisit, TapClock};
use fieldbook_core::model::{Holidays, Keeping, PrivacyRules, RecordingMode};
use serde_json::{Value, json};

use crate::context::Context;
use crate::error::CliError;
use crate::progress::Bar;
use crate::table::{Column, Table};
use crate::visit;
use fieldbook_format::{count, duration};

/// Span searched on either side of a moment, milliseconds: no stop around it begins earlier or ends later.
const SEARCH_WINDOW_MS: i64 = 86_400_000;
/// Default reason of an accepted visit.
const FROM_TRACK: &str = "suggested by the track";

/// Keep the fixes of a file in the book, as a phone would: nothing outside working hours or in private mode
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook track record day.csv.gz --hours 'Mo-Fr 08:00-18:00; PH off' --country GB")]
pub(super) struct RecordArgs {
    #[command(flatten)]
    file: super::FileArgs,
    /// business, personal (distance only, no position is kept) or private (nothing at all)
    #[arg(long, value_name = "MODE", value_parser = recording_mode, default_value = "business")]
    mode: RecordingMode,
    /// When you work, in the syntax of OpenStreetMap's opening hours [default: always]
    #[arg(long, value_name = "HOURS")]
    hours: Option<String>,
    /// Whose public holidays those hours speak of, such as GB
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
}

/// From when until when.
#[derive(Debug, clap::Args)]
pub(crate) struct SpanArgs {
    /// From when on [default: the beginning]
    #[arg(long, value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    from: Option<DateTime<FixedOffset>>,
    /// Until when [default: the end]
    #[arg(long, value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    until: Option<DateTime<FixedOffset>>,
}

impl SpanArgs {
    /// Both ends in Unix milliseconds; an open end is the least or greatest number.
    pub(crate) fn ms(&self) -> (i64, i64) {
        let ms = |time: Option<DateTime<FixedOffset>>| time.map(|time| time.timestamp_millis());
        (
            ms(self.from).unwrap_or(i64::MIN),
            ms(self.until).unwrap_or(i64::MAX),
        )
    }

    /// `true` if either end was given.
    pub(crate) fn is_given(&self) -> bool {
        self.from.is_some() || self.until.is_some()
    }
}

/// Show the stops near known sites at which no visit was noted
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook track suggested --from 2026-11-24T00:00:00Z")]
pub(super) struct SuggestedArgs {
    #[command(flatten)]
    span: SpanArgs,
}

/// Make a visit of a suggested one; it says for ever that it was made up for
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook track accept 2026-11-24T09:30:00Z --until 2026-11-24T09:50:00Z")]
pub(super) struct AcceptArgs {
    /// Any moment within the stop
    #[arg(value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    at: DateTime<FixedOffset>,
    #[command(flatten)]
    edit: SpanArgs,
    /// Why there was no check-in
    #[arg(long, value_name = "TEXT", default_value = FROM_TRACK)]
    reason: String,
}

/// Say that a suggested visit was none; it is not suggested again
#[derive(Debug, clap::Args)]
#[command(after_help = "Example:
  fieldbook track dismiss 2026-11-24T12:30:00Z")]
pub(super) struct DismissArgs {
    /// Any moment within the stop
    #[arg(value_name = "TIME", value_parser = DateTime::parse_from_rfc3339)]
    at: DateTime<FixedOffset>,
}

/// Forget what is kept of your track, for ever
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  fieldbook track forget --until 2026-09-01T00:00:00Z
  fieldbook track forget --all")]
pub(super) struct ForgetArgs {
    #[command(flatten)]
    span: SpanArgs,
    /// All of it
    #[arg(long)]
    all: bool,
}

fn recording_mode(word: &str) -> Result<RecordingMode, &'static str> {
    match word {
        "business" => Ok(RecordingMode::Business),
        "personal" => Ok(RecordingMode::Personal),
        "private" => Ok(RecordingMode::Private),
        _ => Err("expected business, personal or private"),
    }
}

impl RecordArgs {
    fn rules(&self) -> Result<PrivacyRules, CliError> {
        let hours = self.hours.as_deref().map(str::parse).transpose();
        let holidays = self.country.as_deref().map(Holidays::of_country).transpose();
        Ok(PrivacyRules {
            working_hours: hours.map_err(|error| CliError::bad_field("--hours", error))?,
            holidays: holidays
                .map_err(|error| CliError::bad_field("--country", error))?
                .unwrap_or_else(Holidays::none),
            ..PrivacyRules::default()
        })
    }
}

pub(super) fn record(context: &mut Context, args: &RecordArgs) -> Result<(), CliError> {
    let rules = args.rules()?;
    let file = super::load(context, &args.file)?;
    let book = context.book()?;
    let (mut kept, mut measured, mut dropped) = (0_u64, 0_u64, 0_u64);
    let mut bar = Bar::new("recording", file.fixes.len() as u64);
    for (done, fix) in (1..).zip(&file.fixes) {
        let privacy = Privacy {
            rules: &rules,
            mode: args.mode,
            zone: context.zone.rules().clone(),
        };
        match book.record_fix(fix, &privacy)? {
            Keeping::Write => kept += 1,
            Keeping::MeasureOnly => measured += 1,
            Keeping::Drop => dropped += 1,
        }
        bar.update(done, done);
    }
    drop(bar);
    if context.out.json() {
        return context
            .out
            .value(&json!({ "kept": kept, "measured": measured, "dropped": dropped }));
    }
    let kept = count(kept, "fix was kept", "fixes were kept");
    let dropped = match measured + dropped {
        0 => String::new(),
        n => format!("; {n} outside working hours or in private were not"),
    };
    context.out.line(&format!("{kept}{dropped}."))
}

pub(super) fn suggested(context: &mut Context, args: &SuggestedArgs) -> Result<(), CliError> {
    let (from_ms, until_ms) = args.span.ms();
    let found = context.book()?.suggested_visits(from_ms, until_ms)?;
    if context.out.json() {
        return found
            .iter()
            .try_for_each(|visit| context.out.value(&to_json(context, visit)));
    }
    if found.is_empty() {
        return context.out.line("No stop at a known site is without its visit.");
    }
    let columns = [
        Column::whole("FROM"),
        Column::whole("UNTIL"),
        Column::whole("STAYED"),
        Column::text("ACCOUNT"),
        Column::number("AWAY"),
    ];
    let mut table = Table::new(&columns);
    for visit in &found {
        table.row(&[
            context.zone.minute(visit.from_ms),
            context.zone.time_of_day(visit.until_ms),
            duration(visit.until_ms.saturating_sub(visit.from_ms) / 1_000),
            visit.account.title().to_owned(),
            visit.distance.to_string(),
        ]);
    }
    context.out.table(&table)
}

fn to_json(context: &Context, visit: &SuggestedVisit) -> Value {
    json!({
        "from": context.zone.rfc3339(visit.from_ms),
        "until": context.zone.rfc3339(visit.until_ms),
        "account": visit.account.id.to_string(),
        "title": visit.account.title(),
        "site": visit.site.id.to_string(),
        "distance_m": super::rounded(visit.distance.0, 10.0),
    })
}

/// The suggested visit whose stop includes this moment.
fn suggestion_at(book: &Book, at: DateTime<FixedOffset>) -> Result<SuggestedVisit, CliError> {
    let at_ms = at.timestamp_millis();
    let around = book.suggested_visits(
        at_ms.saturating_sub(SEARCH_WINDOW_MS),
        at_ms.saturating_add(SEARCH_WINDOW_MS),
    )?;
    let found = around
        .into_iter()
        .find(|visit| (visit.from_ms..=visit.until_ms).contains(&at_ms));
    found.ok_or_else(|| CliError::refused("no_suggestion", "no visit is suggested at that time"))
}

pub(super) fn accept(context: &mut Context, args: &AcceptArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let mut suggested = suggestion_at(&book, args.at)?;
    if let Some(from) = args.edit.from {
        suggested.from_ms = from.timestamp_millis();
    }
    if let Some(until) = args.edit.until {
        suggested.until_ms = until.timestamp_millis();
    }
    let clock = TapClock {
        utc_offset_min: Some(context.utc_offset_min()),
        ..TapClock::default()
    };
    let made = book.make_up(suggested.account.id, &suggested.missed(&args.reason, clock))?;
    visit::print(context, &book, &made)
}

pub(super) fn dismiss(context: &mut Context, args: &DismissArgs) -> Result<(), CliError> {
    let book = context.book()?;
    let suggested = suggestion_at(&book, args.at)?;
    book.dismiss_suggestion(suggested.site.id, suggested.from_ms, suggested.until_ms)?;
    if context.out.json() {
        let value = to_json(context, &suggested);
        return context.out.value(&value);
    }
    let title = suggested.account.title().to_owned();
    context
        .out
        .line(&format!("{title} is not suggested again for that time."))
}

pub(super) fn forget(context: &mut Context, args: &ForgetArgs) -> Result<(), CliError> {
    if args.all == args.span.is_given() {
        return Err(
            CliError::bad_input("usage", "give --from, --until or both, or --all").with("option", "--all"),
        );
    }
    let (from_ms, until_ms) = args.span.ms();
    let forgotten = context.book()?.forget_track(from_ms, until_ms)? as u64;
    if context.out.json() {
        return context.out.value(&json!({ "forgotten": forgotten }));
    }
    let line = count(forgotten, "fix was forgotten", "fixes were forgotten");
    context.out.line(&format!("{line}."))
}
