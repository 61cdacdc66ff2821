//! The development commands of the workspace; `cargo xtask help` lists them.
//!
//! The product does not depend on this crate, nor this crate on the product, so that a verb starts at once.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling a person what is being done is what a verb is for"
)]

mod android;
mod bindings;
mod boundary;
mod checks;
mod ios;
mod kotlin;
mod licences;
mod peers;
mod process;
mod python;
mod scenario;
mod server;
mod spelling;
mod step;
mod swift;
mod verb;
mod workspace;

use std::process::ExitCode;

use verb::Verb;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match Verb::parse(&args) {
        Ok(Verb::Help) => {
            println!("{}", verb::USAGE);
            ExitCode::SUCCESS
        }
        Ok(Verb::Test) => step::report(&checks::all()),
        Ok(Verb::Scenario(wanted)) => step::report(&scenario::steps(&wanted)),
        Ok(Verb::Bindings) => step::report(&bindings::steps(bindings::Profile::Debug)),
        Ok(Verb::Android { bless }) => step::report(&android::steps(bless)),
        Ok(Verb::Ios { bless }) => step::report(&ios::steps(bless)),
        Ok(Verb::Peers) => step::report(&[peers::step()]),
        Ok(Verb::Apk(kind)) => step::report(&android::apk_steps(kind)),
        Ok(Verb::Bench(args)) => step::exit_code(checks::bench(&args)),
        Ok(Verb::BenchGpx(args)) => step::exit_code(checks::bench_gpx(&args)),
        Ok(Verb::BenchBindings) => step::report(&boundary::steps()),
        Ok(Verb::Sealed) => step::report(&[checks::sealed()]),
        Ok(Verb::Crash(args)) => step::exit_code(checks::crash(&args)),
        Ok(Verb::Drill(args)) => step::exit_code(checks::drill(&args)),
        Err(complaint) => {
            eprintln!("{complaint}\n\n{}", verb::USAGE);
            ExitCode::from(2)
        }
    }
}
