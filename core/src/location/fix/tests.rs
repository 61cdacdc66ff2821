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

fn field_of(raw: RawFix) -> &'static str {
    Fix::try_from(raw).expect_err("it is no fix").field()
}

#[test]
fn a_number_that_cannot_be_is_refused_by_the_name_of_its_field() {
    for bad in [0.0, -1.0, 1e9, f64::NAN, f64::INFINITY] {
        assert_eq!(
            field_of(RawFix {
                accuracy_m: bad,
                ..raw()
            }),
            "accuracy_m",
            "{bad}"
        );
        let some = Some(if bad.is_finite() { 1e9 } else { bad });
        assert_eq!(
            field_of(RawFix {
                speed_mps: some,
                ..raw()
            }),
            "speed_mps"
        );
        assert_eq!(
            field_of(RawFix {
                bearing_deg: some,
                ..raw()
            }),
            "bearing_deg"
        );
        assert_eq!(
            field_of(RawFix {
                altitude_m: some,
                ..raw()
            }),
            "altitude_m"
        );
    }
    assert_eq!(field_of(RawFix { lat: 91.0, ..raw() }), "lat");
    assert_eq!(
        field_of(RawFix {
            lon: f64::NAN,
            ..raw()
        }),
        "lon"
    );
    assert_eq!(
        field_of(RawFix {
            at: "yesterday".to_owned(),
            ..raw()
        }),
        "at"
    );
    assert_eq!(
        field_of(RawFix {
            at: "2026-11-23T09:30:00".to_owned(),
            ..raw()
        }),
        "at",
        "no zone"
    );
    assert_eq!(
        field_of(RawFix {
            gps_at: Some(String::new()),
            ..raw()
        }),
        "gps_at"
    );
    assert_eq!(
        field_of(RawFix {
            monotonic_ms: Some(-1),
            ..raw()
        }),
        "monotonic_ms"
    );
    assert_eq!(
        field_of(RawFix {
            boot_id: Some("x".repeat(129)),
            ..raw()
        }),
        "boot_id"
    );
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
        ..raw()
    };
    let full = Fix::try_from(full).unwrap();
    let json = serde_json::to_string(&full).unwrap();
    insta::assert_snapshot!(json, @r#"{"at":"2026-11-23T09:30:00.250Z","lat":52.6309,"lon":1.2974,"accuracy_m":12.5,"speed_mps":1.5,"bearing_deg":0.0,"altitude_m":-3.0,"mock":true,"monotonic_ms":42,"boot_id":"b1","gps_at":"2026-11-23T09:29:59.000Z"}"#);
    assert_eq!(serde_json::from_str::<Fix>(&json).unwrap(), full);
}
