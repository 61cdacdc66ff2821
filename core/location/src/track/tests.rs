use proptest::prelude::*;

use super::*;
use crate::{Position, distance};

/// A simulated day: places in metres from a point in Norfolk, times in seconds.
struct SimulatedDay {
    fixes: Vec<TrackFix>,
    at_s: f64,
    place: (f64, f64),
    interval_s: f64,
}

impl SimulatedDay {
    fn new(interval_s: f64) -> SimulatedDay {
        SimulatedDay {
            fixes: Vec::new(),
            at_s: 0.0,
            place: (0.0, 0.0),
            interval_s,
        }
    }

    /// Adds a fix at the current place, with an error that drifts slowly over `error_m`, and a little noise.
    fn add_fix(&mut self, error_m: f64) {
        let slow = (self.at_s / 90.0).sin() + 0.5 * (self.at_s / 37.0).cos();
        let quick = 0.3 * (self.at_s * 1.7).sin();
        let (x, y) = (
            self.place.0 + error_m * (0.6 * slow + quick),
            self.place.1 + error_m * (0.6 * (self.at_s / 61.0).sin() - quick),
        );
        let at = Position::new(52.6 + y / 111_270.0, 1.3 + x / 67_700.0).unwrap();
        let accuracy_m = 1.4 * error_m * (1.0 + 0.2 * (self.at_s / 11.0).sin());
        self.fixes
            .push(TrackFix::new(1_790_000_000_000 + ms(self.at_s), at).with_accuracy(accuracy_m));
    }

    fn stay(mut self, lasting_s: f64, error_m: f64) -> SimulatedDay {
        let until = self.at_s + lasting_s;
        while self.at_s < until {
            self.add_fix(error_m);
            self.at_s += self.interval_s;
        }
        self
    }

    fn travel(mut self, by: (f64, f64), speed: f64) -> SimulatedDay {
        let from = self.place;
        let length = by.0.hypot(by.1);
        let (began, lasting) = (self.at_s, length / speed);
        while self.at_s < began + lasting {
            let part = (self.at_s - began) / lasting;
            self.place = (from.0 + part * by.0, from.1 + part * by.1);
            self.add_fix(4.0);
            self.at_s += self.interval_s;
        }
        self.place = (from.0 + by.0, from.1 + by.1);
        self
    }

