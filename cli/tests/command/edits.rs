//! Records that are added, changed, deleted and brought back.

use crate::device::{NOW, TestDevice};
use serde_json::json;

#[test]
fn a_new_book_knows_its_rep_and_keeps_it() {
    let device = TestDevice::new();
    assert_eq!(device.json(&["new", "--rep", "Ada Palmer"])["rep"], "Ada Palmer");
    device.json(&["new", "--rep", "Ada Palmer"]);
    let error = device.fails(1, &["new", "--rep", "Ben"]);
    assert_eq!(
        (&error["code"], &error["rep"]),
        (&json!("not_new"), &json!("Ada Palmer"))
    );
    let status = device.json(&["status"]);
    assert_eq!(status["rep"], "Ada Palmer");
    assert_eq!(status["healthy"], true);
    assert_eq!(status["server"], json!(null));
    assert_eq!(device.json(&["status", "--quick"])["healthy"], json!(null));
}

#[test]
fn an_account_with_a_place_gets_its_first_site() {
    let device = TestDevice::new();
    let account = device.json(&[
        "add",
        "account",
        "name=Corner Shop",
        "lat=52.6309",
        "lon=1.2974",
        "fence=circle:100",
        "opening_hours=Mo-Fr 09:00-18:00",
        "city=Norwich",
        "tag/vip=yes",
        "phone/+44 1603 1=billing",
    ]);
    assert_eq!(account["kind"], "account");
    assert_eq!(account["title"], "Corner Shop");
    assert_eq!(account["tags"], json!(["vip"]));
    assert_eq!(account["phones"], json!({ "+44 1603 1": "billing" }));
    assert_eq!(
        (&account["unsent"], &account["deleted"]),
        (&json!(true), &json!(false))
    );
    let site = &account["sites"][0];
    assert_eq!(site["account_id"], account["id"]);
    assert_eq!(site["position"], json!({ "lat": 52.6309, "lon": 1.2974 }));
    assert_eq!(site["fence"], json!({ "circle_m": 100.0 }));
    assert_eq!(site["city"], "Norwich");
    assert_eq!(device.lines(&["list", "sites"]).len(), 1);
}

#[test]
fn a_place_that_is_wrong_leaves_no_account_behind() {
    let device = TestDevice::new();
    let error = device.fails(2, &["add", "account", "name=Shop", "position=95,0"]);
    assert_eq!(error["field"], "position");
    assert_eq!(
        device.fails(2, &["add", "account", "name=Shop", "lat=52"])["field"],
        "lon"
    );
    assert!(device.lines(&["list", "accounts"]).is_empty());
}

#[test]
fn a_field_is_changed_and_cleared() {
    let device = TestDevice::new();
    let id = device.add(&["account", "name=Shop", "tier=A", "tag/vip=yes"]);
    let changed = device.json(&["set", &id, "tier=B", "phone=01603 1", "tag/vip=no", "tag/key=yes"]);
    assert_eq!(
        (&changed["tier"], &changed["tags"]),
        (&json!("B"), &json!(["key"]))
    );
    let cleared = device.json(&["set", &id, "phone="]);
    assert_eq!(cleared.get("phone"), None);
}

#[test]
fn what_is_deleted_leaves_the_list_and_comes_back() {
    let device = TestDevice::new();
    let id = device.add(&["task", "name=Call back", "due_on=2026-11-25"]);
    assert_eq!(device.json(&["delete", &id])["deleted"], true);
    assert!(device.lines(&["list", "tasks"]).is_empty());
    assert_eq!(device.json(&["list", "tasks", "--deleted"])["id"], json!(id));
    assert_eq!(device.fails(1, &["set", &id, "name=x"])["code"], "deleted");
    assert_eq!(device.json(&["undelete", &id])["deleted"], false);
    assert_eq!(device.lines(&["list", "tasks"]).len(), 1);
}

#[test]
fn money_dates_and_times_keep_their_meaning() {
    let device = TestDevice::new();
    let account = device.shop("Shop");
    let owner = format!("account_id={account}");
    let deal = device.json(&[
        "add",
        "opportunity",
        "name=Winter",
        &owner,
        "amount=1200.5 EUR",
        "close_on=2026-12-18",
    ]);
    assert_eq!(deal["amount"], json!({ "amount": "1200.50", "currency": "EUR" }));
    let visit = device.json(&["add", "visit", &owner, "planned_at=2026-11-24T10:00:00Z"]);
    assert_eq!(visit["planned_at"], "2026-11-24T11:00:00+01:00");
    assert_eq!(visit["state"], "planned");
}

#[test]
fn a_custom_field_takes_values_of_its_declared_type() {
    let device = TestDevice::new();
    device.add(&["custom_field", "on=account", "name=seats", "type=count"]);
    let account = device.json(&["add", "account", "name=Cafe", "x/seats=40"]);
    assert_eq!(account["custom"], json!({ "seats": 40 }));
    let id = account["id"].as_str().unwrap();
    assert_eq!(device.fails(2, &["set", id, "x/seats=many"])["field"], "x/seats");
    assert_eq!(device.fails(2, &["set", id, "x/tables=4"])["field"], "x/tables");
    assert_eq!(device.json(&["set", id, "x/seats="]).get("custom"), None);
}

#[test]
fn history_tells_who_wrote_what_and_restore_brings_it_back() {
    let device = TestDevice::new();
    device.json(&["new", "--rep", "Ada"]);
    let id = device.add(&["contact", "name=Grace", "phone=1"]);
    device.json(&["set", &id, "phone=2"]);
    let history = device.lines(&["history", &id]);
    assert_eq!(history.len(), 2);
    assert_eq!(history[0]["by"], "Ada");
    assert_eq!(history[0]["at"], NOW);
    assert_eq!(history[1]["fields"], json!({ "phone": "2" }));
    let first = history[0]["change"].as_str().unwrap();
    assert_eq!(
        device.json(&["restore", &id, "phone", "--to", first])["phone"],
        "1"
    );
    let nobody = "0".repeat(64);
    let error = device.fails(1, &["restore", &id, "phone", "--to", &nobody]);
    assert_eq!(
        (&error["code"], &error["change"]),
        (&json!("no_such_change"), &json!(nobody))
    );
    assert!(device.lines(&["conflicts"]).is_empty());
}

#[test]
fn positions_in_another_datum_are_kept_in_wgs84() {
    let device = TestDevice::new();
    let account = device.json(&[
        "add",
        "account",
        "name=烤鸭店",
        "position=39.908741,116.397131",
        "--datum",
        "gcj02",
    ]);
    let at = &account["sites"][0]["position"];
    let near = |key: &str, wanted: f64| (at[key].as_f64().unwrap() - wanted).abs() < 2e-6;
    assert!(near("lat", 39.90734) && near("lon", 116.39089), "{at}");
}
