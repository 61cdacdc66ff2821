use super::super::fix::RawFix;
use super::super::spoof::SpoofScore;
use super::*;
use chrono::{DateTime, SecondsFormat};
use geo::Destination;
use proptest::prelude::*;

/// Unix milliseconds of 2026-11-23T09:30:00Z.
const NOW_MS: i64 = 1_795_426_200_000;

fn door() -> Position {
    Position::new(52.6309, 1.2974).unwrap()
}

fn shop() -> SiteGeofence {
    SiteGeofence {
        position: door(),
        fence: Fence::circle(Meters(150.0)).unwrap(),
    }
}

/// A fix `east_m` metres east of the door, `age_ms` before `NOW_MS`.
fn raw(east_m: f64, accuracy_m: f64, age_ms: i64) -> RawFix {
    let at = geo::Geodesic.destination(geo::Point::new(door().lon(), door().lat()), 90.0, east_m);
    let time = DateTime::from_timestamp_millis(NOW_MS - age_ms).unwrap();
    RawFix {
        at: time.to_rfc3339_opts(SecondsFormat::Millis, true),
        lat: at.y(),
        lon: at.x(),
        accuracy_m,
        ..RawFix::default()
    }
}

fn fix(east_m: f64, accuracy_m: f64, age_ms: i64) -> Fix {
    raw(east_m, accuracy_m, age_ms).try_into().unwrap()
}

fn assess(fixes: &[Fix]) -> Assessment {
    assess_presence(&shop(), fixes, NOW_MS, &PresenceRules::default())
}

#[test]
fn the_whole_circle_counts() {
    let verdict = |east_m, accuracy_m| assess(&[fix(east_m, accuracy_m, 5_000)]).verdict;
    assert_eq!(
        verdict(100.0, 50.0),
        Verdict::Verified,
        "touches the edge from inside"
    );
    assert_eq!(verdict(100.0, 50.1), Verdict::LikelyOnSite);
    assert_eq!(verdict(180.0, 60.0), Verdict::LikelyOnSite, "indoors, next door");
    assert_eq!(
        verdict(200.0, 50.0),
        Verdict::LikelyOnSite,
        "touches the edge from outside"
    );
    assert_eq!(verdict(200.1, 50.0), Verdict::OffSite);
    assert_eq!(
        verdict(0.0, 400.0),
        Verdict::Unverifiable,
        "so coarse that it says nothing"
    );
    assert_eq!(verdict(0.0, 1_000_000.0), Verdict::Unverifiable);
    assert_eq!(
        verdict(50_000.0, 5_000.0),
        Verdict::OffSite,
        "coarse, and yet far away"
    );
}

#[test]
fn no_fix_is_never_held_against_the_rep() {
    let nothing = assess(&[]);
    assert_eq!(nothing.verdict, Verdict::Unverifiable);
    assert_eq!(nothing.reasons, [VerdictReason::NoFix]);
    assert_eq!(
        (nothing.distance_to_edge, nothing.fix_age_s, nothing.dwell_s),
        (None, None, None)
    );
    assert_eq!(nothing.spoof, SpoofScore::default());
}

#[test]
fn a_fix_is_fresh_to_the_last_millisecond_of_the_limit() {
    let (last, late) = (
        assess(&[fix(0.0, 10.0, 120_000)]),
        assess(&[fix(0.0, 10.0, 120_001)]),
    );
    assert_eq!((last.verdict, last.fix_age_s), (Verdict::Verified, Some(120)));
    assert_eq!((late.verdict, late.fix_age_s), (Verdict::Unverifiable, Some(120)));
    assert_eq!(
        late.reasons,
        [VerdictReason::StaleFix {
            age_s: 120,
            age_s_max: 120
        }]
    );
    assert_eq!(
        late.distance_to_edge,
        Some(Meters(-150.0)),
        "what it said is still shown"
    );
    assert_eq!(
        assess(&[fix(9_000.0, 10.0, 120_001)]).verdict,
        Verdict::Unverifiable,
        "stale and far off as well"
    );
}

#[test]
fn the_age_of_a_fix_is_by_the_clock_that_also_says_now() {
    // GNSS time disagrees: a reason to check the clock, but not to call the fix old or new.
    let with_gps = |age_ms, gps: &str| {
        let raw_fix = RawFix {
            gps_at: Some(gps.to_owned()),
            ..raw(0.0, 10.0, age_ms)
        };
        assess(&[raw_fix.try_into().unwrap()])
    };
    let fresh = with_gps(5_000, "2026-11-23T08:30:00Z");
    assert_eq!((fresh.verdict, fresh.fix_age_s), (Verdict::Verified, Some(5)));
    assert!(
        fresh
            .spoof
            .reasons
            .iter()
            .any(|sign| sign.name == SpoofSignal::GpsTime)
    );
    let stale = with_gps(600_000, "2026-11-23T09:30:00Z");
    assert_eq!(
        (stale.verdict, stale.fix_age_s),
        (Verdict::Unverifiable, Some(600))
    );
}

