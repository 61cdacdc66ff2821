//! `crash [--rounds N] [--seed S] [--dir DIR]`: processes are killed while they work, and their files are checked.
//!
//! A round and its checks are described in `fieldbook_tests::crash`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match fieldbook_tests::crash::main(&arguments, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            // A failure to write this message is ignored.
            drop(writeln!(std::io::stderr(), "crash: {why}"));
            ExitCode::from(if why.is_usage() { 2 } else { 1 })
        }
    }
}
