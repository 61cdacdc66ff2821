//! Import and export.

use crate::device::TestDevice;
use serde_json::json;

const SHOPS: &str = "\
Account ID,Account Name,Latitude,Longitude,Favourite colour
s1,Corner Shop,52.6309,1.2974,red
s2,,52.6,1.3,blue
s3,Fish Market,152.6,1.3,
s4,Bakery,52.6281,1.2995,green
";

#[test]
fn good_lines_come_in_and_bad_ones_are_told() {
    let device = TestDevice::new();
    let file = device.file("shops.csv", SHOPS);
    let report = device.json(&["import", "accounts", &file]);
    assert_eq!(
        (&report["imported"], &report["updated"], &report["unchanged"]),
        (&json!(2), &json!(0), &json!(0))
    );
    let refused = report["refused"].as_array().unwrap();
    let places: Vec<_> = refused
        .iter()
        .map(|line| (&line["line"], &line["field"]))
        .collect();
    assert_eq!(
        places,
        [(&json!(3), &json!("name")), (&json!(4), &json!("position"))]
    );
    assert!(refused.iter().all(|line| line["reason"].is_string()));
    assert_eq!(report["matched"]["Account Name"], "name");
    assert_eq!(report["unmatched"], json!(["Favourite colour"]));
    let again = device.json(&["import", "accounts", &file]);
    assert_eq!((&again["imported"], &again["unchanged"]), (&json!(0), &json!(2)));
}

#[test]
fn a_column_is_named_by_hand() {
    let device = TestDevice::new();
    let file = device.file("shops.csv", SHOPS);
    device.json(&["import", "accounts", &file, "--map", "tier=Favourite colour"]);
    assert_eq!(device.lines(&["list", "accounts"])[0]["tier"], "green");
    let error = device.fails(2, &["import", "accounts", &file, "--map", "tier=Colour"]);
    assert_eq!(
        (&error["code"], &error["column"]),
        (&json!("no_such_column"), &json!("Colour"))
    );
    let error = device.fails(
        2,
        &["import", "accounts", &file, "--map", "colour=Favourite colour"],
    );
    assert_eq!(
        (&error["code"], &error["field"]),
        (&json!("unknown_field"), &json!("colour"))
    );
}

#[test]
fn a_file_that_cannot_be_read_is_bad_input() {
    let device = TestDevice::new();
    let code = |file: &str| device.fails(2, &["import", "accounts", file])["code"].clone();
    assert_eq!(code("/nowhere/at/all.csv"), "no_such_file");
    assert_eq!(code(&device.file("empty.csv", "")), "empty_file");
    assert_eq!(code(&device.file("book.xlsx", b"PK\x03\x04rest")), "workbook");
    assert_eq!(
        code(&device.file("odd.csv", "colour,size\nred,1\n")),
        "not_matched"
    );
    assert_eq!(
        code(device.book().parent().unwrap().to_str().unwrap()),
        "unreadable_file"
    );
}

#[test]
fn what_is_exported_comes_in_again() {
    let device = TestDevice::new();
    let file = device.file("shops.csv", SHOPS);
    device.json(&["import", "accounts", &file]);
    let csv = device.run(&["export", "accounts", "--format", "csv"]);
    assert_eq!(csv.code, 0);
    let copy = device.file("copy.csv", &csv.out);
    let other = TestDevice::new();
    assert_eq!(other.json(&["import", "accounts", &copy])["imported"], 2);
    let out = device.file("accounts.geojson", "an older file");
    let written = device.json(&["export", "accounts", "--format", "geojson", "--out", &out]);
    assert_eq!(written["written"], 2);
    let geojson: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&out).unwrap()).unwrap();
    assert_eq!(geojson["type"], "FeatureCollection");
    assert_eq!(
        device.fails(2, &["export", "accounts", "--format", "ics"])["code"],
        "bad_request"
    );
    assert_eq!(
        device.fails(2, &["export", "accounts", "--out", "/nowhere/at.csv"])["code"],
        "cannot_write"
    );
}
