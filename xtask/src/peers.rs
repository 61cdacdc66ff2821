//! Reads what the command writes with the libraries that others read it with: calendars, tracks, `GeoJSON`, opening hours.
//!
//! The libraries are pinned and installed once, in the cache outside the tree.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::{Step, Stop};
use crate::{process, workspace};

/// The number of the set of libraries below; a changed set gets the next one.
const SET: u32 = 1;

/// What `read_back.py` needs from `PyPI`, with all that these need.
const PYTHON: [&str; 6] = [
    "icalendar==6.3.1",
    "gpxpy==1.6.2",
    "geojson==3.2.0",
    "python-dateutil==2.9.0.post0",
    "six==1.17.0",
    "tzdata==2025.2",
];

/// What `read_back.mjs` needs from npm.
const NODE: [&str; 3] = [
    "ical.js@2.2.1",
    "opening_hours@3.9.0",
    "@placemarkio/check-geojson@0.1.14",
];

/// The step of `cargo xtask test`.
pub(crate) fn step() -> Step {
    Step::new("peers read what we write", check)
}

/// Builds the command, installs the libraries if they are missing, and runs both scripts.
pub(crate) fn check() -> Result<(), Stop> {
    let libraries = installed()?;
    process::run(&mut process::cargo(["build", "-p", "fieldbook-cli"]))?;
    let command = workspace::target().join("debug/fieldbook");
    let folder = workspace::target().join("peers");
    // A folder that is not there needs no removal.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder)
        .map_err(|e| Stop::Failed(format!("{} cannot be made: {e}", folder.display())))?;
    let scripts = workspace::root().join("tests/peers");
    let mut python = Command::new(libraries.join("python/bin/python"));
    python.arg(scripts.join("read_back.py")).args([&command, &folder]);
    process::run(python.env("PYTHONDONTWRITEBYTECODE", "1"))?;
    let mut node = Command::new("node");
    node.arg(scripts.join("read_back.mjs"))
        .args([&command, &folder, &libraries.join("node")]);
    // Opening hours are local to the place, and the library takes that for the machine's zone.
    process::run(node.env("TZ", "Europe/Berlin"))
}

/// The Python that has `gpxpy`, and the script that reads a GPX file with it and prints its measures.
pub(crate) fn gpx_reader() -> Result<(PathBuf, PathBuf), Stop> {
    let python = installed()?.join("python/bin/python");
    Ok((python, workspace::root().join("tests/peers/read_gpx.py")))
}

/// The folder of the libraries, which are installed if missing.
fn installed() -> Result<PathBuf, Stop> {
    let cache = workspace::cache().ok_or_else(|| {
        Stop::Skipped("neither XDG_CACHE_HOME nor HOME says where a cache may be".to_owned())
    })?;
    process::ensure("python3", "-cimport ensurepip", &["python3-venv"])?;
    process::ensure("node", "--version", &["nodejs"])?;
    process::ensure("npm", "--version", &["npm"])?;
    let home = cache.join(format!("peers-{SET}"));
    // The last thing that is written, so that a partial set is completed.
    let complete = home.join("complete");
    if !complete.exists() {
        println!(
            "installing {} and {} in {}",
            PYTHON.join(" "),
            NODE.join(" "),
            home.display()
        );
        let filled = fill(&home).is_ok() && fs::write(&complete, "").is_ok();
        if !filled {
            return Err(Stop::Skipped(format!(
                "the libraries of peers cannot be installed in {} (no network?)",
                home.display()
            )));
        }
    }
    Ok(home)
}

fn fill(home: &Path) -> Result<(), Stop> {
    let (python, node) = (home.join("python"), home.join("node"));
    fs::create_dir_all(&node).map_err(|e| Stop::Failed(e.to_string()))?;
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&python))?;
    let mut pip = Command::new(python.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    process::run(pip.args(["--no-deps", "--only-binary=:all:"]).args(PYTHON))?;
    fs::write(node.join("package.json"), "{\"private\":true}").map_err(|e| Stop::Failed(e.to_string()))?;
    let mut npm = Command::new("npm");
    npm.args([
        "install",
        "--silent",
        "--no-fund",
        "--no-audit",
        "--ignore-scripts",
    ]);
    process::run(npm.args(NODE).current_dir(&node))
}
