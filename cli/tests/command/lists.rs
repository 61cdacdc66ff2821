//! Lists, pages, search and nearness.

use crate::desk::Desk;
use serde_json::json;

fn titles(lines: &[serde_json::Value]) -> Vec<&str> {
    lines.iter().map(|line| line["title"].as_str().unwrap()).collect()
}

#[test]
fn a_list_goes_on_where_the_page_before_ended() {
    let desk = Desk::new();
    for name in ["Cedar", "Apple", "Birch"] {
        desk.add(&["account", &format!("name={name}")]);
    }
    let first = desk.lines(&["list", "accounts", "--limit", "2"]);
    assert_eq!(titles(&first), ["Apple", "Birch"]);
    let last = first[1]["id"].as_str().unwrap();
    assert_eq!(
        titles(&desk.lines(&["list", "accounts", "--limit", "2", "--after", last])),
        ["Cedar"]
    );
    let people = desk.run(&["list", "accounts", "--limit", "2"]);
    assert!(
        people
            .out
            .ends_with(&format!("There are more: add --after {last}\n")),
        "{people:?}"
    );
}

#[test]
fn a_page_has_at_most_a_hundred_records() {
    let desk = Desk::new();
    let error = desk.fails(2, &["list", "accounts", "--limit", "101"]);
    assert_eq!(error["field"], "limit");
    assert_eq!(
        (&error["code"], &error["most"]),
        (&json!("bad_limit"), &json!(100))
    );
    assert_eq!(
        desk.fails(2, &["search", "x", "--limit", "0"])["code"],
        "bad_limit"
    );
}

#[test]
fn search_finds_beginnings_of_words_and_chinese() {
    let desk = Desk::new();
    desk.add(&["account", "name=Corner Shop"]);
    desk.add(&["contact", "name=Cornelia"]);
    desk.add(&["account", "name=北京烤鸭店"]);
    assert_eq!(titles(&desk.lines(&["search", "corn"])).len(), 2);
    assert_eq!(
        titles(&desk.lines(&["list", "accounts", "--search", "corn"])),
        ["Corner Shop"]
    );
    assert_eq!(titles(&desk.lines(&["search", "烤鸭"])), ["北京烤鸭店"]);
    assert_eq!(desk.run(&["search", "nowhere"]).out, "Nothing found.\n");
}

#[test]
fn near_gives_each_account_once_with_its_distance() {
    let desk = Desk::new();
    let near = desk.shop("Near");
    desk.add(&[
        "site",
        &format!("account_id={near}"),
        "name=back",
        "position=52.6310,1.2974",
    ]);
    desk.add(&["account", "name=Farther", "position=52.6354,1.2974"]);
    desk.add(&["account", "name=Southern", "position=-33.8688,151.2093"]);
    let found = desk.lines(&["list", "accounts", "--near", "52.6309,1.2974", "--within", "600"]);
    assert_eq!(titles(&found), ["Near", "Farther"]);
    assert_eq!(found[0]["distance_m"], 0.0);
    assert!((found[1]["distance_m"].as_f64().unwrap() - 500.7).abs() < 0.5);
    assert_eq!(found[0]["site"]["account_id"], json!(near));
    assert_eq!(
        desk.lines(&["list", "sites", "--near", "52.6309,1.2974", "--within", "600"])
            .len(),
        3
    );
    assert_eq!(
        titles(&desk.lines(&["list", "accounts", "--near", "-33.8688,151.2093"])),
        ["Southern"]
    );
    assert_eq!(
        desk.fails(2, &["list", "contacts", "--near", "1,1"])["field"],
        "--near"
    );
    assert_eq!(
        desk.fails(2, &["list", "accounts", "--near", "north"])["field"],
        "--near"
    );
    assert_eq!(
        desk.fails(2, &["list", "accounts", "--near", "1,1", "--within", "-3"])["field"],
        "--within"
    );
}

#[test]
fn the_contacts_of_one_account_are_listed_alone() {
    let desk = Desk::new();
    let (one, other) = (desk.shop("One"), desk.shop("Other"));
    desk.add(&["contact", "name=Grace", &format!("account_id={one}")]);
    desk.add(&["contact", "name=Hedy", &format!("account_id={other}")]);
    assert_eq!(
        titles(&desk.lines(&["list", "contacts", "--account", &one])),
        ["Grace"]
    );
}
