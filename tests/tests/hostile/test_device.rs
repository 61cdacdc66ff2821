//! One book in a folder of its own, and the command on it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use fieldbook_core::book::{Book, OpenOptions};
use rusqlite::Connection;
use serde_json::Value;

/// The command, built on first use: a test of this package has no other way to be sure of it.
pub(crate) fn fieldbook() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let exe = std::env::current_exe().unwrap();
        let profile = exe.ancestors().nth(2).unwrap();
        let mut build = Command::new(env!("CARGO"));
        // With the features of the whole workspace, as everything else is built: a smaller choice builds half of it anew.
        build
            .args(["build", "-q", "--workspace", "--exclude", "fieldbook-bindgen"])
            .args(["--bin", "fieldbook"])
            .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
        if profile.ends_with("release") {
            build.arg("--release");
        }
        assert!(build.status().unwrap().success(), "the command does not build");
        profile.join(format!("fieldbook{}", std::env::consts::EXE_SUFFIX))
    })
}

pub(crate) struct TestDevice {
    folder: tempfile::TempDir,
}

/// The result of a run.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: Value,
    pub(crate) error: Value,
}

impl Ran {
    pub(crate) fn of(command: &mut Command) -> Ran {
        let output = command.stdin(Stdio::null()).output().unwrap();
        let (out, err) = (
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        );
        let told: Value = serde_json::from_str(&err).unwrap_or_default();
        assert!(
            err.is_empty() || told["error"]["code"].is_string(),
            "stderr is one error object or nothing: {err}"
        );
        Ran {
            code: output.status.code().unwrap(),
            out: serde_json::from_str(&out).unwrap_or_default(),
            error: told["error"].clone(),
        }
    }

    /// The exit code and the error's code.
    pub(crate) fn told(&self) -> (i32, &str) {
        (self.code, self.error["code"].as_str().unwrap_or_default())
    }
}

impl TestDevice {
    pub(crate) fn new() -> TestDevice {
        TestDevice {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn book(&self) -> PathBuf {
        self.path("book.db")
    }

    /// The book, opened by the core.
    pub(crate) fn open(&self) -> Book {
        Book::open(OpenOptions::new(self.book())).unwrap()
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        self.dressed(Command::new(fieldbook()), args)
    }

    /// `command` with the arguments and surroundings of a run on this device.
    pub(crate) fn dressed(&self, mut command: Command, args: &[&str]) -> Command {
        command
            .args(args)
            .arg("--json")
            .env("FIELDBOOK_BOOK", self.book())
            .env("TZ", "UTC");
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&mut self.command(args))
    }

    /// Runs a command that must succeed and prints one object.
    pub(crate) fn done(&self, args: &[&str]) -> Value {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
        ran.out
    }

    pub(crate) fn shop(&self, name: &str) -> String {
        let added = self.done(&["add", "account", &format!("name={name}")]);
        added["id"].as_str().unwrap().to_owned()
    }

    /// Number of accounts in the book.
    pub(crate) fn accounts(&self) -> u64 {
        self.done(&["status"])["records"]["account"].as_u64().unwrap_or(0)
    }

    /// The file is sound.
    pub(crate) fn assert_sound(&self) {
        let connection = Connection::open(self.book()).unwrap();
        let said: String = connection
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(said, "ok");
    }
}
