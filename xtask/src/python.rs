//! The scenario in Python, on the generated module alone.

use std::process::Command;

use crate::step::Stop;
use crate::{bindings, errand, house};

/// Runs the scenario; what it printed.
pub(crate) fn play(args: &[&str]) -> Result<Vec<u8>, Stop> {
    errand::ensure("python3", "--version", &["python3-minimal"])?;
    let mut python = Command::new("python3");
    python
        .arg("bindings/tests/scenario.py")
        .args(args)
        .current_dir(house::root());
    python
        .env("PYTHONPATH", bindings::generated("python"))
        .env("PYTHONDONTWRITEBYTECODE", "1");
    errand::output_of(&mut python)
}
