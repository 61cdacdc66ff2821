//! Checks the spelling with a fixed version of `typos`, configured by `typos.toml` and installed in a virtual
//! environment in the cache.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step::Stop;
use crate::{process, workspace};

/// The version of `typos` on `PyPI`. Another version may have another dictionary.
const VERSION: &str = "1.52.0";

/// Checks every hand-written file.
pub(crate) fn check() -> Result<(), Stop> {
    let mut typos = Command::new(installed()?);
    process::run(typos.arg("--sort").current_dir(workspace::root()))
}

/// The path of the program, which is installed if missing.
fn installed() -> Result<PathBuf, Stop> {
    let cache = workspace::cache().ok_or_else(|| {
        Stop::Skipped("neither XDG_CACHE_HOME nor HOME says where a cache may be".to_owned())
    })?;
    let home = cache.join(format!("typos-{VERSION}"));
    let program = home.join("bin/typos");
    if !program.exists() {
        // One argument that succeeds only if Python has everything that a virtual environment needs.
        process::ensure("python3", "-cimport ensurepip", &["python3-venv"])?;
        println!("installing typos {VERSION} in {}", home.display());
        install(&cache, &home)?;
    }
    Ok(program)
}

/// Creates the environment under a temporary name and renames it when complete, so that nobody finds a partial one.
fn install(cache: &Path, home: &Path) -> Result<(), Stop> {
    let part = cache.join(format!("typos-part-{}", std::process::id()));
    let made = fs::create_dir_all(cache).is_ok() && fill(&part).is_ok();
    if settle(made, &part, home) {
        return Ok(());
    }
    Err(Stop::Skipped(format!(
        "typos {VERSION} cannot be installed in {} (no network?)",
        cache.display()
    )))
}

/// Moves the environment to its place, or removes it if it is incomplete or another process was quicker.
fn settle(made: bool, part: &Path, home: &Path) -> bool {
    let moved = made && fs::rename(part, home).is_ok();
    if !moved {
        // Nothing depends on its removal.
        let _ = fs::remove_dir_all(part);
    }
    home.exists()
}

fn fill(part: &Path) -> Result<(), Stop> {
    process::run(Command::new("python3").args(["-m", "venv"]).arg(part))?;
    let mut pip = Command::new(part.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
    // The wheel contains the program; the sources would take minutes to build.
    pip.args(["--no-deps", "--only-binary=:all:"]);
    process::run(pip.arg(format!("typos=={VERSION}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_environment_comes_to_its_place_and_the_first_one_stays() {
        let cache = std::env::temp_dir().join(format!("xtask-spelling-{}", std::process::id()));
        let (part, home) = (cache.join("part"), cache.join("home"));
        let make = |text: &str| {
            fs::create_dir_all(&part).expect("a folder can be made");
            fs::write(part.join("typos"), text).expect("a file can be written");
        };
        make("half");
        assert!(!settle(false, &part, &home));
        assert!(!part.exists());
        make("first");
        assert!(settle(true, &part, &home));
        make("second");
        assert!(settle(true, &part, &home));
        assert!(!part.exists());
        assert_eq!(
            fs::read_to_string(home.join("typos")).ok().as_deref(),
            Some("first")
        );
        fs::remove_dir_all(&cache).expect("what was made can be removed");
    }
}
