//! `fieldbook-demo`: the main job, end to end, in a minute.
//!
//! A server on a free port of this machine, an office and two reps with a book each. [`day`] and [`calls`] run the
//! day on the real core and over the real network; only the clock is simulated. [`customers`] chooses the stops, [`company`]
//! has the server and the three books, [`narrator`] prints and records, [`picture`] makes the page. [`drive`] is the track
//! that one phone records, along paths of [`street_graph`]; [`forgery`] verifies a forged evidence chain; [`next_day`] plans
//! the next day. [`past`] writes what the figures of the sales process stand on.

mod calls;
mod company;
mod customers;
mod day;
mod deal;
mod drive;
mod error;
mod forgery;
mod narrator;
mod next_day;
mod past;
mod picture;
mod street_graph;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;

use error::DemoError;
use narrator::Narrator;

/// Tell the whole story: two reps, an office, a server, a day without signal
#[derive(Debug, Parser)]
#[command(
    name = "fieldbook-demo",
    version,
    after_help = "Example:
  fieldbook-demo --data places.csv

Writes DIR/day.html, a page to open in a browser, and leaves the three books beside it for a look of your own:
  fieldbook --book DIR/ada.db list accounts"
)]
struct CommandLine {
    /// Where the books and the page go; what an earlier demo left there is replaced
    #[arg(long, default_value = "fieldbook-demo")]
    dir: PathBuf,
    /// Customers to use instead of the shipped sample: a CSV of accounts, or a folder with accounts.csv and, if there
    /// are any, contacts.csv, opportunities.csv and streets.csv
    #[arg(long, value_name = "CSV_OR_DIR")]
    data: Option<PathBuf>,
    /// Print one JSON object at the end instead of the story
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    match demo(&CommandLine::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(DemoError::Output(error)) if error.kind() == std::io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

#[expect(
    clippy::print_stderr,
    reason = "a command says on standard error why it failed"
)]
fn fail(error: &DemoError) -> ExitCode {
    eprintln!("fieldbook-demo: {error}");
    ExitCode::FAILURE
}

/// Runs the demo.
fn demo(args: &CommandLine) -> Result<(), DemoError> {
    let files = customers::Files::find(args.data.as_deref())?;
    clear(&args.dir)?;
    let mut company = company::Company::start(&args.dir)?;
    let mut narrator = Narrator::new(company.clock.clone(), args.json);
    let outcome = day::run(&mut company, &files, &args.dir, &mut narrator)?;
    let page = args.dir.join("day.html");
    let html = picture::draw(&company, &files, &outcome, narrator.into_events())?;
    std::fs::write(&page, html).map_err(|error| DemoError::file(&page, error))?;
    company.stop()?;
    finish(args.json, &page, &outcome)
}

fn finish(is_json: bool, page: &Path, outcome: &day::DayOutcome) -> Result<(), DemoError> {
    if is_json {
        return narrator::print(
            &serde_json::json!({
                "page": page.display().to_string(),
                "records": outcome.records,
                "visits": outcome.visits.len(),
                "conflicts": outcome.conflicts.len(),
                "equal": true,
            })
            .to_string(),
        );
    }
    narrator::print("")?;
    narrator::print(&format!("The day as a page: {}", page.display()))
}

/// Creates the folder and removes files of an earlier demo, but no other files.
fn clear(dir: &Path) -> Result<(), DemoError> {
    let failed = |error: std::io::Error| DemoError::file(dir, error);
    std::fs::create_dir_all(dir).map_err(failed)?;
    for name in ["office.db", "ada.db", "ben.db", "server/fieldbook.db"] {
        for suffix in ["", "-wal", "-shm", "-lock"] {
            match std::fs::remove_file(dir.join(format!("{name}{suffix}"))) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(failed(error)),
                _ => {}
            }
        }
    }
    Ok(())
}
