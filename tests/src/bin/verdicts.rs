//! `cargo run --release -p fieldbook-tests --bin verdicts`: verdicts on other people's check-ins, and what evidence costs.
//! With `--chain N` it writes a chain of N links to standard output instead, for `fieldbook verify -`.

use std::io::{BufWriter, Write as _};
use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let done = match arguments.as_slice() {
        [] => fieldbook_tests::verdicts::run(&mut out),
        [option, links] if option == "--chain" && links.parse::<u64>().is_ok() => {
            let links = links.parse().unwrap_or(0);
            fieldbook_tests::verdicts::write_chain(links, &mut out).map_err(Into::into)
        }
        _ => {
            let _ = writeln!(std::io::stderr(), "usage: verdicts [--chain N]");
            return ExitCode::from(2);
        }
    };
    match done.and_then(|()| Ok(out.flush()?)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "verdicts: {error}");
            ExitCode::FAILURE
        }
    }
}
