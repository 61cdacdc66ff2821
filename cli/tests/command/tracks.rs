//! `track`, which needs no book.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::device::TestDevice;

/// An hour in a shop, ten minutes on the road, an hour in another; then a line that is none and a double.
fn day() -> String {
    let mut csv = "time,lat,lon,accuracy_m\n".to_owned();
    for minute in 0..130 {
        let (h, m) = (9 + minute / 60, minute % 60);
        let accuracy_m = 7 + minute % 3;
        let lat = 52.6 + f64::from((minute - 60).clamp(0, 10)) * 0.005 + f64::from(minute % 3) * 2e-5;
        let _ = writeln!(csv, "2026-11-23T{h:02}:{m:02}:00Z,{lat:.6},1.3,{accuracy_m}");
    }
    csv + "2026-11-23T12:00:00Z,91,1.3,8\n2026-11-23T09:00:00Z,52.600000,1.3,7\n"
}

#[test]
fn a_day_has_its_stops_and_its_mileage() {
    let device = TestDevice::new();
    let file = device.file("day.csv", day());
    let stops = device.lines(&["track", "stops", &file]);
    assert_eq!(stops.len(), 2, "{stops:?}");
    let keys: Vec<&str> = stops[0].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["from", "until", "lat", "lon", "radius_m", "fixes"]);
    assert_eq!(stops[0]["from"], "2026-11-23T10:00:00+01:00");
    let mileage = device.json(&["track", "mileage", &file]);
    let distance_m = mileage["distance_m"].as_f64().unwrap();
    assert!((5_500.0..5_620.0).contains(&distance_m), "{mileage}");
    assert!(mileage["raw_m"].as_f64().unwrap() > distance_m);
    assert_eq!(mileage["gaps"], json!([]));
    assert!(!device.book().exists());
}

#[test]
fn every_row_of_the_file_is_answered_in_its_order() {
    let device = TestDevice::new();
    let ran = device.run_with(&["track", "points", "-", "--json"], &day());
    assert_eq!(ran.code, 0, "{ran:?}");
    let points: Vec<Value> = ran
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(points.len(), 132);
    assert_eq!(points[0], json!({ "fix": 0, "state": "stop", "stop": 0 }));
    assert_eq!(points[65], json!({ "fix": 65, "state": "move", "stop": null }));
    assert_eq!(
        points[130],
        json!({ "fix": 130, "state": "outlier", "stop": null })
    );
    assert_eq!(
        points[131],
        json!({ "fix": 131, "state": "stop", "stop": 0 }),
        "a double"
    );
    let warning: Value = serde_json::from_str(ran.err.lines().next().unwrap()).unwrap();
    assert_eq!(
        (&warning["warning"]["line"], &warning["warning"]["field"]),
        (&json!(132), &json!("lat"))
    );
}

#[test]
fn a_track_goes_through_gpx_and_comes_back_the_same() {
    let device = TestDevice::new();
    let gpx = device.run_with(&["track", "convert", "-", "--to", "gpx"], &day());
    let csv = device.run_with(&["track", "convert", "-", "--to", "csv"], &day());
    let back = device.run_with(&["track", "convert", "-", "--to", "csv"], &gpx.out);
    assert_eq!(csv.out.lines().count(), 131);
    assert_eq!(back.out, csv.out);
}

#[test]
fn a_file_that_is_no_track_is_told_by_line_and_field() {
    let device = TestDevice::new();
    let fails = |name: &str, content: &str| device.fails(2, &["track", "stops", &device.file(name, content)]);
    let wrong = fails("a.csv", "time,lat,lon\n2026-11-23T09:00:00Z,91,0\n");
    assert_eq!(
        (&wrong["code"], &wrong["line"], &wrong["field"]),
        (&json!("bad_line"), &json!(2), &json!("lat"))
    );
    assert_eq!(fails("b.csv", "time,name\n")["field"], "lat");
    assert_eq!(fails("c.csv", "")["code"], "empty_file");
    assert_eq!(fails("d.gpx", "<gpx><trk>")["code"], "not_xml");
    assert_eq!(
        device.fails(2, &["track", "stops", "/nowhere.csv"])["code"],
        "no_such_file"
    );
}

