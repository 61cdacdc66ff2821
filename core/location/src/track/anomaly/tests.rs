use super::*;
use crate::Position;

/// A phone on a way with errors that wander or are drawn by lot; numbers from a seed (`SplitMix64`).
struct Phone {
    seed: u64,
    fixes: Vec<TrackFix>,
    at_s: f64,
    place: (f64, f64),
    heading: f64,
    wander: (f64, f64),
    by_lot: bool,
}

impl Phone {
    fn new(by_lot: bool) -> Phone {
        Phone {
            seed: 14,
            fixes: Vec::new(),
            at_s: 0.0,
            place: (0.0, 0.0),
            heading: 0.3,
            wander: (0.0, 0.0),
            by_lot,
        }
    }

    /// From 0 to 1.
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    fn chance(&mut self) -> f64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.chance()).sum::<f64>() - 6.0
    }

    fn see(&mut self, speed: f64) {
        let kept: f64 = if self.by_lot { 0.0 } else { 0.97 };
        let fresh = 5.0 * (1.0 - kept * kept).sqrt();
        let (east, north) = (self.normal(), self.normal());
        self.wander = (
            kept * self.wander.0 + fresh * east,
            kept * self.wander.1 + fresh * north,
        );
        let (x, y) = (self.place.0 + self.wander.0, self.place.1 + self.wander.1);
        let at = Position::new(52.4 + y / 111_265.0, 1.0 + x / 67_890.0).unwrap();
        let accuracy_m = 6.0 + 4.0 * self.chance();
        let fix = TrackFix::new(1_790_000_000_000 + ms(self.at_s), at)
            .with_accuracy(accuracy_m)
            .with_speed(speed);
        self.fixes.push(fix);
    }

    fn stay(mut self, lasting_s: f64, pause_s: f64) -> Phone {
        let until_s = self.at_s + lasting_s;
        while self.at_s < until_s {
            self.see(0.0);
            self.at_s += pause_s;
        }
        self
    }

    /// A ride on a road that bends; `pace` says the speed at a moment of the ride.
    fn ride(mut self, lasting_s: f64, pace: impl Fn(f64) -> f64) -> Phone {
        for second in 0..whole(lasting_s) {
            let speed = pace(f64::from(second));
            self.heading += 0.02 * (f64::from(second) / 40.0).sin();
            self.place.0 += speed * self.heading.sin();
            self.place.1 += speed * self.heading.cos();
            if second % 4 == 0 {
                self.see(speed);
            }
            self.at_s += 1.0;
        }
        self
    }

    /// Elsewhere, unseen.
    fn appear(mut self, by: (f64, f64), after_s: f64) -> Phone {
        self.place = (self.place.0 + by.0, self.place.1 + by.1);
        self.at_s += after_s;
        self
    }
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of a day")]
fn ms(seconds: f64) -> i64 {
    (seconds * 1_000.0) as i64
}

#[expect(clippy::cast_possible_truncation, reason = "seconds of a day")]
fn whole(seconds: f64) -> i32 {
    seconds as i32
}

/// A pace as of traffic.
fn traffic(second: f64) -> f64 {
    10.0 + 4.0 * (second / 23.0).sin() + 3.0 * (second / 7.0).cos()
}

/// The strength of a signal in `fixes`, and whether they are flagged.
fn value(fixes: &[TrackFix], name: TrackSignal) -> (f64, bool) {
    let score = TrackScore::from_fixes(fixes, &SignalRules::default());
    let value = score.reasons.iter().find(|reason| reason.name == name);
    (value.map_or(0.0, |reason| reason.value), score.is_flagged())
}

fn honest_day() -> Vec<TrackFix> {
    Phone::new(false)
        .stay(1_800.0, 10.0)
        .ride(900.0, traffic)
        .stay(1_800.0, 10.0)
        .ride(900.0, |second| traffic(second + 50.0))
        .stay(1_800.0, 10.0)
        .fixes
}

#[test]
fn an_honest_day_has_no_signal_of_weight() {
    let score = TrackScore::from_fixes(&honest_day(), &SignalRules::default());
    assert!(score.score < 0.2, "{score:?}");
}

