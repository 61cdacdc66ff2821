//! Runs other programs, and installs missing ones with apt.

use std::ffi::OsStr;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};

use crate::step::Stop;
use crate::workspace;

/// The exit code by which a script of this workspace reports that this machine cannot provide what it needs.
const EXIT_UNAVAILABLE: i32 = 77;

/// Returns a `cargo` command that runs in the workspace's root.
pub(crate) fn cargo<I: IntoIterator<Item = S>, S: AsRef<OsStr>>(args: I) -> Command {
    let mut command = Command::new(workspace::cargo());
    command.args(args).current_dir(workspace::root());
    // The variables that `cargo run` sets for this package must not reach the build: build scripts that read them
    // would run again each time.
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| is_of_our_package(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
}

fn is_of_our_package(name: &str) -> bool {
    ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
        .iter()
        .any(|start| name.starts_with(start))
}

/// Runs `command` to its end; it inherits the output streams.
pub(crate) fn run(command: &mut Command) -> Result<(), Stop> {
    let name = display_name(command);
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|e| not_started(&name, &e))?;
    judge(&name, status.code())
}

/// Runs `command` and returns its standard output; it inherits standard error.
pub(crate) fn output_of(command: &mut Command) -> Result<Vec<u8>, Stop> {
    let name = display_name(command);
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.map_err(|e| not_started(&name, &e))?;
    judge(&name, output.status.code()).map(|()| output.stdout)
}

/// Runs `command`, passes its output on, and returns the output even on failure, so that the caller can find the
/// cause in it.
pub(crate) fn run_capturing(command: &mut Command) -> Result<Captured, Stop> {
    let name = display_name(command);
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| not_started(&name, &e))?;
    let mut text = Vec::new();
    let mut piece = [0; 8192];
    if let Some(mut pipe) = child.stdout.take() {
        while let Ok(length @ 1..) = pipe.read(&mut piece) {
            text.extend_from_slice(&piece[..length]);
            // The reader of our output may be gone; the work continues.
            let _ = std::io::stdout().write_all(&piece[..length]);
        }
    }
    let status = child.wait().map_err(|e| not_started(&name, &e))?;
    Ok(Captured {
        text: String::from_utf8_lossy(&text).into_owned(),
        end: judge(&name, status.code()),
    })
}

/// The captured output of a program and its result.
pub(crate) struct Captured {
    /// The standard output of the program.
    pub(crate) text: String,
    /// The result, by its exit code.
    pub(crate) end: Result<(), Stop>,
}

fn judge(name: &str, code: Option<i32>) -> Result<(), Stop> {
    match code {
        Some(0) => Ok(()),
        Some(EXIT_UNAVAILABLE) => Err(Stop::Skipped(
            "this machine cannot have it (see the lines above)".to_owned(),
        )),
        Some(code) => Err(Stop::Failed(format!("`{name}` ended with {code}"))),
        None => Err(Stop::Failed(format!("`{name}` was killed"))),
    }
}

fn not_started(name: &str, error: &std::io::Error) -> Stop {
    Stop::Failed(format!("`{name}` did not start: {error}"))
}

/// The program and its first three arguments, for messages.
fn display_name(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let args = command.get_args().take(3);
    let words: Vec<_> = std::iter::once(program)
        .chain(args)
        .map(OsStr::to_string_lossy)
        .collect();
    words.join(" ")
}

/// `true` if `program` runs and succeeds with the one argument `ask`, such as `--version`.
pub(crate) fn answers(program: &str, ask: &str) -> bool {
    let mut command = Command::new(program);
    command
        .arg(ask)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// Installs the Debian packages `packages` if `program` is missing.
pub(crate) fn ensure(program: &str, ask: &str, packages: &[&str]) -> Result<(), Stop> {
    if answers(program, ask) {
        return Ok(());
    }
    if !answers("apt-get", "--version") {
        return Err(Stop::Skipped(format!(
            "{program} is missing and there is no apt-get to install it"
        )));
    }
    println!("installing {} for {program}", packages.join(" "));
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive");
        run(&mut command)
    };
    let install: Vec<&str> = ["install", "-qy", "--no-install-recommends"]
        .iter()
        .chain(packages)
        .copied()
        .collect();
    let installed = apt(&["update", "-q"]).and_then(|()| apt(&install)).is_ok();
    if installed && answers(program, ask) {
        return Ok(());
    }
    Err(Stop::Skipped(format!(
        "{program} is missing and apt-get cannot install it (not root, or no network)"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    #[test]
    fn a_program_that_fails_is_a_failure_and_77_is_a_skip() {
        assert_eq!(run(&mut shell("exit 0")), Ok(()));
        assert!(matches!(run(&mut shell("exit 3")), Err(Stop::Failed(why)) if why.contains("ended with 3")));
        assert!(matches!(run(&mut shell("exit 77")), Err(Stop::Skipped(_))));
        assert!(matches!(run(&mut shell("kill -9 $$")), Err(Stop::Failed(why)) if why.contains("killed")));
        assert!(matches!(run(&mut Command::new("/no/such")), Err(Stop::Failed(_))));
    }

    #[test]
    fn what_a_program_says_is_heard_also_when_it_fails() {
        let captured = run_capturing(&mut shell("echo why; exit 1")).expect("sh starts");
        assert_eq!(captured.text, "why\n");
        assert!(captured.end.is_err());
        assert_eq!(output_of(&mut shell("echo out")), Ok(b"out\n".to_vec()));
    }
}
