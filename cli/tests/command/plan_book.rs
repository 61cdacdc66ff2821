//! `plan day` and `plan period`, which plan from a book.

use crate::device::TestDevice;
use serde_json::{Value, json};

/// A device with eight shops in a row, 330 m from one to the next.
fn device() -> TestDevice {
    let device = TestDevice::new();
    let rows = (0..8).map(|n| format!("S-{n},Shop {n},52.{},1.297,Mo-Fr 08:00-18:00\n", 630 + 3 * n));
    let csv = format!(
        "external_id,name,lat,lon,opening_hours\n{}",
        rows.collect::<String>()
    );
    let file = device.file("shops.csv", csv);
    device.json(&["import", "accounts", &file]);
    device
}

const DAY: [&str; 8] = [
    "plan",
    "day",
    "--date",
    "2026-11-25",
    "--start",
    "52.63,1.29",
    "--iterations",
    "500",
];

fn with<'a>(words: &[&'a str]) -> Vec<&'a str> {
    DAY.iter().chain(words).copied().collect()
}

#[test]
fn a_day_is_planned_again_from_where_the_rep_is_and_says_so() {
    let device = device();
    let before = device.json(&DAY);
    let first = &before["plan"]["visits"][0];
    let after = device.json(&with(&["--replan", "09:10", "--here", "52.72,1.30"]));
    assert_eq!(after["plan"]["visits"][0], *first);
    assert_eq!(after["plan"]["here"][0]["at_s"], json!(33_000));
    let said = device
        .run(&with(&["--replan", "09:10", "--here", "52.72,1.30"]))
        .out;
    assert!(
        said.contains("(where the rep is)") && said.contains("moved"),
        "{said}"
    );
    let late = device.json(&with(&["--replan", "09:10", "--late", "60"]));
    assert_ne!(late["plan"]["moved"], json!([]));
    let account = before["stops"][7]["account"].as_str().unwrap();
    let gone = device.json(&with(&["--replan", "09:10", "--cancelled", account]));
    assert_eq!(gone["stops"].as_array().unwrap().len(), 7);
    let hours = format!("{account}=15:00-16:00");
    let open = device.json(&with(&["--replan", "09:10", "--hours", &hours]));
    let visits = open["stops"].as_array().unwrap();
    let visit = visits.iter().find(|visit| visit["account"] == account).unwrap();
    let start = visit["start"].as_str().unwrap();
    assert!(start.contains("T15:") || start.contains("T16:00"), "{start}");
    device.fails(2, &with(&["--replan", "09:10"]));
    device.fails(2, &with(&["--late", "5"]));
    device.fails(2, &with(&["--replan", "09:10", "--here", "nowhere"]));
}

#[test]
fn travel_times_of_ones_own_are_driven_and_bad_ones_name_their_field() {
    let device = device();
    let before = device.json(&DAY);
    assert_eq!(before["travel"]["said"], "estimated: detour 1.30");
    let site = before["stops"][0]["site"].as_str().unwrap();
    let drives = |from: &str, seconds: i64| {
        let drive = json!([{ "from": from, "to": site, "seconds": seconds }]);
        device.file("drives.json", drive.to_string())
    };
    let given = device.json(&with(&["--travel", &drives("start", 1_111)]));
    assert_eq!(given["travel"]["given"], json!(1));
    // The same drives at half the speed.
    let slow = |percent: i64| {
        let drive = json!([{ "from": "start", "to": site, "seconds": 1_111 }]);
        let speeds = json!([{ "from": 100, "percent": percent }]);
        device.file(
            "slow.json",
            json!({ "drives": drive, "speeds": speeds }).to_string(),
        )
    };
    let (steady, halved) = (
        device.json(&with(&["--travel", &slow(100)])),
        device.json(&with(&["--travel", &slow(50)])),
    );
    let (steady, halved) = (&steady["plan"], &halved["plan"]);
    assert_eq!(steady["travel_s"], halved["travel_s"]);
    assert!(steady["ends_s"].as_i64() < halved["ends_s"].as_i64(), "{halved}");
    let error = |file: &str| device.fails(2, &with(&["--travel", file]))["message"].to_string();
    assert!(error(&slow(0)).contains("speeds[0].percent"));
    assert!(error(&drives("start", -1)).contains("travel[0].seconds"));
    assert!(error(&drives("the moon", 1)).contains("travel[0].from"));
}

