//! The scenario in Swift, in a Debian root of its own (`xtask/swift/root.sh`): there is no Swift on Debian 12.

use std::process::Command;

use crate::bindings::Profile;
use crate::step::Stop;
use crate::{errand, house};

/// Builds and tests the layer, then runs the scenario; what it printed.
pub(crate) fn play(profile: Profile, args: &[&str]) -> Result<Vec<u8>, Stop> {
    let scratch = house::target().join("swift");
    let scratch = scratch.display();
    let path = format!("--scratch-path={scratch}");
    errand::run(inside(profile).args(["swift", "test", "--quiet", "--disable-xctest", &path]))?;
    errand::run(inside(profile).args(["swift", "build", "--quiet", "--product=scenario", &path]))?;
    errand::output_of(
        inside(profile)
            .arg(format!("{scratch}/debug/scenario"))
            .args(args),
    )
}

/// A command that will run inside the root, in the package's folder.
fn inside(profile: Profile) -> Command {
    let root = house::root();
    let mut command = Command::new(root.join("xtask/swift/in.sh"));
    command.arg(&root).current_dir(root.join("bindings/swift"));
    command
        .arg("env")
        .arg(format!("FIELDBOOK_LIB={}", profile.folder().display()));
    command
}
