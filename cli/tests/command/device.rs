//! A device with one book on it, in a folder of its own.

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The time of every command that is not given another.
pub(crate) const NOW: &str = "2026-11-24T09:30:00+01:00";

pub(crate) struct TestDevice {
    folder: TempDir,
    book: PathBuf,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Ran {
    fn from(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ran {
    /// The error object on stderr.
    pub(crate) fn error(&self) -> Value {
        let told: Value =
            serde_json::from_str(&self.err).unwrap_or_else(|_| panic!("one JSON object: {self:?}"));
        told["error"].clone()
    }
}

impl TestDevice {
    pub(crate) fn new() -> TestDevice {
        let folder = tempfile::tempdir().unwrap();
        let book = folder.path().join("book.db");
        TestDevice { folder, book }
    }

    /// The same device with another book.
    pub(crate) fn with_book(mut self, name: &str) -> TestDevice {
        self.book = self.folder.path().join(name);
        self
    }

    pub(crate) fn book(&self) -> &PathBuf {
        &self.book
    }

    /// Puts a file on the device and says where it is.
    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The command, not yet run, with nothing of this machine's surroundings.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fieldbook"));
        command
            .args(args)
            .env("FIELDBOOK_BOOK", &self.book)
            .env("TZ", "UTC")
            .env_remove("COLUMNS")
            .env_remove("NO_COLOR")
            .stdin(Stdio::null());
        command
    }

    /// Runs the command at [`NOW`].
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.command(args).args(["--now", NOW]).output().unwrap().into()
    }

    /// Runs the command with text on its standard input.
    pub(crate) fn run_with(&self, args: &[&str], input: &str) -> Ran {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        child.wait_with_output().unwrap().into()
    }

    /// Runs a command that must succeed, with `--json`, and gives its lines.
    pub(crate) fn lines(&self, args: &[&str]) -> Vec<Value> {
        let args = [args, &["--json"]].concat();
        let ran = self.run(&args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// Runs a command that must succeed and print one object.
    pub(crate) fn json(&self, args: &[&str]) -> Value {
        let mut lines = self.lines(args);
        assert_eq!(lines.len(), 1, "{args:?}");
        lines.remove(0)
    }

    /// Runs a command that must fail with `code`, and gives the error object.
    pub(crate) fn fails(&self, code: i32, args: &[&str]) -> Value {
        let args = [args, &["--json"]].concat();
        let ran = self.run(&args);
        assert_eq!(ran.code, code, "{args:?}: {ran:?}");
        assert_eq!(ran.out, "", "{args:?}");
        ran.error()
    }

    /// Adds a record and gives its id.
    pub(crate) fn add(&self, args: &[&str]) -> String {
        let args = [&["add"], args].concat();
        self.json(&args)["id"].as_str().unwrap().to_owned()
    }

    /// Adds an account with a site in Norwich.
    pub(crate) fn shop(&self, name: &str) -> String {
        let name = format!("name={name}");
        self.add(&["account", &name, "position=52.6309,1.2974", "fence=circle:100"])
    }
}
