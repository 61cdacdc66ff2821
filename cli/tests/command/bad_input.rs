//! Refusals of bad input, with their exit codes.

use crate::device::TestDevice;
use serde_json::json;

const NOBODY: &str = "019ab0f2-7c1e-7000-8000-000000000001";

#[test]
fn a_record_that_is_not_there_is_refused() {
    let device = TestDevice::new();
    for command in [
        vec!["show", NOBODY],
        vec!["set", NOBODY, "name=x"],
        vec!["delete", NOBODY],
        vec!["undelete", NOBODY],
        vec!["check-in", NOBODY],
        vec!["check-out", NOBODY],
        vec!["skip", NOBODY, "--reason", "x"],
        vec!["history", NOBODY],
    ] {
        let error = device.fails(1, &command);
        assert_eq!(
            (&error["code"], &error["id"]),
            (&json!("no_such_record"), &json!(NOBODY)),
            "{command:?}"
        );
    }
}

#[test]
fn a_record_of_another_kind_is_refused() {
    let device = TestDevice::new();
    let task = device.add(&["task", "name=Call"]);
    let error = device.fails(1, &["check-in", &task]);
    assert_eq!(
        (&error["code"], &error["found"], &error["wanted"]),
        (&json!("wrong_kind"), &json!("task"), &json!("account"))
    );
}

#[test]
fn a_command_line_that_cannot_be_read_names_the_argument() {
    let device = TestDevice::new();
    let usage = |args: &[&str]| {
        let error = device.fails(2, args);
        assert_eq!(error["code"], "usage", "{error}");
        error["option"].as_str().unwrap_or_default().to_owned()
    };
    assert_eq!(usage(&["show", "42"]), "<ID>");
    assert_eq!(usage(&["list", "shops"]), "<KIND>");
    assert_eq!(usage(&["new"]), "--rep <NAME>");
    assert_eq!(usage(&["list", "accounts", "--many"]), "--many");
    assert_eq!(usage(&["datum", "wgs84", "mars"]), "<TO>");
    assert_eq!(usage(&["visits", "--day", "tomorrow"]), "--day <YYYY-MM-DD>");
    assert_eq!(usage(&["dance"]), "dance");
}

#[test]
fn the_error_is_for_people_without_json() {
    let device = TestDevice::new();
    let ran = device.run(&["show", "42"]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.starts_with("error: invalid value '42' for '<ID>'"),
        "{ran:?}"
    );
    let ran = device.run(&["sync"]);
    assert_eq!(ran.code, 1);
    assert_eq!(
        ran.err,
        "error: this book has not joined a server\n  Join a server first: fieldbook join URL CODE\n"
    );
}

#[test]
fn a_time_that_is_none_is_bad_input() {
    let device = TestDevice::new();
    let ran = device
        .command(&["--now", "noon", "--json", "status"])
        .output()
        .unwrap();
    assert_eq!(ran.status.code(), Some(2));
    assert!(String::from_utf8(ran.stderr).unwrap().contains("--now"));
}

#[test]
fn a_field_that_is_none_is_named() {
    let device = TestDevice::new();
    let id = device.add(&["account", "name=Shop"]);
    let told = |args: &[&str]| {
        let error = device.fails(2, args);
        assert_eq!(error["code"], "bad_field", "{error}");
        (
            error["field"].as_str().unwrap().to_owned(),
            error["why"].as_str().map(str::to_owned),
        )
    };
    let why = |field: &str, why: &str| (field.to_owned(), Some(why.to_owned()));
    assert_eq!(told(&["set", &id, "nickname=x"]), why("nickname", "unknown"));
    assert_eq!(told(&["set", &id, "name="]), why("name", "missing"));
    assert_eq!(
        told(&["set", &id, "visit_every_days=often"]),
        why("visit_every_days", "malformed")
    );
    assert_eq!(told(&["set", &id, "check_in=x"]).0, "check_in");
    assert_eq!(told(&["add", "contact", "phone=1"]), why("name", "missing"));
    assert_eq!(told(&["set", &id, "tier"]).0, "tier");
    assert_eq!(told(&["set", &id, "tier=A", "tier=B"]).0, "tier");
    let long = format!("name={}", "x".repeat(3_000));
    assert_eq!(told(&["set", &id, &long]), why("name", "too_long"));
}

#[test]
fn who_mistakes_a_field_hears_which_there_are() {
    let device = TestDevice::new();
    let ran = device.run(&["add", "note", "txt=hello"]);
    assert_eq!(
        ran.err,
        "error: txt: no such field; note has text, account_id, about_id, written_at, external_id, remark, tag/NAME, x/NAME\n"
    );
    let id = device.shop("Shop");
    let error = device.fails(2, &["set", &id, "fence=circle:50"]);
    assert_eq!(
        (&error["field"], &error["why"]),
        (&json!("fence"), &json!("unknown"))
    );
    assert!(error["message"].as_str().unwrap().contains("sites"), "{error}");
}
