//! `kills [--rounds N] [--seed S] [--dir DIR]`: processes killed in the middle of their work, and what is left of it.
//!
//! A round and its checks are described in `fieldbook_tests::kills`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match fieldbook_tests::kills::main(&arguments, &mut std::io::stdout().lock()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            // Nothing better can be done when even this cannot be written.
            drop(writeln!(std::io::stderr(), "kills: {why}"));
            ExitCode::from(if why.is_usage() { 2 } else { 1 })
        }
    }
}
