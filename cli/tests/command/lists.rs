//! Lists, pages, search and nearness.

use crate::device::TestDevice;
use serde_json::json;

fn titles(lines: &[serde_json::Value]) -> Vec<&str> {
    lines.iter().map(|line| line["title"].as_str().unwrap()).collect()
}

#[test]
fn a_list_goes_on_where_the_page_before_ended() {
    let device = TestDevice::new();
    for name in ["Cedar", "Apple", "Birch"] {
        device.add(&["account", &format!("name={name}")]);
    }
    let first = device.lines(&["list", "accounts", "--limit", "2"]);
    assert_eq!(titles(&first), ["Apple", "Birch"]);
    let last = first[1]["id"].as_str().unwrap();
    assert_eq!(
        titles(&device.lines(&["list", "accounts", "--limit", "2", "--after", last])),
        ["Cedar"]
    );
    let people = device.run(&["list", "accounts", "--limit", "2"]);
    assert!(
        people
            .out
            .ends_with(&format!("There are more: add --after {last}\n")),
        "{people:?}"
    );
}

#[test]
fn a_page_has_at_most_a_hundred_records() {
    let device = TestDevice::new();
    let error = device.fails(2, &["list", "accounts", "--limit", "101"]);
    assert_eq!(error["field"], "limit");
    assert_eq!(
        (&error["code"], &error["most"]),
        (&json!("bad_limit"), &json!(100))
    );
    assert_eq!(
        device.fails(2, &["search", "x", "--limit", "0"])["code"],
        "bad_limit"
    );
}

#[test]
fn search_finds_beginnings_of_words_and_chinese() {
    let device = TestDevice::new();
    device.add(&["account", "name=Corner Shop"]);
    device.add(&["contact", "name=Cornelia"]);
    device.add(&["account", "name=北京烤鸭店"]);
    assert_eq!(titles(&device.lines(&["search", "corn"])).len(), 2);
    assert_eq!(
        titles(&device.lines(&["list", "accounts", "--search", "corn"])),
        ["Corner Shop"]
    );
    assert_eq!(titles(&device.lines(&["search", "烤鸭"])), ["北京烤鸭店"]);
    assert_eq!(device.run(&["search", "nowhere"]).out, "Nothing found.\n");
}

#[test]
fn near_gives_each_account_once_with_its_distance() {
    let device = TestDevice::new();
    let near = device.shop("Near");
    device.add(&[
        "site",
        &format!("account_id={near}"),
        "name=back",
        "position=52.6310,1.2974",
    ]);
    device.add(&["account", "name=Farther", "position=52.6354,1.2974"]);
    device.add(&["account", "name=Southern", "position=-33.8688,151.2093"]);
    let found = device.lines(&["list", "accounts", "--near", "52.6309,1.2974", "--within", "600"]);
    assert_eq!(titles(&found), ["Near", "Farther"]);
    assert_eq!(found[0]["distance_m"], 0.0);
    assert!((found[1]["distance_m"].as_f64().unwrap() - 500.7).abs() < 0.5);
    assert_eq!(found[0]["site"]["account_id"], json!(near));
    assert_eq!(
        device
            .lines(&["list", "sites", "--near", "52.6309,1.2974", "--within", "600"])
            .len(),
        3
    );
    assert_eq!(
        titles(&device.lines(&["list", "accounts", "--near", "-33.8688,151.2093"])),
        ["Southern"]
    );
    assert_eq!(
        device.fails(2, &["list", "contacts", "--near", "1,1"])["field"],
        "--near"
    );
    assert_eq!(
        device.fails(2, &["list", "accounts", "--near", "north"])["field"],
        "--near"
    );
    assert_eq!(
        device.fails(2, &["list", "accounts", "--near", "1,1", "--within", "-3"])["field"],
        "--within"
    );
}

#[test]
fn the_contacts_of_one_account_are_listed_alone() {
    let device = TestDevice::new();
    let (one, other) = (device.shop("One"), device.shop("Other"));
    device.add(&["contact", "name=Grace", &format!("account_id={one}")]);
    device.add(&["contact", "name=Hedy", &format!("account_id={other}")]);
    assert_eq!(
        titles(&device.lines(&["list", "contacts", "--account", &one])),
        ["Grace"]
    );
}
