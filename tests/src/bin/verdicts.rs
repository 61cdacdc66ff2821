//! `cargo run --release -p fieldbook-tests --bin verdicts`: verdicts on other people's check-ins, and what evidence costs.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut out = std::io::stdout().lock();
    match fieldbook_tests::verdicts::run(&mut out) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            use std::io::Write as _;
            let _ = writeln!(std::io::stderr(), "verdicts: {error}");
            ExitCode::FAILURE
        }
    }
}
