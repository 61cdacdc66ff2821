//! Forgeries that are drawn anew: along the true way or between the true stops, with errors by lot.
//!
//! A forger who has no phone on the way has to make up what a receiver adds. A hasty one draws lines, a careful one
//! draws the way itself and adds errors of the right size.

use fieldbook_core::location::track::{PointState, StopRules, Track, TrackFix, TrackStop};
use fieldbook_core::location::{Position, distance};

use super::super::rng::Rng;
use super::{at, rule, seconds, way_m};

/// Metres of a degree of latitude.
const LAT_M: f64 = 111_265.0;

/// Moves every fix by errors by lot of standard deviation `sigma_m` on each axis.
pub(super) fn shake(rng: &mut Rng, track: &mut [TrackFix], sigma_m: f64) {
    for fix in track {
        let (north, east) = (rng.normal() * sigma_m, rng.normal() * sigma_m);
        let (lat, lon) = (fix.position().lat(), fix.position().lon());
        let lon_m = LAT_M * lat.to_radians().cos().max(0.01);
        *fix = at(
            fix,
            digits(lat + north / LAT_M, 1e6),
            digits(lon + east / lon_m, 1e6),
        );
    }
}

fn digits(degrees: f64, parts: f64) -> f64 {
    (degrees * parts).round() / parts
}

/// Rounds every coordinate to four decimals.
pub(super) fn round_off(track: &mut [TrackFix]) {
    for fix in track {
        let (lat, lon) = (fix.position().lat(), fix.position().lon());
        *fix = at(fix, digits(lat, 1e4), digits(lon, 1e4));
    }
}

/// Puts each fix of a stop at its centre, and each fix of a way at the mean of itself and its neighbours.
pub(super) fn smooth(track: &mut Vec<TrackFix>) {
    let whole = Track::from_fixes(track, &StopRules::default());
    let states = whole.states_of(track);
    let mut kept = states.iter();
    let original: Vec<(TrackFix, PointState)> = track
        .iter()
        .filter_map(|fix| Some((*fix, *kept.next()?)))
        .filter(|(_, state)| *state != PointState::Outlier)
        .collect();
    let place = |number: usize| match original[number].1 {
        PointState::Stop(stop) => whole.stops[stop].center,
        _ => original[number].0.position(),
    };
    let last = original.len().saturating_sub(1);
    *track = (0..original.len())
        .map(|number| {
            let fix = original[number].0;
            if matches!(original[number].1, PointState::Stop(_)) {
                return fix.with_position(place(number));
            }
            let near = [number.saturating_sub(1), number, (number + 1).min(last)].map(place);
            let mean = |axis: fn(Position) -> f64| near.into_iter().map(axis).sum::<f64>() / 3.0;
            at(&fix, mean(Position::lat), mean(Position::lon))
        })
        .collect();
}

/// The stops of a track; `None` below `least`.
fn stops(track: &[TrackFix], least: usize) -> Option<Vec<TrackStop>> {
    let stops = Track::from_fixes(track, &StopRules::default()).stops;
    (stops.len() >= least).then_some(stops)
}

/// Invents the fixes of the stops, one every half minute or so, and nothing between them, in four fifths of the time.
pub(super) fn invent_stops(rng: &mut Rng, track: &mut Vec<TrackFix>, least: usize, most: usize) -> bool {
    let Some(stops) = stops(track, least) else {
        return false;
    };
    let begin_ms = stops[0].from_ms;
    track.clear();
    for stop in stops.iter().take(most) {
        let mut at_ms = stop.from_ms;
        while at_ms < stop.until_ms {
            let fix = TrackFix::new(begin_ms + (at_ms - begin_ms) * 4 / 5, stop.center);
            track.push(fix.with_accuracy(rng.between(6.0, 15.0)).with_speed(0.0));
            at_ms += i64::try_from(20_000 + rng.below(40_000)).expect("less than a minute");
        }
    }
    shake(rng, track, 6.0);
    track.len() >= 60
}

/// Replaces the ways between stops by lines at one speed, and shakes the whole.
pub(super) fn draw_lines(rng: &mut Rng, track: &mut Vec<TrackFix>) -> bool {
    smooth(track);
    let states = Track::from_fixes(track, &StopRules::default()).states_of(track);
    let mut from = 0;
    let mut lines_m = 0.0;
    while from + 1 < track.len() {
        let length = states[from..]
            .iter()
            .position(|state| matches!(state, PointState::Stop(_)));
        let to = from + length.unwrap_or(track.len() - from);
        let (first, last) = (from.saturating_sub(1), to.min(track.len() - 1));
        if to > from {
            lines_m += distance(track[first].position(), track[last].position()).0;
            rule(&mut track[first..=last], usize::MAX);
        }
        from = to + 1;
    }
    shake(rng, track, 3.0);
    lines_m > 2_000.0
}

/// Goes the true way at one speed from the first moment to the last.
#[expect(clippy::cast_precision_loss, reason = "milliseconds of a day")]
pub(super) fn go_at_one_pace(rng: &mut Rng, track: &mut Vec<TrackFix>) -> bool {
    smooth(track);
    let length_m = way_m(track);
    let (first_ms, last_ms) = (track[0].at_ms(), track[track.len() - 1].at_ms());
    let lasting_ms = (last_ms - first_ms).max(1) as f64;
    let pace = length_m / seconds(last_ms - first_ms).max(1.0);
    let path: Vec<Position> = track.iter().map(TrackFix::position).collect();
    let (mut leg, mut before_m) = (0, 0.0);
    for fix in track.iter_mut() {
        let due_m = length_m * (fix.at_ms() - first_ms) as f64 / lasting_ms;
        while leg + 2 < path.len() && before_m + distance(path[leg], path[leg + 1]).0 < due_m {
            before_m += distance(path[leg], path[leg + 1]).0;
            leg += 1;
        }
        let (a, b) = (path[leg], path[leg + 1]);
        let part = ((due_m - before_m) / distance(a, b).0.max(0.01)).clamp(0.0, 1.0);
        let between = |a: f64, b: f64| a + part * (b - a);
        *fix = at(fix, between(a.lat(), b.lat()), between(a.lon(), b.lon())).with_speed(pace);
    }
    shake(rng, track, 2.0);
    pace > 2.0
}

/// Presses the time to four fifths; the speeds stay as they were reported.
pub(super) fn press(track: &mut [TrackFix]) {
    let begin_ms = track[0].at_ms();
    for fix in track {
        *fix = fix.with_time(begin_ms + (fix.at_ms() - begin_ms) * 4 / 5);
    }
}

/// Walks the first half again in the second, at the same times of the half, with fresh errors; the rest is cut off.
pub(super) fn replay_shaken(rng: &mut Rng, track: &mut Vec<TrackFix>) -> bool {
    track.truncate(track.len() / 2);
    if way_m(track) < 3_000.0 {
        return false;
    }
    let later_ms = track[track.len() - 1].at_ms() - track[0].at_ms() + 60_000;
    let again = track.iter().map(|fix| fix.with_time(fix.at_ms() + later_ms));
    let mut again: Vec<TrackFix> = again.collect();
    shake(rng, &mut again, 3.0);
    track.append(&mut again);
    true
}

/// States the mean speed in every fix.
pub(super) fn level_speed(track: &mut [TrackFix]) {
    let pace = way_m(track) / seconds(track[track.len() - 1].at_ms() - track[0].at_ms()).max(1.0);
    for fix in track {
        *fix = fix.with_speed((pace * 100.0).round() / 100.0);
    }
}
