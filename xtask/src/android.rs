//! The Android app: Maven builds it, tests it on the JVM under Robolectric, and packages it.

use std::path::PathBuf;

use crate::bindings::{self, Profile};
use crate::step::{Step, Stop};
use crate::{kotlin, process, workspace};

/// What an APK is to be packaged for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ApkKind {
    /// Translated by D8: larger, quick to make again.
    Debug,
    /// Shrunk by R8: a fraction of the size, takes minutes and 3 GB of memory.
    Release,
}

impl ApkKind {
    /// The kind named `name`.
    pub(crate) fn from_name(name: &str) -> Option<ApkKind> {
        match name {
            "debug" => Some(ApkKind::Debug),
            "release" => Some(ApkKind::Release),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            ApkKind::Debug => "debug",
            ApkKind::Release => "release",
        }
    }
}

/// The step that builds the app and runs its tests; the library and its sources are there already.
pub(crate) fn test_step(bless: bool) -> Step {
    Step::new("android app", move || test(bless))
}

/// The steps of `cargo xtask android`.
pub(crate) fn steps(bless: bool) -> Vec<Step> {
    let mut steps = bindings::steps(Profile::Debug);
    steps.push(test_step(bless));
    steps
}

/// The steps of `cargo xtask apk`.
pub(crate) fn apk_steps(kind: ApkKind) -> Vec<Step> {
    let mut steps = bindings::steps(Profile::Debug);
    steps.push(Step::new(format!("{} apk", kind.name()), move || package(kind)));
    steps
}

fn test(bless: bool) -> Result<(), Stop> {
    ensure_build_tools()?;
    let mut mvn = kotlin::maven("test", Profile::Debug);
    mvn.arg("-Dfieldbook.skipTests=true");
    mvn.arg(format!("-Dbless={bless}"));
    kotlin::run_maven(mvn.current_dir(folder()))?;
    println!("pictures: {}", folder().join("app/target/pictures").display());
    Ok(())
}

/// Draws frames of the account list with the library of `profile`, and prints how long one takes.
pub(crate) fn measure_frame(profile: Profile) -> Result<(), Stop> {
    ensure_build_tools()?;
    let mut mvn = kotlin::maven("test", profile);
    mvn.args(["-Dfieldbook.skipTests=true", "-Dbench=true", "-Dtest=FrameTest"]);
    mvn.arg("-Dsurefire.failIfNoSpecifiedTests=false");
    kotlin::run_maven(mvn.current_dir(folder()))?;
    let figures = folder().join("app/target/frame.txt");
    let text =
        std::fs::read_to_string(&figures).map_err(|e| Stop::Failed(format!("{}: {e}", figures.display())))?;
    print!("{text}");
    Ok(())
}

fn package(kind: ApkKind) -> Result<(), Stop> {
    ensure_build_tools()?;
    process::ensure("apksigner", "--version", &["apksigner"])?;
    let mut mvn = kotlin::maven("package", Profile::Debug);
    mvn.args(["-Dfieldbook.skipTests=true", "-DskipTests"]);
    mvn.arg(format!("-Dapk={}", kind.name()));
    kotlin::run_maven(mvn.current_dir(folder()))
}

/// A JDK, Maven, Python and aapt2, or a skip that names what is missing.
fn ensure_build_tools() -> Result<(), Stop> {
    process::ensure("javac", "-version", &["openjdk-17-jdk-headless"])?;
    process::ensure("mvn", "--version", &["maven"])?;
    process::ensure("python3", "--version", &["python3"])?;
    process::ensure("aapt2", "version", &["aapt"])
}

fn folder() -> PathBuf {
    workspace::root().join("android-demo")
}
