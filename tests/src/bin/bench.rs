//! `bench [--quick] [--large] [--rows NAME,...] [--runs N] [--dir DIR]`: one table, ours beside the baseline.
//!
//! Build it with `--release`; what each row measures is said in `fieldbook_tests::bench`.

use std::io::Write;
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match fieldbook_tests::bench::main(&arguments, &mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Nothing better can be done when even this cannot be written.
            drop(writeln!(std::io::stderr(), "bench: {why}"));
            ExitCode::from(if why.is_usage() { 2 } else { 1 })
        }
    }
}
