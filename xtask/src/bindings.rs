//! The library that other languages load, and the sources that `UniFFI` writes for them.
//!
//! Generated code lies in `bindings/*/generated`, which git ignores: it is always that of the library beside it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use crate::step::{Step, Stop};
use crate::{checks, errand, house};

/// Which build of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build: for the scenario.
    Debug,
    /// For measuring.
    Release,
}

impl Profile {
    /// The folder that holds this build of the library.
    pub(crate) fn folder(self) -> PathBuf {
        house::target().join(match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
        })
    }

    /// The library itself.
    pub(crate) fn library(self) -> PathBuf {
        self.folder().join("libfieldbook.so")
    }
}

/// Builds the library and writes the sources of all three languages.
pub(crate) fn steps(profile: Profile) -> Vec<Step> {
    vec![
        Step::new("library", move || build(profile)),
        Step::new("generated sources", move || generate(profile)),
    ]
}

fn build(profile: Profile) -> Result<(), Stop> {
    errand::run(&mut match profile {
        // The whole workspace, as the tests build it: a smaller choice would build half of it anew, with other features.
        Profile::Debug => errand::cargo(["build"].iter().chain(&checks::MEMBERS)),
        Profile::Release => errand::cargo([
            "build",
            "--release",
            "-p",
            "fieldbook-bindings",
            "-p",
            "fieldbook-server",
        ]),
    })
}

fn generate(profile: Profile) -> Result<(), Stop> {
    // Always the debug build of the generator: its own speed does not matter, its build time does.
    errand::run(&mut errand::cargo(["build", "-p", "fieldbook-bindgen"]))?;
    let library = profile.library();
    for language in ["kotlin", "python"] {
        let mut bindgen = generator("uniffi-bindgen");
        bindgen.args(["generate", "--no-format", "--language", language, "--out-dir"]);
        errand::run(bindgen.arg(emptied(language)?).arg(&library))?;
    }
    let out = emptied("swift")?;
    for (what, folder) in [
        ("--swift-sources", "sources"),
        ("--headers", "ffi"),
        ("--modulemap", "ffi"),
    ] {
        let mut bindgen = generator("uniffi-bindgen-swift");
        if what == "--modulemap" {
            bindgen.args([
                "--modulemap-filename",
                "module.modulemap",
                "--module-name",
                "fieldbookFFI",
            ]);
        }
        errand::run(bindgen.arg(what).arg(&library).arg(out.join(folder)))?;
    }
    beside_the_python(&library)
}

fn generator(name: &str) -> Command {
    let mut command = Command::new(Profile::Debug.folder().join(name));
    command.current_dir(house::root());
    command
}

/// The folder of generated sources of `language`, empty.
fn emptied(language: &str) -> Result<PathBuf, Stop> {
    let folder = generated(language);
    let made = match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => fs::create_dir_all(&folder),
    };
    made.map_err(|e| Stop::Failed(format!("{} cannot be made anew: {e}", folder.display())))?;
    Ok(folder)
}

/// Where the generated sources of `language` lie.
pub(crate) fn generated(language: &str) -> PathBuf {
    house::root().join("bindings").join(language).join("generated")
}

/// Python's module looks for the library in its own folder.
fn beside_the_python(library: &Path) -> Result<(), Stop> {
    let name = library.file_name().unwrap_or_default();
    let link = generated("python").join(name);
    std::os::unix::fs::symlink(library, &link)
        .map_err(|e| Stop::Failed(format!("{} cannot be linked: {e}", link.display())))
}
