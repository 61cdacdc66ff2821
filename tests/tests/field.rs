//! The promises about tracks (`docs/field-truth.md`), checked against days whose truth is known.

use fieldbook_core::location::track::{SignalRules, StopRules, Track, TrackScore};
use fieldbook_tests::field::data;
use fieldbook_tests::field::score::{Counts, agreement, ratio};
use fieldbook_tests::field::{Forgery, day, kiosk_day};

/// The shared data; where there is none the test says that it is skipped, and fails under CI.
fn shared() -> Option<std::path::PathBuf> {
    fieldbook_testdata::find("gps").map(|_| fieldbook_testdata::root())
}

#[test]
fn days_of_our_own_making_are_read_rightly() {
    let days: Vec<_> = (500..512).map(day).collect();
    let counts = Counts::of(&days, &StopRules::default());
    assert!(counts.points() >= 0.985, "points {}", counts.points());
    assert!(counts.f1() >= 0.90, "F1 {} {:?}", counts.f1(), counts.kinds);
    assert!(counts.centre_m() <= 13.0, "centre {}", counts.centre_m());
    assert!(
        counts.mileage_dense() <= 0.02 && counts.mileage_sparse() <= 0.045,
        "{counts:?}"
    );
}

#[test]
fn short_calls_are_found_on_a_phone_that_rests_between_fixes() {
    let days: Vec<_> = (900..912).map(kiosk_day).collect();
    let counts = Counts::of(&days, &StopRules::default());
    let (found, of) = counts.kinds["kiosk"];
    assert!(ratio(found, of) >= 0.9, "kiosks {found} of {of}");
    assert!(
        counts.points() >= 0.985 && counts.f1() >= 0.93,
        "F1 {} {:?}",
        counts.f1(),
        counts.kinds
    );
}

#[test]
fn days_of_other_hands_are_read_rightly() {
    let Some(root) = shared() else { return };
    let counts = Counts::of(&data::generated_days(&root).unwrap(), &StopRules::default());
    assert!(counts.points() >= 0.985, "points {}", counts.points());
    assert!(counts.f1() >= 0.90, "F1 {} {:?}", counts.f1(), counts.kinds);
    assert_eq!(counts.kinds["kiosk"].0, counts.kinds["kiosk"].1);
    assert!(counts.centre_m() <= 12.0, "centre {}", counts.centre_m());
    assert!(
        counts.mileage_dense() <= 0.015 && counts.mileage_sparse() <= 0.045,
        "{counts:?}"
    );
}

#[test]
fn diaries_agree_also_those_of_people_who_were_not_fitted_on() {
    let Some(root) = shared() else { return };
    let (mut all, mut sure, mut unseen) = ((0, 0), (0, 0), (0, 0));
    for diary in data::diaries(&root).unwrap() {
        let counted = diary.usage.starts_with("score");
        let (right, points) = if counted {
            agreement(&diary, &StopRules::default())
        } else {
            (0, 0)
        };
        let add = |sum: &mut (usize, usize), when: bool| {
            if when {
                *sum = (sum.0 + right, sum.1 + points);
            }
        };
        add(&mut all, counted);
        add(&mut sure, diary.usage == "score");
        add(&mut unseen, diary.name.starts_with("Utrecht6"));
        if diary.usage == "stationary_noise" {
            let track = Track::from_fixes(&diary.fixes, &StopRules::default());
            assert!(
                track.mileage.distance.0 <= 50.0,
                "{}: {:?}",
                diary.name,
                track.mileage
            );
        }
    }
    let share = |(right, points)| ratio(right, points);
    assert!(share(all) >= 0.86, "all {}", share(all));
    assert!(share(sure) >= 0.90, "sure {}", share(sure));
    assert!(
        share(unseen) >= 0.86,
        "the person who was not fitted on {}",
        share(unseen)
    );
}

#[test]
fn a_drive_of_forty_kilometres_is_measured_within_one_in_a_hundred() {
    let Some(root) = shared() else { return };
    let folder = root.join("gps/gsdc_phone_vs_truth");
    let mut truth = data::track(&folder.join("2020-05-14-MTV-1_SPAN_Pixel4_1Hz.csv.gz")).unwrap();
    for phone in ["Pixel4", "Pixel4XLModded"] {
        let fixes = data::track(&folder.join(format!("2020-05-14-MTV-1_{phone}_chipset.csv.gz"))).unwrap();
        let (from, until) = (fixes[0].at_ms(), fixes[fixes.len() - 1].at_ms());
        truth.retain(|fix| (from..=until).contains(&fix.at_ms()));
        let driven: f64 = truth
            .windows(2)
            .map(|pair| fieldbook_core::location::distance(pair[0].position(), pair[1].position()).0)
            .sum();
        let said = Track::from_fixes(&fixes, &StopRules::default())
            .mileage
            .distance
            .0;
        assert!((said / driven - 1.0).abs() < 0.01, "{phone}: {said} of {driven}");
    }
}

#[test]
fn forgeries_of_our_own_days_are_seen_and_the_days_are_not() {
    let (mut seen, mut all) = (0, 0);
    for seed in 600..612 {
        let honest = day(seed).fixes;
        let score = TrackScore::from_fixes(&honest, &SignalRules::default());
        assert!(!score.is_flagged(), "day {seed}: {score:?}");
        for forgery in Forgery::ALL {
            if let Some(forged) = forgery.of(&honest, seed) {
                all += 1;
                seen += usize::from(TrackScore::from_fixes(&forged, &SignalRules::default()).is_flagged());
            }
        }
    }
    // A dozen days: what is promised is measured on a thousand forgeries by `bench field`.
    assert!(all > 100 && ratio(seen, all) >= 0.93, "{seen} of {all}");
}

#[test]
fn no_honest_track_is_flagged_and_every_real_attack_is() {
    let Some(root) = shared() else { return };
    let score = |fixes: &[_]| TrackScore::from_fixes(fixes, &SignalRules::default());
    for (name, fixes) in data::honest(&root).unwrap() {
        assert!(!score(&fixes).is_flagged(), "{name}: {:?}", score(&fixes));
    }
    for (name, fixes) in data::drone(&root, "attack").unwrap() {
        assert!(score(&fixes).is_flagged(), "{name}: {:?}", score(&fixes));
    }
}

/// The numbers that the report writes as words, from 1.
const NUMBERS: [&str; 6] = ["one", "two", "three", "four", "five", "six"];

#[test]
fn the_report_lists_as_many_plots_as_it_says() {
    let report = include_str!("../../docs/field-truth.md");
    let sentence = report.lines().find_map(|line| line.strip_prefix("Plots of "));
    let (intro, list) = sentence.and_then(|line| line.split_once(": ")).unwrap();
    let number = |word: &str| NUMBERS.iter().position(|name| *name == word).unwrap() + 1;
    let first_word = |text: &str| number(text.split(' ').next().unwrap());
    let listed: usize = list.split(", ").map(first_word).sum();
    assert_eq!(first_word(intro), listed, "{intro}: {list}");
}
