//! `verify`, `export evidence`, `make-up`: a chain that holds, and every way to break one. And `here`, `coverage`, `hours`.

use std::process::Command;

use crate::device::{Ran, TestDevice};
use serde_json::{Value, json};

/// The lines of a chain of two visits.
fn chain(device: &TestDevice) -> Vec<String> {
    let (one, other) = (device.shop("One"), device.shop("Other"));
    for shop in [&one, &other] {
        let visit = device.json(&["check-in", shop]);
        device.json(&["check-out", visit["id"].as_str().unwrap()]);
    }
    let file = device.file("whole.evidence", "");
    device.json(&["export", "evidence", "--out", &file]);
    std::fs::read_to_string(&file)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}

fn ran(device: &TestDevice, lines: &[String], more: &[&str]) -> Ran {
    let file = device.file("tried.evidence", lines.join("\n") + "\n");
    device.run(&[&["verify", &file, "--json"], more].concat())
}

/// The first link that breaks, and why.
fn broken(device: &TestDevice, lines: &[String], more: &[&str]) -> (u64, String) {
    let ran = ran(device, lines, more);
    assert_eq!(ran.code, 1, "{ran:?}");
    let told: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(told["ok"], false);
    let (told, error) = (&told["broken"], ran.error());
    assert_eq!(
        (&told["link"], &told["reason"]),
        (&error["link"], &error["reason"])
    );
    (
        told["link"].as_u64().unwrap(),
        told["reason"].as_str().unwrap().to_owned(),
    )
}

#[test]
fn a_chain_holds_and_every_attack_on_it_is_seen() {
    let device = TestDevice::new();
    let whole = chain(&device);
    assert_eq!(whole.len(), 5);
    let told: Value = serde_json::from_str(&ran(&device, &whole, &[]).out).unwrap();
    assert_eq!((&told["ok"], &told["links"]), (&json!(true), &json!(4)));
    let seen = |lines: Vec<String>| broken(&device, &lines, &[]);
    let without = |at: usize| [&whole[..at], &whole[at + 1..]].concat();
    assert_eq!(seen(without(2)), (1, "out_of_place".into()));
    let mut moved = whole.clone();
    moved.swap(2, 3);
    assert_eq!(seen(moved), (1, "out_of_place".into()));
    let edited = |from: &str, to: &str| {
        let mut lines = whole.clone();
        assert!(lines[3].contains(from), "{}", lines[3]);
        lines[3] = lines[3].replacen(from, to, 1);
        lines
    };
    assert_eq!(seen(edited("T08:30", "T07:30")), (2, "bad_signature".into()));
    assert_eq!(
        seen(edited("unverifiable", "verified")),
        (2, "content_changed".into())
    );
    assert_eq!(seen(edited("{\"link\"", "{\"LINK\"")), (2, "unreadable".into()));
    let mut foreign = chain(&TestDevice::new());
    foreign[0].clone_from(&whole[0]);
    assert_eq!(seen(foreign), (0, "not_linked".into()));
    let (key, head) = (told["key"].as_str().unwrap(), told["head"].as_str().unwrap());
    let head = format!("3:{head}");
    let known = ["--key", key, "--head", &head];
    assert_eq!(ran(&device, &whole, &known).code, 0);
    assert_eq!(broken(&device, &whole[..4], &known), (3, "tail_cut".into()));
    let other_key = "00".repeat(32);
    assert_eq!(
        broken(&device, &whole, &["--key", &other_key]),
        (0, "other_key".into())
    );
}

#[test]
fn what_is_no_chain_is_bad_input() {
    let device = TestDevice::new();
    for garbage in [
        &b""[..],
        b"\n",
        b"{}",
        b"diary\n",
        b"\xff\xfe\x00",
        b"{\"fieldbook_evidence\":2,\"key\":\"00\"}",
    ] {
        let file = device.file("garbage", garbage);
        assert_eq!(device.fails(2, &["verify", &file])["code"], "not_a_chain");
    }
    assert_eq!(device.fails(2, &["verify", "nowhere"])["code"], "no_such_file");
    let whole = chain(&device);
    let long = "x".repeat(2 << 20);
    for line in ["", "{}", "\u{0}", &long] {
        let mut lines = whole.clone();
        lines.push(line.to_owned());
        assert_eq!(broken(&device, &lines, &[]), (4, "unreadable".into()));
    }
}

