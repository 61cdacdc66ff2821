//! The scenario in Swift, in a separate Debian root (`xtask/swift/root.sh`), because Debian 12 has no Swift package.

use std::process::Command;

use crate::bindings::Profile;
use crate::process::{self, Captured};
use crate::step::Stop;
use crate::workspace;

/// Builds and tests the layer, runs the scenario, and returns its output.
pub(crate) fn run_scenario(profile: Profile, args: &[&str]) -> Result<Vec<u8>, Stop> {
    make_root()?;
    let configuration = match profile {
        Profile::Debug => "debug",
        Profile::Release => "release",
    };
    // SwiftPM remembers which library a build was linked with: each profile has a folder of its own.
    let scratch = format!("{}/swift/{configuration}", workspace::target().display());
    let how = [
        format!("--scratch-path={scratch}"),
        format!("--configuration={configuration}"),
    ];
    if profile == Profile::Debug {
        process::run(
            inside(profile)
                .args(["swift", "test", "--quiet", "--disable-xctest"])
                .args(&how),
        )?;
    }
    process::run(
        inside(profile)
            .args(["swift", "build", "--quiet", "--product=scenario"])
            .args(&how),
    )?;
    process::output_of(
        inside(profile)
            .arg(format!("{scratch}/{configuration}/scenario"))
            .args(args),
    )
}

/// Creates the root if it is missing. If its script skips, the last line of its output is the reason.
fn make_root() -> Result<(), Stop> {
    let script = workspace::root().join("xtask/swift/root.sh");
    let mut command = Command::new("sh");
    let Captured { text, end } =
        process::run_capturing(command.args(["-c", "exec \"$0\" 2>&1"]).arg(script))?;
    end.map_err(|stop| match (stop, text.trim_end().lines().next_back()) {
        (Stop::Skipped(_), Some(why)) => Stop::Skipped(why.to_owned()),
        (other, _) => other,
    })
}

/// Returns a command that runs inside the root, in the package's folder.
fn inside(profile: Profile) -> Command {
    let root = workspace::root();
    let mut command = Command::new(root.join("xtask/swift/in.sh"));
    command.arg(&root).current_dir(root.join("bindings/swift"));
    command
        .arg("env")
        .arg(format!("FIELDBOOK_LIB={}", profile.folder().display()));
    command
}