#[test]
fn an_odd_track_is_told_with_its_reasons() {
    let device = TestDevice::new();
    // The errors of a receiver drift by chance (here by a congruential generator); those of `day` repeat at every third fix.
    let mut honest = "time,lat,lon,accuracy_m\n".to_owned();
    let (mut seed, mut errors) = (7_u32, [0.0; 2]);
    for minute in 0..130 {
        for error in &mut errors {
            seed = (seed * 75 + 74) % 65_537;
            *error = 0.8 * *error + (f64::from(seed) / 65_537.0 - 0.5) * 3e-5;
        }
        let (h, m) = (9 + minute / 60, minute % 60);
        let way = f64::from((minute - 60).clamp(0, 10));
        let (lat, lon) = (
            52.6 + way * 0.005 + errors[0],
            1.3 + way.sin() * 0.002 + errors[1],
        );
        let accuracy_m = 7 + minute % 3;
        let _ = writeln!(
            honest,
            "2026-11-23T{h:02}:{m:02}:00Z,{lat:.6},{lon:.6},{accuracy_m}"
        );
    }
    let said = device.json(&["track", "spoof", &device.file("honest.csv", &honest)]);
    assert_eq!(said, json!({ "score": 0.0, "reasons": [] }));
    let mut odd = String::new();
    for (number, line) in honest.lines().enumerate() {
        odd += &[line, if number == 0 { ",mock" } else { ",1" }, "\n"].concat();
    }
    let odd = device.json(&["track", "spoof", &device.file("odd.csv", odd)]);
    assert_eq!(odd["score"], 0.9);
    assert_eq!(
        odd["reasons"],
        json!([{ "name": "mock", "weight": 0.9, "value": 1.0 }])
    );
}

/// A device whose book knows the first shop of [`day`] and has recorded that day.
fn recorded() -> (TestDevice, String) {
    let device = TestDevice::new();
    let file = device.file("day.csv", day());
    let shop = device.json(&["add", "account", "name=Shop"])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let account = format!("account_id={shop}");
    device.json(&["add", "site", &account, "name=Door", "position=52.6,1.3"]);
    let kept = device.json(&["track", "record", &file, "--hours", "Mo-Su 08:00-18:00"]);
    assert_eq!(kept, json!({ "kept": 131, "measured": 0, "dropped": 0 }));
    (device, shop)
}

#[test]
fn what_is_recorded_can_be_taken_away_and_forgotten() {
    let (device, _) = recorded();
    let ran = device.run(&["export", "track", "--until", "2026-11-23T09:30:00Z"]);
    assert_eq!((ran.code, ran.out.lines().count()), (0, 31), "{ran:?}");
    let cut = device.run(&["export", "track", "--cut", "100"]);
    assert_eq!(
        cut.out.lines().count(),
        1 + 9,
        "of two stays and the way between, the way: {cut:?}"
    );
    let gpx = device.run(&["export", "track", "--format", "gpx"]);
    assert!(gpx.out.contains("<trkpt"), "{gpx:?}");
    for bad in [
        &["export", "track", "--format", "ics"][..],
        &["export", "accounts", "--format", "gpx"],
        &["export", "accounts", "--from", "2026-11-23T09:30:00Z"],
        &["track", "forget"],
        &["track", "forget", "--all", "--until", "2026-11-23T09:30:00Z"],
    ] {
        assert_eq!(device.run(bad).code, 2, "{bad:?}");
    }
    let until = ["track", "forget", "--until", "2026-11-23T10:00:00Z"];
    assert_eq!(device.json(&until), json!({ "forgotten": 60 }));
    assert_eq!(
        device.json(&["track", "forget", "--all"]),
        json!({ "forgotten": 70 })
    );
}

#[test]
fn nothing_is_recorded_in_private_or_after_work() {
    let device = TestDevice::new();
    let file = device.file("day.csv", day());
    let record = |more: &[&str]| device.json(&[&["track", "record", &file], more].concat());
    let none = json!({ "kept": 0, "measured": 0, "dropped": 131 });
    assert_eq!(record(&["--mode", "private"]), none);
    assert_eq!(record(&["--hours", "Sa-Su 08:00-18:00"]), none);
    assert_eq!(record(&["--mode", "personal"])["measured"], 131);
    assert_eq!(device.run(&["track", "record", &file, "--hours", "late"]).code, 2);
    assert_eq!(device.run(&["export", "track"]).out.lines().count(), 1);
}

