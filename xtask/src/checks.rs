//! The steps that CI runs, the benchmark and the crash tests.

use crate::bindings::Profile;
use crate::process::{self, answers};
use crate::scenario::{self, Wanted};
use crate::step::{Step, Stop};
use crate::{android, ios, licences, peers, spelling, workspace};

/// Arguments that select all members except bindgen, which takes minutes to build and is a dozen lines.
pub(crate) const MEMBERS: [&str; 3] = ["--workspace", "--exclude", "fieldbook-bindgen"];

/// Every step of `cargo xtask test`, in order.
pub(crate) fn all() -> Vec<Step> {
    let mut steps = vec![
        Step::new("formatting", || {
            component("rustfmt")?;
            process::run(&mut process::cargo(["fmt", "--all", "--check"]))
        }),
        Step::new("spelling", spelling::check),
        Step::new("licences", licences::check),
        Step::new("lints", || {
            component("clippy")?;
            let args = ["clippy"]
                .iter()
                .chain(&MEMBERS)
                .chain(&["--all-targets", "--", "-D", "warnings"]);
            process::run(&mut process::cargo(args))
        }),
        Step::new("tests", tests),
        Step::new("doc tests", || {
            process::run(&mut process::cargo(
                ["test"].iter().chain(&MEMBERS).chain(&["--doc"]),
            ))
        }),
        Step::new("docs", || {
            let args = ["doc"].iter().chain(&MEMBERS).chain(&["--no-deps"]);
            process::run(process::cargo(args).env("RUSTDOCFLAGS", "-D warnings"))
        }),
    ];
    steps.push(peers::step());
    steps.extend(scenario::steps(&Wanted::default_run()));
    steps.push(android::test_step(false));
    steps.push(ios::test_step(false));
    steps
}

/// Runs the benchmark on a release build.
pub(crate) fn bench(args: &[String]) -> Result<(), Stop> {
    let mut command = process::cargo([
        "run",
        "--release",
        "-p",
        "fieldbook-tests",
        "--bin",
        "bench",
        "--",
    ]);
    process::run(command.args(args))
}

/// Runs the benchmark of the GPX reader beside `gpxpy`, which is installed if missing.
pub(crate) fn bench_gpx(args: &[String]) -> Result<(), Stop> {
    let (python, script) = peers::gpx_reader()?;
    let words = ["gpx".to_owned(), "--python".to_owned()];
    let paths = [python, script].map(|path| path.to_string_lossy().into_owned());
    bench(&[&words[..], &paths, args].concat())
}

/// Runs the crash tests on a debug build, which is slower and so is interrupted in the middle of its work more often.
pub(crate) fn crash(args: &[String]) -> Result<(), Stop> {
    let mut command = process::cargo(["run", "-p", "fieldbook-tests", "--bin", "crash", "--"]);
    process::run(command.args(args))
}

/// Builds the server, and runs the drill against it.
pub(crate) fn drill(args: &[String]) -> Result<(), Stop> {
    process::run(&mut process::cargo(["build", "-p", "fieldbook-server"]))?;
    let server = Profile::Debug.folder().join("fieldbook-server");
    let mut command = process::cargo(["run", "-p", "fieldbook-tests", "--bin", "drill", "--", "--server"]);
    process::run(command.arg(server).args(args))
}

/// The tests of encrypted books. `SQLCipher` takes the place of SQLite, so they are built in a folder of their own.
pub(crate) fn sealed() -> Step {
    Step::new("encrypted books", || {
        if !answers("perl", "--version") {
            return Err(Stop::Skipped(
                "OpenSSL is built by perl, which is not here".to_owned(),
            ));
        }
        let mut command = process::cargo([
            "test",
            "-p",
            "fieldbook-book",
            "--no-default-features",
            "--features",
            "sqlcipher",
            "--test",
            "sealed",
            "--target-dir",
        ]);
        process::run(command.arg(workspace::target().join("sealed")))
    })
}

fn tests() -> Result<(), Stop> {
    let mut command = if answers("cargo-nextest", "--version") {
        process::cargo(["nextest", "run"].iter().chain(&MEMBERS))
    } else {
        process::cargo(
            ["test"]
                .iter()
                .chain(&MEMBERS)
                .chain(&["--lib", "--bins", "--tests", "--examples"]),
        )
    };
    // A snapshot that differs is a failure here, never a new snapshot.
    process::run(command.env("INSTA_UPDATE", "no"))
}

/// Installs a component of the toolchain if it is missing.
fn component(name: &str) -> Result<(), Stop> {
    let tool = if name == "clippy" { "cargo-clippy" } else { name };
    if answers(tool, "--version") {
        return Ok(());
    }
    println!("installing {name}");
    let mut rustup = std::process::Command::new("rustup");
    let installed = process::run(rustup.args(["component", "add", name])).is_ok();
    if installed && answers(tool, "--version") {
        return Ok(());
    }
    Err(Stop::Skipped(format!(
        "{name} is no part of this toolchain and rustup cannot add it"
    )))
}