#[test]
fn a_fix_from_the_future_is_set_aside_beyond_the_tolerance() {
    assert_eq!(assess(&[fix(0.0, 10.0, -30_000)]).verdict, Verdict::Verified);
    let early = assess(&[fix(0.0, 10.0, -90_000)]);
    assert_eq!(
        (early.verdict, early.reasons),
        (
            Verdict::Unverifiable,
            vec![VerdictReason::FutureFix { ahead_s: 90 }]
        )
    );
    for (year, at) in [(1970, "1970-01-01T00:00:00Z"), (2100, "2100-01-01T00:00:00Z")] {
        let odd = Fix::try_from(RawFix {
            at: at.to_owned(),
            ..raw(0.0, 10.0, 0)
        })
        .unwrap();
        assert_eq!(
            assess(std::slice::from_ref(&odd)).verdict,
            Verdict::Unverifiable,
            "{year}"
        );
        assert_eq!(
            assess(&[odd, fix(0.0, 10.0, 0)]).verdict,
            Verdict::Verified,
            "{year}"
        );
    }
    for now_ms in [i64::MIN, i64::MAX] {
        let verdict =
            assess_presence(&shop(), &[fix(0.0, 10.0, 0)], now_ms, &PresenceRules::default()).verdict;
        assert_eq!(verdict, Verdict::Unverifiable, "at the end of time");
    }
}

#[test]
fn a_made_up_fix_proves_nothing_and_is_named() {
    let mock = Fix::try_from(RawFix {
        mock: Some(true),
        ..raw(0.0, 5.0, 0)
    })
    .unwrap();
    let only = assess(std::slice::from_ref(&mock));
    assert_eq!(
        (only.verdict, only.reasons),
        (Verdict::Unverifiable, vec![VerdictReason::MockFix { fixes: 1 }])
    );
    let with_true = assess(&[mock, fix(2_000.0, 10.0, 0)]);
    assert_eq!(with_true.verdict, Verdict::OffSite);
    assert!(with_true.reasons.contains(&VerdictReason::MockFix { fixes: 1 }));
    assert!(with_true.spoof.is_flagged());
}

#[test]
fn of_several_fixes_the_newest_and_the_most_accurate_are_heard() {
    let settled = assess(&[
        fix(900.0, 800.0, 20_000),
        fix(20.0, 30.0, 10_000),
        fix(10.0, 8.0, 1_000),
    ]);
    assert_eq!(
        (settled.verdict, settled.accuracy),
        (Verdict::Verified, Some(Meters(8.0)))
    );
    let indoors = assess(&[fix(10.0, 8.0, 60_000), fix(160.0, 90.0, 1_000)]);
    assert_eq!(
        indoors.verdict,
        Verdict::Verified,
        "a good fix at the door outlives a poor one inside"
    );
    let passed_by = assess(&[fix(10.0, 5.0, 100_000), fix(2_000.0, 30.0, 1_000)]);
    assert_eq!(passed_by.verdict, Verdict::OffSite);
    assert_eq!(passed_by.reasons[1], VerdictReason::FixesDisagree { fixes: 1 });
    let arrived = assess(&[fix(2_000.0, 5.0, 100_000), fix(10.0, 30.0, 1_000)]);
    assert_eq!(arrived.verdict, Verdict::Verified);
}

#[test]
fn dwell_is_time_inside_without_the_gaps() {
    let at = |minutes: i64, east_m| fix(east_m, 10.0, (30 - minutes) * 60_000);
    let fixes = [
        at(0, 0.0),
        at(4, 20.0),
        at(8, 0.0),
        at(20, 5.0),
        at(24, 0.0),
        at(25, 900.0),
        at(26, 0.0),
    ];
    assert_eq!(assess(&fixes).dwell_s, Some((8 + 4) * 60));
    assert_eq!(assess(&[at(30, 0.0)]).dwell_s, Some(0));
}

fn fence() -> impl Strategy<Value = Fence> {
    let square = "polygon:[[1.295,52.63],[1.299,52.63],[1.299,52.632],[1.295,52.632]]"
        .parse::<Fence>()
        .unwrap();
    prop_oneof![
        (20.0..2_000.0f64).prop_map(|r| Fence::circle(Meters(r)).unwrap()),
        Just(square)
    ]
}