#[test]
fn a_verifier_written_from_the_description_comes_to_the_same() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/evidence/verify.py");
    let python = |file: &str| Command::new("python3").args([script, file]).output();
    let device = TestDevice::new();
    let whole = chain(&device);
    let file = device.file("whole.evidence", whole.join("\n") + "\n");
    let Ok(answered) = python(&file) else {
        return fieldbook_testdata::skip("python3");
    };
    let told: Value = serde_json::from_str(&ran(&device, &whole, &[]).out).unwrap();
    let said = String::from_utf8(answered.stdout).unwrap();
    assert_eq!(
        said.trim(),
        format!("4 links, head {}", told["head"].as_str().unwrap())
    );
    for (at, from, to) in [
        (2, "check_out", "check_in"),
        (3, "unverifiable", "verified"),
        (1, "\"n\":0", "\"n\":1"),
    ] {
        let mut lines = whole.clone();
        lines[at] = lines[at].replacen(from, to, 1);
        let file = device.file("edited.evidence", lines.join("\n") + "\n");
        let answered = python(&file).unwrap();
        assert_eq!(answered.status.code(), Some(1));
        let place = broken(&device, &lines, &[]).0;
        assert!(
            String::from_utf8(answered.stdout)
                .unwrap()
                .starts_with(&format!("link {place}:"))
        );
    }
}

#[test]
fn a_missed_check_in_is_made_up_for_and_stays_marked() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let at = [
        "--at",
        "2026-11-23T14:00:00+01:00",
        "--until",
        "2026-11-23T14:30:00+01:00",
    ];
    let visit = device.json(&[&["make-up", &shop, "--reason", "battery empty"], &at[..]].concat());
    assert_eq!(visit["check_in"]["made_up"], "battery empty");
    assert_eq!(
        (&visit["state"], &visit["check_in"]["at"]),
        (&json!("closed"), &json!(at[1]))
    );
    assert_eq!(visit["check_in"]["time"]["wall"], "2026-11-24T08:30:00.000Z");
    let ahead = [
        "make-up",
        &shop,
        "--reason",
        "x",
        "--at",
        "2026-11-25T14:00:00+01:00",
    ];
    assert_eq!(device.fails(2, &ahead)["field"], "at");
}

#[test]
fn the_sites_at_hand_and_the_neglected_hexagons_are_shown() {
    let device = TestDevice::new();
    let shop = device.shop("Shop");
    let at = device.lines(&["here", "52.6309,1.2974"]);
    assert_eq!(
        (&at[0]["account"], &at[0]["distance_to_edge_m"]),
        (&json!(shop), &json!(-100.0))
    );
    assert!(device.lines(&["here", "52.7,1.2974"]).is_empty());
    assert_eq!(device.fails(2, &["here", "152.7,1.2974"])["field"], "LAT,LON");
    let cells = device.lines(&["coverage"]);
    assert_eq!(
        (&cells[0]["sites"], &cells[0]["days_since"]),
        (&json!(1), &json!(null))
    );
    device.json(&["check-in", &shop]);
    assert_eq!(device.lines(&["coverage"])[0]["days_since"], 0);
    assert!(device.lines(&["coverage", "--days", "1"]).is_empty());
    assert_eq!(
        device.json(&["coverage", "--geojson"])["features"][0]["geometry"]["type"],
        "Polygon"
    );
    assert_eq!(device.fails(2, &["coverage", "--grid", "16"])["field"], "--grid");
}

#[test]
fn opening_hours_are_told_by_day_and_unreadable_ones_are_kept_and_flagged() {
    let device = TestDevice::new();
    let week = [
        "hours",
        "Mo-Fr 09:00-12:30,14:00-18:00; PH off",
        "--day",
        "2026-12-24",
        "--days",
        "2",
    ];
    let days = device.lines(&[&week[..], &["--country", "GB"]].concat());
    assert_eq!(
        days[0]["open"][1],
        json!({ "from_s": 50_400, "until_s": 64_800, "certain": true })
    );
    assert_eq!(days[1]["open"], json!([]));
    let beyond = device.fails(2, &["hours", "PH off", "--day", "2027-01-01", "--country", "CN"]);
    assert_eq!(
        (&beyond["code"], &beyond["last_year"]),
        (&json!("outside_calendar"), &json!(2026))
    );
    assert_eq!(device.fails(2, &["hours", "whenever"])["code"], "bad_hours");
    let shop = device.shop("Shop");
    for (hours, fault) in [
        ("whenever", json!("unreadable")),
        ("Mo-Fr 09:00-17:00;", json!("mended")),
        ("24/7", json!(null)),
    ] {
        let site = device.json(&[
            "add",
            "site",
            &format!("account_id={shop}"),
            &format!("opening_hours={hours}"),
        ]);
        assert_eq!(
            (&site["opening_hours"], &site["opening_hours_fault"]),
            (&json!(hours), &fault)
        );
    }
}
