//! The iOS app as far as it can be built without Apple's SDK: its view models with their tests, its views against a
//! stand-in for `SwiftUI`, and the syntax of what only a Mac can compile.

use std::path::PathBuf;
use std::{fs, io};

use crate::bindings::{self, Profile};
use crate::step::{Step, Stop};
use crate::swift::{self, Package};
use crate::{process, workspace};

const PACKAGE: Package = Package {
    folder: "ios-demo",
    scratch: "swift-demo",
};

/// The step that builds the app and runs its tests; the library and its sources are there already.
pub(crate) fn test_step(bless: bool) -> Step {
    Step::new("ios app", move || test(bless))
}

/// The steps of `cargo xtask ios`.
pub(crate) fn steps(bless: bool) -> Vec<Step> {
    let mut steps = bindings::steps(Profile::Debug);
    steps.push(test_step(bless));
    steps
}

fn test(bless: bool) -> Result<(), Stop> {
    swift::make_root()?;
    PACKAGE.lint(&["App", "StandIn"])?;
    parse_app()?;
    PACKAGE.test(&[("FIELDBOOK_BLESS", if bless { "1" } else { "" })])
}

/// Checks the syntax of the files that need Apple's SDK.
fn parse_app() -> Result<(), Stop> {
    let folder = workspace::root().join(PACKAGE.folder).join("App");
    let files = swift_files(&folder).map_err(|e| Stop::Failed(format!("{}: {e}", folder.display())))?;
    let mut parse = PACKAGE.inside(Profile::Debug);
    process::run(
        parse
            .args(["swiftc", "-frontend", "-parse", "-swift-version", "6"])
            .args(files),
    )
}

fn swift_files(folder: &PathBuf) -> io::Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    let paths = entries.into_iter().map(|entry| entry.path());
    let mut files: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "swift"))
        .collect();
    files.sort();
    Ok(files)
}
