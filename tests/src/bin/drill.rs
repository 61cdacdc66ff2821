//! `drill [--server PROGRAM] [--seeds N] [STORY]...`: the promises of `docs/security.md` against a real server process.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match fieldbook_tests::drill::main(&arguments, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            // A failure to write this message is ignored.
            drop(writeln!(std::io::stderr(), "{why}"));
            ExitCode::from(2)
        }
    }
}
