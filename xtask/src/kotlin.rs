//! The scenario in Kotlin, on the JVM: Maven builds it and tests the hand-written layer, `java` runs it.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::bindings::Profile;
use crate::process::{self, Captured};
use crate::scenario::{self, Language};
use crate::step::Stop;
use crate::workspace;

/// Messages of Maven when a package is in neither its cache nor the network.
const NO_NETWORK: [&str; 4] = [
    "Could not transfer artifact",
    "Could not find artifact",
    "Cannot access",
    "Unknown host",
];

/// Builds and tests the layer, runs the scenario, and returns its output.
pub(crate) fn run_scenario(profile: Profile, args: &[&str]) -> Result<Vec<u8>, Stop> {
    build(profile)?;
    process::output_of(java(profile, "com.fieldbook.scenario.ScenarioKt")?.args(args))
}

/// Fills a book with 100,000 accounts, then starts a JVM of its own that shows the first of them, several times.
pub(crate) fn measure_first_list(profile: Profile) -> Result<(), Stop> {
    build(profile)?;
    let folder = scenario::stage(Language::Kotlin)?;
    let run = |what: &str| {
        let mut java = java(profile, "com.fieldbook.scenario.FirstListKt")?;
        process::run(java.arg(what).arg(&folder))
    };
    run("fill")?;
    for _ in 0..RUNS {
        run("show")?;
    }
    Ok(())
}

/// Starts of the JVM; the first one reads the class files from the disk.
const RUNS: usize = 5;

fn build(profile: Profile) -> Result<(), Stop> {
    process::ensure("javac", "-version", &["openjdk-17-jdk-headless"])?;
    process::ensure("mvn", "--version", &["maven"])?;
    run_maven(maven("test", profile).current_dir(folder()))
}

fn folder() -> PathBuf {
    workspace::root().join("bindings/kotlin")
}

/// A JVM that runs the main class `class` of the tests.
fn java(profile: Profile, class: &str) -> Result<Command, Stop> {
    let folder = folder();
    let jars = fs::read_to_string(folder.join("target/class-path"))
        .map_err(|e| Stop::Failed(format!("maven left no class path: {e}")))?;
    let mut java = Command::new("java");
    java.arg(library_path(profile)).args(["-Xmx256m", "-cp"]);
    java.arg(format!("target/test-classes:target/classes:{}", jars.trim()));
    java.arg(class).current_dir(&folder);
    Ok(java)
}

/// A Maven command for `phase` over the library of `profile`.
pub(crate) fn maven(phase: &str, profile: Profile) -> Command {
    let mut mvn = Command::new("mvn");
    mvn.args([
        "--batch-mode",
        "--no-transfer-progress",
        "--quiet",
        "-Dstyle.color=never",
        phase,
    ]);
    mvn.arg(format!("-Dfieldbook.native={}", profile.folder().display()));
    mvn
}

/// Runs Maven; a package that cannot be fetched is a skip.
pub(crate) fn run_maven(mvn: &mut Command) -> Result<(), Stop> {
    let Captured { text, end } = process::run_capturing(mvn)?;
    match end {
        Err(_) if NO_NETWORK.iter().any(|sign| text.contains(sign)) => Err(Stop::Skipped(
            "maven cannot fetch what it needs (no network?)".to_owned(),
        )),
        other => other,
    }
}

fn library_path(profile: Profile) -> String {
    format!("-Djna.library.path={}", profile.folder().display())
}
