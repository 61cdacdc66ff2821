//! Duplicates and merges.

use serde_json::json;

use crate::device::TestDevice;

/// The output for people.
fn text(device: &TestDevice, args: &[&str]) -> String {
    let ran = device.run(args);
    assert_eq!(ran.code, 0, "{args:?}: {ran:?}");
    ran.out
}

#[test]
fn a_duplicate_is_shown_and_merged() {
    let device = TestDevice::new();
    device.json(&["add", "account", "name=Fenland", "city=March", "external_id=E-1"]);
    device.json(&[
        "add",
        "account",
        "name=FENLAND",
        "city=March",
        "external_id=E-1",
        "tier=A",
    ]);
    let groups = device.lines(&["duplicates"]);
    assert_eq!((groups.len(), &groups[0]["reason"]), (1, &json!("key")));
    let id = |at: usize| groups[0]["records"][at]["id"].as_str().unwrap().to_owned();
    let listed = text(&device, &["duplicates"]);
    assert!(
        listed.contains(&format!("fieldbook merge {} {}", id(0), id(1))),
        "{listed}"
    );
    assert!(text(&device, &["conflicts"]).contains("fieldbook duplicates"));

    device.json(&["add", "contact", "name=Jan", &format!("account_id={}", id(1))]);
    let merged = device.json(&["merge", &id(0), &id(1)]);
    assert_eq!(
        (&merged["moved"], &merged["merged"]),
        (&json!(1), &json!([id(1)]))
    );
    assert_eq!(merged["tier"], "A");
    let shown = text(&device, &["show", &id(1)]);
    assert!(
        shown.contains("merged into another") && shown.contains(&id(0)),
        "{shown}"
    );
    assert_eq!(text(&device, &["duplicates"]).trim(), "No duplicates.");
    let again = device.fails(1, &["merge", &id(0), &id(1)]);
    assert_eq!(again["code"], "deleted");
    assert_eq!(device.json(&["merge", "--keyed"])["merged"], json!([]));
}
