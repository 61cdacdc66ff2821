//! What can be typed: the options of every command, and the commands. Their own arguments are beside what they do.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use fieldbook_core::location::Datum;

use crate::{
    conflicts, datum, demo, edit, export, here, hours, import, join, list, log, make_up, plan, show, status,
    sync, track, verdict, verify, visit,
};

const LONG_ABOUT: &str =
    "The book of business of a field-sales rep: accounts, sites, contacts, opportunities, visits, \
tasks and notes.
It works with no signal and loses nothing.

Exit codes: 0 done, 1 refused or failed, 2 bad input or usage, 3 no connection (nothing
lost, it goes out later).";

const BOOK: &str = "The book's file, made when absent [env: FIELDBOOK_BOOK] [default: the data folder]";

const EXAMPLES: &str = "\
Examples:
  fieldbook new --rep 'Ada Palmer'
  fieldbook import accounts shops.csv
  fieldbook list accounts --near 52.6309,1.2974 --within 500
  fieldbook check-in 019ab0f2-7c1e-7000-8000-000000000001
  fieldbook --json list accounts | head -3";

/// Your accounts, visits and deals in a terminal, with or without a signal
#[derive(Debug, clap::Parser)]
#[command(name = "fieldbook", version, arg_required_else_help = true, long_about = LONG_ABOUT, after_help = EXAMPLES)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The options that stand before or behind any command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    // Read from the environment by hand, because an empty variable is as good as none.
    #[arg(long, value_name = "FILE", global = true, help = BOOK)]
    pub(crate) book: Option<PathBuf>,
    /// Print JSON: one object, or one object a line; errors as one object on stderr
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Use this time instead of the clock (RFC 3339); evidence says that it was given
    #[arg(long, value_name = "TIME", value_parser = time, global = true)]
    pub(crate) now: Option<DateTime<FixedOffset>>,
    /// What given positions are measured in: wgs84, gcj02 or bd09
    #[arg(long, value_name = "DATUM", value_parser = str::parse::<Datum>, default_value = "wgs84",
          hide_default_value = true, global = true)]
    pub(crate) datum: Datum,
}

/// What a rep can do.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    Demo(demo::DemoArgs),
    New(join::NewArgs),
    Join(join::JoinArgs),
    Status(status::StatusArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    List(list::ListArgs),
    Show(show::ShowArgs),
    Search(list::SearchArgs),
    Add(edit::AddArgs),
    Set(edit::SetArgs),
    Delete(edit::DeleteArgs),
    Undelete(edit::UndeleteArgs),
    CheckIn(visit::CheckInArgs),
    CheckOut(visit::CheckOutArgs),
    MakeUp(make_up::MakeUpArgs),
    Visits(visit::VisitsArgs),
    Skip(visit::SkipArgs),
    Verdict(verdict::VerdictArgs),
    Verify(verify::VerifyArgs),
    Sync(sync::SyncArgs),
    Conflicts(conflicts::ConflictsArgs),
    History(conflicts::HistoryArgs),
    Restore(conflicts::RestoreArgs),
    Plan(plan::PlanArgs),
    Here(here::HereArgs),
    Coverage(here::CoverageArgs),
    Hours(hours::HoursArgs),
    Datum(datum::DatumArgs),
    Track(track::TrackArgs),
    Log(log::LogArgs),
}

/// Reads a time as `--now` takes it, in the range that a change can carry.
fn time(text: &str) -> Result<DateTime<FixedOffset>, &'static str> {
    let time = DateTime::parse_from_rfc3339(text)
        .map_err(|_| "expected a time such as 2026-11-24T09:30:00+01:00")?;
    let ms = time.timestamp_millis();
    if (0..=fieldbook_core::clock::Stamp::MAX_MS).contains(&ms) {
        Ok(time)
    } else {
        Err("expected a time from 1970 to 6429")
    }
}
