//! The command `fieldbook-server` as scripts use it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Output, Stdio};

fn command(dir: &Path, args: &[&str]) -> Output {
    let (first, rest) = args.split_first().unwrap();
    Command::new(env!("CARGO_BIN_EXE_fieldbook-server"))
        .args([first, "--data", dir.to_str().unwrap()])
        .args(rest)
        .output()
        .unwrap()
}

fn exit_and_stdout(output: &Output) -> (i32, String) {
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout.clone()).unwrap(),
    )
}

#[test]
fn a_company_is_set_up_while_the_server_runs_and_the_server_ends_on_sigterm() {
    let dir = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_fieldbook-server"))
        .args([
            "serve",
            "--listen",
            "127.0.0.1:0",
            "--data",
            dir.path().to_str().unwrap(),
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(server.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");

    assert_eq!(
        exit_and_stdout(&command(dir.path(), &["admin", "territory", "add", "North"])).0,
        0
    );
    let (exit, user) = exit_and_stdout(&command(
        dir.path(),
        &[
            "admin",
            "--json",
            "user",
            "add",
            "Ann",
            "--role",
            "rep",
            "--territory",
            "North",
        ],
    ));
    let user: serde_json::Value = serde_json::from_str(&user).unwrap();
    assert_eq!(
        (exit, &user["name"], &user["territories"][0]),
        (0, &"Ann".into(), &"North".into())
    );
    let (exit, code) = exit_and_stdout(&command(dir.path(), &["admin", "user", "code", "Ann"]));
    assert_eq!((exit, code.trim().len(), code.matches('-').count()), (0, 19, 3));
    assert_eq!(
        exit_and_stdout(&command(dir.path(), &["admin", "device", "list"])),
        (0, String::new())
    );

    let killed = Command::new("kill")
        .args(["-TERM", &server.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(server.wait().unwrap().code(), Some(0));
}

#[test]
fn the_exit_code_says_whether_the_input_or_the_rule_was_at_fault() {
    let dir = tempfile::tempdir().unwrap();
    let exit = |args: &[&str]| command(dir.path(), args).status.code();
    assert_eq!(exit(&["admin", "territory", "add", "North"]), Some(0));
    assert_eq!(exit(&["admin", "territory", "add", "North"]), Some(1));
    assert_eq!(exit(&["admin", "territory", "add", " "]), Some(2));
    assert_eq!(exit(&["admin", "user", "add", "Ann", "--role", "rep"]), Some(2));
    assert_eq!(exit(&["admin", "user", "add", "Ann", "--role", "boss"]), Some(2));
    assert_eq!(exit(&["admin", "user", "code", "Nobody"]), Some(1));
    assert_eq!(exit(&["admin", "hand-over", "no-id", "--to", "North"]), Some(2));
    assert_eq!(
        exit(&[
            "admin",
            "device",
            "revoke",
            "019ab0f2-7c1e-7000-8000-000000000001"
        ]),
        Some(1)
    );
    let refused = command(dir.path(), &["admin", "--json", "user", "code", "Nobody"]);
    let error: serde_json::Value = serde_json::from_slice(&refused.stderr).unwrap();
    assert_eq!(error["error"]["code"], "no_user");
    let url = Command::new(env!("CARGO_BIN_EXE_fieldbook-server"))
        .args(["serve", "--database-url", "postgres://somewhere"])
        .output()
        .unwrap();
    assert_eq!(url.status.code(), Some(2));
}

#[test]
fn an_administrator_who_mistypes_the_folder_makes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("fieldbok");
    let refused = command(&missing, &["admin", "--json", "territory", "add", "North"]);
    assert_eq!(refused.status.code(), Some(1));
    let told = String::from_utf8(refused.stderr).unwrap();
    assert!(
        told.contains("\"no_database\"") && told.contains("fieldbok"),
        "{told}"
    );
    assert!(!missing.exists());
    std::fs::create_dir(&missing).unwrap();
    std::fs::write(missing.join("photo.jpg"), "somebody else's").unwrap();
    assert_eq!(
        command(&missing, &["admin", "territory", "list"]).status.code(),
        Some(1)
    );
    assert_eq!(std::fs::read_dir(&missing).unwrap().count(), 1);
}
