use super::super::hints::{Activity, NetworkPlace};
use super::*;

fn raw() -> RawFix {
    RawFix {
        at: "2026-11-23T10:30:00.250+01:00".to_owned(),
        lat: 52.6309,
        lon: 1.2974,
        accuracy_m: 12.5,
        ..RawFix::default()
    }
}

/// The invalid field after `spoil` has changed a valid fix.
fn invalid_field(spoil: impl Fn(&mut RawFix)) -> &'static str {
    let mut raw = raw();
    spoil(&mut raw);
    Fix::try_from(raw).expect_err("it is no fix").field()
}

#[test]
fn a_number_that_cannot_be_counts_as_unknown_and_the_fix_is_kept() {
    let fix = |spoil: &dyn Fn(&mut RawFix)| {
        let mut raw = raw();
        spoil(&mut raw);
        Fix::try_from(raw).unwrap()
    };
    // Android hands out 0 without an accuracy, iOS -1 with an invalid position.
    for bad in [0.0, -0.0, -1.0, 1e9, f64::NAN, f64::INFINITY] {
        let fix = fix(&|fix| fix.accuracy_m = bad);
        assert_eq!(fix.accuracy(), None, "{bad}");
        assert!(RawFix::from(fix).accuracy_m.abs() < f64::EPSILON);
    }
    for bad in [1e9, -2.0, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(fix(&|fix| fix.speed_mps = Some(bad)).speed_mps(), None, "{bad}");
        assert_eq!(
            fix(&|fix| fix.bearing_deg = Some(bad)).bearing_deg(),
            None,
            "{bad}"
        );
    }
    for bad in [1e9, f64::NAN, f64::NEG_INFINITY] {
        assert_eq!(fix(&|fix| fix.altitude_m = Some(bad)).altitude_m(), None, "{bad}");
    }
    assert_eq!(fix(&|fix| fix.monotonic_ms = Some(-1)).monotonic_ms(), None);
    let place = NetworkPlace {
        lat: 52.0,
        lon: 1.0,
        accuracy_m: 900.0,
    };
    for bad in [
        NetworkPlace { lat: 91.0, ..place },
        NetworkPlace {
            lon: f64::NAN,
            ..place
        },
        NetworkPlace {
            accuracy_m: 0.0,
            ..place
        },
    ] {
        assert_eq!(fix(&|fix| fix.network = Some(bad)).network(), None, "{bad:?}");
    }
}

#[test]
fn a_place_or_time_that_cannot_be_is_refused_by_the_name_of_its_field() {
    assert_eq!(invalid_field(|fix| fix.lat = 91.0), "lat");
    assert_eq!(invalid_field(|fix| fix.lon = f64::NAN), "lon");
    assert_eq!(
        invalid_field(|fix| fix.boot_id = Some("x".repeat(129))),
        "boot_id"
    );
    for bad in ["", "yesterday", "2026-11-23T09:30:00"] {
        assert_eq!(invalid_field(|fix| fix.at = bad.to_owned()), "at", "{bad}");
        assert_eq!(
            invalid_field(|fix| fix.gps_at = Some(bad.to_owned())),
            "gps_at",
            "{bad}"
        );
    }
}

#[test]
fn a_rollover_of_the_gps_week_is_put_right() {
    let rollover = 1_024 * 7 * 86_400_000;
    let now = 1_795_512_600_000;
    for periods in [-2, -1, 0, 1, 2] {
        let off = now - 1_500 + periods * rollover;
        assert_eq!(super::correct_week_rollover(off, now), now - 1_500, "{periods}");
    }
    // Any other difference is what the phone said.
    for off_ms in [
        -rollover / 2,
        3_600_000,
        -86_400_001,
        rollover - 2 * 86_400_000,
        rollover + 90_000_000,
    ] {
        assert_eq!(
            super::correct_week_rollover(now + off_ms, now),
            now + off_ms,
            "{off_ms}"
        );
    }
    assert_eq!(super::correct_week_rollover(i64::MIN, i64::MAX), i64::MIN);
    let fix = Fix::try_from(RawFix {
        gps_at: Some("2007-04-09T09:29:59Z".to_owned()),
        ..raw()
    })
    .unwrap();
    assert_eq!(fix.gps_at_ms().map(|ms| fix.at_ms() - ms), Some(1_250));
}

#[test]
fn what_ios_calls_unknown_is_unknown() {
    let fix = Fix::try_from(RawFix {
        speed_mps: Some(-1.0),
        bearing_deg: Some(-1.0),
        ..raw()
    })
    .unwrap();
    assert_eq!((fix.speed_mps(), fix.bearing_deg()), (None, None));
}

#[test]
fn the_json_of_a_fix_is_stable() {
    let short = Fix::try_from(raw()).unwrap();
    insta::assert_snapshot!(
        serde_json::to_string(&short).unwrap(),
        @r#"{"at":"2026-11-23T09:30:00.250Z","lat":52.6309,"lon":1.2974,"accuracy_m":12.5}"#
    );
    let full = RawFix {
        speed_mps: Some(1.5),
        bearing_deg: Some(360.0),
        altitude_m: Some(-3.0),
        mock: Some(true),
        monotonic_ms: Some(42),
        boot_id: Some("b1".to_owned()),
        gps_at: Some("2026-11-23T09:29:59Z".to_owned()),
        activity: Some(Activity::Walking),
        network: Some(NetworkPlace {
            lat: 52.6,
            lon: 1.3,
            accuracy_m: 900.0,
        }),
        ..raw()
    };
    let full = Fix::try_from(full).unwrap();
    let json = serde_json::to_string(&full).unwrap();
    insta::assert_snapshot!(json, @r#"{"at":"2026-11-23T09:30:00.250Z","lat":52.6309,"lon":1.2974,"accuracy_m":12.5,"speed_mps":1.5,"bearing_deg":0.0,"altitude_m":-3.0,"mock":true,"monotonic_ms":42,"boot_id":"b1","gps_at":"2026-11-23T09:29:59.000Z","activity":"walking","network":{"lat":52.6,"lon":1.3,"accuracy_m":900.0}}"#);
    assert_eq!(serde_json::from_str::<Fix>(&json).unwrap(), full);
}
