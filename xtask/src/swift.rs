//! The scenario in Swift, in a separate Debian root (`xtask/swift/root.sh`), because Debian 12 has no Swift package.

use std::process::Command;

use crate::bindings::Profile;
use crate::process::{self, Captured};
use crate::step::Stop;
use crate::workspace;

/// Builds and tests the layer, runs the scenario, and returns its output.
pub(crate) fn run_scenario(profile: Profile, args: &[&str]) -> Result<Vec<u8>, Stop> {
    make_root()?;
    let package = Package {
        folder: "bindings/swift",
        scratch: "swift",
    };
    if profile == Profile::Debug {
        package.lint(&[])?;
        package.test(&[])?;
    }
    package.build(profile, "scenario")?;
    process::output_of(package.product(profile, "scenario").args(args))
}

/// A Swift package of this workspace.
pub(crate) struct Package {
    /// The folder of its manifest, from the workspace's root.
    pub(crate) folder: &'static str,
    /// The folder of its build products under `target`.
    pub(crate) scratch: &'static str,
}

impl Package {
    /// Checks layout and documentation of the sources and the folders `more` by `.swift-format`; a warning is a failure.
    pub(crate) fn lint(&self, more: &[&str]) -> Result<(), Stop> {
        let args = ["swift", "format", "lint", "--strict", "--recursive"];
        // By name: the generated sources lie beside these.
        let sources = ["Package.swift", "Sources", "Tests"];
        process::run(self.inside(Profile::Debug).args(args).args(sources).args(more))
    }

    /// Builds everything in the package and runs its tests, with the environment variables `variables`.
    pub(crate) fn test(&self, variables: &[(&str, &str)]) -> Result<(), Stop> {
        let args = ["swift", "test", "--quiet", "--disable-xctest"];
        process::run(
            self.inside(Profile::Debug)
                .args(variables.iter().map(|(name, value)| format!("{name}={value}")))
                .args(args)
                .args(self.options(Profile::Debug)),
        )
    }

    fn build(&self, profile: Profile, product: &str) -> Result<(), Stop> {
        process::run(
            self.inside(profile)
                .args(["swift", "build", "--quiet", "--product", product])
                .args(self.options(profile)),
        )
    }

    /// Returns a command that runs a built product.
    fn product(&self, profile: Profile, name: &str) -> Command {
        let mut command = self.inside(profile);
        command.arg(format!(
            "{}/{}/{name}",
            self.scratch_path(profile),
            configuration(profile)
        ));
        command
    }

    /// `SwiftPM` remembers which library a build was linked with: each profile has a folder of its own.
    fn scratch_path(&self, profile: Profile) -> String {
        let target = workspace::target();
        format!("{}/{}/{}", target.display(), self.scratch, profile.name())
    }

    fn options(&self, profile: Profile) -> [String; 2] {
        [
            format!("--scratch-path={}", self.scratch_path(profile)),
            format!("--configuration={}", configuration(profile)),
        ]
    }

    /// Returns a command that runs inside the root, in the package's folder.
    pub(crate) fn inside(&self, profile: Profile) -> Command {
        let root = workspace::root();
        let mut command = Command::new(root.join("xtask/swift/in.sh"));
        command.arg(&root).current_dir(root.join(self.folder));
        // Cargo has put the debug build on this path for the programs that it runs, before the library of `profile`.
        command.env("LD_LIBRARY_PATH", profile.folder());
        command
            .arg("env")
            .arg(format!("FIELDBOOK_LIB={}", profile.folder().display()));
        command
    }
}

fn configuration(profile: Profile) -> &'static str {
    match profile {
        Profile::Debug => "debug",
        Profile::Release | Profile::Mobile => "release",
    }
}

/// Creates the root if it is missing. If its script skips, the last line of its output is the reason.
pub(crate) fn make_root() -> Result<(), Stop> {
    let script = workspace::root().join("xtask/swift/root.sh");
    let mut command = Command::new("sh");
    let Captured { text, end } =
        process::run_capturing(command.args(["-c", "exec \"$0\" 2>&1"]).arg(script))?;
    end.map_err(|stop| match (stop, text.trim_end().lines().next_back()) {
        (Stop::Skipped(_), Some(why)) => Stop::Skipped(why.to_owned()),
        (other, _) => other,
    })
}
