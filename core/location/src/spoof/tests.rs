use super::super::fix::RawFix;
use super::super::hints::{Activity, NetworkPlace};
use super::SpoofSignal::{GpsTime, ImpossibleAccuracy, Mock, Stale};
use super::*;

/// A fix at 09:00 and `s` seconds.
fn fix(s: u32, lat: f64, accuracy_m: f64) -> RawFix {
    let at = format!("2026-11-23T09:{:02}:{:02}Z", s / 60, s % 60);
    RawFix {
        at,
        lat,
        lon: 1.3,
        accuracy_m,
        ..RawFix::default()
    }
}

/// The signals detected at 09:10, strongest first, and the score.
fn signals(raw: Vec<RawFix>) -> (Vec<SpoofSignal>, f64) {
    let fixes: Vec<Fix> = raw.into_iter().map(|r| r.try_into().unwrap()).collect();
    let score = score(
        &fixes.iter().collect::<Vec<_>>(),
        1_795_425_000_000,
        &PresenceRules::default(),
    );
    (score.reasons.iter().map(|r| r.name).collect(), score.score)
}

#[test]
fn an_honest_walk_is_not_odd() {
    let walk = (0..60)
        .map(|i| fix(i * 10, 52.6 + 1e-4 * f64::from(i), 8.0))
        .collect();
    assert_eq!(signals(walk), (vec![], 0.0));
}

#[test]
fn a_jump_that_no_vehicle_makes_flags_and_one_that_the_accuracy_explains_does_not() {
    let (signs, score) = signals(vec![fix(590, 52.6, 10.0), fix(600, 53.6, 10.0)]);
    assert_eq!((signs, score), (vec![SpoofSignal::Teleport], 0.7));
    assert_eq!(
        signals(vec![fix(590, 52.6, 10.0), fix(600, 53.6, 120_000.0)]).0,
        []
    );
}

#[test]
fn a_late_network_position_on_a_train_is_odd_but_no_flag() {
    let (signs, score) = signals(vec![fix(590, 46.7369, 24.0), fix(594, 46.6754, 48.0)]);
    assert_eq!(signs, [SpoofSignal::Teleport]);
    assert!(score < SpoofScore::FLAG, "{score}");
}

#[test]
fn a_position_that_does_not_tremble_is_odd_but_no_flag() {
    let (signs, score) = signals((0..10).map(|i| fix(500 + i * 10, 52.6, 8.0)).collect());
    assert_eq!(signs, [SpoofSignal::Frozen]);
    assert!(score > 0.0 && score < SpoofScore::FLAG);
    assert_eq!(
        signals((0..10).map(|i| fix(590 + i, 52.6, 8.0)).collect()).0,
        [],
        "ten times within ten seconds"
    );
}

#[test]
fn a_phone_is_not_accurate_to_a_hand() {
    assert_eq!(
        signals(vec![fix(600, 52.6, 0.1)]),
        (vec![SpoofSignal::ImpossibleAccuracy], 0.4)
    );
    assert_eq!(signals(vec![fix(600, 52.6, 1.0)]).0, []);
}

#[test]
fn a_clock_set_by_hand_differs_from_the_satellites() {
    let gps = |time: &str| RawFix {
        gps_at: Some(time.to_owned()),
        ..fix(600, 52.6, 8.0)
    };
    assert_eq!(
        signals(vec![gps("2026-11-23T09:10:18Z")]).0,
        [],
        "leap seconds and a second of luck"
    );
    assert_eq!(
        signals(vec![gps("2026-11-22T09:10:00Z")]),
        (vec![SpoofSignal::GpsTime], 0.5)
    );
}

#[test]
fn signs_add_up_strongest_first_and_never_exceed_one() {
    let mock = RawFix {
        mock: Some(true),
        gps_at: Some("2020-01-01T00:00:00Z".to_owned()),
        ..fix(0, 52.6, 0.1)
    };
    let (signs, score) = signals(vec![mock]);
    assert_eq!(signs, [Mock, GpsTime, ImpossibleAccuracy, Stale]);
    assert!((0.97..1.0).contains(&score), "{score}");
}

/// A fix with an activity.
fn moving(s: u32, lat: f64, activity: Activity) -> RawFix {
    RawFix {
        activity: Some(activity),
        ..fix(s, lat, 8.0)
    }
}

#[test]
fn a_phone_that_lies_still_does_not_travel() {
    // 1.1 km in a minute, 18 m/s.
    let ride = |activity| vec![moving(540, 52.6, activity), moving(600, 52.61, activity)];
    let (signs, score) = signals(ride(Activity::Still));
    assert_eq!(signs, [SpoofSignal::MotionDisagrees]);
    assert!(score > 0.1 && score < SpoofScore::FLAG, "{score}");
    assert_eq!(signals(ride(Activity::Driving)).0, []);
    assert_eq!(signals(ride(Activity::Cycling)).0, []);
    let changed = vec![
        moving(540, 52.6, Activity::Still),
        moving(600, 52.61, Activity::Driving),
    ];
    assert_eq!(signals(changed).0, [], "it set out in between");
    let walk = vec![
        moving(540, 52.6, Activity::Still),
        moving(600, 52.6005, Activity::Still),
    ];
    assert_eq!(signals(walk).0, [], "55 metres in a minute");
}

#[test]
fn a_network_that_is_elsewhere_is_odd_and_a_coarse_one_is_not() {
    let network = |lat: f64, accuracy_m: f64| RawFix {
        network: Some(NetworkPlace {
            lat,
            lon: 1.3,
            accuracy_m,
        }),
        ..fix(600, 52.6, 8.0)
    };
    assert_eq!(signals(vec![network(52.605, 40.0)]).0, [], "550 m");
    assert_eq!(
        signals(vec![network(53.6, 40_000.0)]).0,
        [],
        "a cell of the countryside"
    );
    assert_eq!(
        signals(vec![network(53.6, 2_000.0)]),
        (vec![SpoofSignal::NetworkDisagrees], 0.4)
    );
}

#[test]
fn two_hints_together_are_a_flag() {
    let at = |s: u32, lat: f64| RawFix {
        activity: Some(Activity::Still),
        network: Some(NetworkPlace {
            lat: 52.6,
            lon: 1.3,
            accuracy_m: 500.0,
        }),
        ..fix(s, lat, 8.0)
    };
    let (signs, score) = signals(vec![at(300, 52.6), at(600, 52.8)]);
    assert_eq!(
        signs,
        [SpoofSignal::NetworkDisagrees, SpoofSignal::MotionDisagrees]
    );
    assert!(score >= SpoofScore::FLAG, "{score}");
}
