//! `cargo run --release -p fieldbook-tests --bin plan_memory`: the work memory of the planner, by an allocator that counts.

use std::io::Write;
use std::process::ExitCode;

use fieldbook_tests::bench::{Meter, plan_memory};
use peak_alloc::PeakAlloc;

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

/// The allocator of this program.
struct Allocator;

impl Meter for Allocator {
    fn reset(&self) -> usize {
        COUNTED.reset_peak_usage();
        COUNTED.current_usage()
    }

    fn peak(&self) -> usize {
        COUNTED.peak_usage()
    }
}

fn main() -> ExitCode {
    match plan_memory(&Allocator, &mut std::io::stdout().lock()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing better can be done when even this cannot be written.
            drop(writeln!(std::io::stderr(), "plan_memory: {error}"));
            ExitCode::FAILURE
        }
    }
}