#[test]
fn a_suggested_visit_is_accepted_or_dismissed() {
    let (device, shop) = recorded();
    let suggested = device.lines(&["track", "suggested"]);
    assert_eq!(suggested.len(), 1, "{suggested:?}");
    assert_eq!(
        (&suggested[0]["account"], &suggested[0]["title"]),
        (&json!(shop), &json!("Shop"))
    );
    let nothing = device.run(&["--json", "track", "dismiss", "2026-11-23T11:30:00Z"]);
    assert_eq!(
        (nothing.code, &nothing.error()["code"]),
        (1, &json!("no_suggestion"))
    );
    let visit = device.json(&[
        "track",
        "accept",
        "2026-11-23T09:30:00Z",
        "--until",
        "2026-11-23T09:50:00Z",
    ]);
    assert_eq!(visit["state"], "closed", "{visit}");
    assert!(device.lines(&["track", "suggested"]).is_empty());

    let (device, _) = recorded();
    device.json(&["track", "dismiss", "2026-11-23T09:30:00Z"]);
    assert!(device.lines(&["track", "suggested"]).is_empty());
}

#[test]
fn columns_are_named_as_for_an_import() {
    let device = TestDevice::new();
    let csv = day()
        .replacen("time,lat,lon,accuracy_m", "Wann,X,Y,accuracy_m", 1)
        .replace(',', ";")
        .replace('.', ",");
    let file = device.file("fahrt.csv", &csv);
    assert_eq!(device.fails(2, &["track", "stops", &file])["code"], "not_matched");
    let map = ["--map", "time=wann", "--map", "lat=X", "--map", "lon=Y"];
    let stops = [&["track", "stops", file.as_str()][..], &map].concat();
    let plain = device.file("day.csv", day());
    assert_eq!(device.lines(&stops), device.lines(&["track", "stops", &plain]));
    let unknown = device.fails(2, &["track", "stops", &file, "--map", "colour=X"]);
    assert_eq!(
        (&unknown["code"], &unknown["field"]),
        (&json!("unknown_field"), &json!("colour"))
    );
    let twice = device.fails(2, &["track", "stops", &file, "--map", "lat=X", "--map", "lon=x"]);
    assert_eq!((&twice["code"], &twice["name"]), (&json!("twice"), &json!("x")));
    let absent = device.fails(2, &["track", "stops", &file, "--map", "lat=Breite"]);
    assert_eq!(
        (&absent["code"], &absent["column"]),
        (&json!("no_such_column"), &json!("Breite"))
    );
}

#[test]
fn a_file_that_names_its_datum_needs_no_option_and_takes_none() {
    let device = TestDevice::new();
    let csv = "time,lat_gcj02,lon_gcj02\n2026-11-24T09:30:00Z,39.9087424,116.3971331\n";
    let file = device.file("amap.csv", csv);
    let csv = device.run(&["track", "convert", &file, "--to", "csv"]).out;
    assert!(csv.contains("39.9073"), "{csv}");
    let twice = device.fails(2, &["--datum", "gcj02", "track", "convert", &file, "--to", "csv"]);
    assert_eq!(
        (&twice["code"], &twice["field"]),
        (&json!("bad_field"), &json!("--datum"))
    );
}

#[test]
fn a_row_whose_cells_do_not_fit_is_told_and_left_out() {
    let device = TestDevice::new();
    let csv = day() + "2026-11-23T12:00:10Z,52,63,1,3,8\n2026-11-23T12:00:20Z,52.6,1.3,\"8\n";
    let ran = device.run_with(&["track", "stops", "-", "--json"], &csv);
    assert_eq!(ran.code, 0, "{ran:?}");
    let told = |line: u64| {
        let mut warnings = ran
            .err
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        warnings
            .find(|told| told["warning"]["line"] == line)
            .expect("a warning")["warning"]["why"]
            .clone()
    };
    assert_eq!(told(134), "has more cells than the first line");
    assert_eq!(told(135), "has a quote that is not closed");
}