/// Metres from the door, accuracy, age and mock mark of some fixes.
fn evidence() -> impl Strategy<Value = Vec<(f64, f64, i64, bool)>> {
    let one = (
        0.0..3_000.0f64,
        1.0..900.0f64,
        -40_000..200_000i64,
        prop::bool::weighted(0.1),
    );
    prop::collection::vec(one, 0..6)
}

fn fixes(evidence: &[(f64, f64, i64, bool)]) -> Vec<Fix> {
    let made = |&(east_m, accuracy_m, age_ms, mock): &(f64, f64, i64, bool)| {
        RawFix {
            mock: Some(mock),
            ..raw(east_m, accuracy_m, age_ms)
        }
        .try_into()
        .unwrap()
    };
    evidence.iter().map(made).collect()
}

proptest! {
    #[test]
    fn moving_away_never_improves_the_verdict(
        fence in fence(), evidence in evidence().prop_filter("some", |e| !e.is_empty()), which in any::<prop::sample::Index>(), more_m in 0.0..5_000.0f64,
    ) {
        let site = SiteGeofence { position: door(), fence };
        let mut moved = evidence.clone();
        moved[which.index(evidence.len())].0 += more_m;
        let before = assess_presence(&site, &fixes(&evidence), NOW_MS, &PresenceRules::default()).verdict;
        let after = assess_presence(&site, &fixes(&moved), NOW_MS, &PresenceRules::default()).verdict;
        prop_assert!(after.rank() >= before.rank(), "{before} became {after}");
    }

    #[test]
    fn a_staler_fix_never_improves_the_verdict(
        fence in fence(), evidence in evidence(), later_ms in 0..300_000i64,
    ) {
        let site = SiteGeofence { position: door(), fence };
        let past: Vec<_> = evidence.into_iter().map(|e| (e.0, e.1, e.2.abs(), e.3)).collect();
        let support = |v: Verdict| v.rank().min(Verdict::Unverifiable.rank());
        let before = assess_presence(&site, &fixes(&past), NOW_MS, &PresenceRules::default()).verdict;
        let after = assess_presence(&site, &fixes(&past), NOW_MS + later_ms, &PresenceRules::default()).verdict;
        prop_assert!(support(after) >= support(before), "{before} became {after}");
    }

    #[test]
    fn circles_all_outside_are_never_on_site_and_circles_all_inside_are_never_off_site(
        fence in fence(), evidence in evidence(), now_ms in NOW_MS..NOW_MS + 200_000,
    ) {
        let site = SiteGeofence { position: door(), fence };
        let rules = PresenceRules::default();
        let all = fixes(&evidence);
        let edge = |f: &Fix| site.fence.signed_distance(site.position, f.position()).0;
        let outside: Vec<Fix> = all.iter().filter(|f| edge(f) > f.radius_or_infinity() + 0.01).cloned().collect();
        let inside: Vec<Fix> = all.iter().filter(|f| edge(f) + f.radius_or_infinity() < -0.01).cloned().collect();
        let usable = |f: &&Fix| !f.mock() && is_fresh(f, now_ms, &rules) && !is_future(f, now_ms, &rules);
        let expected = |fixes: &[Fix], verdict| if fixes.iter().any(|f| usable(&f)) { verdict } else { Verdict::Unverifiable };
        prop_assert_eq!(assess_presence(&site, &outside, now_ms, &rules).verdict, expected(&outside, Verdict::OffSite));
        prop_assert_eq!(assess_presence(&site, &inside, now_ms, &rules).verdict, expected(&inside, Verdict::Verified));
    }

    #[test]
    fn order_and_repetition_do_not_matter(
        evidence in evidence(), shuffled in any::<u64>(), twice in any::<prop::sample::Index>(),
    ) {
        let once = fixes(&evidence);
        let mut other = once.clone();
        if !once.is_empty() {
            other.push(once[twice.index(once.len())].clone());
            let turn = usize::try_from(shuffled % once.len() as u64).unwrap();
            other.rotate_left(turn);
            other.reverse();
        }
        prop_assert_eq!(assess(&once), assess(&other));
    }

    #[test]
    fn an_assessment_survives_being_stored(evidence in evidence()) {
        let assessment = assess(&fixes(&evidence));
        let stored = serde_json::to_string(&assessment).unwrap();
        let read: Assessment = serde_json::from_str(&stored).unwrap();
        prop_assert_eq!(serde_json::to_string(&read).unwrap(), stored);
        prop_assert_eq!(read.verdict.to_string().parse::<Verdict>(), Ok(assessment.verdict));
    }
}
