//! The command `fieldbook`: the core in a terminal, as a second app and a test bench. It has no business rules.
//!
//! [`args`] declares the commands, one file has each group of commands, [`error`] has error codes and exit codes. Every
//! command is a function from its arguments to `Result<(), CliError>`.

mod account;
mod args;
mod conflicts;
mod context;
mod datum;
mod deal;
mod demo;
mod edit;
mod error;
mod export;
mod fields;
mod fixes;
mod global;
mod here;
mod hours;
mod import;
mod input;
mod join;
mod json;
mod key;
mod kinds;
mod lead;
mod list;
mod log;
mod make_up;
mod merge;
mod out;
mod pack;
mod plan;
mod progress;
mod refused;
mod report;
mod review;
mod rows;
mod rules;
mod show;
mod status;
mod sync;
mod table;
mod track;
mod transfer;
mod verdict;
mod verify;
mod visit;
mod zone;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command};
use context::Context;
use error::CliError;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(usage) => return report_usage(&usage),
    };
    let json = cli.global.json;
    let mut context = Context::new(cli.global);
    let done = run(&mut context, cli.command).and_then(|()| context.out.flush());
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Earlier output comes before the error.
            let _ = context.out.flush();
            error.report(json)
        }
    }
}

fn run(context: &mut Context, command: Command) -> Result<(), CliError> {
    match command {
        Command::Demo(args) => demo::demo(context, &args),
        Command::New(args) => join::new(context, &args),
        Command::Join(args) => join::join(context, &args),
        Command::Server(args) => join::server(context, &args),
        Command::RotateKey(_) => key::rotate_key(context),
        Command::Status(args) => status::status(context, &args),
        Command::Import(args) => import::import(context, &args),
        Command::Export(args) => export::export(context, &args),
        Command::List(args) => list::list(context, &args),
        Command::Show(args) => show::show(context, &args),
        Command::Search(args) => list::search(context, &args),
        Command::Add(args) => edit::add(context, &args),
        Command::Set(args) => edit::set(context, &args),
        Command::Delete(args) => edit::delete(context, &args),
        Command::Undelete(args) => edit::undelete(context, &args),
        Command::CheckIn(args) => visit::check_in(context, &args),
        Command::CheckOut(args) => visit::check_out(context, &args),
        Command::Skip(args) => visit::skip(context, &args),
        Command::MakeUp(args) => make_up::make_up(context, &args),
        Command::Visits(args) => visit::visits(context, &args),
        Command::Verdict(args) => verdict::verdict(context, &args),
        Command::Verify(args) => verify::verify(context, &args),
        Command::Sync(args) => sync::sync(context, &args),
        Command::Conflicts(args) => conflicts::conflicts(context, &args),
        Command::Duplicates(args) => merge::duplicates(context, &args),
        Command::Merge(args) => merge::merge(context, &args),
        Command::Refused(args) => refused::refused(context, &args),
        Command::History(args) => conflicts::history(context, &args),
        Command::Restore(args) => conflicts::restore(context, &args),
        Command::Deal(args) => deal::deal(context, &args),
        Command::Board(args) => deal::board(context, &args),
        Command::Warn(args) => deal::warn(context, &args),
        Command::Funnel(args) => deal::funnel(context, &args),
        Command::Dwell(args) => deal::dwell(context, &args),
        Command::Forecast(args) => deal::forecast(context, &args),
        Command::Attain(args) => deal::attain(context, &args),
        Command::Diagnose(args) => deal::diagnose(context, &args),
        Command::Tier(args) => account::tier(context, &args),
        Command::Health(args) => account::health(context, &args),
        Command::Profile(args) => account::profile(context, &args),
        Command::Quality(args) => account::quality(context, &args),
        Command::Report(args) => report::report(context, &args),
        Command::Pack(args) => pack::pack(context, &args),
        Command::Lead(args) => lead::lead(context, &args),
        Command::Review(args) => review::review(context, &args),
        Command::Transfer(args) => transfer::transfer(context, &args),
        Command::Rules(args) => rules::rules(context, &args),
        Command::Plan(args) => plan::plan(context, &args),
        Command::Here(args) => here::here(context, &args),
        Command::Coverage(args) => here::coverage(context, &args),
        Command::Hours(args) => hours::hours(context, &args),
        Command::Datum(args) => datum::datum(context, &args),
        Command::Track(args) => track::track(context, &args),
        Command::Log(args) => log::log(context, &args),
    }
}

/// Reports a command line that could not be parsed; help and version are printed and are no error.
fn report_usage(usage: &clap::Error) -> ExitCode {
    let json = std::env::args_os().any(|arg| arg == "--json");
    if usage.use_stderr() && json {
        return CliError::usage(usage).report(json);
    }
    // A closed pipe after `--help` is no error.
    let _ = usage.print();
    ExitCode::from(if usage.use_stderr() { 2 } else { 0 })
}
