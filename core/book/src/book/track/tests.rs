use std::sync::Arc;

use crate::book::{Book, OpenOptions, Privacy, SuggestedVisit, TapClock, TrackEnds};
use fieldbook_location::Position;
use fieldbook_location::track::{StopRules, Track, TrackFix, TrackFormat};
use fieldbook_model::ids::RecordId;
use fieldbook_model::{Fields, Keeping, Kind, PrivacyRules, RecordingMode, Visit, VisitState, Zone};

struct TestDevice {
    folder: tempfile::TempDir,
}

impl TestDevice {
    fn new() -> TestDevice {
        TestDevice {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn book(&self) -> Book {
        Book::open(OpenOptions::new(self.folder.path().join("book.db"))).unwrap()
    }
}

fn at_work(rules: &PrivacyRules) -> Privacy<'_> {
    Privacy {
        rules,
        mode: RecordingMode::Business,
        zone: Zone::UTC,
    }
}

/// Half an hour at `lat`, a fix every ten seconds from `from_s` on.
fn stay(from_s: i64, lat: f64) -> Vec<TrackFix> {
    let fix = |i: i32| {
        let trembling = 1e-6 * f64::from(i % 7);
        let at = Position::new(lat + trembling, 1.3).unwrap();
        TrackFix::new((from_s + i64::from(i) * 10) * 1_000, at).with_accuracy(8.0)
    };
    (0..180).map(fix).collect()
}

#[test]
fn what_was_kept_is_there_whatever_the_order_and_the_number_of_openings() {
    let device = TestDevice::new();
    let day: Vec<TrackFix> = [stay(0, 52.6), stay(3_600, 52.7)].concat();
    for chunk in day.chunks(100) {
        let book = device.book();
        for fix in chunk.iter().rev() {
            book.record_fix(fix, &at_work(&PrivacyRules::default())).unwrap();
            book.record_fix(fix, &at_work(&PrivacyRules::default())).unwrap();
        }
    }
    let book = device.book();
    let kept = book.track(0, 100_000_000).unwrap();
    assert_eq!(kept.len(), day.len());
    assert!(
        kept.iter()
            .zip(&day)
            .all(|(a, b)| a.at_ms() == b.at_ms() && (a.position().lat() - b.position().lat()).abs() < 6e-7)
    );
    assert_eq!(book.track(3_600_000, 3_620_000).unwrap().len(), 2);
}

#[test]
fn what_is_forgotten_is_gone_and_the_rest_is_not() {
    let device = TestDevice::new();
    let book = device.book();
    let day: Vec<TrackFix> = [stay(0, 52.6), stay(3_600, 52.7)].concat();
    for fix in &day {
        book.record_fix(fix, &at_work(&PrivacyRules::default())).unwrap();
    }
    assert_eq!(book.forget_track(1_000_000, 4_000_000).unwrap(), 120);
    let kept = book.track(i64::MIN, i64::MAX).unwrap();
    assert_eq!(kept.len(), 240);
    assert!(
        kept.iter()
            .all(|fix| fix.at_ms() < 1_000_000 || fix.at_ms() >= 4_000_000)
    );
}

#[test]
fn a_stop_at_a_known_door_becomes_a_suggested_visit_unless_one_was_noted() {
    let device = TestDevice::new();
    let book = device.book();
    let shop = book
        .add(Kind::Account, &Fields::new().with("name", "Shop"))
        .unwrap();
    let door = Fields::new()
        .with("account_id", fieldbook_model::Scalar::Id(shop.id))
        .with("position", "52.6003,1.3");
    let site = book.add(Kind::Site, &door).unwrap();
    for fix in [stay(0, 52.6), stay(3_600, 52.7)].concat() {
        book.record_fix(&fix, &at_work(&PrivacyRules::default())).unwrap();
    }
    let suggested = book.suggested_visits(0, 10_000_000).unwrap();
    assert_eq!(suggested.len(), 1);
    assert_eq!(
        (suggested[0].site.id, suggested[0].account.id),
        (site.id, shop.id)
    );
    assert!((suggested[0].distance.0 - 33.0).abs() < 3.0 && suggested[0].stop.from_ms == 0);
}

/// A book at 1970-01-01T02:00Z with a shop, half an hour at whose door is kept.
fn with_a_stop(device: &TestDevice) -> (Book, SuggestedVisit) {
    let options = OpenOptions {
        clock: Arc::new(fieldbook_model::clock::FixedClock::at(7_200_000)),
        ..OpenOptions::new(device.folder.path().join("book.db"))
    };
    let book = Book::open(options).unwrap();
    let shop = book
        .add(Kind::Account, &Fields::new().with("name", "Shop"))
        .unwrap();
    let door = Fields::new()
        .with("account_id", fieldbook_model::Scalar::Id(shop.id))
        .with("position", "52.6,1.3");
    book.add(Kind::Site, &door).unwrap();
    for fix in stay(0, 52.6) {
        book.record_fix(&fix, &at_work(&PrivacyRules::default())).unwrap();
    }
    let mut suggested = book.suggested_visits(0, 7_200_000).unwrap();
    (book, suggested.remove(0))
}

#[test]
fn a_suggestion_that_is_accepted_is_a_visit_made_up_for_and_is_not_suggested_again() {
    let device = TestDevice::new();
    let (book, suggested) = with_a_stop(&device);
    let (first, second) = suggested.split(900_000).unwrap();
    assert_eq!(first.joined(&second).unwrap(), suggested);
    assert_eq!(suggested.split(suggested.from_ms), None);
    let edited = SuggestedVisit {
        until_ms: 1_200_000,
        ..suggested.clone()
    };
    let missed = edited.missed("from the track", TapClock::default());
    let visit = book.make_up(suggested.account.id, &missed).unwrap();
    let VisitState::Closed { check_in, check_out } = Visit::from(visit.fields).state else {
        panic!("a made-up visit is over");
    };
    assert_eq!((check_in.at_ms, check_out.at_ms), (0, 1_200_000));
    assert_eq!(check_in.make_up.as_deref(), Some("from the track"));
    assert_eq!(book.suggested_visits(0, 7_200_000).unwrap(), []);
}

#[test]
fn a_suggestion_that_is_dismissed_does_not_come_again_until_the_track_is_forgotten() {
    let device = TestDevice::new();
    let (book, suggested) = with_a_stop(&device);
    let site = suggested.site.id;
    let ask = |book: &Book| book.suggested_visits(0, 7_200_000).unwrap().len();
    book.dismiss_suggestion(RecordId([9; 16]), 0, 7_200_000).unwrap();
    book.dismiss_suggestion(site, 3_000_000, 4_000_000).unwrap();
    assert_eq!(ask(&book), 1, "another site, another time");
    book.dismiss_suggestion(site, suggested.from_ms, suggested.until_ms)
        .unwrap();
    book.dismiss_suggestion(site, suggested.from_ms, suggested.until_ms)
        .unwrap();
    assert_eq!(ask(&book), 0);
    assert!(book.dismiss_suggestion(site, 1, 0).is_err());
    book.forget_track(i64::MIN, i64::MAX).unwrap();
    for fix in stay(0, 52.6) {
        book.record_fix(&fix, &at_work(&PrivacyRules::default())).unwrap();
    }
    assert_eq!(ask(&book), 1);
}

#[test]
fn what_is_exported_is_what_is_kept() {
    let device = TestDevice::new();
    let (book, _) = with_a_stop(&device);
    let mut csv = Vec::new();
    let count = book
        .export_track(0, 600_000, TrackEnds::Whole, TrackFormat::Csv, &mut csv)
        .unwrap();
    let read = fieldbook_location::track::read(&csv[..]).unwrap();
    assert_eq!((count, read.fixes.len()), (60, 60));
    let near = |a: &TrackFix, b: &TrackFix| (a.position().lat() - b.position().lat()).abs() < 1e-6;
    let kept = book.track(0, 600_000).unwrap();
    assert!(
        read.fixes
            .iter()
            .zip(&kept)
            .all(|(a, b)| a.at_ms() == b.at_ms() && near(a, b))
    );
}

#[test]
fn outside_working_hours_and_in_private_mode_nothing_is_written() {
    let device = TestDevice::new();
    let book = device.book();
    let rules = PrivacyRules {
        working_hours: Some("09:00-17:00".parse().unwrap()),
        ..PrivacyRules::default()
    };
    let fix = stay(12 * 3_600, 52.6)[0];
    let ask = |privacy: Privacy<'_>| book.record_fix(&fix, &privacy).unwrap();
    let private = Privacy {
        mode: RecordingMode::Private,
        ..at_work(&rules)
    };
    let errand = Privacy {
        mode: RecordingMode::Personal,
        ..at_work(&rules)
    };
    let in_tokyo = Privacy {
        zone: Zone::fixed(9 * 60).unwrap(),
        ..at_work(&rules)
    };
    assert_eq!(
        [ask(private), ask(errand), ask(in_tokyo)],
        [Keeping::Drop, Keeping::MeasureOnly, Keeping::Drop]
    );
    assert!(book.track(i64::MIN, i64::MAX).unwrap().is_empty());
    assert_eq!(ask(at_work(&rules)), Keeping::Write);
    let later_ms = fix.at_ms() + 91 * 86_400_000;
    assert_eq!(book.forget_old_track(later_ms, &rules).unwrap(), 1);
}

#[test]
fn what_the_rules_forbade_to_record_is_not_filled_in() {
    let hours = PrivacyRules {
        working_hours: Some("08:00-12:00,13:00-18:00".parse().unwrap()),
        ..PrivacyRules::default()
    };
    // Before and after lunch at one shop, and the recorder obeys: it hands over nothing in between.
    let (morning, afternoon) = (stay(11 * 3_600 + 1_800, 52.6), stay(13 * 3_600, 52.6));
    let starts = |rules: &PrivacyRules, day: &[TrackFix]| -> Vec<i64> {
        let device = TestDevice::new();
        let book = device.book();
        for fix in day {
            book.record_fix(fix, &at_work(rules)).unwrap();
        }
        let kept = book.track(i64::MIN, i64::MAX).unwrap();
        let track = Track::from_fixes(&kept, &StopRules::default());
        track.stops.iter().map(|stop| stop.from_ms / 60_000).collect()
    };
    let obeyed = [morning.clone(), afternoon.clone()].concat();
    assert_eq!(starts(&hours, &obeyed), [690, 780]);
    assert_eq!(
        starts(&PrivacyRules::default(), &obeyed),
        [690],
        "a silence alone may be a cellar"
    );
    // The same of a host that hands over everything.
    let noon = stay(12 * 3_600, 52.6);
    assert_eq!(starts(&hours, &[morning, noon, afternoon].concat()), [690, 780]);
}

#[test]
fn a_private_errand_in_between_ends_the_stop() {
    let device = TestDevice::new();
    let book = device.book();
    let rules = PrivacyRules::default();
    for (number, fix) in (0..).zip(stay(0, 52.6)) {
        let mode = if (80..100).contains(&number) {
            RecordingMode::Private
        } else {
            RecordingMode::Business
        };
        book.record_fix(
            &fix,
            &Privacy {
                mode,
                ..at_work(&rules)
            },
        )
        .unwrap();
    }
    let kept = book.track(i64::MIN, i64::MAX).unwrap();
    assert_eq!(Track::from_fixes(&kept, &StopRules::default()).stops.len(), 2);
}

#[test]
fn of_a_damaged_file_the_track_is_saved_but_for_the_broken_page() {
    let device = TestDevice::new();
    let day: Vec<TrackFix> = (0..12).flat_map(|hour| stay(hour * 3_600, 52.6)).collect();
    {
        let book = device.book();
        for fix in &day {
            book.record_fix(fix, &at_work(&PrivacyRules::default())).unwrap();
        }
        assert_eq!(book.track(i64::MIN, i64::MAX).unwrap().len(), day.len());
    }
    let path = device.folder.path().join("book.db");
    // One byte within a packed block: the block says so, the others are whole.
    let file = rusqlite::Connection::open(&path).unwrap();
    file.execute_batch(
        "UPDATE track_block SET body = CAST(substr(body, 1, 40) || x'00ff' || substr(body, 43) AS BLOB) WHERE n = 2",
    )
    .unwrap();
    drop(file);
    crate::store::tests_support::mark_damaged(&path);
    let book = device.book();
    let kept = book.track(i64::MIN, i64::MAX).unwrap();
    assert_eq!(book.recovery().unwrap().fixes as usize, kept.len());
    assert_eq!(kept.len(), day.len() - 256);
    let expected = day.iter().enumerate().filter(|(n, _)| !(256..512).contains(n));
    assert!(
        expected
            .zip(&kept)
            .all(|((_, fix), kept)| fix.at_ms() == kept.at_ms())
    );
}

#[test]
fn of_each_day_that_is_shown_to_others_the_ends_are_cut() {
    let device = TestDevice::new();
    let book = device.book();
    // Two days: home, a way of 2 km, home again, a fix every 100 m.
    for day in 0..2 {
        for i in 0..41_i32 {
            let lat = 52.6 + f64::from(20 - (i - 20).abs()) * 0.0009;
            let at_ms = (day * 86_400 + 36_000 + i64::from(i) * 10) * 1_000;
            let fix = TrackFix::new(at_ms, Position::new(lat, 1.3).unwrap()).with_accuracy(8.0);
            book.record_fix(&fix, &at_work(&PrivacyRules::default())).unwrap();
        }
    }
    let by = PrivacyRules::default().cut;
    let export = |offset_minutes| {
        let mut csv = Vec::new();
        let ends = TrackEnds::Cut {
            by,
            zone: Zone::fixed(offset_minutes).unwrap(),
        };
        book.export_track(i64::MIN, i64::MAX, ends, TrackFormat::Csv, &mut csv)
            .unwrap();
        fieldbook_location::track::read(&csv[..]).unwrap().fixes
    };
    let shown = export(0);
    assert_eq!(shown.len(), 2 * 37, "two at each end lie within 200 m");
    let home = Position::new(52.6, 1.3).unwrap();
    assert!(
        shown
            .iter()
            .all(|fix| fieldbook_location::distance(home, fix.position()).0 > 200.0)
    );
    // Where midnight falls into the way, both halves are days of their own.
    assert!(export(14 * 60 - 3).len() < 2 * 37);
}
