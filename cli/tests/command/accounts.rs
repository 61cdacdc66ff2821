//! Accounts in the sales process: tiers, health, profile; the quality of records; diagnosis and attainment.

use crate::device::TestDevice;
use serde_json::{Value, json};

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("a record has an id")
}

/// A book with an account that bought three times in the spring of 2026 and is silent since; the id of the account.
fn silent_clinic(device: &TestDevice) -> String {
    device.json(&["new", "--rep", "Ada"]);
    let account = device.json(&["add", "account", "name=Clinic", "tier=a", "owner=Ada"]);
    let of = format!("account_id={}", id(&account));
    for day in ["2026-07-01", "2026-07-21", "2026-08-10"] {
        let close = format!("close_on={day}");
        device.json(&[
            "add",
            "opportunity",
            &format!("name=Order {day}"),
            &of,
            "stage=Closed Won",
            "amount=4000.00 EUR",
            "opened_on=2026-06-01",
            &close,
        ]);
    }
    device.json(&["add", "contact", "name=Dr Li", &of, "phone=+44 1603 555010"]);
    id(&account).to_owned()
}

#[test]
fn a_tier_says_how_often_an_account_is_visited_and_why() {
    let device = TestDevice::new();
    let account = silent_clinic(&device);
    let found = device.json(&["tier", "show", &account]);
    assert_eq!(
        (
            &found["tier"],
            &found["source"],
            &found["every_days"],
            &found["due_on"]
        ),
        (&json!("A"), &json!("hand"), &json!(14), &Value::Null)
    );
    let tiers = device.lines(&["tier", "list"]);
    assert_eq!(
        (
            &tiers[0]["tier"],
            &tiers[0]["accounts"],
            &tiers[0]["never_visited"]
        ),
        (&json!("A"), &json!(1), &json!(1))
    );
    let text = device.run(&["tier", "show", &account]).out;
    assert!(
        text.contains("A (by hand)") && text.contains("never visited"),
        "{text}"
    );
    let overdue = device.lines(&["tier", "overdue"]);
    assert_eq!((overdue.len(), &overdue[0]["overdue_days"]), (1, &Value::Null));
    assert_eq!(device.lines(&["tier", "overdue", "--tier", "B"]).len(), 0);
    let wrong = device.fails(1, &["tier", "show", "019ab0f2-7c1e-7000-8000-000000000001"]);
    assert_eq!(wrong["code"], "no_such_record");
}

#[test]
fn an_account_that_left_is_shown_with_its_reasons_and_won_back_once() {
    let device = TestDevice::new();
    let account = silent_clinic(&device);
    let found = device.json(&["health", &account]);
    assert_eq!(
        (&found["churn"]["state"], &found["churn"]["since"]),
        (&json!("left"), &json!("2026-10-10"))
    );
    let parts: Vec<&Value> = found["reasons"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["points"])
        .collect();
    assert_eq!(
        parts,
        [&Value::Null, &json!(0), &Value::Null, &json!(20), &json!(5)]
    );
    let text = device.run(&["health", &account]).out;
    assert!(
        text.contains("left on 2026-10-10: silent for 106 days since 2026-08-10; its rhythm is 20 days, 60 are the limit"),
        "{text}"
    );
    let first = device.json(&["health", "--win-back"]);
    assert_eq!(
        first["made"][0]["name"],
        "Win back Clinic: silent since 2026-08-10"
    );
    let again = device.json(&["health", "--win-back"]);
    assert_eq!((&again["made"], &again["known"]), (&json!([]), &json!(1)));
    assert_eq!(device.lines(&["health", "--left"]).len(), 1);
}

#[test]
fn a_profile_says_what_is_not_known() {
    let device = TestDevice::new();
    let account = silent_clinic(&device);
    let found = device.json(&["profile", &account]);
    assert_eq!(found["of"], 29);
    let dimension = |name: &str| {
        let all = found["dimensions"].as_array().unwrap();
        all.iter().find(|one| one["name"] == name).unwrap().clone()
    };
    assert_eq!(dimension("industry")["value"], Value::Null);
    assert_eq!(dimension("owner")["source"], "account.owner, by Ada");
    assert_eq!(dimension("won_in_year")["value"], "12000.00 EUR in 3 deals");
    let text = device.run(&["profile", &account, "--known"]).out;
    assert!(
        !text.contains("not known") && text.starts_with("Clinic: "),
        "{text}"
    );
}

#[test]
fn quality_lists_what_to_mend() {
    let device = TestDevice::new();
    let account = silent_clinic(&device);
    device.json(&["set", &account, "email=front desk"]);
    let found = device.json(&["quality", "--of", &account]);
    assert_eq!(
        found["implausible"],
        json!([{ "why": "no_email", "field": "email" }])
    );
    assert_eq!(found["missing"], json!(["industry", "city", "country"]));
    let kinds: Vec<Value> = device
        .lines(&["quality"])
        .iter()
        .map(|line| line["kind"].clone())
        .collect();
    assert_eq!(kinds.len(), 7);
    let contacts = device.lines(&["quality", "contact"]);
    assert_eq!((contacts.len(), &contacts[0]["missing"]), (1, &json!(["role"])));
}

#[test]
fn a_diagnosis_says_when_it_knows_too_little_and_a_quota_its_pace() {
    let device = TestDevice::new();
    silent_clinic(&device);
    let found = device.json(&["diagnose"]);
    let answers: Vec<&Value> = found["answers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["answer"])
        .collect();
    assert!(
        answers.len() > 3 && answers.iter().all(|answer| **answer == "not_enough"),
        "{answers:?}"
    );
    let attained = device.json(&["attain", "--quarter", "2026Q3", "--quota", "10000.00 EUR"]);
    assert_eq!(
        (
            &attained["attainment"]["attained_percent"],
            &attained["attainment"]["missing"]
        ),
        (&json!(120), &json!("0.00 EUR"))
    );
    let won: Vec<Value> = attained["periods"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["won"].clone())
        .collect();
    assert_eq!(won, [json!(0), json!(2), json!(1), json!(0), json!(0), json!(0)]);
    let text = device.run(&["attain", "--quota", "10 GBP"]).out;
    assert!(text.contains("no deal is in GBP"), "{text}");
    assert_eq!(
        device.fails(2, &["attain", "--quota", "0 EUR"])["code"],
        "bad_request"
    );
}