/// Runs a command in a zone, without `--now`.
fn run_in_zone(device: &TestDevice, zone: &str, args: &[&str]) -> String {
    let output = device.command(args).env("TZ", zone).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn nine_o_clock_is_nine_o_clock_on_either_side_of_the_change_of_clocks() {
    // In London clocks go back on Sunday, 25 October 2026, and forward on Sunday, 28 March 2027.
    for (friday, monday_utc) in [
        ("2026-10-23", "2026-10-26T09:00:00"),
        ("2027-03-26", "2027-03-29T08:00:00"),
    ] {
        let device = TestDevice::new();
        let csv = "name,lat,lon,opening_hours\nFriday Shop,52.631,1.291,Fr 09:00-17:00\nMonday Shop,52.632,1.292,Mo 09:00-17:00\n";
        let file = device.file("shops.csv", csv);
        device.json(&["import", "accounts", &file]);
        let period = [
            "plan",
            "period",
            "--date",
            friday,
            "--days",
            "5",
            "--start",
            "52.63,1.29",
            "--iterations",
            "300",
        ];
        let ics = run_in_zone(
            &device,
            "Europe/London",
            &[&period[..], &["--format", "ics"]].concat(),
        );
        let stamp = monday_utc.replace(['-', ':'], "");
        assert!(ics.contains(&format!("DTSTART:{stamp}Z")), "{ics}");
        run_in_zone(&device, "Europe/London", &[&period[..], &["--save"]].concat());
        let visits = device.lines(&["list", "visits"]);
        let planned: Vec<&str> = visits
            .iter()
            .filter_map(|visit| visit["planned_at"].as_str())
            .collect();
        let wanted = chrono::DateTime::parse_from_rfc3339(&format!("{monday_utc}Z")).unwrap();
        let is_wanted = |text: &&str| chrono::DateTime::parse_from_rfc3339(text).is_ok_and(|at| at == wanted);
        assert!(planned.iter().any(is_wanted), "{planned:?}");
        let monday = &monday_utc[..10];
        let shown = run_in_zone(&device, "Europe/London", &["visits", "--day", monday]);
        assert!(shown.contains("09:00"), "{shown}");
    }
}

#[test]
fn weeks_are_written_as_geojson_and_as_a_page_and_kept_once() {
    let device = device();
    let page = device.file("week.html", "");
    let week = [
        "plan",
        "period",
        "--date",
        "2026-11-23",
        "--days",
        "7",
        "--start",
        "52.63,1.29",
        "--iterations",
        "300",
    ];
    let all = |words: &[&'static str]| week.iter().chain(words).copied().collect::<Vec<_>>();
    let geojson: Value = serde_json::from_str(&device.run(&all(&["--format", "geojson"])).out).unwrap();
    let features = geojson["features"].as_array().unwrap();
    let of = |kind: &str| features.iter().filter(|f| f["geometry"]["type"] == kind).count();
    assert_eq!(of("Point"), 8);
    let days = of("LineString");
    assert!((1..=5).contains(&days), "{days}");
    let said = device.run(&[&week[..], &["--page", &page, "--save"]].concat());
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.out.contains("The visits are in the book."));
    let html = std::fs::read_to_string(&page).unwrap();
    assert_eq!(html.matches("<article class=\"sketch").count(), days);
    device.run(&all(&["--save"]));
    assert_eq!(device.lines(&["list", "visits"]).len(), 8);
}
