//! A rep's day: check-in, check-out, skipped visits.

use crate::device::{NOW, Ran, TestDevice};
use serde_json::{Value, json};

const AT_THE_DOOR: &str = r#"{"at":"2026-11-24T08:29:55Z","lat":52.6309,"lon":1.2974,"accuracy_m":12}"#;

#[test]
fn a_visit_is_opened_judged_and_closed() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let visit = device.json(&["check-in", &shop, "--fix", AT_THE_DOOR]);
    assert_eq!(
        (&visit["state"], &visit["account_id"]),
        (&json!("open"), &json!(shop))
    );
    let check_in = &visit["check_in"];
    assert_eq!(
        (&check_in["at"], &check_in["time_given"]),
        (&json!(NOW), &json!(true))
    );
    assert_eq!(check_in["verdict"]["verdict"], "verified");
    assert_eq!(check_in["verdict"]["fix_age_s"], 5);
    assert_eq!(check_in["fixes"][0]["accuracy_m"], 12.0);
    let id = visit["id"].as_str().unwrap();
    let closed = device.json(&["check-out", id, "--outcome", "ordered 12 cases"]);
    assert_eq!(closed["state"], "closed");
    assert_eq!(closed["check_out"]["at"], NOW);
    let day = device.lines(&["visits"]);
    assert_eq!((day.len(), &day[0]["id"]), (1, &json!(id)));
}

#[test]
fn a_check_in_without_a_fix_is_saved_and_unverifiable() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let visit = device.json(&["check-in", &shop]);
    assert_eq!(visit["check_in"]["verdict"]["verdict"], "unverifiable");
    let again = device.json(&["check-in", &shop]);
    assert_eq!(again["id"], visit["id"]);
}

#[test]
fn a_rep_is_at_one_place_at_a_time() {
    let device = TestDevice::new();
    let (one, other) = (device.shop("One"), device.shop("Other"));
    let visit = device.json(&["check-in", &one]);
    let error = device.fails(1, &["check-in", &other]);
    assert_eq!(
        (&error["code"], &error["visit"]),
        (&json!("already_open"), &visit["id"])
    );
}

#[test]
fn a_planned_visit_is_skipped_with_a_reason_and_not_opened_after() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let id = device.add(&[
        "visit",
        &format!("account_id={shop}"),
        "planned_at=2026-11-24T10:00:00Z",
    ]);
    let skipped = device.json(&["skip", &id, "--reason", "closed"]);
    assert_eq!(
        (&skipped["state"], &skipped["skipped"]),
        (&json!("skipped"), &json!("closed"))
    );
    let error = device.fails(1, &["check-out", &id]);
    assert_eq!(
        (&error["code"], &error["state"]),
        (&json!("not_now"), &json!("skipped"))
    );
}

#[test]
fn the_day_is_that_of_the_local_time() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    device.add(&[
        "visit",
        &format!("account_id={shop}"),
        "planned_at=2026-11-24T23:30:00Z",
    ]);
    let in_zone = |now: &str| -> Vec<usize> {
        let of = |day: &str| {
            let ran: Ran = device
                .command(&["visits", "--json", "--now", now, "--day", day])
                .output()
                .unwrap()
                .into();
            ran.out.lines().count()
        };
        vec![of("2026-11-24"), of("2026-11-25")]
    };
    assert_eq!(in_zone("2026-11-24T09:00:00Z"), [1, 0]);
    assert_eq!(in_zone("2026-11-24T09:00:00+01:00"), [0, 1]);
}

#[test]
fn a_fix_that_is_none_is_told_by_its_number_and_field() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let told = |fix: &str| -> (Value, Value) {
        let error = device.fails(2, &["check-in", &shop, "--fix", AT_THE_DOOR, "--fix", fix]);
        assert_eq!(error["code"], "bad_fix", "{error}");
        (error["fix"].clone(), error["field"].clone())
    };
    assert_eq!(told("here"), (json!(1), json!(null)));
    assert_eq!(told("{}"), (json!(1), json!("at")));
    assert_eq!(
        told(&AT_THE_DOOR.replace("12}", "\"12\"}")),
        (json!(1), json!("accuracy_m"))
    );
    assert_eq!(
        told(&AT_THE_DOOR.replace("52.6309", "152.6")),
        (json!(1), json!("lat"))
    );
    assert_eq!(told(&AT_THE_DOOR.replace("55Z", "55")), (json!(1), json!("at")));
    assert!(device.lines(&["list", "visits"]).is_empty());
}

#[test]
fn a_check_in_is_kept_whatever_accuracy_the_phone_hands_out() {
    for accuracy in ["0}", "-1}"] {
        let device = TestDevice::new();
        let shop = device.shop("Shop");
        let visit = device.json(&["check-in", &shop, "--fix", &AT_THE_DOOR.replace("12}", accuracy)]);
        let verdict = &visit["check_in"]["verdict"];
        assert_eq!(verdict["verdict"], "unverifiable", "{verdict}");
        assert_eq!(
            verdict["reasons"][0],
            json!({ "code": "accuracy_unknown", "fixes": 1 })
        );
        assert_eq!(device.lines(&["list", "visits"]).len(), 1);
    }
}

#[test]
fn a_rollover_of_the_receivers_week_wrongs_nobody() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let fix = AT_THE_DOOR.replace("12}", "12,\"gps_at\":\"2007-04-10T08:29:55Z\"}");
    let visit = device.json(&["check-in", &shop, "--fix", &fix]);
    let check_in = &visit["check_in"];
    assert_eq!(check_in["verdict"]["spoof"]["score"], 0.0, "{check_in}");
    let time = &check_in["time"];
    assert!(
        time["at"].as_str().unwrap().starts_with("2026-11-24T08:"),
        "{time}"
    );
}
