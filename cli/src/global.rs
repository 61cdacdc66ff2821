//! The options of every command. `context` applies them.

use std::path::PathBuf;

use chrono::{DateTime, FixedOffset};
use fieldbook_core::location::Datum;

const BOOK: &str = "The book's file, made when absent [env: FIELDBOOK_BOOK] [default: the data folder]";

const CA: &str = "Trust the certificates of this authority, too, in PEM [env: FIELDBOOK_CA]";
const ALLOW_HTTP: &str =
    "Speak to a server on another machine without TLS, such as in a test [env: FIELDBOOK_ALLOW_HTTP=1]";

/// The options that stand before or behind any command.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    // Not read from the environment by clap, because an empty variable counts as absent.
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
    #[arg(long, value_name = "FILE", global = true, help = CA)]
    pub(crate) ca: Option<PathBuf>,
    #[arg(long, global = true, help = ALLOW_HTTP)]
    pub(crate) allow_http: bool,
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
