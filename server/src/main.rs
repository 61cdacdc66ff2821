//! The command `fieldbook-server`.

mod command;

use std::process::ExitCode;

fn main() -> ExitCode {
    command::run()
}