    fn track(&self) -> Track {
        Track::from_fixes(&self.fixes, &StopRules::default())
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of a day")]
fn ms(seconds: f64) -> i64 {
    (seconds * 1_000.0) as i64
}

fn lengths_s(track: &Track) -> Vec<i64> {
    track
        .stops
        .iter()
        .map(|stop| (stop.until_ms - stop.from_ms) / 1_000)
        .collect()
}

#[test]
fn a_kiosk_of_three_minutes_is_a_stop() {
    for pause in [1.0, 5.0, 20.0] {
        let day = SimulatedDay::new(pause)
            .stay(900.0, 12.0)
            .travel((6_000.0, 0.0), 14.0)
            .stay(200.0, 5.0)
            .travel((0.0, 5_000.0), 14.0);
        let track = day.stay(900.0, 12.0).track();
        assert_eq!(track.stops.len(), 3, "{pause}: {:?}", lengths_s(&track));
        assert!(
            (150..260).contains(&lengths_s(&track)[1]),
            "{pause}: {:?}",
            lengths_s(&track)
        );
    }
}

#[test]
fn a_jam_of_seven_minutes_is_none() {
    for pause in [1.0, 5.0, 15.0] {
        let mut day = SimulatedDay::new(pause)
            .stay(900.0, 12.0)
            .travel((5_000.0, 0.0), 14.0);
        for _ in 0..7 {
            day = day.travel((90.0, 0.0), 2.2).stay(20.0, 4.0);
        }
        let track = day.travel((5_000.0, 0.0), 14.0).stay(900.0, 12.0).track();
        assert_eq!(track.stops.len(), 2, "{pause}: {:?}", lengths_s(&track));
    }
}

#[test]
fn five_hours_in_one_place_are_one_stop_however_the_position_wanders() {
    let track = SimulatedDay::new(5.0).stay(18_000.0, 45.0).track();
    assert_eq!(track.stops.len(), 1, "{:?}", lengths_s(&track));
    assert!(
        track.mileage.raw.0 > 3_000.0 && track.mileage.distance.0 < 50.0,
        "{:?}",
        track.mileage
    );
}

#[test]
fn two_shops_a_hundred_metres_apart_are_two_stops() {
    for pause in [1.0, 5.0, 20.0] {
        let day = SimulatedDay::new(pause)
            .stay(900.0, 8.0)
            .travel((100.0, 0.0), 1.3)
            .stay(900.0, 8.0);
        let track = day.track();
        assert_eq!(track.stops.len(), 2, "{pause}: {:?}", lengths_s(&track));
        let apart = distance(track.stops[0].center, track.stops[1].center).0;
        assert!((85.0..115.0).contains(&apart), "{pause}: {apart}");
    }
}

#[test]
fn a_cellar_without_sky_is_a_stop_and_a_dead_phone_is_a_gap() {
    let mut day = SimulatedDay::new(5.0)
        .stay(600.0, 8.0)
        .travel((3_000.0, 0.0), 12.0)
        .stay(20.0, 8.0);
    day.at_s += 1_500.0;
    let track = day.travel((4_000.0, 0.0), 12.0).stay(600.0, 8.0).track();
    assert!(
        (1_450..1_560).contains(&lengths_s(&track)[1]),
        "{:?}",
        lengths_s(&track)
    );
    assert_eq!(track.gaps(), []);

    let mut day = SimulatedDay::new(5.0)
        .stay(600.0, 8.0)
        .travel((3_000.0, 0.0), 12.0);
    (day.at_s, day.place) = (day.at_s + 3_600.0, (20_000.0, 0.0));
    let track = day.travel((4_000.0, 0.0), 12.0).stay(600.0, 8.0).track();
    assert_eq!(track.gaps().len(), 1);
    let gap = track.gaps()[0];
    assert!(
        (gap.until_ms - gap.from_ms - 3_605_000).abs() < 10_000 && (gap.distance.0 - 17_000.0).abs() < 100.0,
        "{gap:?}"
    );
    assert!(
        (track.mileage.distance.0 - 7_000.0).abs() < 100.0,
        "{:?}",
        track.mileage
    );
}

#[test]
fn a_fix_thrown_far_off_is_an_outlier_and_costs_no_mileage() {
    let mut day = SimulatedDay::new(5.0)
        .stay(600.0, 8.0)
        .travel((3_000.0, 0.0), 12.0)
        .stay(600.0, 8.0);
    let honest = day.track();
    let far = Position::new(52.7, 1.3).unwrap();
    day.fixes[150] = day.fixes[150].with_position(far);
    day.fixes[250] = day.fixes[250].with_position(far).with_accuracy(800.0);
    let track = day.track();
    assert_eq!(
        (track.states[150], track.states[250]),
        (PointState::Outlier, PointState::Outlier)
    );
    assert!((track.mileage.distance.0 - honest.mileage.distance.0).abs() < 30.0);
    assert!(track.mileage.raw.0 > 40_000.0);
}

#[test]
fn the_smallest_tracks_and_the_strangest_times_are_tracks() {
    let at = |ms: i64, lat: f64, lon: f64| TrackFix::new(ms, Position::new(lat, lon).unwrap());
    let rules = StopRules::default();
    assert_eq!(Track::from_fixes(&[], &rules).stops, []);
    assert_eq!(
        Track::from_fixes(&[at(0, 52.0, 1.0)], &rules).states,
        [PointState::Move]
    );
    let simultaneous: Vec<TrackFix> = (0..500).map(|i| at(5, 52.0 + f64::from(i) * 1e-4, 1.0)).collect();
    assert_eq!(Track::from_fixes(&simultaneous, &rules).states.len(), 500);
    let eras = [
        at(0, 90.0, 0.0),
        at(4_102_444_800_000, -90.0, 180.0),
        at(i64::MAX, 0.0, -180.0),
        at(i64::MIN, 0.0, 0.0),
    ];
    assert_eq!(Track::from_fixes(&eras, &rules).states.len(), 4);
    let coarse = [
        at(0, 0.0, 0.0).with_accuracy(1e6),
        at(1, 0.0, 0.0).with_accuracy(1e-30),
    ];
    assert_eq!(Track::from_fixes(&coarse, &rules).states.len(), 2);
}

#[test]
fn a_stop_on_the_180th_meridian_is_one_stop() {
    let fix = |i: i32| {
        let east = 1e-4 * f64::from(i % 3 - 1);
        let lon = if east < 0.0 { 180.0 + east } else { -180.0 + east };
        TrackFix::new(i64::from(i) * 10_000, Position::new(-17.0, lon).unwrap()).with_accuracy(8.0)
    };
    let track = Track::from_fixes(&(0..60).map(fix).collect::<Vec<_>>(), &StopRules::default());
    assert_eq!(track.stops.len(), 1);
    assert!(
        track.stops[0].center.lon().abs() > 179.99 && track.stops[0].radius.0 < 20.0,
        "{:?}",
        track.stops
    );
    assert!(track.mileage.distance.0 < 1.0);
}

/// Days of stays and moves, at any interval of fixes.
fn any_day() -> impl Strategy<Value = Vec<TrackFix>> {
    let leg = (
        60.0..1_500.0f64,
        3.0..30.0f64,
        -2_000.0..2_000.0f64,
        -2_000.0..2_000.0f64,
        1.0..25.0f64,
    );
    (
        prop_oneof![Just(1.0), Just(5.0), Just(30.0)],
        prop::collection::vec(leg, 1..5),
    )
        .prop_map(|(pause, legs)| {
            let mut day = SimulatedDay::new(pause);
            for (lasting, error, east, north, speed) in legs {
                day = day.stay(lasting, error).travel((east, north), speed);
            }
            day.fixes
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn the_order_of_arrival_and_doubles_do_not_matter(day in any_day(), seed in any::<u64>()) {
        let mut shuffled = day.clone();
        shuffled.extend(day.iter().step_by(7).copied());
        let mut random = seed | 1;
        for at in (1..shuffled.len()).rev() {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            shuffled.swap(at, usize::try_from(random >> 33).unwrap() % (at + 1));
        }
        let (a, b) = (Track::from_fixes(&day, &StopRules::default()), Track::from_fixes(&shuffled, &StopRules::default()));
        prop_assert_eq!(&a.stops, &b.stops);
        prop_assert_eq!(&a.mileage, &b.mileage);
        let by_place = b.states_of(&shuffled);
        for (fix, state) in shuffled.iter().zip(by_place) {
            let at = day.iter().position(|other| other == fix).unwrap();
            prop_assert_eq!(a.states[at], state);
        }
    }

    #[test]
    fn fix_by_fix_is_the_same_as_all_at_once_at_every_moment(day in any_day(), disorder in 0..30usize) {
        let mut tracker = Tracker::new(StopRules::default());
        let mut arrived = day.clone();
        for chunk in arrived.chunks_mut(disorder + 1) {
            chunk.reverse();
        }
        for (count, fix) in arrived.iter().enumerate() {
            prop_assert_eq!(tracker.push(*fix), PushOutcome::Added);
            prop_assert_eq!(tracker.push(*fix), PushOutcome::Duplicate);
            if count % 97 == 0 {
                prop_assert_eq!(tracker.track(), Track::from_fixes(&arrived[..=count], &StopRules::default()));
            }
        }
        prop_assert_eq!(tracker.finish(), Track::from_fixes(&day, &StopRules::default()));
    }

    #[test]
    fn stops_are_apart_in_time_and_gaps_hold_no_fix(day in any_day()) {
        let track = Track::from_fixes(&day, &StopRules::default());
        prop_assert!(track.stops.windows(2).all(|pair| pair[0].until_ms <= pair[1].from_ms));
        prop_assert!(track.stops.iter().all(|stop| stop.until_ms - stop.from_ms >= 120_000 && stop.fixes > 0));
        for gap in track.gaps() {
            prop_assert!(!day.iter().any(|fix| fix.at_ms() > gap.from_ms && fix.at_ms() < gap.until_ms));
        }
    }
}

#[test]
fn a_fix_that_comes_an_hour_late_is_reported() {
    let day = SimulatedDay::new(5.0).stay(3_600.0, 8.0).fixes;
    let mut tracker = Tracker::new(StopRules::default());
    for fix in &day[1..] {
        assert_eq!(tracker.push(*fix), PushOutcome::Added);
    }
    assert_eq!(tracker.push(day[0]), PushOutcome::TooLate);
    assert_eq!(tracker.fixes().len(), day.len() - 1);
}

#[test]
fn a_stop_never_reaches_across_a_time_in_which_the_recorder_was_off() {
    // Twenty minutes at one shop every Monday.
    let mut day = SimulatedDay::new(20.0);
    for _ in 0..4 {
        day = day.stay(1_200.0, 6.0);
        day.at_s += 7.0 * 86_400.0 - 1_200.0;
    }
    let track = day.track();
    assert_eq!(track.stops.len(), 4, "{:?}", lengths_s(&track));
    assert!(
        lengths_s(&track)
            .iter()
            .all(|length| (1_100..=1_200).contains(length))
    );
    // A lunch of an hour outside of the recording hours, which the recorder marks.
    let mut day = SimulatedDay::new(10.0).stay(1_800.0, 6.0);
    let first = day.fixes.len();
    day.at_s += 3_600.0;
    day = day.stay(1_800.0, 6.0);
    assert_eq!(
        lengths_s(&day.track()).len(),
        1,
        "a silence alone may be a cellar"
    );
    day.fixes[first] = day.fixes[first].with_segment_start(true);
    let lengths = lengths_s(&day.track());
    assert!(
        lengths.len() == 2 && lengths.iter().all(|length| (1_750..=1_800).contains(length)),
        "{lengths:?}"
    );
}

#[test]
fn the_way_between_two_segments_is_a_gap_and_no_mileage() {
    let mut day = SimulatedDay::new(5.0).travel((1_300.0, 0.0), 12.0);
    let first = day.fixes.len();
    (day.place.0, day.at_s) = (5_500.0, day.at_s + 240.0);
    day = day.travel((1_300.0, 0.0), 12.0);
    let short = day.track().mileage;
    assert!(short.gaps.is_empty() && short.distance.0 > 6_500.0, "{short:?}");
    day.fixes[first] = day.fixes[first].with_segment_start(true);
    let cut = day.track().mileage;
    assert_eq!(cut.gaps.len(), 1);
    assert!((cut.gaps[0].distance.0 - 4_200.0).abs() < 70.0, "{cut:?}");
    assert!((cut.distance.0 - 2_520.0).abs() < 80.0, "{cut:?}");
    assert!(short.raw.0 - cut.raw.0 > 4_100.0, "{short:?} {cut:?}");
}

proptest! {
    #[test]
    fn no_stop_spans_a_segment_or_a_long_silence_and_the_tracker_agrees(
        stays in prop::collection::vec((200.0..2_000.0f64, 0.0..40_000.0f64, any::<bool>()), 1..6),
    ) {
        let mut day = SimulatedDay::new(15.0);
        let mut starts = Vec::new();
        for (lasting_s, silent_s, is_marked) in stays {
            let first = day.fixes.len();
            day = day.stay(lasting_s, 8.0);
            if is_marked {
                day.fixes[first] = day.fixes[first].with_segment_start(true);
            }
            starts.push((day.fixes[first].at_ms(), is_marked));
            day.at_s += silent_s;
        }
        let track = day.track();
        let rules = StopRules::default();
        for stop in &track.stops {
            for pair in day.fixes.windows(2) {
                let silence_ms = pair[1].at_ms() - pair[0].at_ms();
                let is_off = pair[1].starts_segment() || silence_ms > ms(rules.silence_max_s);
                prop_assert!(!is_off || stop.until_ms <= pair[0].at_ms() || stop.from_ms >= pair[1].at_ms());
            }
        }
        let mut tracker = Tracker::new(rules);
        for fix in &day.fixes {
            tracker.push(*fix);
        }
        prop_assert_eq!(tracker.track(), track);
    }
}
