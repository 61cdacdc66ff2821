//! Honest tracks, forged: every kind that a spoofing app or a hand with an editor makes, crude and subtle.
//!
//! A forgery changes what it must and leaves the rest, so that whatever else is odd about a track was odd before.

mod drawn;

use fieldbook_core::location::track::{PointState, StopRules, Track, TrackFix, TrackStop};
use fieldbook_core::location::{Position, distance};

use super::rng::Rng;

/// A way to forge a track.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Forgery {
    /// The system says of every fix that it was made up.
    Mock,
    /// Of one in twenty.
    MockNowAndThen,
    /// The middle half is on another continent.
    FarAway,
    /// The middle half is three kilometres aside.
    NextTown,
    /// From a third on the position stays; time, speed and the rest go on.
    Frozen,
    /// For a fifth of the track it stays, while the phone says that it moves.
    FrozenOnTheMove,
    /// Accurate to ten centimetres.
    TooFine,
    /// Accurate to five metres, for ever, on a way that is drawn by lot around the true one.
    AlwaysFive,
    /// From the first place to the last in one line at one speed.
    Ruler,
    /// From corner to corner in lines, a corner every thirty fixes.
    Rulers,
    /// The phone says that it stands.
    SpeedNought,
    /// The way is made at two and a half times the speed.
    Hurried,
    /// Backwards, as the bearing has it.
    BearingTurned,
    /// The bearing is drawn by lot.
    BearingLots,
    /// The height jumps by hundreds of metres.
    Heights,
    /// Old fixes come again and again.
    Stale,
    /// The satellites' time is a day off.
    OtherDay,
    /// It is eight minutes off.
    EightMinutes,
    /// Yesterday's first half is walked again in the second.
    Replay,
    /// Only the stops are there, and the day is pressed to four fifths of its length.
    StopsOnly,
    /// At a desk: one place, errors by lot, a speed of nothing.
    Desk,
    /// Errors of five metres by lot around the smooth way, and one accuracy for all.
    WhiteNoise,
    /// Errors of three to eight metres by lot around the smooth way, and an accuracy by lot.
    WhiteNoiseVaried,
    /// The stops of the day with errors by lot, nothing between them, in four fifths of the time.
    InventedStops,
    /// Three such stops only.
    InventedMorning,
    /// Lines at one speed from stop to stop, with errors by lot.
    Lines,
    /// From corner to corner in lines, a corner every thirty fixes, with errors by lot.
    ShakenRulers,
    /// The true way at one speed, without a stop, with errors by lot.
    OnePace,
    /// Coordinates of four decimals.
    Grid,
    /// The day takes four fifths of its time; the speeds are reported as before.
    Pressed,
    /// The first half is walked again in the second with fresh errors.
    ShakenReplay,
    /// The phone reports the mean speed for ever.
    SpeedLevel,
}

impl Forgery {
    /// All of them.
    pub const ALL: [Forgery; 32] = [
        Forgery::Mock,
        Forgery::MockNowAndThen,
        Forgery::FarAway,
        Forgery::NextTown,
        Forgery::Frozen,
        Forgery::FrozenOnTheMove,
        Forgery::TooFine,
        Forgery::AlwaysFive,
        Forgery::Ruler,
        Forgery::Rulers,
        Forgery::SpeedNought,
        Forgery::Hurried,
        Forgery::BearingTurned,
        Forgery::BearingLots,
        Forgery::Heights,
        Forgery::Stale,
        Forgery::OtherDay,
        Forgery::EightMinutes,
        Forgery::Replay,
        Forgery::StopsOnly,
        Forgery::Desk,
        Forgery::WhiteNoise,
        Forgery::WhiteNoiseVaried,
        Forgery::InventedStops,
        Forgery::InventedMorning,
        Forgery::Lines,
        Forgery::ShakenRulers,
        Forgery::OnePace,
        Forgery::Grid,
        Forgery::Pressed,
        Forgery::ShakenReplay,
        Forgery::SpeedLevel,
    ];

    /// The forged track; `None` where the honest one is too short for it, or says nothing that could be forged in this way.
    pub fn of(self, honest: &[TrackFix], seed: u64) -> Option<Vec<TrackFix>> {
        let mut forged = honest.to_vec();
        forged.sort_by(TrackFix::order);
        forged.dedup();
        if forged.len() < 60 || way_m(&forged) < 2_000.0 {
            return None;
        }
        let speaks = |says: fn(&TrackFix) -> Option<f64>| {
            forged.iter().filter(|fix| says(fix).is_some()).count() * 2 > forged.len()
        };
        let (accuracy, speed, bearing, altitude) = (
            speaks(TrackFix::accuracy_m),
            speaks(TrackFix::speed_mps),
            speaks(TrackFix::bearing_deg),
            speaks(TrackFix::altitude_m),
        );
        let can = match self {
            Forgery::NextTown | Forgery::TooFine | Forgery::Grid => accuracy,
            Forgery::Frozen | Forgery::FrozenOnTheMove | Forgery::SpeedNought | Forgery::Hurried => {
                accuracy && speed
            }
            Forgery::Pressed | Forgery::SpeedLevel => speed,
            Forgery::BearingTurned | Forgery::BearingLots => bearing,
            Forgery::Heights => altitude,
            // Errors by lot are honest where a minute lies between fixes, and a line that leads nowhere is a stay.
            Forgery::AlwaysFive => pause_s(&forged) <= 6.0,
            Forgery::Ruler => leads_somewhere(&forged),
            _ => true,
        };
        let mut rng = Rng::new(seed);
        can.then(|| self.apply(&mut rng, &mut forged))?.then_some(forged)
    }

