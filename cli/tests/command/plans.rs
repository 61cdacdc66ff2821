//! `plan solve`, `plan judge` and `plan replan`, which need no book.

use crate::device::TestDevice;
use serde_json::{Value, json};

const DAY: &str = r#"{"format":"fieldbook-day/1","shift":{"from":28800,"until":61200},"start":0,"end":0,
  "travel_s":[[0,600,900],[700,0,500],[800,400,0]],"lunch":{"from":41400,"until":50400,"duration_s":1800},
  "stops":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5,"must":false},
           {"id":"b","node":2,"service_s":1200,"windows":[[36000,39600]],"value":7,"must":true},
           {"id":"c","node":2,"service_s":60,"windows":[],"value":9,"must":false}]}"#;

const PERIOD: &str = r#"{"format":"fieldbook-period/1","start":0,"end":0,"travel_s":[[0,600],[600,0]],
  "days":[{"day":0,"weekday":0,"from":28800,"until":61200,"lunch":null},
          {"day":3,"weekday":3,"from":28800,"until":61200,"lunch":null}],
  "customers":[{"id":"a","node":1,"service_s":1200,"windows":[[28800,43200]],"value":5,"must":false,"visits":2,
                "min_gap_days":2,"max_gap_days":9,"weekdays":[0,3],"last_visit_day":null}]}"#;

fn ids(plan: &Value) -> Vec<&str> {
    let visits = plan["visits"].as_array().unwrap().iter();
    visits.map(|visit| visit["id"].as_str().unwrap()).collect()
}

#[test]
fn a_day_is_solved_judged_and_planned_again() {
    let device = TestDevice::new();
    let day = device.file("day.json", DAY);
    let plan = device.json(&["plan", "solve", &day, "--iterations", "100", "--seed", "3"]);
    assert_eq!(ids(&plan), ["a", "b"]);
    assert_eq!((&plan["proved"], &plan["seed"]), (&json!(true), &json!(3)));
    assert_eq!(plan["left_out"][0]["reason"], "closed all day");
    let kept = device.file("day.plan.json", plan.to_string());
    let judged = device.json(&["plan", "judge", &day, &kept]);
    assert_eq!((&judged["ok"], &judged["value"]), (&json!(true), &json!(12)));

    // On the way to the first stop the rep is at the second, and the judge takes it from there.
    let here = device.file("here.json", r#"{"here":2}"#);
    let words = ["plan", "replan", &day, &kept, "--now", "28900", "--event", &here];
    let ran = device
        .command(&[&words[..], &["--iterations", "50"]].concat())
        .output()
        .unwrap();
    let new: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(new["here"][0]["node"], json!(2));
    let new = device.file("new.plan.json", new.to_string());
    assert_eq!(device.json(&["plan", "judge", &day, &new])["ok"], json!(true));

    let event = device.file("event.json", r#"{"cancel":"a"}"#);
    // Its `--now` is a second of the day, so that of the device must not stand beside it.
    let again = [
        "plan",
        "replan",
        &day,
        &kept,
        "--now",
        "28800",
        "--event",
        &event,
        "--iterations",
        "50",
    ];
    let ran = device.command(&again).output().unwrap();
    let new: Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!(ids(&new), ["b"]);
    assert_eq!(new["moved"], json!([]));
    let new = device.file("new.plan.json", new.to_string());
    let judged = device.json(&["plan", "judge", &day, &new, "--event", &event]);
    assert_eq!(judged["ok"], json!(true));
}

#[test]
fn a_plan_that_does_not_keep_to_its_problem_ends_with_1() {
    let device = TestDevice::new();
    let day = device.file("day.json", DAY);
    let mut plan = device.json(&["plan", "solve", &day, "--iterations", "10"]);
    plan["visits"][1]["start_s"] = json!(40_000);
    let plan = device.file("day.plan.json", plan.to_string());
    // The verdict is the answer, so it is printed all the same.
    let ran = device.run(&["plan", "judge", &day, &plan, "--json"]);
    let verdict: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!((ran.code, &ran.error()["code"]), (1, &json!("not_kept")));
    assert_eq!(verdict["violations"][0]["code"], "closed");
}

#[test]
fn several_files_are_solved_into_a_folder_whatever_their_format() {
    let device = TestDevice::new();
    let (day, period) = (device.file("day.json", DAY), device.file("weeks.json", PERIOD));
    let dir = device.book().with_file_name("plans").to_str().unwrap().to_owned();
    let ran = device.run(&[
        "plan",
        "solve",
        &day,
        &period,
        "--iterations",
        "50",
        "--out",
        &dir,
    ]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let read = |name: &str| -> Value {
        let text = std::fs::read_to_string(std::path::Path::new(&dir).join(name)).unwrap();
        serde_json::from_str(&text).unwrap()
    };
    assert_eq!(read("day.plan.json")["format"], "fieldbook-plan/1");
    assert_eq!(read("weeks.plan.json")["value"], 10);
    let judged = device.json(&["plan", "judge", &period, &format!("{dir}/weeks.plan.json")]);
    assert_eq!(judged["ok"], json!(true));
}

#[test]
fn a_malformed_problem_ends_with_2_and_names_its_field() {
    let device = TestDevice::new();
    let field = |from: &str, to: &str| {
        let file = device.file("bad.json", DAY.replace(from, to));
        let error = device.fails(2, &["plan", "solve", &file, "--budget-ms", "5"]);
        error["field"].as_str().unwrap().to_owned()
    };
    assert_eq!(field("[700,0,500]", "[700,0]"), "travel_s[1]");
    assert_eq!(field("\"node\":1", "\"node\":-1"), "stops[0].node");
    assert_eq!(field("fieldbook-day/1", "fieldbook-day/9"), "format");
    assert_eq!(field("\"value\":5", "\"value\":\"five\""), "stops[0].value");
}
