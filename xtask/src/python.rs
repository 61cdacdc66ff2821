//! The scenario in Python, on the generated module alone, and the blocks of its guide.

use std::process::Command;

use crate::step::Stop;
use crate::{bindings, process, workspace};

/// Runs the blocks of the guide, then the scenario, and returns the output of the scenario.
pub(crate) fn run_scenario(args: &[&str]) -> Result<Vec<u8>, Stop> {
    process::ensure("python3", "--version", &["python3-minimal"])?;
    process::run(&mut python("bindings/tests/guide.py"))?;
    process::output_of(python("bindings/tests/scenario.py").args(args))
}

/// A command that runs `script` over the generated module.
fn python(script: &str) -> Command {
    let mut python = Command::new("python3");
    python.arg(script).current_dir(workspace::root());
    python
        .env("PYTHONPATH", bindings::generated_dir("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    python
}
