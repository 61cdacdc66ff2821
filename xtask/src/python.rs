//! The scenario in Python, on the generated module alone.

use std::process::Command;

use crate::step::Stop;
use crate::{bindings, process, workspace};

/// Runs the scenario and returns its output.
pub(crate) fn run_scenario(args: &[&str]) -> Result<Vec<u8>, Stop> {
    process::ensure("python3", "--version", &["python3-minimal"])?;
    let mut python = Command::new("python3");
    python
        .arg("bindings/tests/scenario.py")
        .args(args)
        .current_dir(workspace::root());
    python
        .env("PYTHONPATH", bindings::generated_dir("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    process::output_of(&mut python)
}