    /// Does it; `false` when it made no difference.
    fn apply(self, rng: &mut Rng, track: &mut Vec<TrackFix>) -> bool {
        match self {
            Forgery::FarAway => shift(track, (12.0, -30.0)),
            Forgery::NextTown => shift(track, (0.02, 0.03)),
            Forgery::Frozen => {
                let (from, until) = (track.len() / 3, track.len());
                return freeze(track, from, until);
            }
            Forgery::FrozenOnTheMove => return freeze_fastest(track),
            Forgery::AlwaysFive => scatter(rng, track),
            Forgery::Ruler => rule(track, usize::MAX),
            Forgery::Rulers => rule(track, 30),
            Forgery::Hurried => hurry(track),
            Forgery::Stale => repeat_old(rng, track),
            Forgery::Replay => replay(track),
            Forgery::StopsOnly => return keep_stops(track),
            Forgery::Desk => sit(rng, track),
            Forgery::WhiteNoise => {
                drawn::smooth(track);
                drawn::shake(rng, track, 5.0);
                relabel_accuracy(track, || 8.0);
            }
            Forgery::WhiteNoiseVaried => {
                drawn::smooth(track);
                let sigma_m = rng.between(3.0, 8.0);
                drawn::shake(rng, track, sigma_m);
                relabel_accuracy(track, || rng.between(5.0, 15.0));
            }
            Forgery::InventedStops => return drawn::invent_stops(rng, track, 5, usize::MAX),
            Forgery::InventedMorning => return drawn::invent_stops(rng, track, 4, 3),
            Forgery::Lines => return drawn::draw_lines(rng, track),
            Forgery::ShakenRulers => {
                rule(track, 30);
                drawn::shake(rng, track, 3.0);
            }
            Forgery::OnePace => return drawn::go_at_one_pace(rng, track),
            Forgery::Grid => drawn::round_off(track),
            Forgery::Pressed => drawn::press(track),
            Forgery::ShakenReplay => return drawn::replay_shaken(rng, track),
            Forgery::SpeedLevel => drawn::level_speed(track),
            _ => self.relabel(rng, track),
        }
        true
    }

    /// Changes the values that a fix reports of itself, not its position.
    fn relabel(self, rng: &mut Rng, track: &mut [TrackFix]) {
        for fix in track {
            *fix = match self {
                Forgery::Mock => fix.with_mock(true),
                Forgery::MockNowAndThen => fix.with_mock(rng.happens(0.05)),
                Forgery::TooFine => fix.with_accuracy(0.1),
                Forgery::SpeedNought => fix.with_speed(0.0),
                Forgery::BearingTurned => {
                    fix.with_bearing(fix.bearing_deg().map_or(-1.0, |bearing| bearing + 180.0))
                }
                Forgery::BearingLots => fix.with_bearing(rng.between(0.0, 360.0)),
                Forgery::Heights => fix.with_altitude(rng.between(0.0, 900.0)),
                Forgery::OtherDay => fix.with_gps_time(fix.at_ms() - 86_400_000),
                Forgery::EightMinutes => fix.with_gps_time(fix.at_ms() + 480_000),
                _ => *fix,
            };
        }
    }
}

fn at(fix: &TrackFix, lat: f64, lon: f64) -> TrackFix {
    let lat = lat.clamp(-89.0, 89.0);
    fix.with_position(
        Position::new(lat, (lon + 540.0).rem_euclid(360.0) - 180.0).expect("brought back onto the earth"),
    )
}

fn way_m(track: &[TrackFix]) -> f64 {
    let step =
        |pair: &[TrackFix]| fieldbook_core::location::distance(pair[0].position(), pair[1].position()).0;
    track.windows(2).map(step).sum()
}

/// The middle one of the pauses between fixes.
fn pause_s(track: &[TrackFix]) -> f64 {
    let mut pauses: Vec<i64> = track
        .windows(2)
        .map(|pair| pair[1].at_ms() - pair[0].at_ms())
        .collect();
    pauses.sort_unstable();
    seconds(pauses[pauses.len() / 2])
}