#[test]
fn errors_at_stops_that_are_drawn_by_lot_flag_and_those_that_wander_do_not() {
    for pause_s in [5.0, 20.0, 45.0] {
        let of = |by_lot| Phone::new(by_lot).stay(7_200.0, pause_s).fixes;
        assert_eq!(value(&of(true), TrackSignal::Jitter), (1.0, true), "{pause_s}");
        assert!(!value(&of(false), TrackSignal::Jitter).1, "{pause_s}");
    }
    // Two dozen errors are too few to tell.
    assert!(!value(&Phone::new(true).stay(720.0, 30.0).fixes, TrackSignal::Jitter).1);
}

#[test]
fn a_day_pressed_together_contradicts_its_speeds() {
    let pressed: Vec<TrackFix> = honest_day()
        .iter()
        .map(|fix| fix.with_time(1_790_000_000_000 + (fix.at_ms() - 1_790_000_000_000) * 4 / 5))
        .collect();
    assert_eq!(value(&pressed, TrackSignal::SpeedDisagrees), (1.0, true));
}

#[test]
fn a_recording_that_is_played_again_keeps_its_times_and_a_second_drive_does_not() {
    let first = Phone::new(false).ride(1_800.0, traffic);
    let last_s = first.at_s;
    let again = |change: fn(f64) -> f64| {
        let mut phone = Phone::new(false);
        phone.seed = 77;
        let ride = phone.ride(1_800.0, |second| traffic(second) * change(second));
        let later = ms(last_s + 600.0);
        let moved = ride.fixes.iter().map(|fix| fix.with_time(fix.at_ms() + later));
        first.fixes.iter().copied().chain(moved).collect::<Vec<_>>()
    };
    let (strength, flagged) = value(&again(|_| 1.0), TrackSignal::Replayed);
    assert!(strength > 0.9 && flagged, "{strength}");
    let driven = again(|second| 1.0 + 0.2 * (second / 200.0).sin());
    assert!(value(&driven, TrackSignal::Replayed).0 < 0.001);
}

#[test]
fn one_speed_from_morning_to_evening_is_no_drive() {
    let fixes = Phone::new(false).ride(7_200.0, |_| 9.0).fixes;
    assert_eq!(value(&fixes, TrackSignal::StraightLine), (1.0, true));
    let fixes = Phone::new(false).ride(7_200.0, traffic).fixes;
    assert!(value(&fixes, TrackSignal::StraightLine).0 < 0.001);
}

#[test]
fn an_accuracy_finer_than_the_grid_of_the_coordinates_is_impossible() {
    let on_grid = |parts: f64| {
        let round = |degrees: f64| (degrees * parts).round() / parts;
        let coarse = |fix: &TrackFix| {
            let at = Position::new(round(fix.position().lat()), round(fix.position().lon())).unwrap();
            fix.with_position(at)
        };
        honest_day().iter().map(coarse).collect::<Vec<_>>()
    };
    assert_eq!(value(&on_grid(1e4), TrackSignal::ImpossibleAccuracy), (1.0, true));
    assert!(value(&on_grid(1e5), TrackSignal::ImpossibleAccuracy).0 < 0.001);
}

#[test]
fn stops_without_ways_flag_unless_the_recorder_was_off() {
    let mut phone = Phone::new(false);
    for _ in 0..6 {
        phone = phone.stay(1_200.0, 20.0).appear((1_500.0, 900.0), 300.0);
    }
    let fixes = phone.fixes;
    assert_eq!(value(&fixes, TrackSignal::MissingWays), (1.0, true));
    let mut before_ms = 0;
    let cut = |fix: &TrackFix| {
        let silence_ms = fix.at_ms() - before_ms;
        before_ms = fix.at_ms();
        fix.with_segment_start(silence_ms > 200_000)
    };
    let off: Vec<TrackFix> = fixes.iter().map(cut).collect();
    assert!(value(&off, TrackSignal::MissingWays).0 < 0.001);
}
