//! `verdict` and `datum`, which need no book.

use crate::device::TestDevice;
use serde_json::{Value, json};

const REQUEST: &str = r#"{"site":{"lat":52.6309,"lon":1.2974,"fence":{"circle_m":150}},
  "fixes":[{"at":"2026-11-24T09:29:55Z","lat":52.6310,"lon":1.2975,"accuracy_m":12}],"now":"2026-11-24T09:30:00Z"}"#;

#[test]
fn a_verdict_is_reached_from_a_file_or_from_standard_input() {
    let device = TestDevice::new();
    let file = device.file("claim.json", REQUEST);
    let verdict = device.json(&["verdict", &file]);
    assert_eq!(
        (&verdict["verdict"], &verdict["fix_age_s"]),
        (&json!("verified"), &json!(5))
    );
    let keys: Vec<&str> = verdict.as_object().unwrap().keys().map(String::as_str).collect();
    for key in [
        "verdict",
        "distance_to_edge_m",
        "accuracy_m",
        "fix_age_s",
        "dwell_s",
        "reasons",
        "rule_version",
        "spoof",
    ] {
        assert!(keys.contains(&key), "{key}");
    }
    let piped = device.run_with(&["verdict", "-"], REQUEST);
    let told: Value = serde_json::from_str(&piped.out).unwrap();
    assert_eq!(told, verdict);
    assert!(!device.book().exists());
}

#[test]
fn a_claim_with_a_wrong_field_names_it() {
    let device = TestDevice::new();
    let field = |from: &str, to: &str| {
        let request = REQUEST.replace(from, to);
        assert_ne!(request, REQUEST);
        let file = device.file("claim.json", request);
        let error = device.fails(2, &["verdict", &file]);
        (
            error["code"].as_str().unwrap().to_owned(),
            error["field"].clone(),
            error["fix"].clone(),
        )
    };
    let site = |field: &str| ("bad_field".to_owned(), json!(field), json!(null));
    let fix = |field: &str| ("bad_fix".to_owned(), json!(field), json!(0));
    assert_eq!(field("52.6309", "\"x\""), site("site.lat"));
    assert_eq!(field("52.6309", "91"), site("site.lat"));
    assert_eq!(
        field("\"circle_m\":150", "\"circle_m\":0"),
        site("site.fence.circle_m")
    );
    assert_eq!(field("\"circle_m\":150", "\"square_m\":1"), site("site.fence"));
    assert_eq!(field("52.6310", "-91"), fix("lat"));
    assert_eq!(field("2026-11-24T09:29:55Z", "soon"), fix("at"));
    assert_eq!(
        field("\"now\":\"2026-11-24T09:30:00Z\"", "\"now\":5"),
        site("now")
    );
    assert_eq!(
        device.run_with(&["verdict", "-", "--json"], "{").error()["code"],
        "not_json"
    );
    assert_eq!(
        device.fails(2, &["verdict", "/nowhere.json"])["code"],
        "no_such_file"
    );
}

#[test]
fn a_claim_without_a_time_takes_the_given_one() {
    let device = TestDevice::new();
    let file = device.file(
        "claim.json",
        REQUEST.replace(",\"now\":\"2026-11-24T09:30:00Z\"", ""),
    );
    // Nine thirty in Berlin is half past eight by the fix's clock: it has not been taken yet.
    assert_eq!(device.json(&["verdict", &file])["verdict"], "unverifiable");
}

#[test]
fn positions_go_to_another_datum_and_back() {
    let device = TestDevice::new();
    let there = device.run_with(
        &["datum", "wgs84", "gcj02"],
        "39.90734,116.39089\n52.6309,1.2974\n",
    );
    let mut lines = there.out.lines();
    assert!(lines.next().unwrap().starts_with("39.90874"), "{there:?}");
    assert_eq!(lines.next(), Some("52.630900000,1.297400000"));
    let back = device.run_with(&["datum", "gcj02", "wgs84"], &there.out);
    assert!(back.out.starts_with("39.9073400"), "{back:?}");
    let json = device.run_with(&["datum", "wgs84", "bd09", "--json"], "52.6309,1.2974\n");
    assert_eq!(json.out, "{\"lat\":52.6309,\"lon\":1.2974}\n");
}

#[test]
fn a_line_that_is_no_position_is_told_by_its_number() {
    let device = TestDevice::new();
    let ran = device.run_with(&["datum", "wgs84", "gcj02", "--json"], "52.6309,1.2974\n\n95,0\n");
    assert_eq!(ran.code, 2);
    assert_eq!(
        (&ran.error()["code"], &ran.error()["line"]),
        (&json!("bad_line"), &json!(3))
    );
    assert_eq!(ran.out.lines().count(), 1);
}