/// True if a line from the first to the last fix is travelled at a pace that differs from standing.
fn leads_somewhere(track: &[TrackFix]) -> bool {
    let (first, last) = (&track[0], &track[track.len() - 1]);
    let away_m = fieldbook_core::location::distance(first.position(), last.position()).0;
    away_m > 1_000.0 && away_m > 0.2 * seconds(last.at_ms() - first.at_ms())
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of some days")]
fn seconds(ms: i64) -> f64 {
    ms as f64 / 1_000.0
}

fn shift(track: &mut [TrackFix], by: (f64, f64)) {
    let quarter = track.len() / 4;
    for fix in &mut track[quarter..3 * quarter] {
        *fix = at(fix, fix.position().lat() + by.0, fix.position().lon() + by.1);
    }
}

fn freeze(track: &mut [TrackFix], from: usize, until: usize) -> bool {
    let (place, accuracy) = (track[from].position(), track[from].accuracy_m());
    for fix in &mut track[from..until] {
        *fix = fix.with_position(place).with_accuracy(accuracy.unwrap_or(5.0));
    }
    true
}

/// Freezes the fifth of the track in which the phone moved most.
fn freeze_fastest(track: &mut [TrackFix]) -> bool {
    let length = track.len() / 5;
    let moving = |from: usize| {
        track[from..from + length]
            .iter()
            .filter(|fix| fix.speed_mps().is_some_and(|v| v > 3.0))
            .count()
    };
    let from = (0..track.len() - length)
        .step_by(length.div_ceil(4))
        .max_by_key(|from| moving(*from))
        .unwrap_or(0);
    let lasting_ms = track[from + length - 1].at_ms() - track[from].at_ms();
    // Two minutes of it at least, or there is nothing to be seen.
    let enough = moving(from) * 2 > length && lasting_ms > 240_000;
    enough && freeze(track, from, from + length)
}

fn relabel_accuracy(track: &mut [TrackFix], mut accuracy_m: impl FnMut() -> f64) {
    for fix in track {
        *fix = fix.with_accuracy(accuracy_m());
    }
}

fn scatter(rng: &mut Rng, track: &mut [TrackFix]) {
    for fix in track {
        let (north, east) = (rng.normal() * 3e-5, rng.normal() * 4e-5);
        *fix = at(fix, fix.position().lat() + north, fix.position().lon() + east).with_accuracy(5.0);
    }
}

#[expect(clippy::cast_precision_loss, reason = "milliseconds of a day")]
fn rule(track: &mut [TrackFix], every: usize) {
    let last = track.len() - 1;
    let mut from = 0;
    while from < last {
        let to = from.saturating_add(every).min(last);
        let (a, b) = (track[from], track[to]);
        let lasting = (b.at_ms() - a.at_ms()).max(1) as f64;
        for fix in &mut track[from..to] {
            let part = (fix.at_ms() - a.at_ms()) as f64 / lasting;
            let between = |a: f64, b: f64| ((a + part * (b - a)) * 1e7).round() / 1e7;
            *fix = at(
                fix,
                between(a.position().lat(), b.position().lat()),
                between(a.position().lon(), b.position().lon()),
            );
        }
        from = to;
    }
}

/// Keeps the fixes of stops, and presses the day; `false` below six stops that are half a kilometre from the last.
fn keep_stops(track: &mut Vec<TrackFix>) -> bool {
    let whole = Track::from_fixes(track, &StopRules::default());
    let far = |pair: &[TrackStop]| distance(pair[0].center, pair[1].center).0 > 600.0;
    if whole.stops.windows(2).filter(|pair| far(pair)).count() < 6 {
        return false;
    }
    let states = whole.states_of(track);
    let mut states = states.iter();
    track.retain(|_| matches!(states.next(), Some(PointState::Stop(_))));
    let begin = track[0].at_ms();
    for fix in track {
        *fix = fix.with_time(begin + (fix.at_ms() - begin) * 4 / 5);
    }
    true
}

fn hurry(track: &mut [TrackFix]) {
    let begin = track[0].at_ms();
    for fix in track {
        *fix = fix.with_time(begin + (fix.at_ms() - begin) * 2 / 5);
    }
}

/// One in five fixes is followed by one that came ten minutes before.
fn repeat_old(rng: &mut Rng, track: &mut Vec<TrackFix>) {
    let mut delivered: Vec<TrackFix> = Vec::new();
    for fix in track.iter() {
        delivered.push(*fix);
        let old = delivered
            .iter()
            .rev()
            .find(|old| fix.at_ms() - old.at_ms() > 600_000)
            .copied();
        if let Some(old) = old.filter(|_| rng.happens(0.2)) {
            delivered.push(old);
        }
    }
    *track = delivered;
}

fn replay(track: &mut [TrackFix]) {
    let half = track.len() / 2;
    for number in 0..half {
        track[half + number] = track[half + number].with_position(track[number].position());
    }
}

fn sit(rng: &mut Rng, track: &mut [TrackFix]) {
    let device = track[0].position();
    for fix in track {
        let (north, east) = (rng.normal() * 3e-5, rng.normal() * 4e-5);
        *fix = at(fix, device.lat() + north, device.lon() + east)
            .with_accuracy(5.0)
            .with_speed(0.0);
    }
}
