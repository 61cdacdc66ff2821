//! Builds the library that other languages load, and generates their sources with `UniFFI`.
//!
//! Generated code is in `bindings/*/generated`, which git ignores, and always matches the library that was built
//! last.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use crate::step::{Step, Stop};
use crate::{checks, process, workspace};

/// A build profile of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// The debug build, quick to make, for the scenario.
    Debug,
    /// The release build, for measurements.
    Release,
    /// The small build that an app ships.
    Mobile,
}

/// Leaves out what the core does not use of `SQLite`, as an app's own build does.
const SQLITE_FLAGS: &str = "-USQLITE_ENABLE_FTS3 -USQLITE_ENABLE_FTS3_PARENTHESIS -USQLITE_ENABLE_STAT4 \
    -USQLITE_ENABLE_DBSTAT_VTAB -USQLITE_ENABLE_API_ARMOR -USQLITE_SOUNDEX SQLITE_OMIT_DEPRECATED";

impl Profile {
    /// The name of its folder below `target`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Profile::Debug => "debug",
            Profile::Release => "release",
            Profile::Mobile => "mobile",
        }
    }

    /// The folder that holds this build of the library.
    pub(crate) fn folder(self) -> PathBuf {
        workspace::target().join(self.name())
    }

    /// The path of the shared library.
    pub(crate) fn library(self) -> PathBuf {
        self.folder().join("libfieldbook.so")
    }
}

/// The steps that build the library and generate the sources of all three languages.
pub(crate) fn steps(profile: Profile) -> Vec<Step> {
    vec![
        Step::new("library", move || build(profile)),
        Step::new("generated sources", move || generate(profile)),
    ]
}

fn build(profile: Profile) -> Result<(), Stop> {
    process::run(&mut match profile {
        Profile::Mobile => {
            let mut cargo = process::cargo(["rustc", "--profile", "mobile", "-p", "fieldbook-bindings"]);
            // Alone: beside other crate types the linker would have to keep 2 MB more.
            cargo.args(["--lib", "--crate-type", "cdylib"]);
            cargo.env("LIBSQLITE3_FLAGS", SQLITE_FLAGS);
            cargo
        }
        // The whole workspace, as the tests build it: a subset would rebuild half of it with other features.
        Profile::Debug => process::cargo(["build"].iter().chain(&checks::MEMBERS)),
        Profile::Release => process::cargo([
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
    process::run(&mut process::cargo(["build", "-p", "fieldbook-bindgen"]))?;
    let library = profile.library();
    for language in ["kotlin", "python"] {
        let mut bindgen = generator("uniffi-bindgen");
        bindgen.args(["generate", "--no-format", "--language", language, "--out-dir"]);
        process::run(bindgen.arg(empty_generated_dir(language)?).arg(&library))?;
    }
    let out = empty_generated_dir("swift")?;
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
        process::run(bindgen.arg(what).arg(&library).arg(out.join(folder)))?;
    }
    link_library_for_python(&library)
}

fn generator(name: &str) -> Command {
    let mut command = Command::new(Profile::Debug.folder().join(name));
    command.current_dir(workspace::root());
    command
}

/// Empties the folder of generated sources of `language`, or creates it, and returns its path.
fn empty_generated_dir(language: &str) -> Result<PathBuf, Stop> {
    let folder = generated_dir(language);
    let recreated = match fs::remove_dir_all(&folder) {
        Err(e) if e.kind() != io::ErrorKind::NotFound => Err(e),
        _ => fs::create_dir_all(&folder),
    };
    recreated.map_err(|e| Stop::Failed(format!("{} cannot be made anew: {e}", folder.display())))?;
    Ok(folder)
}

/// The folder of generated sources of `language`.
pub(crate) fn generated_dir(language: &str) -> PathBuf {
    workspace::root()
        .join("bindings")
        .join(language)
        .join("generated")
}

/// Links the library into the folder of the Python module, which looks for it there.
fn link_library_for_python(library: &Path) -> Result<(), Stop> {
    let name = library.file_name().unwrap_or_default();
    let link = generated_dir("python").join(name);
    std::os::unix::fs::symlink(library, &link)
        .map_err(|e| Stop::Failed(format!("{} cannot be linked: {e}", link.display())))
}
