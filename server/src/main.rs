//! The program `fieldbook-server`: runs the server and its admin command.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
